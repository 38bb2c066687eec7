"""Evidence of drills: the vault of a record, sealed records and who signed them, purges."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.evidence_folder import Vault, read_vault, rewrite, write_vault
from hotwash.adapters.record_folder import read_record
from hotwash.adapters.sealed_zip import leftover, pack, read_sealed, unpack, write_sealed
from hotwash.bootstrap.records import rebuild, verify
from hotwash.conductor import sealed, unsealed
from hotwash.conductor.custody import standing
from hotwash.conductor.record import Files, read_events
from hotwash.conductor.tombstones import broken_at
from hotwash.conductor.vault import Asked, Contents, Plan, difference, graves, in_forms, plan_purge, values, without
from hotwash.conductor.verify import Verdict
from hotwash.kernel.errors import ContentError, TamperedError
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit
from hotwash.ports.clock import Clock
from hotwash.ports.system import SystemUnderDrill

ON_KEEPING = ("raw", "redacted", "metadata")
"""Forms that a vault gets when it is made; keyed hashes come when somebody with a key needs them."""


@dataclass(frozen=True)
class Key:
    """A key of one's own, without its secret half. `fingerprint` is for reading out."""

    public: str
    fingerprint: str
    folder: Path


@dataclass(frozen=True)
class Checked:
    """What was found in a sealed record. `vouched` says whether the signer is one whom the reader named, or the reader."""

    opinion: sealed.Opinion
    vouched: bool
    fingerprint: str
    replayed: Verdict | None = None

    @property
    def sound(self) -> bool:
        """Signed by somebody known, and nothing differs."""
        return self.vouched and not self.opinion.differences and (self.replayed is None or self.replayed.sound)


def keep_evidence(files: Files, folder: Path, live: SystemUnderDrill | None = None) -> None:
    """Make the vault of a record that was just written; one that is there stays as it is."""
    if read_vault(folder) is None:
        table, events = rebuild(files)
        write_vault(folder, in_forms(values(table.system, events, live), b"", ON_KEEPING))


def refuse_held(folder: Path) -> None:
    """Raise ContentError where a record under legal hold would be written over."""
    log = folder / "events.jsonl"
    holds = standing(read_events(log.read_bytes())) if log.is_file() else {}
    if holds:
        said = f"is under legal hold ({', '.join(sorted(holds))})"
        raise ContentError.at(folder, said, "Name another folder: a hold is lifted by whoever may, in the drill.")


def key_folder() -> Path:
    """Where keys of one's own are."""
    from hotwash.adapters.signing import key_folder as found

    return found(os.environ, Path.home())


def own_key(*, make: bool = True) -> Key | None:
    """The public half of the key of one's own, made on first use. Raises ContentError for a folder that cannot be used."""
    from hotwash.adapters import signing

    mine = signing.own_key(key_folder(), make=make)
    return Key(mine.public, signing.fingerprint(mine.public), mine.folder) if mine else None


def _vault_of(folder: Path, files: Files) -> tuple[Vault, Sequence[Event], Kit]:
    """The vault of a record, made from the record where it is older than vaults are; log and kit. Raises TamperedError."""
    table, events = rebuild(files)
    found = read_vault(folder)
    if found is None:
        made = in_forms(values(table.system, events), b"", ON_KEEPING)
        found = Vault(made, ())
    if broken := broken_at(found.graves) or difference(found.contents, found.graves, events):
        raise TamperedError(f"evidence: {broken}")
    return found, events, table.design.kit


def seal(folder: Path, target: Path, *, raw_reason: str = "", overwrite: bool = False) -> tuple[Key, int]:
    """Seal the record in a folder into one file, signed with one's own key. Returns the key and the size of the file.

    Raw texts stay out unless a reason is given, which the manifest then carries. Raises TamperedError for a record that does not
    agree with itself, ContentError where no file can be written.
    """
    from hotwash.adapters import signing

    files = read_record(folder)
    found = verify(files)
    if not found.sound:
        raise TamperedError(f"nothing is sealed that does not verify: {found.difference}")
    vault, events, kit = _vault_of(folder, files)
    mine = signing.own_key(key_folder())
    assert mine is not None
    out = _outgoing(vault.contents, mine.vault, raw=bool(raw_reason))
    made = sealed.contents_of(sealed.Material(files, events, kit, out, vault.graves, raw_reason))
    made[sealed.SIGNATURE] = sealed.signature_file(mine.public, mine.sign(made[sealed.MANIFEST]))
    write_sealed(target, made, overwrite=overwrite)
    return Key(mine.public, signing.fingerprint(mine.public), mine.folder), len(pack(made))


