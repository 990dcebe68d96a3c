"""The registry of event types: one pydantic model a type, and one upcaster a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

Raw = dict[str, Any]
"""A payload as it was stored, before it is checked against a model."""


class Payload(BaseModel):
    """The facts of one event; the class is the newest shape of its type.

    A released version is never changed: a new field means a new version and an upcaster.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type_name: ClassVar[str]
    schema_version: ClassVar[int]


EVENT_TYPES: dict[str, type[Payload]] = {}
"""Every event type of this version, by its full name ``alice.<room>.<past-tense fact>``."""

_UPCASTERS: dict[tuple[str, int], Callable[[Raw], Raw]] = {}

P = TypeVar("P", bound=type[Payload])


def event_type(name: str, version: int = 1) -> Callable[[P], P]:
    """Register a payload class as the newest shape of an event type."""

    def register(model: P) -> P:
        if name in EVENT_TYPES:
            raise ValueError(f"event type {name} is registered twice")
        model.type_name, model.schema_version = name, version
        EVENT_TYPES[name] = model
        return model

    return register


def upcaster(name: str, version: int) -> Callable[[Callable[[Raw], Raw]], Callable[[Raw], Raw]]:
    """Register a pure function that lifts a stored payload of ``version`` to the next version."""

    def register(step: Callable[[Raw], Raw]) -> Callable[[Raw], Raw]:
        if (name, version) in _UPCASTERS:
            raise ValueError(f"{name} version {version} has two upcasters")
        _UPCASTERS[name, version] = step
        return step

    return register


def upcast(name: str, version: int, data: Raw) -> tuple[int, Raw]:
    """The payload lifted as far as this version of Alice can, with the version it then has.

    Unknown types and versions newer than ours come back as they are.
    """
    model = EVENT_TYPES.get(name)
    while model is not None and version < model.schema_version:
        data = _UPCASTERS[name, version](data)
        version += 1
    return version, data


def payload_of(name: str, version: int, data: Raw) -> Payload | None:
    """The checked payload, or ``None`` where the type or its version is not known here.

    Raises:
        pydantic.ValidationError: The type and version are ours but the data is not of that shape.
    """
    version, data = upcast(name, version, data)
    model = EVENT_TYPES.get(name)
    if model is None or version != model.schema_version:
        return None
    return model.model_validate(data)
