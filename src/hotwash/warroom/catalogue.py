"""Every command that can be given on a page, with the words of its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotwash.comms.obligations.moments import WORDS
from hotwash.drill.design import DrillDesign
from hotwash.warroom.forms import Field, Form, Options

Choices = Callable[[DrillDesign], Options]


def _fixed(*values: str) -> Choices:
    options = [(one, one.replace("-", " ").replace("_", " ")) for one in values]
    return lambda _design: options


def _labelled(**values: str) -> Choices:
    options = [(name.replace("_", "-"), label) for name, label in values.items()]
    return lambda _design: options


def _after(first: str, choices: Choices) -> Choices:
    """The choices behind an empty one: a page that chooses for somebody puts a judgement on record that nobody made."""
    return lambda design: [("", first), *choices(design)]


def _judged(choices: Choices) -> Choices:
    return _after("choose", choices)


def _modes(design: DrillDesign) -> Options:
    return [(name, guide.title) for name, guide in design.kit.taxonomy.modes.items()]


def _buckets(design: DrillDesign) -> Options:
    return [(str(name), f"{guide.title}: {guide.holds}") for name, guide in design.kit.taxonomy.buckets.items()]


def _levels(design: DrillDesign) -> Options:
    return [(str(level), f"Sev-{level} {guide.title}") for level, guide in sorted(design.kit.severity.levels.items())]


def _criteria(design: DrillDesign) -> Options:
    return list(design.kit.declaration.major_criteria.items())


def _alerts(design: DrillDesign) -> Options:
    return [(one.id, one.title) for one in design.alerts.values()]


def _seats(design: DrillDesign) -> Options:
    return [(name, seat.title) for name, seat in design.kit.roles.seats.items()]


def _room(design: DrillDesign) -> Options:
    return [("all", "Everybody"), *_seats(design), ("facilitator", "Facilitator")]


def _suites(design: DrillDesign) -> Options:
    return [(one, one) for one in design.system.suites]


def _components(design: DrillDesign) -> Options:
    return [("", "not said"), *((one, one) for one in design.system.versions)]


def _duties(design: DrillDesign) -> Options:
    return [(one.id, f"{one.regime} ({one.jurisdiction})") for one in design.obligations.values()]


def _questions(design: DrillDesign) -> Options:
    return [(one.id, one.asks) for one in design.kit.questions]


def _moments(_design: DrillDesign) -> Options:
    return [(name, f"{name}: {words}") for name, words in WORDS.items()]


def _about(design: DrillDesign) -> Options:
    return [("", "the whole incident"), *_duties(design)]


def _templates(design: DrillDesign) -> Options:
    return [("", "choose"), *((one.id, f"{one.title} ({one.variant})") for one in design.templates.values())]


def _personas(design: DrillDesign) -> Options:
    """Everybody who speaks in this scenario. Secret: an inject that is still to come names its sender."""
    return [(one, "") for one in sorted({inject.sender for inject in design.secret.msel})]


def _objectives(design: DrillDesign) -> Options:
    return [(one, one) for one in design.scenario.objectives]


def _approvers(design: DrillDesign) -> Options:
    able = {seat for one in design.kit.levers.values() for seat in one.rights.approvers}
    return [("", "nobody yet"), *((seat, title) for seat, title in _seats(design) if seat in able)]


def _signals(design: DrillDesign) -> Options:
    return [("", "not said"), *((name, one.title) for name, one in design.system.signals.items() if one.denominator)]


def _tripwires(design: DrillDesign) -> Options:
    """One for each signal, to be changed."""
    return [(f"{name} above 0.1 % in 10 min", title) for name, title in _signals(design) if name]


YES_NO = _after("not known yet", _labelled(true="yes", false="no"))
REASON = Field("reason", "Why", "area")
RECORD = (
    Field("effect", "Expected effect", required=False),
    Field("trigger", "Trigger metric", "choice", _signals, required=False),
    Field("fall_percent", "By how many percent it should fall", "number", required=False),
    Field("approver", "Approver", "choice", _approvers, required=False),
    Field("expires_min", "Expires after minutes", "number", required=False),
    Field("step_down", "Step-down plan: back to what, and when", required=False),
)
CANARY = (
    Field(
        "contained_ppm",
        "Canary: contained rate, in a million",
        "number",
        required=False,
        hint="Empty: 1000, which is 0.1 %.",
    ),
    Field(
        "worse_ppm",
        "Canary: rate that must not pass, in a million",
        "number",
        required=False,
        hint="Empty: 3000, which is 0.3 %.",
    ),
    Field("auto_stop", "Canary: take it back by itself when the verdict is stop", "check", required=False),
)
EVIDENCE = Field(
    "evidence", "Evidence items", "list", required=False, hint="Ids from the Evidence tab, with commas between them."
)
OVERRIDE = Field(
    "override", "Override a blocking finding: why", required=False, hint="Only where the check blocks it, by who may."
)
SCOPE = Field("scope", "Where", "scope", required=False)
TIMES = tuple(f"{one}/1" for one in (1, 2, 4, 8, 16, 60))

FORMS: Mapping[str, Form] = {
    form.do: form
    for form in (
        # exercise control
        Form("start_drill", "STARTEX", "Start the drill"),
        Form("pause_drill", "Pause", "Pause", (Field("reason", "Why", required=False),)),
        Form("resume_drill", "Resume", "Resume"),
        Form("change_speed", "Speed", "Set speed", (
            Field("num", "Times as fast", "number", value="1"), Field("den", "divided by", "number", value="1"),
        )),
        Form("jump_to", "Skip forward", "Skip", (Field("to_ms", "To minute", "minutes"),),
             confirm="What lies between is played at once and nobody can act in it."),
        Form("end_drill", "ENDEX", "End the drill", (Field("reason", "Why"),),
             confirm="Play ends for everybody and cannot be resumed."),
        Form("trigger_inject", "Trigger now", "Trigger now"),
        Form("hold_inject", "Hold", "Hold", (Field("reason", "Why", required=False),)),
        Form("skip_inject", "Skip", "Skip", (Field("reason", "Why", required=False),)),
        Form("improvise_inject", "Improvise an inject", "Send it", (
            Field("sender", "From (a persona)", options=_personas), Field("channel", "Channel", "choice",
                  _fixed("chat", "e-mail", "phone", "ticket", "press", "portal", "alert")),
            Field("to", "To", "many", _seats), Field("subject", "Subject"), Field("body", "Words", "area"),
        ), makes="inject"),
        Form("note_as_facilitator", "Note", "Note it", (Field("text", "What you saw", "area"),)),
        Form("discount_rating", "Discount", "Discount", (Field("reason", "Why"),)),
        # seats
        Form("take_seat", "Take the seat", "Take the seat"),
        Form("hand_over", "Hand the seat over", "Hand over", (
            Field("to_person", "To whom"), Field("note", "What the next holder must know", "area",
                  hint="State, open decisions, deadlines."),
        ), confirm="The seat is no longer yours."),
        Form("check_comms", "Comms check", "I can read and act"),
        # orient
        Form("open_incident", "Open an incident", "Open the incident", (
            Field("title", "Title"), Field("observation", "What is seen, without an explanation", "area"), EVIDENCE,
        )),
        Form("state_incident", "Incident statement", "Set the statement", (
            Field("statement", "Who, what, where, since when, in one sentence", "area"),
        )),
        Form("classify", "Label", "Set the label", (
            Field("bucket", "Primary bucket", "choice", _judged(_buckets)), Field("mode", "Failure mode", "choice", _judged(_modes)),
            Field("contributors", "Contributors", "many", lambda design: [(str(one), guide.title) for one, guide in design.kit.taxonomy.buckets.items()],
                  required=False), REASON,
        )),
        Form("set_severity", "Severity", "Set severity", (
            Field("level", "Level", "choice", _judged(_levels)), REASON,
            Field("rule", "Rule that decided", required=False),
        )),
        Form("declare_major_incident", "Major incident", "Declare", (
            Field("criteria", "Criteria that are met", "many", _criteria), REASON,
        )),
        Form("stand_down", "Stand down", "There is no incident", (REASON, EVIDENCE),
             confirm="The record then says that there is no incident."),
        Form("assess_impact", "Impact in five minutes", "Record the impact", (
            Field("who", "Who is touched"), Field("people_low", "People, at least", "number", required=False),
            Field("people_high", "People, at most", "number", required=False),
            Field("data_involved", "Data involved", "list", required=False),
            Field("jurisdictions", "Countries", "list", required=False),
            Field("promises", "Promises that were made", required=False),
            Field("reversible", "Can it be undone?", "choice", YES_NO, required=False),
            Field("ongoing", "Does it go on?", "choice", YES_NO, required=False),
            Field("money_low_usd", "USD, at least", "number", required=False),
            Field("money_high_usd", "USD, at most", "number", required=False),
        )),
        Form("set_scope", "Scope", "Set the scope", (
            SCOPE, Field("since_ms", "Since minute", "minutes"),
            Field("share_low", "Percent of requests there, at least", "number", required=False),
            Field("share_high", "Percent, at most", "number", required=False),
            Field("statement", "In one sentence", "area"),
        )),
        # think
        Form("validate_signal", "Is it real?", "Record the verdict", (
            Field("second", "Second, independent signal or sample"),
            Field("verdict", "Verdict", "choice", _judged(_fixed("confirmed", "spurious", "unclear"))),
            Field("note", "Note", "area", required=False), EVIDENCE,
        )),
        Form("adjust_detector", "Mend the detector", "Change it", (
            Field("change", "Change", "choice", _fixed("suppress-pattern", "raise-threshold", "require-second-signal")),
            Field("detail", "What exactly"),
        )),
        Form("raise_hypothesis", "Raise a hypothesis", "Raise it", (
            Field("statement", "What could explain it", "area"),
            Field("component", "Component", "choice", _components, required=False),
            Field("mode", "Failure mode", "choice", lambda design: [("", "not said"), *_modes(design)], required=False),
        ), makes="hypothesis"),
        Form("record_test", "Record a test", "Record", (
            Field("method", "How it was tested"),
            Field("result", "Result", "choice", _judged(_fixed("supports", "refutes", "inconclusive"))),
            Field("note", "Note", "area", required=False), EVIDENCE,
        )),
        Form("record_decision", "Record a decision", "Record the decision", (
            Field("kind", "Kind", "choice", _fixed("contain", "declare", "not-declare", "severity", "scope", "rollback", "notify",
                  "not-notify", "communicate", "accept-risk", "recover", "close")),
            Field("what", "What was decided"), REASON, Field("options", "Options that were turned down", "list", required=False),
            EVIDENCE, Field("confidence", "Confidence", "choice", _fixed("low", "medium", "high"), value="medium"),
            Field("effect", "Expected effect, and the metric that shows it", required=False),
            Field("review_at_ms", "Look again at minute", "minutes", required=False),
        ), makes="decision"),
        Form("record_disagreement", "Disagree", "Record it", (REASON,)),
        # look
        Form("run_query", "Search traces", "Search", (
            Field("from_ms", "From minute", "minutes", required=False), Field("to_ms", "To minute", "minutes", required=False),
            SCOPE, Field("flag", "Flagged as", "choice",
                  lambda design: [("", "anything"), *((name, one.title) for name, one in design.system.signals.items())],
                  required=False),
            Field("limit", "At most", "number", value="20"),
        )),
        Form("open_trace", "Open a trace", "Open", (
            Field("purpose", "Why, if it holds personal data", required=False),
        )),
        Form("collect_evidence", "Keep evidence", "Keep it", (
            Field("kind", "Kind", "choice", _fixed("trace", "signal", "message", "configuration", "suite")),
            Field("ref", "Which one", hint="Id of a trace or inject, name of a signal, component or suite."),
            Field("note", "Note", required=False),
        ), makes="item"),
        Form("access_evidence", "Look at it", "Look", (
            Field("in_form", "Form", "choice", _labelled(redacted="redacted", metadata="metadata", hash="keyed hash", raw="raw")),
            Field("purpose", "Why"),
        )),
        Form("place_hold", "Legal hold", "Place it", (
            Field("items", "Items", "list", required=False, hint="Ids, with commas between them; none: everything, also what comes."), REASON,
        ), makes="hold"),
        Form("lift_hold", "Lift the hold", "Lift it", (REASON,)),
        Form("take_snapshot", "Snapshot of what is running", "Take it", (Field("note", "Note", required=False),), makes="item"),
        Form("decide_case", "Decide a case", "Decide", (
            Field("action", "Decision", "choice", _labelled(
                approve="Approve: it goes out as it is", edit="Edit: it goes out mended", refuse="Refuse, with the standard text",
                escalate="Escalate to a specialist: it is held",
            )), REASON,
        )),
        Form("run_suite", "Run a suite", "Run it", (
            Field("suite", "Suite", "choice", _suites), SCOPE, Field("trials", "Trials", "number", value="200"),
        )),
        # act
        Form("request_lever", "Ask for it", "Ask for approval", (
            Field("arguments", "", "arguments", required=False), SCOPE, REASON, *RECORD, *CANARY,
        ), makes="call"),
        Form("pull_lever", "Pull it", "Pull now", (
            Field("arguments", "", "arguments", required=False), SCOPE, REASON, *RECORD, *CANARY,
            Field("snapshot_first", "Keep a snapshot of what runs now, then pull", "check", required=False),
            Field("break_glass", "Break the glass: pull without the right, on record", "check", required=False),
        ), makes="call"),
        Form("approve_lever", "Approve", "Approve", (Field("reason", "Note", required=False),)),
        Form("refuse_lever", "Refuse", "Refuse", (REASON,)),
        Form("revert_lever", "Take it back", "Take it back", (Field("reason", "Why", required=False),),
             confirm="What it stopped starts again once this is in effect."),
        Form("renew_fix", "Renew", "Renew", (Field("minutes", "Minutes from now", "number", value="30"), REASON)),
        # speak
        Form("write_draft", "Write a draft", "Save the draft", (
            Field("template", "Template", "choice", _templates), Field("text", "Text", "area"),
        ), makes="draft"),
        Form("request_review", "Ask for review", "Ask", (Field("reviewers", "Reviewers", "many", _seats),)),
        Form("request_changes", "Ask for changes", "Ask", (Field("note", "What must change", "area"),)),
        Form("approve_draft", "Approve", "Approve", (Field("note", "Note", required=False), OVERRIDE)),
        Form("publish_update", "Publish", "Publish", (Field("note", "Note", required=False), OVERRIDE),
             confirm="It leaves the room as it stands."),
        Form("correct_update", "Correct it", "Publish the correction", (
            Field("text", "Correction", "area"), REASON,
        )),
        Form("snooze_reminder", "Put a reminder off", "Put it off", (
            Field("minutes", "Minutes", "number", value="10"), Field("reason", "Why it can wait"),
        )),
        Form("tick_item", "Tick an item of a checklist", "Tick it"),
        Form("untick_item", "Take a tick back", "Take it back"),
        Form("send_message", "Write", "Send", (
            Field("to", "To", "many", _room, required=False, hint="Nobody ticked: everybody."), Field("text", "Message", "area"),
        )),
        # duties and close
        Form("answer_question", "Answer a question", "Record the answer", (
            Field("question", "Question", "choice", _questions),
            Field("answer", "Answer", "choice", _judged(_fixed("yes", "no", "unknown"))), REASON,
        )),
        Form("record_moment", "Put a moment on record", "Put it on record", (
            Field("moment", "Moment", "choice", _moments), Field("at_ms", "Minute of the drill", "minutes"),
            Field("earliest_ms", "Earliest minute that can be argued", "minutes", required=False),
            Field("latest_ms", "Latest minute that can be argued", "minutes", required=False),
            Field("obligation", "About", "choice", _about, required=False), REASON,
        )),
        Form("assess_obligation", "Does it apply?", "Record", (
            Field("obligation", "Obligation", "choice", _duties),
            Field("applies", "Applies", "choice", _judged(_fixed("yes", "no", "unclear"))), REASON,
            Field("aware_ms", "Aware since minute", "minutes", required=False),
        )),
        Form("notify_authority", "Notify", "Send the notice", (
            Field("obligation", "Under", "choice", _duties), Field("recipient", "Recipient"), Field("text", "Text", "area"),
        ), confirm="A notice that is sent cannot be taken back."),
        Form("record_no_duty", "Record that there is no duty", "Record", (
            Field("obligation", "Obligation", "choice", _duties), REASON,
        )),
        Form("accept_risk", "Accept residual risk", "Accept it", (
            Field("residual", "What remains", "area"), Field("exposed", "Who is exposed"), Field("why", "Why that is acceptable", "area"),
            Field("conditions", "Conditions under which we go on", required=False),
            Field("tripwires", "Tripwires", "list", _tripwires, required=False, hint="A signal, a share, minutes; `where` and a part if it is about one: … in 10 min where tenant t-04. Commas between them."),
            Field("owner", "Who watches it", "choice", _after("who accepts it", _seats), required=False),
            Field("approver", "Approver", "choice", lambda design: [
                one for one in _seats(design) if one[0] in design.kit.roles.rights.get("accept_risk", design.seats)], required=False),
            Field("expires_h", "Expires after hours", "number"),
        )),
        Form("declare_recovery", "Declare the end", "Declare", (
            Field("state", "State", "choice", _judged(_labelled(contained_monitoring="contained, monitoring", recovered="recovered"))),
            Field("statement", "What proves it", "area"), EVIDENCE,
        )),
        Form("raise_finding", "Raise a finding", "Raise it", (
            Field("text", "Finding", "area"), Field("owner", "Owner", required=False),
        )),
        Form("give_rating", "Rate an objective", "Rate", (
            Field("objective", "Objective", "choice", _objectives),
            Field("rating", "Rating", "choice", _labelled(**{"": "choose"}, P="P performed without challenges", S="S performed with some challenges",
                  M="M performed with major challenges", U="U unable to be performed")),
            Field("note", "What you saw", "area", required=False),
            Field("about", "Events", "list", required=False, hint="Numbers of the timeline; the newest is filled in."),
        )),
        Form("note_in_hotwash", "Hot wash note", "Add it", (
            Field("text", "Finding", "area"), Field("owner", "Owner", required=False),
        )),
    )
}  # fmt: skip
"""Command → form. A test holds that every command is here."""
