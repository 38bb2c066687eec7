"""What every engine that holds traces must answer. What is right is computed from the rows in plain Python, never by an engine."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np

from hotwash.kernel.errors import QueryError
from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.sample import draw
from hotwash.triage.timeline import extent, timeline

NAMES = (
    "plain", "two words", 'double"quote', "single'quote", "back`tick", "``", "a.b.c", "back\\slash", "select", "ORDER", "größe",
    "时间", "🧯", "line\nbreak", "${HOME}", "{braces}", "semi;colon--", "/* comment */", "1st", "x" * 200,
)  # fmt: skip
"""Names that a statement must carry as they are."""
VALUES = (
    "plain", "", " ", "it's", "''", '"', "back\\slash", "\\", "\\'", "\\n", "\\u0041", "line\nbreak", "tab\tcr\r", "\x01\x1b\x7f",
    "%", "_", "🧯", "e\u0301", "é", "'; DROP TABLE traces; --", "$$", "${HOME}", "{x}", ":name", "?", "NULL", "(none)", "\u2028",
)  # fmt: skip
"""Texts that a statement and an answer must carry as they are, all different."""
PATTERNS = ("(?i)DROP +table", r"^\s*\z", r"^.\z", r"\\", "'", r"[0-9]{2,}", r"\bplain\b", "^(back|line)", '"', r"\$\{")
"""What RE2 and Java read alike, quotes and backslashes included. Not `$`: Java finds it before a last line break too."""
MOMENT = datetime(2024, 3, 10, 2, 30, 0, 123_987)  # noqa: DTZ001 a column without a zone
"""A moment that clocks in New York skipped, late in its millisecond: reading it in a local zone shows, and so does rounding it."""
MOMENT_NS = 1_710_037_800_123_987_999
MOMENT_MS = MOMENT_NS // 1_000_000
DAY_MS = 1_710_028_800_000
ISO = {
    "2024-03-10T02:30:00.123987Z": MOMENT_MS,
    "2024-03-10 02:30:00.123": MOMENT_MS,
    "2024-03-10T04:30:00.123+02:00": MOMENT_MS,
    "2024-03-09T21:30:00.123-0500": MOMENT_MS,
    "2024-03-10T02:30": DAY_MS + 150 * 60_000,
    "2024-03-10": DAY_MS,
    "": None,
    "yesterday": None,
    "2024-02-30": None,
    "02:30:00": None,
}
"""Times as texts: with a zone, without one (UTC), a day alone, and none at all."""


@dataclass(frozen=True)
class Column:
    """One column of a table to make: 64-bit integers, doubles, booleans, texts, times without a zone (naive datetimes), instants
    (datetimes in UTC) or days. None is null."""

    type: Literal["integer", "number", "flag", "text", "naive", "instant", "day"]
    values: Sequence[Any]


Table = Mapping[str, Column]

TRACES: Table = {
    "n": Column("integer", range(12)),
    "at": Column("integer", [1_717_243_200 + 37 * n if n != 5 else None for n in range(12)]),
    "region": Column("text", ["eu", "us", None, "eu", "o'hare", "us", "eu", "back\\slash", None, "us", "eu", "Eu"]),
    "score": Column("number", [0.1, 0.25, None, -1.5, 1e-7, 3.0, 0.1, None, 2.5, 1e300, 0.0, 0.5]),
    "tokens": Column("integer", [0, 7, None, 12, 5, 5, None, 2**40, -3, 1, 0, 5]),
    "cached": Column("flag", [True, False, None, True, False, None, True, False, True, False, None, True]),
}
TESTS = (
    Test(column="region", equals="eu"), Test(column="region", equals="o'hare"), Test(column="region", equals="back\\slash"),
    Test(column="region", among=["us", "Eu", "nowhere"]), Test(column="region", contains="E"), Test(column="region", contains="\\"),
    Test(column="region", contains="%"), Test(column="region", missing=True), Test(column="region", missing=False),
    Test(column="score", equals=0.1), Test(column="score", above=0.1), Test(column="score", below=0.0),
    Test(column="score", among=[0.25, 3]), Test(column="score", missing=True), Test(column="tokens", equals=5),
    Test(column="tokens", above=4.5), Test(column="tokens", below=0), Test(column="tokens", among=[0, 2**40]),
    Test(column="cached", equals=True), Test(column="cached", equals=False), Test(column="cached", missing=True),
)  # fmt: skip
"""Every kind of question, of every type of column."""


def answered(test: Test, value: Any) -> int:
    """What `sql.answer` must give for one cell: 1 true, 0 false, -1 cannot be asked."""
    if test.missing is not None:
        return int((value is None) == test.missing)
    if value is None:
        return -1
    if test.contains is not None:
        return int(test.contains.lower() in value.lower())
    if test.above is not None:
        return int(value > test.above)
    if test.below is not None:
        return int(value < test.below)
    return int(value == test.equals if test.equals is not None else value in (test.among or ()))


def lot_of(values: Sequence[int | str], lots: int) -> int:
    """What `Dialect.lot` must give for one row: the first 32 bits of each MD5, mixed by a Lehmer step."""
    mixed = 1
    for one in values:
        mixed = (mixed * 48_271 + int(hashlib.md5(str(one).encode()).hexdigest()[:8], 16)) % 2_147_483_647  # noqa: S324 a lot, not a secret
    return mixed * 48_271 % 2_147_483_647 % lots


class RelationConformance(ABC):
    """Subclass it and say how to make a relation over a table of a few rows."""

    longest_name = 200
    """How many bytes of a column's name the engine keeps."""

    @abstractmethod
    def make(self, table: Table) -> Relation:
        """A relation over these columns, in this order."""

    def test_columns_have_their_order_and_type(self) -> None:
        made = self.make({"z": Column("integer", [1]), "y": Column("number", [0.5]), "x": Column("flag", [True]),
                          "w": Column("text", ["a"]), "v": Column("naive", [MOMENT]), "u": Column("day", [MOMENT.date()])})  # fmt: skip
        found = list(made.columns.items())
        wanted = [("z", "integer"), ("y", "number"), ("x", "flag"), ("w", "text"), ("v", "time"), ("u", "time")]
        assert found == wanted, f"columns are {found}"

    def test_any_name_is_a_name(self) -> None:
        names = [one[: self.longest_name] for one in NAMES]
        made = self.make({name: Column("integer", [place]) for place, name in enumerate(names)})
        assert list(made.columns) == names, f"names changed: {list(made.columns)}"
        wanted = [(f"c{place}", f"SUM({made.dialect.name(name)})") for place, name in enumerate(names)]
        found = made.ask(sql.select(wanted), names)
        wrong = [name for place, name in enumerate(names) if found[f"c{place}"][0] != place]
        assert not wrong, f"another column was read for {wrong}"

    def test_any_text_is_a_text(self) -> None:
        made = self.make({"n": Column("integer", range(len(VALUES))), "t": Column("text", VALUES)})
        back = made.ask(sql.select([("n", "n"), ("t", made.dialect.name("t"))]) + " ORDER BY n", ["n", "t"])
        assert tuple(back["t"]) == VALUES, f"texts changed on their way: {list(back['t'])}"
        place = " ".join(f"WHEN t = {made.dialect.text(one)} THEN {number}" for number, one in enumerate(VALUES))
        found = made.ask(sql.select([("n", "n"), ("place", f"CASE {place} ELSE -1 END")]) + " ORDER BY n", ["n", "t"])
        wrong = [VALUES[n] for n, where in zip(found["n"], found["place"], strict=True) if n != where]
        assert not wrong, f"as a literal these are something else: {wrong}"

    def test_patterns_are_found(self) -> None:
        made = self.make({"n": Column("integer", range(len(VALUES))), "t": Column("text", VALUES)})
        asked = [(f"p{number}", f"CASE WHEN {made.dialect.matches('t', one)} THEN 1 ELSE 0 END")
                 for number, one in enumerate(PATTERNS)]  # fmt: skip
        found = made.ask(sql.select([("n", "n"), *asked]) + " ORDER BY n", ["n", "t"])
        for number, pattern in enumerate(PATTERNS):
            wanted = [bool(re.search(pattern.replace(r"\z", r"\Z"), one, re.ASCII)) for one in VALUES]
            assert list(found[f"p{number}"] == 1) == wanted, f"pattern {pattern} finds {found[f'p{number}']}"

    def test_answers_have_the_types_of_the_port(self) -> None:
        made = self.make(TRACES)
        asked = [("whole", "n"), ("small", "CASE WHEN n > 3 THEN 1 ELSE 0 END"), ("holes", "tokens"), ("number", "score"),
                 ("flag", "n > 3"), ("unsure", "cached"), ("text", "region"), ("none", made.dialect.as_text("NULL")),
                 ("many", sql.count("n > 3"))]  # fmt: skip
        reads = ["n", "tokens", "score", "cached", "region"]
        for where in ("n < 100", "n > 100"):
            found = made.ask(sql.select(asked[:-1], [where]) + " ORDER BY n", reads)
            kinds = {name: str(array.dtype) for name, array in found.items() if len(array)}
            wanted = {"whole": "int64", "small": "int64", "holes": "float64", "number": "float64", "flag": "bool",
                      "unsure": "float64", "text": "object", "none": "object"}  # fmt: skip
            # Some engines have no truth of a comparison, only 1 and 0.
            assert kinds in (wanted, {**wanted, "flag": "int64"}, {}), f"types are {kinds}"
            assert list(found) == list(wanted), f"an answer without rows lost columns: {list(found)}"
            many = made.ask(sql.select(asked[-1:], [where]), ["n"])["many"]
            assert many.dtype == np.int64, f"a count is {many.dtype}"
            assert int(many[0]) == (8 if where == "n < 100" else 0), f"counted {many[0]} rows"

    def test_nulls_are_nulls(self) -> None:
        made = self.make(TRACES)
        found = made.ask("SELECT n, region, score, tokens, cached FROM traces ORDER BY n", list(TRACES))
        for name in ("region", "score", "tokens", "cached"):
            got = [None if one is None or one != one else one for one in found[name].tolist()]  # noqa: PLR0124 NaN
            assert got == list(TRACES[name].values), f"{name} came back as {got}"

    def test_time_is_utc_in_whole_ms(self) -> None:
        before = datetime(1969, 12, 31, 23, 59, 59, 999_500)  # noqa: DTZ001 the same
        table = {
            "naive": (Column("naive", [MOMENT, before, None]), [MOMENT_MS, -1, None]),
            "instant": (Column("instant", [MOMENT.replace(tzinfo=UTC), before.replace(tzinfo=UTC), None]), [MOMENT_MS, -1, None]),
            "day": (Column("day", [MOMENT.date(), date(1969, 12, 31), None]), [DAY_MS, -86_400_000, None]),
        }  # fmt: skip
        self._check_moments(table)

    def test_numbers_since_1970_are_read_by_their_size(self) -> None:
        whole = [
            MOMENT_NS // 10**9,
            MOMENT_NS // 10**6,
            MOMENT_NS // 10**3,
            MOMENT_NS,
            1_700_000_000_999_999_999,
            0,
            -1,
            None,
        ]
        wanted = [MOMENT_MS // 1000 * 1000, MOMENT_MS, MOMENT_MS, MOMENT_MS, 1_700_000_000_999, 0, None, None]
        part = [
            1_710_037_800.125,
            1_710_037_800_123.9,
            1.710037800123987e15,
            float("nan"),
            float("inf"),
            0.0,
            -0.5,
            None,
        ]
        parted = [1_710_037_800_125, MOMENT_MS, MOMENT_MS, None, None, 0, None, None]
        self._check_moments({"whole": (Column("integer", whole), wanted), "part": (Column("number", part), parted)})

    def test_times_as_texts_are_read(self) -> None:
        self._check_moments({"text": (Column("text", [*ISO, None]), [*ISO.values(), None])})

    def _check_moments(self, table: Mapping[str, tuple[Column, list[int | None]]]) -> None:
        rows = len(next(iter(table.values()))[1])
        made = self.make({"n": Column("integer", range(rows)), **{name: column for name, (column, _) in table.items()}})
        asked = [("n", "n"), *((f"m{name}", made.dialect.epoch_ms(name)) for name in table)]
        found = made.ask(sql.select(asked) + " ORDER BY n", ["n", *table])
        for name, (column, wanted) in table.items():
            got = [None if one != one else int(one) for one in found[f"m{name}"].tolist()]  # noqa: PLR0124 NaN
            wrong = [f"{value!r} as {one}, not {right}"
                     for value, one, right in zip(column.values, got, wanted, strict=True) if one != right]  # fmt: skip
            assert not wrong, f"{name}: {'; '.join(wrong)}"
        limits = [
            (name, one + more)
            for name, (_, wanted) in table.items()
            for one in wanted
            if one is not None
            for more in (0, 1)
        ]
        answers = [made.dialect.reached(name, limit) for name, limit in limits]
        asked = [("n", "n"), *((f"r{place}", f"CASE WHEN {one} THEN 1 WHEN NOT ({one}) THEN 0 END") for place, one in enumerate(answers))]  # fmt: skip
        found = made.ask(sql.select(asked) + " ORDER BY n", ["n", *table])
        for place, (name, limit) in enumerate(limits):
            reached = [None if one != one else one == 1 for one in found[f"r{place}"].tolist()]  # noqa: PLR0124 NaN
            right = [None if one is None else one >= limit for one in table[name][1]]
            assert reached == right, f"{name} has reached {limit}: {reached}, not {right}"

    def test_quotients_are_rounded_down(self) -> None:
        values = [-120_001, -60_000, -59_999, -1, 0, 1, 59_999, 60_000, 1_717_243_200_123]
        made = self.make({"n": Column("integer", values)})
        asked = [("n", "n"), ("q", made.dialect.whole_quotient("n - 7", 60_000))]
        found = made.ask(sql.select(asked) + " ORDER BY n", ["n"])
        assert found["q"].dtype == np.int64, f"a quotient is {found['q'].dtype}"
        assert found["q"].tolist() == [(one - 7) // 60_000 for one in values], f"quotients are {found['q']}"

    def test_a_lot_is_the_same_on_every_engine(self) -> None:
        table = {"n": Column("integer", [-5, 0, 1, 2**53 + 1, *range(10, 10 + len(VALUES))]),
                 "t": Column("text", ["a", "b", "c", "d", *VALUES])}  # fmt: skip
        made, lots = self.make(table), 1 << 20
        asked = [("n", "n"), ("one", made.dialect.lot(["n"], lots)), ("two", made.dialect.lot(["t", "n"], lots))]
        found = made.ask(sql.select(asked) + " ORDER BY n", ["n", "t"])
        pairs = sorted(zip(table["n"].values, table["t"].values, strict=True))
        assert found["one"].tolist() == [lot_of([n], lots) for n, _ in pairs], "lots of whole numbers differ"
        assert found["two"].tolist() == [lot_of([t, n], lots) for n, t in pairs], "lots of texts and numbers differ"

    def test_lots_are_about_equally_full(self) -> None:
        made = self.make({"n": Column("integer", range(4_000))})
        found = made.ask(sql.select([("lot", made.dialect.lot(["n"], 8)), ("n", "COUNT(*)")], by=["lot"]), ["n"])
        held = dict(zip(found["lot"].tolist(), found["n"].tolist(), strict=True))
        assert sorted(held) == list(range(8)), f"lots are {sorted(held)}"
        # 500 expected in each; 110 is more than five standard deviations
        assert all(abs(one - 500) < 110 for one in held.values()), f"lots hold {held}"

    def test_every_kind_of_question(self) -> None:
        made = self.make(TRACES)
        asked = [("n", "n")]
        for number, test in enumerate(TESTS):
            asked += [(f"a{number}", sql.answer(made.dialect, test)),
                      (f"h{number}", f"CASE WHEN {sql.holds(made.dialect, test)} THEN 1 ELSE 0 END"),
                      (f"k{number}", f"CASE WHEN {sql.asked(made.dialect, test)} THEN 1 ELSE 0 END")]  # fmt: skip
        found = made.ask(sql.select(asked) + " ORDER BY n", list(TRACES))
        for number, test in enumerate(TESTS):
            wanted = [answered(test, value) for value in TRACES[test.column].values]
            said = test.model_dump(exclude_none=True)
            assert found[f"a{number}"].tolist() == wanted, f"{said} answers {found[f'a{number}']}"
            assert found[f"h{number}"].tolist() == [int(one == 1) for one in wanted], f"{said} holds elsewhere"
            assert found[f"k{number}"].tolist() == [int(one >= 0) for one in wanted], f"{said} was asked elsewhere"

    def test_segments_hold_their_rows(self) -> None:
        made = self.make(TRACES)
        held = TRACES["region"].values
        by = sql.select([("r", sql.value(made.dialect, "region")), ("n", "COUNT(*)")], by=["r"])
        found = made.ask(by, ["region"])
        wanted = {one or sql.NONE: list(held).count(one) for one in held}
        assert dict(zip(found["r"], found["n"].tolist(), strict=True)) == wanted, f"segments are {found}"
        asked = [
            (f"s{number}", sql.count(sql.inside(made.dialect, [("region", one)])[0]))
            for number, one in enumerate(wanted)
        ]
        counted = made.ask(sql.select(asked), ["region"])
        assert [int(counted[name][0]) for name, _ in asked] == list(wanted.values()), f"inside them are {counted}"

    def test_counts_by_time(self) -> None:
        signals = [
            SignalColumn(name="short", column="tokens", below=6),
            SignalColumn(name="hit", column="cached", equals=True),
        ]
        made, columns = self.make(TRACES), TraceColumns(time="at", signals=signals)
        span = extent(made, columns)
        dated = [one * 1000 for one in TRACES["at"].values if one is not None]
        assert (span.rows, span.undated, span.first_ms, span.last_ms) == (12, 1, dated[0], dated[-1]), f"{span}"
        drawn = timeline(made, columns, signals, span)
        places = [
            None if one is None else (one * 1000 - drawn.start_ms) // drawn.width_ms for one in TRACES["at"].values
        ]
        for signal in signals:
            cells = [
                (place, answered(signal, value))
                for place, value in zip(places, TRACES[signal.column].values, strict=True)
            ]
            wanted = [
                [sum(place == at and one >= least for place, one in cells) for at in range(drawn.buckets)]
                for least in (0, 1)
            ]
            got = [drawn.asked[signal.name].tolist(), drawn.found[signal.name].tolist()]
            assert got == wanted, f"{signal.name} is counted {got}, not {wanted}"
        assert drawn.rows.tolist() == [places.count(at) for at in range(drawn.buckets)], f"rows are {drawn.rows}"

    def test_an_empty_table_has_nothing_to_say(self) -> None:
        made = self.make({name: Column(column.type, []) for name, column in TRACES.items()})
        signals = [SignalColumn(name="short", column="tokens", below=6)]
        columns = TraceColumns(time="at", dimensions=["region"], features=["score"], signals=signals)
        span = extent(made, columns)
        assert (span.rows, span.undated) == (0, 0), f"{span}"
        line = timeline(made, columns, signals, span)
        assert line.rows.sum() == 0, "rows where there are none"
        assert len(draw(made, columns, signals, line)) == 0, "a sample of nothing holds something"

    def test_what_was_read_is_said(self) -> None:
        made = self.make(TRACES)
        assert list(made.asked) == [], "columns were read before anything was asked"
        made.ask("SELECT COUNT(region) AS c, MAX(n) AS m FROM traces", ["region", "n"])
        made.ask("SELECT MIN(n) AS m FROM traces", ["n"])
        assert list(made.asked) == ["n", "region"], f"read were {list(made.asked)}"

    def test_only_questions_are_answered(self) -> None:
        made = self.make(TRACES)
        for statement in ("SELECT nothing FROM traces", "SELEC 1", "DROP TABLE traces", "DROP VIEW traces", "DELETE FROM traces",
                          "SELECT 1 AS a; DROP VIEW traces", "CREATE TABLE other AS SELECT 1 AS a", ""):  # fmt: skip
            try:
                made.ask(statement, [])
            except QueryError:
                continue
            raise AssertionError(f"{statement!r} was carried out")
        try:
            made.ask("SELECT COUNT(*) AS n FROM traces", ["nowhere"])
        except KeyError:
            assert made.ask("SELECT COUNT(*) AS n FROM traces", [])["n"][0] == 12, "traces are gone"
        else:
            raise AssertionError("a column that is not there was read")
