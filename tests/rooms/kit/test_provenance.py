"""What numbers and legal statements rest on: every part says so, and what needs a source of its own has one."""

import re
from pathlib import Path

import pytest

from hotwash.kit.load import KIT_FILES, load_kit
from hotwash.kit.refs import SOURCED
from tests.rooms.kit.copies import KIT as FOLDER
from tests.rooms.kit.copies import kit_copy, kit_says, planted, shown

KIT = load_kit()
LAW = re.compile(
    r"\bArt\. ?\d|\bCFR\b|U\.S\.C\.|\bGDPR\b|Regulation \(E[UC]\)|Directive \(EU\)|NYCRR|\bHIPAA\b|\bDORA\b|\bNIS2\b"
)
NUMBER = re.compile(r"\d")


def test_every_part_says_what_it_rests_on_how_surely_and_since_when():
    assert set(KIT.provenance) == SOURCED
    assert {one.confidence for one in KIT.provenance.values()} == {"high", "medium", "low"}


@pytest.mark.parametrize("field", sorted(KIT_FILES))
def test_a_file_with_numbers_or_law_in_it_belongs_to_a_part_with_a_source(field: str):
    text = (FOLDER / KIT_FILES[field]).read_text()
    if field != "provenance" and (NUMBER.search(text) or LAW.search(text)):
        assert KIT.provenance[field].rests_on


def test_law_stands_only_where_a_source_of_its_own_stands_beside_it():
    for one in KIT.rules:
        if LAW.search(f"{one.title} {' '.join(duty.what for duty in one.then)}"):
            assert LAW.search(one.source), one.id
    for one in KIT.guides:
        if LAW.search(one.text):
            assert any(LAW.search(source) or "obligations.yaml" in source for source in one.sources), one.id


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("severity:\n", "severty:\n", "there is no part 'severty'. Write 'severity'."),
        ("severity:\n", "severty:\n", "severity missing. Write all of them; none may be left out."),
        ("confidence: high", "confidence: certain", "'confidence' is 'certain'."),
    ],
)  # fmt: skip
def test_a_part_without_an_entry_is_a_mistake(tmp_path: Path, old: str, new: str, message: str):
    folder = kit_copy(tmp_path)
    planted(folder, "provenance.yaml", old, new)
    said = shown(kit_says(folder), folder)
    assert any(text.startswith("provenance.yaml:") and message in text for text in said), said
