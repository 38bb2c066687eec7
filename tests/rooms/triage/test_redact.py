"""What may leave a vault: values are hidden, questions about them are not, and who is who can still be followed."""

import gzip
import json

import pytest

from hotwash.triage.redact import Redactor, redacted

VALUES = [
    ("Omar Lowe <omar.lowe74@example.com> wrote", ("Omar", "Lowe", "omar.lowe74")),
    ("Card 4000 0695 0787 0045.", ("4000", "0045")),
    ("pay with 4539 1488 0343 6467 today", ("4539", "6467")),
    ("My name is Jane van der Berg and", ("Jane", "Berg")),
    ("Dear Anna,\nthank you", ("Anna",)),
    ("born on 12 March 1984, she", ("12 March", "1984")),
    ("lives at 221 Baker Street, London", ("221", "Baker")),
    ("call +49 30 901820 22", ("901820",)),
    ("password: Hunter2!x9", ("Hunter2",)),
    ("passport number X1234567", ("X1234567",)),
    ("[Omar Lowe](mailto:omar@lowe.io)", ("Omar Lowe", "omar@lowe")),
    ("j\\u0061ne.doe\\u0040corp.com", ("jane.doe", "corp.com")),
    ("jane.doe\u200b@corp.com", ("jane.doe", "corp.com")),
    ("postgres://app:s3cr3t-Pass@db.internal/x", ("s3cr3t-Pass",)),
]


@pytest.mark.parametrize(("text", "gone"), VALUES)
def test_a_value_is_hidden(text: str, gone: tuple[str, ...]):
    left = redacted(text)
    assert [one for one in gone if one in left] == []
    assert "[" in left


@pytest.mark.parametrize(
    "text",
    [
        "what's your name", "What's your name?", "WHAT IS YOUR NAME", "my name is", "tell me your full name, please",
        "this is the wrong model", "The customer said so (see kb).", "Customer service (open 9 to 5)", "Dear customer,",
        "version 1.2.3.4 of the driver", "order number 4711 in 12 pieces", "how do I reset my password?",
    ],
)  # fmt: skip
def test_talk_about_a_value_is_none(text: str):
    assert redacted(text) == text


def test_the_same_value_keeps_its_number_over_texts():
    redactor = Redactor()
    first, second = redactor.text("a@corp.com wrote to b@corp.com"), redactor.text("B@corp.com answered")
    assert first == "[REDACTED email-1] wrote to [REDACTED email-2]"
    assert second == "[REDACTED email-2] answered", "case of an address does not make another person"
    assert redactor.counts == {"email": 2}


def test_what_was_withheld_is_hidden_where_it_is_quoted():
    redactor = Redactor()
    redactor.carry("Case E695228. Customer Omar Lowe <omar@lowe.io>.")
    left = redactor.text("The last case was E695228 of Omar Lowe, order E695229")
    assert left == "The last case was [REDACTED withheld-1] of [REDACTED withheld-2], order E695229"


def test_keys_and_depth_of_a_json_value():
    value = {"to": ["a@corp.com", {"b@corp.com": 3}], "n": 4, "none": None}
    assert Redactor().value(value) == {"to": ["[REDACTED email-1]", {"[REDACTED email-2]": 3}], "n": 4, "none": None}


def test_what_is_too_long_to_look_through_is_left_out():
    text = "x" * 1_000_000 + " a@corp.com"
    assert redacted(text).endswith("[11 characters more, not looked through]")


def test_a_real_alert_that_must_not_fire(shared):
    """An evaluator for personal data fired on this conversation in production; there is none in it."""
    body = json.loads(
        gzip.decompress((shared / "data/trace-fixtures/langfuse-trace-whats-your-name.json.gz").read_bytes())
    )
    trace = body.get("trace", body)
    asked = json.dumps(trace["input"])
    assert "what's your name" in asked
    redactor = Redactor()
    redactor.text(asked)
    redactor.text(json.dumps(trace["output"]))
    assert redactor.counts == {}
