"""The page of the trace schema says what the code says."""

from hotwash.adapters.import_names import NAMES
from hotwash.triage.canonical import FIELDS
from tools.trace_schema import PAGE, page


def test_the_page_is_what_the_code_writes():
    assert PAGE.read_text() == page(), "run: python tools/trace_schema.py"


def test_every_column_and_every_name_stands_on_it():
    said = PAGE.read_text()
    assert [name for name in FIELDS if f"\n| `{name}` |" not in said] == []
    assert [one.name for one in NAMES if f"\n| `{one.name}` | `{one.column}` |" not in said] == []


def test_every_name_fills_a_column_that_exists_and_no_name_fills_two():
    assert {one.column for one in NAMES} <= set(FIELDS)
    assert len({one.name for one in NAMES}) == len(NAMES)
