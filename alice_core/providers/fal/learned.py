"""Any model of fal by its own schema: its OpenAPI document, kept beside the user's configuration, read as a shape.

fal publishes one document for each endpoint (``fal.ai/api/openapi/queue/openapi.json``). Once it is
kept, the endpoint is checked offline like one that Alice knows by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from alice_core.config import user_file
from alice_core.errors import ConfigError
from alice_core.media.files import make_folder, replacing
from alice_core.providers.card import Limits, ModelCard, OptionRule
from alice_core.providers.fal.models import NAME, Shape
from alice_core.providers.task import TaskKind

_FIRST = ("start_image_url", "image_url", "first_frame_url")
_LAST = ("end_image_url", "tail_image_url", "last_frame_url")
_FROM_THE_TASK = frozenset(
    {"prompt", "num_images", "output_format", "image_size", "aspect_ratio", "seed", "duration", "resolution",
     "generate_audio", "negative_prompt", "image_urls", *_FIRST, *_LAST}
)  # fmt: skip
_KINDS: dict[str, Literal["text", "whole", "number", "flag", "any"]] = {
    "string": "text",
    "integer": "whole",
    "number": "number",
    "boolean": "flag",
}
_LONGEST = 2000
_MOST_REFERENCES = 10


def schema_file(model: str) -> Path:
    """Where the document of an endpoint is kept, whether it is or not."""
    return user_file().with_name("fal-models") / f"{quote(model, safe='')}.json"


def learn(model: str, data: bytes) -> Shape:
    """Keep the document of an endpoint; gives how it is used.

    Raises:
        ConfigError: It is no such document, or of another endpoint.
    """
    shape = _read(model, data, "the document")
    file = schema_file(model)
    make_folder(file.parent)
    with replacing(file) as part:
        part.write_bytes(data)
    return shape


def learned_shape(model: str) -> Shape | None:
    """How an endpoint is used whose document is kept; ``None`` where none is.

    Raises:
        ConfigError: The file is damaged.
    """
    file = schema_file(model)
    return _read(model, file.read_bytes(), str(file)) if file.is_file() else None


def _read(model: str, data: bytes, where: str) -> Shape:
    try:
        document = json.loads(data)
        schemas = document["components"]["schemas"]
        post = document["paths"][f"/{model}"]["post"]
        asked = _resolved(post["requestBody"]["content"]["application/json"]["schema"], schemas)
        answers = [one["get"]["responses"]["200"]["content"] for one in document["paths"].values() if "get" in one]
        made = [_resolved(one["application/json"]["schema"], schemas) for one in answers]
        return _shape(model, asked, made)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{where} is not what fal publishes for {model}: {type(error).__name__} {error}",
            hint=f"Fetch it again: alice providers learn {model}",
        ) from error


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    return found


def _shape(model: str, asked: Mapping[str, Any], made: list[Mapping[str, Any]]) -> Shape:
    fields: Mapping[str, Any] = asked["properties"]
    required = frozenset(asked.get("required", ()))
    first = next((name for name in _FIRST if name in fields), "")
    last = next((name for name in _LAST if name in fields), "")
    many = "image_urls" if "image_urls" in fields else ""
    aspects = tuple(one for one in fields.get("aspect_ratio", {}).get("enum", ()) if _is_ratio(one))
    kinds = _makes(made)
    options = {name: _rule(one) for name, one in fields.items() if name not in _FROM_THE_TASK}
    card = ModelCard(
        NAME,
        model,
        kinds,
        ("request",),
        model,
        limits=_limits(fields, pictures=_MOST_REFERENCES if many else bool(first) + bool(last)),
        options=options,
        delivery="queued",
        cancel="queued",
        concurrency=2,
    )
    return Shape(
        card,
        size="pixels" if "image_size" in fields else "aspect" if aspects else "",
        aspects=aspects,
        first=first,
        needs_picture=bool(required & {first, many}),
        last=last,
        many=many,
        negative="negative_prompt" in fields,
        audio="generate_audio" if "generate_audio" in fields else "",
        seed="seed" in fields,
        whole=fields.get("duration", {}).get("type") in ("integer", "number"),
        fields=frozenset(fields),
        priced_by_book=True,
    )


def _limits(fields: Mapping[str, Any], pictures: int) -> Limits:
    length = fields.get("duration", {})
    formats = tuple(fields.get("output_format", {}).get("enum", ()))
    roles = ("first-frame", "last-frame", "reference") if pictures else ()
    wanted = {"seed": "seed", "negative_prompt": "negative", "generate_audio": "audio", "resolution": "resolution"}
    return Limits(
        prompt=int(fields.get("prompt", {}).get("maxLength", 0)),
        count=int(fields.get("num_images", {}).get("maximum", 1)),
        references=pictures,
        seconds=tuple(int(one) for one in length.get("enum", ()) if str(one).isdigit()),
        least_seconds=int(length.get("minimum", 0)),
        most_seconds=int(length.get("maximum", 0)),
        resolutions=tuple(fields.get("resolution", {}).get("enum", ())),
        formats=formats,
        roles=roles,
        ignores=(
            "quality",
            "background",
            *(ours for theirs, ours in wanted.items() if theirs not in fields),
            *(() if pictures else ("references",)),
        ),
    )


def _rule(field: Mapping[str, Any]) -> OptionRule:
    about = " ".join(str(field.get("description") or field.get("title") or "").split())[:_LONGEST]
    kind = _KINDS.get(str(field.get("type")), "any")
    least, most = field.get("minimum"), field.get("maximum")
    return OptionRule(kind, tuple(field.get("enum", ())), least=least, most=most, about=about)


def _makes(answers: list[Mapping[str, Any]]) -> tuple[TaskKind, ...]:
    names = {name for one in answers for name in one.get("properties", ())}
    found: list[TaskKind] = []
    if names & {"images", "image"}:
        found.append("image")
    if names & {"video", "videos"}:
        found.append("video")
    if names & {"audio", "audio_file"}:
        found.append("audio")
    return tuple(found) or ("image", "video", "audio")


def _is_ratio(text: object) -> bool:
    wide, _, high = str(text).partition(":")
    return wide.isdigit() and high.isdigit() and int(wide) > 0 and int(high) > 0
