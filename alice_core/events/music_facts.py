"""The payloads of events of music: what people say of a song's beats."""

from __future__ import annotations

from alice_core.events.registry import Payload, event_type


@event_type("alice.music.corrected")
class Corrected(Payload):
    """The corrections of a song's beats are others from now on; both are digests of their documents, or nothing."""

    digest: str
    before: str | None
    after: str | None
    what: str
