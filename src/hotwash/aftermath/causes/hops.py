"""The hops of a request: what each is called, what is asked of it, which components of a system stand there."""

from __future__ import annotations

from hotwash.kit.schema.causes import HopName

TITLES: dict[HopName, str] = {
    "input": "Input",
    "prompt": "Prompt construction",
    "retrieval-and-tools": "Retrieval and tool calls",
    "inference": "Inference",
    "post-processing": "Post-processing",
    "decision": "Decision or action",
    "impact": "Impact on people",
}
ASKS: dict[HopName, str] = {
    "input": "did what people or documents brought in change, and what was assumed about it?",
    "prompt": "did the prompt change, and does it carry what the later hops rely on?",
    "retrieval-and-tools": "what was fetched or done, for whom, with whose rights?",
    "inference": "did the model or its settings change, and was the same input answered differently before?",
    "post-processing": "what did filters, policy and cache let through or keep?",
    "decision": "who or what acted on the output, and could they tell that it was wrong?",
    "impact": "who was touched, how many, and can it be taken back?",
}
STANDS_AT: dict[str, HopName] = {
    "prompt": "prompt", "index": "retrieval-and-tools", "tools": "retrieval-and-tools", "features": "retrieval-and-tools",
    "data": "retrieval-and-tools", "retrieval": "retrieval-and-tools", "bureau": "retrieval-and-tools", "content": "retrieval-and-tools",
    "orders": "retrieval-and-tools", "model": "inference", "decoding": "inference", "policy": "post-processing",
    "cache": "post-processing",
}  # fmt: skip
"""Component or dependency → hop. One that is not named here stands at retrieval and tools, where a system meets others."""


def hop_of(component: str) -> HopName:
    """Where a component stands."""
    return STANDS_AT.get(component, "retrieval-and-tools")
