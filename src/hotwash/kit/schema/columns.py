"""What the columns of a table of traces mean. File: `columns.yaml`, which `hotwash traces map` proposes.

Nothing here renames a column: names are mapped when a question is asked, and the table stays as it came.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from hotwash.kernel.twice import twice
from hotwash.kit.schema.base import Content, Id, Text

HEARD = ("vote", "complain", "feedback", "appeal", "escalat", "handover", "dissatisf")
"""Parts of names by which a signal is taken for people's answer."""
Value = str | int | float | bool
Layer = Literal["system", "quality", "safety-abuse", "data-privacy"]


class Test(Content):
    """A true-or-false question about one column: exactly one of the tests. A row without a value answers `missing` and
    nothing else: it is neither true nor false, and is not counted as asked."""

    __test__: ClassVar[bool] = False  # pytest is not to take it for one of its own

    column: Text
    equals: Value | None = None
    among: list[Value] | None = Field(None, min_length=1)
    above: float | None = None
    below: float | None = None
    contains: str | None = None
    missing: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = ("equals", "among", "above", "below", "contains", "missing")
        if sum(one in self.model_fields_set for one in tests) != 1:
            raise ValueError(f"write exactly one of {', '.join(tests)}")
        return self


class SignalColumn(Test):
    """Something that goes wrong with a request: a share of the requests that could be asked.

    `source` names what measured it (a detector, a judge, the people who vote): two signals of one source are not
    independent. Left empty, it is the column. `people` says that it is people's answer to what they got (votes, complaints, appeals),
    which follows harm of any kind; left empty, its name decides.
    """

    name: Id
    title: str = ""
    layer: Layer = "quality"
    source: str = ""
    people: bool | None = None

    @property
    def heard(self) -> bool:
        """Whether it is people's answer to what they got."""
        return any(one in self.name for one in HEARD) if self.people is None else self.people


class TraceColumns(Content):
    """Which column says what. Only `time` must be there; what is not named is not asked about.

    `dimensions` cut traffic into segments (tenant, region, language, intent ...); `versions` are dimensions that change with
    a release (model, prompt, index ...). `features` are numbers that a model was given or that describe a request. `groups` are
    protected attributes: analysed for fairness, never used to route. `label` is the truth that arrives later, `label_time`
    when. `input`, `output`, `documents` and `tool_calls` are raw text, read only by a check that needs them.
    """

    time: Text
    id: str = ""
    dimensions: list[Text] = Field(default_factory=list)
    versions: list[Text] = Field(default_factory=list)
    features: list[Text] = Field(default_factory=list)
    groups: list[Text] = Field(default_factory=list)
    signals: list[SignalColumn] = Field(default_factory=list)
    decision: Test | None = Field(None, description="the favourable decision")
    label: Test | None = Field(None, description="the favourable truth")
    label_time: str = ""
    score: str = ""
    tenant: str = ""
    user: str = ""
    request: str = Field(
        "", description="names the same request under several bundles, for comparing on the same requests"
    )
    bundle: str = Field("", description="the immutable release that answered, where one column holds it")
    input: str = ""
    output: str = ""
    documents: str = Field("", description="JSON list of retrieved documents: id, tenant, score, content")
    tool_calls: str = Field("", description="JSON list of calls: name, arguments, result, error")
    embedding: str = Field("", description="list of numbers that stands for a request or its input")
    retrieved: str = Field("", description="how many documents a search found; empty where none was made")

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if again := twice(one.name for one in self.signals):
            raise ValueError(f"these signals are there twice: {', '.join(again)}")
        return self

    def cuts(self) -> tuple[str, ...]:
        """Every column that cuts traffic into segments: dimensions, then versions."""
        return tuple(dict.fromkeys((*self.dimensions, *self.versions)))
