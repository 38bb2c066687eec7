"""What the words of drafts may refer to."""

from hotwash.kit.load import load_kit
from hotwash.kit.refs import kit_problems
from hotwash.kit.schema.kit import Kit


def test_every_variant_that_has_a_message_has_needs():
    kit = load_kit()
    assert kit_problems(kit) == []
    needs = {name: one for name, one in kit.wording.variants.items() if name != "vendor"}
    lacking = kit.model_copy(update={"wording": kit.wording.model_copy(update={"variants": needs})})
    assert ["there are messages of the variant 'vendor'" in str(one) for one in kit_problems(lacking)] == [True]


def test_a_kit_in_a_record_from_before_there_was_wording_is_still_read():
    body = load_kit().model_dump(mode="json", by_alias=True, exclude={"wording"})
    for one in body["prohibited"]:
        for name in ("kind", "frames", "proof"):
            del one[name]
    old = Kit.model_validate(body)
    assert old.wording.variants == {}
    assert {one.kind for one in old.prohibited} == {"statement"}
