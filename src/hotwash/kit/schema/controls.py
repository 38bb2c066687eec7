"""Controls that are new or changed after a drill, and who may change what. File in the improvement folder: `controls.yaml`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Text
from hotwash.kit.schema.causes import HopName


class Operating(Content):
    """What somebody needs who has to work with a control: without it, the control is a new way to fail."""

    owner: Text
    how: Text = Field(description="how it is switched on, set and switched off, step by step")
    works_when: Text = Field(description="how one sees that it works, with a number or a test")
    step_down: Text = Field(description="when it is taken back, and who may say so")
    side_effects: Text
    tell: Text = Field(description="what customers and support are told while it is on")


class NewControl(Content):
    """One control. `answers` are entries of frameworks, as `nist-ai-rmf:MANAGE 2.4`."""

    id: Id
    title: Text
    kind: Literal["open", "prevents", "detects", "contains", "recovers"]
    stops: list[HopName] = Field(default_factory=list)
    answers: list[Text] = Field(default_factory=list)
    operating: Operating | None = None


class Holder(Content):
    """Somebody who may do it, why they need it, and whether they keep it."""

    role: Text
    why: Text
    keep: Literal["open", "keep", "reduce", "remove"]


class Access(Content):
    """Who may do one thing, and who must agree. `approved_by` is nobody who may do it alone."""

    may: Id
    title: Text
    holders: list[Holder]
    approved_by: list[Text]
    logged: Literal["open", "yes", "no"]
    note: str = ""


class AccessReview(Content):
    """When it was looked at, by whom, and when it is looked at next."""

    reviewed_on: date | None = None
    reviewed_by: Text
    next_on: date | None = None
    access: list[Access] = Field(min_length=1)


class ControlsPaper(Content):
    """`controls.yaml`"""

    exercise: bool = True
    drill: Text
    controls: list[NewControl]
    access_review: AccessReview
