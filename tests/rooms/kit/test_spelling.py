"""Content and pages are spelled right, in British English, with one form for each word of the trade.

The misspellings and the pairs of British and American forms are codespell's lists, read from the package as installed:
nothing is fetched. The word list of our own is below; forms that the glossary refuses are checked in tests/house.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path

import pytest

from hotwash.kit.text import Document, read_yaml
from tests.support.project import DOCS, ROOT, SOURCE, files, shown

CONTENT = SOURCE / "content"
PROJECT_PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")

NAMES = {"aas", "ines", "weill", "simpy"}
"""Names of people and packages that a list of misspellings takes for something else."""
ALSO_WORDS = {"noes"}
"""Words that are spelled as they should be."""

ALSO_BRITISH = frozenset(
    re.findall(
        r"\w+",
        "analog biased dialog focused focuses focusing journaling license licensed licenses licensing math meter meters "
        "practice practices program realizable routing specialties specialty story stories tidbit tidbits writable",
    )
)
"""Forms of codespell's American list that are British as well: a computer program, the verb to license, a practice."""
ALSO_AMERICAN = {"artifact": "artefact", "artifacts": "artefacts", "fulfillment": "fulfilment", "gotten": "got"}

PREFERRED = {
    r"run[- ]books?": "runbook",
    r"play[- ]books?": "runbook",
    r"post[- ]mortems?": "postmortem",
    r"roll-backs?|roll-outs?": "rollback, or to roll back",
    r"white[- ]?list(?:s|ed|ing)?": "allow-list",
    r"black[- ]?list(?:s|ed|ing)?": "deny-list",
    r"stake[- ]holders?": "stakeholder",
    r"commanders?[- ]in[- ]chief|incident managers?|incident leads?": "incident commander",
    r"guard[- ]rails?": "guardrail",
    r"time[- ]lines?": "timeline",
    r"hotwash(?:es)?|hot-wash": "hot wash",
    r"near-miss(?:es)?": "near miss",
    r"answer-keys?": "answer key",
    r"fail-overs?": "failover, or to fail over",
    r"hand-overs?|hand-offs?": "handover",
    r"P[1-4]|SEV[- ]?[1-4]|Sev [1-4]|severity level [1-4]": "Sev-1 to Sev-4",
    r"start-?ex|Start-?[Ee]x": "STARTEX",
    r"end-?ex|End-?[Ee]x": "ENDEX",
    r"M\.S\.E\.L\.|MESL": "MSEL",
    r"stand ins?(?= (?:holds?|plays?|takes?)\b)|standins?": "stand-in",
    r"emails?|e-?Mails?": "e-mail",
    r"data-?bases? dumps?|data ?sets?": "data set",
    r"cyber[- ]attacks?": "attack",
    r"man[- ](?:hours?|days?)": "person-hours",
    r"sanity[- ]checks?": "smoke, or check",
    r"master[/-]slave": "primary and standby",
    r"after action reports?": "AAR, or after-action report",
    r"e\. g\.|i\. e\.": "for instance, or that is",
}
"""Forms of our own that may not stand in texts → what to write."""
RIGHT_HERE = {"data set", "data sets", "Hotwash", "Guardrails"}
"""What a pattern above would take with the wrong form."""

CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|https?://\S+|\{\w*\}")
IDS = re.compile(r"^id: [\w-]+$|^\w+: \[[\w-]+(?:, [\w-]+)*\]$")
"""Front matter that holds names and no prose."""
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|'(?=\w)[^']*'(?!\w)")
WORD = re.compile(r"(?<![\w./@{<-])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@/]|[._]\w)")

Line = tuple[str, int, str]


def misspelled(text: str) -> Iterator[tuple[str, str]]:
    """Each misspelled word of a text, and what was probably meant."""
    for word in WORD.findall(CODE.sub(" ", text)):
        plain = word.replace("’", "'").lower()
        if plain in misspellings() and plain not in NAMES | ALSO_WORDS:
            yield word, misspellings()[plain]


def american(text: str) -> Iterator[tuple[str, str]]:
    """Each American form in a text outside quotation marks, and the British one."""
    for word in WORD.findall(QUOTED.sub(" ", CODE.sub(" ", text))):
        if british := british_forms().get(re.sub(r"['’]s$", "", word.lower())):
            yield word, british


def unwanted(text: str) -> Iterator[tuple[str, str]]:
    """Each form that our own list refuses, outside quotation marks, and the one to write."""
    plain = QUOTED.sub(" ", IDS.sub(" ", CODE.sub(" ", text)))
    for pattern, write in PREFERRED.items():
        for found in re.findall(rf"(?<![\w./-])(?:{pattern})(?![\w/-]|\.\w)", plain):
            if found not in RIGHT_HERE:
                yield found, write


