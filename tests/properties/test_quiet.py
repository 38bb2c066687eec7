"""What is not looked at again could not have changed; what is kept is what would be made anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.drill.conditions import World, held
from hotwash.drill.journal import Journal
from hotwash.drill.quiet import NEVER, found, timed, turns
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Draft, seal
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Condition, Known, Not, Seen, Since
from hotwash.kit.secret import TrueFact
from tests.support.drills import description

KINDS = ("classified", "message_sent", "fact_learned")
SYSTEM = description()


def journal_of(moments: list[tuple[int, str]]) -> Journal:
    journal = Journal()
    for version, (at_ms, kind) in enumerate(sorted(moments), start=1):
        data = {"fact": "leak", "seats": ["ic"]} if kind == "fact_learned" else {}
        journal.apply(seal(Draft(kind, data, at_ms, at_ms, "ic", "Ida"), "s", version, "", f"c{version}"))
    return journal


def leaves() -> st.SearchStrategy[Condition]:
    minutes = st.integers(0, 12).map(float)
    return st.one_of(
        minutes.map(lambda at: At(at_min=at)),
        st.tuples(st.sampled_from(KINDS[:2]), st.integers(1, 3)).map(lambda one: Seen(event=one[0], times=one[1])),
        st.sampled_from(["team", "world"]).map(lambda of: Known(fact="leak", of=of)),
    )


def conditions() -> st.SearchStrategy[Condition]:
    def larger(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        some = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            some.map(lambda parts: AllOf(all=parts)),
            some.map(lambda parts: AnyOf(any=parts)),
            inner.map(lambda one: Not.model_validate({"not": one})),
            st.tuples(inner, st.integers(0, 6)).map(lambda one: Since(since=one[0], minutes=float(one[1]))),
        )

    return st.recursive(leaves(), larger, max_leaves=5)


events = st.lists(st.tuples(st.integers(0, 6 * MINUTE), st.sampled_from(KINDS)), max_size=5)


@settings(max_examples=150)
@given(conditions(), events, st.integers(6 * MINUTE, 9 * MINUTE), st.integers(0, 4 * MINUTE), st.booleans(), st.data())
def test_a_condition_does_not_change_by_itself_before_its_moment(condition, moments, now_ms, after_ms, talk_only, data):
    journal, facts = journal_of(moments), [TrueFact(fact="leak", from_min=7)]

    def at(moment_ms):
        return World(journal, moment_ms, SYSTEM, facts)

    turn = turns(condition, at(now_ms), after_ms, talk_only=talk_only)
    assert turn > now_ms
    assert timed(condition) or turn == NEVER
    later = data.draw(st.integers(now_ms, min(turn, 30 * MINUTE) - 1))
    before, after = (held(condition, at(one), after_ms, talk_only=talk_only) for one in (now_ms, later))
    assert before == after


def test_a_look_is_made_again_when_an_entry_comes_or_its_moment_does():
    journal = journal_of([(0, "classified")])
    looks = []

    def look(now_ms, finds=()):
        looks.append(now_ms)
        return iter(finds)

    def ask(now_ms, finds=()):
        world = World(journal, now_ms, SYSTEM, ())
        return found("it", {"classified"}, world, lambda: look(now_ms, finds), lambda: 100)

    assert (ask(10), ask(20), ask(99)) == ([], [], [])
    assert looks == [10]
    assert ask(5) == []
    assert looks == [10, 5], "a look from earlier says nothing about before it"
    ask(100)
    ask(10)
    assert looks == [10, 5, 100, 10]
    journal.apply(seal(Draft("message_sent", {}, 0, 0, "ic", "Ida"), "s", 2, "", "c2"))
    ask(11)
    assert looks == [10, 5, 100, 10], "an entry of another type changes nothing"
    journal.apply(seal(Draft("classified", {}, 0, 0, "ic", "Ida"), "s", 3, "", "c3"))
    assert ask(12, ["due"]) == ["due"]
    assert ask(12, ["due"]) == ["due"], "what was found and not put on record is found again"
