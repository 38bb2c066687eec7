"""Levers are called on paper what they are called on the board."""

import re

import pytest

from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.sections.words import say
from hotwash.conductor.close import close
from hotwash.drill import events as e
from hotwash.drill.views.project import ViewEvent
from hotwash.scoring.case import Entry
from hotwash.warroom.lines import NAMES_A_LEVER, line
from tests.rooms.standins.plays import drill as played
from tests.support.drills import content

TITLES = {str(kind): one.title for kind, one in content()[0].levers.items()}


def close_of():
    one = played("cross-tenant-leak")
    return close(one.table.design, list(one.events), one.table.what_if, one.table.par(), players={})


def test_no_kind_of_a_lever_stands_in_a_report():
    closing = close_of()
    said = to_markdown(after_action_report(Material(closing.case, closing.card, closing.frame, closing.review)))
    assert "“Cut retrieval” took effect" in said
    kinds = re.compile(rf"\b({'|'.join(kind for kind in TITLES if '_' in kind)})\b")
    assert not [one for one in said.splitlines() if kinds.search(one) and ", kept: " not in one], (
        "but in marks, as scored"
    )
    log = [one for one in said.splitlines() if re.search(r"\| (lever|effect) \|", one)]
    assert log
    assert not [one for one in log if re.search(r"\| (rollback|guardrail|queue|review|breaker|failover)\b", one)]


@pytest.mark.parametrize("kind", ["lever_requested", "lever_pulled", "lever_took_effect", "lever_reverted"])
def test_a_line_of_the_timeline_names_the_lever_and_an_unknown_one_by_its_kind(kind):
    for lever, called in (("rollback", "“Roll back”"), ("of_another_kit", "of_another_kit")):
        assert called in line(ViewEvent(1, kind, 0, 0, "ic", "Ida", {"kind": lever, "call": "c"}), content()[0]).text


def test_a_fix_past_its_expiry_is_called_so_too():
    data = {"fix": "tech-lever-1", "kind": "lever", "owner": "tech", "what": "safe mode", "expired_ms": 60_000}
    assert (
        "“Minimum safe mode”" in line(ViewEvent(1, "fix_expired", 0, 0, "control", "control", data), content()[0]).text
    )
    told = say(Entry(1, 0, "control", e.FixExpired.model_validate(data)), TITLES)[1]
    assert told.startswith("“Minimum safe mode”")


def test_every_type_that_names_a_lever_does_it_in_a_field_of_its_own():
    assert all(field in e.EVENTS[kind].model_fields for kind, field in NAMES_A_LEVER.items())
