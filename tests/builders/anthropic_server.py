"""A server that speaks Anthropic's messages as its SDK's types and its error bodies say."""

from __future__ import annotations

import base64
import io
import json
import math
from decimal import Decimal
from typing import Any

from faults import Answer, Fault, body, refused
from PIL import Image
from provider_server import Call, ProviderServer, as_json
from sample_json import instance_of

KEY = "sk-ant-test-0123456789abcdef"

RATES = {  # US dollars for a million tokens: in, out
    "claude-haiku-4-5": ("1", "5"),
    "claude-haiku-5-5": ("0.1", "0.5"),
    "claude-sonnet-5-5": ("2", "10"),
    "claude-opus-5-5": ("4", "20"),
}
KNOWN = {
    "model", "max_tokens", "messages", "system", "output_config", "temperature", "metadata", "stop_sequences",
    "service_tier", "thinking", "tools", "tool_choice", "top_k", "top_p", "stream",
}  # fmt: skip
MOST_PIXELS = 8000


class AnthropicServer(ProviderServer):
    """``/v1/messages`` and ``/v1/models``."""

    @property
    def base_url(self) -> str:
        return self.url

    def stage_of(self, call: Call) -> str:
        return "models" if call.method == "GET" else "submit"

    def work(self, call: Call) -> Answer:
        request_id = self.next_id("req_01")
        key = call.headers.get("x-api-key") or call.headers.get("authorization", "").removeprefix("Bearer ")
        if key != KEY:
            return error(401, "authentication_error", "invalid x-api-key", request_id)
        if "anthropic-version" not in call.headers:
            return error(400, "invalid_request_error", "anthropic-version: header is required", request_id)
        if call.stage == "models":
            return self._models(request_id)
        asked = call.json
        wrong = _wrong(asked, len(call.body), request_id)
        return wrong or self._look(asked, request_id)

    def _models(self, request_id: str) -> Answer:
        told = [
            {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z",
             "lifecycle": "active"} for name in RATES
        ]  # fmt: skip
        page = {"data": told, "has_more": False, "first_id": told[0]["id"], "last_id": told[-1]["id"]}
        return as_json(page, request_id=request_id)

    def _look(self, asked: dict[str, Any], request_id: str) -> Answer:
        parts = [part for message in asked["messages"] for part in message["content"]]
        images = [part for part in parts if part["type"] == "image"]
        words = sum(len(part.get("text", "")) for part in parts) + len(str(asked.get("system", "")))
        tokens_in = sum(_look_tokens(part) for part in images) + words // 4 + 5
        form = (asked.get("output_config") or {}).get("format")
        text = f"{len(images)} picture(s), seen." if form is None else json.dumps(instance_of(form["schema"]))
        tokens_out, stop = len(text) // 4 + 5, "end_turn"
        if tokens_out > asked["max_tokens"]:
            tokens_out, stop, text = asked["max_tokens"], "max_tokens", text[: asked["max_tokens"] * 4]
        rate_in, rate_out = (Decimal(rate) for rate in RATES[asked["model"]])
        self.charge(request_id, asked["model"], (tokens_in * rate_in + tokens_out * rate_out) / 10**6, "look")
        message = {
            "id": request_id.replace("req", "msg"),
            "type": "message",
            "role": "assistant",
            "model": asked["model"],
            "content": [{"type": "text", "text": text}],
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": None,
            "usage": {
                "input_tokens": tokens_in,
                "output_tokens": tokens_out,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "service_tier": "standard",
            },
        }
        return as_json(message, request_id=request_id, anthropic_organization_id="org-test")


def error(status: int, kind: str, message: str, request_id: str, **details: Any) -> Answer:
    """An error as Anthropic writes it."""
    told: dict[str, Any] = {"type": kind, "message": message}
    if details:
        told["details"] = details
    return as_json({"type": "error", "error": told, "request_id": request_id}, status, request_id=request_id)


def fault(status: int, kind: str, message: str, **headers: str) -> Fault:
    """The call is answered with an error; nothing is done."""
    told = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_fault"}
    return refused("submit", status, told, request_id="req_fault", **headers)


def no_credit() -> Fault:
    """The account is empty."""
    return fault(402, "billing_error", "Your credit balance is too low to access the Anthropic API.")


def low_credit() -> Fault:
    """The account is empty, as it was told before there was a status for it."""
    return fault(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.")


def rate_limited(after: str | None = "1") -> Fault:
    """A 429 that says for how long to wait."""
    headers = {} if after is None else {"retry_after": after}
    return fault(429, "rate_limit_error", "This request would exceed your rate limit.", **headers)


def overloaded() -> Fault:
    """Too many ask at once: the provider's own status."""
    return fault(529, "overloaded_error", "Overloaded")


def declined(category: str | None = "general_harms") -> Fault:
    """The model declines: status 200, stop reason ``refusal``, and it is charged."""

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        told = {"type": "refusal", "category": category, "explanation": "This might be harmful."}
        return {**answer, "content": [], "stop_reason": "refusal", "stop_details": told}

    return body("submit", change, "refusal")


def no_words() -> Fault:
    """Status 200 and no content."""
    return body("submit", lambda answer: {**answer, "content": []}, "no content")


def _wrong(asked: dict[str, Any], size: int, request_id: str) -> Answer | None:
    if size > 32 * 2**20:
        return error(413, "request_too_large", "Request exceeds the maximum size", request_id)
    unknown = sorted(set(asked) - KNOWN)
    if unknown:
        return error(400, "invalid_request_error", f"{unknown[0]}: Extra inputs are not permitted", request_id)
    if asked["model"] not in RATES:
        return error(404, "not_found_error", f"model: {asked['model']}", request_id)
    if not 1 <= asked["max_tokens"] <= 64_000:
        return error(400, "invalid_request_error", "max_tokens: too large", request_id)
    large = [
        f"messages.{i}.content.{j}"
        for i, message in enumerate(asked["messages"])
        for j, part in enumerate(message["content"])
        if part["type"] == "image" and max(_size(part)) > MOST_PIXELS
    ]
    if large:
        told = {"error_code": "image_dimensions_too_large", "max_side_length_pixels": MOST_PIXELS, "paths": large}
        return error(400, "invalid_request_error", f"{large[0]}: image dimensions too large", request_id, **told)
    return None


def _size(part: dict[str, Any]) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(part["source"]["data"]))).size


def _look_tokens(part: dict[str, Any]) -> int:
    width, height = _size(part)
    return min(math.ceil(width / 28) * math.ceil(height / 28), 4784)
