"""A server that speaks OpenAI's images and responses as its SDK's types and its error bodies say."""

from __future__ import annotations

import base64
import email.parser
import email.policy
import io
import json
import math
import re
import time
import zlib
from decimal import Decimal
from typing import Any

from drawn_media import picture
from faults import Answer, Fault, body, refused
from PIL import Image
from provider_server import Call, ProviderServer, as_json
from sample_json import instance_of

KEY = "sk-test-0123456789abcdefghijklmnop"

RATES = {  # US dollars for a million tokens: text in, image in, out
    "gpt-image-1-mini": ("2", "2.5", "8"),
    "gpt-image-1.5": ("5", "8", "32"),
    "gpt-image-2": ("5", "8", "30"),
    "gpt-image-2.5-flare": ("5", "8", "30"),
    "gpt-image-2.5-sunburst": ("5", "8", "30"),
}
TOKENS = {  # of one picture of 1024 x 1024
    "gpt-image-1-mini": {"low": 272, "medium": 1056, "high": 4160},
    "gpt-image-1.5": {"low": 272, "medium": 1056, "high": 4160},
    "gpt-image-2": {"low": 200, "medium": 1767, "high": 7033},
    "gpt-image-2.5-flare": {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7033},
    "gpt-image-2.5-sunburst": {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7033},
}
VISION_RATES = {"gpt-6.1-terra": ("1", "5"), "gpt-6-luna": ("0.1", "0.5"), "gpt-5.4-mini": ("0.75", "4.5")}
FREE_SIZES = ("gpt-image-2", "gpt-image-2.5")
STANDARD_SIZES = ("1024x1024", "1536x1024", "1024x1536", "auto")
BOTH = {"model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "user"}
KNOWN = {
    "images/generations": BOTH | {"moderation", "safety_identifier", "partial_images", "stream"},
    "images/edits": BOTH | {"image", "mask", "input_fidelity", "safety_identifier", "partial_images", "stream"},
}
NO_CREDIT = {
    "message": "You exceeded your current quota, please check your plan and billing details.",
    "type": "insufficient_quota",
    "param": None,
    "code": "insufficient_quota",
}


class OpenAIServer(ProviderServer):
    """``/v1/images/generations``, ``/v1/images/edits``, ``/v1/responses`` and ``/v1/models``."""

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def stage_of(self, call: Call) -> str:
        return "models" if call.method == "GET" else "submit"

    def work(self, call: Call) -> Answer:
        request_id = self.next_id("req_")
        headers = {"x_request_id": request_id, "openai_processing_ms": "42", "openai_organization": "org-test"}
        if call.headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "invalid_api_key", "Incorrect API key provided: sk-test***.", **headers)
        if call.stage == "models":
            return self._models(call, headers)
        place = call.path.removeprefix("/v1/")
        if place == "responses":
            return self._look(call.json, request_id, headers)
        fields = call.json if place == "images/generations" else _form(call)
        wrong = _wrong(fields, place)
        if wrong is not None:
            return error(*wrong, **headers)
        return self._draw(fields, request_id, headers)

    def _models(self, call: Call, headers: dict[str, str]) -> Answer:
        known = [{"id": name, "object": "model", "created": 1, "owned_by": "openai"} for name in RATES]
        if call.path == "/v1/models":
            return as_json({"object": "list", "data": known}, **headers)
        found = [one for one in known if one["id"] == call.path.rsplit("/", 1)[1]]
        if not found:
            return error(404, "model_not_found", "The model does not exist or you do not have access to it.", **headers)
        return as_json(found[0], **headers)

    def _draw(self, fields: dict[str, Any], request_id: str, headers: dict[str, str]) -> Answer:
        model, count = fields["model"], int(fields.get("n", 1))
        size = fields.get("size", "auto")
        width, height = (1024, 1024) if size == "auto" else (int(part) for part in size.split("x"))
        quality = fields.get("quality", "auto")
        quality = "medium" if quality == "auto" else quality
        kind = fields.get("output_format", "png")
        usage = _usage(fields, model, quality, width * height, count)
        self.charge(request_id, model, _priced(usage, model), f"{count} x {quality} {width}x{height}")
        pictures = [picture(width, height, f"{fields['prompt']}/{number}", kind) for number in range(count)]
        answer = {
            "created": int(time.time()),
            "background": "opaque",
            "data": [{"b64_json": base64.b64encode(data).decode()} for data in pictures],
            "output_format": kind,
            "quality": quality,
            "size": f"{width}x{height}",
            "usage": usage,
        }
        return as_json(answer, **headers)

    def _look(self, asked: dict[str, Any], request_id: str, headers: dict[str, str]) -> Answer:
        model = asked["model"]
        if model not in VISION_RATES:
            return error(404, "model_not_found", f"The model `{model}` does not exist.", **headers)
        parts = [part for item in asked["input"] for part in item["content"]]
        images = [part for part in parts if part["type"] == "input_image"]
        words = " ".join(part["text"] for part in parts if part["type"] == "input_text")
        tokens_in = sum(_look_tokens(part["image_url"]) for part in images) + len(words) // 4
        form = asked.get("text", {}).get("format", {"type": "text"})
        text = f"{len(images)} picture(s), seen." if form["type"] == "text" else json.dumps(instance_of(form["schema"]))
        tokens_out = len(text) // 4 + 8
        rate_in, rate_out = (Decimal(rate) for rate in VISION_RATES[model])
        self.charge(request_id, model, (tokens_in * rate_in + tokens_out * rate_out) / 10**6, "look")
        return as_json(_response(request_id, model, text, tokens_in, tokens_out), **headers)