@cache
def misspellings() -> dict[str, str]:
    """Misspelled → what was probably meant."""
    return pairs("dictionary.txt")


@cache
def british_forms() -> dict[str, str]:
    """American → British."""
    turned = {american: british for british, american in pairs("dictionary_en-GB_to_en-US.txt").items()}
    return {**{word: form for word, form in turned.items() if word not in ALSO_BRITISH}, **ALSO_AMERICAN}


def pairs(name: str) -> dict[str, str]:
    text = (package_files("codespell_lib") / "data" / name).read_text(encoding="utf-8")
    return dict(line.split("->", 1) for line in text.splitlines() if "->" in line)


def lines() -> list[Line]:
    """Every line of pages and every text of content, with its file and line."""
    pages = [*files(".md", under=CONTENT), *files(".md", under=DOCS), *(ROOT / name for name in PROJECT_PAGES)]
    content = [path for path in files(".yaml", under=CONTENT) if path.parent.name != "workflows"]  # shell, and no prose
    return [one for path in pages for one in written(path)] + [one for path in content for one in texts(path)]


def written(path: Path) -> Iterator[Line]:
    """The lines of a page, without blocks of code."""
    fenced, refused = False, path == DOCS / "glossary.md"  # its last column lists what is refused
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            yield shown(path), number, line.rsplit(" | ", 1)[0] if refused else line


def texts(path: Path) -> Iterator[Line]:
    """The comments and values of a content file; ids, lists of names, and texts in other languages are left out."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield shown(path), number, line
    document = read_yaml(path)
    voices = document.data.get("voices", ()) if isinstance(document.data, dict) else ()
    own_names = {"title"} if path.name == "frameworks.yaml" else set()  # entries are called as their authors call them
    yield from values(document, document.data, (), {*voices, "names", "companies", *own_names} - {"en"})


def values(document: Document, data: object, steps: tuple[str | int, ...], left_out: set[str]) -> Iterator[Line]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inner:
        if step not in left_out:
            yield from values(document, value, (*steps, step), left_out)
    if isinstance(data, str) and not re.fullmatch(r"[a-z0-9_.-]+", data):
        yield shown(document.file), document.where(steps).line, data


def wrong(check) -> list[str]:
    return [
        f"{name}:{number}: {found!r}: write {write!r}" for name, number, text in lines() for found, write in check(text)
    ]


@pytest.mark.parametrize("check", [misspelled, american, unwanted])
def test_content_and_pages_are_spelled_as_agreed(check):
    assert not wrong(check), "\n".join(wrong(check))


def test_enough_is_read():
    """All kinds of content, and of a pack's phrases the English ones and no others."""
    read = lines()
    said = {text for _, _, text in read}
    kinds = {name.split("/")[3] if name.startswith("src/") else name.split("/")[0] for name, _, _ in read}
    assert {"kits", "scenarios", "systems", "constraints", "docs", "README.md"} <= kinds
    assert len(misspellings()) > 50_000
    assert len(british_forms()) > 300
    assert any("refund" in text for text in said)
    assert not any("Rückerstattung" in text or "reembolso" in text for text in said)


@pytest.mark.parametrize(
    "check, text, found",
    [
        (misspelled, "They recieve an update.", [("recieve", "receive")]),
        (misspelled, "Ines reads `recieve` at https://recieve.example/recieve.", []),
        (misspelled, "The severity_seperate field and seperate-id stay.", [("seperate", "separate")]),
        (american, "The organization's behavior is an artifact.", [("organization's", "organisation"), ("behavior", "behaviour"), ("artifact", "artefact")]),
        (american, "An organization wants good judgment.", [("organization", "organisation"), ("judgment", "judgement")]),
        (american, 'The standard says "organization"; a computer program has a licence.', []),
        (unwanted, "The play book, the run book and the post-mortem.", [("run book", "runbook"), ("play book", "runbook"), ("post-mortem", "postmortem")]),
        (unwanted, "Whitelist it? whitelist it, after a roll-back.", [("roll-back", "rollback, or to roll back"), ("whitelist", "allow-list")]),
        (unwanted, "Ask each stake holder and the commander in chief.", [("stake holder", "stakeholder"), ("commander in chief", "incident commander")]),
        (unwanted, "id: near-miss", []),
        (unwanted, "Sev-1 in Hotwash: the hot wash, the runbook, a rollback, the stakeholders.", []),
    ],
)  # fmt: skip
def test_a_planted_word_is_found(check, text: str, found: list[tuple[str, str]]):
    assert sorted(check(text)) == sorted(found)
