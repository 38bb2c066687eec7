"""Papers that are written after a drill stand beside its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper
from hotwash.kernel.errors import ContentError


def _record(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return folder


def test_a_record_is_found_by_itself_and_by_its_drill(tmp_path: Path) -> None:
    own, inside = _record(tmp_path / "leak"), _record(tmp_path / "drills" / "d1" / "record")
    assert find_record(own) == own
    assert find_record(inside.parent) == inside
    with pytest.raises(ContentError, match="holds no record"):
        find_record(tmp_path)


def test_papers_stand_beside_the_record_and_never_in_it(tmp_path: Path) -> None:
    own, inside = _record(tmp_path / "leak"), _record(tmp_path / "drills" / "d1" / "record")
    assert improvement_of(own) == tmp_path.resolve() / "leak-improvement"
    assert improvement_of(inside) == inside.resolve().with_name("improvement")
    assert paper(own, "capa.yaml") is None
    path = keep_paper(own, "capa.yaml", "actions: []\n")
    assert paper(own, "capa.yaml") == path.read_text() == "actions: []\n"
    assert sorted(one.name for one in own.iterdir()) == ["manifest.json"]


def test_bytes_that_are_no_text_are_told_with_what_to_write(tmp_path: Path) -> None:
    own = _record(tmp_path / "leak")
    keep_paper(own, "postmortem.md", b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="UTF-8"):
        paper(own, "postmortem.md")
