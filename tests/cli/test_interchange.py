"""hotwash interchange: out to the formats of others and in again, with what is lost said and mistakes placed."""

import base64
import gzip
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import docx
import jsonschema
import openpyxl
import pytest
from typer.testing import CliRunner

from hotwash.aftermath.exchange.account import Account
from hotwash.aftermath.exchange.veris import to_veris
from hotwash.aftermath.names import in_titles
from hotwash.cli.main import app
from hotwash.kernel.errors import ContentError
from hotwash.kit.exchange.cacao import to_cacao
from hotwash.kit.exchange.formats import FORMATS
from hotwash.kit.load import list_scenarios, load_kit, load_scenario
from hotwash.kit.text import read_yaml
from tests.support import aiid, cexf, veris
from tests.support.cacao import PLAYBOOK
from tests.support.played import played_drill

LEAK = "cross-tenant-leak"


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, [str(one) for one in words])
    assert result.exit_code == code, result.output
    return result.output


def exported(form, source, to):
    hotwash("interchange", "export", form, source, "--to", to)
    return to


def as_json(form, source, to):
    return json.loads(exported(form, source, to).read_text())


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records") / "leak"
    return played_drill(LEAK, "slow").copied(folder)


def injects_in(file):
    return read_yaml(file).data


def test_every_format_is_listed_with_what_it_loses():
    listed = json.loads(hotwash("interchange", "formats", "--json"))
    assert {one["id"] for one in listed} == {one.id for one in FORMATS}
    assert all(one["loses"] for one in listed)


@pytest.mark.parametrize("scenario", list_scenarios())
def test_an_msel_goes_out_as_a_workbook_and_comes_in_as_it_was(scenario, tmp_path):
    sheet = exported("msel", scenario, tmp_path / "m.xlsx")
    hotwash("interchange", "import", "msel", sheet, "--to", tmp_path / "msel.yaml")
    _, secret = load_scenario(scenario)
    assert injects_in(tmp_path / "msel.yaml") == [
        one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in secret.msel
    ]


def test_a_workbook_says_exercise_in_its_first_row_and_on_each_printed_page(tmp_path):
    page = openpyxl.load_workbook(exported("msel", LEAK, tmp_path / "m.xlsx"))["MSEL"]
    assert page["A1"].value.startswith("EXERCISE")
    assert "not for players" in page["A1"].value
    assert "EXERCISE" in page.oddHeader.center.text


def broken_msel(tmp_path, change):
    file = exported("msel", LEAK, tmp_path / "m.xlsx")
    book = openpyxl.load_workbook(file)
    page = book["MSEL"]
    columns = {cell.value: cell.column for cell in page[4]}
    change(page, columns)
    book.save(file)
    return file, columns


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Drill time", "half past", "'half past' is no drill time"),
        ("Drill time", "T+16:75", "is no drill time"),
        ("Drill time", None, "neither a drill time nor a condition"),
        ("Method", "pigeon", "channel: Input should be"),
        ("Inject text", None, "'Inject text' is empty"),
        ("Inject text", "=1+1", "'Inject text' is a formula"),
        ("Expectations (JSON)", "[{", "is not JSON"),
        ("Expectations (JSON)", '[{"id": "x"}]', "Field required"),
        ("Condition (JSON)", '{"fact": "press_contact"}', "both a drill time and a condition"),
        ("Inject", "Not An Id", "id: String should match"),
    ],
)
def test_each_mistake_in_a_sheet_is_placed_in_its_row_and_column(column, value, said, tmp_path):
    def plant(page, columns):
        page.cell(5, columns[column]).value = value

    file, columns = broken_msel(tmp_path, plant)
    output = hotwash("interchange", "import", "msel", file, "--to", tmp_path / "out.yaml", code=3)
    assert said in " ".join(output.split())
    placed = "Drill time" if said.startswith("both") else column
    assert f"m.xlsx:5:{columns[placed]}" in output.replace("\n", "")
    assert not (tmp_path / "out.yaml").exists()


def test_two_injects_of_one_name_are_said(tmp_path):
    def twice(page, columns):
        page.cell(6, columns["Inject"]).value = page.cell(5, columns["Inject"]).value

    file, _ = broken_msel(tmp_path, twice)
    said = hotwash("interchange", "import", "msel", file, "--to", tmp_path / "o.yaml", code=3)
    assert "two injects are called" in said


