"""What is built from a record: complete, cited, and clean by its own check; a wrong figure in it is found."""

import re

import pytest

from hotwash.aftermath.postmortem.check.check import check
from hotwash.aftermath.postmortem.check.reading import read_paper
from hotwash.aftermath.postmortem.document import FORM
from hotwash.aftermath.postmortem.negative import unseen
from hotwash.aftermath.postmortem.pages import anchor, pages
from hotwash.aftermath.postmortem.runbook import read
from hotwash.drill import events as e
from tests.support.postmortems import built, known, material

pytestmark = pytest.mark.slow
PLAYED = (
    ("cross-tenant-leak", "slow", 1),
    ("bias-after-refresh", "tunnel-vision", 3),
    ("order-number-alarm", "over-container", 2),
)


@pytest.mark.parametrize("played", PLAYED, ids=lambda one: one[0])
def test_what_is_built_is_clean_by_its_own_check(played):
    assert check(built(*played), known(*played)) == []


def test_every_section_is_there_in_order():
    titles = [one.text for one in read_paper(built()).titles][1:]
    assert titles == [one.title for one in FORM]


def test_negative_space_holds_what_lay_there():
    found = {one.kind: one for one in unseen(material())}
    assert set(found) == {"alert", "chart", "complaint", "inject", "rule", "change"}
    case = material().case
    for one in unseen(material()):
        assert one.lay_min > 3
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
