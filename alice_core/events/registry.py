"""The registry of event types: one pydantic model a type, which is its newest shape."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
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


@cache
def load_types() -> None:
    """Register every type of this version: those are in the modules of this room whose names end in ``facts``.

    Whoever reads an event needs them all, whatever else of the program it has imported.
    """
    package = importlib.import_module("alice_core.events")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.endswith("facts"):
            importlib.import_module(f"alice_core.events.{module.name}")


def newest(name: str) -> type[Payload] | None:
    """The model of a type, or ``None`` where this version of Alice does not know it."""
    load_types()
    return EVENT_TYPES.get(name)
