"""A result in the form that CI systems read: one test case for each limit in each segment."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from hotwash.gates.result import Result
from hotwash.gates.words import VERDICTS, agreed, measured, more, where


def to_junit(result: Result) -> str:
    """JUnit XML. Not enough evidence is an `error`: in CI it holds a release up as a failure does, under another name."""
    verdicts = [one.verdict for one in result.findings]
    about = {
        "name": plain(f"{result.suite} against {result.target}"), "tests": str(len(verdicts)),
        "failures": str(verdicts.count("fail")), "errors": str(verdicts.count("not_enough")), "skipped": "0",
        "time": f"{(result.ended_ms - result.begun_ms) / 1000:.3f}",
        "timestamp": f"{datetime.fromtimestamp(result.begun_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}",
    }  # fmt: skip
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", about)
    properties = ET.SubElement(suite, "properties")
    for name, value in (("content-id", result.digest), ("kind", result.kind), ("verdict", VERDICTS[result.verdict])):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for one in result.findings:
        name = plain(f"{one.outcome}, {one.measure}, {where(one)}")
        case = ET.SubElement(suite, "testcase", {"classname": f"{result.kind}.{result.suite}", "name": name})
        if one.verdict != "pass":
            tag = "failure" if one.verdict == "fail" else "error"
            said = plain(f"{agreed(one)}: {measured(one)}")
            ET.SubElement(case, tag, {"type": one.verdict, "message": said}).text = plain(more(one))
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def plain(text: str) -> str:
    """Without what XML 1.0 may not hold."""
    return "".join(one for one in text if one in "\t\n" or (one >= " " and one.isprintable()))
