"""Reading YAML and Markdown with front matter: plain data, and the line and column of everything in it.

libyaml parses; what a plain scalar means is decided here by the core schema of YAML 1.2.2, section 10.3 (so `no` is a
word and `010` is ten). RefusedError: keys given twice, tags, more than one document, files that are too large or that
grow too large through aliases.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from hotwash.kernel.errors import ContentError, Located, Problem

MOST_BYTES = 1_000_000
"""Largest content file; the largest one that ships has about a tenth of it."""
MOST_NODES = 100_000
"""Most values in one file once aliases are written out: what keeps ten lines from becoming a billion values."""
MOST_DEPTH = 40

Steps = Sequence[str | int]
CORE = "tag:yaml.org,2002:"
TAGS = frozenset(CORE + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))
_SCALARS: tuple[tuple[str, str, str], ...] = (
    ("null", r"null|Null|NULL|~|", "nN~\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     "-+.0123456789"),
)  # fmt: skip


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, pattern, first in _SCALARS:
        for letter in first:
            key = "" if letter == "\0" else letter
            table.setdefault(key, []).append((CORE + name, re.compile(f"^(?:{pattern})$")))
    return table


class CoreLoader(yaml.CSafeLoader):
    """libyaml's parser with the implicit types of the YAML 1.2 core schema."""

    yaml_implicit_resolvers = _resolvers()


def plain(node: yaml.Node) -> str | int | float | bool | None:
    """The value of a scalar, by the tag that the core schema gave it."""
    kind, text = node.tag.removeprefix(CORE), str(node.value)
    if kind == "str":
        return text
    if kind == "int":
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if kind == "float":
        return float(re.sub(r"\.(inf|nan)$", r"\1", text.lower()))
    return None if kind == "null" else text.lower() == "true"


for _kind in ("null", "bool", "int", "float"):
    CoreLoader.add_constructor(CORE + _kind, lambda _, node: plain(node))


@dataclass(frozen=True)
class Document:
    """One file that was read: `data` is plain, `root` knows where everything stands. `body` follows front matter, and
    `text` is the whole file."""

    file: Path
    data: Any
    root: yaml.Node | None
    first_line: int = 1
    body: str = ""
    text: str = ""

    def part(self, key: str) -> Document:
        """The same file, seen from one of its top keys."""
        found = _step(self.root, key)
        data = self.data.get(key) if isinstance(self.data, dict) else None
        return replace(self, data=data, root=found[1] if found else self.root)

    def where(self, path: Steps = (), *, key: bool = False) -> Located:
        """The place of the value at a path, or of the deepest ancestor that exists; with `key`, of its key."""
        node, mark = self.root, self.root.start_mark if self.root else None
        for step in path:
            found = _step(node, step)
            if found is None:
                continue
            mark = found[0].start_mark if key else found[1].start_mark
            node = found[1]
        line, column = (mark.line + self.first_line, mark.column + 1) if mark else (0, 0)
        return Located(self.file, line, column, tuple(path))

    def where_it_says(self, words: str | re.Pattern[str], path: Steps = ()) -> Located:
        """The place at which words first stand in or after the value at a path; of the value, if they stand nowhere."""
        start = self.where(path)
        before = sum(map(len, self.text.splitlines(keepends=True)[: max(0, start.line - 1)]))
        pattern = re.compile(re.escape(words)) if isinstance(words, str) else words
        found = pattern.search(self.text, before)
        if found is None:
            return start
        line_start = self.text.rfind("\n", 0, found.start()) + 1
        return Located(self.file, self.text.count("\n", 0, found.start()) + 1, found.start() - line_start + 1)

    def without(self, entries: Collection[tuple[str | int, ...]]) -> Document:
        """The same file as if some entries of its lists and mappings did not stand in it."""
        return replace(self, data=_data_without(self.data, entries), root=_node_without(self.root, entries))


def _data_without(data: Any, entries: Collection[tuple[str | int, ...]]) -> Any:
    dropped = {entry[0] for entry in entries if len(entry) == 1}
    kept = {key: _data_without(data[key], _below(entries, key)) for key in _keys(data) if key not in dropped}
    return kept if isinstance(data, dict) else list(kept.values()) if isinstance(data, list) else data


def _keys(data: Any) -> list[Any]:
    return list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []


def _node_without(node: yaml.Node | None, entries: Collection[tuple[str | int, ...]]) -> yaml.Node | None:
    dropped = {entry[0] for entry in entries if len(entry) == 1}
    if isinstance(node, yaml.MappingNode):
        named = [
            (plain(name) if isinstance(name, yaml.ScalarNode) else None, name, value) for name, value in node.value
        ]
        pairs = [(name, _node_without(value, _below(entries, key))) for key, name, value in named if key not in dropped]
        return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if isinstance(node, yaml.SequenceNode):
        items = [_node_without(one, _below(entries, i)) for i, one in enumerate(node.value) if i not in dropped]
        return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark)
    return node


def _below(entries: Collection[tuple[str | int, ...]], key: object) -> list[tuple[str | int, ...]]:
    return [entry[1:] for entry in entries if len(entry) > 1 and entry[0] == key]


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        pairs = ((name, value) for name, value in node.value if isinstance(name, yaml.ScalarNode))
        return next(((name, value) for name, value in pairs if str(plain(name)) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def read_text(file: Path) -> str:
    """A file's text. Raises ContentError when it is missing, too large or not UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as wrong:
        raise ContentError.at(file, "the file cannot be read", f"Write it ({wrong.strerror}).") from wrong
    if len(raw) > MOST_BYTES:
        raise ContentError.at(file, f"the file has {len(raw)} bytes", f"Split it: {MOST_BYTES} are allowed.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise ContentError.at(Located(file, line, 1), "a byte is not UTF-8", "Save the file as UTF-8.") from wrong


def read_yaml(file: Path) -> Document:
    """Read one YAML file. Raises ContentError with every problem that was found in its form."""
    text = read_text(file)
    return replace(parse_yaml(text, file), text=text)


def read_front_matter(file: Path) -> Document:
    """Read Markdown that starts with YAML between two lines of `---`; `body` is what follows."""
    text = read_text(file)
    found = re.match(r"---\r?\n(.*?\n)---\r?\n", text, re.DOTALL)
    if not found:
        raise ContentError.at(Located(file, 1, 1), "the file has no front matter", "Start it with `---`, YAML, `---`.")
    head = parse_yaml(found[1], file, first_line=2)
    return Document(file, head.data, head.root, 2, text[found.end() :], text)


def parse_yaml(text: str, file: Path, first_line: int = 1) -> Document:
    """Parse YAML text that stands in `file` from `first_line` on. Raises ContentError."""
    loader = CoreLoader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        where = Located(file, mark.line + first_line, mark.column + 1) if mark else Located(file)
        found = ", ".join(filter(None, (wrong.context, wrong.problem))) or "this is not YAML"
        raise ContentError.at(where, found, "Mend the YAML here or in the line above.") from wrong
    except (yaml.YAMLError, RecursionError) as wrong:
        raise ContentError.at(file, f"this is not YAML: {wrong}", "Write plain text, without control signs.") from wrong
    finally:
        loader.dispose()
    reader = _Reader(file, first_line)
    data = reader.value(root, 0) if root is not None else None
    if reader.problems:
        raise ContentError(reader.problems)
    return Document(file, data, root, first_line)


class _Reader:
    """Turns nodes into plain data and collects what is wrong with their form."""

    def __init__(self, file: Path, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.problems: list[Problem] = []
        self._nodes = 0

    def value(self, node: yaml.Node, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > MOST_DEPTH:
            self._too_much(node)
            return None
        if node.tag not in TAGS:
            self._add(node, f"the tag {node.tag!r} is not allowed", "Write a plain value, a list or a mapping.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value if not self._full]
        return plain(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        for name, value in node.value:
            if self._full:
                break
            if not isinstance(name, yaml.ScalarNode):
                self._add(name, "a key is a list or a mapping", "Write a word as the key.")
                continue
            key = plain(name)
            if key in data:
                self._add(name, f"the key {key!r} stands here twice", "Remove one of the two, or merge them.")
            data[key] = self.value(value, depth)
        return data

    @property
    def _full(self) -> bool:
        return self._nodes > MOST_NODES

    def _too_much(self, node: yaml.Node) -> None:
        what = f"more than {MOST_NODES} values" if self._full else f"more than {MOST_DEPTH} levels"
        found = f"the file has {what}, with its aliases written out"
        if all(problem.found != found for problem in self.problems):
            self._add(node, found, "Write it out, with fewer aliases and levels.")

    def _add(self, node: yaml.Node, found: str, write: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(Located(self.file, mark.line + self.first_line, mark.column + 1), found, write))
