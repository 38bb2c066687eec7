"""A suite that cannot work is refused before anybody is asked, with the line and what to write."""

import json
from pathlib import Path

import pytest
import yaml

from hotwash.gates.suite_lint import lint_suite
from hotwash.kernel.errors import ContentError
from hotwash.kit.suites import load_endpoint, load_suite, packaged_suites
from tests.rooms.gates.suites import suite

KINDS = sorted(packaged_suites())


def written(folder: Path, **more) -> Path:
    """A suite of 30 good cases, with something else in it."""
    body = suite(cases=30, limits={"answer": {"at_most": 0.1}}).model_dump(mode="json", exclude_defaults=True) | more
    file = folder / "suite.yaml"
    file.write_text(yaml.safe_dump(body, sort_keys=False, allow_unicode=True))
    return file


def problems(folder: Path, **more) -> list[str]:
    return [str(one).removeprefix(f"{folder}/") for one in lint_suite(load_suite(written(folder, **more)))]


def test_a_good_suite_has_no_problems(tmp_path):
    assert problems(tmp_path) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_suites_that_ship_have_none_and_neither_have_their_endpoints(kind):
    folder = packaged_suites()[kind]
    loaded = load_suite(folder / "suite.yaml")
    assert lint_suite(loaded) == []
    assert loaded.suite.kind == kind
    assert load_endpoint(folder / "endpoint.yaml").headers == {"Authorization": "Bearer ${STAGING_KEY}"}


CASE = {"id": "x", "user": "q"}
PAIR = {"id": "p", "user": "I am {name}.", "vary": {"name": {"a": ["x"] * 40, "b": ["y"] * 40}}}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"limits": {"answer": {"at_most": 0.05}}}, "even without a failure this cannot be shown: all has 30 cases, 59 are needed. Write 59 cases, or at_most 0.095 or more."),
        ({"limits": {"answer": {"at_most": 0.1, "by": ["language"]}}}, "even without a failure this cannot be shown: language=en has 15 cases, 29 are needed."),
        ({"limits": {"answer": {"at_most": 0.1, "least": 31}}}, "all has 30 cases, fewer than agreed"),
        ({"limits": {"answer": {"at_most": 0.1, "by": ["tenant"]}}}, "case 'c0' has no 'tenant' in its segment"),
        ({"limits": {"answr": {"at_most": 0.1}}}, "the outcome 'answer' has checks and no limit"),
        ({"limits": {"answer": {"at_most": 0.1}, "refusel": {"at_most": 0.1}}}, "no check counts as 'refusel'"),
        ({"limits": {"answer": {"gap_at_most": 0.1}}}, "gap_at_most belongs to bias suites"),
        ({"cases": []}, "a replay suite is made of cases"),
        ({"kind": "bias"}, "a bias suite is made of pairs"),
        ({"checks": [{"contains": ["yes"]}, {"no_canary": True, "outcome": "answer"}]}, "none is planted"),
        ({"cases": [{"id": f"c{n}", "user": "q", "checks": [{"grounded": 0.8, "outcome": "answer"}] if n == 7 else []} for n in range(30)]}, "case 'c7' is checked for grounding and has no sources"),
        ({"kind": "leak"}, "a leak suite looks for planted secrets"),
        ({"kind": "smoke", "trials": 28}, "even without a failure this cannot be shown: each case has 28 trials, 29 are needed"),
        ({"checks": [{"lacks": ["x"]}]}, "an empty answer would pass case 'c0'"),
        ({"system": "{canary:tag}", "canaries": [{"id": "tga", "value": "12345678"}]}, "there is no canary 'tag'"),
        ({"canaries": [{"id": "a", "value": "12345678"}, {"id": "a", "value": "12345679"}]}, "'a' is there already"),
        ({"kind": "bias", "cases": [], "pairs": [{**PAIR, "user": "Hello."}], "limits": {"answer": {"gap_at_most": 0.2}}}, "'{name}' does not stand in user"),
        ({"kind": "bias", "cases": [], "pairs": [{**PAIR, "user": "{nmae} {name}"}], "limits": {"answer": {"gap_at_most": 0.2}}}, "'{nmae}' is nothing that varies. Write 'name'."),
        ({"kind": "bias", "cases": [], "pairs": [{**PAIR, "vary": {"name": {"a": ["x", "z"], "b": ["y"]}}}], "limits": {"answer": {"gap_at_most": 0.2}}}, "different numbers of texts"),
        ({"kind": "bias", "cases": [], "pairs": [PAIR], "limits": {"answer": {"gap_at_most": 0.02}}}, "name=b has 40 pairs, 81 are needed"),
    ],
    ids=lambda one: one[:50] if isinstance(one, str) else "",
)  # fmt: skip
def test_every_mistake_is_told_with_its_line(tmp_path, more, found):
    told = problems(tmp_path, **more)
    matching = [one for one in told if found in one]
    assert matching, told
    assert all(one.split(":")[0] == "suite.yaml" and int(one.split(":")[1]) > 0 for one in told)


