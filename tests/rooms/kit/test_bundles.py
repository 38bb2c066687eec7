"""Bundles: what ships is whole, and each warning is there when its mistake is, and only then."""

import pytest
import yaml

from hotwash.kernel.errors import ContentError
from hotwash.kit.bundle import (
    PARTS_OF,
    bundle_with,
    changed_parts,
    components_at,
    content_id,
    lost_fixes,
    pair_of,
    parts_of,
    short_id,
)
from hotwash.kit.bundle_check import RollbackPlan, check_bundle, check_rollback
from hotwash.kit.bundle_files import load_bundle, named_bundle, pair_named
from hotwash.kit.load import list_systems, load_system
from hotwash.kit.schema.bundle import Bundle, Fix, IndexPart, Tool

PAIR = pair_named("support-copilot")
NOW, GOOD = PAIR.current, PAIR.last_good


def changed(bundle, **parts):
    return bundle.model_copy(update={"parts": bundle.parts.model_copy(update=parts)})


def part(bundle, name, **update):
    return changed(bundle, **{name: getattr(bundle.parts, name).model_copy(update=update)})


def codes(found):
    return [one.code for one in found]


def rolled_back(running, target, *components, **more):
    parts = parts_of(components) if components else RollbackPlan().parts
    return check_rollback(running, target, RollbackPlan(parts, **more))


@pytest.mark.parametrize("system", list_systems())
def test_the_bundles_of_every_system_are_whole_and_name_the_versions_of_its_components(system):
    spec = load_system(system)
    for bundle, which in ((spec.bundles.current, "current"), (spec.bundles.last_good, "previous")):
        assert check_bundle(bundle) == []
        named = {name: getattr(one, which) for name, one in spec.components.items()}
        assert {
            name: getattr(bundle.parts, PARTS_OF[name][-1 if name == "index" else 0]).version for name in named
        } == named
        assert bundle.system == system
    moved = {
        name
        for name, parts in PARTS_OF.items()
        if set(parts) & set(changed_parts(spec.bundles.current, spec.bundles.last_good))
    }
    assert moved == set(spec.components)


def test_a_pack_whose_components_are_named_later_gives_its_bundles_their_versions():
    spec = load_system("recorded-agent")
    model = spec.components["model"].model_copy(update={"current": "gpt-x defended"})
    filled = spec.model_copy(update={"components": {**spec.components, "model": model}})
    assert pair_of(filled).current.parts.model.version == "gpt-x defended"
    assert content_id(pair_of(filled).current) != content_id(pair_of(spec).current)


# ── by itself


@pytest.mark.parametrize(
    "name",
    [
        "model",
        "decoding",
        "prompts",
        "tools",
        "embedding",
        "index",
        "policy",
        "post_processors",
        "thresholds",
        "flags",
        "cache",
    ],
)
def test_a_missing_part_is_named_unless_the_file_says_why(name):
    lacking = changed(GOOD, **{name: None})
    assert [(one.code, one.part, one.mistake) for one in check_bundle(lacking) if one.code == "missing-part"] == [
        ("missing-part", name, True)
    ]
    said = lacking.model_copy(update={"without": {**lacking.without, name: "a reason"}})
    assert "missing-part" not in codes(check_bundle(said))


def test_an_alias_is_no_version():
    assert codes(check_bundle(part(GOOD, "model", pinned=False, version="assist-4"))) == ["moving-alias"]


def test_an_index_of_another_embedding_model_is_a_mistake():
    found = check_bundle(part(GOOD, "index", embedding="lumen-embed-2"))
    assert codes(found) == ["embedding-index"]
    assert found[0].mistake and "lumen-embed-2" in found[0].found and "lumen-embed-3" in found[0].found


def test_a_prompt_that_names_a_tool_which_is_not_there_or_off_is_a_mistake():
    without = {name: one for name, one in GOOD.parts.tools.tools.items() if name != "get_order"}
    assert [
        "`get_order`, which is not there" in one.found for one in check_bundle(part(GOOD, "tools", tools=without))
    ] == [True]
    off = {**GOOD.parts.tools.tools, "get_order": Tool(schema="get-order-7", access="off")}
    assert ["`get_order`, which is off" in one.found for one in check_bundle(part(GOOD, "tools", tools=off))] == [True]


# ── as a plan


def test_going_back_to_what_runs_forgets_nothing():
    assert rolled_back(NOW, NOW) == []


def test_a_rollback_of_everything_leaves_the_cache_warm_and_loses_fixes():
    assert set(codes(rolled_back(NOW, GOOD))) == {"cache-warm", "fix-lost"}
    assert set(codes(rolled_back(NOW, GOOD, flush=True))) == {"fix-lost"}


def test_a_tool_that_may_do_more_than_the_target_allows_is_still_on():
    wider = {**NOW.parts.tools.tools, "close_account": Tool(schema="close-account-2", access="write")}
    found = [
        one.found for one in rolled_back(part(NOW, "tools", tools=wider), GOOD, "model") if one.code == "tool-still-on"
    ]
    assert found[0] == "`close_account` stays on at write; tarnwick-2026-11-21 has it at propose"


