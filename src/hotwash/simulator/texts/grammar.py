"""Filling templates, and writing as people do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hotwash.kernel.seeds import Pick

SLOT = re.compile(r"\{([a-z_]+)\}")
PHONES = ("ios", "android")
SPACES = re.compile(r"[ \t]{2,}")
LOOSE = re.compile(r" +([,.?!])")


class Grammar:
    """Fills the slots of one voice for one scene; a slot is a value of the scene or an alternative of the voice."""

    def __init__(self, values: Mapping[str, str], slots: Mapping[str, Sequence[str]], pick: Pick) -> None:
        self._values, self._slots, self._pick = values, slots, pick

    def one(self, templates: Sequence[str], **more: str) -> str:
        """One of the templates, filled."""
        return self.fill(self._pick.of(templates), **more)

    def fill(self, template: str, **more: str) -> str:
        """A template with every slot filled. Raises KeyError naming a slot that neither scene nor voice has."""

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name in more:
                return more[name]
            if name in self._values:
                return self._values[name]
            return self.fill(self._pick.of(self._slots[name]), **more)

        return LOOSE.sub(r"\1", SPACES.sub(" ", SLOT.sub(value, template))).strip()


def typed(text: str, device: str, pick: Pick) -> str:
    """A text as somebody types it: in lower case and with two letters swapped now and then, more so on a phone."""
    if device in PHONES and pick.chance(33):
        text = text[:1].lower() + text[1:]
    if device in PHONES and pick.chance(20):
        text = _swapped(text, pick)
    return text.rstrip(".?! ") or text if pick.chance(15) else text


def _swapped(text: str, pick: Pick) -> str:
    """Two neighbouring letters of one longer word change places; numbers and addresses stay as they are."""
    words = list(re.finditer(r"(?<![\w@.])[a-zà-ÿ]{5,}(?![\w@.])", text))
    if not words:
        return text
    word = pick.of(words)
    at = word.start() + 1 + pick.below(len(word[0]) - 3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