def _outgoing(contents: Contents, key: bytes, *, raw: bool) -> dict[str, dict[str, bytes]]:
    """Forms that may leave: keyed hashes are made of raw texts that do not."""
    return {
        item: {form: body for form, body in with_hash(by_form, key).items() if raw or form != "raw"}
        for item, by_form in contents.items()
    }


def with_hash(by_form: Mapping[str, bytes], key: bytes) -> dict[str, bytes]:
    """An item's forms, with the keyed hash where the raw form is still there to make it from."""
    if "hash" in by_form or "raw" not in by_form:
        return dict(by_form)
    return {**by_form, **in_forms({"": json.loads(by_form["raw"])}, key, ("hash",))[""]}


def check_sealed(file: Path, key: str = "", head: str = "", *, replay: bool = False) -> Checked:
    """Check a sealed record. `key` is a public key or a file with one; one's own otherwise. Raises ContentError for what is no
    file or no key."""
    from hotwash.adapters import signing

    mine = own_key(make=False)
    wanted = signing.public_key(key) if key else ""
    found = read_sealed(file)
    try:
        files = unpack(found)
    except TamperedError as broken:
        return Checked(sealed.Opinion(differences=(str(broken),)), bool(wanted), "")
    opinion = unsealed.examine(files, signing.fits, wanted, head)
    if not opinion.differences and (rest := leftover(found, files)):
        opinion = sealed.Opinion(**{**vars(opinion), "differences": (rest,)})
    vouched = bool(wanted) or (mine is not None and opinion.signer == mine.public)
    shown = signing.fingerprint(opinion.signer) if signing.PUBLIC.fullmatch(opinion.signer) else ""
    again = verify(unsealed.record_in(files)) if replay and not opinion.differences else None
    return Checked(opinion, vouched, shown, again)


def sealed_files(file: Path) -> Files:
    """The record inside a sealed file that nothing differs in, whoever signed it. Raises TamperedError for one where something does."""
    found = check_sealed(file)
    if found.opinion.differences:
        raise TamperedError(found.opinion.differences[0])
    return unsealed.record_in(unpack(read_sealed(file)))


def check_vault(folder: Path, files: Files) -> str:
    """The first difference between a vault and the log, in words; empty when there is none or no vault."""
    try:
        if read_vault(folder) is not None:
            _vault_of(folder, files)
    except TamperedError as broken:
        return str(broken)
    return ""


def purge(folder: Path, asked: Asked, *, by: str, reason: str, dry: bool, clock: Clock | None = None) -> Plan:
    """Purge evidence of a record, or say what would go. Raises ContentError for items that there are none of, TamperedError for a
    vault that does not fit its log."""
    from hotwash.adapters import signing

    files = read_record(folder)
    vault, events, kit = _vault_of(folder, files)
    contents = vault.contents
    if unknown := sorted({*asked.items} - {*contents}):
        write = f"Write one of: {', '.join(contents) or 'nothing, there is no evidence'}."
        raise ContentError.at(folder, f"there is no evidence item '{unknown[0]}' in it", write)
    now_ms = (clock or WallClock()).now()
    plan = plan_purge(contents, events, kit, asked, now_ms)
    if dry or not plan.goes:
        return plan
    if ("raw" in asked.forms) and "hash" not in asked.forms:
        mine = signing.own_key(key_folder())
        assert mine is not None
        contents = {item: with_hash(by_form, mine.vault) for item, by_form in contents.items()}
    if read_vault(folder) is None:
        write_vault(folder, contents)
    rewrite(folder, Vault(without(contents, plan), graves(vault.graves, contents, plan, now_ms, by, reason)))
    return plan
