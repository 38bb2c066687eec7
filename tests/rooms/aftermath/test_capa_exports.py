"""Actions for other tools: nothing that a spreadsheet computes, every reference led somewhere, EXERCISE on all of it."""

import csv
import io
import json
import re
import sys

import pytest

from hotwash import bootstrap
from hotwash.kernel.errors import ContentError
from tests.support.actions import HEAD, action, day, desk, record, write

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# What OSCAL 1.1.3 asks for and allows (https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/plan-of-action-and-milestones/json-reference/):
# object → (keys that must be there, keys that may).
OSCAL: dict[str, tuple[set[str], set[str]]] = {
    "plan-of-action-and-milestones": (
        {"uuid", "metadata", "poam-items"},
        {"import-ssp", "system-id", "local-definitions", "observations", "risks", "findings", "back-matter"},
    ),
    "metadata": (
        {"title", "last-modified", "version", "oscal-version"},
        {"published", "revisions", "document-ids", "props", "links", "roles", "locations", "parties", "responsible-parties", "actions", "remarks"},
    ),
    "roles": ({"id", "title"}, {"short-name", "description", "props", "links", "remarks"}),
    "parties": ({"uuid", "type"}, {"name", "short-name", "external-ids", "props", "links", "email-addresses", "remarks"}),
    "props": ({"name", "value"}, {"uuid", "ns", "class", "group", "remarks"}),
    "system-id": ({"id"}, {"identifier-type"}),
    "observations": (
        {"uuid", "description", "methods", "collected"},
        {"title", "props", "links", "types", "origins", "subjects", "relevant-evidence", "expires", "remarks"},
    ),
    "relevant-evidence": ({"description"}, {"href", "props", "links", "remarks"}),
    "risks": (
        {"uuid", "title", "description", "statement", "status"},
        {"props", "links", "origins", "threat-ids", "characterizations", "mitigating-factors", "deadline", "remediations", "risk-log", "related-observations"},
    ),
    "remediations": (
        {"uuid", "lifecycle", "title", "description"},
        {"props", "links", "origins", "required-assets", "tasks", "remarks"},
    ),
    "tasks": (
        {"uuid", "type", "title"},
        {"description", "props", "links", "timing", "dependencies", "tasks", "associated-activities", "subjects", "responsible-roles", "remarks"},
    ),
    "timing": (set(), {"on-date", "within-date-range", "at-frequency"}),
    "on-date": ({"date"}, set()),
    "responsible-roles": ({"role-id"}, {"props", "links", "party-uuids", "remarks"}),
    "risk-log": ({"entries"}, set()),
    "entries": (
        {"uuid", "start"},
        {"title", "description", "end", "props", "links", "logged-by", "status-change", "related-responses", "remarks"},
    ),
    "poam-items": (
        {"title", "description"},
        {"uuid", "props", "links", "origins", "related-findings", "related-observations", "related-risks", "remarks"},
    ),
    "related-observations": ({"observation-uuid"}, set()),
    "related-risks": ({"risk-uuid"}, set()),
}  # fmt: skip


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "keys"))
    green = {"command": {"run": [sys.executable, "-c", "print(1)"]}}
    home = record(
        tmp_path, action(verification=green, sponsor="S. Example"),
        action("other", finding="=HYPERLINK(\"http://x\")", interim="+1", depends_on=["empty-cache"],
               decision={"what": "May it be off?", "by": "C. Example", "due": day(3)}, effect={"on": day(90), "metric": "m", "works_if": "0"}),
    )  # fmt: skip
    one = desk(home)
    one.verify("empty-cache", "C. Example", lambda _: True)
    one.close("empty-cache", "C. Example")
    one.reschedule("other", action(deadline=day(20)).deadline, "The vendor is late.", "me")
    return desk(home, 30)


def objects(name, value):
    """Every object with the key that it, or the list it is in, stands under."""
    if isinstance(value, dict):
        yield name, value
        for key, inner in value.items():
            yield from objects(key, inner)
    elif isinstance(value, list):
        assert value, f"OSCAL allows no empty list: {name}"
        for inner in value:
            yield from objects(name, inner)


