"""A server that speaks fal's queue: submit, status, result, cancel, the files, and the list of requests."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from drawn_media import clip, picture
from faults import Answer, Fault, refused
from provider_server import Call, Charge, ProviderServer, as_json

KEY = "fal-test-id:0123456789abcdef"


def painter_schema(**fields: Any) -> dict[str, Any]:
    """The document of an endpoint that draws, as fal publishes them."""
    known = {
        "prompt": {"type": "string", "maxLength": 500, "title": "Prompt"},
        "image_size": {"anyOf": [{"$ref": "#/components/schemas/ImageSize"}, {"enum": ["square"], "type": "string"}]},
        "num_images": {"type": "integer", "minimum": 1, "maximum": 3},
        "output_format": {"type": "string", "enum": ["png", "webp"]},
        "seed": {"type": "integer"},
        "brush": {"type": "number", "minimum": 0, "maximum": 2, "description": "How wide\n the brush is."},
        "style": {"type": "string", "enum": ["oil", "ink"]},
        "tiled": {"type": "boolean"},
    } | fields
    asked = {"type": "object", "properties": known, "required": ["prompt"]}
    made = {"type": "object", "properties": {"images": {"type": "array"}, "seed": {"type": "integer"}}}
    json_of = {"schema": {"$ref": "#/components/schemas/PainterInput"}}
    result = {"schema": {"$ref": "#/components/schemas/PainterOutput"}}
    status = {"schema": {"$ref": "#/components/schemas/QueueStatus"}}
    return {
        "openapi": "3.0.4",
        "info": {"title": "Queue OpenAPI for acme/painter", "version": "1.0.0"},
        "components": {"schemas": {"PainterInput": asked, "PainterOutput": made, "QueueStatus": {"type": "object"}}},
        "paths": {
            "/acme/painter/requests/{request_id}/status": {
                "get": {"responses": {"200": {"content": {"application/json": status}}}}
            },
            "/acme/painter": {"post": {"requestBody": {"content": {"application/json": json_of}}}},
            "/acme/painter/requests/{request_id}": {
                "get": {"responses": {"200": {"content": {"application/json": result}}}}
            },
        },
    }


MODELS: dict[str, tuple[str, str]] = {  # endpoint: what is counted, US dollars for one
    "fal-ai/flux/dev": ("megapixel", "0.025"),
    "fal-ai/flux/schnell": ("megapixel", "0.003"),
    "fal-ai/flux-pro/v1.1": ("megapixel", "0.04"),
    "fal-ai/flux-pro/kontext": ("image", "0.04"),
    "fal-ai/kling-video/v2.1/master/text-to-video": ("second", "0.28"),
    "fal-ai/kling-video/v2.1/master/image-to-video": ("second", "0.28"),
    "fal-ai/kling-video/v2.1/standard/image-to-video": ("second", "0.056"),
    "kling/v4/text-to-video": ("second", "0.157"),
    "kling/v4/image-to-video": ("second", "0.157"),
    "acme/painter": ("image", "0.01"),
}
SIZES = {
    "square_hd": (1024, 1024), "square": (512, 512), "portrait_4_3": (768, 1024), "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768), "landscape_16_9": (1024, 576),
}  # fmt: skip
SCHEMAS = {"acme/painter": painter_schema()}
KLING_FULL = Decimal("0.235")  # of v4 at 1080p
NEEDS_PICTURE = {"image-to-video": ("image_url", "start_image_url"), "kontext": ("image_url",)}


@dataclass
class Job:
    """One request in the queue."""

    request_id: str
    endpoint: str
    arguments: dict[str, Any]
    sent: str
    asked: int = 0
    cancelled: bool = False
    wrong: list[dict[str, Any]] = field(default_factory=list)
    failed: tuple[int, str] | None = None


@dataclass
class FalServer(ProviderServer):
    """``polls`` says how often a job is asked for before it is done: first it waits, then it works."""

    polls: int = 2
    cancelled_runs: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.jobs: dict[str, Job] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.verdicts: list[tuple[int, str]] = []

    def stage_of(self, call: Call) -> str:
        if call.path.startswith("/files/"):
            return "media"
        if call.path.endswith("/models/requests/by-endpoint"):
            return "requests"
        if call.path == "/api/openapi/queue/openapi.json":
            return "schema"
        if "/requests/" in call.path:
            last = call.path.rsplit("/", 1)[1]
            return last if last in ("status", "cancel") else "result"
        return "submit"

    def work(self, call: Call) -> Answer:
        open_to_all = {"media": self._file, "schema": self._schema}
        if call.stage in open_to_all:
            return open_to_all[call.stage](call)
        if call.headers.get("authorization") != f"Key {KEY}":
            return as_json({"detail": "No user found for Key ID and Secret"}, 401)
        return {"submit": self._submit, "requests": self._requests}.get(call.stage, self._of_a_job)(call)

    def _of_a_job(self, call: Call) -> Answer:
        job = self.jobs.get(call.path.split("/requests/")[1].split("/")[0])
        if job is None or not job.endpoint.startswith(call.path.split("/requests/")[0].strip("/")):
            return as_json({"detail": "Request not found"}, 404)
        with self.lock:
            return {"status": self._status, "result": self._result, "cancel": self._cancel}[call.stage](job)

    def _schema(self, call: Call) -> Answer:
        found = SCHEMAS.get(call.query["endpoint_id"][0])
        return as_json({"detail": "not found"}, 404) if found is None else as_json(found)

    def charges(self) -> list[Charge]:
        with self.lock:
            done = [job for job in self.jobs.values() if not job.cancelled and self._pays(job)]
            return [Charge(job.request_id, job.endpoint, self._units(job) * self._rate(job), "run") for job in done]

    def _submit(self, call: Call) -> Answer:
        endpoint = unquote(call.path.strip("/"))
        if endpoint not in MODELS:
            return as_json({"detail": f"Application '{endpoint.split('/')[-1]}' not found"}, 404)
        request_id = self.next_id("5d3f0000-0000-4000-8000-0000")
        with self.lock:
            job = Job(request_id, endpoint, call.json, datetime.now(UTC).isoformat())
            job.wrong = _wrong(job)
            job.failed = self.verdicts.pop(0) if self.verdicts else None
            self.jobs[request_id] = job
        place = f"{self.url}/{self._app(job)}/requests/{request_id}"
        told = {
            "status": "IN_QUEUE",
            "request_id": request_id,
            "response_url": place,
            "status_url": f"{place}/status",
            "cancel_url": f"{place}/cancel",
            "logs": None,
            "metrics": {},
            "queue_position": 0,
        }
        return as_json(told, x_fal_request_id=request_id)

    def _app(self, job: Job) -> str:
        return "/".join(job.endpoint.split("/")[:2])

    def _status(self, job: Job) -> Answer:
        job.asked += 1
        place = f"{self.url}/{self._app(job)}/requests/{job.request_id}"
        told = {"request_id": job.request_id, "response_url": place, "status_url": f"{place}/status",
                "cancel_url": f"{place}/cancel", "logs": None}  # fmt: skip
        if job.cancelled:
            return as_json(told | {"status": "COMPLETED", "error": "Request cancelled", "error_type": "cancelled"})
        if job.asked > self.polls:
            more = {"metrics": {"inference_time": 0.5}}
            if job.failed is not None:
                more = {"error": job.failed[1], "error_type": "runner_error", "metrics": {}}
            return as_json(told | {"status": "COMPLETED"} | more, x_fal_request_id=job.request_id)
        if job.asked == self.polls:
            return as_json(told | {"status": "IN_PROGRESS"}, 202, x_fal_request_id=job.request_id)
        return as_json(told | {"status": "IN_QUEUE", "queue_position": self.polls - job.asked}, 202)

    def _result(self, job: Job) -> Answer:
        named = {"x_fal_request_id": job.request_id}
        if job.cancelled:
            return as_json({"detail": "Request was cancelled"}, 400, **named)
        if job.asked < self.polls:
            return as_json({"detail": "Request is still in progress"}, 400, **named)
        if job.failed is not None:
            return as_json({"detail": job.failed[1]}, job.failed[0], **named)
        if job.wrong:
            units = {"x_fal_billable_units": str(self._units(job))} if self._pays(job) else {}
            return as_json({"detail": job.wrong}, 422, x_fal_retryable="false", **units, **named)
        return as_json(self._outputs(job), x_fal_billable_units=str(self._units(job)), **named)

    def _cancel(self, job: Job) -> Answer:
        if job.asked >= self.polls:
            if job.asked > self.polls:
                return as_json({"status": "ALREADY_COMPLETED"}, 400)
            return as_json({"status": "CANCELLATION_REQUESTED"}, 202)
        job.cancelled = True
        return as_json({"status": "CANCELLATION_REQUESTED"}, 202)

    def _requests(self, call: Call) -> Answer:
        wanted = call.query["endpoint_id"]
        with self.lock:
            items = [
                {"request_id": job.request_id, "endpoint_id": job.endpoint, "sent_at": job.sent, "started_at": job.sent,
                 "ended_at": job.sent, "status_code": 200, "duration": 0.5, "json_input": job.arguments}
                for job in self.jobs.values() if job.endpoint in wanted
            ]  # fmt: skip
        if "payloads" not in call.query.get("expand", []):
            items = [{name: value for name, value in item.items() if name != "json_input"} for item in items]
        return as_json({"items": items, "next_cursor": None, "has_more": False})

    def _file(self, call: Call) -> Answer:
        found = self.files.get(call.path)
        if found is None:
            return as_json({"detail": "Not Found"}, 404)
        return Answer(200, (("content-type", found[0]),), found[1])

    def _pays(self, job: Job) -> bool:
        # What the server's own fault is costs nothing; a wrong prompt may have cost a second of a machine.
        return job.failed is None and all(one["type"] == "content_policy_violation" for one in job.wrong)

    def _rate(self, job: Job) -> Decimal:
        if job.endpoint.startswith("kling/v4") and job.arguments.get("resolution") == "1080p":
            return KLING_FULL
        return Decimal(MODELS[job.endpoint][1])

    def _units(self, job: Job) -> Decimal:
        meter, told = MODELS[job.endpoint][0], job.arguments
        if meter == "second":
            return Decimal(str(told.get("duration", 5)))
        count = int(told.get("num_images", 1))
        if meter == "image":
            return Decimal(count)
        width, height = _size(told)
        return Decimal(math.ceil(Decimal(width * height) / 2**20) * count)

    def _outputs(self, job: Job) -> dict[str, Any]:
        told, meter = job.arguments, MODELS[job.endpoint][0]
        if meter == "second":
            seconds = int(told.get("duration", 5))
            data = clip(96, 54, 24 * seconds)
            url = self._kept(job, "clip.mp4", "video/mp4", data)
            return {"video": {"url": url, "content_type": "video/mp4", "file_name": "clip.mp4", "file_size": len(data)}}
        width, height = _size(told)
        kind = told.get("output_format", "jpeg")
        images = []
        for number in range(int(told.get("num_images", 1))):
            data = picture(width, height, f"{told['prompt']}/{told.get('seed')}/{number}", kind)
            url = self._kept(job, f"{number}.{kind}", f"image/{kind}", data)
            images.append({"url": url, "width": width, "height": height, "content_type": f"image/{kind}"})
        count = len(images)
        return {"images": images, "timings": {"inference": 0.5}, "seed": told.get("seed", 7), "prompt": told["prompt"],
                "has_nsfw_concepts": [False] * count}  # fmt: skip

    def _kept(self, job: Job, name: str, kind: str, data: bytes) -> str:
        path = f"/files/{job.request_id}/{name}"
        self.files[path] = (kind, data)
        return f"{self.url}{path}"


def _size(told: dict[str, Any]) -> tuple[int, int]:
    size = told.get("image_size", "landscape_4_3")
    return SIZES[size] if isinstance(size, str) else (size["width"], size["height"])


def _wrong(job: Job) -> list[dict[str, Any]]:
    told, problems = job.arguments, []
    if not told.get("prompt"):
        problems.append(_problem("prompt", "Field required", "missing"))
    elif "forbidden" in told["prompt"]:
        problems.append(
            _problem("prompt", "The content could not be processed because it contained material flagged by a "
                     "content checker.", "content_policy_violation")
        )  # fmt: skip
    for part, names in NEEDS_PICTURE.items():
        if part in job.endpoint and not any(_is_picture(told.get(name)) for name in names):
            problems.append(_problem(names[-1], "Field required", "missing"))
    if not 1 <= int(told.get("num_images", 1)) <= 4:
        problems.append(_problem("num_images", "Input should be less than or equal to 4", "less_than_equal"))
    return problems


def _is_picture(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    if not url.startswith("data:image/"):
        return url.startswith("https://")
    return len(base64.b64decode(url.split(",", 1)[1])) > 0


def _problem(name: str, message: str, kind: str) -> dict[str, Any]:
    return {"loc": ["body", name], "msg": message, "type": kind, "url": f"https://docs.fal.ai/errors#{kind}",
            "input": None, "ctx": {}}  # fmt: skip


def locked(reason: str = "Exhausted balance. Top up your balance at fal.ai/dashboard/billing.") -> Fault:
    """The account may not spend."""
    return refused("submit", 403, {"detail": f"User is locked. Reason: {reason}"})


def no_right() -> Fault:
    """The key may not use this endpoint."""
    return refused("submit", 403, {"detail": "Cannot access application 'painter'. Authentication is required."})


def rate_limited(after: str | None = None) -> Fault:
    """Too many requests at once."""
    headers = {} if after is None else {"retry_after": after}
    return refused("submit", 429, {"detail": "Too many requests"}, **headers)


def refused_at_once(kind: str = "content_policy_violation") -> Fault:
    """A prompt that is refused where it is submitted."""
    return refused("submit", 422, {"detail": [_problem("prompt", "flagged by a content checker", kind)]})


def down(at: str = "submit", status: int = 500) -> Fault:
    """The provider's own error: it has seen the call."""
    told = {"detail": "Internal server error"}
    return refused(at, status, told, x_fal_request_id="5d3f-fault", x_fal_error_type="internal_server_error")


def as_listed(server: FalServer) -> str:
    """Every request that the server knows, as JSON, for the message of a failing test."""
    return json.dumps([job.__dict__ for job in server.jobs.values()], default=str)
