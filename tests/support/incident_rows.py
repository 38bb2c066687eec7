"""Codes and true-or-false answers written out as the columns of our trace schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support.incident_traffic import Codes

Flags = NDArray[np.bool_]
DAY = 86_400_000
PERSONAL = 0.0005
"""Share of answers in which personal data is planted."""
ASKED = ("How do I", "Can I", "Why did you", "When can I", "Please", "Is it possible to", "I need to", "Help me")
ABOUT = (
    "change my delivery address", "cancel the order 4471-88", "see last month's invoice", "reset two factor sign-in",
    "return a damaged item", "move my appointment to Friday", "add a second driver", "compare the two plans",
    "export the report for 2025", "close my account", "get a refund of 12.50", "update the tax number",
)  # fmt: skip
ANSWERED = (
    "You can do that under Settings, Orders. It takes effect within 24 hours.",
    "That order shipped on 14 January; returns are free for 30 days.",
    "I have checked the policy: version 3.2.1 applies and the fee is 12.50.",
    "Please confirm the last four digits of the reference number 0042.",
    "The two plans differ in storage (50 GB or 200 GB) and in support hours.",
    "A colleague will look at it; your ticket is 88-20193.",
)
PLANTED = (
    "maria.{0}@brenner-mail.com", "+49 30 5{0:04d}71", "card {1}", "IBAN {2}", "SSN 536-22-{3:04d}",
)  # fmt: skip
"""Well formed and invented: what a rule that checks digits accepts."""


@dataclass(frozen=True)
class Canvas:
    """What is known of each row before it is written out; arrays have shape (rows,)."""

    at_ms: NDArray[np.int64]
    dims: Mapping[str, Codes]
    values: Mapping[str, tuple[str, ...]]
    found: Mapping[str, Flags]
    covers: Mapping[str, Flags]
    group: Codes
    groups: Sequence[str]
    part: tuple[int, int]
    text: bool


def written(
    canvas: Canvas,
    features: Sequence[str],
    shift: tuple[str, NDArray[np.float64]] | None,
    rng: np.random.Generator,
) -> tuple[dict[str, NDArray[Any]], int]:
    """Column → array, and how many answers hold planted personal data."""
    found, covers, rows = canvas.found, canvas.covers, len(canvas.at_ms)
    number = np.arange(rows) + canvas.part[0] * 10_000_000
    columns: dict[str, NDArray[Any]] = {"id": number, "at": canvas.at_ms.astype("datetime64[ms]")}
    for dim, codes in canvas.dims.items():
        columns[dim] = np.array(canvas.values[dim], dtype=np.object_)[codes]
    columns["group"] = np.array(canvas.groups, dtype=np.object_)[canvas.group]

    def told(name: str, yes: str, no: str, cover: str = "") -> NDArray[np.object_]:
        texts = np.array([no, yes], dtype=np.object_)[found[name].astype(np.int8)]
        if cover:
            texts[~covers[cover]] = None
        return texts

    status = told("refusals", "refused", "ok")
    status[found["errors"]] = "error"
    columns["status"] = status
    columns["finish_reason"] = told("truncated", "length", "stop")
    columns["groundedness"] = told("ungrounded", "fail", "pass", "judged")
    columns["feedback"] = told("downvotes", "down", "up", "voted")
    columns["guardrail_verdict"] = told("blocked", "deny", "allow")
    columns["decision"] = told("declined", "decline", "approve", "decided")
    columns["appealed"] = told("appeals", "yes", "no", "decided")
    columns["dlp_verdict"] = told("leaks", "hit", "clean")
    columns["attack_verdict"] = told("attacks", "flagged", "clean")
    columns["approval"] = told("unapproved", "missing", "given", "tools")
    columns["handed_over"] = told("handovers", "yes", "no")
    columns |= _numbers(canvas, features, shift, rng)
    columns |= _labels(canvas, rng)
    personal = 0
    if canvas.text:
        texts, personal = _texts(rows, number, rng)
        columns |= texts
    return columns, personal


def _numbers(
    canvas: Canvas,
    features: Sequence[str],
    shift: tuple[str, NDArray[np.float64]] | None,
    rng: np.random.Generator,
) -> dict[str, NDArray[Any]]:
    found, covers, rows = canvas.found, canvas.covers, len(canvas.at_ms)
    tools = rng.integers(1, 5, rows)
    numbers: dict[str, NDArray[Any]] = {
        "tool_count": np.where(covers["tools"], tools, 0).astype(np.int32),
        "tool_errors": np.where(covers["tools"], found["tool_errors"], np.nan),
        "retrieved": np.where(
            covers["searched"], np.where(found["empty_retrievals"], 0, rng.integers(1, 9, rows)), np.nan
        ),
        "latency_ms": np.round(np.exp(rng.normal(6.7, 0.5, rows)), 1),
        "input_tokens": rng.geometric(1 / 180, rows).astype(np.int32),
        "output_tokens": np.where(found["refusals"], 24, rng.geometric(1 / 220, rows)).astype(np.int32),
    }
    for place, name in enumerate(features):
        drawn = rng.standard_normal(rows, dtype=np.float32).astype(np.float64)
        if shift is not None and shift[0] == name:
            drawn += shift[1]
        if place % 4 == 1:  # skewed, as amounts are
            drawn = np.exp(drawn)
        elif place % 4 == 3:  # few distinct values, as counts are
            drawn = np.round(2 * drawn)
        numbers[name] = drawn
    return numbers


def _labels(canvas: Canvas, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """A score beside each decision, and the truth, which arrives a day or so later; what is not in yet is missing."""
    rows, decided = len(canvas.at_ms), canvas.covers["decided"]
    declined = canvas.found["declined"]
    score = np.where(declined, 0.5 * rng.random(rows), 0.5 + 0.5 * rng.random(rows))
    good = rng.random(rows) < 0.2 + 0.75 * score
    arrival = canvas.at_ms + np.exp(rng.normal(np.log(DAY), 0.6, rows)).astype(np.int64)
    there = decided & (rng.random(rows) < 0.9)
    label = np.where(good, "good", "bad").astype(np.object_)
    label[~there] = None
    label_at = arrival.astype("datetime64[ms]")
    label_at[~there] = np.datetime64("NaT")
    return {"score": np.where(decided, np.round(score, 4), np.nan), "label": label, "label_at": label_at}


def _texts(rows: int, number: NDArray[np.int64], rng: np.random.Generator) -> tuple[dict[str, NDArray[Any]], int]:
    """What was asked and answered, harmless numbers in many of them, personal data in a few answers."""
    asks = np.array([f"{begin} {what}?" for begin in ASKED for what in ABOUT], dtype=np.object_)
    one, two = (np.array(ANSWERED, dtype=np.object_)[rng.integers(0, len(ANSWERED), rows)] for _ in range(2))
    output = one + " " + two
    places = np.flatnonzero(rng.random(rows) < PERSONAL)
    for place in places.tolist():
        key = int(number[place]) % 10_000
        planted = PLANTED[place % len(PLANTED)].format(key, _card(key), _iban(key), 1 + key % 9_998)
        output[place] = f"{output[place]} Please contact {planted}."
    return {"input": asks[rng.integers(0, len(asks), rows)], "output": output}, len(places)


def _card(key: int) -> str:
    """A card number that passes Luhn's check."""
    digits = f"45391{key * 7919 % 10**10:010d}"
    doubled = (int(one) * (2 - place % 2) for place, one in enumerate(digits))
    return digits + str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)


def _iban(key: int) -> str:
    """A German account number with the right check digits (ISO 7064, mod 97)."""
    account = f"10050000{key * 104_729 % 10**10:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"