def test_a_lost_heading_is_said(tmp_path):
    file, _ = broken_msel(tmp_path, lambda page, columns: page.delete_cols(columns["Method"]))
    assert "the headings lack Method" in hotwash("interchange", "import", "msel", file, "--to", tmp_path / "o.yaml", code=3)  # fmt: skip


def test_a_file_that_is_no_workbook_is_said_so(tmp_path):
    (tmp_path / "m.xlsx").write_text("no zip")
    said = hotwash("interchange", "import", "msel", tmp_path / "m.xlsx", "--to", tmp_path / "o.yaml", code=3)
    assert "cannot be read as a workbook" in said


def test_columns_may_be_moved_and_added(tmp_path):
    def change(page, columns):
        page.insert_cols(1)
        page.cell(4, 1).value = "Our number"

    file, _ = broken_msel(tmp_path, change)
    hotwash("interchange", "import", "msel", file, "--to", tmp_path / "o.yaml")
    assert len(injects_in(tmp_path / "o.yaml")) == len(load_scenario(LEAK)[1].msel)


@pytest.mark.parametrize("scenario", list_scenarios())
def test_every_scenario_is_an_exercise_by_the_schema_of_the_editor_of_cexf(scenario, tmp_path):
    body = as_json("cexf", scenario, tmp_path / "x.json")
    jsonschema.validate(body, cexf.EXERCISE, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


@pytest.mark.parametrize(
    ("at", "minute"),
    [(90, 1.5), (90.0, 1.5), ("90", 1.5), (-1, 0), (True, 0), (10**400, 0), ("9" * 5000, 0), (None, 0)],
)
def test_a_time_of_an_exercise_is_seconds_as_number_or_text_and_anything_else_is_none(at, minute, tmp_path):
    body = foreign_exercise()
    body["inject_flow"][0] = {
        "inject_uuid": str(uuid.UUID(int=1)),
        "sequence": {"trigger": []},
        "timing": {"triggered_at": at},
    }
    (tmp_path / "x.json").write_text(json.dumps(body))
    hotwash("interchange", "import", "cexf", tmp_path / "x.json", "--to", tmp_path / "m.yaml")
    assert injects_in(tmp_path / "m.yaml")[0]["at_min"] == minute


def test_cexf_has_its_four_keys_resolves_its_references_and_keeps_the_messages(tmp_path):
    body = as_json("cexf", LEAK, tmp_path / "x.json")
    assert set(body) == {"exercise", "inject_flow", "inject_payloads", "injects"}
    assert body["exercise"]["name"].startswith("EXERCISE")
    payloads = {one["uuid"]: one for one in body["inject_payloads"]}
    flow = {one["inject_uuid"]: one for one in body["inject_flow"]}
    _, secret = load_scenario(LEAK)
    assert len(flow) == len(payloads) == len(body["injects"]) == len(secret.msel)
    for one, ours in zip(body["injects"], secret.msel, strict=True):
        assert uuid.UUID(one["uuid"]).version == 4
        assert base64.b64decode(payloads[one["action_payload_resource_uuid"]]["parameters"]["content"]).decode() == ours.body  # fmt: skip
        at = flow[one["uuid"]]["timing"]["triggered_at"]
        assert at == (None if ours.at_min is None else round(ours.at_min * 60))
        assert [rule["score_range"] for rule in one["inject_evaluation"]] == [[0, each.worth] for each in ours.expects]
    assert as_json("cexf", LEAK, tmp_path / "y.json") == body


def test_cexf_comes_back_as_a_draft_that_says_what_was_guessed(tmp_path):
    file = exported("cexf", LEAK, tmp_path / "x.json")
    said = json.loads(hotwash("interchange", "import", "cexf", file, "--to", tmp_path / "m.yaml", "--json"))
    _, secret = load_scenario(LEAK)
    given = injects_in(tmp_path / "m.yaml")
    assert [one["body"] for one in given] == [one.body for one in secret.msel]
    assert [one["to"] for one in given] == [one.to for one in secret.msel]
    untimed = sum(one.at_min is None for one in secret.msel)
    assert sum("gives no time" in one for one in said["lost"]) == untimed > 0


def foreign_exercise():
    first, second = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
    text = base64.b64encode(b"From: desk\n\nA phishing mail came in.").decode()
    return {
        "exercise": {"name": "Mail", "uuid": str(uuid.UUID(int=9))},
        "inject_flow": [
            {"inject_uuid": first, "sequence": {"trigger": ["startex"]}, "timing": {"triggered_at": None}},
            {"inject_uuid": second, "sequence": {"trigger": "inject-resolution"}, "timing": {"triggered_at": None}},
        ],
        "inject_payloads": [
            {"uuid": "p1", "type": "file", "parameters": {"content": text, "content-type": "base64"}},
            {"uuid": "p2", "type": "tcp_connection", "parameters": {"port": "25"}},
        ],
        "injects": [
            {"uuid": first, "name": "Mail from the desk", "target_tool": "MISP", "action_payload_resource_uuid": "p1",
             "inject_evaluation": [{"result": "event created", "score_range": [0, 10], "parameters": []}]},
            {"uuid": second, "name": "Mail from the desk", "target_tool": "Suricata", "action_payload_resource_uuid": "p2", "inject_evaluation": []},
        ],
    }  # fmt: skip


def test_an_exercise_of_another_platform_becomes_injects_with_its_losses(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(foreign_exercise()))
    said = hotwash("interchange", "import", "cexf", tmp_path / "x.json", "--to", tmp_path / "m.yaml")
    given = injects_in(tmp_path / "m.yaml")
    assert [one["id"] for one in given] == ["mail-from-the-desk", "mail-from-the-desk-2"]
    assert given[0]["at_min"] == 0
    assert "A phishing mail came in." in given[0]["body"]
    assert given[0]["evaluator"] == "Look for: event created."
    assert "1 rules ask MISP" in said
    assert "a payload of type tcp_connection holds no text" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not JSON"), ("[]", "is not a JSON object"), ('{"exercise": {}}', "lacks inject_flow"), ("[" * 100_000, "nested too deeply")],
)  # fmt: skip
def test_what_is_no_exercise_is_refused_with_its_place(text, said, tmp_path):
    (tmp_path / "x.json").write_text(text)
    assert said in hotwash("interchange", "import", "cexf", tmp_path / "x.json", "--to", tmp_path / "m.yaml", code=3)


def runbooks():
    return [one.id for one in load_kit().guides if one.kind == "runbook"]


@pytest.mark.parametrize("runbook", runbooks())
def test_every_runbook_is_a_playbook_by_the_specification_and_comes_back_step_by_step(runbook, tmp_path):
    body = as_json("cacao", runbook, tmp_path / "r.json")
    jsonschema.validate(body, PLAYBOOK)
    steps, walked, at = body["workflow"], [], body["workflow_start"]
    while steps[at]["type"] != "end":
        at = steps[at]["on_completion"]
        walked.append(at)
    assert set(walked) | {body["workflow_start"]} == set(steps)
    assert {one["agent"] for one in steps.values() if one["type"] == "action"} <= set(body["agent_definitions"])

    hotwash("interchange", "import", "cacao", tmp_path / "r.json", "--to", tmp_path / "again.md")
    text = (tmp_path / "again.md").read_text()
    missing = [
        one["description"] for one in steps.values() if one["type"] == "action" and one["description"] not in text
    ]
    assert missing == []


def test_who_acts_is_the_agent(tmp_path):
    body = as_json("cacao", "data-leakage", tmp_path / "r.json")
    names = {one: group["name"] for one, group in body["agent_definitions"].items()}
    acts = {
        one["description"][:60]: names[one["agent"]] for one in body["workflow"].values() if one["type"] == "action"
    }
    seats = load_kit().roles.seats
    assert next(who for text, who in acts.items() if text.startswith("**privacy**: did another")) == seats["privacy"].title  # fmt: skip


def test_playbooks_of_others_are_read_as_far_as_they_go(shared, tmp_path):
    for number, file in enumerate(sorted((shared / "data" / "playbooks-and-exercises").glob("cosai-*.json"))):
        target = tmp_path / f"{number}.md"
        said = json.loads(hotwash("interchange", "import", "cacao", file, "--to", target, "--mode", "misuse", "--json"))
        actions = [one for one in json.loads(file.read_text())["workflow"].values() if one["type"] == "action"]
        assert all(one["name"] in target.read_text() for one in actions)
        assert any("no type--UUID" in one for one in said["lost"])


def test_a_scenario_of_openaev_becomes_a_draft(shared, tmp_path):
    file = shared / "data" / "playbooks-and-exercises" / "openbas-scenario-export.json"
    said = hotwash("interchange", "import", "openaev", file, "--to", tmp_path / "m.yaml")
    assert [one["subject"] for one in injects_in(tmp_path / "m.yaml")] == ["whoami"]
    assert "a technical payload is not run here" in said
    (tmp_path / "x.json").write_text(json.dumps({**json.loads(file.read_text()), "export_version": 2}))
    assert "export version 2" in hotwash("interchange", "import", "openaev", tmp_path / "x.json", "--to", tmp_path / "n.yaml", code=3)  # fmt: skip


@pytest.mark.slow
def test_the_after_action_report_has_hseeps_sheets_and_the_drills_own_figures(record, tmp_path):
    book = openpyxl.load_workbook(exported("aar-ip", record, tmp_path / "a.xlsx"))
    card = json.loads((record / "scorecard.json").read_text())
    assert book.sheetnames == ["Overview", "Ratings", "Analysis", "Improvement plan"]
    assert book["Overview"]["A1"].value.startswith("EXERCISE")
    rated = {row[0]: row[1] for row in book["Ratings"].iter_rows(min_row=2, values_only=True)}
    assert rated == {one["title"]: one["rating"] for one in card["dimensions"]}
    plan = list(book["Improvement plan"].iter_rows(min_row=2, values_only=True))
    missed = {one["earns"] for each in card["dimensions"] for one in each["expectations"] if one["state"] == "missed"}
    assert plan
    assert missed & {row[2] for row in plan}
    assert f"head {card['log_head']}" in [row[1] for row in book["Overview"].iter_rows(values_only=True)]


@pytest.mark.slow
def test_the_after_action_report_is_a_word_document_in_the_order_of_hseeps_template(record, tmp_path):
    word = docx.Document(exported("aar-ip", record, tmp_path / "EXERCISE-a.docx"))
    card = json.loads((record / "scorecard.json").read_text())
    headings = [one.text for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert headings == [
        "Exercise overview", "Analysis of core capabilities", *(one["title"] for one in card["dimensions"]),
        "Appendix A: Improvement plan", "Appendix B: Exercise participants",
    ]  # fmt: skip
    tables = {one.rows[0].cells[0].text: one for one in word.tables}
    overview = {row.cells[0].text: row.cells[1].text for row in tables["Field"].rows}
    assert {"Exercise name", "Scope", "Mission areas", "Threat or hazard", "Sponsor", "Point of contact"} <= set(
        overview
    )
    assert overview["Log"] == f"head {card['log_head']}"

    rated = {}
    for row in list(tables["Objective"].rows)[1:]:
        marked = [letter for letter, cell in zip("PSMU", row.cells[2:], strict=True) if cell.text]
        rated[row.cells[1].text] = marked[0] if len(marked) == 1 else None
    assert rated == {one["title"]: one["rating"] for one in card["dimensions"]}

    said = "\n".join(cell.text for one in word.tables for row in one.rows for cell in row.cells)
    marks = [one for each in card["dimensions"] for one in each["marks"] if one["score"] is not None]
    titles = load_kit().lever_titles
    assert all(in_titles(one["why"], titles) in said for one in marks)
    plan = [[cell.text for cell in row.cells] for row in tables["Core capability"].rows]
    assert plan[0][-2:] == ["Start date", "Completion date"]
    sheet = openpyxl.load_workbook(exported("aar-ip", record, tmp_path / "a.xlsx"))["Improvement plan"]
    assert [row[2] for row in plan] == [row[2] for row in sheet.iter_rows(values_only=True)]
    assert all(part.paragraphs[0].text.startswith("EXERCISE") for part in (word.sections[0].header, word.sections[0].footer))  # fmt: skip


def test_a_kind_of_file_that_a_report_is_not_written_as_is_refused(tmp_path):
    said = hotwash("interchange", "export", "aar-ip", tmp_path, "--to", tmp_path / "a.pdf", code=3)
    assert "End the name in .xlsx or .docx." in said
    assert not (tmp_path / "a.pdf").exists()


def shape(value, depth=0):
    """Keys and types, as deep as a report of AVID is nested."""
    if isinstance(value, dict):
        return {key: shape(one, depth + 1) for key, one in value.items()}
    return type(value).__name__


@pytest.mark.slow
def test_an_avid_report_has_the_form_of_real_ones_of_its_version(record, shared, tmp_path):
    ours = as_json("avid", record, tmp_path / "a.json")
    file = shared / "data" / "avid-aiid" / "avid-reports-2022-2025.jsonl.gz"
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    real = [one for one in map(json.loads, lines) if one["data_version"] == ours["data_version"]]
    theirs = next(one for one in real if one["metrics"])
    theirs.pop("path")
    measured = {str(shape(one)) for report in real for one in report["metrics"]}
    assert {str(shape(one)) for one in ours.pop("metrics")} <= measured
    theirs.pop("metrics")
    assert shape(ours) == shape(theirs)
    assert set(ours["impact"]["avid"]["sep_view"]) == {"S0301: Information Leak"}
    assert ours["impact"]["avid"]["risk_domain"] == ["Security"]
    assert ours["description"]["value"].startswith("EXERCISE")


AVID_NAMES = {
    "S0300: Over-permissive API", "S0301: Information Leak", "E0101: Group fairness", "E0102: Individual fairness", "E0402: Generative Misinformation",
    "P0101: Data drift", "P0102: Concept drift", "P0204: Accuracy", "P0400: Safety",
}  # fmt: skip
"""Categories of AVID's taxonomy that failure modes correspond to, as avidtools 0.3.2 spells them: it takes no other spelling."""


def test_categories_of_avid_are_spelled_as_its_own_tool_takes_them():
    modes = load_kit().taxonomy.modes.values()
    said = {f"{one.id}: {one.name}" for mode in modes for one in mode.crosswalk if one.scheme == "avid"}
    assert said == AVID_NAMES


@pytest.mark.slow
def test_a_submission_draft_is_classified_in_the_columns_of_the_database_and_must_not_be_sent(record, shared, tmp_path):
    ours = as_json("aiid", record, tmp_path / "a.json")
    columns = (shared / "data" / "avid-aiid" / "aiid-sample-incident-classifications.csv").read_text().splitlines()[0]
    assert set(ours["classification"]) <= set(columns.split(","))
    assert all(ours["classification"].values())
    assert ours["do_not_submit"].startswith("EXERCISE")
    assert all(not ours[field] for field in ours["to_write"])
    lacks = {str(one.path[0]) for one in jsonschema.Draft7Validator(aiid.SUBMISSION).iter_errors(ours)}
    assert lacks == set(ours["to_write"]) - {"submitters"}, (
        "only what people have to write keeps the form from taking it"
    )
    day, names = "2026-12-01", ["A. Example"]
    written = {field: names if ours[field] == [] else day for field in ours["to_write"]} | {
        "url": "https://example.org/a"
    }
    jsonschema.validate(ours | written, aiid.SUBMISSION)


@pytest.mark.slow
def test_veris_counts_what_was_disclosed_and_when_it_was_found(record, tmp_path):
    ours = as_json("veris", record, tmp_path / "v.json")
    card = json.loads((record / "scorecard.json").read_text())
    reached = card["milestones"]
    assert ours["timeline"]["discovery"] == {"unit": "Minutes", "value": reached["detected"] - reached["onset"]}
    assert ours["timeline"]["containment"]["value"] == reached["contained"] - reached["detected"]
    jsonschema.validate(ours, veris.INCIDENT)
    assert veris.disagreements(ours) == []
    assert (
        ours["attribute"]["confidentiality"]["data_total"]
        == ours["attribute"]["confidentiality"]["data"][0]["amount"]
        > 0
    )
    assert ours["incident_id"].startswith("EXERCISE")
    assert ours["plus"]["exercise"] is True


def told(mode="drift", **changed):
    began = datetime(2026, 11, 23, 10, tzinfo=UTC)
    plain = Account(
        title="t", what="w", scenario="s", system="x", mode=mode, mode_title=mode, bucket="model", incident=True, onset=began, began=began,
        ended=began, severity=None, minutes={"onset": 3.0, "detected": 5.0, "contained": 9.5}, leaked_records=0, correspondences=(),
        components=(), people=(None, None), generates=True, head="c0ffee" * 10,
    )  # fmt: skip
    return replace(plain, **changed)


@pytest.mark.parametrize("level", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("mode", load_kit().taxonomy.modes)
def test_every_failure_mode_at_every_severity_is_an_incident_by_the_schema_of_veris(mode, level):
    for records in (0, 7):
        found = to_veris(told(mode, severity=level, leaked_records=records))
        jsonschema.validate(found, veris.INCIDENT)
        assert veris.disagreements(found) == []


def test_a_false_alarm_is_told_to_veris_as_one_that_touched_nothing():
    found = to_veris(told("", incident=False, minutes={"onset": None, "detected": 4.0, "contained": None}))
    jsonschema.validate(found, veris.INCIDENT)
    assert found["security_incident"] == "False positive"
    assert veris.disagreements(found) == []
    assert list(found["attribute"]) == ["unknown"]
    assert list(found["action"]) == ["unknown"]
    assert found["timeline"]["discovery"] == {"unit": "Unknown"}
    assert found["timeline"]["containment"] == {"unit": "NA"}


@pytest.mark.parametrize(
    ("mode", "action"), [("hallucination", "error"), ("misuse", "hacking"), ("bias-spike", "error")]
)
def test_what_veris_has_no_word_for_is_an_error_of_the_service_and_plus_says_what_it_is(mode, action):
    found = to_veris(told(mode))
    assert list(found["action"]) == [action]
    assert found["attribute"] == {"integrity": {"variety": ["Alter behavior"]}}
    assert found["plus"]["failure_mode"] == mode
    assert found["impact"]["overall_rating"] == "Unknown"


def test_two_drills_of_one_scenario_are_two_incidents_to_veris_and_one_drill_is_always_the_same():
    one, again, other = (to_veris(told(head=head)) for head in ("a" * 64, "a" * 64, "b" * 64))
    assert one == again
    assert one["incident_id"] != other["incident_id"]
    assert uuid.UUID(one["plus"]["master_id"]).version == 4
    assert one["plus"]["master_id"] != other["plus"]["master_id"]


@pytest.mark.parametrize(
    ("writes", "assets"), [(True, ["S - LLM application", "S - Web application"]), (False, ["S - Web application"])]
)
def test_what_writes_text_is_an_llm_application_to_veris_and_what_scores_is_none(writes, assets):
    assert [one["variety"] for one in to_veris(told(generates=writes))["asset"]["assets"]] == assets


@pytest.mark.parametrize(
    ("detected", "contained", "discovery", "containment"),
    [
        (5.0, 9.5, {"unit": "Minutes", "value": 2.0}, {"unit": "Minutes", "value": 4.5}),
        (None, 2.0, {"unit": "NA"}, {"unit": "Unknown"}),
        (9.0, 7.0, {"unit": "Minutes", "value": 6.0}, {"unit": "Minutes", "value": 0.0}),
    ],
)
def test_veris_counts_discovery_from_the_onset_and_containment_from_the_discovery(
    detected, contained, discovery, containment
):
    line = to_veris(told(minutes={"onset": 3.0, "detected": detected, "contained": contained}))["timeline"]
    assert (line["discovery"], line["containment"]) == (discovery, containment)


def test_a_runbook_that_has_a_heading_twice_keeps_every_step():
    text = "Two shifts.\n\n## Triage\n\n1. Look.\n\n## Recovery proof\n\n1. Prove.\n\n## Triage\n\n1. Look again.\n"
    guide = next(one for one in load_kit().guides if one.kind == "runbook").model_copy(update={"text": text})
    body = to_cacao(guide, datetime(2026, 11, 23, tzinfo=UTC), "ours", {"ic": "Incident commander"})
    jsonschema.validate(body, PLAYBOOK)
    done = [one["description"] for one in body["workflow"].values() if one["type"] == "action"]
    assert done == ["Look.", "Look again.", "Prove."]
    assert body["playbook_types"] == ["investigation", "remediation"]


def test_a_kit_without_seats_has_nobody_to_act_in_a_playbook():
    guide = next(one for one in load_kit().guides if one.kind == "runbook")
    with pytest.raises(ContentError, match="has no seat that could act"):
        to_cacao(guide, datetime(2026, 11, 23, tzinfo=UTC), "ours", {})


def test_a_file_that_is_there_is_kept(tmp_path):
    file = exported("cexf", LEAK, tmp_path / "x.json")
    file.write_text("mine")
    assert "is there already" in hotwash("interchange", "export", "cexf", LEAK, "--to", file, code=3)
    assert file.read_text() == "mine"
    hotwash("interchange", "export", "cexf", LEAK, "--to", file, "--overwrite")
    assert file.read_text() != "mine"


@pytest.mark.parametrize("way", ["export", "import"])
def test_an_unknown_format_is_answered_with_those_there_are(way, tmp_path):
    said = hotwash("interchange", way, "docx", tmp_path / "x", "--to", tmp_path / "y", code=3)
    assert "Write one of:" in said


def test_an_unknown_runbook_is_answered_with_those_of_the_kit(tmp_path):
    said = hotwash("interchange", "export", "cacao", "weather", "--to", tmp_path / "y", code=3)
    assert "runbook-drift" in said
