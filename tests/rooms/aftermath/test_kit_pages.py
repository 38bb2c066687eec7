"""A kit as pages: everything is there, Markdown is rendered, and nothing in a kit becomes markup."""

import re

import pytest

from hotwash.aftermath.html import to_html
from hotwash.aftermath.kit_pages import kit_pages, parts, sheets
from hotwash.aftermath.markdown import to_markdown
from hotwash.kit.load import load_kit

KIT = load_kit()


def with_text(text):
    guide = KIT.guides[0].model_copy(update={"text": text})
    return KIT.model_copy(update={"guides": [guide]})


def test_every_part_is_on_the_whole_page_and_alone_on_its_own():
    whole = to_html(kit_pages(KIT))
    for part in parts(KIT):
        assert f'<h2 id="{part}">' in whole
        alone = to_html(kit_pages(KIT, part))
        assert alone.count("<h2 ") == 1
        assert len(alone) < len(whole)


def test_a_page_of_the_kit_is_set_as_a_page():
    html = to_html(
        kit_pages(
            with_text(
                "Intro\nline.\n\n## Detection\n\n- **tech** reads `pii-in-output`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
            )
        )
    )
    assert "<h4>Detection</h4>" in html
    assert "<li><strong>tech</strong> reads <code>pii-in-output</code>.</li>" in html
    assert "<td>1</td>" in html
    assert "## " not in html


def test_the_matrices_of_a_kit_are_tables_that_can_be_read_across():
    roles = to_markdown(kit_pages(KIT, "roles"))
    assert re.search(r"\| Item \| Ic \| Tech \| Ml \| Scribe \| Comms \| Legal \| Privacy \|", roles)
    assert "| **Technical triage** | I | A/R | R | I |" in roles
    severity = to_markdown(kit_pages(KIT, "severity"))
    assert "| Item | Title | Sev-1 | Sev-2 | Sev-3 | Sev-4 |" in severity
    assert "| **financial** | Money | Could exceed USD 250,000. | USD 50,000 to 250,000. |" in severity


def test_a_form_has_a_line_for_each_field_and_a_checklist_a_box_for_each_item():
    form = to_html(kit_pages(KIT, "evidence-llm-request"))
    fields = next(one for one in KIT.guides if one.id == "evidence-llm-request").items
    assert form.count("<td></td>") == len(fields) >= 10
    checklist = next(one for one in KIT.guides if one.id == "recovery")
    assert to_html(kit_pages(KIT, "recovery")).count("☐") == len(checklist.items)


def test_a_rule_is_said_in_words():
    rules = to_markdown(kit_pages(KIT, "rules"))
    assert "| **When** | cross_tenant_content is known |" in rules
    assert "event:" not in rules
    assert "| Within minutes |" in rules


@pytest.mark.parametrize("name", sheets(KIT))
def test_each_page_stands_alone_with_its_sources(name):
    text = to_markdown(kit_pages(KIT, name))
    guide = next((one for one in KIT.guides if one.id == name), None)
    assert all(re.sub(r"\W", "", source) in re.sub(r"\W", "", text) for source in (guide.sources if guide else []))
    assert text.startswith("**EXERCISE KIT")


def test_a_page_that_no_kit_has_is_a_key_error():
    with pytest.raises(KeyError):
        kit_pages(KIT, "runbook-rust")


@pytest.mark.parametrize(
    "text",
    [
        "Line\n<script>alert(1)</script>",
        "Line\n[x](javascript:alert(1))",
        "Line\n![x](http://example.org/a.png)",
        "Line\n<img src=x onerror=y>",
    ],
)
def test_nothing_in_a_page_becomes_markup_that_acts(text):
    html = to_html(kit_pages(with_text(text), "guides"))
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_on_a_terminal_headings_of_a_page_stand_below_those_of_the_kit():
    text = to_markdown(kit_pages(with_text("Intro\n\n## Detection\n\nLook."), "guides"))
    assert "\n#### Detection\n" in text
    assert "\n## Detection\n" not in text
