"""What a service can do wrong, and what becomes of it; and what must never leave this machine."""

import email.utils
import time
from collections.abc import Iterator

import pytest

from hotwash.adapters.endpoint_http import HttpEndpoint, at_path
from hotwash.adapters.http_exchange import rest_asked_for
from hotwash.conformance.endpoint import ask
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.ports.endpoint import NoReply, Reply
from tests.support import endpoint as faults
from tests.support.endpoint import Service, serving
from tests.support.patience import at_some_pace, until

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as found:
        yield found


def opened(url: str, around: dict[str, str] | None = None, **spec) -> HttpEndpoint:
    said = {"id": "local", "url": url, "care": {"seconds": 5.0, "bytes": 100_000}, **spec}
    return HttpEndpoint(EndpointSpec.model_validate(said), {"KEY": KEY} if around is None else around)


def fault_of(service: Service, fault, **spec) -> NoReply:
    """What becomes of one fault; the next question must be answered again."""
    endpoint = opened(service.url, headers={"Authorization": "Bearer ${KEY}"}, **spec)
    service.faults["q"].append(fault)
    got = endpoint.ask(ask("q"))
    assert isinstance(got, NoReply), got
    again = endpoint.ask(ask("q"))
    assert isinstance(again, Reply), again
    assert again.text == "you said q"
    endpoint.close()
    assert KEY not in got.said
    return got


@pytest.mark.parametrize(
    ("fault", "found", "permanent"),
    [
        (faults.status(500), "server", False),
        (faults.status(503), "server", False),
        (faults.status(429), "rate_limited", False),
        (faults.status(408), "timeout", False),
        (faults.status(401), "not_allowed", True),
        (faults.status(403), "not_allowed", True),
        (faults.status(400), "rejected", True),
        (faults.status(422), "rejected", True),
        (faults.text("<html>gateway</html>"), "malformed", False),
        (faults.text('{"choices": []}'), "malformed", False),
        (faults.text('{"choices": [{"message": {"content": 7}}]}'), "malformed", False),
        (faults.text("[" * 50_000), "malformed", False),
        (faults.text("[]"), "malformed", False),
        (faults.short_body, "broken_off", False),
        (faults.hang_up, "unreachable", False),
        (faults.endless, "too_large", True),
        (faults.redirect("https://elsewhere.example.org/v1"), "redirected", True),
    ],
    ids=[
        "500", "503", "429", "408", "401", "403", "400", "422", "html", "no-choice", "no-text", "deep", "list", "short", "hang-up", "endless", "redirect",
    ],
)  # fmt: skip
def test_every_fault_has_its_name_and_the_next_question_is_answered(service, fault, found, permanent):
    got = fault_of(service, fault)
    assert (got.fault, got.permanent) == (found, permanent)


@pytest.mark.parametrize("fault", [faults.broken_stream, faults.quiet_end_of_stream], ids=["cut", "quiet"])
def test_a_stream_that_ends_before_its_answer_is_no_answer(service, fault):
    assert fault_of(service, fault, stream=True).fault == "broken_off"


def test_a_stream_that_tells_of_an_error_is_no_answer(service):
    assert fault_of(service, faults.failing_stream, stream=True).fault == "server"


@pytest.mark.parametrize(
    "fault", [faults.silence, faults.drip, faults.drip_headers], ids=["silence", "body", "headers"]
)
def test_time_is_for_the_whole_answer_and_not_for_each_byte(service, fault):
    """A byte every twentieth of a second would keep a limit for each read away for ever."""
    endpoint = opened(service.url, care={"seconds": 0.4, "bytes": 100_000})
    service.faults["q"].append(fault)
    got = endpoint.ask(ask("q"))
    assert isinstance(got, NoReply)
    assert got.fault == "timeout"
    until(lambda: isinstance(endpoint.ask(ask("q")), Reply), what="an answer to the next question")


def test_an_answer_that_needs_its_time_is_waited_for(service):
    """The limit is no limit of the connection: the same one serves several questions in a row, streamed or not."""

    def answered(seconds: float) -> None:
        for stream in (False, True):
            before = service.connections
            endpoint = opened(service.url, care={"seconds": seconds, "bytes": 100_000}, stream=stream)
            for number in range(12):
                service.faults[f"q{number}"] = [lambda handler: handler.service.release.wait(seconds / 8)]
                assert isinstance(endpoint.ask(ask(f"q{number}")), Reply)
            assert service.connections == before + 1

    at_some_pace(answered, 0.5)


def test_what_was_asked_for_by_retry_after_is_told(service):
    assert fault_of(service, faults.status(429, retry_after="7")).wait_ms == 7_000
    assert fault_of(service, faults.status(503, retry_after="0")).wait_ms == 0
    assert fault_of(service, faults.status(429, retry_after="soon")).wait_ms is None


