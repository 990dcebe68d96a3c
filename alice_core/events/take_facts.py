"""The payloads of events about takes: what was made for a shot, and what somebody thinks of it."""

from __future__ import annotations

from typing import Literal

from alice_core.events.registry import Payload, event_type


@event_type("alice.projects.take-proposed")
class TakeProposed(Payload):
    """An asset was made, or found, that may stand for a shot.

    ``plan`` is the digest of the plan as it was first written, whatever became of it; ``note`` is what was asked of
    this take besides.
    """

    plan: str
    shot: str
    digest: str
    recipe: str | None
    note: str


@event_type("alice.projects.take-judged")
class TakeJudged(Payload):
    """Somebody liked, rejected or chose a take of a shot, or took that back."""

    plan: str
    shot: str
    digest: str
    before: Literal["proposed", "liked", "rejected", "chosen"]
    after: Literal["proposed", "liked", "rejected", "chosen"]
    reason: str | None = None
