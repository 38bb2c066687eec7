"""A draft on its way out: versions, reviews by content, changes, overrides, corrections, reminders, and how readers take it."""

import pytest

from hotwash.drill import commands as c
from hotwash.drill.payloads import Link
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from hotwash.kit.load import load_kit
from tests.support.drills import bench

TEMPLATES = {one.id: one for one in load_kit().messages}
CALM = "EXERCISE. We are looking into reports. Please check answers before you rely on them. Next update in 15 minutes."


def write(one, text=CALM, seat="ic", template="status-page", draft="d", **more):
    return one.do(
        seat, c.WriteDraft(draft=draft, template=template, variant=TEMPLATES[template].variant, text=text, **more)
    )


def severe(one, level=1):
    one.do("ic", c.SetSeverity(level=level, reason="known so far"))


def test_a_rewritten_draft_is_the_next_version_and_has_to_be_approved_again():
    one = bench()
    write(one, seat="comms", template="talk-track")
    one.do("comms", c.RequestReview(draft="d", reviewers=("legal",)))
    one.do("legal", c.ApproveDraft(draft="d"))
    write(one, CALM + " More soon.", seat="comms", template="talk-track")
    assert [told["revision"] for told in one.all("draft_written")] == [1, 2]
    with pytest.raises(RefusedError, match="approvals are missing"):
        one.do("comms", c.PublishUpdate(draft="d"))
    assert one.session.state.papers["d"].waiting == ("legal",)
    with pytest.raises(RefusedError, match="nothing was changed"):
        write(one, CALM + " More soon.", seat="comms", template="talk-track")


def test_who_asked_for_a_change_sees_that_it_was_made():
    one = bench()
    write(one, template="update-executive")
    one.do("legal", c.RequestChanges(draft="d", note="Say since when."))
    with pytest.raises(RefusedError, match="asked for changes"):
        one.do("comms", c.PublishUpdate(draft="d"))
    write(one, CALM + " Since 09:00.", template="update-executive")
    with pytest.raises(RefusedError, match="legal: asked for changes"):
        one.do("comms", c.PublishUpdate(draft="d"))
    one.do("legal", c.ApproveDraft(draft="d"))
    one.do("comms", c.PublishUpdate(draft="d"))
    assert one.all("update_published")[0]["revision"] == 2


@pytest.mark.parametrize(
    "text, seat",
    [
        ("Some answers held personal data of others.", "privacy"),
        ("We may be in breach of our contracts with you.", "legal"),
        ("We are looking whether decisions were biased.", "legal"),
        ("We are sorry.", "legal"),
    ],
)
def test_what_a_text_says_decides_who_must_read_it(text, seat):
    one = bench()
    write(one, f"{CALM} {text}", seat="comms")
    one.do("ic", c.ApproveDraft(draft="d"))
    with pytest.raises(RefusedError, match="approvals are missing") as refused:
        one.do("comms", c.PublishUpdate(draft="d"))
    assert refused.value.who == (seat,)
    one.do(seat, c.ApproveDraft(draft="d"))
    one.do("comms", c.PublishUpdate(draft="d"))


def test_a_text_that_touches_nothing_needs_its_template_s_approvals_alone():
    one = bench()
    write(one, seat="comms")
    one.do("ic", c.ApproveDraft(draft="d"))
    one.do("comms", c.PublishUpdate(draft="d"))


def test_links_are_positions_for_each_reader_and_versions_in_the_log():
    one = bench()
    severe(one)
    shown = ViewLog(player("comms"), one.session.design)
    views = [seen for event in one.session.events if (seen := shown.show(event))]
    position = next(seen.position for seen in views if seen.type == "severity_set")
    version = next(event.version for event in one.session.events if event.type == "severity_set")
    text = "Sev-1 since this morning. More follows."
    links = (
        Link(sentence="Sev-1 since this morning.", events=(position,)),
        Link(sentence="Not in it.", events=(position,)),
    )
    write(one, text, seat="comms", template="update-executive", links=links)
    assert one.all("draft_written")[0]["links"] == [{"sentence": "Sev-1 since this morning.", "events": [version]}]
    log = ViewLog(player("legal"), one.session.design)
    seen = [shown for event in one.session.events if (shown := log.show(event))]
    draft = next(shown for shown in seen if shown.type == "draft_written")
    told = seen[draft.data["links"][0]["events"][0] - 1]
    assert told.type == "severity_set"
    with pytest.raises(RefusedError, match="no entry 9999"):
        write(one, text + " x", template="update-executive", links=(Link(sentence="x", events=(9999,)),))


