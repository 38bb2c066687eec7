"""What every endpoint must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from hotwash.ports.endpoint import Ask, Endpoint, Message, NoReply, Reply, ToolUse

AT_ONCE, ROUNDS = 8, 40
TEXTS = {
    "plain": "We are open from nine to five.",
    "empty": "",
    "lines": "one\ntwo\r\nthree\n\n",
    "signs": 'He said: "data: [DONE]" — naïve, 東京, 🛟, \\n, </think>',
    "long": "word " * 5_000,
}


def ask(key: str) -> Ask:
    """The question of a case: its key is its text."""
    return Ask(f"{key}#1", (Message("system", "You help."), Message("user", key)))


class EndpointConformance(ABC):
    """Subclass it and say how to make an endpoint that answers, to the question whose user message is a key, with the reply under it,
    and that has nothing for any other question."""

    @abstractmethod
    def make(self, known: Mapping[str, Reply]) -> Endpoint:
        """An endpoint that nobody else uses."""

    def _asked(self, reply: Reply) -> Reply | NoReply:
        endpoint = self.make({"it": reply})
        try:
            return endpoint.ask(ask("it"))
        finally:
            endpoint.close()

    def test_a_text_comes_back_as_it_is(self) -> None:
        endpoint = self.make({key: Reply(text, ()) for key, text in TEXTS.items()})
        for key, text in TEXTS.items():
            got = endpoint.ask(ask(key))
            assert isinstance(got, Reply), f"'{key}' was not answered: {got}"
            assert got.text == text, f"'{key}' came back as {got.text[:60]!r}, not {text[:60]!r}"
        endpoint.close()

    def test_tool_calls_come_back_in_order_with_their_arguments(self) -> None:
        calls = (
            ToolUse("refund", {"order": "7", "lines": [1, {"x": None}]}),
            ToolUse("refund", {}),
            ToolUse("close", {"why": "ä"}),
        )
        got = self._asked(Reply("", calls))
        assert isinstance(got, Reply), f"not answered: {got}"
        assert got.calls == calls, f"calls came back as {got.calls}"

    def test_no_tool_call_is_told_from_not_telling(self) -> None:
        got = self._asked(Reply("none", ()))
        assert isinstance(got, Reply)
        assert got.calls == (), f"an answer without calls came back with {got.calls!r}"

    def test_arguments_that_are_no_object_are_unknown(self) -> None:
        got = self._asked(Reply("", (ToolUse("refund", None),)))
        assert isinstance(got, Reply)
        assert got.calls == (ToolUse("refund", None),), f"calls came back as {got.calls}"

    def test_a_cut_answer_says_so(self) -> None:
        got = self._asked(Reply("and then", (), cut=True))
        assert isinstance(got, Reply)
        assert got.cut, "the answer was cut off, and its reply does not say so"

    def test_a_declined_answer_says_so(self) -> None:
        got = self._asked(Reply("No.", (), declined=True))
        assert isinstance(got, Reply)
        assert got.declined, "the service declined, and its reply does not say so"

    def test_tokens_are_counted_or_unknown_and_never_made_up(self) -> None:
        counted, silent = self._asked(Reply("x", (), input_tokens=12, output_tokens=0)), self._asked(Reply("x", ()))
        assert isinstance(counted, Reply)
        assert isinstance(silent, Reply)
        assert (counted.input_tokens, counted.output_tokens) == (12, 0), f"came back as {counted}"
        assert (silent.input_tokens, silent.output_tokens) == (None, None), f"came back as {silent}"

    def test_what_cannot_be_answered_is_said_and_not_raised(self) -> None:
        endpoint = self.make({"known": Reply("x", ())})
        got = endpoint.ask(ask("unknown"))
        assert isinstance(got, NoReply), f"a question that has no answer got {got}"
        assert got.said, "a fault is told in words"
        assert isinstance(endpoint.ask(ask("known")), Reply), "after a fault, the next question was not answered"
        endpoint.close()

    def test_many_may_ask_at_once_and_nobody_gets_the_answer_of_another(self) -> None:
        known = {f"q{number}": Reply(f"answer {number}", ()) for number in range(ROUNDS)}
        endpoint = self.make(known)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            got = dict(zip(known, pool.map(lambda key: endpoint.ask(ask(key)), known), strict=True))
        endpoint.close()
        wrong = {key: one for key, one in got.items() if not isinstance(one, Reply) or one.text != known[key].text}
        assert not wrong, f"asked by {AT_ONCE} threads, {len(wrong)} got another's answer or none: {wrong}"

    def test_its_name_holds_no_query(self) -> None:
        endpoint = self.make({})
        assert endpoint.name, "a result names what it was measured on"
        assert "?" not in endpoint.name, "a name is shown and kept: what follows a question mark may be a secret"
        endpoint.close()
