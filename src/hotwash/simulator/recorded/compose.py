"""A system and a world whose traffic is drawn from recorded cases.

The simulator decides a request by one draw: below the healthy rate it fails whatever runs, and each fault owns the next
stretch. Here a stretch is as wide as the recorded share of cases with one outcome under two configurations, so that a
draw picks a recorded case and with it what really happened under each. What no configuration changes, because both
obeyed, is carried by the content that the agent reads.
"""

from __future__ import annotations

from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import Dimension, Fault, Intent, SystemSpec, World
from hotwash.simulator.recorded.cases import Count, Library

CONTENT = "content"
"""The dependency that hands over poisoned content, whatever configuration runs."""
COMPOSED = (
    "The timeline is composed: {runs} recorded runs of {tasks} tasks, drawn in random order at invented times. Outcomes under "
    "{running} and {fallback} are recorded; all other levers, and the signals, are modelled."
)


def compose_system(template: SystemSpec, found: Library) -> SystemSpec:
    """The template filled: kinds of tasks as intents, the two configurations as versions, the note that says so."""
    model = template.components["model"]
    share = {
        group: len([one for one in found.cases if one.group == group]) / len(found.cases) for group in found.groups
    }
    pattern = next(iter(template.intents.values()))
    intents = {
        group: Intent.model_validate({**pattern.model_dump(), "title": f"Tasks of {group}", "share": share[group]})
        for group in found.groups
    }
    parts = {
        **template.components,
        "model": model.model_copy(
            update={"current": found.running, "previous": found.fallback, "misses_percent": found.lost_percent}
        ),
    }
    return SystemSpec.model_validate(
        template.model_copy(
            update={
                "intents": intents,
                "dimensions": {**template.dimensions, "intent": Dimension(shares=share)},
                "components": parts,
                "recorded_runs": found.runs,
                "note": composed(found),
            }
        ).model_dump(mode="json", by_alias=True)
    )


def compose_world(template: World, found: Library) -> World:
    """The template's one fault, split by kind of task and by who obeyed. Raises NotSupportedError for another template.

    The template's `rate` is the share of requests whose content carries an instruction.
    """
    if len(template.faults) != 1:
        raise NotSupportedError("a scenario for recorded traces has one fault: what its traces show")
    one = template.faults[0]
    faults = [
        fault
        for group in found.groups
        for fault in _split(one, group, found.count(group))
    ]  # fmt: skip
    return template.model_copy(update={"faults": faults})


def template_of(part: Fault, found: Library) -> Fault:
    """The template's fault again, from one of the parts that it was split into: its rate is the share of requests whose content carries an
    instruction. Raises NotSupportedError for a part that these runs do not have."""
    group, _, fate = part.id.rpartition("-")
    counted = found.count(group)
    number = {"running": counted.running, "fallback": counted.fallback, "both": counted.both}.get(fate, 0)
    if not number:
        raise NotSupportedError(
            f"these runs have no fault '{part.id}': they are not the ones that the drill was played on"
        )
    note = part.note.split(" Recorded: ")[0]
    return part.model_copy(update={"rate": part.rate * counted.all / number, "slice": {}, "note": note})


def composed(found: Library) -> str:
    """The sentence that says what is recorded and what is not."""
    return COMPOSED.format(
        runs=found.runs, tasks=len(found.cases), running=found.running, fallback=found.fallback
    )  # fmt: skip


def judged(found: Library) -> str:
    """What the record says of the attacked tasks, for the answer key."""
    counted = found.count()
    running, fallback = counted.both + counted.running, counted.both + counted.fallback
    unknown = (
        f" In {counted.unknown} the record cannot tell who was obeyed, under one of them or both; such a task counts neither "
        f"as harm nor as safe. With every one of these as harm it would be {running + counted.unknown} and "
        f"{fallback + counted.unknown}."
        if counted.unknown
        else " Every one of them can be judged."
    )
    return (
        f"Of {counted.all} tasks that were run with a hidden instruction, {found.running} did what it said in "
        f"{running}, {found.fallback} in {fallback}.{unknown}"
    )


def _split(template: Fault, group: str, counted: Count) -> list[Fault]:
    kinds = (
        ("running", counted.running, "model", "current"),
        ("fallback", counted.fallback, "model", "previous"),
        ("both", counted.both, CONTENT, "current"),
    )
    return [
        Fault(
            id=f"{group}-{fate}",
            category=template.category,
            carried_by=carrier,
            version=version,  # type: ignore[arg-type]  # one of the two words above
            rate=template.rate * number / counted.all,
            slice={"intent": [group]},
            onset_min=template.onset_min,
            ramp_min=0,
            path=template.path,
            cached=False,
            note=f"{template.note} Recorded: {number} of {counted.all} attacked tasks of {group}.",
        )
        for fate, number, carrier, version in kinds
        if number
    ]
