"""The endpoint suite on each adapter, and on endpoints that are wrong in one way each."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotwash.adapters.endpoint_http import HttpEndpoint
from hotwash.adapters.endpoint_recorded import RecordedEndpoint
from hotwash.adapters.endpoint_simulated import SimulatedEndpoint
from hotwash.conformance import failures
from hotwash.conformance.endpoint import EndpointConformance
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.ports.endpoint import Ask, Endpoint, NoReply, Reply
from tests.support.endpoint import serving


class OnAService(EndpointConformance):
    @pytest.fixture(autouse=True)
    def _services(self) -> Iterator[None]:
        with ExitStack() as self.open:
            yield

    spec: dict[str, object] = {}

    def make(self, known: Mapping[str, Reply]) -> Endpoint:
        service = self.open.enter_context(serving())
        service.answer = known.get
        return HttpEndpoint(EndpointSpec.model_validate({"id": "local", "url": service.url + "?v=1", **self.spec}))


class TestChatCompletions(OnAService):
    spec = {"kind": "openai", "model": "m"}


class TestStreamedChatCompletions(OnAService):
    spec = {"kind": "openai", "stream": True}


class TestAnyHttpService(OnAService):
    spec = {
        "kind": "http", "body": {"question": "{user}", "about": ["{key}", {"of": "{system}"}]}, "answer": "$.data.answers[0].text",
        "tool_calls": "$.data.actions", "input_tokens": "$.used.in", "output_tokens": "$.used.out",
    }  # fmt: skip
    # Its own form has no place for these two.
    test_a_cut_answer_says_so = test_a_declined_answer_says_so = None  # type: ignore[assignment]  # takes the two checks out of the suite


class TestRecordedResponses(EndpointConformance):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make(self, known: Mapping[str, Reply]) -> Endpoint:
        rows = [
            {
                "case": key, "trial": 1, "answer": one.text, "cut": one.cut, "declined": one.declined,
                "input_tokens": one.input_tokens, "output_tokens": one.output_tokens,
                "tool_calls": [{"name": call.tool, "arguments": "[" if call.arguments is None else call.arguments} for call in one.calls or ()],
            }
            for key, one in known.items()
        ]  # fmt: skip
        file = self.folder / "responses.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return RecordedEndpoint(file)


class TestASimulatedService(EndpointConformance):
    def make(self, known: Mapping[str, Reply]) -> Endpoint:
        return SimulatedEndpoint("simulated", lambda asked: known.get(asked.messages[-1].content))


class Said:
    """Right in everything, until a subclass is wrong in one thing."""

    name = "memory"

    def __init__(self, known: Mapping[str, Reply]) -> None:
        self.known = known

    def ask(self, question: Ask) -> Reply | NoReply:
        return self.known.get(question.messages[-1].content) or NoReply("not_recorded", "nothing here")

    def close(self) -> None:
        return None


class Tidy(Said):
    def ask(self, question):
        got = super().ask(question)
        return Reply(got.text.strip(), got.calls) if isinstance(got, Reply) and got.text.strip() else got


class Raises(Said):
    def ask(self, question):
        return self.known[question.messages[-1].content]


class Guesses(Said):
    def ask(self, question):
        got = super().ask(question)
        return got if not isinstance(got, Reply) or got.input_tokens is not None else Reply(got.text, got.calls, got.cut, got.declined, 1, 1)  # fmt: skip


class Tells(Said):
    name = "https://example.org/v1?key=abc"


@pytest.mark.parametrize(
    ("wrong", "caught"),
    [
        (Tidy, "test_a_text_comes_back_as_it_is"),
        (Raises, "test_what_cannot_be_answered_is_said_and_not_raised"),
        (Guesses, "test_tokens_are_counted_or_unknown_and_never_made_up"),
        (Tells, "test_its_name_holds_no_query"),
    ],
)
def test_an_endpoint_that_is_wrong_is_caught(wrong: type[Said], caught: str):
    suite = type("Suite", (EndpointConformance,), {"make": lambda _, known: wrong(known)})
    assert caught in failures(suite)


def test_an_endpoint_that_is_right_passes():
    assert failures(type("Suite", (EndpointConformance,), {"make": lambda _, known: Said(known)})) == {}
