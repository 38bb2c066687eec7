"""Actions as words and as plain data."""

from __future__ import annotations

from typing import Any

from hotwash.aftermath.capa.facts import FollowedUp, Verified
from hotwash.aftermath.capa.standing import Standing
from hotwash.kit.schema.capa import Verification


def state_words(one: Standing) -> str:
    """Its state, for people."""
    words = {
        "open": "open", "green": "open, verified green", "red": "open, verification red", "closed": "closed",
        "reopened": "open again: changed or red after it was closed", "not effective": "open again: does not work in practice", "replaced": f"replaced by {one.replaced_by}",
    }  # fmt: skip
    return words[one.state]


def check_words(check: Verification) -> str:
    """What will be run, on one line."""
    if check.command is not None:
        return f"command: {' '.join(check.command.run)}"
    if check.suite is not None:
        return f"suite: {check.suite.file} against {check.suite.target}"
    if check.query is not None:
        bounds = [f"{word} {bound:g}" for word, bound in (("at least", check.query.at_least), ("at most", check.query.at_most)) if bound is not None]  # fmt: skip
        return f"query of {check.query.traces}: {' and '.join(bounds)}"
    if check.gate is not None:
        return f"gate {check.gate.gate or 'all'} of {check.gate.folder} against {check.gate.target}"
    assert check.attestation is not None
    return f"attestation by {check.attestation.by}, until {check.attestation.expires}"


def run_words(one: Standing) -> str:
    """The newest run, or what would be run."""
    if one.verified is None:
        again = "changed since its last run; " if one.stale else ""
        return f"{again}{check_words(one.action.verification)}"
    fact = one.verified.fact
    assert isinstance(fact, Verified)
    return f"{'green' if fact.green else 'red'}: {fact.said}"


def as_data(one: Standing) -> dict[str, Any]:
    """One action for machines: its form, and where it stands."""
    fact = one.verified.fact if one.verified is not None else None
    return {
        **one.action.model_dump(mode="json", exclude_none=True), "state": one.state, "due": one.deadline.isoformat(), "late": one.late,
        "points": one.points, "moved": len(one.moves), "tickets": dict(one.tickets), "replaced_by": one.replaced_by or None,
        "follow_ups": [{"days": look.fact.days, "works": look.fact.works, "seen": look.fact.seen, "by": look.person} for look in one.followed if isinstance(look.fact, FollowedUp)],
        "verified": None if not isinstance(fact, Verified) else {
            "green": fact.green, "said": fact.said, "exit_code": fact.exit_code, "output_sha256": fact.output_sha256,
            "stale": one.stale,
        },
    }  # fmt: skip