def test_a_tool_that_the_target_does_not_have_or_asks_a_person_for_is_still_on():
    now = part(NOW, "tools", tools={**GOOD.parts.tools.tools, "wire_money": Tool(schema="w-1", access="write")})
    assert "has no such tool" in next(
        one.found for one in rolled_back(now, GOOD, "model") if one.code == "tool-still-on"
    )
    asks = part(
        GOOD,
        "tools",
        tools={
            **GOOD.parts.tools.tools,
            "issue_refund": Tool(schema="issue-refund-5", access="write", confirm="person"),
        },
    )
    assert any("`issue_refund` goes on without asking a person" in one.found for one in rolled_back(NOW, asks, "model"))


def test_tools_are_not_still_on_once_they_go_back_or_are_switched_off():
    assert "tool-still-on" in codes(rolled_back(NOW, GOOD, "index"))
    assert "tool-still-on" not in codes(rolled_back(NOW, GOOD, "index", "tools"))
    assert "tool-still-on" not in codes(rolled_back(NOW, GOOD, "index", tools_off=True))


@pytest.mark.parametrize("cache", [{"namespace": "of-this-bundle"}, {"minutes": 0}])
def test_a_cache_is_cold_when_it_is_another_or_keeps_nothing(cache):
    now = part(NOW, "cache", **cache)
    good = part(GOOD, "cache", **cache) if "minutes" in cache else GOOD
    both = RollbackPlan((*parts_of(PARTS_OF), "cache"))
    assert "cache-warm" not in codes(check_rollback(now, good, both))


def test_an_embedding_model_that_stays_while_the_index_goes_is_a_mistake_and_going_together_is_none():
    good = changed(GOOD, embedding=GOOD.parts.embedding.model_copy(update={"version": "lumen-embed-2"}),
                   index=IndexPart(version="idx-2026-11-21", embedding="lumen-embed-2"))  # fmt: skip
    assert "embedding-index" in codes(check_rollback(NOW, good, RollbackPlan(("index",))))
    assert "embedding-index" in codes(check_rollback(NOW, good, RollbackPlan(("embedding",))))
    assert "embedding-index" not in codes(rolled_back(NOW, good, "index"))


def test_a_prompt_that_stays_while_its_tool_goes_is_a_mistake():
    fewer = {name: one for name, one in GOOD.parts.tools.tools.items() if name != "get_case"}
    good = part(GOOD, "tools", tools=fewer)
    assert "unknown-tool" in codes(rolled_back(NOW, good, "tools"))


def test_what_was_so_before_is_not_the_plans():
    now = part(NOW, "index", embedding="lumen-embed-2")
    assert "embedding-index" not in codes(rolled_back(now, GOOD, "model"))


def test_only_fixes_of_what_goes_back_are_lost():
    assert {one.part for one in lost_fixes(NOW, GOOD, parts_of(["policy"]))} == {"policy"}
    kept = GOOD.model_copy(update={"fixes": [one for one in NOW.fixes if one.part == "policy"]})
    assert lost_fixes(NOW, kept, parts_of(["policy"])) == ()
    assert Fix(part="policy", what="text on payment data, partner fields, tone in complaints") in lost_fixes(NOW, GOOD)


def test_a_mixture_was_never_released():
    assert "never-released" in codes(rolled_back(NOW, GOOD, "index"))
    assert "never-released" not in codes(rolled_back(NOW, GOOD))
    assert bundle_with(PAIR, ["index"]).id == "mixture"
    assert bundle_with(PAIR, PARTS_OF) == GOOD and bundle_with(PAIR, []) == NOW


def test_a_mixture_says_which_components_went_back():
    assert components_at(PAIR, bundle_with(PAIR, ["index", "policy"])) == ("index", "policy")
    with pytest.raises(ValueError, match="model is 'other', which is neither"):
        components_at(PAIR, part(NOW, "model", version="other"))


# ── by name


def test_bundles_are_named_by_system_scenario_and_file(tmp_path):
    assert named_bundle("support-copilot") == named_bundle("cross-tenant-leak/current") == NOW
    assert named_bundle("support-copilot/last-good:index,policy") == bundle_with(PAIR, ["index", "policy"])
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(GOOD.model_dump(mode="json", by_alias=True, exclude_none=True)))
    assert content_id(named_bundle(str(file))) == content_id(GOOD)
    assert short_id(GOOD) == content_id(GOOD)[:12]


@pytest.mark.parametrize("name, write", [
    ("support-copilo", "a scenario, or a file"), ("support-copilot/first", "last-good"), ("support-copilot/last-good:indx", "index"),
    ("support-copilot/current:index", "last-good:COMPONENT"),
])  # fmt: skip
def test_a_name_that_means_nothing_is_answered_with_what_to_write(name, write):
    with pytest.raises(ContentError, match=write):
        named_bundle(name)


def test_a_file_with_mistakes_is_refused_with_its_lines(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "id: x\ntitle: X\nparts:\n  modle: {version: a}\n  tools: {version: b, tools: {pay: {schema: s, access: all}}}\n"
    )
    with pytest.raises(ContentError) as wrong:
        load_bundle(file)
    assert {one.where.line for one in wrong.value.problems} == {4, 5}


def test_settings_are_read_as_what_they_are():
    read = Bundle.model_validate(
        {"id": "x", "title": "X", "parts": {"decoding": {"version": "d", "with": {"seed": 1, "greedy": True}}}}
    )
    other = Bundle.model_validate(
        {"id": "x", "title": "X", "parts": {"decoding": {"version": "d", "with": {"seed": True, "greedy": True}}}}
    )
    assert content_id(read) != content_id(other)
