"""Templates with {slots}."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hotwash.kernel.seeds import Pick

SLOT = re.compile(r"\{([a-z_]+)\}")
_SPACES = re.compile(r"[ \t]{2,}")
_EDGES = re.compile(r" *\n *")


def slots_of(template: str) -> frozenset[str]:
    """The names of a template's slots."""
    return frozenset(SLOT.findall(template))


def fill(template: str, values: Mapping[str, str], lists: Mapping[str, Sequence[str]], pick: Pick) -> str:
    """A template with its slots filled from `values`, else with one entry of a list, which may have slots itself.

    Runs of spaces that empty entries leave behind are closed. Raises KeyError for a slot that has neither.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        return values[name] if name in values else SLOT.sub(put, pick.of(lists[name]))

    text = _SPACES.sub(" ", SLOT.sub(put, template))
    return _EDGES.sub("\n", text).strip()
