"""What changed: drift by feature and place, and the health of the data itself."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.aftermath.triaged.findings import named
from hotwash.triage.clocks import HOUR, Clock
from hotwash.triage.drift import Drift, Shift
from hotwash.triage.embedding import EmbeddingShift
from hotwash.triage.health import Health, Missing
from hotwash.triage.report import Triage, ValueShift
from hotwash.triage.shares import Shares
from hotwash.triage.words import between, joined, length, moment, place, share

SIZES: dict[str, Tone] = {"slight": "plain", "moderate": "warn", "large": "bad"}
MOST_VERSIONS, MOST_SILENCES = 20, 5


def changed_blocks(known: Triage) -> list[Block]:
    """Drift with its noise beside it, when values moved, and what is to be known of the data."""
    if known.drift is None and known.health is None:
        return []
    blocks: list[Block] = [Section("What changed", "changed"), Prose(_compared(known))]
    if known.drift is not None:
        blocks += _drift(known.drift)
    if known.drift_here is not None:
        columns = ("Column", "Where", "What moved", "PSI", "noise", "line", "Size", "All others")
        rows = tuple(_shift(one, "the segment") for one in known.drift_here.shifts)
        blocks.append(
            Table("Inside the segment, against its own past", columns, rows, (3, 4, 5), empty="Nothing moved.")
        )
    if known.embedding is not None:
        blocks.append(_embeddings(known.embedding, known.embedding_here))
    if known.shifts:
        head = ("Feature", "Where", "Moved at (UTC)", "95 %", "Median before", "after")
        blocks.append(
            Table("When values moved", head, tuple(_value_shift(one) for one in known.shifts), numeric=(4, 5))
        )
    if known.health is not None:
        blocks += _health(known.health)
    return blocks


def _compared(known: Triage) -> str:
    if known.incident is None or known.baseline is None or known.timeless:
        return "Nothing was compared."
    now, before = known.incident, known.baseline
    return (
        f"Compared: {moment(now.from_ms)} to {moment(now.to_ms)} against {moment(before.from_ms)} to {moment(before.to_ms)} UTC"
        f"{', for want of a rise' if known.guessed else ''}."
    )


def _drift(found: Drift) -> list[Block]:
    head = ("Column", "Where", "What moved", "PSI", "noise", "line", "Size", "All others")
    rows = tuple(_shift(one) for one in found.shifts)
    blocks: list[Block] = [
        Table("Features and categories that moved", head, rows, (3, 4, 5), empty="None moved by more than slightly.")
    ]
    if found.slight:
        blocks.append(Prose(f"Certain and slight, in all traffic: {joined([one.column for one in found.slight])}."))
    if found.versions:
        rows = tuple(_shift(one) for one in found.versions)
        blocks.append(Table("Versions whose mix moved: a release, and no drift", head, rows, (3, 4, 5), folded=True))
    small = [f"{count:,} of {named(dim)}" for dim, count in found.too_few if count]
    not_asked = (
        f" Too few rows (below {found.least:,.0f} on either side) to be looked at: {joined(small)}." if small else ""
    )
    blocks.append(
        Prose(
            f"{found.tests:,} comparisons shared one false discovery rate. PSI stands beside its noise, the mean that it has without any drift, "
            f"and its line, which it passes without drift one time in twenty.{not_asked}"
        )
    )
    return blocks


def _shift(one: Shift, everywhere: str = "all traffic") -> tuple[Cell, ...]:
    where = joined([f"{named(dim)} {value}" for dim, value in one.where]) or everywhere
    rest = "–" if one.rest_psi is None else f"PSI {one.rest_psi:.2f}, noise {one.rest_noise or 0.0:.2f}"
    mix = f" Only the mix of {named(one.mix)} changed." if one.mix else ""
    return (
        Cell(one.column, strong=True), Cell(where), Cell(_what(one) + mix), Cell(f"{one.psi:.2f}"), Cell(f"{one.noise:.2f}"),
        Cell(f"{one.line:.2f}"), Cell("", SIZES[one.size], word=one.size) if SIZES[one.size] != "plain" else Cell(one.size),
        Cell(rest),
    )  # fmt: skip


def _what(one: Shift) -> str:
    told = []
    if one.median_before is not None and one.median_after is not None:
        told.append(f"median {one.median_before:.4g} to {one.median_after:.4g}")
    told += [
        f"{each.value}: {share(each.before)} to {share(each.after)}{' (new)' if each.new else ' (gone)' if each.gone else ''}"
        for each in one.values[:3]
    ]
    if abs(one.missing_after - one.missing_before) >= 0.01:
        told.append(f"missing {share(one.missing_before)} to {share(one.missing_after)}")
    return "; ".join(told) or "its shape"


def _embeddings(everywhere: EmbeddingShift, inside: EmbeddingShift | None) -> Block:
    head = ("Column", "Where", "Vectors before", "now", "Distance", "noise", "line", "p", "Says")
    where = [("all traffic", everywhere), *([("the segment", inside)] if inside else [])]
    rows = tuple(_embedding(name, one) for name, one in where)
    return Table("Embeddings: energy distance, as a share of its largest value", head, rows, (2, 3, 4, 5, 6, 7))


def _embedding(where: str, one: EmbeddingShift) -> tuple[Cell, ...]:
    aside = f" {one.set_aside:,} drawn rows hold no vector of {one.size} numbers." if one.set_aside else ""
    counts = (Cell(one.column, strong=True), Cell(where), Cell(f"{one.n_before:,}"), Cell(f"{one.n_after:,}"))
    if one.distance is None or one.noise is None or one.line is None or one.p is None:
        return (*counts, Cell("–"), Cell("–"), Cell("–"), Cell("–"), Cell(f"too few to compare.{aside}"))
    figures = (Cell(f"{one.distance:.3f}"), Cell(f"{one.noise:.3f}"), Cell(f"{one.line:.3f}"), Cell(f"{one.p:.3f}"))
    said = f"cosine of the means {one.cosine:.3f}.{aside}"
    return (*counts, *figures, Cell(said, "warn", word="moved") if one.moved else Cell(f"as before; {said}"))


def _value_shift(one: ValueShift) -> tuple[Cell, ...]:
    began = one.onset
    return (
        Cell(one.column, strong=True), Cell(place(one.scope)), Cell(moment(began.at_ms)), Cell(between(began.low_ms, began.high_ms)),
        Cell(f"{began.before:.4g}"), Cell(f"{began.after:.4g}"),
    )  # fmt: skip


def _health(found: Health) -> list[Block]:
    rows = [row for row in (_volume(found), *_labels(found), *_retrieval(found), *_ids(found)) if row]
    rows += [_missing(one) for one in found.missing if one.moved]
    sound = sum(not one.moved for one in found.missing)
    rows.append((Cell("Missing values"), Cell(f"{sound} columns with a role are as full as before"), Cell("–")))
    blocks: list[Block] = [Table("Health of the data", ("What", "Now, and before", "Says"), tuple(rows))]
    if found.versions:
        shown = sorted(found.versions, key=lambda one: -abs((one.now or 0.0) - (one.before or 0.0)))[:MOST_VERSIONS]
        mix = tuple(
            (
                Cell(one.column), Cell(one.version, strong=True), Cell(share(one.before)), Cell(share(one.now)),
                Cell(moment(one.first_ms)), Cell(moment(one.last_ms)),
            )
            for one in shown
        )  # fmt: skip
        head = ("Column", "Version", "Before", "Now", "First seen", "Last seen")
        blocks.append(Table("Mix of versions", head, mix, (2, 3), folded=True))
    blocks += clock_blocks(found.clock)
    for one in found.volume.silences[:MOST_SILENCES]:
        said = f"Silence from {moment(one.from_ms)} to {moment(one.to_ms)} UTC: no row where {one.expected:,.0f} were usual."
        blocks += [Prose(said)]
    return blocks


def clock_blocks(found: Clock | None) -> list[Block]:
    """That times say no zone, and that they may be local ones."""
    if found is None:
        return []
    part = "All times" if found.without == found.dated else f"{found.without:,} of {found.dated:,} times"
    said = f"{part} in the column '{found.column}' have no zone, and were read as UTC."
    if (mark := found.mark) is not None:
        hour = f"{moment(mark.from_ms)} and {moment(mark.from_ms + HOUR, day=False)}"
        seen = "has no rows" if mark.missing else "has the rows of two"
        turn = "forward" if mark.missing else "back"
        said += (
            f" They may be local times: the hour between {hour} {seen}, and clocks go {turn} then (such as in {mark.zone}). If so, write them "
            "with their offset (+02:00) or in UTC, and ask again: there is no option that names a zone."
        )
    return [Prose(said)]


def _flag(bad: bool, said: str, fine: str) -> Cell:
    return Cell("", "warn", word=said) if bad else Cell(fine)


def _pair(one: Shares) -> str:
    return f"{share(one.now)}, before {share(one.before)}"


def _volume(found: Health) -> tuple[Cell, ...]:
    one = found.volume
    if one.now is None or one.before is None:
        return (Cell("Volume"), Cell("no rows on one side"), Cell("–"))
    ratio = f"{one.ratio:.2f} times ({one.ratio_low:.2f} to {one.ratio_high:.2f})" if one.ratio and one.ratio_low and one.ratio_high else "–"  # fmt: skip
    moved = bool(one.ratio_low and one.ratio_high and (one.ratio_low > 1.1 or one.ratio_high < 0.9))
    return (
        Cell("Volume"), Cell(f"{one.now:,.1f} requests a minute, before {one.before:,.1f}: {ratio}"),
        _flag(moved, "changed", "as usual"),
    )  # fmt: skip


def _labels(found: Health) -> list[tuple[Cell, ...]]:
    one = found.labels
    if one is None:
        return []
    late = [f"at {length(age.age_ms)}: {_pair(age.shares)}" for age in one.ages if age.later] or [
        f"at {length(age.age_ms)}: {_pair(age.shares)}" for age in one.ages[-1:]
    ]
    open_ = f"; no label yet in {share(one.open_now)}, before {share(one.open_before)}" if one.open_now is not None else ""  # fmt: skip
    told = f"labelled {joined(late)}{open_}" if late else f"too young to compare{open_}"
    rows: list[tuple[Cell, ...]] = [
        (Cell("Labels, at the same age"), Cell(told), _flag(one.slower, "later than before", "as before"))
    ]
    if one.impossible:
        rows.append(
            (Cell("Labels"), Cell(f"{one.impossible:,} are older than their row"), _flag(True, "impossible", ""))
        )
    return rows


def _retrieval(found: Health) -> list[tuple[Cell, ...]]:
    one = found.retrieval
    if one is None or not one.nothing.asked_now:
        return []
    return [
        (
            Cell("Searches that found nothing"),
            Cell(_pair(one.nothing)),
            _flag(one.worse, "more than before", "as before"),
        )
    ]


def _ids(found: Health) -> list[tuple[Cell, ...]]:
    if found.twice is None:
        return []
    part = f" in {share(found.ids_looked_at)} of ids" if found.ids_looked_at and found.ids_looked_at < 1 else ""
    return [(Cell("Rows whose id was there before"), Cell(f"{found.twice:,}{part}"), _flag(found.twice > 0, "joined twice or sent twice", "none"))]  # fmt: skip


def _missing(one: Missing) -> tuple[Cell, ...]:
    told = f"{one.column} ({', '.join(one.roles)}): missing in {_pair(one.shares)}"
    return (Cell("Missing values"), Cell(told), _flag(True, "changed", ""))
