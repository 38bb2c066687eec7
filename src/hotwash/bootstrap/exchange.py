"""Kit, scenarios and records in the formats of others, out and in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from hotwash.adapters.improvement_folder import find_record
from hotwash.adapters.json_schema import Fit, held_against
from hotwash.adapters.workbook import read_xlsx, to_xlsx
from hotwash.aftermath.exchange.account import account
from hotwash.aftermath.exchange.aiid import to_aiid
from hotwash.aftermath.exchange.avid import to_avid
from hotwash.aftermath.exchange.hseep import Sheet, to_hseep
from hotwash.aftermath.exchange.hseep_report import hseep_report
from hotwash.aftermath.exchange.veris import to_veris
from hotwash.bootstrap.records import load_record, score_again
from hotwash.kernel.errors import ContentError
from hotwash.kernel.readable import readable
from hotwash.kit.exchange import msel
from hotwash.kit.exchange.cacao import from_cacao, to_cacao
from hotwash.kit.exchange.cexf import from_cexf, to_cexf
from hotwash.kit.exchange.formats import FORMATS, Format
from hotwash.kit.exchange.given import GivenInjects
from hotwash.kit.exchange.openaev import from_openaev
from hotwash.kit.load import load_kit, load_scenario
from hotwash.kit.text import read_text
from hotwash.kit.writing import to_yaml

DRAFT = (
    "Draft from {file}, to be worked on: choose seats, times and what is revealed; then hotwash scenario check.\n{lost}"
)


@dataclass(frozen=True)
class Exported:
    """A file in another format, not yet written, and what it does not hold."""

    body: bytes
    loses: str


@dataclass(frozen=True)
class Imported:
    """Content of ours as text, and what was lost, broken or guessed."""

    text: str
    lost: tuple[str, ...]


def export_as(form: str, source: str, kit: Path | None = None, ending: str = "") -> Exported:
    """A scenario (msel, cexf), a runbook of the kit (cacao) or a record (aar-ip, avid, aiid, veris). `ending` chooses among the kinds of
    file that the format is written as. Raises ContentError."""
    known = _format(form, "out")
    if known.other_endings and ending and ending not in known.endings:
        said = f"{form} is not written as '.{ending}'"
        raise ContentError.at("--to", said, f"End the name in .{' or .'.join(known.endings)}.")
    if form in ("msel", "cexf"):
        scenario, secret = load_scenario(source)
        if form == "cexf":
            return Exported(readable(to_cexf(scenario, secret.msel), sort=False).encode(), known.loses)
        widths = tuple(width for _, _, width in msel.COLUMNS)
        rows = tuple(tuple(row) for row in msel.to_rows(secret.msel, scenario))
        head = len(msel.head_rows(scenario)) + 1
        return Exported(to_xlsx([Sheet(msel.SHEET, rows, widths, head)]), known.loses)
    if form == "cacao":
        return Exported(readable(_playbook(source, kit), sort=False).encode(), known.loses)
    closing = score_again(load_record(find_record(Path(source))))
    if form == "aar-ip" and ending == "docx":
        from hotwash.adapters.report_docx import to_docx

        return Exported(to_docx(hseep_report(closing.case, closing.card)), known.loses)
    if form == "aar-ip":
        return Exported(to_xlsx(to_hseep(closing.case, closing.card)), known.loses)
    told = account(closing.case, closing.card)
    return Exported(
        readable({"avid": to_avid, "aiid": to_aiid, "veris": to_veris}[form](told), sort=False).encode(), known.loses
    )


def _playbook(source: str, kit: Path | None) -> dict[str, Any]:
    found = load_kit(kit)
    guides = {one.id: one for one in found.guides}
    guide = guides.get(source) or guides.get(f"runbook-{source}")
    if guide is None:
        runbooks = ", ".join(one.id for one in found.guides if one.kind == "runbook")
        raise ContentError.at(source, "is no guide of the kit", f"Write one of: {runbooks}.")
    checked = max(one.checked_on for one in found.provenance.values())
    seats = {seat: one.title for seat, one in found.roles.seats.items()}
    return to_cacao(guide, datetime.combine(checked, time(), UTC), found.id, seats)


def import_from(form: str, file: Path, modes: Sequence[str] = ()) -> Imported:
    """An MSEL (msel, cexf, openaev) as msel.yaml, a playbook (cacao) as a draft runbook. Raises ContentError."""
    _format(form, "in")
    if form == "cacao":
        book = from_cacao(read_text(file), file, modes)
        return Imported(book.markdown, book.lost)
    if form == "msel":
        found = msel.from_rows(read_xlsx(file, msel.SHEET), file)
        return Imported(to_yaml(found), ())
    given: GivenInjects = {"cexf": from_cexf, "openaev": from_openaev}[form](read_text(file), file)
    if not given.injects:
        raise ContentError.at(file, "holds no inject", "Name a file with injects.")
    lost = "\n".join(given.lost)
    return Imported(to_yaml(given.injects, DRAFT.format(file=file.name, lost=lost).strip()), given.lost)


def fit(file: Path, schema: Path) -> Fit:
    """How a JSON file fits a schema that the user has. Raises ContentError, and NotSupportedError without the library."""
    return held_against(file, schema)


def _format(form: str, way: str) -> Format:
    known = {one.id: one for one in FORMATS if way in one.ways}
    if form not in known:
        said = f"'{form}' is no format to {'export' if way == 'out' else 'import'}"
        raise ContentError.at("FORMAT", said, f"Write one of: {', '.join(known)}.")
    return known[form]
