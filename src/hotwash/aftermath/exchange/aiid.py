"""A drill as the draft of a submission to the AI Incident Database, with the causal and domain axes of the MIT AI Risk Repository.

Without personal data, and not to be sent: a drill is no incident. It is there so that a team has written one before it must.
"""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.exchange.account import NOT_REAL, Account

DOMAINS = {
    "1": "Discrimination and toxicity", "2": "Privacy and security", "3": "Misinformation", "4": "Malicious actors",
    "5": "Human-computer interaction", "6": "Socioeconomic and environmental", "7": "AI system safety, failures and limitations",
}  # fmt: skip
"""Domains of the MIT AI Risk Repository, by the first figure of a subdomain."""
ATTACKS = frozenset({"misuse"})
"""Failure modes that somebody brings about on purpose: entity human, intent intentional."""


def to_aiid(told: Account) -> dict[str, Any]:
    """The fields of a submission, with what only people can write left empty and named in `to_write`."""
    axis = next(iter(told.of_scheme("mit-ai-risk")), None)
    human = told.mode in ATTACKS
    low, high = told.people
    return {
        "do_not_submit": NOT_REAL,
        "title": f"EXERCISE: {told.title}",
        "description": f"{NOT_REAL} {told.what}",
        "incident_date": told.onset.date().isoformat(),
        "date_published": "",
        "url": "",
        "authors": [],
        "submitters": [],
        "deployers": [],
        "developers": [],
        "harmed_parties": [],
        "editor_notes": f"People concerned, as the team assessed it: {_end(low)} to {_end(high)}.",
        "classification": {
            "Risk Domain": f"{axis.id[0]}. {DOMAINS[axis.id[0]]}" if axis else "",
            "Risk Subdomain": f"{axis.id}. {axis.name}" if axis else "",
            "Entity": "Human" if human else "AI",
            "Intent": "Intentional" if human else "Unintentional",
            "Timing": "Post-deployment",
        },
        "to_write": ["url", "date_published", "authors", "submitters", "deployers", "developers", "harmed_parties"],
    }


def _end(people: int | None) -> str:
    return "not known" if people is None else str(people)
