"""What a tracker's tickets are to be, held against what they are: nothing is closed anywhere without a green verification here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from hotwash.aftermath.capa.facts import Replaced, Verified
from hotwash.aftermath.capa.plain import check_words, run_words, state_words
from hotwash.aftermath.capa.standing import Standing
from hotwash.ports.tracker import Held, Ticket

Deed = Literal["create", "update", "close", "reopen", "flag", "nothing"]
BEGIN = "[hotwash begin: what stands from here to the end mark is written again by each sync]"
END = "[hotwash end]"
_BLOCK = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Step:
    """What is done with one action's ticket. `says` is for people; `ticket` is None where nothing is written."""

    action: str
    deed: Deed
    says: str
    ticket: Ticket | None = None
    why: str = ""


def marker_of(drill: str, action: str) -> str:
    """The marker of an action. It ends with a sign that no id has, so that none is the beginning of another."""
    return f"hotwash-capa:{re.sub(r'[^A-Za-z0-9_.-]+', '-', drill)}/{action};"


def step_for(one: Standing, drill: str, held: Held | None) -> Step:
    """The one step that makes a ticket right; for a ticket that is right, nothing."""
    name, marker = one.action.id, marker_of(drill, one.action.id)
    block = _block(one, marker)
    title = _title(one)
    done = not one.is_open
    if held is None:
        if done:
            return Step(name, "nothing", f"{state_words(one)} here, and there is no ticket")
        return Step(name, "create", "no ticket yet", Ticket(marker, title, block))
    text = _with_block(held.text, block)
    if held.closed and not done:
        if one.state == "green":
            return Step(name, "flag", f"{held.ref} is closed there and verified green here: close it with `hotwash capa close`")  # fmt: skip
        why = f"Opened again: it was closed here, and its verification is not green ({run_words(one)}). It closes when `hotwash capa verify` is green."  # fmt: skip
        return Step(name, "reopen", f"{held.ref} was closed there, and its verification is not green here", Ticket(marker, title, text), why)  # fmt: skip
    if done and not held.closed:
        return Step(name, "close", f"{held.ref}: {state_words(one)}", Ticket(marker, title, text, closed=True), f"Closed: {run_words(one) if one.state == 'closed' else _instead(one)}.")  # fmt: skip
    if (held.title, held.text.rstrip()) == (title, text.rstrip()):
        return Step(name, "nothing", f"{held.ref} is as it should be")
    return Step(name, "update", f"{held.ref} says something else", Ticket(marker, title, text, closed=done))


def _instead(one: Standing) -> str:
    """Why a ticket is closed whose action was given up: another one stands in its place, and has a ticket of its own."""
    why = one.replaced.fact.reason if one.replaced is not None and isinstance(one.replaced.fact, Replaced) else ""
    return f"{state_words(one)}: {why}"


def _title(one: Standing) -> str:
    whole = " ".join(f"EXERCISE {one.action.id}: {one.action.action}".split())
    return whole if len(whole) <= LONGEST_TITLE else whole[: LONGEST_TITLE - 1].rstrip() + "…"


def _block(one: Standing, marker: str) -> str:
    """What we keep in a ticket. No name of today in it: a second sync of the same state writes the same."""
    action = one.action
    rows = [
        ("Action", action.action), ("Finding", action.finding), ("Evidence", f"events {', '.join(map(str, action.cites))} of the record" if action.cites else ""),
        ("Type", f"{action.type}, {action.horizon}"), ("Owner", action.owner), ("Due", one.deadline.isoformat()), ("Score", f"{one.points} of 9"),
        ("Until then", action.interim), ("Depends on", ", ".join(action.depends_on)), ("Verification", check_words(action.verification)), ("State", state_words(one)),
    ]  # fmt: skip
    if one.verified is not None and isinstance(one.verified.fact, Verified):
        rows.append(("Newest run", run_words(one)))
    lines = [f"- {label}: {_plain(text)}" for label, text in rows if text]
    return "\n".join(
        [BEGIN, "", "EXERCISE: this action comes from a drill, not from a real incident.", "", *lines, "", marker, END]
    )


def _plain(text: str) -> str:
    """One line that cannot end our block or call somebody by name in a tracker."""
    return " ".join(text.split()).replace("[hotwash", "(hotwash").replace("@", "@\u200b")


def _with_block(text: str, block: str) -> str:
    """The ticket's text with our part renewed; what people wrote around it stays."""
    if _BLOCK.search(text):
        return _BLOCK.sub(lambda _: block, text, count=1)
    return f"{text.rstrip()}\n\n{block}" if text.strip() else block
