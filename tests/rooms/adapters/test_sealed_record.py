"""A sealed record: the same bytes each time, read by any ZIP tool, and no kind of tampering goes unnoticed or unnamed."""

import io
import json
import os
import zipfile

import pytest

from hotwash import bootstrap
from hotwash.adapters import sealed_zip, signing
from hotwash.conductor import sealed as s
from hotwash.kernel.errors import ContentError, TamperedError
from tests.support.played import played_drill
from tests.support.sealed import KINDS, LOG, OWNER, STRANGER, events, log, other, places, public, rechained, resign

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    (folder / "seal.key").write_text(OWNER.private_bytes_raw().hex() + "\n")
    (folder / "vault.key").write_text("5" * 64 + "\n")
    for one in folder.iterdir():
        one.chmod(0o600)
    return folder


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill") / "one"
    files = played_drill().files
    bootstrap.save(files, folder)
    bootstrap.keep_evidence(files, folder)
    return folder


@pytest.fixture(scope="module")
def whole(drill, keys, tmp_path_factory):
    file = tmp_path_factory.mktemp("sealed") / "EXERCISE-one.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTWASH_KEYS", str(keys))
        bootstrap.seal(drill, file)
    return file.read_bytes()


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """Whoever checks has no key of their own."""
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "none"))


def check(tmp_path, body, **how):
    file = tmp_path / "found.zip"
    file.write_bytes(body)
    return bootstrap.check_sealed(file, **{"key": public(OWNER), **how})


def test_what_was_sealed_is_sound(tmp_path, whole):
    found = check(tmp_path, whole)
    assert found.sound
    assert found.opinion.differences == ()
    assert (found.opinion.drill, found.opinion.signer) == ("cross-tenant-leak-1", public(OWNER))
    assert found.opinion.items > 10
    assert found.opinion.events > 400


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_found_and_named(kind, tmp_path, whole):
    deed, said = KINDS[kind]
    changed = deed(whole, sealed_zip.unpack(whole))
    assert changed != whole, "nothing was done"
    found = check(tmp_path, changed)
    assert not found.sound
    assert any(said in one for one in found.opinion.differences), found.opinion.differences


