"""What content was used, as one number: SHA-256 over the canonical JSON of the models, not over the files.

Comments, order of keys and line breaks of a file do not count; every value does.
"""

from __future__ import annotations

from hotwash.kernel.event import digest
from hotwash.kit.schema.base import Content


def content_digest(*models: Content) -> str:
    """64 hexadecimal digits over the models, in this order."""
    return digest([model.model_dump(mode="json", by_alias=True) for model in models])
