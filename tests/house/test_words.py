"""Words that may not stand in the repository, and words of the trade that have one form."""

import re

import pytest

from tests.support.project import DOCS, ROOT, SOURCE, files, project_files, shown

# Written so that this file does not match itself.
PACKAGE_HOSTS = r"files[.]pythonhosted|pypi[.]org|registry[.]npmjs|deb[.]debian[.]org|crates[.]io|conda[.]anaconda"
MACHINE_PATHS = r"(?:^|[^A-Za-z0-9_./:])/(?:home|Users|root|work|workspace|builds|mnt)/\w"
UNFINISHED = r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b"


def matches(pattern: str, paths) -> list[str]:
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{shown(path)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if re.search(pattern, line)
        ]
    return found


@pytest.mark.parametrize("pattern", [PACKAGE_HOSTS, MACHINE_PATHS], ids=["package hosts", "machine paths"])
def test_nothing_names_a_place_outside_the_project(pattern: str):
    assert not matches(pattern, project_files())


def test_locks_hold_no_address():
    assert not matches("://", (ROOT / "requirements").glob("*.lock"))


def test_source_has_no_unfinished_business():
    assert not matches(UNFINISHED, files(".py", ".yaml", ".md", under=SOURCE))


def refused_words() -> dict[str, str]:
    """From the glossary: refused form → the word to use. A row is | **word** | meaning | not |."""
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|.*\| *(.*?) *\|$", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    return {form.strip(): word for word, forms in rows for form in forms.split(";") if form.strip() not in {"", "–"}}


def test_the_glossary_refuses_something():
    assert len(refused_words()) > 10


def test_one_word_for_one_thing():
    """Docs and content say what the glossary says. Quoted or code-formatted words are left alone."""
    refused = refused_words()
    pattern = re.compile(r"(?<![\w`\"“'/-])(" + "|".join(map(re.escape, refused)) + r")s?(?![\w`\"”/-])", re.IGNORECASE)
    paths = [*files(".md", under=DOCS), *files(".md", ".yaml", under=SOURCE / "content"), *ROOT.glob("*.md")]
    wrong = []
    for path in paths:
        if path.name in {"glossary.md", "CHANGELOG.md"}:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for found in pattern.finditer(line):
                word = refused[next(form for form in refused if form.lower() == found[1].lower())]
                wrong.append(f"{shown(path)}:{number}: {found[0]!r}: say {word!r}")
    assert not wrong, "\n".join(wrong)
