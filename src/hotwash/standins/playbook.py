"""What an experienced responder knows before the drill: for each thing that a trace can show, what it means, how bad
it is, which narrow lever stops it first, which parts can do that, and what proves that it is over.

General knowledge of the trade, no knowledge of any scenario. `heard` is how people put it in their own words. Suspects are in the order in which the mechanism points at
them; when which part changed is read from the change log, not from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hotwash.kit.schema.kit import Bucket, Kit
from hotwash.ports.system import SystemDescription
from hotwash.standins.reading import Sight, TraceReading


@dataclass(frozen=True)
class Bridge:
    """A lever that stops harm while the cause is looked for. `dims` are dimensions of the scope that it follows."""

    kind: str
    dims: tuple[str, ...] = ()
    arguments: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True)
class Play:
    """How to respond to one kind of harm. `modes` and `criteria` are word stems looked up in the kit's own ids;
    `rows` are levels on rows of the severity matrix."""

    sight: Sight
    facts: tuple[str, ...]
    signals: tuple[str, ...]
    modes: tuple[str, ...]
    bucket: Bucket
    severity: int
    criteria: tuple[str, ...]
    bridges: tuple[Bridge, ...]
    suspects: tuple[str, ...]
    suites: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    data: tuple[str, ...]
    what: str
    heard: str
    seen: str
    harm: str
    safe: str

    @property
    def personal(self) -> bool:
        """Personal data of somebody is in the wrong hands."""
        return "personal_data_exposed" in self.facts


PLAYS: dict[Sight, Play] = {
    play.sight: play
    for play in (
        Play(
            sight="leak",
            facts=("cross_tenant_content", "personal_data_exposed"),
            signals=("pii_hits", "complaints"),
            modes=("leak", "privacy"),
            bucket="data",
            severity=1,
            criteria=("cross-tenant", "exposure", "tenant"),
            bridges=(Bridge("retrieval_off", ("tenant",)), Bridge("feature_off", ("tenant",)), Bridge("safe_mode")),
            suspects=("index", "tools", "policy", "prompt", "model"),
            suites=("replay", "cache", "bias", "smoke"),
            rows=(("privacy", 1), ("scale", 2), ("legal", 2), ("reversibility", 1)),
            data=("names", "e-mail addresses", "order numbers", "card numbers"),
            what="answers hold records of other organisations' customers",
            heard=r"cross.?tenant|(?:other|another|wrong) (?:customer|tenant|shop|person|compan)|stranger|leak",
            seen="an answer that holds the name or order of somebody else",
            harm="people read names and orders of strangers",
            safe="the assistant answers without looking documents up",
        ),
        Play(
            sight="misuse",
            facts=("tool_misuse", "injected_instruction"),
            signals=("tool_writes", "injection_suspected", "complaints"),
            modes=("agent-action", "agent", "injection"),
            bucket="policy",
            severity=1,
            criteria=("action",),
            bridges=(Bridge("tools_off", ("intent",)), Bridge("tools_off"), Bridge("safe_mode"), Bridge("feature_off")),
            suspects=("model", "bundle", "index", "tools", "prompt", "policy"),
            suites=("replay", "cache", "bias", "smoke"),
            rows=(("security", 1), ("financial", 2), ("reversibility", 1)),
            data=("payment targets", "addresses in tool calls"),
            what="the assistant carries out instructions hidden in what it reads",
            heard=r"hidden instruction|nobody asked for|unauthori[sz]ed (?:action|call|payment)|attacker",
            seen="a confirmation of a payment or step that nobody asked for",
            harm="actions that nobody asked for reach other people's accounts",
            safe="the assistant reads and answers, and a person carries out every action",
        ),
        Play(
            sight="overreach",
            facts=("tool_misuse",),
            signals=("tool_writes", "complaints"),
            modes=("agent-action", "agent"),
            bucket="platform",
            severity=1,
            criteria=("action",),
            bridges=(Bridge("tools_off", ("intent",)), Bridge("tools_off"), Bridge("safe_mode"), Bridge("feature_off")),
            suspects=("tools", "prompt", "policy", "model"),
            suites=("replay", "bias", "smoke"),
            rows=(("financial", 2), ("scale", 2), ("reversibility", 1)),
            data=("accounts", "addresses", "orders"),
            what="the assistant takes steps on accounts and orders that a colleague has to confirm",
            heard=r"own accord|beyond its authority|without (?:asking|confirmation)|nobody confirmed",
            seen="an account closed, an order moved or a credit paid that nobody asked for",
            harm="people lose accounts and get payments that nobody decided on",
            safe="the assistant reads and answers, and a colleague carries out every step",
        ),
        Play(
            sight="injection",
            facts=("injected_instruction",),
            signals=("injection_suspected", "tool_writes"),
            modes=("injection", "leak", "misuse"),
            bucket="policy",
            severity=2,
            criteria=(),
            bridges=(Bridge("tools_off", ("intent",)), Bridge("guardrail", (), (("tier", "b"),))),
            suspects=("index", "tools", "prompt", "model", "policy"),
            suites=("replay", "bias", "smoke"),
            rows=(("security", 2),),
            data=(),
            what="documents that the assistant reads hold instructions to it",
            heard=r"inject",
            seen="nothing so far",
            harm="the next such document may be obeyed",
            safe="the assistant reads and answers, and a person carries out every action",
        ),
        Play(
            sight="ungrounded",
            facts=("ungrounded_answer",),
            signals=("groundedness_failed", "downvotes", "complaints"),
            modes=("hallucination", "ungrounded", "drift"),
            bucket="model",
            severity=2,
            criteria=(),
            bridges=(Bridge("safe_mode", ("tenant", "intent", "language", "region")), Bridge("safe_mode")),
            suspects=("model", "prompt", "index", "decoding"),
            suites=("replay", "cache", "bias", "smoke"),
            rows=(("correctness", 2), ("scale", 2)),
            data=(),
            what="answers state rules that stand in no document",
            heard=r"hallucinat|ungrounded|made.up|invented",
            seen="an answer that promises what the help pages do not say",
            harm="people act on promises that nobody made",
            safe="the assistant quotes help pages and hands everything else over",
        ),
        Play(
            sight="refusal",
            facts=("wrongful_refusal",),
            signals=("refusals", "downvotes"),
            modes=("refusal",),
            bucket="policy",
            severity=2,
            criteria=(),
            bridges=(),
            suspects=("policy", "model", "prompt"),
            suites=("replay", "bias", "smoke"),
            rows=(("availability", 2), ("scale", 2)),
            data=(),
            what="ordinary questions are refused",
            heard=r"refus",
            seen="a refusal of an ordinary question",
            harm="people with ordinary questions are sent away",
            safe="colleagues answer what the assistant refuses",
        ),
        Play(
            sight="adverse",
            facts=("disparate_denials",),
            signals=("denials", "appeals"),
            modes=("bias", "fairness", "discrimin", "drift"),
            bucket="data",
            severity=1,
            criteria=("rights", "fair", "discrimin"),
            bridges=(Bridge("hold_adverse"), Bridge("review", (), (("overflow", "closed"), ("reviewers", 12), ("rule", "adverse")))),
            suspects=("data", "features", "model", "policy"),
            suites=("bias", "replay", "smoke"),
            rows=(("fairness", 1), ("legal", 2), ("scale", 2)),
            data=("application data", "decisions"),
            what="applications of one group are declined far more often than before",
            heard=r"declined far more|bias|disparit|discriminat",
            seen="a refusal that people who were accepted before cannot explain",
            harm="people are refused help or credit for a reason that is not theirs",
            safe="no refusal leaves the house until a person has looked at it",
        ),
        Play(
            sight="wrong",
            facts=("wrong_decision",),
            signals=("feature_missing", "score_shift", "denials", "appeals"),
            modes=("drift",),
            bucket="data",
            severity=2,
            criteria=(),
            bridges=(Bridge("hold_adverse", ("tenant", "surface", "region", "language", "intent")), Bridge("hold_adverse")),
            suspects=("features", "data", "model", "policy"),
            suites=("replay", "bias", "smoke"),
            rows=(("correctness", 2), ("scale", 2)),
            data=("application data", "decisions"),
            what="sound applications are declined on details that were not read or are not theirs",
            heard=r"\bdrift|wrong decision|declined wrongly|not (?:been )?read",
            seen="a refusal whose reason does not fit what the person handed in",
            harm="people are refused help or credit that they should get",
            safe="no refusal leaves the house there until a person has looked at it",
        ),
        Play(
            sight="empty-retrieval",
            facts=("retrieval_empty",),
            signals=("retrieval_empty", "groundedness_failed"),
            modes=("hallucination", "outage"),
            bucket="platform",
            severity=2,
            criteria=(),
            bridges=(Bridge("safe_mode", ("tenant", "intent", "language", "region")), Bridge("safe_mode")),
            suspects=("retrieval", "index"),
            suites=("replay", "cache", "bias", "smoke"),
            rows=(("correctness", 2), ("availability", 2)),
            data=(),
            what="the document search finds nothing",
            heard=r"retrieval (?:is )?empty|finds nothing",
            seen="answers without a source, or that something could not be found",
            harm="answers come without a source",
            safe="the assistant quotes help pages and hands everything else over",
        ),
    )
}  # fmt: skip

CAMPAIGN = replace(
    PLAYS["misuse"],
    modes=("misuse",),
    bucket="platform",
    suspects=("tools", "policy", "prompt", "model"),
    rows=(("security", 1), ("financial", 1), ("scale", 2)),
    what="many senders put the same instruction into their own messages, and the assistant obeys it",
    heard=r"campaign|forum|same (?:text|thread|wording)|copied",
    seen="a payment to an account that the message itself names",
    harm="the shops pay whoever pastes the text",
)
"""Misuse in which the instruction comes with the message and not with a document of the house."""
EVERY = (*PLAYS.values(), CAMPAIGN)

BUCKET_OF: dict[str, Bucket] = {
    "model": "model", "decoding": "model", "prompt": "model", "index": "data", "data": "data", "features": "data",
    "tools": "platform", "policy": "policy", "retrieval": "platform",
}  # fmt: skip
"""Where a component belongs in the four buckets; dependencies are platform."""


MOST, LEAST_SENT = 0.6, 4


def underneath(play: Play, bad: Sequence[TraceReading]) -> Play:
    """What the bad traces have in common that explains the rest: an answer without a source is no riddle where the
    search found nothing."""
    empty = sum("empty-retrieval" in one.sights for one in bad)
    return PLAYS["empty-retrieval"] if bad and empty >= MOST * len(bad) else play


def told_apart(play: Play, readings: Iterable[TraceReading]) -> Play:
    """Misuse by documents, or by the people who write: a campaign when all of it came with the messages themselves."""
    bad = [one for one in readings if play.sight in one.sights]
    return CAMPAIGN if play.sight == "misuse" and len(bad) >= LEAST_SENT and all(one.sent for one in bad) else play


def mode_id(kit: Kit, play: Play) -> str:
    """The kit's failure mode that fits best; its first mode when no word fits."""
    modes = kit.taxonomy.modes
    for stem in play.modes:
        for mode in modes:
            if stem in mode:
                return mode
    return next(iter(modes), "")


