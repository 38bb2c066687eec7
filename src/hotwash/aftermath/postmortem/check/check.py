"""The check of a postmortem: sections, citations, claims, causes, blame. Rules only: a paper without findings is not therefore true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotwash.aftermath.postmortem.check.blame import blamed
from hotwash.aftermath.postmortem.check.causes import symptom_as_cause
from hotwash.aftermath.postmortem.check.claims import is_claim
from hotwash.aftermath.postmortem.check.finding import Finding
from hotwash.aftermath.postmortem.check.reading import Paper, Statement, read_paper
from hotwash.aftermath.postmortem.check.support import unsupported
from hotwash.aftermath.postmortem.document import FORM
from hotwash.aftermath.postmortem.sources import Source, Sources

ACTIONS = "Causes and actions"
"""Under this heading stand plans; what is a claim by its form is still one there."""


def check(text: str, known: Sources | None) -> list[Finding]:
    """Everything to mend, in order of the file. Without a record (`known` None) citations are not looked up."""
    paper = read_paper(text)
    found = [*_form(paper), *_conflicts(paper)]
    for one in paper.statements:
        if not one.under and "EXERCISE" in one.text:
            continue  # the line on how to treat the paper
        found += _statement(one, known)
    return sorted(found, key=lambda one: (one.line, one.column, one.rule))


def _form(paper: Paper) -> Iterator[Finding]:
    """EXERCISE on top, every section there, none of them empty."""
    if "EXERCISE" not in paper.first:
        yield Finding(
            "not-marked",
            1,
            1,
            paper.first[:60],
            "the first line does not say EXERCISE",
            "Begin with **EXERCISE**: whatever leaves the room says so.",
        )
    there = {one.text.lower(): one for one in paper.titles}
    filled = {one.under.lower() for one in paper.statements}
    last = paper.titles[-1].line if paper.titles else 1
    for chapter in FORM:
        title = there.get(chapter.title.lower())
        if title is None:
            write = f"Write “{'#' * chapter.level} {chapter.title}” and what is known, or build it again."
            yield Finding("section-missing", last, 1, chapter.title, f"the section “{chapter.title}” is missing", write)
        elif title.text.lower() not in filled:
            why = f"nothing stands under “{chapter.title}”"
            yield Finding(
                "section-empty", title.line, 1, title.text, why, "Write what is known, or “Not known:” and why."
            )


def _conflicts(paper: Paper) -> Iterator[Finding]:
    for line, part in paper.conflicts:
        why = f"what was built now differs from what was edited in the part “{part}”"
        yield Finding("undecided", line, 1, part, why, "Take over what is right, then delete the note and its block.")


def _statement(one: Statement, known: Sources | None) -> Iterator[Finding]:
    if not one.cites and is_claim(one.text):
        write = "Cite what shows it, as in [e12], [item:trace-1] or [fig:harm-realised]; or begin with “Believed:” if nothing does."
        yield Finding("uncited", one.line, one.column, _short(one.text), "this states a fact and cites nothing", write)
    yield from _wording(one, known)
    if known is not None:
        yield from _cites(one, known)
        yield from _names(one, known)


def _wording(one: Statement, known: Sources | None) -> Iterator[Finding]:
    cause = symptom_as_cause(one.text)
    if cause is not None:
        words = one.text[slice(*cause)]
        why = f"“{words}” is a symptom, and no cause"
        write = "Write what let it happen: which input, prompt, passage, version or control, and why that got through."
        yield Finding("cause-is-symptom", one.line, one.column, words, why, write)
    fault = blamed(one.text, known.persons if known else ())
    if fault is not None:
        words = one.text[fault.start : fault.end]
        write = (
            "Write what the seat knew, what it had at hand and what the system made easy; leave out who ought to have."
        )
        yield Finding("blame", one.line, one.column, words, f"“{words}” blames a person or a seat", write)


def _names(one: Statement, known: Sources) -> Iterator[Finding]:
    for person in known.persons:
        if re.search(rf"\b{re.escape(person)}\b", one.text, re.IGNORECASE):
            yield Finding(
                "name", one.line, one.column, person, "this names a person", "Write the seat and not the name."
            )


def _cites(one: Statement, known: Sources) -> Iterator[Finding]:
    cited: list[Source] = []
    for ref in one.cites:
        source = known.by_ref.get(ref.ref)
        if source is None:
            write = "Cite an event (e12), an item (item:trace-1), a figure (fig:harm-realised), the key (key:cause) or the kit (kit:rollback) of this record."
            yield Finding("unknown-citation", ref.line, ref.column, ref.ref, f"the record has no {ref.ref}", write)
        else:
            cited.append(source)
    if not cited or len(cited) < len(one.cites):
        return
    figures = [source for source in cited if source.ref.startswith("fig:")]
    for words, why in unsupported(one.text, cited, known):
        if figures and len(figures) == len(cited):
            shown = "; ".join(
                f"{source.ref} is {source.title}: {source.text.rpartition(': ')[2]}" for source in figures[:3]
            )
            yield Finding(
                "figure-differs",
                one.line,
                one.column,
                words,
                f"{why}; {shown}",
                "Write the figure of the record, or cite another.",
            )
        else:
            yield Finding(
                "unsupported",
                one.line,
                one.column,
                words,
                why,
                "Cite what shows it too, or write what the cited entries say.",
            )


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:99]}…"
