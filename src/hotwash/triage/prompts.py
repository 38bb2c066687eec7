"""Whether answers give the system prompt away: long runs of its words in the output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.suspects import Share, draw, readable, share
from hotwash.triage.timeline import Window

MOST_PROMPTS = 20
EVERY, PROBE = 12, 5
"""Five words are sought at every twelfth: any run of sixteen words of a prompt holds one of these."""
LONG = 16
"""Words in a row from which a shared run counts: by chance two English texts do not share so many."""


@dataclass(frozen=True)
class Disclosure:
    """`shown`: answers with at least LONG words in a row from a system prompt (None when there is no system column or no answer).
    `longest`: words of the longest run; `most`: the largest share of a prompt in one answer. `prompts_left_off`: there
    were more prompts than are compared."""

    shown: Share | None
    longest: int
    most: float
    prompts: int
    prompts_left_off: bool
    columns_read: tuple[str, ...]
    raw_rows: int
    ids: tuple[str, ...]


def disclosure(
    relation: Relation, columns: TraceColumns, window: Window, system: str, where: Sequence[str], budget: int
) -> Disclosure:
    """Compare answers with the system prompts of the window."""
    if not system or not columns.output:
        return Disclosure(None, 0, 0.0, 0, prompts_left_off=False, columns_read=(), raw_rows=0, ids=())
    dialect, windows = relation.dialect, {"incident": window}
    inside = sql.within(dialect, columns.time, window.from_ms, window.to_ms)
    statement = sql.select([("prompt", dialect.name(system)), ("n", "COUNT(*)")],
                           [*inside, *where, f"{dialect.name(system)} IS NOT NULL"], ["prompt"])  # fmt: skip
    told = relation.ask(f"{statement} ORDER BY n DESC, prompt LIMIT {MOST_PROMPTS + 1}", [columns.time, system])
    known = [_words(str(one)) for one in told["prompt"].tolist()][:MOST_PROMPTS]
    known = [one for one in known if len(one) >= LONG]
    probes = list(
        dict.fromkeys(
            _pattern(words[at : at + PROBE]) for words in known for at in range(0, len(words) - PROBE + 1, EVERY)
        )
    )
    asked = readable(relation, columns, windows, [columns.output], where)[0].read
    left = len(told["prompt"]) > MOST_PROMPTS
    if not probes:
        return Disclosure(
            share(0, asked), 0, 0.0, len(known), prompts_left_off=left, columns_read=(system,), raw_rows=0, ids=()
        )
    output = dialect.name(columns.output)
    condition = dialect.matches(f"LOWER({output})", "|".join(probes))
    drawn = draw(relation, columns, windows, condition, [columns.output], [columns.output], where, budget)
    runs = [max((_run(_words(str(row[columns.output])), one), len(one)) for one in known) for row in drawn.rows]
    shown = [place for place, (run, _) in enumerate(runs) if run >= LONG]
    return Disclosure(
        share(len(shown), asked, drawn.chance, len(drawn.rows)),
        max((run for run, _ in runs), default=0),
        max((run / whole for run, whole in runs), default=0.0),
        len(known),
        prompts_left_off=left,
        columns_read=(system, columns.output),
        raw_rows=len(drawn.rows),
        ids=tuple(str(drawn.rows[place][columns.id]) for place in shown[:5]) if columns.id else (),
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[0-9a-z]+", text.lower())


def _pattern(words: Sequence[str]) -> str:
    return "[^0-9a-z]+".join(words)


def _run(said: Sequence[str], prompt: Sequence[str]) -> int:
    """The longest run of a prompt's words in an answer."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(prompt):
        places.setdefault(word, []).append(place)
    best, before = 0, dict[int, int]()
    for word in said:
        now = {place: before.get(place - 1, 0) + 1 for place in places.get(word, ())}
        best = max(best, *now.values()) if now else best
        before = now
    return best
