"""What CI systems read: JUnit XML over all gates, and SARIF 2.1.0 with every failing case where it stands in its file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from hotwash import __version__
from hotwash.gates.decide import Decided, Outcome
from hotwash.gates.junit import plain, to_junit
from hotwash.kernel.errors import Located
from hotwash.kit.gates import LoadedGates

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[Outcome, str] = {
    "blocked": "error",
    "not_enough": "error",
    "warning": "warning",
    "overridden": "note",
    "pass": "note",
}
WORDS: Mapping[Outcome, str] = {"pass": "pass", "warning": "warning", "not_enough": "not enough evidence", "blocked": "blocked", "overridden": "overridden"}  # fmt: skip


def junit(decided: Sequence[Decided]) -> str:
    """One test suite a gate. A failure that does not hold the release up is `skipped`, with the reason: CI systems turn red for the others."""
    root = ET.Element("testsuites")
    for one in decided:
        suite = ET.fromstring(to_junit(one.result))[0]  # noqa: S314 - our own text, written a line ago
        suite.set("name", f"{one.gate.id}: {suite.get('name')}")
        properties = suite[0]
        for name, value in (
            ("gate", one.gate.id),
            ("decides", one.gate.decides),
            ("outcome", WORDS[one.outcome]),
            ("digest", one.digest),
            ("why", "; ".join(one.why)),
        ):
            ET.SubElement(properties, "property", {"name": name, "value": plain(value)})
        if one.outcome in ("warning", "overridden", "pass"):
            _soften(suite, plain("; ".join(one.why)))
        elif not any(case.find(tag) is not None for case in suite for tag in ("failure", "error")):
            case = ET.SubElement(suite, "testcase", {"classname": f"gate.{one.gate.id}", "name": "sample size"})
            ET.SubElement(case, "error", {"type": one.outcome, "message": plain("; ".join(one.why))})
            suite.set("tests", str(int(suite.get("tests", "0")) + 1))
            suite.set("errors", str(int(suite.get("errors", "0")) + 1))
        root.append(suite)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _soften(suite: ET.Element, why: str) -> None:
    softened = 0
    for case in suite.findall("testcase"):
        for tag in ("failure", "error"):
            for bad in case.findall(tag):
                case.remove(bad)
                ET.SubElement(case, "skipped", {"message": f"{why}: {bad.get('message', '')}"})
                softened += 1
    suite.set("failures", "0")
    suite.set("errors", "0")
    suite.set("skipped", str(softened))


def sarif(gates: LoadedGates, decided: Sequence[Decided], prefix: str) -> dict[str, Any]:
    """SARIF 2.1.0. `prefix` is the folder of gates as a path from the repository's root, with a slash at its end, or empty. A result for every
    case that failed, and one for a gate that waits for evidence."""
    rules = [
        {
            "id": one.gate.id, "name": "".join(part.capitalize() for part in one.gate.id.split("-")),
            "shortDescription": {"text": one.gate.title}, "fullDescription": {"text": f"Stops {one.gate.stops}. Because of {one.gate.because}. Owner: {one.gate.owner}."},
            "defaultConfiguration": {"level": "error" if one.gate.decides == "blocking" else "warning"},
            "properties": {"outcome": one.outcome, "digest": one.digest, "flakeRate": round(one.flake_rate, 6)},
        }
        for one in decided
    ]  # fmt: skip
    results = [found for place, one in enumerate(decided) for found in _results(gates, one, place, prefix)]
    held = any(one.outcome in ("blocked", "not_enough") for one in decided)
    run = {
        "tool": {"driver": {"name": "hotwash", "semanticVersion": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True, "exitCodeDescription": "held" if held else "may go"}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _results(gates: LoadedGates, one: Decided, place: int, prefix: str) -> list[dict[str, Any]]:
    loaded = gates.suites[one.gate.id]
    lines = dict(zip((case.id for case in loaded.suite.cases), loaded.lines, strict=False))
    whys: dict[str, str] = {}
    for trial in one.result.failures:
        if "failed" in trial.outcomes.values():
            whys.setdefault(trial.case, "; ".join(trial.why))
    level, found = LEVELS[one.outcome], list[dict[str, Any]]()
    base = {"ruleId": one.gate.id, "ruleIndex": place, "level": level}
    for case, state in one.cases.items():
        if state == "failed":
            where = lines.get(case, Located(loaded.file, 1, 1))
            found.append(base | {"kind": "fail", "message": {"text": f"{case}: {whys.get(case, 'failed')}"}, **_place(gates, where, prefix),
                                 "partialFingerprints": {"hotwashCase/v1": _print(one, case)}})  # fmt: skip
    if one.outcome == "not_enough":
        where = Located(gates.file, 1, 1)
        found.append(base | {"kind": "fail", "message": {"text": "; ".join(one.why)}, **_place(gates, where, prefix),
                             "partialFingerprints": {"hotwashCase/v1": _print(one, "")}})  # fmt: skip
    return found


def _place(gates: LoadedGates, where: Located, prefix: str) -> dict[str, Any]:
    file = where.file.resolve().relative_to(gates.file.parent.resolve()).as_posix()
    return {"locations": [{"physicalLocation": {"artifactLocation": {"uri": f"{prefix}{file}", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": max(1, where.line)}}}]}  # fmt: skip


def _print(one: Decided, case: str) -> str:
    """The same finding in the next run has the same print: nothing of it depends on the run."""
    return hashlib.sha256(f"{one.gate.id}\n{case}".encode()).hexdigest()
