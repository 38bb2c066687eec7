"""What is kept for all tests of a run is made once, whole, and for one key."""

import multiprocessing
from pathlib import Path

import pytest

from tests.support.kept import STORE, close_store, kept, open_store


def write(folder: Path, *words: str) -> None:
    with (folder.parent / "made").open("a") as log:
        log.write(" ".join(words) + "\n")
    (folder / "said").write_text(" ".join(words))


def fail(folder: Path) -> None:
    (folder / "half").write_text("half")
    raise RuntimeError("no luck")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv(STORE, str(tmp_path))
    return tmp_path


def test_each_key_is_made_once_and_keys_are_told_apart(store):
    found = [kept(write, *words) for words in (("a", "b"), ("a b",), ("a", "b"))]
    assert found[0] == found[2] != found[1]
    assert (store / "made").read_text().splitlines() == ["a b", "a b"]
    assert (found[0] / "said").read_text() == "a b"


def test_workers_that_ask_at_once_make_it_once(store):
    with multiprocessing.get_context("spawn").Pool(3) as workers:
        found = workers.starmap(kept, [(write, "one")] * 6)
    assert len(set(found)) == 1
    assert (store / "made").read_text() == "one\n"


def test_a_maker_that_fails_leaves_nothing_that_looks_made(store):
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no luck"):
            kept(fail)


def test_a_run_has_one_store_which_goes_with_it(monkeypatch):
    assert open_store() is None, "this run has one"
    monkeypatch.delenv(STORE)
    mine = open_store()
    assert mine is not None and mine.is_dir()
    assert open_store() is None
    close_store(mine)
    assert not mine.exists()
