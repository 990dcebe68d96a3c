"""The plainest value that a JSON schema allows."""

from __future__ import annotations

from typing import Any


def instance_of(schema: dict[str, Any]) -> Any:
    """A value of that schema: of every kind the first or smallest."""
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        return {name: instance_of(one) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance_of(schema["items"]) for _ in range(max(1, schema.get("minItems", 1)))]
    return {"string": "seen", "integer": 3, "number": 0.5, "boolean": True, "null": None}[kind]
