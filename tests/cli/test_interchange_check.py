"""hotwash interchange check: a file held against a schema that the user has, with nothing fetched."""

import json
import sys

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from tests.support import oscal
from tests.support.cacao import PLAYBOOK

HOME = "https://formats.example.org/ticket/"
TICKET = {
    "$id": f"{HOME}ticket.json",
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Ticket",
    "type": "object",
    "required": ["owner", "opened"],
    "properties": {
        "owner": {"$ref": "parts/person.json"},
        "opened": {"type": "string", "format": "date-time"},
        "code": {"type": "string", "pattern": r"^\p{L}\p{N}{2}$"},
        "state": {"anyOf": [{"type": "integer"}, {"type": "object", "properties": {"name": {"enum": ["open", "closed"]}}}]},
    },
}  # fmt: skip
PERSON = {
    "$id": f"{HOME}parts/person.json",
    "properties": {"name": {"$ref": "../words.json#/definitions/line"}},
    "required": ["name"],
}
WORDS = {"definitions": {"line": {"type": "string", "minLength": 1}}}
GOOD = {"owner": {"name": "Ada"}, "opened": "2026-11-23T10:00:00Z", "code": "ä12", "state": {"name": "open"}}


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, ["interchange", *(str(one) for one in words)])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def schema(tmp_path):
    folder = tmp_path / "schemas"
    (folder / "parts").mkdir(parents=True)
    (folder / "ticket.json").write_text(json.dumps(TICKET))
    (folder / "parts" / "person.json").write_text(json.dumps(PERSON))
    (folder / "words.json").write_text(json.dumps(WORDS))
    return folder / "ticket.json"


@pytest.fixture
def ticket(tmp_path):
    def written(body):
        (tmp_path / "t.json").write_text(json.dumps(body))
        return tmp_path / "t.json"

    return written


def test_a_file_that_fits_is_said_to_and_a_folder_with_one_schema_at_its_top_is_enough(schema, ticket):
    assert hotwash("check", ticket(GOOD), "--schema", schema).startswith("fits ")
    assert "Ticket" in hotwash("check", ticket(GOOD), "--schema", schema.parent)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"owner": {"name": ""}}, "$.owner.name:"),
        ({"owner": {}}, "$.owner: 'name' is a required property"),
        ({"opened": "yesterday"}, "$.opened: 'yesterday' is not a 'date-time'"),
        ({"opened": "2026-11-23T10:00:00"}, "$.opened:"),
        ({"code": "512"}, "$.code:"),
        ({"code": "ä12\n"}, "$.code:"),
        ({"state": {"name": "lost"}}, "$.state.name: 'lost' is not one of"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place_through_every_file_of_the_schema(change, where, schema, ticket):
    said = hotwash("check", ticket({**GOOD, **change}), "--schema", schema, code=1)
    assert where in said
    assert "does not fit" in said


def test_machines_get_every_breach_and_people_the_first_ones(schema, ticket):
    (schema.parent / "many.json").write_text(json.dumps({"additionalProperties": {"type": "integer"}}))
    file = ticket({f"k{number}": "x" for number in range(30)})
    found = json.loads(hotwash("check", file, "--schema", schema.parent / "many.json", "--json", code=1))
    assert (found["fits"], len(found["breaches"]), found["draft"]) == (False, 30, "Draft202012")
    assert "and 10 more" in hotwash("check", file, "--schema", schema.parent / "many.json", code=1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "is not JSON"),
        ('{"type": 7}', "is no JSON Schema: at $.type"),
        ('{"$schema": "https://example.org/own"}', "is no draft that can be read"),
        ('{"pattern": "("}', "has a pattern that cannot be read"),
        ('{"$ref": "elsewhere.json"}', "refers to 'elsewhere.json', which is not there. Nothing is fetched"),
        ('{"$ref": "https://example.org/other.json"}', "which is not there. Nothing is fetched"),
        ('{"$ref": "#"}', "refers to itself without end"),
    ],
)
def test_a_schema_that_cannot_be_used_is_said_so(body, said, tmp_path, ticket):
    (tmp_path / "s.json").write_text(body)
    assert said in hotwash("check", ticket(GOOD), "--schema", tmp_path / "s.json", code=3)


def test_of_several_schemas_in_a_folder_one_must_be_named(schema, ticket):
    (schema.parent / "other.json").write_text(json.dumps({**TICKET, "$id": f"{HOME}other.json"}))
    said = hotwash("check", ticket(GOOD), "--schema", schema.parent, code=3)
    assert "Name one of them: other.json, ticket.json" in said


def test_a_playbook_fits_until_somebody_breaks_it(tmp_path):
    book, rules = tmp_path / "p.json", tmp_path / "playbook.json"
    hotwash("export", "cacao", "drift", "--to", book)
    rules.write_text(json.dumps(PLAYBOOK))
    hotwash("check", book, "--schema", rules)
    book.write_text(book.read_text().replace('"cacao-2.0"', '"cacao-1.1"'))
    assert "$.spec_version:" in hotwash("check", book, "--schema", rules, code=1)


def test_the_schema_of_nist_is_read_as_it_is_published(ticket):
    said = hotwash("check", ticket(GOOD), "--schema", oscal.FILE, code=1)
    assert "'plan-of-action-and-milestones' is a required property" in said


def test_what_must_be_installed_is_named(schema, ticket, monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    assert "install hotwash[schema]" in hotwash("check", ticket(GOOD), "--schema", schema, code=2)
