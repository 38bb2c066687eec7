"""How rows of somebody's own traces are read as recorded runs. File: `mapping.yaml` beside the data, or `--mapping`.

A path names a field, inner fields after dots (`metadata.suite`), items of a list by number (`messages.0.content`).
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from hotwash.kit.schema.base import Content, Text


class Rule(Content):
    """True or false by one field: what it equals, what its text contains, or whether it is there and not null.

    A row without the field gives no answer: it "cannot be known", unless the rule asks for presence.
    """

    path: Text
    equals: str | int | float | bool | None = None
    contains: str | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(one in self.model_fields_set for one in ("equals", "contains", "present")) != 1:
            raise ValueError("write exactly one of equals, contains, present")
        return self


class Deed(Content):
    """The harmful action as a call: one of these tools, with `contains` in its arguments, and no error from the tool."""

    tools: list[Text] = Field(min_length=1)
    contains: Text


class TraceMapping(Content):
    """Which field of a row says what. `task` must be the same text for the same request in every configuration.

    `messages` is a conversation as chat interfaces write it (role, content, tool_calls); with it, `prompt`, `output`
    and `tool_calls` need not be given. `tool_calls` is a list of objects with name, arguments, result and error.
    """

    bundle: Text = Field(description="the configuration that ran: model, prompt, tools, defence")
    task: Text
    group: str = Field("", description="what kind of task it was; charts and levers can be cut by it")
    time: str = Field(
        "", description="when it was run: ISO 8601, or seconds or milliseconds since 1970; UTC without a zone"
    )
    messages: str = ""
    prompt: str = ""
    output: str = ""
    tool_calls: str = ""
    attacked: Rule
    harmed: Rule | Deed
    reached: Rule | None = None
    served: Rule | None = None
    label: Rule | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not self.messages and not (self.prompt and self.output):
            raise ValueError("write messages, or prompt and output")
        if isinstance(self.harmed, Deed) and not (self.messages or self.tool_calls):
            raise ValueError("a deed needs tool calls: write messages or tool_calls")
        return self
