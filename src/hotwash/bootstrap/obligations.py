"""Obligations of an organisation's own incident, outside of any drill."""

from __future__ import annotations

from pathlib import Path

from hotwash.bootstrap.kits import own_kit
from hotwash.comms.obligations.check import Checked, check
from hotwash.comms.obligations.from_file import incident_of
from hotwash.kit.incidents import load_incident, start_incident
from hotwash.kit.schema.facts import IncidentFacts


def check_obligations(file: Path, kit: Path | None = None) -> tuple[IncidentFacts, Checked]:
    """Facts in a file against the obligations of a kit, the base where none is named. Raises ContentError."""
    ours = own_kit(kit)
    facts = load_incident(file, ours)
    return facts, check(ours, incident_of(facts))


__all__ = ["check_obligations", "start_incident"]
