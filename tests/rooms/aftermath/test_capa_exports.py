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
from tests.support.oscal import FILE, misfits


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
        for inner in value:
            yield from objects(name, inner)


def oscal(plan):
    return json.loads(bootstrap.export_capa(plan, "oscal"))


def test_oscal_fits_the_schema_of_nist(plan):
    body = oscal(plan)
    assert misfits(body) == []
    assert body["plan-of-action-and-milestones"]["metadata"]["oscal-version"] in FILE.name


HOSTILE = "\u00a0 A.\nExample\r\n\tand\u2028others \u2003"


def test_oscal_fits_whatever_people_wrote(tmp_path):
    written = action(
        finding=" \n=1+1\n\n- a\x00b\u200b ", action="<script>\n| a | b |", owner=HOSTILE, sponsor="\u2003\n", interim="\n\t", cites=[]
    )  # fmt: skip
    body = oscal(desk(record(tmp_path, written)))
    assert misfits(body) == []
    people = body["plan-of-action-and-milestones"]["metadata"]["parties"]
    assert [one["name"] for one in people] == ["A. Example and others"]


@pytest.mark.parametrize(
    "place, broken",
    [
        (("metadata", "last-modified"), "2026-12-01T09:00:00"),
        (("metadata", "title"), "two\nlines"),
        (("risks", 0, "deadline"), "2026-02-30T00:00:00Z"),
        (("poam-items", 0, "uuid"), "urn:uuid:none"),
        (("observations", 0, "methods"), []),
        (("poam-items",), []),
        (("system-id", "identifier-type"), "no address"),
        (("risks", 0, "colour"), "red"),
    ],
)
def test_the_schema_turns_away_what_is_wrong(plan, place, broken):
    body = oscal(plan)
    inner = body["plan-of-action-and-milestones"]
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = broken
    assert misfits(body) != []


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
