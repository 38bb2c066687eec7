"""The page of suite files says what the code says."""

from hotwash.gates.graders import LIMITS
from hotwash.kit.schema.endpoint import EndpointSpec
from hotwash.kit.schema.suite import TESTS, Limit, Suite
from tools.suite_files import PAGE, page


def test_the_page_is_what_the_code_writes():
    assert PAGE.read_text() == page(), "run: python tools/suite_files.py"


def test_every_key_and_every_test_stands_on_it():
    said = PAGE.read_text()
    keys = [*TESTS, *Suite.model_fields, *Limit.model_fields, *EndpointSpec.model_fields]
    assert [key for key in keys if f"\n| `{key}` |" not in said] == []
    assert [limit for limit in LIMITS.values() if limit not in said] == []
