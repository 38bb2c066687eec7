"""The real files as tables in our own schema, for tests of text checks: loaders of a few lines, which know nothing of labels."""

import csv
import gzip
import json

import numpy as np

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.triage.canonical import columns_of
from hotwash.triage.timeline import Window

START = 1_700_000_000_000
ALWAYS = Window(START, START + 10**9)
BEFORE = Window(START - 10**9, START)


def table(rows):
    """Rows of a schema's columns as a relation; row n is n seconds after START unless it has `at_ms`."""
    names = list(dict.fromkeys(name for row in rows for name in row if name != "at_ms"))
    moments = [row.get("at_ms", START + place * 1000) for place, row in enumerate(rows)]
    arrays = {"at": np.array(moments, dtype="datetime64[ms]").astype("datetime64[us]")}
    arrays |= {name: np.array([row.get(name) for row in rows] + [None], dtype=object)[:-1] for name in names}
    relation = from_arrays(arrays)
    return relation, columns_of(relation.columns)


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def agent_row(run, number):
    """An AgentDojo transcript as a request: what was asked, what tools were called and answered, what was said at last."""
    messages = run["messages"]
    answered = [
        {
            "name": one["tool_call"]["function"],
            "arguments": one["tool_call"]["args"],
            "result": one["content"] or "",
            "error": one["error"],
        }
        for one in messages
        if one["role"] == "tool"
    ]
    known = [(one["name"], json.dumps(one["arguments"], sort_keys=True)) for one in answered]
    asked = [
        {"name": call["function"]["name"], "arguments": call["function"]["arguments"]}
        for one in messages
        if one["role"] == "assistant"
        for call in one.get("tool_calls") or ()
    ]
    silent = [one for one in asked if (one["name"], json.dumps(one["arguments"], sort_keys=True)) not in known]
    last = messages[-1]
    return {
        "id": str(number),
        "tenant": run["metadata"]["suite_name"],
        "intent": run["metadata"]["user_task_id"],
        "input": next(one["content"] for one in messages if one["role"] == "user"),
        "output": (last["content"] or "") if last["role"] == "assistant" else None,
        "tool_calls": json.dumps([*answered, *silent], ensure_ascii=False),
    }


def labelled(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
