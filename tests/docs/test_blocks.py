"""Code and data shown in the docs are true."""

from pathlib import Path

import pytest
import yaml

from tests.support.markdown import Block, blocks, pages
from tests.support.project import ROOT, shown

WITH_PYTHON = [path for path in pages() if blocks(path, "python")]
ON_SPARK = [path for path in WITH_PYTHON if any("pyspark" in block.text for block in blocks(path, "python"))]
YAML_BLOCKS = [block for path in pages() for block in blocks(path, "yaml")]


def play(path: Path) -> None:
    """The blocks of a page share their names, as they do for a reader."""
    names: dict[str, object] = {"__name__": "__docs__"}
    for block in blocks(path, "python"):
        code = compile("\n" * (block.line - 1) + block.text, str(path), "exec")  # so that a failure names the line
        exec(code, names)


@pytest.mark.parametrize("path", [path for path in WITH_PYTHON if path not in ON_SPARK], ids=shown)
def test_python_blocks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In an empty folder."""
    monkeypatch.chdir(tmp_path)
    play(path)


@pytest.mark.slow
@pytest.mark.parametrize("path", ON_SPARK, ids=shown)
def test_python_blocks_run_on_spark(path: Path, spark):
    play(path)
    spark.catalog.dropTempView("requests")


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=str)
def test_yaml_blocks_parse(block: Block):
    try:
        list(yaml.safe_load_all(block.text))
    except yaml.YAMLError as error:
        pytest.fail(f"{block}: {error}")


def test_no_block_is_left_without_a_language():
    """Say `text` for plain text: a block without a language is a block without a check."""
    assert [str(block) for path in pages() for block in blocks(path, "")] == []


def test_block_reader(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("a\n```python\nx = 1\n```\n- item\n  ```yaml\n  k: 1\n  ```\n````text\n```python\n```\n````\n")
    found = [(block.line, block.language, block.text) for block in blocks(page, "python", "yaml")]
    assert found == [(3, "python", "x = 1\n"), (7, "yaml", "k: 1\n")]
    assert ROOT.is_dir()
