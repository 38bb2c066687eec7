"""Is it real, when did it begin, whom does it touch."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Callout, Cell, Prose, Section, Table
from hotwash.aftermath.triaged.head import segment_of
from hotwash.triage.changes import RankedChange
from hotwash.triage.report import Triage
from hotwash.triage.segments import Segment
from hotwash.triage.statement import alike, at_once, before_it_came, unconfirmed
from hotwash.triage.stats import Rate
from hotwash.triage.validity import DetectorFix, Witness
from hotwash.triage.words import between, length, moment, place, share


def named(name: str) -> str:
    """A signal's name as words."""
    return name.replace("_", " ")


def interval(one: Rate) -> str:
    """A share with its interval."""
    return f"{share(one.share)} ({share(one.low)} to {share(one.high)})" if one.asked else "nothing asked"


def real_blocks(known: Triage) -> list[Block]:
    """Which other signals speak for it, and what to do about a detector that stands alone."""
    found, segment = known.validity, segment_of(known)
    if found is None:
        return []
    told = {
        "confirmed": "Confirmed: an independent signal rose in the same segment and window.",
        "one source only": unconfirmed(segment) if segment else "",
        "suspect detector": "Doubtful: another signal could have shown a rise of this size here, and did not rise.",
        "nothing found": "Nothing rose.",
    }[found.verdict]
    order = sorted(found.witnesses, key=lambda one: (not one.rose, not one.could_show, one.p))
    rows = tuple(_witness(one) for one in order)
    head = ("Signal", "Measured by", "Now", "Usually", "More than usual", "Rose too")
    blocks: list[Block] = [
        Section("Is it real", "real"),
        Prose(told),
        Table("Independent signals in the same segment and window", head, rows, (4,), empty="There are none."),
    ]
    if found.fix is not None:
        blocks.append(_fix(found.fix))
    return blocks


def _witness(one: Witness) -> tuple[Cell, ...]:
    if one.rose:
        verdict = Cell(f"p = {one.p:.2g}", "good", word="yes")
    elif one.could_show:
        verdict = Cell("had it risen alike, it would have shown", "warn", word="no")
    else:
        verdict = Cell("not enough data to tell")
    return (
        Cell(named(one.signal), strong=True), Cell(one.source), Cell(interval(one.now)), Cell(interval(one.before)),
        Cell(f"{round(one.excess.value):,}"), verdict,
    )  # fmt: skip


def _fix(one: DetectorFix) -> Callout:
    lost = f"{one.lost:,} of them had a second signal and would be lost" if one.lost else "none that had a second signal would be lost"  # fmt: skip
    return Callout(
        "Detector fix to try.",
        f"{one.rule}. On past data it silences {one.silenced:,} of {one.alerts:,} alerts in the window and {one.silenced_before:,} before it; {lost}.",
        "warn",
    )


def when_blocks(known: Triage) -> list[Block]:
    """Onset, and the changes near it in the order in which to test them."""
    one = segment_of(known)
    if one is None:
        return []
    blocks: list[Block] = [Section("When", "when"), Prose(_began(one))]
    if known.changes or one.onset:
        blocks.append(_changes(known.changes))
        blocks.append(Prose("Near is not because: the order is that in which to test them."))
    return blocks


def _began(one: Segment) -> str:
    if one.onset is None:
        return f"The window is {moment(one.window.from_ms)} to {moment(one.window.to_ms)} UTC; no minute explains the rise better than others."
    began = one.onset
    ended = "It goes on." if began.ended_ms is None else f"It ended at {moment(began.ended_ms)}."
    return (
        f"It began at {moment(began.at_ms)} UTC; with 95 % between {between(began.low_ms, began.high_ms)} "
        f"({length(began.high_ms - began.low_ms)} wide). {ended}"
    )


def _changes(changes: tuple[RankedChange, ...]) -> Table:
    rows = tuple(
        (
            Cell(moment(one.change.at_ms)),
            Cell(one.change.what, strong=True),
            Cell(one.change.component or "–"),
            Cell("", "warn", word=one.place) if one.place == "inside the interval" else Cell(one.place),
            Cell(_apart(one.minutes_before)),
            Cell("yes" if one.touches_segment else "not known to"),
            Cell(one.change.source),
        )
        for one in changes
    )
    head = ("Changed at (UTC)", "What", "Component", "To the onset", "Apart", "Touches the segment", "Known from")
    return Table("Changes near the onset", head, rows, empty="No change is known within a day before the onset.")


def _apart(minutes: float) -> str:
    if abs(minutes) < 0.5:
        return "at the same minute"
    return f"{length(round(abs(minutes) * 60_000))} {'before' if minutes > 0 else 'after'}"


def who_blocks(known: Triage) -> list[Block]:
    """Segments, standing differences, and rises that only the mix explains."""
    blocks: list[Block] = [Section("Who", "who")]
    tried = sum(one.cells for one in known.found)
    rows = tuple(
        (
            Cell(named(found.signal)), Cell(place(one.scope), strong=True), Cell(interval(one.rate), "bad", word="risen"),
            Cell(f"{share(one.usual.share)}{before_it_came(one)}"), Cell(f"{share(one.complement.share)}, usually {share(one.complement_usual.share)}" if one.scope.dims else "–"),
            Cell(f"{one.excess.value:,.0f} ({max(0.0, one.excess.low):,.0f} to {one.excess.high:,.0f})" if one.usual.asked else "unknown"),
            Cell(share(one.explains) if one.explains is not None else "–"), Cell(share(one.share_of_traffic)), Cell(f"{one.p:.2g}"),
        )
        for found in known.found for one in found.segments
    )  # fmt: skip
    head = (
        "Signal",
        "Segment",
        "Now",
        "Usually",
        "All other traffic",
        "More than usual",
        "Explains",
        "Of traffic",
        "p",
    )
    blocks.append(Table("Segments that rose", head, rows, (7, 8), empty="No segment rose beyond chance."))
    if known.found:
        blocks.append(
            Prose(
                f"{len(known.found)} signals were searched over {tried:,} descriptions of up to three attributes; "
                "p is corrected for all that was tried."
            )
        )
    blocks += [
        Prose(f"{named(found.signal).capitalize()} in {place(one.scope)}: {at_once(one)}")
        for found in known.found for one in found.segments if one.together
    ]  # fmt: skip
    blocks += [
        Callout(f"{place(one.scope)}:", f"{alike(one)} A lever on the wrong one misses part of the rise and hits others.", "warn")
        for found in known.found for one in found.segments if one.alternatives
    ]  # fmt: skip
    blocks += _apart_from_it(known)
    return blocks


def _apart_from_it(known: Triage) -> list[Block]:
    main = [known.main] if known.main else list(known.found)
    standing = tuple(
        (Cell(named(found.signal)), Cell(place(one.scope)), Cell(interval(one.rate)), Cell(interval(one.rest)))
        for found in main
        for one in found.standing
    )
    mixes = [
        f"{named(found.signal).capitalize()} in {place(one.scope)} rose because the mix of {named(one.dim)} changed; nothing in it got worse."
        for found in known.found
        for one in found.mixes
    ]
    blocks: list[Block] = []
    if standing:
        caption = "Worse all the time: known trouble, or trouble older than the traces, and not this incident's doing"
        blocks.append(Table(caption, ("Signal", "Segment", "Its rate", "All others"), standing))
    return [*blocks, *(Prose(one) for one in mixes)]
