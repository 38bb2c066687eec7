"""An endpoint that suites are run against. File: `endpoint.yaml`. Secrets are named here and never written here."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from hotwash.kit.schema.base import Content, Id, Text

ADDRESS = re.compile(r"https?://([^/?#\s]+)[^#\s]*")
PATH = r"^\$(?:\.[A-Za-z_][\w-]*|\[\d+\])*$"
Path = Annotated[str, Field(pattern=PATH)]
"""Where a value stands in JSON: `$.data.answers[0].text`. Names and numbers only: nothing is searched."""


def _address(url: str) -> str:
    found = ADDRESS.fullmatch(url)
    if not found:
        raise ValueError("write an address such as https://staging.example.org/v1")
    if "@" in found[1]:
        raise ValueError("an address holds no password: write a header with ${NAME}")
    return url


class Price(Content):
    """What a million tokens cost, in any one currency: the cost budget is in the same."""

    input_per_million: float = Field(ge=0)
    output_per_million: float = Field(ge=0)


class Care(Content):
    """How gently an endpoint is asked. `seconds` is for one request with all of its answer; a larger answer than `bytes` is not read."""

    seconds: float = Field(60.0, gt=0, le=3600)
    bytes: int = Field(2_000_000, ge=1_000)
    at_once: int = Field(4, ge=1, le=256)
    retries: int = Field(4, ge=0, le=20)
    longest_wait_s: float = Field(120.0, gt=0)


class EndpointSpec(Content):
    """`openai` is a chat completions endpoint: `url` up to `/v1`, or with `/chat/completions`. `http` is any other: `body` is sent as JSON
    with `{user}`, `{system}`, `{messages}`, `{sources}`, `{key}` filled in, and the paths say where the answer stands. `${NAME}` in a
    header is read from the environment when a run begins. Over plain HTTP such a header goes to this machine alone, unless `clear_text`
    says that the network in between is trusted."""

    id: Id
    kind: Literal["openai", "http"] = "openai"
    url: Annotated[str, AfterValidator(_address)]
    model: str = ""
    stream: bool = False
    method: Literal["POST", "PUT"] = "POST"
    headers: dict[Text, str] = Field(default_factory=dict)
    clear_text: bool = False
    body: dict[str, Any] = Field(default_factory=dict)
    answer: Path | None = None
    tool_calls: Path | None = Field(None, description="a list of calls with name and arguments")
    input_tokens: Path | None = None
    output_tokens: Path | None = None
    price: Price | None = None
    care: Care = Field(default_factory=Care)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "http" and self.answer is None:
            raise ValueError("an http endpoint needs answer: the path of the text, such as $.answer")
        if self.kind == "http" and self.stream:
            raise ValueError("stream is for openai endpoints")
        if self.kind == "openai" and (self.body or self.answer or self.tool_calls):
            raise ValueError("body, answer and tool_calls are for http endpoints")
        return self
