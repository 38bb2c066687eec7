"""What a seat keeps of its view is what it would make of it anew, entry by entry, through a whole drill."""

import pytest

from hotwash import bootstrap
from hotwash.comms.cadence import slots
from hotwash.drill.deadlines import timed
from hotwash.drill.fixes import fixes, fixes_now
from hotwash.drill.kept import Kept
from hotwash.drill.known import seat_facts, seat_people, team_facts
from hotwash.drill.rhythm import course_of
from hotwash.drill.state import DrillState
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from hotwash.standins.view import PARTS, picture

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played():
    table = bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), 3)
    return table.design, bootstrap.run(table, "slow,ic=expert").events


def test_the_room_and_the_facts_of_a_seat_are_those_made_anew(played):
    design, events = played
    log, view = ViewLog(player("ic"), design), PlayerView("ic")
    shown, common = [], (design.system, design.kit, design.scenario.story_start)
    for event in events:
        one = log.show(event)
        if one is None:
            continue
        view.apply(one)
        shown.append(one)
        people = seat_people(view, one.drill_ms)
        kept = picture(view, "ic", one.drill_ms), seat_facts(view, *common, one.drill_ms)
        assert people == kept[1].people
        if one.position % 7 == 0 or one.position > log.position - 3:
            anew = PlayerView("ic")
            for earlier in shown:
                anew.apply(earlier)
            assert kept == (picture(anew, "ic", one.drill_ms), seat_facts(anew, *common, one.drill_ms))
            assert view.course == anew.course
    assert people is not None
    assert len(shown) > 200


def test_the_facts_of_the_team_are_those_made_anew_and_those_of_the_past_stay_so(played):
    design, events = played
    state = DrillState()
    for event in events:
        state.apply(event)
        kept = team_facts(state.journal, design, event.drill_ms)
        if event.version % 25 == 0:
            anew = DrillState()
            for earlier in events[: event.version]:
                anew.apply(earlier)
            assert kept == team_facts(anew.journal, design, event.drill_ms)
    middle = events[len(events) // 2]
    past = DrillState()
    for event in events:
        if event.drill_ms <= middle.drill_ms:
            past.apply(event)
    assert team_facts(state.journal, design, middle.drill_ms) == team_facts(past.journal, design, middle.drill_ms)


def test_fixes_and_deadlines_of_the_log_are_those_made_anew_after_every_entry(played):
    """Also what an entry of a type that they do not name would have changed."""
    _, events = played
    state = DrillState()
    seen = set()
    for event in events:
        state.apply(event)
        kept = fixes_now(state.journal), timed(state), course_of(state.journal)
        held, state.journal.kept = state.journal.kept, Kept()
        assert kept == (fixes(state.journal.of), timed(state), course_of(state.journal))
        state.journal.kept = held
        seen |= {len(kept[0]), len(kept[1])}
    assert len(seen) > 3


def test_every_update_that_is_owed_is_what_it_was_whoever_asks_again(played):
    design, events = played
    state = DrillState()
    for event in events:
        state.apply(event)
        course = course_of(state.journal)
        for one in design.kit.stakeholders:
            assert course.slots(one, event.drill_ms) == slots(one, course, event.drill_ms)
            assert course.slots(one, event.drill_ms) is course.slots(one, event.drill_ms)
    owed = next(one for one in design.kit.stakeholders if course.slots(one, event.drill_ms))
    assert course.slots(owed.model_copy(update={"rhythm": {}}), event.drill_ms) == (), (
        "a row of the same name is another row"
    )


def test_every_part_of_a_room_reads_only_the_types_that_it_names(played):
    """An entry of another type must not change a part: else what is kept would be out of date."""
    design, events = played
    log, view = ViewLog(player("comms"), design), PlayerView("comms")
    before = {name: make(view) for name, (_, make) in PARTS.items()}
    for event in events:
        one = log.show(event)
        if one is None:
            continue
        view.apply(one)
        for name, (types, make) in PARTS.items():
            now = make(view)
            assert one.type in types or now == before[name], (name, one.type)
            before[name] = now
