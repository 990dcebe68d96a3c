"""The payload of decisions: what somebody chose, instead of what, and why."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, event_type


class StandFact(BaseModel):
    """How something stood before or after a decision; whatever has nothing to do with it is nothing.

    ``digest`` is an asset, ``start`` and ``end`` are frames of the cut (``end`` exclusive), ``source`` is the first
    frame used of the asset, and ``text`` is anything that is said in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str | None = None
    start: int | None = None
    end: int | None = None
    source: int | None = None
    text: str | None = None


@event_type("alice.projects.decided")
class Decided(Payload):
    """Somebody decided something about a plan, an asset or a project, or took that decision back (``holds`` is false).

    ``about`` is the digest or identifier of what it is about, ``part`` a part of it, such as a shot of a plan.
    ``source`` says where it was decided (``resolve``, ``command``), ``evidence`` is the digest of the file that shows
    it. ``key`` names the decision: the same one made twice has the same key.
    """

    key: str
    about: str
    part: str | None
    kind: str
    before: StandFact | None
    after: StandFact | None
    reason: str | None
    source: str
    evidence: str | None
    holds: bool
