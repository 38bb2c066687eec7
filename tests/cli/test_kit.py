"""An organisation's kit on the command line: started, broken, mended, compared, printed, and played with."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.kit.load import load_kit


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def ours(tmp_path):
    folder = tmp_path / "kit"
    hotwash("kit", "init", str(folder), "--id", "acme", "--title", "Acme kit")
    return folder


def test_a_new_kit_is_ready_and_differs_from_its_base_in_nothing(ours):
    assert "ready" in hotwash("kit", "check", str(ours))
    assert json.loads(hotwash("kit", "diff", str(ours), "--json")) == {"yours": [], "upgrade": []}
    kit = load_kit(ours)
    assert (kit.id, kit.extends) == ("acme", f"base {load_kit().version}")


def test_a_title_may_hold_anything(tmp_path):
    title = 'Bank "North": kit #2\nversion: 9'
    hotwash("kit", "init", str(tmp_path / "kit"), "--title", title)
    assert (load_kit(tmp_path / "kit").title, load_kit(tmp_path / "kit").version) == (title, "1")


def test_every_file_has_a_schema_that_knows_its_keys_and_refuses_others(ours):
    schemas = sorted((ours / "schemas").glob("*.json"))
    assert {file.name.removesuffix(".schema.json") for file in schemas} == {
        file.stem for file in ours.glob("*.yaml") if file.stem != "kit"
    }
    for file in schemas:
        source, schema = ours / file.name.replace(".schema.json", ".yaml"), json.loads(file.read_text())
        assert source.read_text().startswith(f"# yaml-language-server: $schema=schemas/{file.name}\n")
        body = yaml.safe_load(source.read_text())
        assert schema["type"] == ("array" if isinstance(body, list) else "object")
        if "properties" in schema:
            assert set(body) <= set(schema["properties"])
            assert schema["additionalProperties"] is False
        closed = [one for one in schema.get("$defs", {}).values() if "properties" in one]
        assert all(one["additionalProperties"] is False for one in closed)


def test_mistakes_are_named_with_line_and_column_and_all_at_once(ours):
    rules, harm = ours / "rules.yaml", ours / "harm.yaml"
    rules.write_text(rules.read_text().replace("within_min: 30", "within_min: soon", 1))
    harm.write_text(harm.read_text().replace("refused_points: 0.15", "refused_points: yes"))
    found = json.loads(hotwash("kit", "check", str(ours), "--json", code=1))
    assert found["ready"] is False
    named = {(one["file"].rsplit("/", 1)[-1], one["line"]) for one in found["problems"]}
    lines = {name: next(i for i, line in enumerate((ours / name).read_text().splitlines(), 1) if word in line)
             for name, word in (("rules.yaml", "soon"), ("harm.yaml", "refused_points: yes"))}  # fmt: skip
    assert named == set(lines.items())
    assert all(one["found"] and one["write"] and one["column"] for one in found["problems"])


def test_what_was_changed_is_shown_beside_the_base(ours):
    severity = ours / "severity.yaml"
    severity.write_text(severity.read_text().replace("declare_within_min: 1440", "declare_within_min: 720"))
    found = json.loads(hotwash("kit", "diff", str(ours), "--json"))
    assert [(one["base"], one["yours"]) for one in found["yours"]] == [(1440, 720)]
    assert "severity/levels/4/declare_within_min" in hotwash("kit", "diff", str(ours))


def test_an_upgrade_of_the_base_shows_what_was_decided_twice(ours):
    """As if the base had had another cadence when this kit was made."""
    snapshot = ours / ".base" / "kit.json"
    base = json.loads(snapshot.read_text())
    base["severity"]["levels"]["1"]["update_every_min"] = 99
    base["severity"]["levels"]["2"]["update_every_min"] = 98
    snapshot.write_text(json.dumps(base))
    found = {one["place"]: one["verdict"] for one in json.loads(hotwash("kit", "diff", str(ours), "--json"))["upgrade"]}
    assert set(found) == {f"severity/levels/{level}/update_every_min" for level in (1, 2)}
    assert set(found.values()) == {"same"}


def test_a_long_text_is_compared_where_it_differs(ours):
    guide = ours / "guides" / "runbook-drift.md"
    guide.write_text(
        guide.read_text().replace("The usual culprit is a pipeline.", "The usual culprit is [the] weather.")
    )
    said = " ".join(hotwash("kit", "diff", str(ours)).split())
    assert "[the]" in said
    assert "pipel" in said
    assert "Inputs, people" not in said


def test_any_part_is_shown_and_printed(ours, tmp_path):
    assert "Downgrade rule" in hotwash("kit", "show", str(ours), "--part", "severity")
    page = tmp_path / "kit.html"
    hotwash("kit", "show", str(ours), "--html", str(page))
    text = page.read_text()
    kit = load_kit(ours)
    for said in (*(rule.id for rule in kit.rules), *(alert.title for alert in kit.alerts), "no legal advice"):
        assert said in text
    assert "severity, declaration" in hotwash("kit", "show", "--part", "colours", code=3)
    assert "runbook-drift" in hotwash("kit", "show", "--part", "colours", code=3)
    assert "retraining" in hotwash("kit", "show", str(ours), "--part", "runbook-drift")
    assert json.loads(hotwash("kit", "show", "--part", "runbook-drift", "--json"))["kind"] == "runbook"


def test_pages_go_to_a_file_and_a_place_that_takes_none_is_named(tmp_path):
    assert "this is a folder" in hotwash("kit", "show", "--html", str(tmp_path), code=3)
    (tmp_path / "file").touch()
    assert "cannot be written" in hotwash("kit", "show", "--html", str(tmp_path / "file" / "kit.html"), code=3)
    hotwash("kit", "show", "--html", str(tmp_path / "new" / "kit.html"))
    assert "<html" in (tmp_path / "new" / "kit.html").read_text(), "its folder is made"


def test_the_pack_of_a_system_is_shown_and_printed(tmp_path):
    assert "support-copilot" in hotwash("scenario", "pack").split()
    assert "In 30 seconds" in hotwash("scenario", "pack", "support-copilot")
    page = tmp_path / "pack.html"
    hotwash("scenario", "pack", "eligibility-scoring", "--html", str(page))
    assert "EXERCISE" in page.read_text()
    assert "Hold adverse".casefold() in page.read_text().casefold()
    assert (
        json.loads(hotwash("scenario", "pack", "support-copilot", "--json"))["title"] == "Tarnwick Assist: system card"
    )
    assert "eligibility-scoring" in hotwash("scenario", "pack", "abacus", code=3)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years")
    assert "not an empty folder" in hotwash("kit", "init", str(tmp_path), code=3)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_kit_that_was_not_made_from_a_base_says_so(ours):
    (ours / ".base" / "kit.json").unlink()
    assert "hotwash kit init" in hotwash("kit", "diff", str(ours), code=3)


@pytest.mark.slow
def test_a_drill_is_played_by_the_rules_of_ones_own_kit(ours):
    card = json.loads(hotwash("drill", "run", "order-number-alarm", "--kit", str(ours), "--json"))
    assert card["total"] > 80


def test_a_library_of_scenarios_is_checked_on_ones_own_kit(ours, tmp_path):
    library = tmp_path / "library"
    for name in ("first", "second"):
        hotwash("scenario", "new", str(library / name))
    assert "ready" in hotwash("kit", "check", str(ours), "--scenarios", str(library))
    roles = ours / "severity.yaml"
    roles.write_text(roles.read_text().replace("cross_tenant_content: 1", "cross_tenant_content: 2"))
    key = library / "second" / "answer-key.yaml"
    key.write_text(key.read_text().replace("cause: index", "cause: moon"))
    found = json.loads(hotwash("kit", "check", str(ours), "--scenarios", str(library), "--json", code=1))
    assert {one["file"].split("/")[-2] for one in found["problems"]} == {"second"}
    assert "no scenario.yaml" in hotwash("kit", "check", str(ours), "--scenarios", str(ours), code=1)
