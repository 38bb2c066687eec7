"""The page of suite files says what the code says."""

import yaml

from hotwash.gates.graders import LIMITS
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.kit.schema.suite import TESTS, Limit, Suite
from tests.support.markdown import blocks
from tests.support.project import DOCS
from tools.suite_files import PAGE, page


def test_the_page_is_what_the_code_writes():
    assert PAGE.read_text() == page(), "run: python tools/suite_files.py"


def test_every_key_and_every_test_stands_on_it():
    said = PAGE.read_text()
    keys = [*TESTS, *Suite.model_fields, *Limit.model_fields, *EndpointSpec.model_fields]
    assert [key for key in keys if f"\n| `{key}` |" not in said] == []
    assert [limit for limit in LIMITS.values() if limit not in said] == []


def test_what_the_guide_shows_is_read_as_it_is_meant():
    shown = [yaml.safe_load(block.text) for block in blocks(DOCS / "how-to" / "prove-a-fix.md", "yaml")]
    limits, endpoint, gap = shown
    assert {name: Limit.model_validate(one).by for name, one in limits["limits"].items()} == {
        "invented-policy": ["language"], "refusal": ["language", "tenant"],
    }  # fmt: skip
    assert EndpointSpec.model_validate(endpoint).kind == "http"
    assert Limit.model_validate(gap["limits"]["granted"]).gap_at_most == 0.2
