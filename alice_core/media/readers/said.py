"""JSON objects as generators write them: read with bounds, and what was not understood of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from alice_core.media.readers.base import parsed

Said: TypeAlias = Mapping[str, Any]
"""A JSON object as a generator wrote it."""

LONGEST_JSON = 8 * 1024 * 1024
"""What a generator says in JSON is not longer; graphs may be, and are not read by this."""

LONGEST_EXTRA = 65536
"""Longer values are not repeated under ``extra``; the block itself is kept anyway."""


def json_object(text: str | None) -> Said:
    """The object that a JSON text is; an empty one where it is none or longer than :data:`LONGEST_JSON`."""
    if text is None or len(text) > LONGEST_JSON or not text.lstrip().startswith("{"):
        return {}
    value = parsed(text)
    return value if isinstance(value, Mapping) else {}


def under(said: Any, key: str) -> Said:  # noqa: ANN401 - JSON is anything
    """The object under a key; an empty one where there is none."""
    value = said.get(key) if isinstance(said, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def objects(value: Any) -> list[Said]:  # noqa: ANN401 - JSON is anything
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def rest(said: Said, used: Mapping[str, object]) -> dict[str, str]:
    """Everything that was said but what was understood, as text: plain text as it is, the rest as JSON.

    What is ``null``, empty or longer than :data:`LONGEST_EXTRA` is left out.

    Args:
        said: What was said.
        used: What was understood of it, by the same names; ``None`` where nothing was.
    """
    found: dict[str, str] = {}
    for key, value in said.items():
        if used.get(key) is not None or value is None or value in ("", [], {}):
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(text) <= LONGEST_EXTRA:
            found[key] = text
    return found
