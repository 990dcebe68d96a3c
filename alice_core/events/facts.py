"""The payloads of events of the store and of projects; those of the library have a module of their own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, Raw, event_type
from alice_core.events.versions import downcaster, upcaster


class ProductFact(BaseModel):
    """One output of a derivation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    digest: str
    kind: str
    size: int
    path: str
    content: str | None
    made: str


@event_type("alice.store.derived", version=2)
class Derived(Payload):
    """A recipe was carried out and gave assets."""

    recipe: str
    operation: str
    version: int
    take: int
    inputs: tuple[str, ...]
    outputs: tuple[ProductFact, ...]


@upcaster("alice.store.derived", 1)
def _derived_1(data: Raw) -> Raw:
    """Version 1 told neither the content digest nor the time of each output."""
    outputs = [{**one, "content": None, "made": ""} for one in data["outputs"]]
    return {**data, "outputs": outputs}


@downcaster("alice.store.derived", 2)
def _derived_as_1(data: Raw) -> Raw:
    """Version 1 had only these of each output."""
    outputs = [{name: one[name] for name in ("role", "digest", "kind", "size", "path")} for one in data["outputs"]]
    return {**data, "outputs": outputs}


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


@event_type("alice.projects.styled")
class ProjectStyled(Payload):
    """The style sheet of a project was written anew; both are documents ``alice.style/1``, empty for none."""

    project: str
    before: str
    after: str


@event_type("alice.projects.archived")
class ProjectArchived(Payload):
    """A project was put away: nothing is made or spent in it until it is reopened."""

    project: str


@event_type("alice.projects.reopened")
class ProjectReopened(Payload):
    """A project that was put away is worked on again."""

    project: str


@event_type("alice.projects.asset-added")
class ProjectAssetAdded(Payload):
    """An asset now belongs to a project."""

    project: str
    digest: str
    role: str
