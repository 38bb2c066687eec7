"""One content id for one content, and differences that lead from any bundle to any other."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hotwash.kit.bundle import PART_NAMES, apply, changed_parts, content, content_id, diff, flat, mixed, short_id
from hotwash.kit.schema.bundle import (
    Bundle,
    CachePart,
    IndexPart,
    ModelPart,
    Part,
    Parts,
    PostPart,
    Prompt,
    PromptsPart,
    ToolsPart,
)

ids = st.sampled_from(["a", "b", "c"])
texts = st.sampled_from(["x", "y", "ü"])
values = st.sampled_from(["x", "1", True, False, 0, 1, 1.0, 0.5, -0.0, [], ["x"], ["x", "y"], ["y", "x"]])
settings_ = st.dictionaries(ids, values, max_size=2)


def part(kind, **more):
    return st.none() | st.builds(lambda v, w, kw: kind.model_validate({"version": v, "with": w, **kw}), texts, settings_, st.fixed_dictionaries(more))  # fmt: skip


prompt = st.builds(lambda text, names: Prompt(text=text, names=names).model_dump(), texts, st.lists(ids, max_size=2))
tool = st.builds(lambda schema, access: {"schema": schema, "access": access}, texts, st.sampled_from(["off", "read", "propose", "write"]))  # fmt: skip
parts = st.builds(
    Parts,
    model=part(ModelPart, pinned=st.booleans()), decoding=part(Part), prompts=part(PromptsPart, prompts=st.dictionaries(ids, prompt, min_size=1, max_size=2)),
    tools=part(ToolsPart, tools=st.dictionaries(ids, tool, max_size=3)), embedding=part(Part), index=part(IndexPart, embedding=texts),
    policy=part(Part), post_processors=part(PostPart, steps=st.lists(texts, max_size=3)), thresholds=part(Part), features=part(Part),
    data=part(Part), flags=st.none() | st.dictionaries(ids, st.booleans() | texts, max_size=2),
    cache=st.none() | st.builds(CachePart, namespace=texts, minutes=st.integers(0, 90), keyed_by=st.lists(texts, min_size=1, max_size=2)),
)  # fmt: skip
bundles = st.builds(
    lambda p, title, kind: Bundle(id="one", title=title, kind=kind, parts=p), parts, texts, st.sampled_from(["copilot", "classifier"])
)  # fmt: skip


def written(bundle):
    """The content as JSON, where true is not 1."""
    return json.dumps(content(bundle), sort_keys=True)


@given(bundles, st.sampled_from(PART_NAMES))
def test_any_change_of_a_part_changes_the_id_and_taking_it_back_restores_it(one, name):
    known = getattr(one.parts, name)
    changed = one.model_copy(update={"parts": one.parts.model_copy(update={name: None})})
    assert (content_id(changed) == content_id(one)) == (known is None)
    assert content_id(mixed(changed, one, [name])) == content_id(one)


@given(bundles, bundles)
def test_the_id_is_the_same_exactly_where_the_content_is(one, other):
    same = written(one) == written(other)
    assert (content_id(one) == content_id(other)) == same == (diff(one, other) == ())


@given(bundles, texts)
def test_what_is_written_about_a_bundle_is_not_in_its_id(one, title):
    about = one.model_copy(update={"id": "two", "title": title, "about": title, "system": "x"})
    assert content_id(about) == content_id(one) and short_id(about) == content_id(one)[:12]


@given(bundles)
def test_the_id_survives_the_file(one):
    again = Bundle.model_validate(one.model_dump(mode="json", by_alias=True))
    assert content_id(again) == content_id(one)


@given(bundles, bundles)
def test_a_difference_is_the_same_from_both_sides(one, other):
    there, back = diff(one, other), diff(other, one)
    assert [(d.path, d.before, d.after) for d in there] == [(d.path, d.after, d.before) for d in back]


@given(bundles, bundles)
def test_differences_are_complete(one, other):
    """What they name differs, what they leave out is equal, and putting them in gives the other."""
    found = diff(one, other)
    left, right, named = flat(content(one)), flat(content(other)), {d.path for d in found}
    assert all(json.dumps(left.get(path)) != json.dumps(right.get(path)) for path in named)
    assert all(left[path] == right.get(path) for path in left if path not in named)
    assert written(apply(found, one)) == written(other)
    assert content_id(apply(diff(other, one), apply(found, one))) == content_id(one)


@given(bundles, bundles, st.sets(st.sampled_from(PART_NAMES)))
def test_a_partial_rollback_takes_just_those_parts(one, other, names):
    mixture = mixed(one, other, names)
    assert set(changed_parts(one, mixture)) <= names
    assert not set(changed_parts(mixture, other)) & names
