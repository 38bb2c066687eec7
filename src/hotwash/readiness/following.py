"""What to drill next, and why: what is least sure comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotwash.kit.schema.programme import Programme
from hotwash.readiness.counts import NO_CARD, Control, left
from hotwash.readiness.facts import DrillFact

MODE, CARD, CONTROLS, WEAK, PROVE = 4.0, 1.0, 2.0, 0.5, 1.5
"""Points for a mode of which nothing is known, a card never played, controls of which nothing is sure, each dimension at M or U when
the scenario was last played, and verified actions that no drill has proved since. Our judgement: rotation first, as the programme asks."""


@dataclass(frozen=True)
class Playable:
    """A scenario that could be drilled: its failure mode (empty: a false alarm) and the controls that its system has, by id what each is
    called."""

    scenario: str
    title: str
    mode: str
    mode_title: str
    has: Mapping[str, str]


@dataclass(frozen=True)
class Next:
    """A proposal with its points and their reasons, dearest first."""

    scenario: str
    title: str
    card: str
    points: float
    reasons: tuple[tuple[float, str], ...]


def what_next(
    playable: Sequence[Playable], cards: Sequence[str], drills: Sequence[DrillFact], controls: Sequence[Control], modes: Mapping[str, Control],
    today: date, programme: Programme,
) -> list[Next]:  # fmt: skip
    """Every scenario once, with the card that was longest away (none before the scenario itself was played), most points first."""
    confidence = {one.id: one.confidence for one in controls}
    found = [_proposed(one, cards, drills, confidence, modes, today, programme) for one in playable]
    return sorted(found, key=lambda one: (-one.points, one.scenario))


def _proposed(
    one: Playable, cards: Sequence[str], drills: Sequence[DrillFact], confidence: Mapping[str, float], modes: Mapping[str, Control], today: date,
    programme: Programme,
) -> Next:  # fmt: skip
    played = sorted((each for each in drills if each.scenario == one.scenario), key=lambda each: each.day)
    card, card_reason = _card(cards, drills, today, programme) if played else (NO_CARD, None)
    reasons = [card_reason] if card_reason else []
    if one.mode in modes:
        mode = modes[one.mode]
        when = "never drilled" if mode.last is None else f"last drilled {mode.days} days ago"
        reasons.append((MODE * (1 - mode.confidence), f"{one.mode_title}: {when}"))
    has = sorted(one.has)
    unsure = [name for name in has if confidence.get(name, 0.0) < 0.5]
    if has and unsure:
        more = f" and {len(unsure) - 3} more" if len(unsure) > 3 else ""
        reasons.append(
            (
                CONTROLS * len(unsure) / len(has),
                f"{len(unsure)} of {len(has)} controls not exercised lately: {', '.join(one.has[name] for name in unsure[:3])}{more}",
            )
        )
    if played:
        weak = [title for title, rating in played[-1].ratings.items() if rating in ("M", "U")]
        if weak:
            reasons.append((WEAK * len(weak), f"at M or U when last played: {', '.join(weak)}"))
        verified = [each for each in played[-1].papers.actions or () if each.verified]
        if verified:
            reasons.append((PROVE, f"{len(verified)} verified actions of the last drill are not proved by another"))
    kept = tuple(sorted(((round(points, 2), why) for points, why in reasons if points > 0), reverse=True))
    return Next(one.scenario, one.title, card, round(sum(points for points, _ in kept), 2), kept)


def _card(
    cards: Sequence[str], drills: Sequence[DrillFact], today: date, programme: Programme
) -> tuple[str, tuple[float, str] | None]:
    """The card that was longest away."""
    if not cards:
        return NO_CARD, None
    away = {card: min(((today - one.day).days for one in drills if card in one.cards), default=None) for card in cards}
    card = min(cards, key=lambda name: (left(away[name], programme), name))
    when = "never played" if away[card] is None else f"last played {away[card]} days ago"
    return card, (CARD * (1 - left(away[card], programme)), f"constraint {card}: {when}")
