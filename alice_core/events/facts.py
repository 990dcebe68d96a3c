"""The payloads of every event type of this version."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, event_type


@event_type("alice.library.ingested")
class Ingested(Payload):
    """Bytes that were not known before were found in a file."""

    digest: str
    kind: str
    mime: str
    size: int
    path: str


@event_type("alice.library.located")
class Located(Payload):
    """Known bytes were found at a path; ``previous`` is the path they were moved from."""

    digest: str
    path: str
    previous: str | None = None


@event_type("alice.library.location-lost")
class LocationLost(Payload):
    """A path no longer holds the bytes it held; the asset stays known."""

    digest: str
    path: str


class ProductFact(BaseModel):
    """One output of a derivation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    digest: str
    kind: str
    size: int
    path: str


@event_type("alice.store.derived")
class Derived(Payload):
    """A recipe was carried out and gave assets."""

    recipe: str
    operation: str
    version: int
    take: int
    inputs: tuple[str, ...]
    outputs: tuple[ProductFact, ...]


@event_type("alice.store.migrated")
class Migrated(Payload):
    """The tables were brought from one revision to another; ``backup`` is the copy made before."""

    before: str | None
    after: str
    backup: str | None


@event_type("alice.projects.created")
class ProjectCreated(Payload):
    """A project was begun."""

    project: str
    name: str
    brief: str


@event_type("alice.projects.briefed")
class ProjectBriefed(Payload):
    """The brief of a project was written anew."""

    project: str
    before: str
    after: str


@event_type("alice.projects.asset-added")
class ProjectAssetAdded(Payload):
    """An asset now belongs to a project."""

    project: str
    digest: str
    role: str
