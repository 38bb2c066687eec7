"""Postmortems on the command line: built, edited, checked, shown, with bad input too."""

import json

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from tests.support.played import played_drill

pytestmark = pytest.mark.slow


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, ["postmortem", *map(str, words)])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    record = played_drill(players="slow").copied(tmp_path_factory.mktemp("cli") / "record")
    hotwash("build", record)
    return record


@pytest.fixture
def paper(record):
    """The file, put back as it was built afterwards."""
    file = record.parent / "improvement" / "postmortem.md"
    text = file.read_text()
    yield file
    file.write_text(text)


def test_what_was_built_has_nothing_to_mend(record):
    assert "nothing to mend" in hotwash("check", record)


def test_edits_survive_a_rebuild_and_a_rebuild_changes_nothing(record, paper):
    edited = paper.read_text().replace("An incident was opened at", "The room opened an incident at")
    edited = edited.replace("## Impact\n", "Believed: support had seen it the evening before.\n\n## Impact\n")
    paper.write_text(edited)
    hotwash("build", record)
    assert paper.read_text() == edited
    assert "nothing to mend" in hotwash("check", paper)


def test_a_finding_has_file_line_column_and_what_to_write(paper):
    paper.write_text(paper.read_text().replace("# Postmortem", "The root cause was human error.\n\n# Postmortem", 1))
    said = " ".join(hotwash("check", paper, code=1).split())
    assert f"{paper.name}:3:1 cause-is-symptom human error" in said
    assert "Write what let it happen" in said
    found = json.loads(hotwash("check", paper, "--json", code=1))
    assert {one["rule"] for one in found["findings"]} == {"cause-is-symptom", "uncited"}
    assert found["against_record"]


def test_a_file_elsewhere_is_looked_up_where_a_record_is_named(record, paper, tmp_path):
    away = tmp_path / "away.md"
    away.write_text(paper.read_text().replace("[e202]", "[e9999]"))
    assert "citations were not looked up" in hotwash("check", away)
    assert "the record has no e9999" in hotwash("check", away, "--record", record, code=1)


@pytest.mark.parametrize(
    ("form", "begins"), [("html", b"<!doctype"), ("pdf", b"%PDF"), ("docx", b"PK"), ("md", b"**EXERCISE")]
)
def test_it_is_shown_in_four_forms_the_same_each_time(record, tmp_path, form, begins):
    files = [tmp_path / f"{n}.{form}" for n in range(2)]
    for file in files:
        hotwash("show", record, "--format", form, "--out", file)
    assert files[0].read_bytes().startswith(begins)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_cannot_be_done_is_said(record, tmp_path):
    (tmp_path / "record").mkdir()
    assert "holds no record" in hotwash("build", tmp_path, code=3)
    assert "is no text for a terminal" in hotwash("show", record, "--format", "pdf", code=3)
    assert "there is no format 'odt'" in hotwash("show", record, "--format", "odt", code=3)
    assert "No such file" in hotwash("check", tmp_path / "none.md", code=3)


def test_what_was_never_built_is_not_shown(tmp_path):
    assert "nobody built a postmortem yet" in hotwash(
        "show", played_drill(players="slow").copied(tmp_path / "record"), code=3
    )
