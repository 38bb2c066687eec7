"""The whole tree of commands, with those in it that are imported only when they are typed."""

from functools import cache
from typing import Any

from typer.main import get_command

from hotwash.cli.late import Late
from hotwash.cli.main import app


@cache
def command_tree() -> Any:
    """The command `hotwash`; `below` gives what stands under a command."""
    return get_command(app)


def below(command: Any) -> dict[str, Any]:
    """The commands of a group by name; nothing for a command that is none."""
    held = getattr(command, "commands", {})
    return {name: one.command if isinstance(one, Late) else one for name, one in held.items()}
