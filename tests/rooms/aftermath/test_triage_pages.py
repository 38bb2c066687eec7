"""A triage as pages: what is said is what was found, nothing in a trace becomes markup, nothing raw is shown."""

import json
import re
import shlex
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import duckdb
import pytest

from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.triage_pages import HANDLING, plain, triage_data, triage_report, triage_summary
from hotwash.aftermath.triaged.about import legible
from hotwash.aftermath.triaged.next_tests import next_tests, sample_size
from hotwash.ports.scope import Scope
from hotwash.triage.report import Triage
from hotwash.triage.words import moment, share
from tests.support.triaged import WHERE, planted, triaged

HOSTILE = "<img src=x onerror=alert(1)> | [x](javascript:a) ![y](http://example.org/z.png) `c` *b* \u202e\x1b[31m\nrow'\"$(id)"


@cache
def known():
    return triaged()


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        assert not any("javascript" in (value or "") for name, value in attrs if name == "href")

    def handle_data(self, data):
        self.words.append(data)


def words(html):
    reader = Words()
    reader.feed(html)
    return reader.tags, " ".join(" ".join(reader.words).split())


def test_the_planted_incident_is_what_the_page_says():
    triage, about = known()
    _, truth = planted()
    one = triage.main.segments[0]
    assert one.scope == Scope.of({name: [value] for name, value in WHERE})
    assert one.onset.low_ms <= truth.onset_ms <= one.onset.high_ms
    _, said = words(to_html(triage_report(triage, about)))
    assert triage.statement.sentence in said
    assert f"It began at {moment(one.onset.at_ms)} UTC" in said
    assert f"Usually {share(one.usual.share)}" in said
    assert f"{one.excess.value:,.0f} ({one.excess.low:,.0f} to {one.excess.high:,.0f})" in said
    assert f"Sev-{triage.severity.level}" in said
    for each in triage.hypotheses:
        assert each.result in said
        assert each.refuted_by in said
    for each in triage.unknown:
        assert each in said


def test_pages_summary_and_data_agree():
    triage, about = known()
    one = triage.main.segments[0]
    for text in (to_markdown(triage_report(triage, about)), to_markdown(triage_summary(triage, about))):
        assert triage.statement.sentence in text
        assert "bundle b-42" in text
        assert "inside the interval" in text
    data = triage_data(triage, about)
    told = json.loads(json.dumps(data, allow_nan=False))
    assert told["statement"]["sentence"] == triage.statement.sentence
    segment = next(each for each in told["found"] if each["signal"] == triage.signal.name)["segments"][0]
    assert segment["rate"]["share"] == one.rate.share
    assert sum(told["line"]["found"][triage.signal.name]) == int(triage.line.found[triage.signal.name].sum())
    assert not told["partial"]


def test_real_traffic_is_no_exercise():
    html = to_html(triage_report(*known()))
    assert "EXERCISE" not in html
    assert html.count(HANDLING) == 2


@cache
def hostile():
    return triaged(name=HOSTILE, what=HOSTILE)


def test_nothing_in_a_trace_becomes_markup():
    triage, about = hostile()
    assert triage.main.segments[0].scope.values("tenant") == (HOSTILE,)
    for report in (triage_report(triage, about), triage_summary(triage, about)):
        html, text = to_html(report), to_markdown(report)
        tags, _ = words(html)
        assert not tags & {"img", "script", "iframe"}
        assert "\x1b" not in html + text
        assert "\u202e" not in html + text
        # outside of code, which is indented, every sign of Markdown in a value is escaped
        told = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
        assert "<img" not in told
        assert not re.search(r"(?<!\\)\[x(?<!\\)\]", told)
        assert not re.search(r"!(?<!\\)\[", told)
        assert "\\[x\\]" in told
        rows = [line for line in told.splitlines() if line.startswith("| ") and "onerror" in line]
        assert rows
        for row in rows:
            table = told[: told.index(row)].rsplit("\n|-", 1)[1].splitlines()[0]
            assert len(re.findall(r"(?<!\\)\|", row)) == table.count("|") + 1


