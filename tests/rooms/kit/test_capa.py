"""`capa.yaml`: each mistake with its line and column, and writing that keeps the rest."""

from datetime import date
from pathlib import Path

import pytest

from hotwash.kernel.errors import ContentError
from hotwash.kit.capa import action_digest, as_entry, load_capa, with_entry
from hotwash.kit.schema.capa import CapaFile
from tests.support.actions import HEAD, action, day


def loaded(tmp_path: Path, text: str, **more):
    file = tmp_path / "capa.yaml"
    file.write_text(text)
    return load_capa(file, **more)


def mistakes(tmp_path: Path, **changed) -> list[str]:
    found = loaded(tmp_path, HEAD + as_entry(action(**changed)) + as_entry(action("other")), events=(1, 2, 3))
    return [str(one).removeprefix(f"{tmp_path / 'capa.yaml'}:") for one in found.problems]


def test_a_sound_file_has_no_problem_and_reads_back_as_it_was(tmp_path):
    one = action(
        cause="cache", sponsor="S. Example", depends_on=["other"], interim="Cache is off.", side_effects="slow answers: watched",
        decision={"what": "May the cache be off?", "by": "C. Example", "due": day(3)},
        effect={"on": day(90), "metric": "marked answers", "works_if": "0 in 30 days"},
        verification={"query": {"traces": "t.parquet", "sql": "SELECT count(*) FROM traces", "at_most": 0}},
    )  # fmt: skip
    found = loaded(tmp_path, HEAD + as_entry(one) + as_entry(action("other")), events=(1,))
    assert found.problems == ()
    assert found.done().actions[0] == one
    assert action_digest(found.of("empty-cache")) == action_digest(one)


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"action": "Improve monitoring."}, "10:13", "'Improve' is a wish"),
        ({"action": "The gateway drops tool calls."}, "10:13", "no threshold"),
        ({"owner": "platform team"}, "11:12", "is no person"),
        ({"owner": "TBD"}, "11:12", "is no person"),
        ({"cites": [1, 9]}, "7:16", "the record has no event 9"),
        ({"depends_on": ["othr"]}, "20:18", "there is no action 'othr'. Write 'other'"),
        ({"depends_on": ["empty-cache"]}, "20:17", "waits for itself: empty-cache → empty-cache"),
        ({"decision": {"what": "x", "by": "y", "due": day(20)}}, "23:12", "comes after the deadline"),
        ({"effect": {"on": day(2), "metric": "m", "works_if": "w"}}, "21:11", "before the action is due"),
        ({"verification": {"attestation": {"says": "s", "by": "a. example", "evidence": "e", "on": day(0), "expires": day(9)}}},
         "20:13", "the owner attests the own action"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place(tmp_path, changed, where, said):
    found = mistakes(tmp_path, **changed)
    assert [one for one in found if one.startswith(f"{where}: ") and said in one], found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('    deadline: ', '    deadlin: ', "'deadline' is missing"),
        ('    verification:\n      command:\n        run: ["true"]\n', "", "'verification' is missing"),
        ('      command:\n        run: ["true"]\n', "      attestation: {}\n", "'says'"),
        ('        run: ["true"]\n', '        run: ["true"]\n      query: {traces: t, sql: s, at_most: 1}\n', "exactly one of"),
        ('        run: ["true"]\n', '        run: ["true"]\n        seconds: 99999\n', "'seconds' is 99999"),
        ("severities: 3", "severities: 4", "'severities' is 4"),
        ('type: "corrective"', "type: vague", "'type' is 'vague'"),
        ('"A. Example"', "", "'owner' is empty"),
    ],
)  # fmt: skip
def test_what_has_no_sense_is_refused(tmp_path, old, new, said):
    text = HEAD + as_entry(action())
    assert old in text
    found = loaded(tmp_path, text.replace(old, new))
    assert said in "\n".join(map(str, found.problems))
    assert found.plan.actions == []
    assert "empty-cache" in found.drafts


def test_circles_are_told_once_with_the_way_around(tmp_path):
    text = HEAD + "".join(
        as_entry(action(name, depends_on=[on])) for name, on in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    )
    circles = [one.found for one in loaded(tmp_path, text).problems]
    assert circles == ["'a' waits for itself: a → b → c → a"]


def test_an_id_twice_is_told(tmp_path):
    found = loaded(tmp_path, HEAD + as_entry(action()) * 2)
    assert [one.found for one in found.problems] == ["'empty-cache' is there twice"]


def test_a_deadline_that_was_moved_by_hand_needs_a_reason(tmp_path):
    text = HEAD + as_entry(action())
    assert loaded(tmp_path, text, moved={"empty-cache": date.fromisoformat(day(14))}).problems == ()
    found = loaded(tmp_path, text, moved={"empty-cache": date.fromisoformat(day(7))}).problems
    assert "moved without a reason" in found[0].found
    assert "hotwash capa reschedule DRILL empty-cache" in found[0].write


def test_an_unknown_id_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(ContentError, match="empty-cache"):
        loaded(tmp_path, HEAD + as_entry(action())).of("empty-cach")


def test_an_entry_is_put_in_the_place_of_another_and_everything_else_stays(tmp_path):
    file = tmp_path / "capa.yaml"
    text = HEAD + as_entry(action("a")) + "  # about b\n" + as_entry(action("b")) + as_entry(action("c"))
    new = as_entry(action("a", owner="D. Example"))
    assert with_entry(text, file, new, "a") == HEAD + new + "  # about b\n" + as_entry(action("b")) + as_entry(
        action("c")
    )
    assert with_entry(HEAD.replace("actions:", "actions: []"), file, new) == HEAD + new
    assert with_entry(text, file, as_entry(action("e"))).endswith(as_entry(action("c")) + as_entry(action("e")))


def test_a_list_that_cannot_be_written_into_is_refused(tmp_path):
    flow = 'drill: x\ncreated: 2026-12-01\nactions: [{id: "a"}]\n'
    with pytest.raises(ContentError):
        with_entry(flow, tmp_path / "capa.yaml", as_entry(action("b")))


@pytest.mark.parametrize(
    "text", ["a: b", "- x", "null", "\x85\u2028'\"\\\n", "# no", "{x}", "2026-12-01", "é 🛟", "no", "&a *b !c"]
)
def test_any_text_is_written_so_that_it_reads_back(tmp_path, text):
    one = action(interim=f"x{text}x", finding=f"f {text} f")
    found = loaded(tmp_path, HEAD + as_entry(one))
    assert found.plan.actions == [one]


def test_every_key_has_its_line_in_the_reference():
    from tests.support.project import ROOT

    page = (ROOT / "docs" / "reference" / "capa-file.md").read_text()
    models = [CapaFile]
    for model in (*models, type(action()), *_inner()):
        for name in model.model_fields:
            assert f"`{name}`" in page, f"the reference does not name {model.__name__}.{name}"


def _inner():
    from hotwash.kit.schema import capa

    return (
        capa.Priority,
        capa.Decision,
        capa.Effect,
        capa.Verification,
        capa.SuiteCheck,
        capa.CommandCheck,
        capa.QueryCheck,
        capa.Attestation,
    )
