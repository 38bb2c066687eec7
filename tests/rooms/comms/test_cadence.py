"""When each audience is owed the next update, which ones came late, and what the room is reminded of."""

import pytest

from hotwash.comms.cadence import Course, end_of, next_due, settled, slots
from hotwash.comms.reminders import Scene, standing
from hotwash.kernel.clock import MINUTE
from hotwash.kit.load import load_kit
from hotwash.kit.schema.comms import Rhythm, Stakeholder

KIT = load_kit()


def row(name="executives", templates=("update-executive",), **rhythm):
    told = rhythm or {"1": (10, 15), "3": (60, 240)}
    by_level = {int(level): Rhythm(first_min=first, every_min=every) for level, (first, every) in told.items()}
    return Stakeholder(
        id=name, title=name.capitalize(), side="inside", decides="x", needs="x", channel="x", templates=list(templates),
        owner="comms", deputy="ic", rhythm=by_level,
    )  # fmt: skip


def course(*sent, levels=((0, 1),), owed=0, over=None, name="executives", template="update-executive"):
    return Course(
        levels=tuple((at * MINUTE, level) for at, level in levels),
        owed={name: owed * MINUTE},
        sent=tuple((at * MINUTE, template) for at in sent),
        over_ms=None if over is None else over * MINUTE,
    )


def told(found):
    return [(slot.due_ms // MINUTE, None if slot.met_ms is None else slot.met_ms // MINUTE) for slot in found]


@pytest.mark.parametrize(
    "what, expected",
    [
        (course(), [(10, None), (25, None), (40, None)]),
        (course(8), [(10, 8), (23, None), (38, None)]),
        (course(13), [(10, 13), (28, None)]),
        (course(14), [(10, None), (25, 14), (29, None)]),
        (course(8, 20), [(10, 8), (23, 20), (35, None)]),
        (course(8, over=20), [(10, 8), (23, None)]),
        (course(owed=12), [(22, None), (37, None)]),
        (course(levels=((5, 1),), owed=5), [(15, None), (30, None)]),
        (course(levels=((0, 3), (20, 1))), [(30, None)]),
        (course(5, levels=((0, 3), (20, 1))), [(60, 5), (30, None)]),
        (course(8, levels=((0, 1), (15, 3))), [(10, 8), (23, None), (263, None)]),
        (course(8, 22, levels=((0, 1), (15, 3))), [(10, 8), (23, 22), (262, None)]),
        (course(levels=((0, 4),)), []),
    ],
)
def test_what_an_audience_was_owed_in_thirty_minutes(what, expected):
    assert told(slots(row(), what, 30 * MINUTE)) == expected


def test_an_update_of_another_template_serves_nobody():
    assert told(slots(row(), course(8, template="update-support"), 12 * MINUTE)) == [(10, None)]


def test_once_is_enough_where_the_rhythm_says_so():
    customers = row("customers", ("status-page",), **{"2": (60, None)})
    what = course(30, levels=((0, 2),), name="customers", template="status-page")
    assert told(slots(customers, what, 200 * MINUTE)) == [(60, 30)]
    assert next_due([customers], what, 200 * MINUTE) == ()


def test_the_next_due_is_the_oldest_that_was_missed():
    rows = [row("executives"), row("support", ("update-support",))]
    what = Course(levels=((0, 1),), owed={"executives": 0, "support": 0}, sent=((8 * MINUTE, "update-support"),))
    found = next_due(rows, what, 20 * MINUTE)
    assert [(due.audience, due.due_ms // MINUTE) for due in found] == [("executives", 25), ("support", 23)]
    assert [due.missed_ms for due in found] == [10 * MINUTE, None]


def test_nobody_is_owed_anything_after_the_end():
    assert next_due([row()], course(over=20), 25 * MINUTE) == ()


def test_only_what_can_be_judged_is_settled():
    found = settled([row()], course(8), 30 * MINUTE)
    assert told(found) == [(10, 8), (23, None)]


def scene(now, *sent, levels=((0, 1),), over=None, **more):
    owed = dict.fromkeys(("executives", "engineering", "support", "product-owner"), 0)
    what = Course(
        tuple((at * MINUTE, level) for at, level in levels),
        owed,
        tuple((at * MINUTE, template) for at, template in sent),
        None if over is None else over * MINUTE,
    )
    return Scene(what, now * MINUTE, **more)


def reminded(*args, **more):
    return {
        (one.reminder, one.about)
        for one in standing(KIT.communication.reminders, KIT.stakeholders, scene(*args, **more))
    }


ALL = tuple((8, template) for template in ("update-executive", "update-engineering", "update-support"))


def test_silence_at_sev_1_is_said_after_fifteen_minutes():
    assert ("quiet-at-sev-1", "") not in reminded(14)
    assert ("quiet-at-sev-1", "") in reminded(15)
    assert ("quiet-at-sev-1", "") not in reminded(16, (2, "update-support"))
    assert ("quiet-at-sev-1", "") not in reminded(60, levels=((0, 2),))


def test_a_changed_severity_is_to_be_told():
    changed = ((0, 3), (10, 1))
    assert ("severity-changed", "sev-1") not in reminded(14, levels=changed)
    assert ("severity-changed", "sev-1") in reminded(15, levels=changed)
    assert ("severity-changed", "sev-1") not in reminded(15, (12, "update-support"), levels=changed)
    assert ("severity-changed", "sev-1") not in reminded(15, levels=((0, 1), (10, 1)))


def test_a_seat_that_must_be_there_and_is_not():
    wanted = frozenset({"legal", "comms"})
    assert ("role-unclaimed", "legal") in reminded(4, wanted=wanted, held=frozenset({"comms"}))
    assert ("role-unclaimed", "legal") not in reminded(2, wanted=wanted, held=frozenset({"comms"}))
    assert ("role-unclaimed", "comms") not in reminded(4, wanted=wanted, held=frozenset({"comms"}))


def test_an_update_that_falls_due_is_owed_by_the_owner_of_its_audience():
    assert ("update-due", "executives") not in reminded(4)
    found = standing(KIT.communication.reminders, KIT.stakeholders, scene(5))
    assert [(one.about, one.seat) for one in found if one.reminder == "update-due"] == [("executives", "comms")]
    assert ("update-due", "executives") not in reminded(10, *ALL)


def test_a_review_that_waits_is_owed_by_the_reviewer():
    waiting = {("d1", "legal"): 2 * MINUTE}
    assert ("review-waiting", "d1 legal") not in reminded(7, waiting=waiting)
    found = standing(KIT.communication.reminders, KIT.stakeholders, scene(8, waiting=waiting))
    assert ("review-waiting", "d1 legal", "legal", 2 * MINUTE) in found


def test_no_reminder_before_the_first_severity_and_after_the_end():
    assert reminded(40, levels=()) == set()
    assert reminded(40, over=30) == set()


def test_an_end_that_was_followed_by_an_opening_was_none():
    assert end_of([14], [19]) is None
    assert end_of([14, 50], [2, 19]) == 50
    assert end_of([], [3]) is None
    assert end_of([20], []) == 20
