"""What users of other exercise platforms complain about in public, turned into tests. See also tests/rooms/drill."""

import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.cli.main import app
from hotwash.conductor.record import EVENTS, MANIFEST
from hotwash.conductor.session import Session

pytestmark = pytest.mark.slow
SCENARIO = "order-number-alarm"


@pytest.fixture(scope="module")
def played():
    return bootstrap.run(bootstrap.lay_out(bootstrap.content(SCENARIO), 5), "expert")


def test_a_whole_exercise_leaves_and_comes_back_without_loss(played, tmp_path):
    """OpenAEV #372, #18."""
    bootstrap.save(played.files, tmp_path / "a")
    table, events = bootstrap.rebuild(bootstrap.load_record(tmp_path / "a"))
    assert events == played.events
    assert table.content == played.content
    again = bootstrap.run(table, "expert")
    bootstrap.save(again.files, tmp_path / "b")
    assert bootstrap.load_record(tmp_path / "a") == bootstrap.load_record(tmp_path / "b")
    assert {EVENTS, MANIFEST} <= set(again.files)


def test_every_command_that_is_carried_out_leaves_an_event_of_its_own(monkeypatch):
    """IRIS #550: every change of a task, role, severity or lever writes its own line."""
    silent, act = [], Session.act

    def watched(self, command):
        done = act(self, command)
        if not any(event.command_id == command.id for event in done.events):
            silent.append(command.action.do)
        return done

    monkeypatch.setattr(Session, "act", watched)
    played = bootstrap.run(bootstrap.lay_out(bootstrap.content(SCENARIO), 6), "expert")
    assert silent == []
    assert len({event.command_id for event in played.events}) > 50


def test_that_nobody_recovers_is_a_normal_scored_end():
    """Chaos Toolkit #186: the engine injects, recovery is left to people."""
    left = bootstrap.run(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), 5), "does-nothing")
    assert left.events[-1].type != "lever_pulled"
    assert any(event.type == "drill_ended" for event in left.events)
    assert left.closing.card.milestones["contained"] is None
    assert left.closing.card.total == pytest.approx(0, abs=5)


def test_an_inject_can_be_read_before_the_day_and_nothing_is_recorded(tmp_path, monkeypatch):
    """OpenAEV #879."""
    monkeypatch.chdir(tmp_path)
    inject = bootstrap.content(SCENARIO).secret.msel[0]
    said = CliRunner().invoke(app, ["scenario", "show", SCENARIO, "--inject", inject.id])
    assert said.exit_code == 0
    assert inject.subject in said.output
    assert inject.body.split()[1] in said.output
    assert list(tmp_path.iterdir()) == []
    wrong = CliRunner().invoke(app, ["scenario", "show", SCENARIO, "--inject", "no-such"])
    assert wrong.exit_code == 3
    assert inject.id in wrong.output
