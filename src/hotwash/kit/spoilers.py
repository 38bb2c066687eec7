"""Whether what players read gives away what they are to find out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.secret import ScenarioSecret
from hotwash.kit.sources import Findings, Place

RUN = 6
"""This many words of a secret text in a row are no accident. Five still meets phrases of the trade ("since the start of
the drill"), seven misses short sentences of an answer key."""


def check_spoilers(scenario: Scenario, secret: ScenarioSecret, findings: Findings) -> None:
    """Note every player text that shares a run of words with a secret one, or names a fault by its id."""
    told = [(run, place) for place, text in _secret_texts(secret) for run in _runs(text)]
    secrets = dict(reversed(told))
    ids = {fault.id for fault in secret.world.faults}
    for place, text in player_texts(scenario):
        for run in _runs(text):
            if run in secrets:
                where = " ".join(map(str, secrets[run]))
                found = f"players would read '{' '.join(run)}', which stands in the secret half ({where})"
                words = re.compile(r"\W+".join(map(re.escape, run)), re.IGNORECASE)
                findings.add_in_text(place, words, found, "Say it in other words, or leave it to an inject.")
                break
        for name in ids:
            if name in re.findall(r"[\w-]+", text):
                found = f"players would read the id of the fault '{name}'"
                findings.add_in_text(place, name, found, "Leave it out.")


def player_texts(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Everything that players may read before and during play without being told by an inject."""
    yield ("scenario", "title"), scenario.title
    yield ("scenario", "summary"), scenario.summary
    for i, objective in enumerate(scenario.objectives):
        yield ("scenario", "objectives", i), objective
    for i, change in enumerate(scenario.changes):
        yield ("scenario", "changes", i, "note"), change.note
    yield ("scenario", "note"), scenario.note
    yield ("brief",), scenario.brief


def _secret_texts(secret: ScenarioSecret) -> Iterator[tuple[Place, str]]:
    key, world = secret.key, secret.world
    yield ("key", "what_happened"), key.what_happened
    yield ("key", "contained_means"), key.contained_means
    for i, step in enumerate(key.plan):
        yield ("key", "plan", i), step
    for i, clue in enumerate(key.clues):
        yield ("key", "clues", i), clue.clue
    for i, fault in enumerate(world.faults):
        yield ("world", "faults", i, "note"), fault.note
    for i, distractor in enumerate(world.distractors):
        yield ("world", "distractors", i, "note"), distractor.note
    for i, inject in enumerate(secret.msel):
        yield ("msel", i, "evaluator"), inject.evaluator
        yield ("msel", i, "notes"), inject.notes
    yield ("guide",), secret.facilitator_guide


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w'-]+", text.casefold())
    yield from zip(*(words[start:] for start in range(RUN)), strict=False)
