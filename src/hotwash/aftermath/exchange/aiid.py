"""A drill as the draft of a submission to the AI Incident Database, with the causal and domain axes of the MIT AI Risk Repository.

Without personal data, and not to be sent: a drill is no incident. It is there so that a team has written one before it must.
"""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from hotwash.aftermath.exchange.account import NOT_REAL, Account

DOMAINS = {
    "1": "Discrimination and toxicity", "2": "Privacy and security", "3": "Misinformation", "4": "Malicious actors",
    "5": "Human-computer interaction", "6": "Socioeconomic and environmental", "7": "AI system safety, failures and limitations",
}  # fmt: skip
"""Domains of the MIT AI Risk Repository, by the first figure of a subdomain."""
ATTACKS = frozenset({"misuse"})
"""Failure modes that somebody brings about on purpose: entity human, intent intentional."""


LONGEST = 500
"""Characters of a description in the database's form of submission."""
ONLY_PEOPLE: dict[str, str | list[str]] = {
    "url": "", "date_published": "", "date_downloaded": "", "authors": [], "submitters": [], "deployers": [], "developers": [], "harmed_parties": [],
}  # fmt: skip
"""What the form asks for and no record knows: the report that was published, and the names."""


def to_aiid(told: Account) -> dict[str, Any]:
    """The fields of a submission, with what only people can write left empty and named in `to_write`."""
    axis = next(iter(told.of_scheme("mit-ai-risk")), None)
    human = told.mode in ATTACKS
    low, high = told.people
    return {
        "do_not_submit": NOT_REAL,
        "title": f"EXERCISE: {told.title}",
        "incident_title": f"EXERCISE: {told.title}",
        "description": shorten(f"{NOT_REAL} {told.what}", LONGEST, placeholder=" ..."),
        "text": f"{NOT_REAL} {told.what}",
        "language": "en",
        "incident_date": told.onset.date().isoformat(),
        "incident_ids": [],
        **ONLY_PEOPLE,
        "editor_notes": f"People concerned, as the team assessed it: {_end(low)} to {_end(high)}.",
        "classification": {
            "Risk Domain": f"{axis.id[0]}. {DOMAINS[axis.id[0]]}" if axis else "",
            "Risk Subdomain": f"{axis.id}. {axis.name}" if axis else "",
            "Entity": "Human" if human else "AI",
            "Intent": "Intentional" if human else "Unintentional",
            "Timing": "Post-deployment",
        },
        "to_write": list(ONLY_PEOPLE),
    }


def _end(people: int | None) -> str:
    return "not known" if people is None else str(people)
