"""What a page shows is asserted by `expect(...)`, which waits: a bare read is made before the page has come."""

import ast

import pytest

from tests.support.project import ROOT, files, shown

READS = frozenset(
    {
        *("count", "is_visible", "is_hidden", "is_enabled", "is_disabled", "is_checked", "is_editable"),
        *("text_content", "inner_text", "inner_html", "input_value", "all_text_contents", "all_inner_texts"),
    }
)
"""Of a locator: what they answer holds for one moment. An assertion that needs the words reads them after an `expect`."""


def bare_reads(source: str) -> list[tuple[int, str]]:
    """(line, name) of each read without arguments inside an `assert`; `"abc".count("a")` has one, and is none."""
    return [
        (call.lineno, call.func.attr)
        for asserted in ast.walk(ast.parse(source))
        if isinstance(asserted, ast.Assert)
        for call in ast.walk(asserted.test)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in READS and not call.args
    ]


@pytest.mark.parametrize("path", files(".py", under=ROOT / "tests" / "web"), ids=shown)
def test_no_assertion_reads_a_page_without_waiting(path):
    found = bare_reads(path.read_text(encoding="utf-8"))
    assert not found, (
        f"write expect(...) instead: {', '.join(f'{shown(path)}:{line} .{name}()' for line, name in found)}"
    )


def test_a_bare_read_is_found_wherever_it_stands_in_an_assertion():
    source = (
        'page.click("a")\n'
        'assert page.locator("li").count() >= 3\n'
        'assert "x" in page.locator("p").text_content(timeout=5), "why"\n'
        "expect(page.locator('li')).to_have_count(3)\n"
        'assert "banana".count("a") == 3\n'
    )
    assert bare_reads(source) == [(2, "count"), (3, "text_content")]
