"""Rooms that must not hold the answer key hold nothing that was defined where it lives, by whatever way it came in."""

import importlib
import pkgutil
from types import ModuleType

import pytest

import hotwash.standins
from hotwash.drill.views import player

SECRET = ("hotwash.kit.secret", "hotwash.simulator", "hotwash.scoring")


def modules() -> list[ModuleType]:
    names = [one.name for one in pkgutil.walk_packages(hotwash.standins.__path__, "hotwash.standins.")]
    return [player, *map(importlib.import_module, names)]


def held(module: ModuleType) -> list[str]:
    """Names in a module that were defined in a secret one, or are one."""
    found = []
    for name, value in vars(module).items():
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
        if home.startswith(SECRET):
            found.append(f"{module.__name__}.{name} is from {home}")
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__.removeprefix("hotwash."))
def test_no_name_leads_to_the_answer_key(module: ModuleType):
    assert held(module) == []


def test_a_re_export_would_be_seen():
    """As if a harmless module had handed the answer key on."""
    secret = importlib.import_module("hotwash.kit.secret")
    planted = ModuleType("hotwash.standins.planted")
    planted.Key = secret.AnswerKey
    planted.hidden = secret
    assert len(held(planted)) == 2
