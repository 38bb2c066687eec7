"""What ships is read once a process; what somebody writes is read whenever it is asked for."""

from functools import partial

import pytest

from hotwash.kernel.errors import ContentError
from hotwash.kit import load
from tests.rooms.kit.copies import kit_copy

SHIPPED = [
    pytest.param(load.load_kit, id="kit"),
    pytest.param(load.load_severity, id="severity"),
    pytest.param(partial(load.load_system, "support-copilot"), id="system"),
    pytest.param(partial(load.load_phrases, "support-copilot"), id="phrases"),
    pytest.param(partial(load.load_scenario, "cross-tenant-leak"), id="scenario"),
]


@pytest.mark.parametrize("read", SHIPPED)
def test_what_ships_is_read_once(read, monkeypatch):
    first = read()
    monkeypatch.setattr(load, "Reader", None)  # whoever opened a file now would fail
    assert read() is first


def test_a_copy_is_read_again_after_each_change(tmp_path):
    kit = kit_copy(tmp_path)
    file = kit / "kit.yaml"
    before = load.load_kit(kit).title
    file.write_text(file.read_text().replace(f"title: {before}", "title: Ours"))
    assert (before, load.load_kit(kit).title) == ("Base kit", "Ours")


def test_a_mistake_in_a_name_is_said_every_time():
    for _ in range(2):
        with pytest.raises(ContentError, match="no such content ships"):
            load.load_system("no-such-system")
