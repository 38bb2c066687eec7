"""Import of traces: any export that we know, from files and folders, to one Parquet file in our own schema.

Units (spans, samples, runs, lines) are counted where they are read and again where they end up: in rows or set aside.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hotwash.adapters import import_cells, import_sources, import_spans
from hotwash.adapters.import_keep import Keeper
from hotwash.adapters.import_span import Span
from hotwash.adapters.import_units import UNREADABLE, Aside, Made, Tally
from hotwash.adapters.import_writer import ALWAYS, SAME_SPAN, AsideFile, Stage
from hotwash.kernel.errors import ContentError
from hotwash.triage.canonical import FIELDS

MOST_SPANS = 10_000
LARGEST_TRACE = 64_000_000
"""Spans, and characters of spans, of one trace that make its row; what is more is set aside."""
TOO_MANY = "beyond ten thousand spans or 64 million characters of one trace"
TABLE = "A table of your own needs no import: see `hotwash traces map`."
STEP = 1_000
"""Units between two reports of progress."""
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Imported:
    """What an import did. `seen` = `joined` + all of `set_aside`; `joined` units made `rows` rows (several spans make one).
    `notes` counts values that were kept, but not as they came; `cut` the characters cut off at the limits."""

    file: Path
    aside_file: Path | None
    formats: Mapping[str, int]
    seen: int
    joined: int
    rows: int
    set_aside: Mapping[str, int]
    notes: Mapping[str, int]
    cut: int
    filled: Mapping[str, float]
    """Column → share of the rows that say something there, for the columns that were written."""
    texts: str
    """What became of what people wrote: `redacted`, `raw` or `left out`."""
    redacted: Mapping[str, int]
    """Kind of personal data or secret → how many values were hidden, each counted once a row."""
    first_ms: int | None
    last_ms: int | None


def import_traces(
    source: Path,
    target: Path,
    *,
    form: str = "",
    text: bool = True,
    raw: str = "",
    overwrite: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Imported:
    """Read every export at `source` and write `target` and, if something was set aside, `<name>.set-aside.jsonl`. Without
    `text`, raw text columns are not written; with it, personal data and secrets are taken out of them, unless `raw` is the reason
    why not. File metadata says which (`hotwash.texts`, `hotwash.raw_reason`). `form` is one of `import_sources.FORMS`, else each file's is found out. Nothing
    is written when something fails. Raises ContentError for a source without any row, and for a target that is there or
    cannot be written."""
    import duckdb

    if form and form not in import_sources.FORMS:
        write = f"Write one of: {', '.join(import_sources.FORMS)}."
        raise ContentError.at(source, f"'{form}' is no kind of export", write)
    aside_file = target.with_name(target.name.removesuffix(".parquet") + ".set-aside.jsonl")
    _ensure_free(source, target, overwrite=overwrite)
    now_us = round((now or datetime.now(UTC)).timestamp() * 1_000_000)
    try:
        with closing(Stage(target.parent)) as stage, closing(AsideFile(stage.folder / "aside.jsonl")) as sink:
            tally = Tally(sink)
            keeper = Keeper(stage, tally, now_us, hide=text and not raw)
            formats = _read(source, form, keeper, _Teller(progress, tally))
            texts = "left out" if not text else "raw" if raw else "redacted"
            done = _imported(target, aside_file if sink.count else None, formats, keeper, texts)
            if not done.rows:
                raise _nothing(source, tally)
            about = {"hotwash.texts": texts, "hotwash.redacted": json.dumps(done.redacted), "hotwash.raw_reason": raw}
            stage.write(
                stage.folder / "rows.parquet", tuple(done.filled), {name: one for name, one in about.items() if one}
            )
            sink.close()
            (stage.folder / "rows.parquet").replace(target)
            if sink.count:
                sink.file.replace(aside_file)
            else:
                aside_file.unlink(missing_ok=True)
    except (OSError, duckdb.Error) as broken:
        said = f"cannot be written: {str(broken).splitlines()[0]}"
        write = "Name a file in a folder that you can write to, with room for twice the export."
        raise ContentError.at(target, said, write) from broken
    return done


class _Teller:
    """Reports progress now and then."""

    def __init__(self, progress: Progress | None, tally: Tally) -> None:
        self._progress, self._tally, self._next = progress, tally, STEP

    def tell(self) -> None:
        if self._progress and self._tally.seen >= self._next:
            self._progress(self._tally.seen)
            self._next = self._tally.seen + STEP


def _read(source: Path, form: str, keeper: Keeper, teller: _Teller) -> Counter[str]:
    stage, tally = keeper.stage, keeper.tally
    formats: Counter[str] = Counter()
    for file in import_sources.files(source, tally):
        shown = file.name if file == source else file.relative_to(source).as_posix()
        try:
            for one in import_sources.units(file, shown, form, tally, formats):
                teller.tell()
                _take(one, keeper)
        except ContentError:
            if file == source:
                raise
            tally.saw()
            tally.aside(Aside(shown, "a file that cannot be opened"))
    for row in _assembled(stage):
        teller.tell()
        if isinstance(row, Aside):
            tally.aside(row)
        else:
            keeper.keep(row)
    for again in stage.twice():
        tally.aside(again)
    return formats


def _take(one: Made | tuple[str, Span] | Aside, keeper: Keeper) -> None:
    if isinstance(one, Aside):
        keeper.tally.aside(one)
    elif isinstance(one, Made):
        keeper.keep(one)
    else:
        _hold(*one, keeper.stage, keeper.tally)


def _hold(place: str, span: Span, stage: Stage, tally: Tally) -> None:
    try:
        # In ASCII, every text can be stored as it came.
        body = json.dumps(vars(span), default=str)
    except UNREADABLE:
        tally.aside(Aside(place, "nested too deeply"))
        return
    trace, own = (import_cells.writable(one, tally, names=True) for one in (span.trace, span.id))
    stage.span(trace, own, import_cells.writable(place, tally), body)


def _assembled(stage: Stage) -> Iterator[Made | Aside]:
    """A row of every trace; a span that was there before is set aside."""
    current: str | None = None
    bodies: list[str] = []
    known: set[str] = set()
    place, size = "", 0
    for trace, own, where, body in stage.traces():
        if trace != current:
            if bodies:
                yield _assemble(bodies, place)
            current, bodies, known, place, size = trace, [], set(), where, 0
        if own and own in known:
            yield Aside(where, SAME_SPAN)
        elif len(bodies) >= MOST_SPANS or (bodies and size + len(body) > LARGEST_TRACE):
            yield Aside(where, TOO_MANY)
        else:
            known.add(own)
            bodies.append(body)
            size += len(body)
    if bodies:
        yield _assemble(bodies, place)


def _assemble(bodies: list[str], place: str) -> Made | Aside:
    try:
        return Made(place, import_spans.row([Span(**json.loads(one)) for one in bodies], place), len(bodies))
    except UNREADABLE as broken:
        deep = isinstance(broken, RecursionError)
        reason = "nested too deeply" if deep else "a trace whose parts are not of the expected kind"
        return Aside(place, reason, len(bodies))


def _imported(
    target: Path, aside_file: Path | None, formats: Mapping[str, int], keeper: Keeper, texts: str
) -> Imported:
    stage, tally, text = keeper.stage, keeper.tally, texts != "left out"
    rows, joined, filled, (begun, ended) = stage.counted()
    assert joined + sum(tally.set_aside.values()) == tally.seen, "a unit was lost, or counted twice"
    kept = {
        name: count / rows if rows else 0.0
        for name, count in filled.items()
        if (count or name in ALWAYS) and (text or not FIELDS[name].raw)
    }
    by_count = {name: dict(sorted(said.items(), key=lambda one: (-one[1], one[0]))) for name, said in
                (("aside", tally.set_aside), ("notes", tally.notes))}  # fmt: skip
    return Imported(target, aside_file, dict(formats), tally.seen, joined, rows, by_count["aside"], by_count["notes"],
                    tally.cut, kept, texts, dict(sorted(keeper.hidden.items())), begun, ended)  # fmt: skip


def _ensure_free(source: Path, target: Path, *, overwrite: bool) -> None:
    if target.is_dir() or (target.exists() and not overwrite):
        said = "is a folder" if target.is_dir() else "is there already"
        write = "Name a file." if target.is_dir() else "Name another file, or add --overwrite."
        raise ContentError.at(target, said, write)
    if target.suffix != ".parquet":
        raise ContentError.at(target, "is no name for a Parquet file", "Let it end in .parquet.")
    if target.exists() and source.exists() and source.samefile(target):
        raise ContentError.at(target, "is the source itself", "Name another file.")


def _nothing(source: Path, tally: Tally) -> ContentError:
    listed = "; ".join(f"{reason} ({count})" for reason, count in tally.set_aside.most_common(5))
    said = f"no row in it: {listed}" if listed else "no row in it"
    known = ", ".join(import_sources.FORMS)
    return ContentError.at(source, said, f"Name an export of one of these kinds: {known}. {TABLE}")