def test_retry_after_may_be_a_date():
    then = email.utils.formatdate(time.time() + 3600, usegmt=True)
    assert 3_590_000 < (rest_asked_for({"retry-after": then}) or 0) <= 3_600_000
    assert rest_asked_for({"retry-after": email.utils.formatdate(0, usegmt=True)}) == 0
    assert rest_asked_for({}) is None


def test_a_redirect_is_never_followed_with_the_key(service):
    with serving() as other:
        got = fault_of(service, faults.redirect(f"{other.url}/chat/completions"))
        assert other.seen == []
    assert "127.0.0.1" in got.said


def test_a_filtered_request_is_an_answer_that_declines(service):
    service.faults["q"].append(lambda handler: handler.send(400, {"error": {"code": "content_filter"}}) or True)
    got = opened(service.url).ask(ask("q"))
    assert isinstance(got, Reply)
    assert got.declined


def test_secrets_come_from_the_environment_and_from_nowhere_else(service):
    headers = {"Authorization": "Bearer ${KEY}", "X-Team": "${TEAM}"}
    endpoint = opened(service.url, {"KEY": KEY, "TEAM": "t-1"}, headers=headers)
    endpoint.ask(ask("q"))
    sent = service.seen[0][1]
    assert (sent["authorization"], sent["x-team"]) == (f"Bearer {KEY}", "t-1")
    assert KEY not in endpoint.name
    with pytest.raises(ContentError, match=r"X-Team needs \$TEAM, which is not set"):
        opened(service.url, {"KEY": KEY}, headers=headers)
    with pytest.raises(ContentError, match="control characters"):
        opened(service.url, {"KEY": "a\r\nX-Evil: 1", "TEAM": "x"}, headers=headers)


def test_a_secret_does_not_go_over_plain_http_to_another_machine():
    headers = {"Authorization": "Bearer ${KEY}"}
    with pytest.raises(ContentError, match="plain HTTP, and a header holds a secret"):
        opened("http://staging.example.org/v1", headers=headers)
    opened("http://staging.example.org/v1")
    opened("http://staging.example.org/v1", headers=headers, clear_text=True)
    opened("https://staging.example.org/v1", headers=headers)


@pytest.mark.parametrize(
    "url", ["ftp://x/v1", "https://user:pass@x/v1", "x", "https://", "https://a b/v1", "file:///etc"]
)
def test_an_address_is_http_and_holds_no_password(url):
    with pytest.raises(ValueError):
        EndpointSpec.model_validate({"id": "x", "url": url})


def test_what_is_sent_is_the_chat_format(service):
    question = ask("q")
    object.__setattr__(question, "decoding", {"temperature": 0.0, "max_tokens": 9})
    object.__setattr__(question, "tools", [{"type": "function", "function": {"name": "f"}}])
    opened(service.url, model="m", stream=True).ask(question)
    path, _, body = service.seen[0]
    assert path == "/v1/chat/completions"
    assert body == {
        "messages": [{"role": "system", "content": "You help."}, {"role": "user", "content": "q"}], "temperature": 0.0, "max_tokens": 9,
        "model": "m", "tools": [{"type": "function", "function": {"name": "f"}}], "stream": True, "stream_options": {"include_usage": True},
    }  # fmt: skip


def test_a_template_is_filled_and_never_read_as_a_template_again(service):
    """A question that looks like a placeholder stays a question."""
    body = {"question": "{user}", "both": "{key}: {user}", "all": "{messages}", "n": 3, "list": ["{sources}"]}
    opened(service.url, kind="http", body=body, answer="$.data.answers[0].text").ask(ask('{key} "x"'))
    assert service.seen[0][2] == {
        "question": '{key} "x"', "both": '{key} "x"#1: {key} "x"', "n": 3, "list": [[]],
        "all": [{"role": "system", "content": "You help."}, {"role": "user", "content": '{key} "x"'}],
    }  # fmt: skip


def test_paths_lead_to_what_is_there_and_nowhere_else():
    value = {"a": [{"b-c": 5}], "d": "text"}
    assert at_path(value, "$") == value
    assert at_path(value, "$.a[0].b-c") == 5
    for path in ("$.a.b", "$.a[1]", "$.d[0]", "$.x", "$.d.e"):
        with pytest.raises(LookupError):
            at_path(value, path)
    for path in ("a", "$..a", "$.a[*]", "$.a[-1]", "$.__class__()", "$.a[?(@)]"):
        with pytest.raises(ValueError):
            EndpointSpec.model_validate({"id": "x", "url": "https://x", "kind": "http", "answer": path})
