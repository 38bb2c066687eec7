"""A small planted incident, triaged."""

from functools import cache
from typing import Any

import numpy as np

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.aftermath.triaged.about import About
from hotwash.kit.load import load_kit
from hotwash.ports.scope import EVERYTHING
from hotwash.triage.changes import Change
from hotwash.triage.report import Question, Triage, triage
from tests.support.incidents import Spec, Truth, columns, make

WHERE = (("tenant", "t-001"),)
SPEC = Spec(rows=20_000, mode="leakage", effect=40, slice=WHERE, standing=False, hours=12)


@cache
def planted(*, text: bool = False) -> tuple[dict[str, np.ndarray], Truth]:
    return make(SPEC if not text else Spec(**{**vars(SPEC), "text": True}), 5)


def renamed(data: dict[str, np.ndarray], value: str, to: str) -> dict[str, np.ndarray]:
    """The same traces with another name for a tenant."""
    tenant = data["tenant"].copy()
    tenant[tenant == value] = to
    return {**data, "tenant": tenant}


def triaged(*, text: bool = False, name: str = "", **changed: Any) -> tuple[Triage, About]:
    """All findings on the planted incident, whose tenant may be given another name."""
    data, truth = planted(text=text)
    meaning = columns(data)
    data = renamed(data, WHERE[0][1], name) if name else data
    assert truth.onset_ms is not None
    change = Change(truth.onset_ms, changed.get("what", "bundle b-42"), "bundle", EVERYTHING)
    relation = from_arrays(data)
    steps = list(triage(relation, meaning, load_kit().severity, Question(changes=(change,), texts=text)))
    about = About(meaning, dict(relation.columns), ("traces.parquet",), "schema", changes=True)
    relation.close()
    return steps[-1][1], about
