"""Candidates: which clock from which moment, what is open about it, what a notice lacks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotwash.comms.obligations.check import Incident, NoDuty, check
from hotwash.comms.obligations.moments import Moment, Moments
from hotwash.comms.obligations.notice import MISSING, NOT_ADVICE, Known
from hotwash.comms.obligations.tree import Given
from hotwash.kit.load import load_kit

KIT = load_kit()
BRUSSELS = ZoneInfo("Europe/Brussels")
NEW_YORK = ZoneInfo("America/New_York")
BREACH = ("personal-data", "foreign-output", "in-eu", "controller")


def at(text, zone=BRUSSELS):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def moment(anchor, text, zone=BRUSSELS, **more):
    return Moment(anchor, at(text, zone), "legal", "because", **more)


def incident(*moments, yes=BREACH, day="2026-11-24", activities=(), **more):
    given = {name: Given("yes", "privacy", "seen") for name in yes}
    return Incident(date.fromisoformat(day), given, Moments.of(moments), activities=activities, **more)


def one_of(name, *args, **more):
    return next(one for one in check(KIT, incident(*args, **more)).candidates if one.obligation.id == name)


def test_gdpr_runs_from_awareness_and_says_both_readings():
    found = one_of("gdpr-authority", moment("aware", "2026-11-27T16:20"))
    assert found.standing == "candidate"
    assert found.clock.due == at("2026-11-30T16:20")
    assert found.clock.latest.at == at("2026-12-01T23:59:59")
    assert any("read differently" in one for one in found.clock.open_points)


def test_the_authoritys_own_calendar_can_be_chosen():
    wednesday = moment("aware", "2026-04-01T15:30")
    assert one_of("gdpr-authority", wednesday).clock.latest.at == at("2026-04-04T16:00")
    germany = one_of("gdpr-authority", wednesday, calendars={"gdpr-authority": "germany"})
    assert germany.clock.latest.at == at("2026-04-07T23:59:59", ZoneInfo("Europe/Berlin"))
    with pytest.raises(KeyError):
        one_of("gdpr-authority", wednesday, calendars={"gdpr-authority": "atlantis"})


def test_a_changed_moment_shows_what_the_deadline_was():
    changed = (moment("aware", "2026-11-24T10:50"), moment("aware", "2026-11-24T10:20"))
    found = one_of("gdpr-authority", *changed)
    assert found.clock.due == at("2026-11-27T10:20")
    assert found.clock.before == at("2026-11-27T10:50")
    assert one_of("gdpr-authority", changed[0]).clock.before is None


def test_an_arguable_moment_gives_the_earliest_and_the_latest_deadline():
    aware = moment("aware", "2026-11-24T12:00", earliest=at("2026-11-24T09:10"), latest=at("2026-11-24T15:40"))
    found = one_of("uk-gdpr-authority", aware, yes=("personal-data", "foreign-output", "in-uk", "controller"))
    assert found.clock.earliest.at == at("2026-11-27T09:10")
    assert found.clock.latest.at == at("2026-11-27T15:40")
    assert any("can be argued" in one for one in found.clock.open_points)


def test_without_awareness_on_record_it_is_counted_from_when_it_was_noticed_and_said_so():
    found = one_of("gdpr-authority", moment("detected", "2026-11-24T09:55"))
    assert found.clock.due == at("2026-11-27T09:55")
    assert found.clock.waits_for == "aware"
    assert "nobody recorded awareness" in found.clock.assumed


def test_an_earlier_sign_is_named_beside_awareness():
    found = one_of("gdpr-authority", moment("detected", "2026-11-24T09:00"), moment("aware", "2026-11-24T10:20"))
    assert any("noticed 1 h 20 min earlier" in one for one in found.clock.open_points)


def test_without_any_moment_no_deadline_is_made_up():
    found = one_of("gdpr-authority", moment("occurred", "2026-11-20T09:00"))
    assert (found.clock.due, found.clock.waits_for) == (None, "aware")


FINANCE = {"activities": ("financial-entity-eu",), "yes": ("significant", "in-eu")}


@pytest.mark.parametrize(
    ("aware", "classified", "due"),
    [
        ("2026-11-24T09:00", "2026-11-24T10:00", "2026-11-24T14:00"),  # four hours from classification
        ("2026-11-23T09:00", "2026-11-24T08:00", "2026-11-24T09:00"),  # the 24 hours from awareness come first
        ("2026-11-23T09:00", "2026-11-24T10:00", "2026-11-24T14:00"),  # classified after 24 hours: four hours from then
        ("2026-11-23T09:00", None, "2026-11-24T09:00"),  # not classified yet: 24 hours from awareness
        (None, "2026-11-24T10:00", "2026-11-24T14:00"),
    ],
)
def test_dora_runs_from_classification_and_not_longer_than_a_day_from_awareness(aware, classified, due):
    said = [moment(name, when) for name, when in (("aware", aware), ("classified", classified)) if when]
    assert one_of("dora-initial", *said, **FINANCE).clock.due == at(due)


def test_a_later_stage_runs_from_the_notice_before_it():
    sent = Moment("submitted", at("2026-11-24T11:00"), "legal", "sent", "dora-initial")
    assert one_of("dora-intermediate", sent, **FINANCE).clock.due == at("2026-11-27T11:00")
    assert one_of("dora-final", sent, **FINANCE).clock.waits_for == "submitted"
    later = Moment("submitted", at("2026-11-27T10:00"), "legal", "sent", "dora-intermediate")
    assert one_of("dora-final", sent, later, **FINANCE).clock.due == at("2026-12-28T23:59:59")


def test_the_careful_hours_come_before_the_rules_own_count():
    provider = {"activities": ("high-risk-provider-eu",), "yes": ("infrastructure", "high-risk-system", "in-eu")}
    friday = moment("aware", "2027-12-03T10:00")
    found = one_of("ai-act-infrastructure", friday, day="2027-12-03", **provider)
    assert found.clock.due == at("2027-12-05T10:00")
    assert found.clock.latest.at == at("2027-12-07T23:59:59")
    assert any("48 plain hours" in one for one in found.clock.open_points)


def test_a_row_that_is_not_law_on_the_day_never_becomes_a_candidate():
    provider = {"activities": ("high-risk-provider-eu",), "yes": ("infrastructure", "high-risk-system", "in-eu")}
    aware = moment("aware", "2027-12-01T10:00")
    assert one_of("ai-act-infrastructure", aware, day="2027-12-01", **provider).standing == "not-in-force"
    assert one_of("ai-act-infrastructure", aware, day="2027-12-02", **provider).standing == "candidate"
    everything = check(KIT, incident(aware, yes=[one.id for one in KIT.questions if one.id != "risk-unlikely"]))
    for one in everything.of("candidate", "open"):
        assert one.obligation.in_force_from is None or one.obligation.in_force_from <= date(2026, 11, 24)


def test_material_in_new_york_counts_business_days_to_the_closing_of_the_desk():
    found = one_of(
        "sec-8k", moment("determined", "2026-11-24T20:00", NEW_YORK), yes=("material",), activities=("listed-in-us",)
    )
    assert found.clock.due == at("2026-12-01T17:30", NEW_YORK)


def test_no_duty_is_kept_with_its_reason_and_asks_nothing_more():
    none = {"gdpr-authority": NoDuty("We are the processor.", "legal")}
    checked = check(KIT, incident(moment("aware", "2026-11-24T10:20"), yes=(), no_duty=none))
    found = next(one for one in checked.candidates if one.obligation.id == "gdpr-authority")
    assert (found.standing, found.no_duty.reason) == ("no-duty", "We are the processor.")


def test_candidates_stand_in_the_order_of_their_deadlines():
    yes = (*BREACH, "processor", "contract-clause", "high-risk")
    found = check(KIT, incident(moment("aware", "2026-11-24T10:20"), yes=yes)).of("candidate")
    dues = [one.clock.due for one in found if one.clock.due]
    assert [one.obligation.id for one in found][:2] == ["contract-notice", "gdpr-authority"]
    assert dues == sorted(dues)
    assert [one.clock.due for one in found[len(dues) :]] == [None] * (len(found) - len(dues))


def test_a_notice_says_what_is_known_and_what_is_missing_with_the_law_beside_it():
    known = {"what": Known("Answers held other people's orders.", 7)}
    found = one_of("gdpr-authority", moment("aware", "2026-11-24T10:20", rests_on=9), known=known)
    lines = {one.asks: one for one in found.notice.lines}
    assert (lines["Nature of the breach"].text, lines["Nature of the breach"].rests_on) == (known["what"].text, 7)
    aware = lines["When we became aware"]
    assert aware.text == "We became aware at 10:20 (UTC+0100) on 24 November 2026."
    assert aware.rests_on == 9
    missing = [one.asks for one in found.notice.missing]
    assert "Data protection officer or other contact, by name" in missing
    assert "Nature of the breach" not in missing
    assert found.notice.text.count(MISSING) == len(missing)
    assert found.notice.text.endswith(NOT_ADVICE)


@pytest.mark.parametrize("one", KIT.obligations, ids=lambda one: one.id)
def test_every_row_of_the_kit_has_a_deadline_after_its_moment_or_says_why_not(one):
    start = at("2028-06-14T10:00")
    kinds = [Moment(one.anchor, start, "legal", "x", one.after or "")]
    days = date(2028, 6, 14)
    given = {name: Given("yes") for name in one.needs}
    found = next(
        row
        for row in check(KIT, Incident(days, given, Moments.of(kinds), activities=one.only_for)).candidates
        if row.obligation.id == one.id
    )
    assert found.standing == "candidate"
    if one.deadline is None:
        assert found.clock.due is None
        assert "without undue delay" in found.clock.assumed
    else:
        assert start < found.clock.due <= start + timedelta(days=300)
        assert found.clock.earliest.steps
