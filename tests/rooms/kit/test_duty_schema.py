"""Schema of obligations, calendars and questions: what fits together, and what older kits wrote."""

from datetime import date

import pytest
from pydantic import ValidationError

from hotwash.kit.load import load_kit
from hotwash.kit.schema.duties import Holiday, Obligation, Period, Question
from tests.rooms.kit.copies import kit_copy

KIT = load_kit()


def row(**more):
    plain = KIT.obligations[0].model_dump(mode="json", by_alias=True, exclude={"deadline"})
    return Obligation.model_validate(plain | more)


def test_hours_as_kits_wrote_them_before_are_elapsed_hours():
    old = row(deadline_hours=72)
    assert old.deadline == Period(amount=72, unit="hours", counting="elapsed")
    assert old.deadline_hours == 72
    assert row(deadline_hours=None).deadline is None
    with pytest.raises(ValidationError):
        row(deadline_hours=0)


def test_a_kit_without_the_new_files_has_the_bases(tmp_path):
    folder = kit_copy(tmp_path)
    for name in ("questions", "calendars", "notices"):
        (folder / f"{name}.yaml").unlink()
    kit = load_kit(folder)
    assert (kit.questions, kit.calendars, kit.notices) == (KIT.questions, KIT.calendars, KIT.notices)


@pytest.mark.parametrize(
    ("unit", "counting"), [("hours", "civil"), ("months", "elapsed"), ("business-days", "elapsed")]
)
def test_a_unit_and_a_way_of_counting_that_do_not_fit_are_refused(unit, counting):
    with pytest.raises(ValidationError, match="are counted"):
        Period(amount=1, unit=unit, counting=counting)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"month": 2},
        {"month": 2, "day": 30},
        {"easter": 1, "month": 4, "day": 1},
        {"month": 5, "weekday": "monday", "nth": 0},
        {"easter": 1, "dates": [date(2026, 1, 1)]},
    ],
)
def test_a_holiday_is_said_in_one_way(fields):
    with pytest.raises(ValidationError):
        Holiday(name="x", **fields)


def test_an_answer_follows_in_one_way():
    with pytest.raises(ValidationError, match="not from both"):
        Question(id="x", asks="x?", source="s", any=["a"], all=["b"])
    with pytest.raises(ValidationError, match="counts among"):
        Question(id="x", asks="x?", source="s", unknowns_make_yes=2)


def test_every_obligation_says_what_it_needs_and_every_long_period_its_calendar():
    for one in KIT.obligations:
        assert one.needs, one.id
        if one.deadline and one.deadline.unit != "hours":
            assert one.calendar != "weekends", one.id
