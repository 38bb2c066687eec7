"""An organisation's own kit as a folder: made once from the base, with the base beside it for later comparison."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hotwash.adapters.new_folder import must_be_new
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.kit import Kit

BASE = Path(".base") / "kit.json"
SCHEMAS = "schemas"
README = """# A kit of our own

Every rule of our exercises as text: edit, review and version these files like code. `hotwash kit check .` names each mistake at its line;
`hotwash kit show .` prints any part; `hotwash kit diff .` says what we changed, and what an upgrade of the base would change for us.
`.base` holds the base that this kit was made from: leave it as it is. `schemas` tells editors what may stand where.
"""


def write_kit(folder: Path, base_files: Path, base: Kit, head: Mapping[str, str], schemas: Mapping[str, Any]) -> None:
    """Copy the base's files into a new or empty folder. Raises ContentError for a folder that holds something."""
    must_be_new(folder)
    shutil.copytree(base_files, folder, dirs_exist_ok=True)
    # A JSON string is a YAML string, whatever stands in it.
    lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in head.items())
    (folder / "kit.yaml").write_text(lines, encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / SCHEMAS).mkdir()
    for name, schema in schemas.items():
        body = json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        (folder / SCHEMAS / f"{name}.schema.json").write_text(body, encoding="utf-8")
        _point_at_schema(folder / f"{name}.yaml", f"{SCHEMAS}/{name}.schema.json")
    (folder / BASE).parent.mkdir()
    (folder / BASE).write_text(base.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")


def read_base(folder: Path) -> Kit:
    """The base that a kit was made from. Raises ContentError when the kit was not made by `write_kit`."""
    file = folder / BASE
    try:
        return Kit.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        write = "Only a kit that `hotwash kit init` made can be compared with the base it came from."
        raise ContentError.at(file, "is missing", write) from missing
    except ValidationError as wrong:
        said = f"does not hold a kit as this version knows it ({wrong.error_count()} mistakes)"
        raise ContentError.at(file, said, "Get it back from version control.") from wrong


def _point_at_schema(file: Path, schema: str) -> None:
    """The line by which editors find a schema."""
    if file.is_file():
        text = re.sub(r"\A# yaml-language-server:.*\n", "", file.read_text(encoding="utf-8"))
        file.write_text(f"# yaml-language-server: $schema={schema}\n{text}", encoding="utf-8")
