"""A service on this machine that speaks chat completions, whole and streamed, and goes wrong in every way that services do."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hotwash.ports.endpoint import Reply

Faults = dict[str, list[Callable[["Handler"], bool]]]


class Service:
    """`answer` maps the last user message to a reply (None: 404). `faults` are played first: by message, one a request, each sends
    something itself and says whether it did. `seen` holds every request: (path, headers, body)."""

    def __init__(self) -> None:
        self.answer: Callable[[str], Reply | None] = lambda said: Reply(f"you said {said}", ())
        self.faults: Faults = defaultdict(list)
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.url, self.connections = "", 0

    def times(self, said: str) -> int:
        return sum(last(body) == said for _, _, body in self.seen)


def last(body: Any) -> str:
    return body["messages"][-1]["content"] if "messages" in body else str(body.get("question"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        with self.service.lock:
            self.service.connections += 1

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.service.lock:
            self.service.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            waiting = self.service.faults.get(last(body), [])
            fault = waiting.pop(0) if waiting else None
        if fault is not None and fault(self):
            return
        reply = self.service.answer(last(body))
        if reply is None:
            self.send(404, {"error": {"message": "no such question"}})
        elif "messages" not in body:
            self.send(200, plain(reply))
        elif body.get("stream"):
            self.stream(reply)
        else:
            self.send(200, whole(reply))

    def send(self, status: int, body: Any, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def chunk(self, text: str) -> None:
        raw = text.encode()
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()

    def stream(self, reply: Reply, size: int = 7) -> None:
        """The text in small pieces that cut through anything, event after event."""
        self.begin_stream()
        events = "".join(f"data: {json.dumps(one)}\n\n" for one in parts(reply)) + "data: [DONE]\n\n"
        for start in range(0, len(events), max(size, len(events) // 50)):
            self.chunk(events[start : start + max(size, len(events) // 50)])
        self.wfile.write(b"0\r\n\r\n")


def _function(call: Any) -> dict[str, str]:
    return {"name": call.tool, "arguments": "not {json" if call.arguments is None else json.dumps(call.arguments)}


def _usage(reply: Reply) -> dict[str, int] | None:
    return None if reply.input_tokens is None else {"prompt_tokens": reply.input_tokens, "completion_tokens": reply.output_tokens or 0}  # fmt: skip


def _reason(reply: Reply) -> str:
    return "length" if reply.cut else "tool_calls" if reply.calls else "stop"


def whole(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None if reply.declined else reply.text}
    if reply.declined:
        message["refusal"] = reply.text
    if reply.calls:
        message["tool_calls"] = [{"id": f"c{n}", "type": "function", "function": _function(one)} for n, one in enumerate(reply.calls)]  # fmt: skip
    said: dict[str, Any] = {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": _reason(reply)}]}  # fmt: skip
    return said | ({"usage": _usage(reply)} if _usage(reply) else {})


def parts(reply: Reply) -> Iterator[dict[str, Any]]:
    def event(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    yield event({"role": "assistant", "content": ""})
    field = "refusal" if reply.declined else "content"
    for start in range(0, len(reply.text), 997):
        yield event({field: reply.text[start : start + 997]})
    for number, call in enumerate(reply.calls or ()):
        function = _function(call)
        yield event({"tool_calls": [{"index": number, "id": "c", "type": "function", "function": {"name": function["name"], "arguments": ""}}]})  # fmt: skip
        for start in range(0, len(function["arguments"]), 5):
            yield event({"tool_calls": [{"index": number, "function": {"arguments": function["arguments"][start : start + 5]}}]})  # fmt: skip
    yield event({}, _reason(reply))
    if _usage(reply):
        yield {"object": "chat.completion.chunk", "choices": [], "usage": _usage(reply)}


def plain(reply: Reply) -> dict[str, Any]:
    """Another service's own form."""
    calls = [{"name": one.tool, "arguments": "[]" if one.arguments is None else one.arguments} for one in reply.calls or ()]  # fmt: skip
    said: dict[str, Any] = {"data": {"answers": [{"text": reply.text}], "actions": calls}}
    return said | ({"used": {"in": reply.input_tokens, "out": reply.output_tokens}} if reply.input_tokens is not None else {})  # fmt: skip


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()
    handler = type("Bound", (Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield service
    finally:
        service.release.set()
        server.shutdown()
        server.server_close()


# Faults. Each is a function of the handler; True says that it has answered.


def status(code: int, **headers: str) -> Callable[[Handler], bool]:
    def play(handler: Handler) -> bool:
        handler.send(
            code, {"error": {"message": f"HTTP {code}, key was {handler.headers.get('authorization')}"}}, **headers
        )
        return True

    return play


def text(raw: str) -> Callable[[Handler], bool]:
    def play(handler: Handler) -> bool:
        handler.send(200, raw.encode())
        return True

    return play


def silence(handler: Handler) -> bool:
    """Nothing at all until the test is over."""
    handler.service.release.wait(30)
    handler.close_connection = True
    return True


def drip(handler: Handler) -> bool:
    """A byte of the body now and then: no single read takes long."""
    handler.send_response(200)
    handler.send_header("content-length", "100000")
    handler.end_headers()
    return _drip(handler, b" ")


def drip_headers(handler: Handler) -> bool:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    return _drip(handler, b"x-slow: 1\r\n")


def _drip(handler: Handler, piece: bytes) -> bool:
    handler.close_connection = True
    try:
        while not handler.service.release.wait(0.02):
            handler.wfile.write(piece)
            handler.wfile.flush()
    except OSError:
        pass  # the other side has hung up, as it should
    return True


def hang_up(handler: Handler) -> bool:
    handler.close_connection = True
    return True


def short_body(handler: Handler) -> bool:
    """Less than was promised."""
    handler.send_response(200)
    handler.send_header("content-length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True
    return True


def broken_stream(handler: Handler) -> bool:
    """Two events and half of a third."""
    handler.begin_stream()
    for one in list(parts(Reply("The answer is forty", ())))[:2]:
        handler.chunk(f"data: {json.dumps(one)}\n\n")
    handler.chunk('data: {"choices": [{"del')
    handler.close_connection = True
    return True


def quiet_end_of_stream(handler: Handler) -> bool:
    """A well-formed end of the body, with neither a reason nor [DONE]."""
    handler.begin_stream()
    for one in list(parts(Reply("The answer is forty", ())))[:2]:
        handler.chunk(f"data: {json.dumps(one)}\n\n")
    handler.wfile.write(b"0\r\n\r\n")
    return True


def failing_stream(handler: Handler) -> bool:
    handler.begin_stream()
    handler.chunk('data: {"error": {"message": "out of memory"}}\n\ndata: [DONE]\n\n')
    handler.wfile.write(b"0\r\n\r\n")
    return True


def endless(handler: Handler) -> bool:
    """A body that does not stop."""
    handler.close_connection = True
    handler.begin_stream()
    try:
        while not handler.service.release.is_set():
            handler.chunk("data: " + "x" * 10_000 + "\n\n")
    except OSError:
        pass  # the other side has hung up, as it should
    return True


def redirect(where: str) -> Callable[[Handler], bool]:
    return status(307, location=where)
