"""The pages about bundles say what the code does."""

import re

import yaml

from hotwash.kit.bundle import PARTS_OF
from hotwash.kit.bundle_check import NEEDED, Code, check_bundle
from hotwash.kit.schema import bundle
from hotwash.kit.schema.bundle import Bundle, Parts
from tests.support.markdown import blocks
from tests.support.project import DOCS

REFERENCE = (DOCS / "reference" / "bundle-files.md").read_text()
GUIDE = DOCS / "how-to" / "roll-back-a-bundle.md"
MODELS = (bundle.ModelPart, bundle.Prompt, bundle.PromptsPart, bundle.Tool, bundle.ToolsPart, bundle.IndexPart, bundle.PostPart, bundle.CachePart, bundle.Fix)  # fmt: skip


def test_every_key_stands_on_the_page():
    rows = set(re.findall(r"^\| `(\w+)` \|", REFERENCE, re.MULTILINE))
    assert {*Bundle.model_fields, *Parts.model_fields} <= rows
    keys = {field.alias or name for model in MODELS for name, field in model.model_fields.items()}
    assert [key for key in sorted(keys) if f"`{key}`" not in REFERENCE] == []


def test_the_page_says_what_goes_back_with_which_component():
    said = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", REFERENCE, re.MULTILINE))
    assert said == {part: name for name, parts in PARTS_OF.items() for part in parts}


def test_the_page_says_what_a_kind_has():
    copilot, classifier = re.search(r"all parts but (.*); a classifier has (.*)\.", REFERENCE).groups()
    assert set(Parts.model_fields) - set(re.findall(r"`(\w+)`", copilot)) == set(NEEDED["copilot"])
    assert set(re.findall(r"`(\w+)`", classifier)) == set(NEEDED["classifier"])


def test_the_bundle_of_the_guide_is_read_and_nothing_is_wrong_with_it():
    shown = [Bundle.model_validate(yaml.safe_load(block.text)) for block in blocks(GUIDE, "yaml")]
    assert [check_bundle(one) for one in shown] == [[]]


def test_the_guide_explains_every_warning_of_a_plan():
    told = set(re.findall(r"^\| `([a-z-]+)` \|", GUIDE.read_text(), re.MULTILINE))
    assert told == set(Code.__args__) - {"missing-part", "moving-alias"}