def oscal(plan):
    return json.loads(bootstrap.export_capa(plan, "oscal"))


def test_oscal_has_what_it_must_have_and_nothing_that_it_may_not(plan):
    body = oscal(plan)
    assert list(body) == ["plan-of-action-and-milestones"]
    met = set()
    for name, one in objects("", body):
        if not name:
            continue
        must, may = OSCAL[name]
        assert must <= set(one) <= must | may, f"{name}: {sorted(one)}"
        met.add(name)
        for key, value in one.items():
            if key == "uuid" or key.endswith("-uuid"):
                assert UUID.fullmatch(value), f"{name}.{key}: {value}"
            if key in ("last-modified", "collected", "deadline", "start", "date"):
                assert MOMENT.fullmatch(value), f"{name}.{key}: {value}"
            if isinstance(value, str):
                assert value.strip() == value != "", f"{name}.{key} is empty or has space around it"
    assert met == set(OSCAL), "every rule was held against something"


def test_oscal_ids_are_unique_stable_and_lead_somewhere(plan):
    body = oscal(plan)
    made = [one["uuid"] for _, one in objects("", body) if "uuid" in one]
    assert len(made) == len(set(made))
    named = {value for _, one in objects("", body) for key, value in one.items() if key.endswith("-uuid")}
    named |= {value for _, one in objects("", body) for value in one.get("party-uuids", ())}
    assert named <= set(made)
    assert oscal(plan) == body


def test_oscal_says_that_it_is_an_exercise_and_where_each_stands(plan):
    body = oscal(plan)["plan-of-action-and-milestones"]
    assert "EXERCISE" in body["metadata"]["title"]
    risks = {one["remediations"][0]["title"]: one for one in body["risks"]}
    assert (risks["empty-cache"]["status"], risks["other"]["status"]) == ("closed", "open")
    assert risks["other"]["deadline"].startswith(day(20))
    assert [one["title"] for one in risks["empty-cache"]["risk-log"]["entries"]] == ["Verification green", "Closed"]
    assert "vendor" in risks["other"]["risk-log"]["entries"][0]["description"]
    assert all(
        {"name": "exercise", "ns": "urn:hotwash:capa", "value": "true"} in one["props"] for one in body["poam-items"]
    )


def test_a_plan_without_an_item_is_refused(tmp_path):
    home = record(tmp_path)
    write(home, HEAD.replace("actions:", "actions: []"))
    with pytest.raises(ContentError, match="at least one item"):
        bootstrap.export_capa(desk(home), "oscal")


def test_no_cell_of_a_spreadsheet_computes(plan):
    rows = list(csv.DictReader(io.StringIO(bootstrap.export_capa(plan, "csv"))))
    assert [one["id"] for one in rows] == ["other", "empty-cache"]
    assert (rows[0]["finding"], rows[0]["interim"]) == ('\'=HYPERLINK("http://x")', "'+1")
    assert not [text for one in rows for text in one.values() if text[:1] in "=+-@\t\r" and text]
    assert (rows[0]["due"], rows[0]["first deadline"], rows[0]["late"]) == (day(20), day(14), "late")
    assert all(one["exercise"] == "EXERCISE" for one in rows)


def test_the_calendar_has_what_is_to_come(plan):
    text = bootstrap.export_capa(plan, "calendar").replace("\r\n ", "")
    uids = sorted(re.findall(r"UID:(.*)\r\n", text))
    assert uids == [
        "30-days@leak-1.hotwash", "60-days@leak-1.hotwash", "90-days@leak-1.hotwash", "decide-other@leak-1.hotwash", "due-other@leak-1.hotwash",
        "effect-other@leak-1.hotwash",
    ]  # fmt: skip
    starts = dict(zip(re.findall(r"UID:(.*)\r\n", text), re.findall(r"DTSTART:(.*)\r\n", text), strict=True))
    assert starts["due-other@leak-1.hotwash"] == f"{day(20).replace('-', '')}T090000Z"
    assert starts["30-days@leak-1.hotwash"] == f"{day(30).replace('-', '')}T090000Z"
    assert text.count("SUMMARY:EXERCISE") == 6
