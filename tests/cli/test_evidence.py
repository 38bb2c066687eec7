"""Evidence on the command line: sealed, verified, viewed, purged; with bad input too."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.cli.main import app
from hotwash.conductor.vault import Asked
from hotwash.kernel.errors import ContentError
from tests.support.played import played_drill
from tests.support.project import ROOT

pytestmark = pytest.mark.slow
DAY_MS = 24 * 3600 * 1000


def hotwash(*words, code=0, sent=None):
    result = CliRunner().invoke(app, list(map(str, words)), input=sent)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Records of two drills: one without a legal hold, one with."""
    folder = tmp_path_factory.mktemp("records")
    for name, scenario, players in (
        ("free", "order-number-alarm", "expert,legal=does-nothing"),
        ("held", "cross-tenant-leak", "expert"),
    ):
        played_drill(scenario, players).copied(folder / name)
    return folder


@pytest.fixture(autouse=True)
def keys(monkeypatch, tmp_path):
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def free(made, tmp_path):
    return shutil.copytree(made / "free", tmp_path / "free")


@pytest.fixture
def held(made, tmp_path):
    return shutil.copytree(made / "held", tmp_path / "held")


@pytest.fixture(scope="module")
def purged(made, tmp_path_factory):
    """The first record, of which two items were purged; it verifies."""
    folder = shutil.copytree(made / "free", tmp_path_factory.mktemp("purged") / "free")
    names = [name for name, by_form in forms(folder).items() if "raw" in by_form]
    for name in names[:2]:
        hotwash("evidence", "purge", folder, "--item", name, "--reason", "r", "--yes")
    assert json.loads(hotwash("drill", "verify", folder, "--json"))["sound"] is True
    return folder


def forms(folder):
    return json.loads((folder / "evidence" / "index.json").read_text())


def test_sealed_with_ones_own_key_and_checked_with_the_public_half(free, tmp_path, monkeypatch):
    said = json.loads(hotwash("evidence", "seal", free, "--json"))
    file = tmp_path / "EXERCISE-free.zip"
    assert said["file"] == str(file)
    assert json.loads(hotwash("evidence", "key", "--json"))["key"] == said["key"]
    hotwash("evidence", "key", "--out", tmp_path / "pub")
    assert "sound" in hotwash("evidence", "verify", file)
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "elsewhere"))
    assert "sound" in hotwash("evidence", "verify", file, "--key", tmp_path / "pub", "--replay")
    assert "unknown signer" in hotwash("evidence", "verify", file, code=1)
    assert not (tmp_path / "elsewhere").exists(), "whoever checks needs no key, and none is made"
    told = json.loads(hotwash("evidence", "verify", file, "--key", "0" * 64, "--json", code=1))
    assert told["sound"] is False
    assert "signed with another key" in told["differences"][0]


