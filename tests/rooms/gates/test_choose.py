"""Which configuration to contain with: on made-up runs with a known answer, and on recorded ones counted another way."""

import gzip
import json
from collections import Counter

import pytest
from scipy import stats as reference

from hotwash.adapters.traces_agentdojo import AgentDojoRuns
from hotwash.conductor.choice_pages import choice_report
from hotwash.gates.choose import choose
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.traces import RecordedRun

FILTER, SPOTLIGHT = "gpt-4o-2024-05-13-tool_filter", "gpt-4o-2024-05-13-spotlighting_with_delimiting"
SONNET, HAIKU = "claude-3-5-sonnet-20240620", "claude-3-haiku-20240307"


def runs(name: str, harmed: str, served: str) -> list[RecordedRun]:
    """One letter a task: + yes, - no, ? unknown, x broke off without."""
    states = {"+": True, "-": False, "?": None, "x": False}

    def one(number: int, attacked: bool, letter: str) -> RecordedRun:
        return RecordedRun(
            name, f"t{number}", {"suite": "ab"[number % 2]}, attacked, states[letter] if attacked else False,
            True if attacked else states[letter], None, True, "q", "a", source=f"{name}:{number}", ended=letter != "x",
        )  # fmt: skip

    return [one(n, True, letter) for n, letter in enumerate(harmed)] + [
        one(n, False, letter) for n, letter in enumerate(served)
    ]


def test_least_harm_comes_first_and_clean_success_second():
    found = choose(
        [
            *runs("open", "+" * 30, "+" * 30),
            *runs("tight", "-" * 30, "+" * 20 + "-" * 10),
            *runs("shut", "-" * 30, "-" * 30),
        ]
    )
    assert (found.chosen, found.held, found.firm) == ("tight", ("tight", "shut"), True)
    assert (found.measured_from, found.tests) == ("open", 6)
    worst = found.standings[-1]
    assert (worst.name, worst.worse_than) == ("open", ("shut", "tight"))
    assert found.standings[0].cost == pytest.approx(1 / 3)
    assert choose([*runs("a", "+" * 30, "+" * 30), *runs("b", "-" * 30, "-" * 30)], today="b").measured_from == "b"


def test_what_is_unknown_counts_against_nobody():
    """Thirty runs that broke off could all have been harmless, or harmful."""
    for letter in "?x":
        found = choose([*runs("open", letter * 30, "+" * 30), *runs("tight", "-" * 30, "+" * 20 + "-" * 10)])
        assert found.chosen == "open"
        assert found.standings[0].harm.unknown == 30
        assert found.standings[0].harm_bounds.high == 1.0
        assert len(found.unknown) == 30
        limited = choose(
            [*runs("open", letter * 30, "+" * 30), *runs("tight", "-" * 30, "+" * 20 + "-" * 10)], most_harm=0.2
        )
        assert limited.chosen == "tight"


def test_a_task_that_was_attacked_several_times_is_as_bad_as_the_worst():
    found = choose([*runs("a", "-" * 6, "+" * 6), *runs("a", "+" * 3, ""), *runs("b", "-" * 6, "+" * 6)])
    harm = {one.name: (one.harm.failed, one.harm.asked) for one in found.standings}
    assert harm == {"a": (3, 6), "b": (0, 6)}
    assert [(part.segment, part.harm.failed) for one in found.standings if one.name == "a" for part in one.parts] == [
        ("suite=a", 2),
        ("suite=b", 1),
    ]


def test_a_choice_that_broken_off_runs_could_turn_is_not_firm():
    found = choose([*runs("a", "-" * 30, "+" * 20 + "-" * 10), *runs("b", "-" * 30, "+" * 18 + "x" * 6 + "-" * 6)])
    assert (found.chosen, found.firm) == ("a", False)
    assert "could change which of them is first" in choice_report(found).blocks[0].text


def test_without_a_configuration_that_keeps_the_limit_there_is_no_choice():
    found = choose([*runs("a", "-" * 10, "+" * 10), *runs("b", "-" * 10, "+" * 10)], most_harm=0.1)
    assert (found.chosen, found.held, found.firm) == ("", (), False)
    assert choice_report(found).blocks[0].title.startswith("Not enough evidence")


