"""What a bundle lacks, and what a plan to go back to it forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hotwash.kit.bundle import PART_NAMES, changed_parts, lost_fixes, mixed
from hotwash.kit.schema.bundle import Bundle, Tool

Code = Literal[
    "missing-part",
    "moving-alias",
    "embedding-index",
    "unknown-tool",
    "tool-still-on",
    "cache-warm",
    "fix-lost",
    "never-released",
]
NEEDED = {
    "copilot": ("model", "decoding", "prompts", "tools", "embedding", "index", "policy", "post_processors", "thresholds", "flags", "cache"),
    "classifier": ("model", "features", "data", "policy", "thresholds", "prompts", "flags", "cache"),
}  # fmt: skip
"""Parts that a service of a kind has, unless it says why not."""
RANK = {"off": 0, "read": 1, "propose": 2, "write": 3}
NAMED = re.compile(r"`([a-z][a-z0-9_]*_[a-z0-9_]+)`")
"""A tool as a prompt names it: in backticks, with an underscore, as tools are called."""


@dataclass(frozen=True)
class Warned:
    """One warning: which rule, which part, what was found, what to do. A missing part is a mistake, the others are risks."""

    code: Code
    part: str
    found: str
    write: str

    @property
    def mistake(self) -> bool:
        """Whether the bundle cannot be used as it is."""
        return self.code in ("missing-part", "embedding-index", "unknown-tool")


@dataclass(frozen=True)
class RollbackPlan:
    """Which parts go back, whether stored answers are thrown away once they have, and whether write tools are off meanwhile."""

    parts: tuple[str, ...] = PART_NAMES
    flush: bool = False
    tools_off: bool = False


def check_bundle(bundle: Bundle) -> list[Warned]:
    """What is wrong with a bundle by itself."""
    return [*_missing(bundle), *_alias(bundle), *_embedding(bundle), *_unknown_tools(bundle)]


def check_rollback(running: Bundle, target: Bundle, plan: RollbackPlan) -> list[Warned]:
    """What a plan to go from the running bundle back to the target forgets, read off both bundles alone: how good either is, nobody
    says here. What is already so while nothing is rolled back is not the plan's."""
    after = mixed(running, target, plan.parts)
    before = {(one.code, one.found) for one in check_bundle(running)}
    found = [one for one in check_bundle(after) if (one.code, one.found) not in before]
    found += () if plan.tools_off else _tools_still_on(after, target)
    found += _cache_warm(running, after, plan)
    found += [
        Warned("fix-lost", one.part, f"loses the fix of {one.part}: {one.what}", "Watch for what it put right, or keep that part.")
        for one in lost_fixes(running, target, plan.parts)
    ]  # fmt: skip
    left = [part for part in changed_parts(after, target) if part in PART_NAMES]
    if left and changed_parts(running, after):
        said = f"no release had these parts together: {', '.join(left)} stay as they run"
        found.append(Warned("never-released", left[0], said, "Run the smoke suite on just this mixture before it takes all traffic."))  # fmt: skip
    return found


def _missing(bundle: Bundle) -> Iterator[Warned]:
    for part in NEEDED[bundle.kind]:
        if getattr(bundle.parts, part) is None and part not in bundle.without:
            yield Warned("missing-part", part, f"{part} is missing", f"Add it, or say under `without` why there is none: {part}: ...")  # fmt: skip


def _alias(bundle: Bundle) -> Iterator[Warned]:
    model = bundle.parts.model
    if model is not None and not model.pinned:
        said = f"{model.version} is an alias: {model.provider or 'its provider'} can put another model behind it, and this bundle would not change"
        yield Warned("moving-alias", "model", said, "Name the dated model.")


def _embedding(bundle: Bundle) -> Iterator[Warned]:
    embedding, index = bundle.parts.embedding, bundle.parts.index
    if embedding is not None and index is not None and index.embedding != embedding.version:
        said = (
            f"{index.version} holds vectors of {index.embedding}, and questions are embedded with {embedding.version}"
        )
        yield Warned("embedding-index", "index", said, "Take both from one release: neighbours across two embedding models mean nothing.")  # fmt: skip


def _unknown_tools(bundle: Bundle) -> Iterator[Warned]:
    tools = _tools(bundle)
    for name, prompt in (bundle.parts.prompts.prompts if bundle.parts.prompts else {}).items():
        named = dict.fromkeys([*prompt.names, *NAMED.findall(prompt.text or "")])
        for tool in named:
            if tool not in tools or tools[tool].access == "off":
                how = "is off" if tool in tools else "is not there"
                yield Warned("unknown-tool", "prompts", f"the prompt '{name}' names the tool `{tool}`, which {how}", "Take prompts and tools from one release.")  # fmt: skip


def _tools_still_on(after: Bundle, target: Bundle) -> Iterator[Warned]:
    """Tools that may do more than the bundle allows that one means to be back at, or that act by a schema which it did not have."""
    allowed, newer = _tools(target), list[str]()
    for name, tool in _tools(after).items():
        known = allowed.get(name)
        if RANK[tool.access] <= RANK["read"]:
            continue
        if known is None or RANK[tool.access] > RANK[known.access]:
            had = f"has it at {known.access}" if known else "has no such tool"
            yield _still_on(f"`{name}` stays on at {tool.access}; {target.id} {had}")
        elif tool.confirm == "nobody" and known.confirm == "person":
            yield _still_on(f"`{name}` goes on without asking a person; {target.id} asks one")
        elif tool.schema_ != known.schema_:
            newer.append(f"`{name}` ({tool.schema_}, not {known.schema_})")
    if newer:
        yield _still_on(f"{', '.join(newer)} stay{'s' if len(newer) == 1 else ''} on by schemas that {target.id} does not have")  # fmt: skip


def _still_on(found: str) -> Warned:
    return Warned("tool-still-on", "tools", found, "Roll tools back too, or switch write tools off.")


def _cache_warm(running: Bundle, after: Bundle, plan: RollbackPlan) -> Iterator[Warned]:
    there, here = running.parts.cache, after.parts.cache
    if plan.flush or there is None or here is None or there.minutes == 0 or there.namespace != here.namespace:
        return
    if set(changed_parts(running, after)) & (set(PART_NAMES) - {"flags", "cache"}):
        said = f"answers of the bundle that ran are served from {there.namespace} for up to {there.minutes} min more: the cache knows nothing of versions"
        yield Warned("cache-warm", "cache", said, "Flush once the rollback is in effect; a flush before it is filled again by what still runs.")  # fmt: skip


def _tools(bundle: Bundle) -> dict[str, Tool]:
    return dict(bundle.parts.tools.tools) if bundle.parts.tools else {}
