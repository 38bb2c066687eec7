"""System packs: what a team needs within half a minute, and what a model card and an operator's page must say."""

import re

import pytest

from hotwash.kit.load import list_systems, load_system

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: Brysbaert, Journal of Memory and Language 109, 2019."""


def half_minute(card: str) -> str:
    return card.split("## In 30 seconds\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("name", list_systems())
def test_a_pack_begins_with_what_can_be_read_in_thirty_seconds(name: str):
    card = load_system(name).card
    assert card.splitlines()[2] == "## In 30 seconds"
    first = half_minute(card)
    assert 60 <= len(re.findall(r"[\w']+", first)) <= WORDS_A_MINUTE / 2
    for said in ("**Goes wrong as**", "**Hits**", "**Safe to turn first", "**Call**"):
        assert said in first


@pytest.mark.parametrize("name", ["support-copilot", "eligibility-scoring"])
@pytest.mark.parametrize(
    "said",
    [
        "What it does.", "What it does not.", "| Owner |", "| Model |", "| Tested |", "| Released |", "| Touches |", "| Languages |",
        "**Path of a", "one back", "**Depends on.**", "**Controls.**", "**Promises", "ordinary day", "**Known weaknesses",
    ],
)  # fmt: skip
def test_a_pack_says_what_a_model_card_and_an_operator_need(name: str, said: str):
    assert said in load_system(name).card


@pytest.mark.parametrize("name", list_systems())
def test_the_first_lever_that_a_pack_names_is_there(name: str):
    spec = load_system(name)
    named = {
        kind
        for kind in spec.levers
        if kind.replace("tools_off", "write tools off")
        .replace("hold_adverse", "hold adverse decisions")
        .replace("_", " ")
        in half_minute(spec.card)
    }
    assert named & {"tools_off", "hold_adverse"}
