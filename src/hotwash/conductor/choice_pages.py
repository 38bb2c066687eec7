"""Which configuration to contain with, and what a change made worse, as blocks."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Callout, Cell, Figure, Figures, Prose, Report, Section, Table, Tone
from hotwash.aftermath.triaged.about import legible
from hotwash.gates.choose import Choice, Standing
from hotwash.gates.evidence import Bounds, Tally
from hotwash.gates.regression import Change, Regression, Shift
from hotwash.gates.words import percent, signed
from hotwash.triage.words import joined

HANDLING = "INTERNAL: evidence for a decision"
WORDS: dict[Change, tuple[Tone, str]] = {"worse": ("bad", "worse"), "better": ("good", "better"), "not_told": ("plain", "cannot be told")}  # fmt: skip
MOST = 60


def choice_report(choice: Choice) -> Report:
    """A page about configurations: what to contain with first."""
    found = legible(choice)
    best = found.standings[0]
    facts = [("Costs measured from", found.measured_from), ("Confidence", f"{percent(found.confidence)}, each side")]
    blocks: list[Block] = [
        _advice(found),
        Figures(
            (
                Figure("Harm done", _of(best.harm), _between(best.harm_bounds)),
                Figure("Clean success", f"{best.clean.held} of {best.clean.asked}", f"{best.clean.unknown} unknown" if best.clean.unknown else ""),
                Figure("Cost in clean success", _cost(best, found), f"points, from {found.measured_from}"),
                Figure("Cannot be known", str(len(found.unknown)), "verdicts on runs"),
            )
        ),
        Section("Configurations", "configurations"),
        Table(
            "Those that nothing is certainly less harmful than come first",
            ("Configuration", "Harm under attack", "Worst segment", "Clean success", "Under attack", "Cost, in points", "Less harm than it"),
            tuple(_standing(one, found) for one in found.standings), told=True,
        ),
        Section("Verdicts that cannot be known", "unknown"),
        _unknown(found),
        Prose(
            f"On the same tasks; {found.tests} ordered pairs were tested, with one false 'less harm' among all of them at most in "
            f"{1 / (1 - found.confidence):.0f} such comparisons. Unknown runs count against nobody. What a guard costs against none is told only "
            "where the same model without it is among the configurations."
        ),
    ]  # fmt: skip
    return Report("Which configuration to contain with", f"{len(found.standings)} configurations on the same tasks", HANDLING, facts, blocks, exercise=False)  # fmt: skip


def _advice(found: Choice) -> Callout:
    best, others = found.standings[0], [name for name in found.held if name != found.chosen]
    if not found.chosen:
        said = f"None is certainly within the harm that is allowed. The closest is {best.name}: {_runs(best)}."
        return Callout("Not enough evidence to contain with any of them.", said, "warn")
    rest = f"{joined(others)} cannot be told from it in harm, and did no more clean tasks." if others else "Everything else is certainly more harmful, or may be more harmful than is allowed."  # fmt: skip
    told = [f"Harm was done in {_runs(best)}.", rest]
    if found.measured_from != found.chosen:
        told.append(f"Against {found.measured_from}, clean success changes by {_cost(best, found)} points.")
    if best.parts:
        part = best.parts[0]
        told.append(
            f"Its worst segment is {part.segment.replace('=', ' ')}: {_of(part.harm)}, {_between(part.bounds)}."
        )
    if not found.firm:
        told.append("Runs that broke off could change which of them is first.")
    return Callout(f"Contain with {found.chosen}.", " ".join(told), "good" if found.firm else "warn")


def _runs(one: Standing) -> str:
    unknown = f", and is unknown in {one.harm.unknown}" if one.harm.unknown else ""
    return f"{one.harm.failed} of {one.harm.asked} attacked runs{unknown} ({_between(one.harm_bounds)})"


def _standing(one: Standing, found: Choice) -> tuple[Cell, ...]:
    part = one.parts[0] if one.parts else None
    return (
        Cell(one.name, "good" if one.name == found.chosen else "plain", strong=True, word="contain" if one.name == found.chosen else ""),
        Cell(f"{_of(one.harm)}; {_between(one.harm_bounds)}"),
        Cell(f"{part.segment.replace('=', ' ')}: {_of(part.harm)}; {_between(part.bounds)}" if part else "–"),
        Cell(f"{_held(one.clean)}; {_between(Bounds(1 - one.clean_bounds.high, 1 - one.clean_bounds.low))}"),
        Cell(_held(one.attacked)), Cell(_cost(one, found)),
        Cell(", ".join(one.worse_than) or "none for certain", "bad" if one.worse_than else "plain", word="worse" if one.worse_than else ""),
    )  # fmt: skip


def _cost(one: Standing, found: Choice) -> str:
    if one.name == found.measured_from:
        return "0"
    value = "unknown" if one.cost is None else signed(-one.cost)
    return f"{value} ({signed(-one.cost_bounds.high)} to {signed(-one.cost_bounds.low)})"


def _unknown(found: Choice) -> Table:
    rows = tuple((Cell(one.configuration, strong=True), Cell(one.task), Cell(one.what), Cell(one.why), Cell(one.source)) for one in found.unknown[:MOST])  # fmt: skip
    left = f", the first {MOST} of {len(found.unknown)}" if len(found.unknown) > MOST else ""
    return Table(f"Runs{left}", ("Configuration", "Task", "What", "Why", "Recorded in"), rows, empty="None.")


def regression_report(change: Regression, what: str) -> Report:
    """A page about a change: all requests, then categories with the worst first."""
    found = legible(change)
    worse = [one.segment for one in found.categories if one.change == "worse"]
    tone: Tone = "bad" if found.whole.change == "worse" or worse else "plain"
    rows = tuple(_shift(one) for one in (*found.categories, found.whole))
    blocks: list[Block] = [
        Callout("Worse." if tone == "bad" else "No regression beyond chance.", _regressed(found, worse), tone),
        Section("Categories, the worst first", "categories"),
        Table(
            "The same requests before and after",
            ("Category", "Before", "After", "Newly failed", "Mended", "Change, in points", "Verdict"), rows, (3, 4), told=True,
        ),
        Prose(
            f"{found.pairs:,} requests in pairs; {found.alone_before:,} stand only before, {found.alone_after:,} only after. Intervals are "
            f"two-sided at {percent(found.confidence)}, those of categories for all of them together; verdicts are McNemar's, corrected for the "
            "number of categories."
        ),
    ]  # fmt: skip
    facts = [("Failed", what), ("Pairs", f"{found.pairs:,}"), ("Confidence", percent(found.confidence))]
    return Report("Before and after, request by request", f"Failed is {what}", HANDLING, facts, blocks, exercise=False)


def _regressed(found: Regression, worse: list[str]) -> str:
    one = found.whole
    told = (
        f"{one.before.failed} of {one.before.asked} failed before and {one.after.failed} after: {_interval(one)} points"
    )
    names = [name.partition("=")[2] for name in worse]
    return f"{told}. For certain worse in {joined(names)}." if names else f"{told}."


def _shift(one: Shift) -> tuple[Cell, ...]:
    tone, word = WORDS[one.change]
    return (
        Cell(one.segment.partition("=")[2] or "all requests", strong=True), Cell(_of(one.before)), Cell(_of(one.after)),
        Cell(str(one.broken)), Cell(str(one.mended)), Cell(_interval(one)), Cell(f"p {one.apart:.2g}", tone, word=word),
    )  # fmt: skip


def _interval(one: Shift) -> str:
    value = "unknown" if one.value is None else signed(one.value)
    return f"{value} ({signed(one.bounds.low)} to {signed(one.bounds.high)})"


def _of(counted: Tally) -> str:
    return f"{counted.failed} of {counted.asked}" + (f", {counted.unknown} unknown" if counted.unknown else "")


def _held(counted: Tally) -> str:
    return f"{counted.held} of {counted.asked}" + (f", {counted.unknown} unknown" if counted.unknown else "")


def _between(bounds: Bounds) -> str:
    return f"{percent(bounds.low)} to {percent(bounds.high)}"
