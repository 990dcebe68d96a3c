"""The payload of events of DaVinci Resolve: what the menu scripts did there."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, event_type


class ReportLine(BaseModel):
    """One line of a script's report: a name such as ``markers`` or ``resolve.version``, and its value as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: str


@event_type("alice.resolve.reported")
class Reported(Payload):
    """A script did something in DaVinci Resolve and reported how it went; ``plan`` is the digest of the plan."""

    did: Literal["push", "relink", "take", "markers", "render"]
    project: str
    timeline: str
    plan: str | None
    report: tuple[ReportLine, ...]
