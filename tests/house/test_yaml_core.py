"""The kit's reader speaks YAML 1.2 core: a word stays a word (docs/adr/0003)."""

import importlib
import pkgutil
from typing import Any

import pytest
import yaml

import hotwash.kit
from tests.support.project import SOURCE, files

WORDS = ["no", "No", "NO", "yes", "on", "off", "Off", "y", "n", "12:30", "12:30:00", "1_000", "2026-11-23", "=", "0b11"]
OTHERS = [
    ("true", "bool"),
    ("False", "bool"),
    ("null", "null"),
    ("~", "null"),
    ("12", "int"),
    ("0o14", "int"),
    ("1e3", "float"),
]


def readers() -> list[Any]:
    """The classes in `hotwash.kit` that decide what a plain scalar means."""
    found = []
    for info in pkgutil.walk_packages(hotwash.kit.__path__, prefix="hotwash.kit."):
        module = importlib.import_module(info.name)
        classes = [value for value in vars(module).values() if isinstance(value, type)]
        found += [one for one in classes if one.__module__ == info.name and hasattr(one, "yaml_implicit_resolvers")]
    return found


READERS = readers()


def meaning(text: str, reader: Any) -> str:
    return yaml.compose(text, Loader=reader).tag.removeprefix("tag:yaml.org,2002:")


def test_whoever_reads_yaml_brings_a_resolver_of_its_own():
    reads = [path for path in files(".py", under=SOURCE / "kit") if "import yaml" in path.read_text()]
    assert bool(READERS) == bool(reads)


@pytest.mark.parametrize("reader", READERS)
def test_words_stay_words(reader: Any):
    assert {word: meaning(word, reader) for word in WORDS} == dict.fromkeys(WORDS, "str")
    assert {text: meaning(text, reader) for text, _ in OTHERS} == dict(OTHERS)


@pytest.mark.parametrize("reader", READERS)
def test_a_leading_zero_is_not_octal(reader: Any):
    assert yaml.load("010", Loader=reader) != 8


@pytest.mark.parametrize("reader", READERS)
def test_content_cannot_name_python(reader: Any):
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.system ['true']", Loader=reader)
