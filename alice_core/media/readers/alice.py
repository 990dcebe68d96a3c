"""The reader of our own block: a JSON object under the key ``alice``, or in the user's comment.

::

    {"schema": "alice.generation/1", "prompt": "...", "negative": "...", "model": "...", "seed": 1,
     "provider": "...", "width": 1280, "height": 720, "cost": "0.04", "made": "2026-11-24T09:00:00Z",
     "recipe": "sha256:..."}
"""

from __future__ import annotations

from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, exif_json
from alice_core.media.readers.said import Said, json_object, rest
from alice_core.media.readers.values import decimal, moment, name, whole, words

SCHEMA = "alice.generation/1"
"""The schema that this reader knows."""


class Alice:
    """Reads what Alice herself wrote."""

    name = "alice"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a block has the schema :data:`SCHEMA`."""
        said = json_object(given.text("alice"))
        if said.get("schema") != SCHEMA:
            said = exif_json(given, ExifTag.USER_COMMENT, SCHEMA)
        return self._of(said) if said.get("schema") == SCHEMA else None

    def _of(self, said: Said) -> Generation:
        model = name(said.get("model"))
        values: dict[str, Any] = {
            "prompt": words(said.get("prompt")),
            "negative": words(said.get("negative")),
            "sampler": name(said.get("sampler")),
            "scheduler": name(said.get("scheduler")),
            "made": moment(said.get("made")),
            "cfg": decimal(said.get("cfg")),
        }
        numbers: dict[str, Any] = {key: whole(said.get(key)) for key in ("seed", "steps", "width", "height")}
        used: dict[str, object] = {**values, **numbers, "schema": SCHEMA, "model": model}
        return Generation(
            "Alice",
            self.name,
            self.version,
            models=(ModelUse("model", model),) if model else (),
            extra=rest(said, used),
            **values,
            **numbers,
        )
