"""What the import contracts cannot say about the rooms."""

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.support.project import SOURCE, files, shown

SECRET = "hotwash.kit.secret"


def imports(path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_kernel_imports_the_standard_library_and_itself():
    strangers = [
        f"{shown(path)}: {name}"
        for path in files(".py", under=SOURCE / "kernel")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("hotwash.kernel")
    ]
    assert not strangers


def test_content_is_text():
    """No code travels in content: kits and scenarios come from other people."""
    allowed = {".yaml", ".md", ".json", ".csv", ".jsonl", ".txt", ".html", ".css", ".svg"}
    strangers = [shown(path) for path in files(*[""], under=SOURCE / "content")]
    strangers += [
        shown(path) for path in (SOURCE / "content").rglob("*") if path.is_file() and path.suffix not in allowed
    ]
    assert not strangers


def blind_modules() -> Iterator[str]:
    """Modules that must not hold an answer-key type: every stand-in, and every view that a player gets."""
    for package in ("standins", "drill/views"):
        folder = SOURCE / package
        dotted = "hotwash." + package.replace("/", ".")
        for info in pkgutil.walk_packages([str(folder)], prefix=f"{dotted}."):
            if package == "standins" or info.name.removeprefix(f"{dotted}.").startswith("player"):
                yield info.name


def held_secrets(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if (isinstance(value, ModuleType) and value.__name__ == SECRET)
        or (isinstance(value, type) and value.__module__ == SECRET)
        or (callable(value) and getattr(value, "__module__", None) == SECRET)
    ]


@pytest.mark.parametrize("name", sorted(blind_modules()))
def test_no_blind_module_holds_a_secret_type_by_whatever_way(name: str):
    assert held_secrets(importlib.import_module(name)) == []


def test_a_re_exported_secret_would_be_seen():
    module = ModuleType("hotwash.standins.cheat")
    module.AnswerKey = type("AnswerKey", (), {"__module__": SECRET})  # type: ignore[attr-defined]  # a stub of a module
    assert held_secrets(module) == ["AnswerKey"]
