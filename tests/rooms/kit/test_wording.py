"""What the words of drafts may refer to."""

from hotwash.kit.load import load_kit
from hotwash.kit.refs import kit_problems


def test_every_variant_that_has_a_message_has_needs():
    kit = load_kit()
    assert kit_problems(kit) == []
    needs = {name: one for name, one in kit.wording.variants.items() if name != "vendor"}
    lacking = kit.model_copy(update={"wording": kit.wording.model_copy(update={"variants": needs})})
    assert ["there are messages of the variant 'vendor'" in str(one) for one in kit_problems(lacking)] == [True]
