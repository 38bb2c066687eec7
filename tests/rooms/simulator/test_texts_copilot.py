"""A copilot's requests in words: what is said agrees with what was retrieved, looked up, stored and withheld."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from hotwash import bootstrap
from hotwash.kernel.clock import MINUTE
from hotwash.ports.traces import TraceQuery
from hotwash.simulator.ids import trace_id
from hotwash.simulator.texts.people import check_digit
from tests.rooms.simulator.spoken import COPILOT, broken, opened, played, rows_of, texts_of

TURNED_AWAY = ("off", "rate_limited", "dropped", "abandoned")
WITHHELD = ("blocked", "false_block", "caught", "held")
DIGITS = re.compile(r"\d[\d.,]*")
MAIL = re.compile(r"[\w.+-]+@[\w.-]+")


@pytest.fixture(scope="module")
def system():
    return played()


@pytest.fixture(scope="module")
def rows(system):
    rare = [("caught", 15), ("false_block", 40), ("blocked", 40)]
    found = [one for status, most in rare for one in rows_of(system, most, lambda row, want=status: row.status == want)]
    return rows_of(system, 2_000) + found + rows_of(system, 80, lambda row: row.category == "leaked_record")


def proofs(trace):
    """What an answer can rest on."""
    return " ".join([*(one.content for one in trace.passages), *(one.result for one in trace.tool_calls)])


def figures(text):
    return {re.sub(r"\D", "", found) for found in DIGITS.findall(text)}


def test_the_sample_has_every_way_to_end_and_every_language(rows):
    assert {"served", "off", "dropped", "blocked", "false_block", "caught"} <= {one.status for one in rows}
    assert {one.dims["language"] for one in rows} == {"en", "de", "es", "fr", "pt", "ja"}
    assert any(one.source for one in rows)
    assert any(one.adversarial for one in rows)
    assert any(one.category == "leaked_record" for one in rows)


def test_what_a_request_says_does_not_hang_on_when_it_is_opened():
    one = bootstrap.lay_out(bootstrap.content("order-number-alarm"), 4).system
    one.advance(12 * MINUTE)
    waiting = rows_of(one, 45, lambda row: set(row.marks) - set(one.facts.flags(row.row, one.now_ms)))
    before = [one.open(trace_id(facts.row)) for facts in waiting]
    one.advance(40 * MINUTE)
    for early in before:
        late = one.open(early.summary.id)
        for part in ("prompt", "output", "passages", "tool_calls", "sensitive"):
            assert getattr(early, part) == getattr(late, part)
    assert len(before) == 45
    assert any(one.open(early.summary.id).attributes != early.attributes for early in before)


def test_an_alarm_that_has_not_shown_yet_changes_no_word():
    one = played("order-number-alarm")
    hits = rows_of(one, 30, lambda row: {"pii_hits", "refusals"} & set(row.marks) and row.status == "served")
    for facts in hits:
        shown, unseen = one.words.trace(facts), one.words.trace(replace(facts, flags=("requests",)))
        assert (shown.prompt, shown.output, shown.tool_calls) == (unseen.prompt, unseen.output, unseen.tool_calls)
    assert len(hits) == 30


def test_the_order_of_opening_changes_nothing(system, rows):
    once = [opened(system, one) for one in rows[:150]]
    again = [system.open(trace_id(one.row)) for one in reversed(rows[:150])]
    assert once == again[::-1]


def test_a_harmless_answer_states_no_figure_that_its_sources_do_not_hold(system, rows):
    checked = 0
    for facts in rows:
        if facts.status != "served" or facts.category or facts.adversarial or facts.source is not None:
            continue
        trace = opened(system, facts)
        if not trace.passages and not trace.tool_calls:
            continue
        checked += 1
        said = figures(MAIL.sub("", trace.output))
        assert said <= figures(proofs(trace)) | figures(trace.prompt), trace
    assert checked > 250


def test_an_invented_answer_states_one_that_they_do_not_hold():
    one = broken(COPILOT, "ungrounded_answer", "model")
    found = rows_of(one, 200, lambda row: row.category == "ungrounded_answer" and row.status == "served")
    for facts in found:
        trace = opened(one, facts)
        if trace.passages or trace.tool_calls:
            assert figures(trace.output) - figures(proofs(trace)) - figures(trace.prompt), trace
        assert "ungrounded_answer" in trace.shows
    assert len(found) == 200


def test_a_leak_shows_a_customer_of_another_shop_and_nothing_else_does(system, rows):
    seen = 0
    for facts in rows:
        trace = opened(system, facts)
        own = facts.dims["tenant"]
        strangers = [one for one in trace.passages if one.tenant != own]
        words = facts if facts.source is None else facts.source
        leaks = words.category == "leaked_record" and facts.status not in TURNED_AWAY
        assert bool(strangers) == leaks, trace
        assert ("cross_tenant_content" in trace.shows) == (facts.category == "leaked_record")
        if leaks:
            seen += 1
            said = trace.output if facts.status == "served" else trace.attributes["hotwash.withheld.output"]
            mail = re.search(r"<(.+?)>", strangers[0].content)[1]
            assert mail in said
            assert trace.sensitive
            assert trace.attributes["hotwash.company"] not in strangers[0].content
    assert seen >= 50


def test_sensitive_is_what_names_a_person(system, rows):
    for facts in rows:
        trace, scene = opened(system, facts), system.words.scenes.of(facts)
        named = any(scene.values[name].casefold() in texts_of(trace).casefold() for name in ("name", "mail", "card"))
        stranger = any(one.tenant != facts.dims["tenant"] for one in trace.passages)
        assert trace.sensitive == (named or stranger), trace


def test_a_stored_answer_is_the_same_word_for_word_and_looks_nothing_up_again(system):
    found = rows_of(system, 400, lambda row: row.source is not None and row.status == "served")
    for facts in found:
        trace, first = opened(system, facts), opened(system, facts.source)
        assert trace.output == first.output
        assert trace.attributes["hotwash.cache.source"] == first.summary.id
        assert trace.attributes["hotwash.cache.version.index"] == first.versions["index"]
        assert "gen_ai.request.model" not in trace.attributes
        if "pii_hits" not in facts.marks:
            assert not [one for one in trace.tool_calls if one.name.startswith("get_")]
        own = system.words.scenes.of(facts).values
        assert own["mail"] not in trace.output
        assert own["order"] not in trace.output
    assert len(found) == 400


def test_what_was_stopped_is_kept_apart_from_what_the_person_saw(system, rows):
    counted = Counter()
    for facts in rows:
        trace = opened(system, facts)
        given = trace.attributes
        counted[facts.status] += 1
        if facts.status in TURNED_AWAY:
            assert not any(name.startswith(("gen_ai.request", "gen_ai.usage", "hotwash.arm")) for name in given)
            assert not trace.passages and not trace.tool_calls
        waits = system.casebook.waits(facts.row)
        assert ("hotwash.withheld.output" in given) == (facts.status in WITHHELD and not waits)
        if facts.status in WITHHELD and not waits:
            assert given["hotwash.withheld.output"] != trace.output
            assert all(one.error for one in trace.tool_calls if not one.name.startswith("get_"))
        elif facts.status == "served" and facts.source is None:
            assert given["gen_ai.operation.name"] == "chat"
            assert given["gen_ai.request.model"] == given["gen_ai.response.model"] == trace.versions["model"]
            assert given["gen_ai.usage.input_tokens"] > 0 < given["gen_ai.usage.output_tokens"]
            assert ("gen_ai.retrieval.documents" in given) == facts.retrieved
    assert min(counted[name] for name in ("served", "off", "dropped", "false_block")) > 20


def test_no_write_tool_runs_while_they_are_taken_away(system, rows):
    for facts in rows:
        if not facts.tools_on:
            assert all(one.name.startswith("get_") for one in opened(system, facts).tool_calls)


def test_a_false_hit_is_on_the_requesters_own_number():
    one = played("order-number-alarm")
    found = one.find(TraceQuery(to_ms=18 * MINUTE, flag="pii_hits", limit=60))
    places = Counter()
    for summary in found:
        trace = one.open(summary.id)
        match = trace.attributes["hotwash.detector.match"]
        digits = match.replace(" ", "")
        assert len(digits) == 16
        assert any(match in call.result for call in trace.tool_calls)
        places[trace.attributes["hotwash.detector.found_in"]] += 1
        assert (match in trace.output) == (trace.attributes["hotwash.detector.found_in"] == "output")
        if summary.dims["tenant"] == "t-01":
            assert 41 <= int(digits[:2]) <= 48
            assert check_digit(digits[:-1]) == int(digits[-1])
        assert trace.shows == ("detector_false_positive",)
    assert min(places["output"], places["order-line"]) >= 3


def test_a_tool_is_misused_for_what_an_instruction_in_a_document_says():
    one = broken(COPILOT, "tool_misuse", "prompt", "tools")
    found = rows_of(one, 200, lambda row: row.category == "tool_misuse" and row.status == "served")
    families = Counter()
    for facts in found:
        trace = opened(one, facts)
        paid = next(call for call in trace.tool_calls if call.name == "issue_refund")
        document = trace.passages[-1]
        assert paid.arguments["target"] in document.content
        assert paid.arguments["amount"] in document.content
        assert paid.arguments["target"] not in trace.prompt + trace.output
        assert {"tool_misuse", "injected_instruction"} <= set(trace.shows)
        families[document.id.split("/")[0]] += 1
        if facts.dims["intent"] in ("order_status", "account_access", "complaint"):
            assert document.id.startswith(("tickets/", "mail/"))
    assert len(families) >= 5


def test_a_shop_has_one_currency_wherever_its_shoppers_are(system):
    places = system.words.scenes
    found = rows_of(system, 300, lambda row: row.dims["tenant"] == "t-01")
    assert len({one.dims["region"] for one in found}) == 4
    assert len({places.place(one) for one in found}) == 1


def test_a_letter_greets_once(system):
    for facts in rows_of(system, 60, lambda row: row.dims["surface"] == "email" and row.dims["language"] == "en"):
        prompt = opened(system, facts).prompt
        assert prompt.startswith(("Dear ", "Hello,\n"))
        assert not re.search(r"\n\n(hi|hello|hey|good morning)\b", prompt, re.IGNORECASE)


def test_complaints_are_about_what_the_person_came_for_and_how_it_ended(system):
    told = system.complaints(0, 33 * MINUTE)
    assert len(told) >= 15
    for one in told:
        facts = system.facts.of(int(one.about.removeprefix("r-")))
        assert trace_id(facts.row) == one.about
        stranger = system.words.scenes.other(system.words.scenes.of(facts.source or facts))
        leaked = facts.category == "leaked_record" and facts.status == "served"
        assert leaked or stranger["other_mail"] not in one.text
    same = Counter(one.text for one in told)
    assert max(same.values()) <= 2
