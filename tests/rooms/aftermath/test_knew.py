"""What one audience knew at one moment: nothing later, nothing that was not theirs, the same from record and sealed file."""

import json
from dataclasses import asdict

import pytest

from hotwash import bootstrap
from hotwash.aftermath.html import to_html
from hotwash.aftermath.knew_pages import knew_page
from hotwash.kernel.audience import FACILITATOR, player
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError
from tests.support.played import played_drill

pytestmark = pytest.mark.slow

SEATS = ("ic", "tech", "ml", "scribe", "comms", "legal", "privacy")


@pytest.fixture(scope="module")
def files():
    return played_drill().files


def at(files, minute, audience):
    table, events = bootstrap.rebuild(files)
    return bootstrap.what_was_known(table, events, audience, round(minute * MINUTE))


def kit(files):
    return bootstrap.rebuild(files)[0].design.kit


def moments(value):
    """Every moment inside that something happened at."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in ([inner] if name == "at_ms" else moments(inner))]
    return [one for inner in value for one in moments(inner)] if isinstance(value, (list, tuple)) else []


@pytest.mark.parametrize("seat", SEATS)
def test_nothing_later_and_nothing_of_others(files, seat):
    found = at(files, 23, player(seat))
    assert max(moments(asdict(found))) <= 23 * MINUTE
    _, events = bootstrap.rebuild(files)
    for event in events:
        if event.type == "inject_delivered" and seat not in event.data["to"]:
            assert event.data["body"] not in {one.body for one in found.inbox}
    mine = [e for e in events if e.type == "inject_delivered" and seat in e.data["to"] and e.drill_ms <= 23 * MINUTE]
    assert {one.data["body"] for one in mine} <= {one.body for one in found.inbox}


def test_what_was_in_force_changes_with_the_moment(files):
    early, late = at(files, 20, player("legal")), at(files, 40, player("legal"))
    assert "severity" not in {one.what for one in early.facts}
    [severity] = [one for one in late.facts if one.what == "severity"]
    assert severity.words.startswith("Sev-1: ")
    assert len(late.drafts) > len(early.drafts) == 0
    assert any(one.state == "published" for one in late.drafts)
    assert late.events > early.events
    assert [one.count for one in late.signals] != [one.count for one in early.signals]


def test_a_leak_shows_in_the_signals_that_were_seen(files):
    before, after = (
        next(one for one in at(files, minute, player("tech")).signals if one.signal == "pii_hits") for minute in (8, 24)
    )
    assert before.count <= 3 * max(1.0, before.usual)
    assert after.count > 5 * after.usual


def test_clocks_say_what_is_left(files):
    found = at(files, 23, player("comms"))
    html = to_html(knew_page(found, kit(files), player=True))
    assert found.clocks
    assert [one.due_ms for one in found.clocks] == sorted(one.due_ms for one in found.clocks)
    assert "EXERCISE" in html
    assert "<td>Incident Commander</td>" in html
    assert "<td>ic</td>" not in html
    assert all(one.what.split(",")[0].split('"')[0] in html for one in found.clocks)


def test_who_knows_the_key_sees_more_and_the_page_says_so(files):
    legal, control = at(files, 23, player("legal")), at(files, 23, FACILITATOR)
    assert control.events > legal.events
    assert len(control.inbox) > len(legal.inbox)
    assert "what players did not know" in knew_page(control, kit(files), player=False).handling
    assert "what players did not know" not in knew_page(legal, kit(files), player=True).handling


@pytest.mark.parametrize("minute", [-1, 61, 9_999])
def test_a_moment_that_the_drill_does_not_have(files, minute):
    with pytest.raises(ContentError, match=r"Write one from T\+00:00 to T\+1:00:00"):
        at(files, minute, player("legal"))


def test_the_same_moment_is_the_same_page(files):
    one, other = (json.dumps(asdict(at(files, 31, player("privacy")))) for _ in range(2))
    assert one == other
