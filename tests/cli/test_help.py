"""Help ends with lines that can be typed, and errors of the file system say what to do next."""

import io
import shlex
import socket

import pytest
from typer.testing import CliRunner

from hotwash.cli import screen
from hotwash.cli.examples import EXAMPLES
from hotwash.cli.late import Late
from hotwash.cli.main import app, speak_anywhere
from tests.support.commands import below, command_tree


def leaves(command, path=()):
    if not hasattr(command, "commands"):
        return {" ".join(path): command}
    return {name: one for word, sub in below(command).items() for name, one in leaves(sub, (*path, word)).items()}


COMMANDS = leaves(command_tree())


def test_every_command_has_an_example_and_no_other():
    assert set(EXAMPLES) == set(COMMANDS)


def late(command):
    """Every command in the tree that is imported when it is typed, as its list shows it."""
    held = getattr(command, "commands", {}).values()
    found = [one for one in held if isinstance(one, Late)]
    return found + [one for sub in below(command).values() for one in late(sub)]


@pytest.mark.parametrize("listed", late(command_tree()), ids=lambda one: one.path)
def test_a_line_in_a_list_is_how_the_commands_own_help_begins(listed):
    assert listed.command.help.split("\n\n")[0] == listed.help


@pytest.mark.parametrize("path", sorted(EXAMPLES))
def test_the_command_line_reads_its_examples(path):
    command = COMMANDS[path]
    for line in EXAMPLES[path]:
        words = shlex.split(line)
        assert words[: len(path.split())] == path.split()
        with command.context_class(command) as context:
            given, left, _ = command.make_parser(context).parse_args(words[len(path.split()) :])
        assert not left, line
        lacking = [one.name for one in command.params if one.required and given.get(one.name) in (None, ())]
        assert not lacking, f"{line} lacks {lacking}"
        assert f"hotwash {line}" in command.epilog


def run(*words):
    return CliRunner().invoke(app, words)


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one():
    for wrong in ("cross-tenant", "Cross-Tenant-Leak"):
        said = run("drill", "run", wrong)
        assert said.exit_code == 3
        assert "Did you mean cross-tenant-leak?" in said.output


def test_a_file_in_place_of_a_folder_is_called_a_file(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text("a: 1\n")
    assert "this is a file, not a folder" in run("scenario", "check", str(file)).output


def test_a_record_that_cannot_be_written_is_told_before_a_word_of_python(tmp_path):
    (tmp_path / "file").write_text("")
    said = run(
        "drill", "run", "cross-tenant-leak", "--players", "does-nothing", "--out", str(tmp_path / "file" / "out")
    )
    assert said.exit_code == 3
    assert "--out" in said.output and "Traceback" not in said.output


def test_a_drill_alone_needs_a_seat_that_there_is(tmp_path):
    said = run("drill", "solo", "cross-tenant-leak", "--seat", "pilot", "--data", str(tmp_path / "drills"))
    assert said.exit_code == 2
    assert "there is no seat 'pilot': take one of ic, tech" in said.output


def test_a_narrow_terminal_loses_no_name(monkeypatch):
    monkeypatch.setattr(screen.out, "_width", 40)
    said = run("scenario", "list").output
    assert "refused-after-upgrade\n" in said
    assert "A Monday with Tarnwick Assist, 60 min" in " ".join(said.split())


def test_a_port_that_is_taken_costs_no_password(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = run("serve", "--data", str(tmp_path / "drills"), "--port", str(taken.getsockname()[1]), "--no-browser")
    assert said.exit_code == 2
    assert "choose another with --port" in said.output
    assert "password" not in said.output, "it is shown once, and must not be lost in an error"


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize(("kind", "bytes_"), [(io.TextIOWrapper, "é█\n".encode()), (Terminal, b"\xe9?\n")])
def test_no_letter_stops_a_command_whatever_the_machine_speaks(kind, bytes_, monkeypatch):
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    raw = io.BytesIO()
    stream = kind(raw, encoding="latin-1", newline="\n")
    speak_anywhere(stream)
    print("é█", file=stream, flush=True)
    assert raw.getvalue() == bytes_
