"""A bundle: everything that decides what an AI service answers, released together and never changed. File: any `*.yaml`.

Its content id is over `kind` and `parts` alone (see `hotwash.kit.bundle`): a new title or a new release note is the same bundle.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Text

PartName = Literal[
    "model", "decoding", "prompts", "tools", "embedding", "index", "policy", "post_processors", "thresholds", "features", "data",
    "flags", "cache",
]  # fmt: skip
Access = Literal["off", "read", "propose", "write"]
"""What a tool may do: nothing, look, suggest what a person then does, or act."""
Setting = str | bool | int | float | list[str]


class Part(Content):
    """What every part has: the version that it was released as. Settings that are listed nowhere else stand under `with`."""

    version: Text
    settings: dict[Id, Setting] = Field(default_factory=dict, alias="with")


class ModelPart(Part):
    """The model. `pinned: false` says that the name is an alias, which its provider may move to another model."""

    provider: Text | None = None
    pinned: bool = True


class Prompt(Content):
    """One prompt: its text, or the SHA-256 of it where the text stays elsewhere. `names` are tools that it tells the model to use;
    a text names them itself, as `name` in backticks."""

    text: Text | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    names: list[Id] = Field(default_factory=list)


class PromptsPart(Part):
    """System prompts and templates, by name."""

    prompts: dict[Id, Prompt] = Field(min_length=1)


class Tool(Content):
    """One tool: the schema that the model sees, what it may do, and whether a person has to confirm."""

    schema_: Text = Field(alias="schema")
    access: Access
    confirm: Literal["nobody", "person"] = "nobody"


class ToolsPart(Part):
    """Tool schemas and permissions, by name."""

    tools: dict[Id, Tool]


class IndexPart(Part):
    """The index snapshot. `embedding` is the version of the embedding model that its vectors were made with."""

    embedding: Text


class PostPart(Part):
    """What is done to an answer before it leaves, in this order."""

    steps: list[Text]


class CachePart(Content):
    """Where answers are kept. Bundles with one namespace serve each other's answers until these run out or are flushed."""

    namespace: Text
    minutes: int = Field(ge=0)
    keyed_by: list[Text] = Field(min_length=1)


class Parts(Content):
    """The parts. `None` is a part that this service does not have: `without` says so, or the part is missing."""

    model: ModelPart | None = None
    decoding: Part | None = None
    prompts: PromptsPart | None = None
    tools: ToolsPart | None = None
    embedding: Part | None = None
    index: IndexPart | None = None
    policy: Part | None = None
    post_processors: PostPart | None = None
    thresholds: Part | None = None
    features: Part | None = None
    data: Part | None = None
    flags: dict[Id, bool | str] | None = None
    cache: CachePart | None = None


class Fix(Content):
    """Something that a version put right. A rollback to a bundle that does not list it takes it back."""

    part: PartName
    what: Text


class Bundle(Content):
    """A bundle. `id` is its name for people; `system` a system of the simulator, or a scenario, that suites can be run on.
    `without` gives the reason for each part that the service does not have. `fixes` is what it and the bundles before it put right."""

    id: Id
    title: Text
    kind: Literal["copilot", "classifier"] = "copilot"
    about: Text | None = None
    system: Id | None = None
    parts: Parts
    without: dict[PartName, Text] = Field(default_factory=dict)
    fixes: list[Fix] = Field(default_factory=list)


class BundlePair(Content):
    """The bundle that is current, and the last good one: what a rollback goes back to."""

    current: Bundle
    last_good: Bundle


def parts_json(parts: Parts) -> dict[str, Any]:
    """Parts as JSON, without those that are not there; what a later version of this schema leaves open changes nothing."""
    return parts.model_dump(mode="json", by_alias=True, exclude_none=True)
