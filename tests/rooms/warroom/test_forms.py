"""Forms and lines cover the engine's whole vocabulary, and what is typed arrives as the command that was meant."""

import pytest

from hotwash import bootstrap
from hotwash.aftermath.lines import LINES, line
from hotwash.drill import commands as c
from hotwash.drill.commands import COMMANDS
from hotwash.drill.events import EVENTS
from hotwash.drill.views.project import ViewEvent
from hotwash.warroom.catalogue import FORMS
from hotwash.warroom.forms import FormError, plain, read_action
from hotwash.warroom.room import SHORT


def read(do, given=None, **sent):
    return read_action(FORMS[do], plain(sent), lambda kind: f"ic-{kind}-1", given)


@pytest.fixture(scope="module")
def design():
    return bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), 1).design


def test_every_command_can_be_given_and_every_event_has_words():
    assert set(FORMS) == set(COMMANDS)
    assert set(LINES) == set(EVENTS)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.do)
def test_a_form_asks_for_what_its_command_has_and_leaves_nothing_needed_out(form):
    fields = COMMANDS[form.do].model_fields
    asked = {field.name for field in form.fields}
    assert asked <= set(fields), "a field that the command does not have"
    hidden = {"do", form.makes, "seat", "person", "holder", "variant", "channel", "inject", "alert", "hypothesis", "decision",
              "trace", "case", "item", "call", "kind", "draft", "update", "rating", "hold", "reminder", "fix", "guide"}  # fmt: skip
    needed = {name for name, field in fields.items() if field.is_required()}
    assert needed <= asked | hidden
    assert form.makes in {"", *SHORT}, "the room has no id for what it makes"


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.do)
def test_choices_are_ones_that_the_command_takes(form, design):
    for field in form.fields:
        options = field.options(design) if field.options else []
        if field.kind not in ("choice", "many"):
            continue
        assert options, field.name
        annotation = str(COMMANDS[form.do].model_fields[field.name].annotation)
        if "Literal" in annotation:
            assert all(f"'{value}'" in annotation for value, _ in options if value), field.name


def test_minutes_become_milliseconds_and_lists_become_tuples():
    action = read(
        "set_scope",
        **{"scope.tenant": ["t-04", "t-08"], "scope.region": "", "since_ms": "12.5", "statement": "Three shops."},
    )
    assert action == c.SetScope(scope={"tenant": ["t-04", "t-08"]}, since_ms=750_000, statement="Three shops.")
    decision = read(
        "record_decision",
        kind="contain",
        what="Cut.",
        reason="Leak.",
        options="wait, all off",
        evidence="e1,\ne2",
        confidence="high",
    )
    assert (decision.options, decision.evidence, decision.decision) == (
        ("wait", "all off"),
        ("e1", "e2"),
        "ic-decision-1",
    )


def test_arguments_of_a_lever_are_numbers_where_they_are_numbers():
    action = read(
        "pull_lever",
        call="c1",
        kind="rollback",
        reason="It leaks.",
        **{"arguments.component": "index", "arguments.share": "25"},
    )
    assert action.arguments == {"component": "index", "share": 25}
    assert action.break_glass is False
    assert read("pull_lever", kind="safe_mode", reason="x", break_glass="1").break_glass is True


@pytest.mark.parametrize(
    ("do", "sent", "said"),
    [
        ("open_incident", {"title": "Leak", "observation": ""}, "What is seen"),
        ("set_severity", {"level": "9", "reason": "x"}, "Level"),
        ("set_scope", {"since_ms": "soon", "statement": "x"}, "'soon' is not a number"),
        ("jump_to", {"to_ms": ""}, "write a number"),
        ("accept_risk", {"residual": "a", "exposed": "b", "why": "c", "expires_h": "0"}, "Expires"),
        ("record_test", {"hypothesis": "h", "method": "m", "result": "maybe"}, "Result"),
        (
            "accept_risk",
            {"residual": "a", "exposed": "b", "why": "c", "expires_h": "1", "tripwires": "gut"},
            "^Tripwires: write a tripwire like",
        ),
    ],
)
def test_what_cannot_be_read_names_its_field_and_says_what_to_write(do, sent, said):
    with pytest.raises(FormError, match=said):
        read(do, **sent)


def test_what_follows_is_given_and_cannot_be_sent():
    action = read(
        "take_seat",
        {"seat": "ic", "person": "Ann", "holder": "person", "profile": ""},
        person="Somebody else",
        seat="tech",
    )
    assert (action.person, action.seat) == ("Ann", "ic")


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_a_line_says_nothing_that_its_event_does_not_hold(kind):
    assert line(ViewEvent(1, kind, 0, 0, "ic", "Ann", {})).text is not None
    data = dict.fromkeys(EVENTS[kind].model_fields, "")
    told = line(ViewEvent(7, kind, 61_000, 0, "ic", "Ann", {**data, "cells": (), "reason": "because " * 200})).text
    assert len(told) <= 300


def test_no_field_hides_what_a_page_asks_of_its_form():
    """A control named like a property of the form's element stands in its place, and `form.form` is asked for."""
    taken = {"form", "elements", "submit", "requestSubmit"}
    assert {(form.do, field.name) for form in FORMS.values() for field in form.fields if field.name in taken} == set()


def test_a_line_calls_seats_rules_and_duties_what_the_board_calls_them(design):
    kit = design.kit
    rule = next(one for one in kit.rules if one.id == "cross-tenant")
    duty = rule.then[0]
    seat = kit.roles.seats[duty.seat].title
    data = {"rule": rule.id, "seat": duty.seat, "duty": duty.id, "what": duty.what, "due_ms": 60_000}

    def said(kind, **data):
        return line(ViewEvent(1, kind, 0, 0, "control", "control", data), kit).text

    assert said("rule_armed", **data) == f"{rule.title}. {seat}, by T+01:00: {duty.what}"
    assert said("rule_missed", **data) == f"Not done by {seat}: {duty.what}"
    assert said("fact_learned", seats=["ic", "legal"], fact="press_contact") == (
        "Now known to Incident Commander, Legal Counsel: press contact"
    )
    assert (
        said("finding_raised", text="Slow.", owner="Nobody in this room")
        == "Finding: Slow. (owner: Nobody in this room)"
    )


@pytest.mark.parametrize(
    ("do", "name"),
    [("classify", "bucket"), ("classify", "mode"), ("set_severity", "level"), ("validate_signal", "verdict"), ("record_test", "result"),
     ("answer_question", "answer"), ("assess_obligation", "applies"), ("declare_recovery", "state"), ("assess_impact", "reversible"), ("assess_impact", "ongoing")],
)  # fmt: skip
def test_a_page_makes_no_judgement_that_nobody_chose(design, do, name):
    field = next(one for one in FORMS[do].fields if one.name == name)
    assert next(iter(field.options(design)))[0] == ""
    assert not field.value
