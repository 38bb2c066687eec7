"""What is known, by whom, and what may be cited; duties that rest on what nobody can know yet."""

from dataclasses import replace

import pytest

from hotwash.drill import commands as c
from hotwash.drill.conditions import lacking
from hotwash.drill.journal import Journal
from hotwash.drill.read import UPCASTERS, current, read
from hotwash.drill.refusal import RefusedError
from hotwash.drill.state import fold
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import Draft, seal
from hotwash.kit.schema.conditions import Known, Seen
from hotwash.kit.schema.kit import Duty, Rule
from hotwash.kit.secret import TrueFact
from tests.support.drills import bench, content


def with_rule(when, meet, within_min=10.0):
    kit = content()[0]
    duty = Duty(id="duty", seat="tech", what="do it", within_min=within_min, meet=meet)
    rule = Rule(id="rule", title="r", when=when, then=[duty], source="test")
    return kit.model_copy(update={"rules": [rule]})


def test_evidence_that_nobody_collected_cannot_be_cited():
    one = bench()
    decision = {"kind": "close", "what": "We close.", "reason": "seen", "evidence": ("sample-1",)}
    with pytest.raises(RefusedError, match="no evidence item sample-1: collect it first"):
        one.do("scribe", c.RecordDecision(decision="d1", **decision))
    one.do("scribe", c.CollectEvidence(item="sample-1", kind="trace", ref="r-1"))
    one.do("scribe", c.RecordDecision(decision="d1", **decision))
    one.do("tech", c.TakeSnapshot(item="snap"))
    one.do("ic", c.OpenIncident(title="t", observation="o", evidence=("snap", "sample-1")))


@pytest.mark.parametrize(
    ("kind", "ref"), [("suite", "replay"), ("signal", "no_signal"), ("message", "no-inject"), ("configuration", "moon")]
)
def test_evidence_points_at_something_that_is_there(kind, ref):
    one = bench()
    with pytest.raises(RefusedError, match=f"there is no {kind} '{ref}' here"):
        one.do("scribe", c.CollectEvidence(item="i", kind=kind, ref=ref))


def test_a_suite_is_evidence_once_it_ran():
    one = bench()
    one.do("ml", c.RunSuite(suite="replay"))
    one.do("scribe", c.CollectEvidence(item="i", kind="suite", ref="replay"))
    assert one.all("evidence_collected")[0]["ref"] == "replay"


