"""What a whole draft lacks: headings, guidance, the time of the next update, an ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from hotwash.comms.facts import Facts
from hotwash.comms.lint.finding import Finding, Weight
from hotwash.comms.lint.frames import frame_hits
from hotwash.comms.lint.scope import scopes
from hotwash.comms.lint.text import Draft, Sentence
from hotwash.comms.lint.times import moments
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.wording import Family, Frame, Needs

SOON = re.compile(
    r"\b(?:in|within|every)\s(?:the\s(?:next\s)?|an?\s|half an\s|about\s)?(?:\w+\s)?(?:minutes?|hours?)\b|\bhourly\b|\bhalf[ -]hourly\b|\bwithin the hour\b|"
    r"\bin half an hour\b|\btomorrow\b",
    re.IGNORECASE,
)
LAST = re.compile(r"\b(?:last|final) update\b|\bnone planned\b|\bno further update", re.IGNORECASE)


def lacking(draft: Draft, needs: Needs, facts: Facts, kit: Kit) -> Iterator[Finding]:
    """One finding for each thing that the kit asks of this variant and the draft does not have."""
    wording = kit.wording
    if needs.headings:
        yield from _headings(draft, kit)
    if needs.guidance and not _any(draft.sentences, wording.guidance) and not facts.false_alarm:
        yield _missing(kit, draft, "guidance", "Readers are not told what to do to be safe.")
    if needs.next_update and not _announced(draft, facts, wording.next_update):
        yield _missing(kit, draft, "next-update", "Nothing says when the next update comes.")
    if needs.ask and not _any(draft.sentences, wording.asks):
        yield _missing(kit, draft, "ask", "Executives are asked for nothing, and not told that nothing is needed.")


def _headings(draft: Draft, kit: Kit) -> Iterator[Finding]:
    there = {one.name: one for one in draft.headings}
    missing = [name for name in kit.wording.headings if name not in there]
    empty = [name for name, one in there.items() if not draft.words_of(one)]
    if missing or empty:
        said = [f"Missing: {', '.join(missing)}."] if missing else []
        said += [f"Without text: {', '.join(empty)}."] if empty else []
        place = there[empty[0]].body if empty and not missing else len(draft.text.rstrip())
        yield _missing(kit, draft, "heading", " ".join(said), place)


def _any(
    sentences: Sequence[Sentence], frames: Sequence[Frame], also: Callable[[Sentence], bool] = lambda _: True
) -> bool:
    return any(
        also(one) and any(True for _ in frame_hits(frame, one, scopes(one.plain), ()))
        for one in sentences
        for frame in frames
    )


def _announced(draft: Draft, facts: Facts, frames: Sequence[Frame]) -> bool:
    """An announcement with a time, or, once it is over, the word that it was the last."""
    if facts.closing is not None and LAST.search(draft.plain):
        return True

    def timed(one: Sentence) -> bool:
        return bool(SOON.search(one.plain) or moments(one.plain, facts.start, facts.at(facts.now_ms)))

    return _any(draft.sentences, frames, timed)


def _missing(kit: Kit, draft: Draft, family: Family, why: str, place: int | None = None) -> Finding:
    at = len(draft.text.rstrip()) if place is None else place
    weight: Weight = "warns" if family in kit.wording.warns else "blocks"
    return Finding(family, family, weight, "", at, at, "", why, kit.wording.remedies.get(family, ""))
