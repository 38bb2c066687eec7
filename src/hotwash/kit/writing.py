"""Content back into YAML, for files that people go on with."""

from __future__ import annotations

from collections.abc import Sequence

import yaml
from pydantic import BaseModel


def to_yaml(items: Sequence[BaseModel], comment: str = "") -> str:
    """A list of content models as YAML that the kit's reader reads back as the same. `comment` stands above it, line by line."""
    data = [one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in items]
    body = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
    return "".join(f"# {line}\n" for line in comment.splitlines()) + body