def test_a_changed_file_is_named_with_exit_code_one(free, tmp_path):
    hotwash("evidence", "seal", free, "--out", tmp_path / "one.zip")
    body = (tmp_path / "one.zip").read_bytes()
    at = body.index(b"EXERCISE EXERCISE") + 3
    (tmp_path / "one.zip").write_bytes(body[:at] + b"x" + body[at + 1 :])
    assert "README.txt was changed" in hotwash("evidence", "verify", tmp_path / "one.zip", code=1)
    assert "README.txt was changed" in hotwash("drill", "view", tmp_path / "one.zip", "--at", "5", "--as", "ic", code=4)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("seal", "{tmp}/nowhere"), 3, "is not the record of a drill"),
        (("seal", "{free}", "--out", "{tmp}/no/such/x.zip"), 3, "cannot be written"),
        (("seal", "{free}", "--out", "{tmp}"), 3, "is a folder"),
        (("verify", "{tmp}/nowhere.zip"), 3, "is not there"),
        (("verify", "{free}"), 3, "is a folder"),
        (("verify", "{free}/report.md"), 1, "this is no sealed record"),
        (("verify", "{free}/report.md", "--key", "abc"), 3, "is no public key"),
        (("purge", "{free}", "--dry-run", "--item", "no-such"), 3, "there is no evidence item 'no-such'"),
        (("purge", "{free}", "--dry-run", "--form", "whole"), 3, "there is no form 'whole'"),
        (("purge", "{free}", "--yes"), 3, "Say why it goes"),
        (("purge", "{tmp}", "--dry-run"), 3, "is not the record of a drill"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_what_to_write(words, code, said, free, tmp_path):
    filled = [one.format(free=free, tmp=tmp_path) for one in words]
    assert said in " ".join(hotwash("evidence", *filled, code=code).split())


def test_a_sealed_file_is_not_written_over(free, tmp_path):
    hotwash("evidence", "seal", free, "--out", tmp_path / "one.zip")
    assert "is there already" in hotwash("evidence", "seal", free, "--out", tmp_path / "one.zip", code=3)
    hotwash("evidence", "seal", free, "--out", tmp_path / "one.zip", "--overwrite")


def test_a_dry_run_changes_nothing(free):
    before = {path: path.read_bytes() for path in free.rglob("*") if path.is_file()}
    said = hotwash("evidence", "purge", free, "--dry-run")
    assert "goes " in said
    assert "nothing was changed" in said
    assert {path: path.read_bytes() for path in free.rglob("*") if path.is_file()} == before


def test_what_is_purged_leaves_a_tombstone_and_the_record_verifies(free, tmp_path):
    item = next(name for name, by_form in forms(free).items() if "trace" in name and "raw" in by_form)
    address = forms(free)[item]["raw"]
    hotwash("evidence", "purge", free, "--item", item, "--reason", "seven days are over", "--by", "Ann", "--yes")
    assert not (free / "evidence" / "raw" / f"{address}.json").exists()
    assert {*forms(free)[item]} == {"redacted", "hash", "metadata"}, (
        "a keyed hash is made while there is a raw text to make it from"
    )
    [grave] = json.loads((free / "evidence" / "tombstones.json").read_text())
    assert (grave["item"], grave["form"], grave["sha256"], grave["by"]) == (item, "raw", address, "Ann")
    assert json.loads(hotwash("drill", "verify", free, "--json"))["sound"] is True
    hotwash("evidence", "seal", free, "--out", tmp_path / "one.zip")
    assert "sound" in hotwash("evidence", "verify", tmp_path / "one.zip", "--replay")
    hotwash("evidence", "purge", free, "--form", "raw", "--form", "redacted", "--reason", "more", "--yes")
    assert len(json.loads((free / "evidence" / "tombstones.json").read_text())) > 4
    assert json.loads(hotwash("drill", "verify", free, "--json"))["sound"] is True


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (lambda f: (f / "evidence" / "tombstones.json").write_text("[]"), "no tombstone stands for it"),
        (lambda f: edit(f / "evidence" / "tombstones.json", lambda body: body[0].update(by="Bob")), "was changed after it was set"),
        (lambda f: edit(f / "evidence" / "tombstones.json", lambda body: body.pop(0)), "does not follow the one before it"),
        (lambda f: next((f / "evidence" / "raw").iterdir()).unlink(), "is missing, and no tombstone stands for it"),
        (lambda f: next((f / "evidence" / "redacted").iterdir()).write_text("{}"), "it no longer has that sum"),
        (lambda f: (f / "evidence" / "raw" / "more.json").write_text("{}"), "belongs to no item"),
        (lambda f: (f / "evidence" / "index.json").write_text("[]"), "evidence: "),
    ],
)  # fmt: skip
def test_a_vault_that_was_tampered_with_does_not_verify(purged, tmp_path, deed, said):
    changed = shutil.copytree(purged, tmp_path / "changed")
    deed(changed)
    told = json.loads(hotwash("drill", "verify", changed, "--json", code=1))
    assert said in told["difference"]


def edit(path, change):
    body = json.loads(path.read_text())
    change(body)
    path.write_text(json.dumps(body))


def test_nothing_under_legal_hold_is_purged_or_written_over(held, tmp_path):
    before = forms(held)
    said = hotwash("evidence", "purge", held, "--reason", "tidy up", "--yes", code=1)
    assert "legal hold legal-hold-1" in said
    assert forms(held) == before
    assert "is under legal hold" in hotwash("drill", "run", "order-number-alarm", "--out", held, "--overwrite", code=3)
    assert forms(held) == before


def test_no_means_no(free):
    before = forms(free)
    hotwash("evidence", "purge", free, "--reason", "tidy up", sent="n\n", code=1)
    assert forms(free) == before


