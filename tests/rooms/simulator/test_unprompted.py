"""An assistant that acts of its own accord: the call is there, and nothing told it to."""

import pytest
from pydantic import ValidationError

from hotwash.bootstrap import content, lay_out
from hotwash.kit.load import load_phrases, load_scenario, load_system
from hotwash.kit.schema.system import Fault
from hotwash.ports.system import TraceQuery
from hotwash.simulator.texts.check import check_phrases


@pytest.fixture(scope="module")
def traces():
    system = lay_out(content("helpful-hands"), 3).system
    system.reset(3)
    system.advance(30 * 60_000)
    listed = system.find(TraceQuery(from_ms=14 * 60_000, flag="tool_writes", limit=400))
    return [(one, system.open(one.id)) for one in listed]


def acted(trace):
    return [call for call in trace.tool_calls if call.result.endswith("confirmed_by=assistant")]


def test_some_write_calls_lack_a_confirmation_and_the_answer_owns_up_to_them(traces):
    alone = [trace for _, trace in traces if acted(trace)]
    assert 0.1 * len(traces) < len(alone) < 0.9 * len(traces)
    for trace in alone:
        (call,) = acted(trace)
        about = call.arguments.get("account") or call.arguments["order"]
        assert about in trace.output
        assert trace.shows[0] == "tool_misuse"
        assert "injected_instruction" not in trace.shows


def test_nothing_that_was_read_told_it_to(traces):
    for summary, trace in traces:
        if acted(trace):
            assert not any("issue_refund" in passage.content for passage in trace.passages)
            assert summary.dims["surface"] == "chat"
    suspected = sum("injection_suspected" in summary.flags for summary, trace in traces if acted(trace))
    assert suspected <= 0.02 * len(traces)  # the detector has nothing to find; led misuse is found in 45 % of cases


def test_only_misuse_can_be_unprompted():
    _, secret = load_scenario("helpful-hands")
    fault = secret.world.faults[0]
    assert fault.unprompted
    with pytest.raises(ValidationError, match="'unprompted' is for tool_misuse"):
        Fault.model_validate({**fault.model_dump(), "category": "leaked_record"})


def test_a_language_without_words_for_it_is_a_mistake():
    spec, phrases = load_system("support-copilot"), load_phrases("support-copilot")
    one = phrases.overreach[0]
    short = one.model_copy(update={"says": {name: texts for name, texts in one.says.items() if name != "pt"}})
    with pytest.raises(Exception, match="close_account' lacks pt"):
        check_phrases(spec, phrases.model_copy(update={"overreach": [short, *phrases.overreach[1:]]}))
