"""Sentences, tokens, contexts, frames: the machinery below the rules."""

import pytest

from hotwash.comms.lint.frames import frame_hits
from hotwash.comms.lint.scope import clauses, scopes
from hotwash.comms.lint.text import read
from hotwash.kit.schema.wording import Frame


def only(text: str):
    (one,) = read(text).sentences
    return one


def contexts(text: str, word: str) -> frozenset[str]:
    sentence = only(text)
    place = next(i for i, one in enumerate(sentence.tokens) if one.low == word)
    return scopes(sentence.plain).at(place)


@pytest.mark.parametrize(
    ("text", "word", "want"),
    [
        ("No data was affected.", "affected", {"denied"}),
        ("Data wasn’t affected.", "affected", {"denied"}),
        ("No ticket is open, and we have fixed it.", "fixed", set()),
        ("Not only t-04 is affected.", "affected", set()),
        ("Nobody was never told.", "told", set()),
        ("Exposure has been ruled out.", "exposure", {"denied"}),
        ("We cannot say that it is fixed.", "fixed", {"denied", "unsaid"}),
        ("A post claims that it is fixed.", "fixed", {"unsaid"}),
        ("We say that it is fixed.", "fixed", set()),
        ("Whether it is fixed is open.", "fixed", {"unsaid"}),
        ("It will be fixed today.", "fixed", {"to-come"}),
        ("As soon as it is fixed, we write.", "fixed", {"conditional"}),
        ("As soon as it is fixed, we write.", "write", set()),
        ("It may be the index.", "index", {"guessed"}),
        ("The index, we suspect.", "index", {"guessed"}),
        ("Without a doubt it is the index.", "index", set()),
    ],
)
def test_a_word_stands_in_the_contexts_that_its_sentence_opens(text: str, word: str, want: set[str]):
    assert contexts(text, word) == want


def test_sentences_end_where_people_end_them():
    text = (
        "At 9 a.m. EST it began. See e.g. t-04, i.e. one shop. Is it over? “No.” **Status.** We watch.\n\n- one\n- two"
    )
    assert [one.plain for one in read(text).sentences] == [
        "At 9 a.m. EST it began.", "See e.g. t-04, i.e. one shop.", "Is it over?", '"No."', "Status.", "We watch.", "one", "two",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["“Fixed” — it’s\u00a0‘done’ | `x` ~~not~~ **so**", "# T\n> q\n1. [a](https://x.y/z)\n"]
)
def test_what_is_read_has_the_length_and_the_places_of_what_was_written(text: str):
    draft = read(text)
    assert len(draft.plain) == len(text)
    for sentence in draft.sentences:
        for token in sentence.tokens:
            assert draft.plain[token.start : token.end].lower() == token.low
            assert token.end - token.start == len(token.text)
    changed = {(old, new) for old, new in zip(text, draft.plain, strict=True) if old != new and new != " "}
    assert changed <= {("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'")}


def test_struck_out_words_and_addresses_are_not_read():
    words = [
        one.low
        for sentence in read("~~resolved~~ see [status](https://resolved.example/fixed)").sentences
        for one in sentence.tokens
    ]
    assert words == ["see", "[", "status", "]"]


def test_a_clause_ends_at_but_and_at_a_new_subject():
    sentence = only("It is off but t-04 is hit, and we watch it")
    said = [" ".join(sentence.tokens[i].text for i in one) for one in clauses(sentence.tokens)]
    assert said == ["It is off", "but t-04 is hit", ",", "and we watch it"]


def hits(frame: Frame, text: str) -> int:
    sentence = only(text)
    return len(list(frame_hits(frame, sentence, scopes(sentence.plain), (("@component", ("index",)),))))


def test_a_frame_finds_its_words_in_any_order_inside_one_clause():
    frame = Frame(words=[["data", "record*"], ["exposed"]], says="denied", within=4)
    assert hits(frame, "No records were exposed") == 1
    assert hits(frame, "Exposed was no data") == 1
    assert hits(frame, "Data was exposed") == 0
    assert hits(frame, "No data is here, but we were exposed") == 0
    assert hits(frame, "No data of the many customers of all shops was exposed") == 0


def test_a_frame_may_ask_for_order_for_the_start_and_for_a_component():
    assert hits(Frame(words=[["due to"], ["@component"]], ordered=True), "The index is due to us") == 0
    assert hits(Frame(words=[["due to"], ["@component"]], ordered=True), "Due to the index") == 1
    assert hits(Frame(words=[["resolved"]], starts=True), "We resolved it") == 0
    assert hits(Frame(words=[["resolved"]], starts=True), "“Resolved: answers”") == 1
