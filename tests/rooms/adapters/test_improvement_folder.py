"""Papers that are written after a drill stand beside its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotwash.adapters.improvement_folder import improvement_home, read_paper, record_home, write_paper
from hotwash.kernel.errors import ContentError


def _record(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return folder


def test_a_record_is_found_by_itself_and_by_its_drill(tmp_path: Path) -> None:
    own, inside = _record(tmp_path / "leak"), _record(tmp_path / "drills" / "d1" / "record")
    assert record_home(own) == own
    assert record_home(inside.parent) == inside
    with pytest.raises(ContentError, match="holds no record"):
        record_home(tmp_path)


def test_papers_stand_beside_the_record_and_never_in_it(tmp_path: Path) -> None:
    own, inside = _record(tmp_path / "leak"), _record(tmp_path / "drills" / "d1" / "record")
    assert improvement_home(own) == tmp_path.resolve() / "leak-improvement"
    assert improvement_home(inside) == inside.resolve().with_name("improvement")
    assert read_paper(own, "capa.yaml") is None
    path = write_paper(own, "capa.yaml", "actions: []\n")
    assert read_paper(own, "capa.yaml") == path.read_text() == "actions: []\n"
    assert sorted(one.name for one in own.iterdir()) == ["manifest.json"]


def test_bytes_that_are_no_text_are_told_with_what_to_write(tmp_path: Path) -> None:
    own = _record(tmp_path / "leak")
    write_paper(own, "postmortem.md", b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="UTF-8"):
        read_paper(own, "postmortem.md")
