"""Which formats of others are spoken, which way, from what, and what each does not hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One format: `ways` are `in` and `out`; `of` is what of ours it stands for; `loses` is said at each export."""

    id: str
    title: str
    of: str
    ways: tuple[str, ...]
    ending: str
    loses: str
    other_endings: tuple[str, ...] = ()
    """Further kinds of file that it can be written as."""

    @property
    def endings(self) -> tuple[str, ...]:
        """Every kind of file that it is written as, the usual one first."""
        return (self.ending, *self.other_endings)


FORMATS = (
    Format("msel", "HSEEP Master Scenario Events List", "scenario", ("out", "in"), "xlsx", "Nothing: what HSEEP has no column for stands at the right as JSON."),
    Format("cexf", "Common Exercise Format (MISP project)", "scenario", ("out", "in"), "json",
           "Conditions, facts revealed, deadlines, dimensions and facilitator's notes; expectations become counts of events. World and answer key stay here."),
    Format("openaev", "OpenAEV or OpenBAS scenario export", "scenario", ("in",), "json", "Payloads, teams, documents, expectations."),
    Format("cacao", "CACAO 2.0 playbook (OASIS)", "runbook", ("out", "in"), "json",
           "Emphasis and what stands outside lists; what not to do goes into the description. Steps run in order: options of containment are no branches."),
    Format("aar-ip", "HSEEP After-Action Report and Improvement Plan", "record", ("out",), "xlsx", "Charts, timeline and traces: they are in the report. Dates, sponsor and organisations are for people to fill in.", ("docx",)),
    Format("avid", "AVID report", "record", ("out",), "json", "Segments, levers and people: AVID describes a model's problem, not a response."),
    Format("aiid", "AI Incident Database, submission draft", "record", ("out",), "json", "Everything but the account and its classification; a drill is not to be submitted."),
    Format("veris", "VERIS incident", "record", ("out",), "json", "Harm that is neither disclosure nor alteration, and everything about the response but its times."),
)  # fmt: skip
