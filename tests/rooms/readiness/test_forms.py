"""Readiness as a report, as OpenMetrics, as a calendar and as data."""

import json
import math
from datetime import date

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from hotwash.aftermath.blocks import ChartRow
from hotwash.aftermath.markdown import to_markdown
from hotwash.readiness.facts import AcceptedRisk, Action, Papers, RegisteredRisk
from hotwash.readiness.openmetrics import to_openmetrics
from hotwash.readiness.plain import plain
from hotwash.readiness.report import readiness_report
from hotwash.readiness.year import to_calendar
from tests.support.readied import TODAY, drill, state


def said(*drills, **more):
    return to_markdown(readiness_report(state(drills, **more)))


def test_an_empty_house_is_told_what_to_do():
    assert "Run one with people" in said()
    assert "stand-ins alone" in said(drill(3, people=0))
    assert "never drilled" in said()


def test_nothing_is_called_a_trend_that_is_none():
    text = said(drill(10), drill(20))
    assert "Better: nothing that chance would not often show." in text
    assert "cannot be told: 2 comparable drills" in text


def test_a_trend_is_said_with_its_size():
    drills = [drill(200 - 30 * at, minutes={"detect": 30.0 - 5 * at}) for at in range(5)]
    text = said(*drills)
    assert "Better: onset to detection." in text
    assert "falling -15.2 min" in text


def test_a_time_is_drawn_drill_by_drill_and_never_is_marked():
    drills = [drill(90), drill(60, minutes={"contain": math.inf}), drill(30, minutes={"contain": 8.0})]
    charts = [
        chart
        for block in readiness_report(state(drills)).blocks
        if isinstance(block, ChartRow)
        for chart in block.charts
    ]
    contain = next(one for one in charts if one.title.startswith("MTTC"))
    assert contain.lines[0].y == (20.0, 22.0, 8.0)
    assert [(mark.at_min, mark.label) for mark in contain.marks] == [(1, "never")]
    assert "From 20 min in the first of 3 drills to 8 min in the last" in contain.summary


def test_every_drill_must_have_brought_something():
    action = Action("a1", "Alert on foreign tenants", "control", "open", date(2026, 11, 1), verified=False, open=True)
    text = said(drill(30, "bare"), drill(10, "rich", papers=Papers(postmortem=True, actions=(action,))))
    bare, rich = (next(line for line in text.splitlines() if f"({name})" in line) for name in ("bare", "rich"))
    assert "no actions written" in bare
    assert (rich.count("✓ yes"), rich.count("✗ missing")) == (2, 1)
    assert "Open corrective actions: 1, of which 1 past their date." in text


def test_open_risk_is_what_registers_hold_and_what_was_accepted_the_worst_first():
    low = RegisteredRisk("Slow answers", "low", 2, "A. Example", "accept", date(2026, 1, 5))
    high = RegisteredRisk("A second tenant reads it again", "high", 16, "OPEN: one person", "reduce", None)
    unknown = RegisteredRisk("OPEN: what else?", "open", None, "OPEN", "open", None)
    accepted = AcceptedRisk("Cases that no detector flags", "Technical Lead", 48)
    text = said(drill(30, "one", papers=Papers(risks=(low, high, unknown)), risks=(accepted,)))
    rows = [line for line in text.splitlines() if line.startswith("| one")]
    assert [
        next(word for word in ("what else", "second tenant", "Slow answers") if word in row) for row in rows[:3]
    ] == ["what else", "second tenant", "Slow answers"]
    assert "not judged yet" in rows[0]
    assert ("16" in rows[1], "open: one person" in rows[1], "no day" in rows[1]) == (True, True, True)
    assert ("past" in rows[2], "05 January 2026" in rows[2]) == (True, True)
    assert "| one | Cases that no detector flags | Technical Lead | 48 h |" in text


def test_controls_go_by_what_people_call_them():
    text = said(drill(40))
    assert "Review queue" in text
    assert "lever queue" not in text


def test_records_that_could_not_be_read_are_named():
    assert "changed after it was written" in said(drill(3), skipped=[("x", "line 3 was changed after it was written")])


def families(text):
    return {one.name: one for one in text_string_to_metric_families(text)}


def test_metrics_are_read_by_a_parser_of_the_format():
    found = families(to_openmetrics(state([drill(10), drill(40, minutes={"contain": math.inf})])))
    times = {
        (one.labels["time"], one.labels["stat"]): one.value for one in found["hotwash_readiness_time_seconds"].samples
    }
    assert times["contain", "worst"] == math.inf
    assert times["detect", "median"] == 9 * 60
    assert found["hotwash_readiness_drills"].samples[0].value == 2
    assert {one.labels["control"] for one in found["hotwash_readiness_control_confidence_ratio"].samples} >= {
        "lever queue"
    }


def test_metrics_of_nothing_are_a_file_all_the_same():
    assert "hotwash_readiness_drills" in families(to_openmetrics(state()))


def test_labels_with_quotes_and_line_breaks_are_escaped():
    odd = 'a "b"\\\nc'
    found = families(to_openmetrics(state([drill(1, mode_title=odd)])))
    assert found["hotwash_readiness_drills"].samples[0].labels["mode"] == odd


def test_the_year_has_every_appointment_once_within_twelve_months():
    text = to_calendar(state([drill(10)])).replace("\r\n ", "")
    starts = [line.split(":")[1][:8] for line in text.split("\r\n") if line.startswith("DTSTART")]
    assert all("20261128" <= one <= "20271128" for one in starts)
    assert text.count("SUMMARY:EXERCISE") == len(state().programme.appointments)
    assert "Readiness for Data leakage is not known from today" in text
    assert text.count("UID:") == len({line for line in text.split("\r\n") if line.startswith("UID:")})


@pytest.mark.parametrize("today", ["2026-02-09", "2026-02-10", "2026-02-11"])
def test_an_appointment_of_this_month_that_is_over_is_next_years(today, monkeypatch):
    found = state()
    moved = type(found)(
        **{**{name: getattr(found, name) for name in found.__dataclass_fields__}, "today": date.fromisoformat(today)}
    )
    text = to_calendar(moved)
    assert ("DTSTART:20260210" in text) == (today <= "2026-02-10")


def test_data_is_json_with_null_for_never_and_sets_in_order():
    found = json.loads(json.dumps(plain(state([drill(10, minutes={"contain": math.inf})])), allow_nan=False))
    contain = next(one for one in found["fast"] if one["time"]["id"] == "contain")
    assert contain["drills"]["worst"] is None
    assert found["drills"][0]["exercised"] == ["lever rollback", "runbook data-leakage"]
    assert found["today"] == TODAY.isoformat()
    with pytest.raises(TypeError, match="no form in JSON"):
        plain(object())
