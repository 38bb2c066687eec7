"""The journal of a rehearsal: what was written is there after a kill, and nothing else is taken for it."""

import pytest

from hotwash.adapters.rehearsal_journal import RehearsalJournal
from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.kernel.errors import ContentError

HEAD = {"format": 1, "plan": {"seeds": 2}}


def row(number):
    return BoutRow("leak", number, 7, "", 12.0, (), ())


def test_rows_are_there_the_next_time(tmp_path):
    with RehearsalJournal(tmp_path / "new" / "journal.jsonl", HEAD) as journal:
        journal.note("a", row(1))
    with RehearsalJournal(tmp_path / "new" / "journal.jsonl", HEAD) as again:
        assert again.earlier == {"a": row(1)}
        again.note("b", row(2))
    with RehearsalJournal(tmp_path / "new" / "journal.jsonl", HEAD) as third:
        assert list(third.earlier) == ["a", "b"]


def test_a_line_that_was_being_written_when_it_was_killed_is_dropped(tmp_path):
    file = tmp_path / "journal.jsonl"
    with RehearsalJournal(file, HEAD) as journal:
        journal.note("a", row(1))
        journal.note("b", row(2))
    file.write_bytes(file.read_bytes()[:-9])
    with RehearsalJournal(file, HEAD) as again:
        assert list(again.earlier) == ["a"]
        again.note("b", row(2))
    with RehearsalJournal(file, HEAD) as third:
        assert third.earlier == {"a": row(1), "b": row(2)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format":1,"plan":{"seeds":3}}\n', "holds another rehearsal"),
        ("a diary\n", "is no line of a rehearsal"),
        ('{"format":1,"plan":{"seeds":2}}\n{"key":"a"}\n', "is no line of a rehearsal"),
    ],
)
def test_another_file_is_refused_and_left_alone(tmp_path, text, said):
    file = tmp_path / "journal.jsonl"
    file.write_text(text)
    with pytest.raises(ContentError, match=said):
        RehearsalJournal(file, HEAD)
    assert file.read_text() == text


def test_two_rehearsals_do_not_write_to_one_journal(tmp_path):
    pytest.importorskip("fcntl", reason="this system has no such locks")
    with (
        RehearsalJournal(tmp_path / "journal.jsonl", HEAD),
        pytest.raises(ContentError, match="another rehearsal is writing"),
    ):
        RehearsalJournal(tmp_path / "journal.jsonl", HEAD)