def test_audiences_are_owed_from_the_first_severity_and_hit_customers_from_the_scope_on():
    one = bench()
    one.to(1)
    assert not one.all("audience_owed")
    severe(one)
    one.to(3)
    owed = {told["audience"] for told in one.all("audience_owed")}
    assert {"executives", "engineering", "support", "product-owner"} == owed
    one.do("tech", c.ValidateSignal(alert="pii-in-output", second="a read trace", verdict="confirmed"))
    one.do("ml", c.SetScope(scope={"tenant": ["t-04"]}, since_ms=0, statement="tenant t-04 since the start"))
    one.to(5)
    told = {told["audience"]: told for told in one.all("audience_owed")}
    assert {"customers-hit", "customers-not-hit", "account-managers"} < set(told)
    scope = next(event for event in one.session.events if event.type == "scope_set")
    assert told["customers-hit"]["because"] == scope.version


def test_a_reminder_is_raised_put_off_raised_again_and_cleared():
    one = bench()
    severe(one)
    one.to(16)
    quiet = [told for told in one.all("reminder_raised") if told["reminder"] == "quiet-at-sev-1"]
    assert [told["seat"] for told in quiet] == ["comms"]
    with pytest.raises(RefusedError, match="only the seat that owes it"):
        one.do("legal", c.SnoozeReminder(reminder="quiet-at-sev-1", minutes=5, reason="x"))
    with pytest.raises(RefusedError, match="at most 15 minutes"):
        one.do("comms", c.SnoozeReminder(reminder="quiet-at-sev-1", minutes=16, reason="x"))
    with pytest.raises(RefusedError, match="why it can wait"):
        one.do("comms", c.SnoozeReminder(reminder="quiet-at-sev-1", minutes=5, reason=" "))
    one.do("comms", c.SnoozeReminder(reminder="quiet-at-sev-1", minutes=5, reason="the draft is with legal"))
    with pytest.raises(RefusedError, match="no open reminder"):
        one.do("comms", c.SnoozeReminder(reminder="quiet-at-sev-1", minutes=5, reason="again"))
    one.to(22)
    assert sum(told["reminder"] == "quiet-at-sev-1" for told in one.all("reminder_raised")) == 2
    write(one, template="update-executive")
    one.do("comms", c.PublishUpdate(draft="d"))
    one.to(24)
    assert {"reminder": "quiet-at-sev-1", "about": ""} in one.all("reminder_cleared")


def delivered(one):
    return {told["inject"]: told for told in one.all("inject_delivered") if told["inject"].startswith("reader-")}


def published(text, minute, until, *, correct_at=None):
    one = bench()
    severe(one)
    one.to(minute)
    write(one, text, seat="comms")
    one.do("ic", c.ApproveDraft(draft="d", override="we need it out"))
    for seat in ("legal", "privacy"):
        one.do(seat, c.ApproveDraft(draft="d"))
    one.do("comms", c.PublishUpdate(draft="d"))
    if correct_at is not None:
        one.to(correct_at)
        one.do(
            "comms", c.CorrectUpdate(update="d", text="It is contained and watched.", reason="resolved said too much")
        )
    one.to(until)
    return delivered(one)


def test_a_journalist_quotes_a_closing_word_that_is_not_proved():
    told = published(f"{CALM} The issue has been resolved.", 2, 9)["reader-closing-word-quoted"]
    assert "has been resolved" in told["subject"]
    assert (told["to"], told["channel"], told["kind"]) == (["comms", "legal"], "press", "expected-action")
    assert told["due_ms"] == 8 * 60_000


def test_a_correction_in_time_is_read_in_place_of_the_mistake():
    text = f"{CALM} The issue has been resolved."
    assert "reader-closing-word-quoted" not in published(text, 2, 20, correct_at=4)
    assert "reader-closing-word-quoted" in published(text, 2, 20, correct_at=12)


def test_customers_answer_what_a_message_leaves_out():
    bare = published("EXERCISE. Some answers were wrong.", 2, 10)
    assert {"reader-nothing-to-do", "reader-when-again"} <= set(bare)
    assert not {"reader-nothing-to-do", "reader-when-again"} & set(published(CALM, 2, 10))


def test_silence_draws_executives_and_words_keep_them():
    one = bench()
    severe(one)
    one.to(36)
    assert "reader-executives-hear-nothing" in delivered(one)
    other = bench()
    severe(other)
    other.to(20)
    write(other, template="update-executive")
    other.do("comms", c.PublishUpdate(draft="d"))
    other.to(50)
    assert "reader-executives-hear-nothing" not in delivered(other)


def test_support_says_how_late_it_was_told():
    one = bench()
    severe(one)
    one.to(33)
    write(one, template="update-support")
    one.do("comms", c.PublishUpdate(draft="d"))
    one.to(36)
    assert "18 minutes after we needed it" in delivered(one)["reader-late-for-support"]["body"]