def error(status: int, code: str, message: str, param: str | None = None, **headers: str) -> Answer:
    """An error as OpenAI writes it."""
    return as_json(
        {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}},
        status,
        **headers,
    )


def no_credit() -> Fault:
    """The account is empty: a 429 that waiting does not mend."""
    return refused("submit", 429, {"error": NO_CREDIT}, x_request_id="req_quota")


def rate_limited(after: str | None = "1") -> Fault:
    """A 429 that says for how long to wait."""
    told = {"message": "Rate limit reached for images per minute.", "type": "requests", "param": None}
    headers = {"x_request_id": "req_slow"} | ({} if after is None else {"retry_after": after})
    return refused("submit", 429, {"error": {**told, "code": "rate_limit_exceeded"}}, **headers)


def moderated(where: str = "input") -> Fault:
    """The policy forbids the prompt (or the picture that came of it); nothing is charged."""
    told = {
        "message": "Your request was rejected by the safety system. safety_violations=[violence].",
        "type": "image_generation_user_error",
        "param": None,
        "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": where, "categories": ["violence"]},
    }
    return refused("submit", 400, {"error": told}, x_request_id="req_policy")


def unverified() -> Fault:
    """The organisation must be verified first."""
    told = {
        "message": "Your organization must be verified to use the model `gpt-image-2`.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    return refused("submit", 403, {"error": told}, x_request_id="req_org")


def no_pictures() -> Fault:
    """Status 200, usage, and no picture."""
    return body("submit", lambda answer: {**answer, "data": []}, "no pictures")


def _form(call: Call) -> dict[str, Any]:
    head = f"content-type: {call.headers['content-type']}\r\n\r\n".encode()
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + call.body)
    fields: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition")).removesuffix("[]")
        value = part.get_payload(decode=True)
        if name in ("image", "mask"):
            fields.setdefault(name, []).append(value)
        else:
            fields[name] = value.decode()
    return fields


