"""Commands that are imported when somebody types them: to list them takes a name and a line each, not what they need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from hotwash.cli.examples import give_examples


class Late(TyperCommand):
    """A line in a list of commands, and where the command is: `module:attribute`, a typer app or a function.

    The line is the help of an app; a function has its own, which begins with it.
    """

    def __init__(self, path: str, where: str, line: str, panel: str | None = None) -> None:
        super().__init__(path.rpartition(" ")[2], help=line, rich_help_panel=panel)
        self.path, self.where = path, where

    @cached_property
    def command(self) -> Any:
        """The command, or the group of commands, with examples at the end of each help."""
        module, _, attribute = self.where.partition(":")
        found = getattr(import_module(module), attribute)
        tree = typer.Typer()
        if isinstance(found, typer.Typer):
            tree.add_typer(found, name=self.name, help=self.help)
        else:
            tree.command(self.name)(found)
        [command] = get_group(tree).commands.values()
        give_examples(command, self.path)
        return command


def with_late(lines: Iterable[Late]) -> type[TyperGroup]:
    """The class of a group which holds these besides its own: `typer.Typer(cls=with_late(...))`."""
    late = {str(one.name): one for one in lines}

    class WithLate(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands = {**self.commands, **late}

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
            name, found, rest = super().resolve_command(ctx, args)
            return name, found.command if isinstance(found, Late) else found, rest

    return WithLate