def test_a_command_asks_what_it_says_whatever_a_tenant_is_called():
    triage, about = hostile()
    data, _ = planted()
    data = {**data, "tenant": data["tenant"].copy()}
    data["tenant"][data["tenant"] == WHERE[0][1]] = HOSTILE
    first = next_tests(triage, about)[0]
    typed = shlex.split(first.command)
    assert typed[:4] == ["hotwash", "triage", "query", "traces.parquet"]
    database = duckdb.connect()
    database.register("traces", data)
    one = triage.main.segments[0]
    found = database.execute(typed[4]).fetchall()
    assert len(found) == sample_size(one)
    ids = {row[0] for row in found}
    assert ids <= {name for name, tenant in zip(data["id"], data["tenant"], strict=True) if tenant == HOSTILE}


@pytest.mark.parametrize(
    "source", [("postgresql://db.example/prod#public.requests",), ("--spark-table", "prod.requests")]
)
def test_traces_in_a_database_are_asked_as_files_are(source):
    triage, about = known()
    here, there = (next_tests(triage, one)[0].command for one in (about, replace(about, source=source)))
    typed = shlex.split(there)
    assert typed == ["hotwash", "triage", "query", *source, shlex.split(here)[-1]]
    assert "FROM traces WHERE" in typed[-1]
    quiet = replace(triage, found=(), signal=None)
    unnamed = replace(about, columns=about.columns.model_copy(update={"signals": []}), source=source)
    assert shlex.split(next_tests(quiet, unnamed)[0].command) == ["hotwash", "traces", "map", *source]


def test_a_release_in_the_segment_is_compared_with_the_one_before_it():
    triage, about = known()
    one = replace(triage.main.segments[0], scope=Scope.of({"index_version": ["i-4"]}))
    risen = tuple(
        replace(each, segments=(one,)) if each.signal == triage.signal.name else each for each in triage.found
    )
    log = tuple(replace(each, verdict="supported") if each.id == "change" else each for each in triage.hypotheses)
    commands = [each.command for each in next_tests(replace(triage, found=risen, hypotheses=log), about)]
    (compare,) = [each for each in commands if "compare" in each]
    most = max((each for each in triage.health.versions if each.column == "index_version" and each.version != "i-4"), key=lambda each: each.before or 0)  # fmt: skip
    assert compare.endswith(f"--one index_version={most.version} --other index_version=i-4")


def test_what_was_written_is_shown_masked_alone():
    triage, about = triaged(text=True)
    data, _ = planted(text=True)
    assert triage.leakage.raw_rows > 0
    html = to_html(triage_report(triage, about)) + json.dumps(triage_data(triage, about))
    texts = {one for name in ("input", "output") for one in data[name] if one and len(one) > 30}
    assert texts
    assert [one for one in texts if one in html] == []
    emails = {found for one in texts for found in re.findall(r"[\w.]+@[\w.]+\.\w+", one)}
    assert [one for one in emails if one in html] == []
    assert any(each.masked in html for kind in triage.leakage.kinds for each in kind.examples)


def test_a_triage_that_was_stopped_says_so_and_shows_what_is_known():
    triage, about = known()
    stopped = Triage(triage.provenance, triage.extent, triage.line, found=triage.found, signal=triage.signal, unfinished="Drift")  # fmt: skip
    text = to_markdown(triage_summary(stopped, about))
    assert "Triage (partial)" in text
    assert "Stopped at step 5 of 9 (drift)" in text
    assert "tenant t-001" in text
    assert triage_data(stopped, about)["partial"]
    assert "partial" in to_html(triage_report(stopped, about))


def test_nothing_found_is_no_proof_of_health():
    triage, about = known()
    quiet = replace(triage, found=tuple(replace(one, segments=()) for one in triage.found), signal=None, validity=None, inside=None)  # fmt: skip
    text = to_markdown(triage_report(quiet, about))
    assert "No segment rose beyond chance." in text
    assert "Rate now" not in text
    assert "*Requests (requests).*" in text


@pytest.mark.parametrize(("given", "shown"), [("a\u202eb", "a\ufffdb"), ("x\x1b[2J", "x\ufffd[2J"), ("é 語", "é 語")])
def test_what_cannot_be_seen_is_shown_as_such(given, shown):
    assert legible(given) == shown
    assert legible((given,)) == (shown,)
    assert legible(Scope.of({"d": [given]})).values("d") == (shown,)


def test_a_long_value_is_cut_and_says_so():
    cut = legible(Scope.of({"d": ["x" * 500]})).values("d")[0]
    assert len(cut) == 60
    assert cut.endswith("…")


def test_no_number_is_none_as_data():
    assert plain({"a": float("nan"), "b": (float("inf"), 1.5)}) == {"a": None, "b": [None, 1.5]}
