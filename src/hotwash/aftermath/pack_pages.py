"""A system pack for print: the half minute first, and the whole on two pages."""

from __future__ import annotations

import re

from hotwash.aftermath.blocks import Page, Report
from hotwash.kit.schema.system import SystemSpec

HANDLING = "EXERCISE · an invented system · players may read this"


def pack_pages(spec: SystemSpec) -> Report:
    """The system card as a report. Its own first heading becomes the title."""
    text = spec.card.strip()
    head = re.match(r"# (.+)\n", text)
    title = head.group(1) if head else spec.title
    kind = "scores and decides" if spec.kind == "classifier" else "answers and acts"
    facts = [("System", spec.id), ("Kind", kind), ("Requests a minute", f"{spec.requests_per_second * 60:,.0f}")]
    return Report(title, spec.title, HANDLING, facts, [Page(text[head.end() :] if head else text, under=1)])
