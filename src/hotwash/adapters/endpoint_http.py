"""A service behind an address: chat completions, or anything that takes and gives JSON, as a file describes it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from hotwash.adapters.chat_format import chat_body, filtered, streamed_answer, tokens, tool_use, whole_answer
from hotwash.adapters.http_exchange import Exchange, Response, rest_asked_for
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.ports.endpoint import Ask, NoReply, Reply

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_FIELD = re.compile(r"\{(user|system|messages|sources|key)\}")
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]")
CHAT = "/chat/completions"
SNIPPET = 160


class HttpEndpoint:
    """Implements `ports.endpoint.Endpoint`. `sends` are the names of the variables whose values it sends. Raises ContentError when it is made and a header's variable is not set, or a secret would
    leave this machine over plain HTTP."""

    def __init__(self, spec: EndpointSpec, environment: Mapping[str, str] | None = None) -> None:
        self._spec, self._secrets, self.sends = spec, list[str](), list[str]()
        around = os.environ if environment is None else environment
        self._headers = {
            "content-type": "application/json", "accept-encoding": "identity", "user-agent": "hotwash",
            **{name.lower(): self._filled(name, value, around) for name, value in spec.headers.items()},
        }  # fmt: skip
        care = spec.care
        self._exchange = Exchange(_address(spec), seconds=care.seconds, most_bytes=care.bytes, at_once=care.at_once)
        if self._secrets and not (self._exchange.is_secret or self._exchange.is_local or spec.clear_text):
            found = f"{self._exchange.name} is plain HTTP, and a header holds a secret"
            raise ContentError.at(spec.id, found, "Use https, or write 'clear_text: true' where the network is trusted.")  # fmt: skip

    @property
    def name(self) -> str:
        """Its address, without what follows a question mark."""
        model = f" {self._spec.model}" if self._spec.model else ""
        return f"{self._exchange.name}{model}"

    def ask(self, question: Ask) -> Reply | NoReply:
        """See the port."""
        spec = self._spec
        body = _filled_in(spec.body, question) if spec.kind == "http" else chat_body(question, spec.model, stream=spec.stream)  # fmt: skip
        got = self._exchange.send(spec.method, json.dumps(body, ensure_ascii=False).encode(), self._headers)
        if isinstance(got, NoReply):
            return got
        text = got.body.decode("utf-8", "replace")
        if got.status // 100 != 2:
            return self._failure(got, text)
        if spec.kind == "http":
            return _read(spec, text)
        if spec.stream and "text/event-stream" in got.headers.get("content-type", ""):
            return streamed_answer(text)
        return whole_answer(text)

    def close(self) -> None:
        """See the port."""
        self._exchange.close()

    def _filled(self, header: str, value: str, around: Mapping[str, str]) -> str:
        def put(found: re.Match[str]) -> str:
            secret = around.get(found[1], "").strip()
            if not secret or not secret.isprintable():
                said = f"header {header} needs ${found[1]}, which is not set" if not secret else f"${found[1]} has control characters"  # fmt: skip
                raise ContentError.at(self._spec.id, said, f"Set {found[1]} in the environment.")
            self._secrets.append(secret)
            self.sends.append(found[1])
            return secret

        return _NAME.sub(put, value)

    def _failure(self, got: Response, text: str) -> Reply | NoReply:
        status, said = got.status, f"HTTP {got.status}{self._snippet(text)}"
        if status == 400 and filtered(text):
            return Reply("", (), declined=True)
        if status // 100 == 3:
            where = urlsplit(got.headers.get("location", "")).netloc or "another address"
            return NoReply("redirected", f"HTTP {status} to {where}, which is not followed: write that address if it is right")  # fmt: skip
        rest = rest_asked_for(got.headers)
        if status == 429:
            return NoReply("rate_limited", said, rest)
        if status in (401, 403):
            return NoReply("not_allowed", said)
        if status == 408:
            return NoReply("timeout", said, rest)
        return NoReply("server", said, rest) if status >= 500 else NoReply("rejected", said)

    def _snippet(self, text: str) -> str:
        """The beginning of an error's text, without any secret that was sent: services echo keys that they refuse."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        # A cut may leave half a secret: the text is cut after it is cleaned.
        short = "".join(one if one.isprintable() else " " for one in text)[:SNIPPET].strip()
        return f": {short}" if short else ""


def _address(spec: EndpointSpec) -> str:
    parts = urlsplit(spec.url)
    if spec.kind == "http" or parts.path.rstrip("/").endswith(CHAT):
        return spec.url
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + CHAT))


def _filled_in(value: Any, question: Ask) -> Any:
    """A template with the question in its places. A text that is one place alone becomes the value itself, a list for `{messages}`
    and `{sources}`."""
    if isinstance(value, Mapping):
        return {name: _filled_in(one, question) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled_in(one, question) for one in value]
    if not isinstance(value, str):
        return value
    system = "\n\n".join(one.content for one in question.messages if one.role == "system")
    known: dict[str, Any] = {
        "user": question.messages[-1].content, "system": system, "sources": list(question.sources), "key": question.key,
        "messages": [{"role": one.role, "content": one.content} for one in question.messages],
    }  # fmt: skip
    if whole := _FIELD.fullmatch(value):
        return known[whole[1]]
    return _FIELD.sub(lambda found: one if isinstance(one := known[found[1]], str) else json.dumps(one), value)


def at_path(value: Any, path: str) -> Any:
    """What stands at `$.a.b[0]`. Raises LookupError where there is nothing."""
    for name, number in _STEP.findall(path):
        if name and isinstance(value, Mapping):
            value = value[name]
        elif number and isinstance(value, list):
            value = value[int(number)]
        else:
            raise LookupError(path)
    return value


def _read(spec: EndpointSpec, text: str) -> Reply | NoReply:
    try:
        said = json.loads(text)
        answer = at_path(said, spec.answer or "$")
        if not isinstance(answer, str):
            return NoReply("malformed", f"there is no text at {spec.answer}")
        calls = None
        if spec.tool_calls is not None:
            calls = tuple(tool_use(one.get("function", one)) for one in at_path(said, spec.tool_calls) or ())
        used = [_count(said, path) for path in (spec.input_tokens, spec.output_tokens)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as wrong:
        return NoReply("malformed", f"the answer is not as the endpoint's file says ({type(wrong).__name__})")
    return Reply(answer, calls, input_tokens=used[0], output_tokens=used[1])


def _count(said: Any, path: str | None) -> int | None:
    try:
        return tokens(at_path(said, path)) if path else None
    except LookupError:
        return None