def test_every_byte_counts(tmp_path, whole):
    """One byte anywhere, in steps that reach every part of every header near the start and the end, and places in between."""
    marks = {one.local for one in places(whole).values()} | {one.central for one in places(whole).values()}
    near = [at + off for at in sorted(marks)[::9] for off in range(0, 46, 5)]
    for at in {*range(0, len(whole), len(whole) // 60), *near, *range(len(whole) - 22, len(whole))}:
        changed = whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :]
        assert not check(tmp_path, changed).sound, f"byte {at} of {len(whole)} does not count"


def test_the_same_record_and_key_give_the_same_bytes(tmp_path, drill, keys, whole, monkeypatch):
    monkeypatch.setenv("HOTWASH_KEYS", str(keys))
    bootstrap.seal(drill, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == whole


def test_other_tools_read_it(whole):
    with zipfile.ZipFile(io.BytesIO(whole)) as found:
        assert found.testzip() is None
        assert found.read("README.txt").startswith(b"EXERCISE")
        assert {one.filename for one in found.infolist()} == {*sealed_zip.unpack(whole)}


def test_without_a_key_nobody_vouches(tmp_path, whole):
    found = check(tmp_path, whole, key="")
    assert found.opinion.differences == ()
    assert not found.vouched
    assert not found.sound
    stranger = check(tmp_path, sealed_zip.pack(resign(sealed_zip.unpack(whole), STRANGER)), key="")
    assert stranger.opinion.differences == (), "whoever has no key cannot tell: that is why it is not called sound"
    assert not stranger.sound


def test_ones_own_key_vouches(tmp_path, whole, keys, monkeypatch):
    monkeypatch.setenv("HOTWASH_KEYS", str(keys))
    assert check(tmp_path, whole, key="").sound


def test_a_log_forged_whole_is_seen_by_a_head_noted_elsewhere(tmp_path, whole):
    files = sealed_zip.unpack(whole)
    noted = json.loads(files[s.MANIFEST])["head"]
    assert check(tmp_path, whole, head=noted).sound
    found = check(tmp_path, whole, head="0" * 64)
    assert any("not the 0000" in one for one in found.opinion.differences)


def test_replay_finds_what_the_owner_forged_consistently(tmp_path, whole):
    files = sealed_zip.unpack(whole)
    assert check(tmp_path, whole, replay=True).sound
    card = json.loads(files["record/scorecard.json"])
    card["total"] = 100.0
    forged = {
        **files,
        "record/scorecard.json": (json.dumps(card, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
    }
    inner = json.loads(files["record/manifest.json"])
    from hashlib import sha256

    inner["files"]["scorecard.json"] = {
        "bytes": len(forged["record/scorecard.json"]),
        "sha256": sha256(forged["record/scorecard.json"]).hexdigest(),
    }
    forged["record/manifest.json"] = (json.dumps(inner, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    found = check(tmp_path, sealed_zip.pack(resign(forged, OWNER)), replay=True)
    assert found.opinion.differences == ()
    assert found.replayed.difference.startswith("scorecard.json: total: found 100.0, recomputed")
    assert not found.sound


def test_a_sealed_record_holds_no_raw_text_unless_a_reason_is_given(tmp_path, drill, keys, whole, monkeypatch):
    files = sealed_zip.unpack(whole)
    assert not [name for name in files if name.startswith("evidence/raw/")]
    evidence = b"".join(body for name, body in files.items() if name.startswith("evidence/"))
    assert b"omar.lowe" not in evidence
    assert b"[REDACTED email-1]" in evidence
    monkeypatch.setenv("HOTWASH_KEYS", str(keys))
    bootstrap.seal(drill, tmp_path / "raw.zip", raw_reason="the regulator asked for the texts")
    found = (tmp_path / "raw.zip").read_bytes()
    files = sealed_zip.unpack(found)
    assert b"omar.lowe" in b"".join(body for name, body in files.items() if name.startswith("evidence/raw/"))
    assert json.loads(files[s.MANIFEST])["raw_evidence"] == "the regulator asked for the texts"
    assert check(tmp_path, found).sound


def test_every_item_of_the_log_has_custody(whole):
    files = sealed_zip.unpack(whole)
    custody = json.loads(files[s.CUSTODY])["items"]
    kept = [one for one in events(files) if one["type"] in ("evidence_collected", "snapshot_taken")]
    assert [one["item"] for one in custody] == [one["data"]["item"] for one in kept]
    trace = next(one for one in custody if one["kind"] == "trace")
    assert {*trace["forms"]} == {"redacted", "hash", "metadata"}
    assert trace["sensitive"] is True
    assert trace["bytes"] > 500
    assert (trace["source"], trace["original_or_copy"], trace["hash_algorithm"]) == (
        "support-copilot",
        "copy",
        "SHA-256",
    )
    assert trace["method"].startswith("hotwash ")
    assert trace["dispose_after"]["raw"] < trace["dispose_after"]["metadata"]
    assert trace["holds"] == ["legal-hold-1"]
    assert b"legal-hold-1" in files[LOG]


def test_a_record_that_does_not_verify_is_not_sealed(tmp_path, drill, keys, monkeypatch):
    import shutil

    monkeypatch.setenv("HOTWASH_KEYS", str(keys))
    shutil.copytree(drill, tmp_path / "bad")
    report = tmp_path / "bad" / "report.md"
    report.write_bytes(other(report.read_bytes()))
    with pytest.raises(TamperedError, match=r"nothing is sealed that does not verify: report\.md"):
        bootstrap.seal(tmp_path / "bad", tmp_path / "bad.zip")
    assert not (tmp_path / "bad.zip").exists()


def test_evidence_that_was_changed_in_the_vault_is_not_sealed(tmp_path, drill, keys, monkeypatch):
    import shutil

    monkeypatch.setenv("HOTWASH_KEYS", str(keys))
    shutil.copytree(drill, tmp_path / "bad")
    one = next((tmp_path / "bad" / "evidence" / "redacted").iterdir())
    one.write_bytes(other(one.read_bytes()))
    with pytest.raises(TamperedError, match="was changed: it no longer has that sum"):
        bootstrap.seal(tmp_path / "bad", tmp_path / "bad.zip")


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path):
    one = signing.own_key(tmp_path / "k")
    again = signing.own_key(tmp_path / "k")
    assert one == again
    assert len({one.secret, one.vault}) == 2
    assert signing.fits(one.public, one.sign(b"x"), b"x")
    assert not signing.fits(one.public, one.sign(b"x"), b"y")
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "k").iterdir()} == {0o600}
        (tmp_path / "k" / "seal.key").chmod(0o644)
        with pytest.raises(ContentError, match="may be read by others"):
            signing.own_key(tmp_path / "k")


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "../../etc/passwd", "ab" * 33])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(ContentError, match="is no public key"):
        signing.public_key(text)


def test_a_public_key_may_lie_in_a_file(tmp_path):
    (tmp_path / "pub").write_text(f" {public(OWNER).upper()}\n")
    assert signing.public_key(str(tmp_path / "pub")) == public(OWNER)


def test_a_chain_made_again_fits_itself(whole):
    """The forger's tool works: what finds the forgery is not that it is clumsy."""
    files = sealed_zip.unpack(whole)
    assert log(rechained(events(files))) == files[LOG]
