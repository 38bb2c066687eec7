"""Kits beside each other: what differs, and what an upgrade of the base means for a kit of one's own."""

from hotwash.kit.compare import changes, upgrade
from hotwash.kit.load import load_kit


def with_bar(kit, *bar):
    return kit.model_copy(update={"declaration": kit.declaration.model_copy(update={"bar": list(bar)})})


def with_cadence(kit, minutes):
    levels = {**kit.severity.levels, 1: kit.severity.levels[1].model_copy(update={"update_every_min": minutes})}
    return kit.model_copy(update={"severity": kit.severity.model_copy(update={"levels": levels})})


def test_a_kit_does_not_differ_from_itself_nor_by_its_name_or_the_order_of_its_rules():
    kit = load_kit()
    renamed = kit.model_copy(
        update={"id": "ours", "version": "7", "rules": kit.rules[::-1], "alerts": kit.alerts[::-1]}
    )
    assert changes(kit, renamed) == []


def test_a_change_is_named_by_its_place():
    kit = load_kit()
    found = changes(kit, with_cadence(kit, 11))
    assert [(one.place, one.after) for one in found] == [("severity/levels/1/update_every_min", 11)]
    assert found[0].before == kit.severity.levels[1].update_every_min


def test_a_rule_more_and_a_rule_less_are_one_change_each():
    kit = load_kit()
    extra = kit.rules[0].model_copy(update={"id": "of-our-own"})
    found = changes(kit, kit.model_copy(update={"rules": [*kit.rules[1:], extra]}))
    assert {one.place for one in found} == {f"rules/{kit.rules[0].id}", "rules/of-our-own"}
    assert {one.before is None for one in found} == {True, False}


def test_an_upgrade_says_what_to_take_what_to_decide_and_what_is_the_same():
    then = load_kit()
    now = with_bar(with_cadence(then, 11), "one")
    untouched, changed, ahead = then, with_cadence(then, 12), with_cadence(then, 11)
    verdicts = {
        name: {step.change.place: step.verdict for step in upgrade(then, now, ours)}
        for name, ours in (("untouched", untouched), ("changed", changed), ("ahead", ahead))
    }
    cadence = "severity/levels/1/update_every_min"
    assert {name: found[cadence] for name, found in verdicts.items()} == {
        "untouched": "take", "changed": "decide", "ahead": "same",
    }  # fmt: skip
    assert {found["declaration/bar"] for found in verdicts.values()} == {"take"}
