"""Postmortems: built from a record, kept beside it, checked against it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper, record_beside
from hotwash.aftermath.html import to_html
from hotwash.aftermath.names import titled
from hotwash.aftermath.postmortem.check.check import check
from hotwash.aftermath.postmortem.check.finding import Finding
from hotwash.aftermath.postmortem.document import document
from hotwash.aftermath.postmortem.lookback import PAPERS
from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.postmortem.merge import merge
from hotwash.aftermath.postmortem.pages import pages
from hotwash.aftermath.postmortem.sources import sources
from hotwash.bootstrap.records import load_record, rebuild
from hotwash.conductor.close import close, players_of
from hotwash.conductor.record import DESIGN, EVENTS
from hotwash.kernel.errors import ContentError
from hotwash.kernel.event import Event

PAPER, BUILT = "postmortem.md", "postmortem.built.md"
"""What people edit, and what was built last: the common ground of a merge."""
FORMS = ("md", "html", "pdf", "docx")


def postmortem_material(record: Path) -> Material:
    """Everything that a postmortem is made of, computed anew. Raises TamperedError for a record that does not agree with itself."""
    files = load_record(record)
    home = improvement_of(record)
    papers = tuple(name for name in PAPERS if (home / name).exists())
    return replace(_computed(files[EVENTS], files[DESIGN], record), papers=papers)


@lru_cache(maxsize=4)
def _computed(events: bytes, design: bytes, record: Path) -> Material:
    """By content: a record that is played again and scored again is another one."""
    table, log = rebuild({**load_record(record), EVENTS: events, DESIGN: design})
    closing = close(table.design, log, table.what_if, table.par(), players=players_of(log))
    card = titled(closing.card, table.design.kit.lever_titles)
    return Material(closing.case, card, closing.frame, table.system.baseline(), persons=_persons(log))


def _persons(log: list[Event]) -> tuple[str, ...]:
    taken = [one.data for one in log if one.type in ("seat_taken", "seat_handed_over")]
    names = {one.get("person") or one.get("to_person") or "" for one in taken if one.get("holder") != "stand-in"}
    return tuple(sorted(names - {""}))


def build_postmortem(record: Path, material: Material | None = None) -> tuple[Path, int]:
    """Build it, or build it again and merge what people wrote since. Says where it is, and how many conflicts wait in it."""
    made = document(material or postmortem_material(record))
    before, edited = paper(record, BUILT), paper(record, PAPER)
    merged = merge(before or "", edited, made)
    path = keep_paper(record, PAPER, merged.text)
    keep_paper(record, BUILT, made)
    return path, merged.conflicts


@dataclass(frozen=True)
class Postmortem:
    """One that was read: its file, its text, and the record that it is about (None where none is known)."""

    file: Path
    text: str
    record: Path | None


def read_postmortem(path: Path, record: Path | None = None) -> Postmortem:
    """A drill's own, or a file's. Raises ContentError where there is none, or a file cannot be read."""
    if path.is_dir():
        home = find_record(path)
        text = paper(home, PAPER)
        if text is None:
            said, write = "nobody built a postmortem yet", f"Run `hotwash postmortem build {path}` first."
            raise ContentError.at(improvement_of(home) / PAPER, said, write)
        return Postmortem(improvement_of(home) / PAPER, text, home)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        said = "cannot be read as text in UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong.strerror)
        raise ContentError.at(path, said, "Name a drill, or a Markdown file.") from wrong
    return Postmortem(path, text, find_record(record) if record else record_beside(path))


def check_postmortem(text: str, record: Path | None, material: Material | None = None) -> list[Finding]:
    """What there is to mend in a text; citations are looked up where a record is given."""
    if record is None and material is None:
        return check(text, None)
    found = material or (postmortem_material(record) if record else None)
    return check(text, sources(found) if found else None)


def show_postmortem(record: Path, form: str, material: Material | None = None) -> bytes:
    """The postmortem of a record as it stands: `md`, `html`, `pdf` or `docx`. Raises ContentError for another form, or where none was built."""
    text = read_postmortem(record).text
    if form == "md":
        return text.encode()
    if form not in FORMS:
        raise ContentError.at("--format", f"there is no format '{form}'", f"Write one of: {', '.join(FORMS)}.")
    report = pages(text, material or postmortem_material(record))
    if form == "html":
        return to_html(report).encode()
    if form == "pdf":
        from hotwash.adapters.report_typst import to_pdf

        return to_pdf(report)
    from hotwash.adapters.report_docx import to_docx

    return to_docx(report)


def write_postmortem(record: Path, text: str, seen: str) -> bool:
    """Keep an edited text. False, and nothing is written, where the text is no longer the one that was `seen` (its digest)."""
    if digest_of(paper(record, PAPER) or "") != seen:
        return False
    keep_paper(record, PAPER, text.replace("\r\n", "\n"))
    return True


def digest_of(text: str) -> str:
    """SHA-256 of a text, to see whether it has changed meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()