def test_only_what_has_had_its_time_goes(free):
    kept_ms = max(event["wall_ms"] for event in map(json.loads, (free / "events.jsonl").read_text().splitlines()))

    def plan(days, *wanted):
        clock = ManualClock(kept_ms + days * DAY_MS)
        return bootstrap.purge(free, Asked((), wanted, expired=True), by="a", reason="r", dry=True, clock=clock)

    assert plan(6, "raw").goes == ()
    assert {form for _, form in plan(8, "raw", "redacted").goes} == {"raw"}
    assert {form for _, form in plan(31, "raw", "redacted", "metadata").goes} == {"raw", "redacted"}
    assert {form for _, form in plan(181, "metadata").goes} == {"metadata"}


def test_a_record_that_is_scored_again_does_not_bring_back_what_was_purged(free):
    hotwash("evidence", "purge", free, "--reason", "r", "--yes")
    files = bootstrap.load_record(free)
    bootstrap.save(files, free, overwrite=True)
    bootstrap.keep_evidence(files, free)
    assert not any("raw" in by_form for by_form in forms(free).values())
    assert json.loads((free / "evidence" / "tombstones.json").read_text())


def test_a_vault_is_for_its_owner_alone(free):
    assert {path.stat().st_mode & 0o077 for path in (free / "evidence").rglob("*")} == {0}


def test_what_legal_knew_has_one_answer(held, tmp_path):
    said = hotwash("drill", "view", held, "--at", "T+23", "--as", "legal")
    assert "What Legal Counsel knew at T+23:00" in said
    told = json.loads(hotwash("drill", "view", held, "--at", "T+23:00", "--as", "legal", "--json"))
    assert (told["at_ms"], told["exercise"]) == (23 * 60_000, True)
    hotwash("evidence", "seal", held, "--out", tmp_path / "one.zip")
    again = json.loads(hotwash("drill", "view", tmp_path / "one.zip", "--at", "23", "--as", "legal", "--json"))
    assert again == told
    hotwash("drill", "view", held, "--at", "0:23:00", "--as", "legal", "--html", tmp_path / "knew.html")
    assert "EXERCISE" in (tmp_path / "knew.html").read_text()


@pytest.mark.parametrize(
    ("at", "who", "said"),
    [
        ("later", "legal", "'later' is no moment"), ("T+5:7", "legal", "is no moment"), ("", "legal", "is no moment"),
        ("-3", "legal", "is no moment"), ("T+9999", "legal", "the drill has no moment"), ("T+5", "boss", "there is no seat 'boss'"),
    ],
)  # fmt: skip
def test_a_wrong_moment_or_seat_says_what_to_write(held, at, who, said):
    told = " ".join(hotwash("drill", "view", held, f"--at={at}", "--as", who, code=3).split())
    assert said in told
    assert "Write" in told


def test_a_vault_of_an_older_record_is_made_when_it_is_needed(free):
    shutil.rmtree(free / "evidence")
    assert json.loads(hotwash("drill", "verify", free, "--json"))["sound"] is True
    hotwash("evidence", "purge", free, "--reason", "r", "--yes")
    assert json.loads((free / "evidence" / "tombstones.json").read_text())


def test_refusing_to_write_over_needs_no_vault(tmp_path):
    bootstrap.refuse_held(tmp_path)
    with pytest.raises(ContentError):
        bootstrap.purge(tmp_path, Asked(), by="a", reason="r", dry=True)


def test_texts_of_recorded_runs_are_kept_while_they_are_there(tmp_path):
    """The record of a drill on recorded runs holds outcomes and no texts: what is in the vault is the only copy."""
    out = tmp_path / "recorded"
    hotwash("drill", "run", "recorded", "--traces", ROOT / "tests" / "data" / "recorded", "--out", out)
    kept = [name for name, by_form in forms(out).items() if "trace" in name and "raw" in by_form]
    assert kept
    shutil.copytree(out, tmp_path / "bare", ignore=shutil.ignore_patterns("evidence"))
    bootstrap.keep_evidence(bootstrap.load_record(tmp_path / "bare"), tmp_path / "bare")
    assert not any("trace" in name for name in forms(tmp_path / "bare"))
    hotwash("evidence", "seal", out, "--out", tmp_path / "one.zip")
    assert "sound" in hotwash("evidence", "verify", tmp_path / "one.zip")
