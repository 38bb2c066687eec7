"""Modes against public schemes: ids have the form of their scheme, and none is forced where none exists."""

import re
from pathlib import Path

import pytest

from hotwash.kit.load import load_kit
from tests.rooms.kit.copies import kit_copy, kit_says, planted, shown

TAXONOMY = load_kit().taxonomy
FORMS = {
    "mitre-atlas": r"AML\.T\d{4}(\.\d{3})?",
    "owasp-llm": r"LLM(0[1-9]|10):2025",
    "nist-ai-600-1": r"[A-Z][\w ,-]+",
    "mit-ai-risk": r"[1-7]\.[1-6]",
    "avid": r"[SEPL]0\d{3}",
}
NIST = {
    "CBRN Information or Capabilities", "Confabulation", "Dangerous, Violent, or Hateful Content", "Data Privacy",
    "Environmental Impacts", "Harmful Bias and Homogenization", "Human-AI Configuration", "Information Integrity",
    "Information Security", "Intellectual Property", "Obscene, Degrading, and/or Abusive Content",
    "Value Chain and Component Integration",
}  # fmt: skip
"""The twelve risks of NIST AI 600-1."""
ENTRIES = [(mode, one) for mode, guide in TAXONOMY.modes.items() for one in guide.crosswalk]


def test_five_schemes_stand_there_with_version_source_and_day():
    assert set(TAXONOMY.schemes) == set(FORMS)
    assert {one.scheme for _, one in ENTRIES} == set(FORMS)


@pytest.mark.parametrize("mode, one", ENTRIES, ids=lambda one: getattr(one, "id", one))
def test_an_entry_has_the_form_of_its_scheme(mode, one):
    assert re.fullmatch(FORMS[one.scheme], one.id)
    assert one.scheme != "nist-ai-600-1" or one.id in NIST


def test_no_technique_of_an_adversary_is_said_to_be_a_mode():
    atlas = [one for _, one in ENTRIES if one.scheme == "mitre-atlas"]
    assert {one.relation for one in atlas} <= {"adversary-technique", "narrower", "related"}
    assert not [one for mode, one in ENTRIES if mode == "refusal-regression" and one.relation == "exact"]
    assert any("No public scheme" in one.note for mode, one in ENTRIES if mode == "refusal-regression")


def test_every_mode_corresponds_to_something_and_says_how():
    for mode in TAXONOMY.modes:
        assert len({one.scheme for name, one in ENTRIES if name == mode}) >= 3, mode


def test_a_near_miss_tells_a_control_from_luck():
    assert TAXONOMY.near_miss
    assert {"caught_by", "spared_by"} <= set(TAXONOMY.near_miss.fields)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("scheme: mitre-atlas, id: AML.T0031", "scheme: mitre-atlsa, id: AML.T0031", "there is no scheme 'mitre-atlsa'. Write 'mitre-atlas'."),
        ("relation: exact", "relation: equal", "'relation' is 'equal'. Write 'exact', 'narrower',"),
        ("id: P0102, name: Concept drift", "id: P0101, name: Concept drift", "the id 'avid P0101' is used twice"),
    ],
)  # fmt: skip
def test_a_broken_correspondence_is_located(tmp_path: Path, old: str, new: str, message: str):
    folder = kit_copy(tmp_path)
    line = planted(folder, "taxonomy.yaml", old, new)
    said = shown(kit_says(folder), folder)
    assert [text for text in said if text.startswith(f"taxonomy.yaml:{line}:")], said
    assert any(message in text for text in said), said
