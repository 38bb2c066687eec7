"""Leakage and attack: what texts hold, masked, and what could not be read."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.triage.attack import Attacks, PayloadFamily
from hotwash.triage.leakage import KindFound, Leakage
from hotwash.triage.report import Triage
from hotwash.triage.suspects import Readable, Share
from hotwash.triage.words import between, joined, share

STATES: dict[str, tuple[str, Tone]] = {
    "executed": ("executed: an action that the payload asked for", "bad"),
    "resisted": ("resisted: it reached the model, and no action followed", "good"),
    "cannot_be_known": ("cannot be known", "warn"),
    "not_exposed": ("not exposed", "plain"),
}
MOST_FAMILIES = 8


def safety_blocks(known: Triage) -> list[Block]:
    """Leaks, then attacks; nothing when neither was asked."""
    if known.leakage is None and known.attacks is None:
        return []
    blocks: list[Block] = [Section("Leakage and attack", "safety")]
    if known.leakage is not None:
        blocks += _leakage(known.leakage)
    if known.attacks is not None:
        blocks += _attacks(known.attacks)
    return blocks


def counted(one: Share | None) -> str:
    """A count with its share, and whether it is scaled up."""
    if one is None or one.share is None:
        return "nothing asked"
    return f"{'about ' if one.estimated else ''}{one.found:,} of {one.asked:,} ({share(one.low)} to {share(one.high)})"


def _leakage(found: Leakage) -> list[Block]:
    kinds = sorted(found.kinds, key=lambda one: (not one.found.found, one.p if one.p is not None else 1.0))
    head = ("Kind", "Column", "In the window", "Before", "Tenants", "Echoed / synthetic", "Examples, masked")
    rows = tuple(_kind(one) for one in kinds)
    blocks: list[Block] = [Table("Personal data and secrets in texts", head, rows, (4,), empty="None was found.")]
    if found.clean and found.clean_at_most is not None:
        clean = joined(sorted({_word(kind) for _, kind in found.clean}))
        blocks.append(Prose(f"Looked for and not found, so in at most {share(found.clean_at_most)} of texts: {clean}."))
    crossed = found.cross_tenant
    if crossed.documents is not None:
        pairs = ", ".join(f"{asker} saw {owner}'s ({count:,})" for asker, owner, count in crossed.pairs[:5])
        blocks.append(
            Prose(
                f"Other tenants' content: {counted(crossed.documents)} requests were given another tenant's document, "
                f"{crossed.shown:,} answers show its words, {crossed.values or 0:,} hold a value known to be another tenant's. {pairs}".strip()
            )
        )
    if found.disclosure.shown is not None:
        blocks.append(Prose(f"System prompt: {counted(found.disclosure.shown)} answers repeat a long run of it."))
    return [*blocks, *_readable("Leakage", found.readable, found.raw_rows, found.drawn_share, found.unseen)]


def _kind(one: KindFound) -> tuple[Cell, ...]:
    risen = one.p is not None and one.p < 0.01 and one.difference is not None and one.difference[0] > 0
    examples = ", ".join(f"{each.masked} ({each.id})" for each in one.examples[:3]) or "–"
    now = Cell(counted(one.found), "bad", word="risen") if risen else Cell(counted(one.found))
    return (
        Cell(_word(one.kind), strong=True), Cell(one.column), now, Cell(counted(one.baseline)), Cell(f"{one.tenants:,}"),
        Cell(f"{one.echo:,} / {one.synthetic:,}"), Cell(examples),
    )  # fmt: skip


def _word(kind: str) -> str:
    return kind.replace("_", " ")


def _attacks(found: Attacks) -> list[Block]:
    by_state = {one.state: one.share for one in found.states}
    rows = tuple(
        (Cell(said, tone if by_state[state].found else "plain", word=state.replace("_", " ") if tone != "plain" and by_state[state].found else ""), Cell(counted(by_state[state])))
        for state, (said, tone) in STATES.items()
        if state in by_state
    )  # fmt: skip
    blocks: list[Block] = [
        Table("Requests by what an attack did to them", ("State", "Requests"), rows),
        Prose(
            f"A payload reached the model in {counted(found.reached)} requests; "
            f"{counted(found.executed_of_reached)} of these ended in an action. Executed means an action, never a label."
        ),
    ]
    if found.families:
        head = ("Payload", "Arrives in", "Wants", "Requests", "What it did", "Seen (UTC)", "Example ids")
        caption = "Families of near-duplicate payloads; their text is not shown"
        families = tuple(_family(one) for one in found.families[:MOST_FAMILIES])
        blocks.append(Table(caption, head, families, (3,)))
    if found.reasons:
        told = joined([f"{_word(reason)} ({count:,})" for reason, count in found.reasons])
        blocks.append(Prose(f"Why a state cannot be known: {told}."))
    return [*blocks, *_readable("Attacks", found.readable, found.raw_rows, found.drawn_share, found.unseen)]


def _family(one: PayloadFamily) -> tuple[Cell, ...]:
    did = ", ".join(f"{state.replace('_', ' ')} {count:,}" for state, count in one.states)
    return (
        Cell(f"{one.number}: {', '.join(map(_word, one.kinds))}", strong=True), Cell(", ".join(map(_word, one.places))),
        Cell(", ".join(one.wants) or "–"), Cell(f"{one.count:,}"), Cell(did), Cell(between(one.first_ms, one.last_ms)),
        Cell(", ".join(one.seen[:3])),
    )  # fmt: skip


def _readable(
    title: str, columns: tuple[Readable, ...], raw: int, drawn: float, unseen: tuple[str, ...]
) -> list[Block]:
    rows = tuple(
        (
            Cell(one.column), Cell(one.period), Cell(f"{one.rows:,}"), Cell(f"{one.read:,}"), Cell(f"{one.missing:,}"),
            Cell(f"{one.withheld:,}"), Cell(f"{one.masked_in_part:,}"),
        )
        for one in columns
    )  # fmt: skip
    head = ("Column", "Period", "Rows", "Looked through", "Missing", "Withheld", "Masked in part")
    lot = "" if drawn >= 1 else f", drawn by lot ({share(drawn)} of suspects): counts are estimates"
    lacking = f" Not looked at: {joined([_word(one) for one in unseen])}." if unseen else ""
    return [
        Table(f"{title}: texts that could be read", head, rows, (2, 3, 4, 5, 6), folded=True),
        Prose(f"{title}: {raw:,} rows were read whole{lot}; all others were looked through where they lie.{lacking}"),
    ]