def play_for_mode(kit: Kit, mode: str) -> Play | None:
    """The play that a mode of the kit stands for, for seats that only know what the room calls it."""
    return next((play for play in EVERY if mode and mode_id(kit, play) == mode), None)


@lru_cache(512)
def play_in(text: str) -> Play | None:
    """The play that somebody's words are about, the gravest first; None when they name none."""
    return next((play for play in EVERY if play.what in text or re.search(play.heard, text, re.IGNORECASE)), None)


def severity_for(kit: Kit, play: Play) -> int:
    """The level of the play, or what the kit makes mandatory for its facts, if that is worse."""
    return min(
        [play.severity, *(kit.severity.mandatory[fact] for fact in play.facts if fact in kit.severity.mandatory)]
    )


def bridge_for(
    play: Play, system: SystemDescription, scope: dict[str, list[str]], can: Callable[[str], bool]
) -> tuple[Bridge, dict[str, list[str]]] | None:
    """The first lever of the play that the system has and a seat can pull, narrowed to the part of the scope that it can follow."""
    for bridge in play.bridges:
        if bridge.kind not in system.levers or not can(bridge.kind):
            continue
        narrow = {dim: scope[dim] for dim in bridge.dims if dim in scope and dim in system.routable}
        if bridge.dims and not narrow and any(other.kind == bridge.kind and not other.dims for other in play.bridges):
            continue
        return bridge, narrow
    return None
