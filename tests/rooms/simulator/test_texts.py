"""Requests in words: the same row reads the same, nothing is left open, and the text shows what the ledger says."""

import random
import re
from collections import Counter

import pytest

from hotwash import bootstrap
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError
from hotwash.ports.scope import Scope
from hotwash.ports.traces import TraceQuery
from hotwash.simulator.texts.check import check_phrases

LOOKED_AT = 2_500
SEED = 5
SECRETS = re.compile(
    r"unfiltered-shards|districts-on-default|\bfault\b|leaked_record|discriminatory|harmful", re.IGNORECASE
)


def lay_out(scenario):
    system = bootstrap.lay_out(bootstrap.content(scenario), SEED).system
    system.advance(45 * MINUTE)
    return system


@pytest.fixture(scope="module", params=["cross-tenant-leak", "bias-after-refresh"])
def system(request):
    return lay_out(request.param)


@pytest.fixture(scope="module")
def names(system):
    """A sample of every kind of row, the rare ones whole."""
    found = [one.id for one in system.find(TraceQuery(limit=60_000))]
    return random.Random(1).sample(found, LOOKED_AT)


@pytest.fixture(scope="module")
def opened(system, names):
    return {name: system.open(name) for name in names}


def everything(trace):
    """All text that a reader of a trace sees."""
    parts = [trace.prompt, trace.output, *(one.content for one in trace.passages)]
    parts += [
        text for call in trace.tool_calls for text in (call.name, call.result, *map(str, call.arguments.values()))
    ]
    return "\n".join([*parts, *map(str, trace.attributes.values())])


def test_a_request_reads_the_same_whenever_it_is_opened(system, opened, names):
    copilot = "tools" in system.describe().versions
    again = lay_out("cross-tenant-leak" if copilot else "bias-after-refresh")
    for name in random.Random(2).sample(names, 200):
        assert again.open(name) == opened[name]


def test_no_slot_is_left_open_and_nothing_gives_the_answer_away(opened):
    languages = Counter(trace.summary.dims["language"] for trace in opened.values())
    assert len(languages) >= 6
    for trace in opened.values():
        text = everything(trace)
        assert not re.search(r"\{[a-z_]+\}", text), text
        assert not SECRETS.search(text), text
        assert trace.prompt.strip()


def test_an_answer_from_the_cache_is_word_for_word_the_one_that_filled_it():
    system = lay_out("cross-tenant-leak")
    cached = [one.id for one in system.find(TraceQuery(limit=60_000)) if one.cached][:400]
    assert len(cached) == 400
    for name in cached:
        trace = system.open(name)
        if trace.summary.status == "served":
            assert trace.output == system.open(trace.attributes["hotwash.cache.source"]).output


def test_a_record_of_another_tenant_stands_in_the_trace_exactly_when_the_ledger_says_so():
    system = lay_out("cross-tenant-leak")
    query = TraceQuery(from_ms=12 * MINUTE, scope=Scope.of({"tenant": ["t-04", "t-08", "t-12"]}), limit=60_000)
    suspects = [one.id for one in system.find(query)]
    leaks = 0
    for name in random.Random(3).sample(suspects, 1_500):
        trace = system.open(name)
        foreign = {one.tenant for one in trace.passages} - {trace.summary.dims["tenant"], "shared", ""}
        shown = "cross_tenant_content" in trace.shows
        if trace.summary.status == "served":
            assert shown == bool(foreign), (name, foreign)
        leaks += shown
        if shown:
            assert trace.sensitive
            assert "personal_data_exposed" in trace.shows
    assert leaks > 40


def test_reasons_and_score_of_a_decision_fit_what_the_model_was_given():
    system = lay_out("bias-after-refresh")
    reasons = bootstrap.content("bias-after-refresh").phrases.reasons
    found = [one.id for one in system.find(TraceQuery(limit=60_000)) if one.status == "served"]
    declined = 0
    for name in random.Random(4).sample(found, 1_500):
        trace = system.open(name)
        given = trace.attributes
        if "hotwash.decision" not in given:
            continue
        assert (given["hotwash.score.value"] < given["hotwash.score.threshold"]) == (
            given["hotwash.decision"] == "declined"
        )
        assert trace.output.startswith(given["hotwash.decision"].upper())
        assert f"{given['hotwash.score.value']:.3f}" in trace.output
        assert {code.lower() for code in given["hotwash.score.reasons"]} <= set(reasons)
        assert bool(given["hotwash.score.reasons"]) == (given["hotwash.decision"] == "declined")
        assert all(code in trace.output for code in given["hotwash.score.reasons"])
        assert 0 <= given["hotwash.feature.payments_on_time_of_12"] <= 12
        declined += given["hotwash.decision"] == "declined"
    assert declined > 100


def test_attributes_have_the_names_of_the_conventions(opened):
    keys = {key for trace in opened.values() for key in trace.attributes}
    assert all(key.split(".")[0] in {"gen_ai", "hotwash", "user", "openinference", "llm", "error"} for key in keys), (
        keys
    )
    assert {"user.id", "hotwash.tenant", "hotwash.cache.hit", "hotwash.guardrail.tier"} <= keys


def test_complaints_are_in_the_language_of_the_person_and_not_all_alike(system):
    told = system.complaints(0, 45 * MINUTE)
    assert len(told) > 15
    assert len({one.text for one in told}) > 0.5 * len(told)
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for one in told:
        assert bool(japanese.search(one.text)) == (one.dims["language"] == "ja"), one
        assert not re.search(r"\{[a-z_]+\}", one.text)


def without_topics(phrases, intent):
    return {name: topics for name, topics in phrases.topics.items() if name != intent}


def with_an_open_slot(phrases, intent):
    first, *rest = phrases.topics[intent]
    broken = {**first.prompts, next(iter(first.prompts)): ["Where is {no_such_thing}?"]}
    return {**phrases.topics, intent: [first.model_copy(update={"prompts": broken}), *rest]}


@pytest.mark.parametrize(
    ("broken", "said"), [(without_topics, "has no topic"), (with_an_open_slot, "nothing fills {no_such_thing}")]
)
def test_phrases_that_would_leave_a_hole_are_refused_with_their_place(broken, said):
    found = bootstrap.content("cross-tenant-leak")
    intent = next(iter(found.spec.intents))
    with pytest.raises(ContentError, match=re.escape(said)) as wrong:
        check_phrases(found.spec, found.phrases.model_copy(update={"topics": broken(found.phrases, intent)}))
    assert "phrases.yaml" in str(wrong.value)
    assert intent in str(wrong.value)
