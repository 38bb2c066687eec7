"""Whether times say their zone, and whether those that do not look like local ones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays, open_files
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.triage_pages import triage_data, triage_report, triage_summary
from hotwash.aftermath.triaged.about import About
from hotwash.aftermath.triaged.compared import comparison_report
from hotwash.kit.load import load_kit
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.triage.asking import halves
from hotwash.triage.clocks import HOUR, clock
from hotwash.triage.compare import compare
from hotwash.triage.report import triage
from hotwash.triage.timeline import extent

COLUMNS = TraceColumns(time="at", signals=[SignalColumn(name="failed", column="failed", equals=True)])
SPRING, AUTUMN = datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)
AMERICA = datetime(2026, 10, 30, tzinfo=UTC)


def written(folder, start, zone="UTC", suffix="csv", say=lambda at: f"{at:%Y-%m-%d %H:%M:%S}", burst=None):
    """Five days of requests, one every 20 to 40 s, with times as the clocks of a zone say them; twice as many in the hour `burst`."""
    g = np.random.default_rng(7)
    seconds = np.cumsum(g.uniform(20, 40, 14_000))
    if burst:
        more = (burst - start).total_seconds() + g.uniform(0, 3600, 120)
        seconds = np.sort(np.concatenate([seconds, more]))
    moments = [
        say((start + timedelta(seconds=one)).astimezone(ZoneInfo(zone))) for one in seconds[seconds < 5 * 86_400]
    ]
    failed = ["true" if one else "false" for one in g.random(len(moments)) < 0.05]
    file = folder / f"rows.{suffix}"
    if suffix == "csv":
        lines = ["at,failed", *(f"{at},{one}" for at, one in zip(moments, failed, strict=True))]
    else:
        lines = [f'{{"at": "{at}", "failed": {one}}}' for at, one in zip(moments, failed, strict=True)]
    file.write_text("\n".join(lines))
    return file


def looked_at(relation):
    there = extent(relation, COLUMNS)
    return clock(relation, COLUMNS, there.first_ms, there.last_ms)


@pytest.mark.parametrize(
    ("start", "zone", "hour", "missing", "such_as"),
    [
        (SPRING, "Europe/Paris", "2026-03-29 02:00", True, "Europe/Berlin"),
        (SPRING, "Europe/Lisbon", "2026-03-29 01:00", True, "Europe/London"),
        (AUTUMN, "Europe/Rome", "2026-10-25 02:00", False, "Europe/Berlin"),
        (AMERICA, "America/Chicago", "2026-11-01 01:00", False, "America/New_York"),
    ],
)
def test_local_times_over_a_change_of_clocks_show(tmp_path, start, zone, hour, missing, such_as):
    found = looked_at(open_files(written(tmp_path, start, zone)))
    assert found.without == found.dated > 10_000
    at = round(datetime.fromisoformat(f"{hour}+00:00").timestamp() * 1000)
    assert (found.mark.from_ms, found.mark.missing, found.mark.zone) == (at, missing, such_as)


def test_times_in_utc_and_traffic_that_doubles_are_no_change_of_clocks(tmp_path):
    double = datetime(2026, 10, 25, 2, tzinfo=UTC)
    for start, burst in ((SPRING, None), (AUTUMN, None), (AUTUMN, double + timedelta(minutes=20)), (AUTUMN, double + timedelta(hours=24))):  # fmt: skip
        found = looked_at(open_files(written(tmp_path, start, burst=burst)))
        assert found.without, "they have no zone"
        assert found.mark is None
    beside = looked_at(open_files(written(tmp_path, AUTUMN, burst=double)))
    assert beside.mark is not None, "the same burst in the hour that would be there twice"


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "say", [lambda at: at.isoformat(), lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}", lambda at: f"{at:%Y-%m-%d %H:%M:%S} UTC"]
)
def test_times_with_a_zone_are_not_said_to_have_none(tmp_path, suffix, say):
    assert looked_at(open_files(written(tmp_path, SPRING, suffix=suffix, say=say))) is None


def test_texts_some_of_which_say_a_zone_are_counted(tmp_path):
    file = written(
        tmp_path, SPRING, suffix="jsonl", say=lambda at: f"{at:%Y-%m-%dT%H:%M:%S}{'Z' if at.second % 2 else ''}"
    )
    found = looked_at(open_files(file))
    assert 0.3 < found.without / found.dated < 0.7


def test_moments_by_their_type_have_no_zone_to_lack(tmp_path):
    def typed(kind, more=""):
        file = tmp_path / "typed.parquet"
        made = f"SELECT CAST(TIMESTAMP '2026-03-27' + INTERVAL 1 MINUTE * n AS {kind}) AS at, n % 9 = 0 AS failed{more} FROM range(900) AS s(n)"
        duckdb.sql("SET TimeZone = 'UTC'")
        duckdb.sql(f"COPY ({made}) TO '{file}'")
        return looked_at(open_files(file))

    assert typed("TIMESTAMP").without == 900
    assert typed("TIMESTAMPTZ") is None
    assert typed("DATE") is None
    assert typed("TIMESTAMP", ", 'x' AS id, 'llm' AS kind, 'f:1' AS source") is None, (
        "an import wrote UTC, and said so then"
    )
    at = np.arange(900) * HOUR
    assert looked_at(from_arrays({"at": at.astype("datetime64[ms]"), "failed": at % 9 == 0})) is None


def test_every_form_of_a_report_says_it_once(tmp_path):
    relation = open_files(written(tmp_path, SPRING, "Europe/Paris"))
    *_, (_, known) = triage(relation, COLUMNS, load_kit().severity)
    about = About(COLUMNS, dict(relation.columns))
    pages = [triage_report(known, about), triage_summary(known, about)]
    compared = compare(relation, COLUMNS, COLUMNS.signals, *halves("2026-03-29", extent(relation, COLUMNS)))
    for page in (*pages, comparison_report(compared, "")):
        for said in (to_html(page), to_markdown(page)):
            assert said.count("have no zone, and were read as UTC") == 1
            assert said.count("2026-03-29 02:00 and 03:00 has no rows") == 1
    assert triage_data(known, about)["health"]["clock"]["mark"]["zone"] == "Europe/Berlin"
