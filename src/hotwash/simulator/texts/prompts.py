"""What people write: a question in their language, typed the way their device and surface make them type."""

from __future__ import annotations

import re

from hotwash.kernel.seeds import Pick
from hotwash.simulator.texts.fill import fill
from hotwash.simulator.texts.scene import Scene

PHONES = ("ios", "android")
FORMAL = ("email",)
CHAT_MANNERS = ("hi", "tail")
_WORD = re.compile(r"[a-zà-öø-ÿ]{6,}[.,!?]?")
_FULL_STOP = re.compile(r"[.?!。]$")


def prompt_of(scene: Scene) -> str:
    """The prompt of a row. It hangs on the row alone, never on a lever."""
    facts, voice, pick = scene.facts, scene.voice, scene.pick("prompt")
    surface = facts.dims.get("surface", "")
    # A letter greets and signs by itself.
    values = {**scene.values, **dict.fromkeys(CHAT_MANNERS, "")} if surface in FORMAL else scene.values
    options = voice.probes if facts.adversarial else scene.topic.prompts[scene.language]
    text = fill(pick.of(options), values, voice.slots, pick)
    if voice.items or facts.adversarial:
        text = _typed(text, facts.dims.get("device", ""), surface, pick)
    frames = voice.surfaces.get(surface)
    if not frames:
        return text
    return fill(pick.of(frames), {**scene.values, "text": text}, voice.slots, pick)


def _typed(text: str, device: str, surface: str, pick: Pick) -> str:
    capital = pick.chance(15 if device in PHONES else 65)
    if device in PHONES:
        if pick.chance(20):
            text = _slip(text, pick)
        if pick.chance(30):
            text = " ".join(word if _code(word) else word.lower() for word in text.split(" "))
    if capital or surface in FORMAL:
        text = text[:1].upper() + text[1:] if not _code(text.split(" ", maxsplit=1)[0]) else text
    elif pick.chance(20):
        text = _FULL_STOP.sub("", text)
    return text


def _code(word: str) -> bool:
    """Order numbers, amounts and addresses are pasted, not typed."""
    return "@" in word or any(letter.isdigit() for letter in word)


def _slip(text: str, pick: Pick) -> str:
    """Two letters of one ordinary word the wrong way round."""
    words = text.split(" ")
    places = [at for at, word in enumerate(words) if _WORD.fullmatch(word)]
    if not places:
        return text
    at = pick.of(places)
    word = words[at]
    cut = 1 + pick.below(4)
    words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)
