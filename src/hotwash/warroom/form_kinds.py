"""Papers that can be written as forms: how each is opened, what its parts are called, and what its form offers to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from hotwash import bootstrap
from hotwash.aftermath.causes.hops import TITLES as HOPS
from hotwash.aftermath.forms.shape import Rows
from hotwash.aftermath.html import blocks_to_html
from hotwash.aftermath.meeting.coverage import coverage
from hotwash.aftermath.meeting.form import DECISIONS, MINUTES, UNKNOWN, part_of
from hotwash.aftermath.meeting.pages import BANDS, TITLES, coverage_blocks
from hotwash.aftermath.meeting.risks import band_of, points
from hotwash.kit.schema.causes import EFFECTS, OPEN, Held
from hotwash.kit.schema.causes import KINDS as FACTORS
from hotwash.kit.schema.kit import Bucket, Kit
from hotwash.kit.schema.meeting import ITEMS, Likelihood, Treatment

F = TypeVar("F", bound=bootstrap.PaperForm[Any])
Choices = list[tuple[str, str]]
"""Values with what people read."""
STATES = ("open", "broke", "passed-on", "held")
VERDICTS = ("open", "confirmed", "possible", "ruled-out")
CAME = ("open", "happened", "lessened", "prevented")
NOT_SAID = ("open", "not said yet")
TREATMENTS: Mapping[str, str] = {
    "reduce": "reduce: make it less likely, or less bad", "accept": "accept: live with it, until a day",
    "transfer": "transfer: somebody else bears it", "avoid": "avoid: stop what brings it about",
}  # fmt: skip
ABOUT = {
    "timeline-and-impact": "What happened when, to whom and how many. Each line cites what shows it.",
    "causes": "The technical cause and what contributed. Each line cites what shows it.",
    "control-gaps": "Monitoring, access, testing, human oversight: what was missing or did not hold.",
    "communications": "Who was told what, when, and whether it was right. Each line cites what shows it.",
    "corrective-actions": "What will be done, by whom, by when, and how it is verified.",
    "verification": "When each action is looked at again, and by what one will see that it works.",
}


def _nothing(_form: object, _rows: Rows, _do: str) -> str | None:
    return None


@dataclass(frozen=True)
class FormKind(Generic[F]):
    """One kind of paper: its address, its file, how its form is opened, what stands in it, which buttons it has of its own."""

    slug: str
    title: str
    file: str
    titles: Mapping[str, str]
    open: Callable[[Path, str], F | None]
    offers: Callable[[F, Rows, Kit], Mapping[str, Any]]
    pressed: Callable[[F, Rows, str], str | None] = _nothing
    """Carries out a button of this paper alone and says what came of it; None for any other button."""

    def title_of(self, part: str) -> str:
        """What a part is called on the page."""
        return self.titles.get(part, part)


def _causes(form: bootstrap.CausesForm, rows: Rows, kit: Kit) -> dict[str, Any]:
    return {
        "hops": HOPS, "states": STATES, "factor_kinds": FACTORS, "effects": EFFECTS, "verdicts": VERDICTS, "came": CAME, "held": get_args(Held),
        "buckets": get_args(Bucket), "controls": [row for row in rows.parts["controls"] if row["id"] and not row.get("out")],
        "bow_tie": blocks_to_html(form.causes.bow_tie().blocks), "matrix": blocks_to_html([form.causes.matrix()], log="../causes"), "entries": _entries(form),
        "titles": {f"{each.id}:{entry.id}": entry.title for each in form.frameworks for entry in each.entries}, "modes": _modes(kit),
    }  # fmt: skip


def _entries(form: bootstrap.PaperForm[Any]) -> list[tuple[str, Choices]]:
    """Entries of frameworks by what a control refers to them as, under the title of each framework."""
    return [(each.title, [(f"{each.id}:{entry.id}", f"{entry.id} {entry.title}") for entry in each.entries]) for each in form.frameworks]  # fmt: skip


def _review(form: bootstrap.ReviewForm, _rows: Rows, kit: Kit) -> dict[str, Any]:
    meeting = form.meeting
    wanted = [one for one in form.frameworks if one.id in form.paper.whole().frameworks]
    covered = coverage(wanted, form.events, bootstrap.answers_of(meeting.record))
    return {
        "items": [(item, TITLES[item], ABOUT[item], part_of(item, MINUTES), part_of(item, DECISIONS)) for item in ITEMS],
        "seats": _seats(kit), "schemes": [(one.id, f"{one.title}, {one.version}") for one in form.frameworks],
        "people": form.people, "coverage": blocks_to_html(coverage_blocks(covered, wanted), log="../meeting") if wanted else "",
    }  # fmt: skip


def _take(form: bootstrap.ReviewForm, rows: Rows, do: str) -> str | None:
    """`take ITEM`: add to the minutes of an item what record, causes and actions have for it now and the minutes do not. The question of
    the draft goes when there is an answer."""
    verb, _, name = do.partition(" ")
    item = next((one for one in ITEMS if one == name), None)
    if verb != "take" or item is None:
        return None
    part = part_of(item, MINUTES)
    there = {row["text"] for row in rows.parts[part] if not row.get("out")}
    new = [{"text": text, "evidence": list(cited)} for text, cited in form.meeting.lines(item) if text not in there]
    if not new:
        return f"{TITLES[item]}: record and papers have nothing that is not in the minutes."
    rows.parts[part] = [row for row in rows.parts[part] if not row["text"].startswith(OPEN)] + new
    return f"{TITLES[item]}: {len(new)} line{'s' if len(new) != 1 else ''} taken in."


def _risks(form: bootstrap.RisksForm, rows: Rows, kit: Kit) -> dict[str, Any]:
    about = form.meeting.about
    found = [points(row["likelihood"], [level for level in row["impact"].values() if isinstance(level, int)]) for row in rows.parts["risks"]]  # fmt: skip
    return {
        "modes": [(UNKNOWN, "not said yet"), *_modes(kit)],
        "likelihoods": [NOT_SAID, *((one, one) for one in get_args(Likelihood) if one != "open")],
        "treatments": [NOT_SAID, *((one, TREATMENTS[one]) for one in get_args(Treatment) if one != "open")],
        "dimensions": [(name, one.title, [(str(level), f"{level}: {said}") for level, said in sorted(one.levels.items())]) for name, one in kit.severity.dimensions.items()],
        "seats": _seats(kit), "people": form.people,
        "gaps": [(one.id, one.title, one.state) for one in about.causes.controls] if about.causes else [],
        "scores": [(points_, band_of(points_), BANDS[band_of(points_)]) for points_ in found],
    }  # fmt: skip


def _modes(kit: Kit) -> Choices:
    return [(name, one.title) for name, one in kit.taxonomy.modes.items()]


def _seats(kit: Kit) -> Choices:
    return [(name, one.title) for name, one in kit.roles.seats.items()]


_CAUSES_TITLES = {
    "top_event": "Top event", "conclusion": "What the team concludes", "chain": "Causal chain", "whys": "Five whys", "factors": "Contributing factors",
    "tree": "Fault tree", "consequences": "Consequences", "controls": "Controls", "human_factors": "How the work was arranged",
}  # fmt: skip
_REVIEW_TITLES = {
    "meeting": "The meeting", "attended": "Who was there",
    **{part_of(item, MINUTES): f"{TITLES[item]}: minutes" for item in ITEMS},
    **{part_of(item, DECISIONS): f"{TITLES[item]}: decisions" for item in ITEMS},
}  # fmt: skip
KINDS: dict[str, FormKind[Any]] = {
    one.slug: one
    for one in (
        FormKind("causes", "Causes", bootstrap.CAUSES, _CAUSES_TITLES, bootstrap.causes_form, _causes),
        FormKind("meeting", "Review meeting", bootstrap.REVIEW, _REVIEW_TITLES, bootstrap.review_form, _review, _take),
        FormKind("risks", "Risk register", bootstrap.RISKS, {"risks": "Risks"}, bootstrap.risks_form, _risks),
    )
}  # fmt: skip
