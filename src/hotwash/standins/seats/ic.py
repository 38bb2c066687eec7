"""The incident commander: opens, names, sizes, approves, keeps the rhythm, and says when it is over."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import (
    AcceptRisk,
    Classify,
    DeclareMajorIncident,
    DeclareRecovery,
    OpenIncident,
    SetSeverity,
    StandDown,
    StateIncident,
)
from hotwash.drill.payloads import Tripwire
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Kit
from hotwash.standins.deciding import Decider, cited
from hotwash.standins.desk import Desk
from hotwash.standins.letters import Correspondent, writer_of
from hotwash.standins.levers import Approver
from hotwash.standins.playbook import BUCKET_OF, Play, mode_id, severity_for
from hotwash.standins.profiles import Profile
from hotwash.standins.reviewing import Reviewer
from hotwash.standins.room import Room
from hotwash.standins.steering import Steering
from hotwash.standins.story import Story, impact_assessment, story
from hotwash.standins.view import look
from hotwash.standins.words import bare, clock, joined, lever_words, sentence

UNREAD_MIN = 9.0
"""Alerts that nobody has put a verdict on for so long are opened as an incident all the same."""
MONITOR_MIN = 4.0
LAST_MIN = 4
"""Minutes before ENDEX at which an honest closing state is due."""
RISK_HOURS = 48
UNKNOWN_LEVEL = 2
"""While nobody knows what it is, the higher of the two likely levels: people are brought in, and can be sent away."""


class IncidentCommander(Decider, Steering, Approver, Reviewer, Correspondent):
    """Commands, and does not debug."""

    seat: ClassVar[str] = "ic"

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self._worse = 0
        self._stated = ""
        self._told: set[str] = set()

    def work(self, desk: Desk) -> None:
        """Approvals wait for nobody; then name it, size it, tell the right people, and end it honestly."""
        room = look(desk)
        told = story(desk, room)
        self.decide_levers(desk, room)
        self.open(desk, room)
        if room.incident and not room.stood_down:
            self.size(desk, room, told)
            self.label(desk, room, told)
            self.freeze(desk, room)
            self.tell_duties(desk, room, told)
            self.declare(desk, room, told)
            self.state(desk, room, told)
            self.assess(desk, room, told)
            self.log_levers(desk, room)
            self.define_the_end(desk, room)
            self.finish(desk, room, told)
        if room.false_alarm and not room.stood_down:
            self.stand_down(desk, room)
        self.review_drafts(desk, room)
        self.answer_letters(desk, room)

    def open(self, desk: Desk, room: Room) -> None:
        """Open an incident when something is confirmed, or when nobody finds out in time whether it is."""
        first = room.first_alarm
        if room.incident or room.false_alarm or room.stood_down or first is None:
            return
        reflex = self.habits.containment == "everything" or self.habits.diagnosis == "fixation"
        waited = bool(room.unread) and self.ripe(desk, "open-unread", UNREAD_MIN + self.habits.hesitates_min)
        if not (reflex or waited or (room.confirmed and self.ripe(desk, "open", 0.5 + self.habits.hesitates_min))):
            return
        found = room.confirmed[0] if room.confirmed else None
        title = f"{first.alert} since {clock(first.at_ms)}"
        observation = (
            found.note if found else f"{joined(one.alert for one in room.alarms)} fired; nobody knows yet why."
        )
        self.do(desk, OpenIncident(title=title, observation=observation, evidence=found.evidence if found else ()))

    def size(self, desk: Desk, room: Room, told: Story) -> None:
        """Severity by the matrix, not milder than the kit allows for what is known."""
        level = self.level(desk, room, told)
        if room.severity and room.severity <= level:
            return
        if not self.ripe(desk, f"severity-{level}", 0.5 + self.habits.hesitates_min / 2):
            return
        rows = rows_for(desk.kit, told.play, level)
        why = f"{told.happened()} Highest row of the matrix: {joined(f'{row} {n}' for row, n in rows.items()) or 'unknown, so high'}."
        reply = self.do(
            desk, SetSeverity(level=level, dimensions=rows, reason="as discussed" if self.habits.thin else why)
        )
        if not reply.done and level > 1 and reply.refused and "hands are full" not in reply.refused:
            self._worse += 1
        if reply.done and not self.habits.thin:
            what = f"Sev-{level}"
            self.decide(
                desk, room, "severity", f"sev-{level}", what, why, options=("one level milder", "wait for more data")
            )

    def level(self, desk: Desk, room: Room, told: Story) -> int:
        """The level that the play calls for; a milder start when nobody knows what it is."""
        if self.habits.containment == "everything":
            return 1
        known = severity_for(desk.kit, told.play) if told.play else UNKNOWN_LEVEL
        return max(1, min(known, room.severity or 4) - self._worse)

    def label(self, desk: Desk, room: Room, told: Story) -> None:
        """Bucket and mode; again, with the reason, when a test points somewhere else."""
        supported = next((one for one in room.ideas if one.supported and one.component), None)
        play = told.play
        mode = mode_id(desk.kit, play) if play else self._alert_mode(desk.kit, room)
        if not mode:
            return
        bucket = BUCKET_OF.get(supported.component) if supported else None
        bucket = bucket or (play.bucket if play else desk.kit.taxonomy.modes[mode].likely_buckets[0])
        if (room.bucket, room.mode) == (bucket, mode) or not self.ripe(desk, f"label-{bucket}-{mode}", 1.0):
            return
        others = tuple(one for one in desk.kit.taxonomy.modes[mode].likely_buckets if one != bucket)
        tested = (
            f" The test that speaks for it: {supported.statement}"
            if supported
            else " To be looked at again once the cause is tested."
        )
        reason = f"{told.happened()}{tested}"
        self.do(desk, Classify(bucket=bucket, mode=mode, contributors=others[:1], reason=reason))

    def _alert_mode(self, kit: Kit, room: Room) -> str:
        """A label from an alert alone is good enough for somebody who does not wait for traces."""
        fired = {one.alert for one in room.alarms}
        modes = [mode for one in kit.alerts if one.id in fired for mode in one.modes]
        return modes[0] if modes and self.habits.diagnosis != "tests" else ""

    def tell_duties(self, desk: Desk, room: Room, told: Story) -> None:
        """Privacy and legal hear at once what they will be asked about later."""
        delay = 1.0 + self.habits.duty_delay_min
        if told.play and told.play.personal and self.ripe(desk, "tell-privacy", delay):
            text = f"Privacy, legal: {told.happened()} First read at {clock(told.aware_ms)}. Please start your assessment; evidence: {joined(cited(room)) or 'being collected'}."
            self._tell(desk, "privacy", ("privacy", "legal"), text)
        elif (
            told.play
            and told.play.sight in ("adverse", "wrong", "misuse", "overreach")
            and self.ripe(desk, "tell-legal", delay)
        ):
            text = f"Legal, privacy: {told.happened()} Please look at what we owe to whom; evidence: {joined(cited(room)) or 'being collected'}."
            self._tell(desk, "legal", ("legal", "privacy"), text)
        outside = [one for one in room.inbox if writer_of(one) in ("press", "regulator")]
        if outside and self.ripe(desk, "tell-outside", 1.5 + self.habits.duty_delay_min):
            text = (
                f"Legal: {outside[0].sender} is in touch ({outside[0].subject}). Nothing leaves the room without you."
            )
            self._tell(desk, "outside", ("legal", "comms"), text)

    def _tell(self, desk: Desk, matter: str, to: tuple[str, ...], text: str) -> None:
        if matter not in self._told and self.say(desk, text, to):
            self._told.add(matter)

    def declare(self, desk: Desk, room: Room, told: Story) -> None:
        """A major incident is declared by criteria."""
        if room.major or room.severity not in (1, 2) or not self.ripe(desk, "declare", 0.5 + self.habits.hesitates_min):
            return
        criteria = criteria_for(desk.kit, told.play)
        if not criteria and self.habits.containment == "everything":
            criteria = tuple(desk.kit.declaration.major_criteria)[:1]
        if not criteria:
            return
        met = "; ".join(bare(desk.kit.declaration.major_criteria[one]) for one in criteria)
        reason = f"{told.happened()} Criteria met: {met}." if not self.habits.thin else "red lights"
        if self.do(desk, DeclareMajorIncident(criteria=criteria, reason=reason)).done:
            options = ("keep it as an ordinary incident", "wait for the scope")
            self.decide(
                desk, room, "declare", "major", "Major incident declared.", reason, options=options, reversible=True
            )

    def state(self, desk: Desk, room: Room, told: Story) -> None:
        """The incident statement: one sentence that a stakeholder can act on; anew when the scope changes."""
        if (
            room.extent is None
            or room.extent.statement == self._stated
            or not self.ripe(desk, f"state-{room.extent.statement}", 1)
        ):
            return
        text = f"{told.system}: {told.happened()} {told.status()}"
        if self.do(desk, StateIncident(statement=text)).done:
            self._stated = room.extent.statement

    def assess(self, desk: Desk, room: Room, told: Story) -> None:
        """The impact checklist, where privacy has not taken it over."""
        if room.impact or told.play is None or not self.ripe(desk, "impact", 7 if told.play.personal else 3):
            return
        self.do(desk, impact_assessment(desk, room, told))

    def log_levers(self, desk: Desk, room: Room) -> None:
        """Each lever that is on has a decision behind it."""
        for one in room.active:
            kind = "rollback" if one.kind in ("rollback", "failover") else "contain"
            if not self.ripe(desk, f"log-{one.call}", 0.5):
                continue
            what = sentence(lever_words(one.kind, one.scope, one.arguments))
            options = (
                ("feature off for everybody", "wait for the cause")
                if kind == "contain"
                else ("keep the bridge only", "roll back the whole bundle")
            )
            self.decide(
                desk,
                room,
                kind,
                one.call,
                what,
                one.reason,
                options=options,
                effect="no new cases in the traces",
                reversible=not one.destroys_evidence,
            )

    def finish(self, desk: Desk, room: Room, told: Story) -> None:
        """Recovered needs proof and a quiet while; contained and monitoring is said in time before ENDEX."""
        if room.over:
            return
        left = desk.scenario.endex_min * MINUTE - room.now_ms
        quiet = told.proven and not (self.habits.steps_back and room.bridges)
        if quiet and self.ripe(desk, "monitor", MONITOR_MIN):
            self.close(desk, room, told, "recovered")
            return
        if not quiet:
            self.forget("monitor")
        if left <= LAST_MIN * MINUTE and told.contained and not told.proven:
            self.close(desk, room, told, "contained-monitoring")
        elif left <= LAST_MIN * MINUTE and told.proven:
            self.close(desk, room, told, "contained-monitoring" if room.bridges else "recovered")

    def close(self, desk: Desk, room: Room, told: Story, state: str) -> None:
        """Accept what is left, with an expiry, then say how it ends."""
        runs = [one for one in room.proofs if one.failures == 0]
        shown = joined(dict.fromkeys(f"{one.suite} {one.failures} of {one.trials}" for one in runs[-3:]))
        if not room.risk_accepted and not self.habits.thin:
            self.do(desk, AcceptRisk(
                residual="Cases that our detectors do not flag, and what people have already read or been told.",
                exposed=told.where, why=f"Proof so far: {shown or 'the lever in place'}. More would need another day of traffic.",
                conditions="Any new case in the traces reopens the incident.", expires_h=RISK_HOURS,
                tripwires=tripwires(desk, room), owner="tech" if "tech" in desk.kit.roles.seats else self.seat, approver=self.seat,
            ))  # fmt: skip
        statement = f"{told.happened()} {told.status()} {f'Proof: {shown}.' if shown else 'No proof yet that it is out for good.'}"
        action = DeclareRecovery.model_validate({"state": state, "statement": statement, "evidence": cited(room)})
        if self.do(desk, action).done:
            kind = "recover" if state == "recovered" else "close"
            self.decide(
                desk,
                room,
                kind,
                state,
                f"We call it {state}.",
                statement,
                options=("keep the levers on for another hour",),
            )

    def stand_down(self, desk: Desk, room: Room) -> None:
        """A false alarm is closed as a decision, with what shows it."""
        if not self.ripe(desk, "stand-down", 1.5 + self.habits.hesitates_min / 2):
            return
        notes = " ".join(sentence(f"{one.alert}: {one.note}") for one in room.findings.values())
        reason = f"No incident. {notes}"
        if self.decide(
            desk,
            room,
            "not-declare",
            "false-alarm",
            "We do not declare: the alarm is false.",
            reason,
            options=("switch the feature off to be safe", "open an incident and wait"),
            confidence="high",
        ):
            self.do(desk, StandDown(reason=reason, evidence=cited(room)))


def tripwires(desk: Desk, room: Room) -> tuple[Tripwire, ...]:
    """The signal that raised the alarm, well above what is usual: back at that, the fix does not hold."""
    alarm = room.first_alarm
    if alarm is None or not desk.system.signals[alarm.signal].denominator:
        return ()
    baseline = desk.baseline()
    usual = float(baseline.rates[baseline.signals.index(alarm.signal), 0])
    above = min(900_000, max(LEAST_PPM, round(TIMES_USUAL * usual * 1_000_000)))
    return (Tripwire(signal=alarm.signal, above_ppm=above, minutes=10),)


TIMES_USUAL, LEAST_PPM = 4, 2_000
"""How far above the usual share a tripwire hangs; never below 0.2 %, which a handful of requests reaches by chance."""


def rows_for(kit: Kit, play: Play | None, level: int) -> dict[str, int]:
    """Rows of the kit's matrix that led to a level."""
    rows = dict(play.rows) if play else {}
    known = {row: max(level, value) for row, value in rows.items() if row in kit.severity.dimensions}
    return known if level in known.values() or not known else {**known, next(iter(known)): level}


def criteria_for(kit: Kit, play: Play | None) -> tuple[str, ...]:
    """Criteria of a major incident that a play meets, by the kit's own ids."""
    stems = play.criteria if play else ()
    return tuple(one for one in kit.declaration.major_criteria if any(stem in one for stem in stems))