def test_it_is_on_record_which_seat_learned_what_and_when():
    one = bench()
    one.to(5)
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    one.to(9)
    one.do("legal", c.OpenTrace(trace="r-1", purpose="duty to notify?"))
    one.do("legal", c.OpenTrace(trace="r-1", purpose="once more"))
    learned = [event for event in one.session.events if event.type == "fact_learned"]
    crossed = [event for event in learned if event.data["fact"] == "cross_tenant_content"]
    assert [(event.drill_ms // MINUTE, event.data["seats"]) for event in crossed] == [(5, ["tech"]), (9, ["legal"])]
    assert one.session.state.journal.facts["cross_tenant_content"].at_ms == 5 * MINUTE


def test_an_answer_goes_to_an_inject_that_one_received_and_guessing_teaches_nothing():
    one = bench()
    one.to(17)
    got = one.all("inject_delivered")[0]
    outsider = next(seat for seat in one.session.design.seats if seat not in got["to"])
    with pytest.raises(RefusedError) as refused:
        one.do(outsider, c.SendMessage(channel="chat", to=(), text="on it", in_reply_to=got["inject"]))
    with pytest.raises(RefusedError) as unknown:
        one.do(outsider, c.SendMessage(channel="chat", to=(), text="on it", in_reply_to="no-inject"))
    assert str(refused.value).replace(got["inject"], "X") == str(unknown.value).replace("no-inject", "X")
    one.do(got["to"][0], c.SendMessage(channel="chat", to=(), text="on it", in_reply_to=got["inject"]))


def test_nobody_is_marked_down_for_a_secret():
    """A rule on what is true is armed for exercise control; it is shown and judged only once the team knows."""
    rule = with_rule(Known(fact="cross_tenant_content", of="world"), Seen(event="snapshot_taken"))
    secret = content()[2]
    truth = secret.key.model_copy(update={"facts": [TrueFact(fact="cross_tenant_content", from_min=2)]})
    one = bench(kit=rule, secret=secret.model_copy(update={"key": truth}))
    one.to(20)
    assert [(line["knowable"], line["due_ms"]) for line in one.all("rule_armed")] == [(False, 12 * MINUTE)]
    assert one.all("rule_missed") == []
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    one.to(45)
    assert one.all("rule_armed")[-1]["knowable"] is True
    assert one.all("rule_armed")[-1]["due_ms"] == 30 * MINUTE
    assert [line["duty"] for line in one.all("rule_missed")] == ["duty"]
    log = ViewLog(player("tech"), one.session.design)
    seen = [shown.type for event in one.session.events if (shown := log.show(event)) and shown.type.startswith("rule")]
    assert seen == ["rule_armed", "rule_missed"]


@pytest.mark.parametrize(("within", "judged"), [(60, True), (60.5, False)])
def test_a_deadline_at_endex_is_judged_and_one_after_it_is_not(within, judged):
    one = bench(kit=with_rule(Seen(event="drill_started"), Seen(event="snapshot_taken"), within))
    one.to(60)
    assert one.all("drill_ended")
    assert bool(one.all("rule_missed")) is judged


def test_a_duty_whose_time_ran_out_while_a_jump_went_over_it_is_judged_at_once():
    one = bench(kit=with_rule(Seen(event="comms_checked"), Seen(event="snapshot_taken"), 5))
    one.do("tech", c.CheckComms())
    one.do("facilitator", c.JumpTo(to_ms=60 * MINUTE))
    one.to(60)
    assert [line["duty"] for line in one.all("rule_missed")] == ["duty"]


def test_what_was_lacking_names_what_came_nearest_and_how_it_differed():
    one = bench()
    one.to(3)
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    journal = one.session.state.journal
    wanted = Seen(event="trace_opened", by=["ml"], where={"purpose": "triage"})
    version = journal.last("trace_opened").version
    assert lacking(wanted, journal) == (
        f"no trace opened by ml with purpose triage; nearest was e{version}, where it was tech and purpose was look"
    )
    assert lacking(Seen(event="trace_opened", times=3), journal) == "no trace opened (1 of 3)"
    assert lacking(wanted, Journal()) == "no trace opened by ml with purpose triage"


def test_events_of_an_older_schema_are_read_folded_and_shown_as_todays(monkeypatch):
    """As if `scope_set` had once called its statement `text`."""
    one = bench()
    one.do("ml", c.SetScope(scope={"tenant": ["t-04"]}, since_ms=0, statement="t-04 alone"))
    newest = next(event for event in one.session.events if event.type == "scope_set")
    old_data = {("text" if name == "statement" else name): value for name, value in newest.data.items()}
    draft = Draft("scope_set", old_data, newest.drill_ms, newest.wall_ms, newest.seat, newest.person)
    old = seal(draft, newest.stream, newest.version, newest.previous, newest.command_id)
    newer = replace(old, schema=2)
    with pytest.raises(NotSupportedError, match="later version of hotwash"):
        current(newer)

    def rename(body):
        return {("statement" if name == "text" else name): value for name, value in body.items()}

    monkeypatch.setitem(UPCASTERS, ("scope_set", 1), rename)
    events = [old if event is newest else event for event in one.session.events]
    assert read(old).statement == "t-04 alone"
    assert fold(events).journal.last("scope_set").data["statement"] == "t-04 alone"
    log = ViewLog(player("ic"), one.session.design)
    shown = [seen for event in events if (seen := log.show(event)) and seen.type == "scope_set"]
    assert shown[0].data["statement"] == "t-04 alone"
