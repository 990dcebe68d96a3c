"""The shape of payloads as JSON Schema: for people and programs, and to notice that a shape has changed."""

from __future__ import annotations

from typing import Any

from alice_core.errors import NotFound
from alice_core.events.registry import EVENT_TYPES, Payload, load_types

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of the newest version of a type's payload.

    Args:
        name: The type; ``library.rated`` is short for ``alice.library.rated``.

    Raises:
        NotFound: This version of Alice knows no such type.
    """
    load_types()
    full = name if name.startswith("alice.") else f"alice.{name}"
    if full not in EVENT_TYPES:
        raise NotFound(f"there is no event type {name!r}", hint="List them with: alice events schema")
    model = EVENT_TYPES[full]
    return {"$schema": DIALECT, "$id": f"urn:alice:event:{full}:{model.schema_version}", **model.model_json_schema()}


def shape_of(model: type[Payload]) -> dict[str, Any]:
    """What of a payload's JSON Schema decides which payloads fit: all of it but titles and descriptions.

    Two payload classes with the same shape are the same version of a type; words about it may change.
    """
    return _bare(model.model_json_schema())


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            found[key] = {name: _bare(one) for name, one in value.items()}
        elif key not in {"title", "description"}:
            found[key] = _bare_value(value)
    return found


def _bare_value(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return _bare(value)
    return [_bare_value(one) for one in value] if isinstance(value, list) else value
