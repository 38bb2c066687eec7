"""The journal of actions: only ever added to, and every change of what is there is seen."""

import json
import threading

import pytest

from hotwash.adapters.capa_journal import append_journal, journal_home, read_journal
from hotwash.aftermath.capa.facts import STREAM, Noted, draft_of, read
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Draft
from tests.support.actions import record


def note(home, name: str):
    return append_journal(home, STREAM, [draft_of(Noted(name, "d", "2026-12-01"), "me", 5)])


def test_entries_come_back_in_order_and_later_ones_are_added(tmp_path):
    home = record(tmp_path)
    assert read_journal(home) == []
    note(home, "a")
    before = journal_home(home).read_bytes()
    note(home, "b")
    assert journal_home(home).read_bytes().startswith(before)
    found = read(read_journal(home))
    assert [(one.version, one.person, one.at_ms, one.fact.action) for one in found] == [
        (1, "me", 5, "a"),
        (2, "me", 5, "b"),
    ]


@pytest.mark.parametrize(
    "deed",
    [
        lambda lines: [lines[0].replace(b'"d"', b'"e"'), *lines[1:]],
        lambda lines: [lines[0].replace(b'"a"', b'"x"'), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[2]],
        lambda lines: [*lines[:2], lines[2][:20]],
        lambda lines: [lines[0], b"{}\n", *lines[2:]],
    ],
    ids=["data", "name", "first gone", "moved", "twice", "cut", "foreign"],
)
def test_what_was_changed_is_seen(tmp_path, deed):
    home = record(tmp_path)
    for name in "abc":
        note(home, name)
    file = journal_home(home)
    lines = file.read_bytes().splitlines(keepends=True)
    changed = deed(lines)
    if changed == lines:
        pytest.fail("the deed changed nothing")
    file.write_bytes(b"".join(changed))
    with pytest.raises(TamperedError):
        read_journal(home)
    with pytest.raises(TamperedError):
        note(home, "d")
    assert file.read_bytes() == b"".join(changed), "nothing is added to a journal that does not hold"


def test_many_may_write_at_once_and_nothing_is_lost(tmp_path):
    home = record(tmp_path)
    threads = [threading.Thread(target=lambda name=f"n{n}": note(home, name)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.fact.action for one in read(read_journal(home))) == [f"n{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("unknown", {}),
        ("action_noted", {"action": "a"}),
        ("action_noted", {"action": "a", "digest": "d", "deadline": "soon"}),
    ],
)
def test_an_entry_of_another_form_is_refused(tmp_path, kind, data):
    home = record(tmp_path)
    append_journal(home, STREAM, [Draft(kind, data, 0, 0, "", "me")])
    with pytest.raises(TamperedError, match="entry 1"):
        read(read_journal(home))
    assert json.loads(journal_home(home).read_text())["type"] == kind
