"""What is built from a record: complete, cited, and clean by its own check; a wrong figure in it is found."""

import re
from dataclasses import replace

import pytest

from hotwash.aftermath.postmortem.charts import crossings
from hotwash.aftermath.postmortem.check.check import check
from hotwash.aftermath.postmortem.check.reading import read_paper
from hotwash.aftermath.postmortem.document import FORM, document
from hotwash.aftermath.postmortem.excess import excess
from hotwash.aftermath.postmortem.lookback import badly
from hotwash.aftermath.postmortem.negative import unseen
from hotwash.aftermath.postmortem.pages import anchor, pages
from hotwash.aftermath.postmortem.runbook import read
from hotwash.aftermath.postmortem.spans import window
from hotwash.drill import events as e
from hotwash.drill.alerts import standing
from tests.support.postmortems import built, known, material

pytestmark = pytest.mark.slow
SILENT = ("cross-tenant-leak", "ic=slow,comms=under-communicator", 7)
PLAYED = (
    ("cross-tenant-leak", "slow", 1),
    ("bias-after-refresh", "tunnel-vision", 3),
    ("order-number-alarm", "over-container", 2),
    SILENT,
)


@pytest.mark.parametrize("played", PLAYED, ids=lambda one: f"{one[0]} {one[1]}")
def test_what_is_built_is_clean_by_its_own_check(played):
    assert check(built(*played), known(*played)) == []


def test_every_section_is_there_in_order():
    titles = [one.text for one in read_paper(built()).titles][1:]
    assert titles == [one.title for one in FORM]


def test_what_nobody_did_left_no_event_and_is_told_by_its_figure():
    (part,) = badly(material(*SILENT))
    assert any(
        "Communication: 0 of 5 due updates were in time" in one and "[fig:mark-communication-cadence-kept]" in one
        for one in part.lines
    )


def test_a_full_room_that_opened_late_is_said_to_have_opened_late():
    found = material()
    late = {**found.card.milestones, "first_signal": 2.0, "opened": 40.0}
    marks = [
        one.model_copy(update={"marks": tuple(m.model_copy(update={"score": 0.1}) for m in one.marks)})
        for one in found.card.dimensions
        if one.id == "roles"
    ]
    card = found.card.model_copy(update={"milestones": late, "dimensions": tuple(marks)})
    said = next(one for one in badly(replace(found, card=card))[0].lines if "seats at work" in one)
    assert (
        "the incident was opened at T+40:00, the first signal came at T+02:00; 7 of 7 seats at work soon after" in said
    )


def test_negative_space_holds_what_lay_there():
    found = {one.kind: one for one in unseen(material())}
    assert set(found) == {"alert", "chart", "complaint", "inject", "rule", "change"}
    case = material().case
    for one in unseen(material()):
        assert one.lay_min > 1
        assert one.acting
        assert one.until_ms <= case.ended_ms
        assert all(ref in known().by_ref for ref in one.refs)


def test_a_duty_done_late_is_not_said_to_have_lain_until_the_end():
    level = material().case.first(e.SeveritySet)
    severity = [one for one in unseen(material()) if one.kind == "rule" and "severity" in one.what]
    assert severity
    assert all(one.acted and one.until_ms == level.at_ms for one in severity if "executive" not in one.what)


def test_a_trace_that_was_opened_takes_its_complaint_out():
    case = material().case
    read_traces = {one.event.trace for one in case.all(e.TraceOpened)}
    row = next(one for one in unseen(material()) if one.kind == "complaint")
    about = {
        case.log[int(ref[1:]) - 1].event.about
        for ref in row.refs
        if re.fullmatch(r"e\d+", ref) and ref != material().endex
    }
    assert about
    assert not about & read_traces


def test_a_chart_that_is_told_stood_over_its_threshold_before_an_alert_named_its_segment():
    one, case = material(), material().case
    found = crossings(case, one.frame, one.baseline)
    assert found
    for chart in found:
        alert = case.design.alerts[chart.alert]
        over = [
            minute
            for minute in range(chart.from_min, chart.to_min + 1)
            if chart.cell in [hot[:2] for hot in standing(alert, case.design.system, one.frame, one.baseline, minute)]
        ]
        assert (over[0], over[-1], len(over)) == (chart.from_min, chart.to_min, chart.minutes)
        before = case.all(e.AlertFired, lambda event, alert=alert: event.alert == alert.id)
        named = [fired for fired in before if chart.cell in [hot[:2] for hot in fired.event.cells]]
        assert all(fired.at_min > chart.from_min for fired in named)


def test_an_excess_is_what_was_counted_beyond_the_healthy_rate_with_its_interval():
    one, system = material(), material().case.design.system
    start, stop = window(one.card, one.case)
    assert excess(one)
    for row in excess(one):
        late = system.signals[row.signal].delay_min
        counted = one.frame.series(row.signal, *row.cell)[start + late : stop + late]
        assert row.seen == counted.sum()
        assert row.low < row.seen - row.usual < row.high
        assert (row.high - row.low) == pytest.approx(2 * 1.96 * (1.3 * row.usual + 1) ** 0.5)


def test_papers_that_are_there_are_linked_and_the_others_are_still_to_be_written():
    both = document(replace(material(), papers=("causes.yaml", "capa.yaml")))
    assert "(causes.yaml)" in both
    assert "Still to be written: Risk register" in both
    assert "(causes.yaml)" not in built()
    assert check(both, known()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (r"10,374 harm points were done", "10,474 harm points were done", "figure-differs"),
        (r"An incident was opened at T\+35:30", "An incident was opened at T+25:30", "unsupported"),
        (
            r"People hit, as assessed at T\+39:00: 32 to 150",
            "People hit, as assessed at T+39:00: 32 to 15",
            "unsupported",
        ),
        (r"the Technical Lead pulled “Cut retrieval”", "the Scribe pulled “Cut retrieval”", "unsupported"),
        (r"\[fig:near-misses\]", "[fig:near-miss]", "unknown-citation"),
        (r" \[e202\]\.", ".", "uncited"),
    ],
)
def test_one_wrong_word_in_it_is_found(right, wrong, rule):
    changed, count = re.subn(right, wrong, built(), count=1)
    assert count == 1
    found = check(changed, known())
    assert rule in {one.rule for one in found}
    lines = [at for at, (a, b) in enumerate(zip(built().split("\n"), changed.split("\n"), strict=True), 1) if a != b]
    assert {one.line for one in found} == set(lines)


def test_every_citation_leads_to_a_row():
    report = pages(built(), material())
    rows = {name for block in report.blocks for name in getattr(block, "names", ())}
    refs = {ref.ref for one in read_paper(built()).statements for ref in one.cites}
    assert {anchor(ref) for ref in refs} == rows


def test_steps_of_a_runbook_are_its_items_under_headings_of_deeds():
    text = "## Detection\n\n- `pii`\n\n## Triage\n\n1. **tech**: open five traces.\n\n## Containment options\n\n- `safe_mode` first. Then `rollback`.\n"
    assert read(text) == [
        ("Triage", "tech: open five traces.", ()),
        ("Containment options", "safe_mode first. Then rollback.", ("safe_mode",)),
    ]
