"""What the AI Incident Database asks of a submission of a new incident, written down anew from the rules of its public form (`schemas.js` in its
repository, as of commit 0dbcff12). The form takes names as one text as well; lists are what the database stores.
"""

from typing import Any

DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
TITLE = {"type": "string", "minLength": 6, "maxLength": 500}


def _names(least: int) -> dict[str, Any]:
    return {"type": "array", "minItems": least, "items": {"type": "string", "minLength": 3, "maxLength": 200}}


SUBMISSION: dict[str, Any] = {
    "type": "object",
    "required": [
        "title", "incident_title", "description", "text", "incident_date", "date_published", "date_downloaded", "url", "authors", "deployers",
        "developers", "harmed_parties",
    ],
    "properties": {
        "title": TITLE, "incident_title": TITLE, "description": {"type": "string", "minLength": 3, "maxLength": 500},
        "text": {"type": "string", "minLength": 80, "maxLength": 50_000}, "language": {"type": "string", "minLength": 2, "maxLength": 2},
        "incident_date": DAY, "date_published": DAY, "date_downloaded": DAY, "url": {"type": "string", "pattern": "^https?://"},
        "incident_ids": {"type": "array", "items": {"type": "integer"}}, "editor_notes": {"type": "string"},
        "authors": _names(1), "submitters": _names(0), "deployers": _names(1), "developers": _names(1), "harmed_parties": _names(1),
    },
}  # fmt: skip