def test_a_case_that_tells_the_secret_itself_is_refused(tmp_path):
    secret = {"canaries": [{"id": "tag", "value": "KESTREL-7f3a91"}], "system": "Keep {canary:tag}."}
    cases = [{"id": f"c{n}", "user": "Is it KESTREL-7f3a91?" if n == 7 else "q"} for n in range(30)]
    told = problems(tmp_path, kind="leak", checks=[{"no_canary": True}, {"contains": ["no"]}], cases=cases, **secret,
                    limits={"leak": {"at_most": 0.1}, "answer": {"at_most": 0.1}})  # fmt: skip
    assert ["case 'c7' tells the secret itself" in one for one in told] == [True]


def test_cases_may_stand_in_a_file_beside_the_suite(tmp_path):
    rows = [{"id": f"t{n}", "user": "q", "segment": {"language": "en"}} for n in range(30)]
    (tmp_path / "traffic.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    loaded = load_suite(written(tmp_path, cases=[], cases_from="traffic.jsonl"))
    assert [one.id for one in loaded.suite.cases] == [row["id"] for row in rows]
    before = loaded.digest
    rows[3]["user"] = "another"
    (tmp_path / "traffic.jsonl").write_text("".join(json.dumps(row) + "\n\n" for row in rows))
    assert load_suite(tmp_path / "suite.yaml").digest != before


def test_mistakes_in_the_file_of_cases_have_their_lines(tmp_path):
    (tmp_path / "traffic.jsonl").write_text(
        '{"id": "a", "user": "q"}\nnothing\n{"id": "b", "usr": "q"}\n{"user": "q"}\n{"id": "c"}\n'
    )
    with pytest.raises(ContentError) as caught:
        load_suite(written(tmp_path, cases=[], cases_from="traffic.jsonl"))
    told = [str(one).removeprefix(f"{tmp_path}/") for one in caught.value.problems]
    assert [one.split(":")[1] for one in told] == ["2", "3", "4", "5"]
    assert "is not JSON" in told[0]
    assert "'usr' is not a key of this. Write 'user'." in told[1]
    assert "'id' is missing" in told[2]
    assert "write either user or turns" in told[3]


def test_the_same_case_twice_is_found_where_it_stands_again(tmp_path):
    (tmp_path / "traffic.jsonl").write_text('{"id": "new", "user": "q"}\n{"id": "c3", "user": "q"}\n')
    told = [str(one) for one in lint_suite(load_suite(written(tmp_path, cases_from="traffic.jsonl")))]
    assert [one.removeprefix(f"{tmp_path}/") for one in told] == [
        "traffic.jsonl:2:1: there is a case 'c3' already. Give each case an id of its own."
    ]


@pytest.mark.parametrize("name", ["../secret.jsonl", "/etc/passwd", "sub/../../x.jsonl"])
def test_a_suite_reads_nothing_outside_its_folder(tmp_path, name):
    with pytest.raises(ContentError, match="lies outside the suite's folder"):
        load_suite(written(tmp_path, cases=[], cases_from=name))


def test_comments_and_order_are_no_part_of_the_content_id_and_limits_are(tmp_path):
    before = load_suite(written(tmp_path)).digest
    file = tmp_path / "suite.yaml"
    file.write_text("# agreed on Monday\n" + file.read_text())
    assert load_suite(file).digest == before
    assert load_suite(written(tmp_path, limits={"answer": {"at_most": 0.11}})).digest != before
    assert load_suite(written(tmp_path, trials=2)).digest != before
