"""The pages that people work from: one for every mode, one printed page each, and every name in them exists."""

import re

import pytest

from hotwash.drill.events import EVENTS
from hotwash.kit.load import (
    base_kit_folder,
    list_constraints,
    list_scenarios,
    list_systems,
    load_constraint,
    load_kit,
    load_scenario,
    load_system,
)
from hotwash.kit.vocabulary import COMMANDS, FAIL_FAST_CHECKS, LEVER_ARGUMENTS, MEASURES, MILESTONES, SIGNALS, SUITES
from tests.rooms.kit.copies import kit_copy, kit_says, planted

KIT = load_kit()
PAGE_WORDS = 560
"""Words that fit on a printed page at eleven points."""


def names() -> set[str]:
    """Everything that a page may call by its id."""
    duties = {duty.id for rule in KIT.rules for duty in rule.then}
    known = {*KIT.levers, *(one.id for one in KIT.alerts), *(one.id for one in KIT.rules), *duties}
    known |= {one.id for one in (*KIT.obligations, *KIT.messages, *KIT.prohibited, *KIT.guides)}
    known |= {
        *KIT.taxonomy.facts,
        *KIT.taxonomy.modes,
        *KIT.roles.seats,
        *KIT.severity.dimensions,
        *KIT.harm.categories,
    }
    known |= {*KIT.declaration.major_criteria, *MEASURES, *MILESTONES, *SUITES, *COMMANDS, *EVENTS, *FAIL_FAST_CHECKS}
    known |= {signal for signals in SIGNALS.values() for signal in signals}
    known |= {name for arguments in LEVER_ARGUMENTS.values() for name in arguments}
    known |= {one.id for one in KIT.rubric.dimensions} | {one.id for one in KIT.rubric.time_metrics}
    return known


@pytest.mark.parametrize("guide", KIT.guides, ids=lambda one: one.id)
def test_a_page_is_one_page_with_its_sources(guide):
    assert len(re.findall(r"\w+", guide.text)) <= PAGE_WORDS
    assert guide.sources
    assert guide.kind != "checklist" or len(guide.items) >= 5


def test_every_mode_has_a_runbook_and_the_first_half_hour_has_one():
    runbooks = [one for one in KIT.guides if one.kind == "runbook"]
    assert {mode for one in runbooks for mode in one.modes} == set(KIT.taxonomy.modes)
    assert any(not one.modes for one in runbooks)


@pytest.mark.parametrize("guide", KIT.guides, ids=lambda one: one.id)
def test_what_looks_like_a_lever_an_alert_or_a_rule_is_one(guide):
    """Ids stand in backticks; a word with a hyphen or an underscore in backticks is meant as one."""
    meant = set(re.findall(r"`([a-z]+(?:[-_][a-z]+)+)`", guide.text))
    assert meant <= names(), sorted(meant - names())


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("runbook-drift.md", "## Triage", "## Sorting", "runbook 'runbook-drift' lacks Triage"),
        ("runbook-drift.md", "modes: [drift]", "modes: [rust]", "rust"),
        ("runbook-drift.md", "kind: runbook", "kind: poem", "poem"),
    ],
)
def test_a_page_that_does_not_hold_is_named(tmp_path, file, old, new, said):
    kit = kit_copy(tmp_path)
    planted(kit / "guides", file, old, new)
    problems = kit_says(kit)
    assert any(said in str(one) and one.where.file.name == file for one in problems), [str(one) for one in problems]


PUBLIC_ID = re.compile(
    r"incidentdatabase\.ai/cite/\d+|Database \d+|AML\.T\d{4}|LLM\d\d:2025|CVE-\d{4}-\d+|Netw Open 2021|20\d\d\)"
)
"""Something by which the public record behind a scenario can be looked up."""


REAL = re.compile(
    r"incidentdatabase|AIID|\b(?:Air Canada|Amazon|Anthropic|Apple|ChatGPT|Chevrolet|Claude|Cursor|DPD|Epic|Facebook|Gemini|GitHub|Google|IBM|Klarna"
    r"|Meta|Microsoft|OpenAI|Replit|Salesforce|Samsung|Slack|Tesla|Twitter|Uber|Workday|Zillow)\b"
)
"""Companies and products of which public incidents are told, and the register of them. They may be named as a source."""


def test_no_real_company_is_named_in_what_players_read():
    pages = {one.id: one.text for one in (*KIT.guides, *KIT.messages)}
    pages |= {f"card of {name}": load_system(name).card for name in list_systems()}
    pages |= {name: load_constraint(name).model_dump_json() for name in list_constraints()}
    spoken = base_kit_folder().parent.parent.joinpath("systems").rglob("phrases.yaml")
    pages |= {f"words of {file.parent.name}": file.read_text(encoding="utf-8") for file in spoken}
    assert len(pages) > 50
    assert {name: found for name, text in pages.items() if (found := REAL.findall(text))} == {}
    assert REAL.search("The dealer in Chevrolet cars")


@pytest.mark.parametrize("name", list_scenarios())
def test_each_scenario_says_what_it_was_inspired_by_where_facilitators_read_it_and_players_do_not(name):
    public, secret = load_scenario(name)
    guide = secret.facilitator_guide
    assert guide.count("## Inspired by") == 1
    inspired = guide.split("## Inspired by")[1]
    assert PUBLIC_ID.search(inspired)
    assert "No real company is meant." in inspired
    shown = [public.model_dump_json(), *(f"{one.sender} {one.subject} {one.body}" for one in secret.msel)]
    assert not [found for text in shown for found in REAL.findall(text)]
