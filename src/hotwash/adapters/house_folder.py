"""A folder of drills: what was planned, the log while it is played, the record afterwards.

<folder>/key                         what links are signed with; readable by its owner alone
<folder>/access.sqlite               links, sessions, the facilitators' password
<folder>/drills/<id>/plan.json       who is invited to what
<folder>/drills/<id>/design.json     the content that the drill is played with, as its record will hold it
<folder>/drills/<id>/log.sqlite      the log
<folder>/drills/<id>/record/         what `hotwash drill verify` checks; there once the drill is scored
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError

PLAN, DESIGN, LOG, RECORD = "plan.json", "design.json", "log.sqlite", "record"


class HouseFolder:
    """The files of one house. Raises ContentError for a folder that cannot be used."""

    def __init__(self, folder: Path) -> None:
        if folder.is_file():
            raise ContentError.at(folder, "is a file", "Name a folder with --data.")
        try:
            (folder / "drills").mkdir(parents=True, exist_ok=True)
        except OSError as broken:
            write = "Name another folder: --data, or --out of a demo."
            raise ContentError.at(folder, f"cannot be made: {broken.strerror}", write) from broken
        self.folder = folder

    def key(self) -> bytes:
        """32 random bytes that are made once."""
        path = self.folder / "key"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(secrets.token_bytes(32))
        except FileExistsError:
            pass  # made by an earlier run
        return path.read_bytes()

    def drills(self) -> list[str]:
        """Ids of all drills, newest first."""
        found = [one for one in (self.folder / "drills").iterdir() if (one / PLAN).is_file()]
        return [one.name for one in sorted(found, key=lambda one: -(one / PLAN).stat().st_mtime)]

    def make(self, drill: str, plan: Mapping[str, Any], design: Mapping[str, Any]) -> Path:
        """A new drill's folder. Raises ContentError when the id is taken. The plan comes last: it makes it a drill."""
        home = self.folder / "drills" / drill
        try:
            home.mkdir()
        except FileExistsError as taken:
            raise ContentError.at(home, "is another drill", "Choose another id.") from taken
        # In the order of the content's own files: the tape is drawn from dimensions and intents in that order.
        (home / DESIGN).write_text(json.dumps(design, ensure_ascii=False))
        (home / PLAN).write_text(json.dumps(plan, ensure_ascii=False, indent=1))
        return home

    def home(self, drill: str) -> Path:
        """A drill's folder. Raises ContentError when there is none of that name."""
        home = self.folder / "drills" / drill
        if drill not in self.drills():
            raise ContentError.at(home, "is no drill", "Choose one of the drill library.")
        return home

    def read(self, drill: str, name: str) -> Any:
        """One of a drill's JSON files."""
        return json.loads((self.home(drill) / name).read_text())