def test_a_false_worse_among_equals_is_rare():
    """Six configurations, all of them equal: chance differences are named in one of twenty comparisons at most."""
    import random

    chance, wrong, rounds = random.Random(5), 0, 80
    for _ in range(rounds):
        found = choose(
            [one for name in "abcdef" for one in runs(name, "".join(chance.choice("+-") for _ in range(40)), "+")]
        )
        wrong += any(each.worse_than for each in found.standings)
    assert wrong <= reference.binom.ppf(0.999, rounds, 0.05)


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        (runs("a", "-", "+"), {}, "two configurations at least"),
        (
            runs("a", "-", "+") + runs("b", "-", "+"),
            {"only": ["c"]},
            "there is no configuration 'c': write one of a, b",
        ),
        (runs("a", "-", "") + runs("b", "-", ""), {}, "one kind is missing"),
    ],
)
def test_what_cannot_be_compared_is_said(given, more, said):
    with pytest.raises(NotSupportedError, match=said):
        choose(given, **more)


@pytest.fixture(scope="module")
def recorded(shared):
    return AgentDojoRuns(shared / "data" / "agentdojo-runs").scan()


@pytest.fixture(scope="module")
def lines(shared):
    """The same files, read plainly: configuration → runs."""
    folder = shared / "data" / "agentdojo-runs"
    return {
        file.name.removesuffix(".jsonl.gz"): [json.loads(line) for line in gzip.open(file, "rt")]
        for file in sorted(folder.glob("*.gz"))
    }


def test_between_two_guards_of_one_model_the_filter_is_the_one_to_contain_with(recorded, lines):
    found = choose(recorded, only=[FILTER, SPOTLIGHT])
    assert (found.chosen, found.firm) == (FILTER, True)
    best, other = found.standings
    # 10 and 48 done for certain; in one run each, the user's own errand pays the same account.
    assert [(one.harm.failed, one.harm.unknown) for one in found.standings] == [(10, 1), (48, 1)]
    assert (best.clean.held, other.clean.held) == (52, 55)
    clean = {name: {row["metadata"]["suite_name"] + row["metadata"]["user_task_id"]: row["metadata"]["success"]
                    for row in lines[name] if row["metadata"]["injection_task_id"] is None} for name in (FILTER, SPOTLIGHT)}  # fmt: skip
    lost = sum(clean[SPOTLIGHT][task] and not clean[FILTER][task] for task in clean[FILTER])
    won = sum(clean[FILTER][task] and not clean[SPOTLIGHT][task] for task in clean[FILTER])
    assert lost - won == 3
    assert best.cost == pytest.approx(3 / 77)
    assert best.cost_bounds.low < 0 < best.cost_bounds.high
    assert other.worse_than == (FILTER,)
    assert (best.parts[0].segment, best.parts[0].harm.failed, best.parts[0].harm.asked) == ("suite=slack", 6, 21)


def test_among_all_the_least_harmful_are_told_apart_by_what_they_cost(recorded):
    found = choose(recorded)
    assert found.chosen == FILTER
    assert set(found.held) == {FILTER, HAIKU, "gemini-1-5-flash-001", "command-r"}
    assert {one.name for one in found.standings if one.worse_than} == {SONNET, SPOTLIGHT, "gpt-4o-mini-2024-07-18"}
    assert found.measured_from == SONNET
    assert found.standings[0].cost == pytest.approx((64 - 52) / 77)
    assert 0.05 < found.standings[0].cost_bounds.low < found.standings[0].cost_bounds.high < 0.26


def test_verdicts_that_cannot_be_known_are_the_runs_that_end_in_an_open_call(recorded, lines):
    """Counted from the files: the last message is no word of the agent's, and the task was not done."""
    open_ends = Counter()
    for name, rows in lines.items():
        for row in rows:
            last, attacked = row["messages"][-1], row["metadata"]["injection_task_id"] is not None
            if (last["role"] != "assistant" or last.get("tool_calls")) and not row["metadata"]["success"]:
                open_ends[name, "success under attack" if attacked else "clean success"] += 1
                open_ends[name, "harm"] += attacked
    found = Counter((one.configuration, one.what) for one in choose(recorded).unknown if one.why == "the run broke off")
    assert found == +open_ends
    assert found == {(HAIKU, "clean success"): 6, (HAIKU, "harm"): 4, (HAIKU, "success under attack"): 4,
                     ("command-r", "clean success"): 1, ("gemini-1-5-flash-001", "harm"): 1,
                     ("gemini-1-5-flash-001", "success under attack"): 1}  # fmt: skip
    own = [one for one in choose(recorded).unknown if one.why.startswith("whom it obeyed")]
    assert {one.task for one in own} == {"banking/user_task_15"}
