"""Before and after, request by request: on made-up rows, and on answers that people labelled, counted another way."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
from scipy import stats as reference

from hotwash.adapters.judged_rows import judged_rows
from hotwash.gates.regression import Criterion, regression
from hotwash.kernel.errors import ContentError, NotSupportedError

FULL, PARTIAL = "2_full_refusal", "3_partial_refusal"
REFUSED = Criterion.of(f"final_label={FULL},{PARTIAL}")


def rows(letters: str, **more) -> list[dict[str, str]]:
    return [{"id": str(n), "label": letter, "kind": "ab"[n % 2], **more} for n, letter in enumerate(letters)]


def held_against(before: str, after: str, **more):
    return regression(rows(before), rows(after), key="id", failed=Criterion.of("label=x"), **more)


def test_what_changed_is_counted_in_pairs():
    found = held_against("xx..", "x.x.").whole
    assert (found.before.failed, found.after.failed, found.mended, found.broken, found.value) == (2, 2, 1, 1, 0.0)
    assert (found.apart, found.change) == (1.0, "not_told")


def test_worse_and_better_are_told_and_chance_is_not():
    assert held_against("." * 20, "x" * 12 + "." * 8).whole.change == "worse"
    assert held_against("x" * 12 + "." * 8, "." * 20).whole.change == "better"
    assert held_against("." * 20, "x" * 4 + "." * 16).whole.change == "not_told"


def test_categories_are_judged_together_and_the_worst_comes_first():
    found = held_against("." * 40, "x." * 10 + "." * 20, by="kind")
    assert [(one.segment, one.change) for one in found.categories] == [("kind=a", "worse"), ("kind=b", "not_told")]
    single = reference.binomtest(10, 10, alternative="greater").pvalue
    assert found.categories[0].apart == pytest.approx(2 * single)


def test_what_cannot_be_judged_counts_against_no_side():
    found = held_against("?" * 20, "x" * 20, unknown=[Criterion.of("label=?")])
    assert (found.whole.before.unknown, found.whole.value, found.whole.change) == (20, None, "not_told")


def test_requests_without_a_partner_are_counted_and_left_out():
    found = regression(rows("x.x."), rows("x."), key="id", failed=Criterion.of("label=x"))
    assert (found.pairs, found.alone_before, found.alone_after) == (2, 2, 0)


@pytest.mark.parametrize(("text", "fits"), [("a=x", True), ("a=y,x", True), ("a=X", False), ("a=?", True), ("a!=x", False), ("a!=y*", True)])  # fmt: skip
def test_a_criterion_is_read_as_it_is_written(text, fits):
    assert Criterion.of(text).fits({"a": "x"}) is fits


@pytest.mark.parametrize("text", ["", "a", "=x", "a=", "a=x,,y", "!=x"])
def test_what_is_no_criterion_is_refused(text):
    with pytest.raises(NotSupportedError, match="is no criterion"):
        Criterion.of(text)


def test_what_is_not_there_is_said():
    for more, said in (({"by": "type"}, "no column 'type'"), ({"where": [Criterion.of("z=1")]}, "no column 'z'")):
        with pytest.raises(NotSupportedError, match=said):
            held_against("x.", "x.", **more)
    with pytest.raises(NotSupportedError, match="more than one row"):
        regression(rows("x") * 2, rows("x"), key="id", failed=Criterion.of("label=x"))
    with pytest.raises(NotSupportedError, match="nothing can be paired"):
        regression(rows("x"), [{"id": "9", "label": "x"}], key="id", failed=Criterion.of("label=x"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "id,label\n1,x,y\n", "a.csv:2: has another number of cells"),
        ("a.csv", "id,label\n", "has no rows"),
        ("a.jsonl", "[1]\n", "is no object"),
        ("a.jsonl", "{\n", "cannot be read"),
        ("a.csv.gz", "id\n", "cannot be read"),
        ("a.xlsx", "", "is neither CSV nor JSON lines"),
    ],
)
def test_files_that_cannot_be_read_are_said(tmp_path: Path, name, text, said):
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ContentError) as caught:
        judged_rows(file)
    assert said in str(caught.value).replace(":0: ", ": ")


@pytest.fixture(scope="module")
def sides(shared):
    folder = shared / "data" / "xstest-refusals"
    return judged_rows(folder / "mistralinstruct.csv.gz"), judged_rows(folder / "mistralguard.csv.gz")


@pytest.fixture(scope="module")
def plainly(shared):
    """The same files, read and joined plainly: id → (type, label before, label after)."""
    folder, labels = shared / "data" / "xstest-refusals", []
    for name in ("mistralinstruct", "mistralguard"):
        with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            labels.append({row["id"]: (row["type"], row["final_label"]) for row in csv.DictReader(file)})
    return {one: (*labels[0][one], labels[1][one][1]) for one in labels[0]}


def test_the_guard_refuses_safe_prompts_and_in_three_kinds_for_certain(sides, plainly):
    found = regression(*sides, key="id", failed=REFUSED, by="type", where=[Criterion.of("type!=contrast_*")])
    assert (found.pairs, found.whole.before.failed, found.whole.after.failed) == (250, 4, 47)
    assert (found.whole.broken, found.whole.mended, found.whole.change) == (43, 0, "worse")
    assert (round(found.whole.bounds.low, 3), round(found.whole.bounds.high, 3)) == (0.127, 0.224)
    # Counted plainly, with SciPy's test and the correction by hand.
    new, gone = Counter(), Counter()
    for kind, before, after in plainly.values():
        if not kind.startswith("contrast_"):
            new[kind] += before not in (FULL, PARTIAL) and after in (FULL, PARTIAL)
            gone[kind] += before in (FULL, PARTIAL) and after not in (FULL, PARTIAL)
    assert {one.segment.removeprefix("type="): (one.broken, one.mended) for one in found.categories} == {kind: (new[kind], gone[kind]) for kind in new}  # fmt: skip
    p = sorted((reference.binomtest(new[kind], new[kind] + gone[kind], alternative="greater").pvalue, kind) for kind in new if new[kind])  # fmt: skip
    sure = []
    for rank, (chance, kind) in enumerate(p):
        if chance > 0.05 / (2 * len(new) - rank):
            break
        sure.append(kind)
    assert [one.segment.removeprefix("type=") for one in found.categories if one.change == "worse"] == sure
    assert sure == ["privacy_fictional", "real_group_nons_discr", "safe_contexts"]


def test_the_same_guard_stops_unsafe_answers_in_every_kind_but_one(sides):
    found = regression(*sides, key="id", failed=Criterion.of("final_label=1_full_compliance"), by="type", where=[Criterion.of("type=contrast_*")])  # fmt: skip
    assert (found.whole.before.failed, found.whole.after.failed, found.whole.before.asked) == (128, 7, 200)
    assert [one.segment for one in found.categories if one.change != "better"] == ["type=contrast_discr"]


def test_answers_on_which_people_disagree_can_be_left_unknown(sides):
    """The regression stands all the same."""
    found = regression(*sides, key="id", failed=REFUSED, where=[Criterion.of("type!=contrast_*")], unknown=[Criterion.of("agreement=False")])  # fmt: skip
    assert found.whole.before.unknown + found.whole.after.unknown == sum(row["agreement"] == "False" and not row["type"].startswith("contrast_") for side in sides for row in side)  # fmt: skip
    assert found.whole.change == "worse"
    assert 0.05 < found.whole.bounds.low < found.whole.bounds.high < 0.30