def _wrong(fields: dict[str, Any], place: str) -> tuple[int, str, str, str | None] | None:
    model, prompt, quality = fields.get("model"), fields.get("prompt") or "", fields.get("quality", "auto")
    unknown = sorted(set(fields) - KNOWN[place])
    if unknown:
        return 400, "unknown_parameter", f"Unknown parameter: '{unknown[0]}'.", unknown[0]
    if model not in RATES:
        return 404, "model_not_found", f"The model `{model}` does not exist.", "model"
    wrong = {
        "prompt": not 1 <= len(prompt) <= 32_000,
        "n": not 1 <= int(fields.get("n", 1)) <= 10,
        "quality": quality not in (*TOKENS[model], "auto"),
        "size": not _fits(str(fields.get("size", "auto")), model),
    }
    found = next((name for name, is_wrong in wrong.items() if is_wrong), None)
    if found is not None:
        return 400, "invalid_value", f"Invalid value: '{fields.get(found)}'.", found
    return _wrong_pictures(fields) if place == "images/edits" else None


def _wrong_pictures(fields: dict[str, Any]) -> tuple[int, str, str, str | None] | None:
    pictures = fields.get("image", [])
    if not 1 <= len(pictures) <= 16:
        return 400, "invalid_value", "Between 1 and 16 images are needed.", "image"
    sizes = [Image.open(io.BytesIO(data)).size for data in pictures]
    if "mask" in fields:
        mask = Image.open(io.BytesIO(fields["mask"][0]))
        if mask.size != sizes[0]:
            return 400, "invalid_value", "Invalid mask image: size must match.", "mask"
        if mask.mode != "RGBA":
            return 400, "invalid_value", "Invalid mask image format - mask image missing alpha channel", "mask"
    return None


def _fits(size: str, model: str) -> bool:
    if size in STANDARD_SIZES:
        return True
    found = re.fullmatch(r"(\d+)x(\d+)", size)
    if found is None or not model.startswith(FREE_SIZES):
        return False
    width, height = int(found[1]), int(found[2])
    return not width % 16 and not height % 16 and max(width, height) <= 3 * min(width, height) and width <= 3840


def _usage(fields: dict[str, Any], model: str, quality: str, pixels: int, count: int) -> dict[str, Any]:
    text = len(fields["prompt"]) // 4 + 1
    seen = sum(math.ceil(pixels / 2048) for _ in fields.get("image", []))
    # The same task costs a little more or less each time on the real service: here, by the words of the prompt.
    wobble = 100 + zlib.crc32(fields["prompt"].encode()) % 9
    one = TOKENS[model][quality] * max(pixels, 1024 * 1024) * wobble // (1024 * 1024 * 100)
    return {
        "input_tokens": text + seen,
        "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
        "output_tokens": one * count,
        "output_tokens_details": {"image_tokens": one * count, "text_tokens": 0},
        "total_tokens": text + seen + one * count,
    }


def _priced(usage: dict[str, Any], model: str) -> Decimal:
    text, seen, out = (Decimal(rate) for rate in RATES[model])
    told = usage["input_tokens_details"]
    return (told["text_tokens"] * text + told["image_tokens"] * seen + usage["output_tokens"] * out) / 10**6


def _look_tokens(data_url: str) -> int:
    data = base64.b64decode(data_url.split(",", 1)[1])
    width, height = Image.open(io.BytesIO(data)).size
    return math.ceil(width / 32) * math.ceil(height / 32)


def _response(request_id: str, model: str, text: str, tokens_in: int, tokens_out: int) -> dict[str, Any]:
    return {
        "id": request_id.replace("req_", "resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [
            {
                "type": "message",
                "id": "msg_1",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }
        ],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": tokens_in,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": tokens_out,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": tokens_in + tokens_out,
        },
    }


def declined(text: str = "I cannot help with that.") -> Fault:
    """A look that the model declines: status 200, a refusal as its content, and it is charged."""

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        message = {**answer["output"][0], "content": [{"type": "refusal", "refusal": text}]}
        return {**answer, "output": [message]}

    return body("submit", change, "refusal")
