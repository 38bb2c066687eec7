"""The relation suite on each engine, on engines that are wrong in one way each, and one analysis on all of them figure by figure."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import DuckDialect, DuckRelation, from_arrays, open_files
from hotwash.conformance import failures
from hotwash.conformance.relation import RelationConformance, Table
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.ports.relation import Provenance, Relation
from hotwash.triage.sample import draw
from hotwash.triage.timeline import extent, timeline

TYPES = {"integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "text": "VARCHAR", "naive": "TIMESTAMP",
         "instant": "TIMESTAMPTZ", "day": "DATE"}  # fmt: skip
on_spark = pytest.mark.usefixtures("spark")


def filled(table: Table) -> duckdb.DuckDBPyConnection:
    """A DuckDB in which `traces` is this table."""
    database = duckdb.connect(":memory:")
    database.execute("SET TimeZone = 'UTC'")
    quoted = ['"' + name.replace('"', '""') + '"' for name in table]
    typed = ", ".join(f"{name} {TYPES[column.type]}" for name, column in zip(quoted, table.values(), strict=True))
    database.execute(f"CREATE TABLE traces ({typed})")
    rows = [list(row) for row in zip(*(column.values for column in table.values()), strict=True)]
    if rows:
        database.executemany(f"INSERT INTO traces VALUES ({', '.join('?' * len(table))})", rows)
    return database


class TestDuckTable(RelationConformance):
    def make(self, table: Table) -> Relation:
        return DuckRelation(filled(table), Provenance("memory"))


class TestDuckParquet(RelationConformance):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.files = (tmp_path / f"{number}.parquet" for number in count())

    def write(self, table: Table) -> Path:
        with filled(table) as database:
            database.execute(f"COPY traces TO '{(path := next(self.files))}'")
        return path

    def make(self, table: Table) -> Relation:
        return open_files(self.write(table))


class TestDuckArrays(RelationConformance):
    """Arrays as NumPy has them, nulls masked; text columns hold None."""

    def make(self, table: Table) -> Relation:
        return from_arrays({name: _array(column.type, list(column.values)) for name, column in table.items()})


def _array(kind: str, values: list[Any]) -> Any:
    if kind == "text":
        return np.array(values, dtype=np.object_)
    if kind in {"naive", "instant", "day"}:
        return np.array([one and np.datetime64(one.replace(tzinfo=None) if kind == "instant" else one) for one in values],
                        dtype="datetime64[us]")  # fmt: skip
    dtype = {"integer": np.int64, "number": np.float64, "flag": np.bool_}[kind]
    filled = np.array([0 if one is None else one for one in values], dtype=dtype)
    return np.ma.masked_array(filled, [one is None for one in values])


@pytest.mark.slow
@on_spark
class TestSparkParquet(TestDuckParquet):
    @pytest.fixture(autouse=True)
    def _session(self, spark) -> None:
        self.spark = spark

    def make(self, table: Table) -> Relation:
        from hotwash.adapters.relation_spark import from_parquet

        return from_parquet(self.write(table), self.spark)
