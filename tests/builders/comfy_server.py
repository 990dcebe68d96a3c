"""A ComfyUI server for tests: HTTP on this machine, the replies as measured on 0.3.64, stock nodes that really run.

What a node makes is drawn from what it is told, so the same graph gives the same picture and other words another.
Its folders outlive a restart; its queue, its history and its temporary files do not, as with the real one.
There is no websocket: ``/ws`` answers 404, as behind a proxy that knows none.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comfy_form import parts_of, tone, with_text
from comfy_validation import Refused, is_link, validated
from drawn_media import clip, picture
from faults import Answer
from provider_server import Call, ProviderServer, as_json

STAGES = {
    "/prompt": "submit", "/history": "history", "/queue": "queue", "/view": "media", "/upload/image": "upload",
    "/interrupt": "interrupt", "/object_info": "info", "/system_stats": "stats", "/free": "free",
}  # fmt: skip
SAMPLERS = ("KSampler", "KSamplerAdvanced", "SamplerCustomAdvanced", "SamplerCustom")
_COUNTED = re.compile(r"_(\d+)_?\.\w+$")


class Interrupted(Exception):
    """Somebody stopped the prompt that runs."""


class Crashed(Exception):
    """A node failed."""

    def __init__(self, node: str, kind: str, message: str) -> None:
        super().__init__(message)
        self.node, self.kind = node, kind


@dataclass
class ComfyServer(ProviderServer):
    """One server.

    Attributes:
        folder: Holds ``input``, ``output`` and ``temp``; two servers may share it.
        types: The JSON of ``/object_info``.
        steps: How long a sampler takes, in steps of ``pace`` seconds.
        gap: For so many seconds a prompt that has ended is in neither the queue nor the history.
        broken: Node types that fail when they run, with what they say.
        runs: The id of every prompt that was begun, in order.
    """

    folder: Path = Path()
    types: dict[str, Any] = field(default_factory=dict)
    steps: int = 1
    pace: float = 0.0
    gap: float = 0.0
    broken: dict[str, tuple[str, str]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pending: list[list[Any]] = []
        self.running: list[list[Any]] = []
        self.history: dict[str, Any] = {}
        self._stop = threading.Event()
        self._interrupt = threading.Event()
        self._worker: threading.Thread | None = None
        self._cache: dict[str, tuple[str, dict[str, Any]]] = {}
        for name in ("input", "output", "temp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    # Life and death.

    def start(self) -> None:
        self._stop = threading.Event()
        super().start()
        self._worker = threading.Thread(target=self._work, args=(self._stop,), daemon=True)
        self._worker.start()

    def stop(self) -> None:
        self._stop.set()
        self._interrupt.set()
        super().stop()
        if self._worker is not None:
            self._worker.join()
        self._interrupt.clear()

    def restart(self) -> None:
        """Killed in the middle of whatever it does, and started again at the same address."""
        self.stop()
        self.pending, self.running, self.history, self._cache = [], [], {}, {}
        for path in (self.folder / "temp").iterdir():
            path.unlink()
        self.start()

    # The wire.

    def stage_of(self, call: Call) -> str:
        path = call.path.removeprefix("/api")
        return next(
            (stage for start, stage in STAGES.items() if path == start or path.startswith(f"{start}/")), "other"
        )

    def work(self, call: Call) -> Answer:  # noqa: PLR0911 - one way out for each address
        path = call.path.removeprefix("/api")
        with self.lock:
            if call.stage == "submit":
                return self._submit(call) if call.method == "POST" else as_json({"exec_info": self._remaining()})
            if call.stage == "history":
                key = path.removeprefix("/history").strip("/")
                return as_json({key: self.history[key]} if key in self.history else {} if key else self.history)
            if call.stage == "queue":
                return self._queue(call)
            if call.stage == "interrupt":
                return self._interrupted(call)
        if call.stage == "info":
            one = path.removeprefix("/object_info").strip("/")
            return as_json(self._types() if not one else {one: self._types()[one]} if one in self._types() else {})
        if call.stage == "stats":
            return as_json({"system": {"comfyui_version": "0.3.64", "os": "posix"}, "devices": [{"vram_free": 1}]})
        if call.stage == "upload":
            return self._upload(call)
        if call.stage == "media":
            return self._view(call)
        return as_json({}) if call.stage == "free" else Answer(404, (), b"404: Not Found")

    def _submit(self, call: Call) -> Answer:
        try:
            said = json.loads(call.body)
            prompt = said.get("prompt")
            if prompt is None:
                error = {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided"}
                return as_json({"error": error | {"extra_info": {}}, "node_errors": {}}, 400)
            prompt = {key: dict(node, inputs=dict(node.get("inputs", {}))) for key, node in prompt.items()}
        except (ValueError, AttributeError):
            return Answer(500, (("content-type", "text/plain"),), b"500 Internal Server Error")
        try:
            good, errors = validated(prompt, self._types(), self._inputs())
        except Refused as refused:
            return as_json(refused.body, 400)
        prompt_id = str(said.get("prompt_id") or self.next_id("prompt-"))
        self.count += 1
        extra = dict(said.get("extra_data") or {}, client_id=said.get("client_id", ""))
        self.pending.append([self.count, prompt_id, prompt, extra, good])
        return as_json({"prompt_id": prompt_id, "number": self.count, "node_errors": errors})

    def _queue(self, call: Call) -> Answer:
        if call.method == "POST":
            said = call.json
            self.pending = [] if said.get("clear") else [
                one for one in self.pending if one[1] not in said.get("delete", [])
            ]  # fmt: skip
            return Answer(200)
        return as_json({"queue_running": self.running, "queue_pending": self.pending})

    def _interrupted(self, call: Call) -> Answer:
        wanted = (json.loads(call.body) if call.body else {}).get("prompt_id")
        if wanted is None or any(one[1] == wanted for one in self.running):
            self._interrupt.set()
        return Answer(200)

    def _upload(self, call: Call) -> Answer:
        parts = parts_of(call)
        name, data = parts["image"]
        folder = parts.get("subfolder", ("", b""))[1].decode()
        place = (self.folder / "input" / folder).resolve()
        if not place.is_relative_to((self.folder / "input").resolve()) or not name:
            return Answer(400)
        place.mkdir(parents=True, exist_ok=True)
        stem, dot, ending = name.rpartition(".")
        number, final = 0, name
        while (place / final).exists() and (place / final).read_bytes() != data:
            number += 1
            final = f"{stem} ({number}){dot}{ending}"
        (place / final).write_bytes(data)
        return as_json({"name": final, "subfolder": folder, "type": "input"})

    def _view(self, call: Call) -> Answer:
        said = {name: values[0] for name, values in call.query.items()}
        kind, name, folder = said.get("type", "output"), said.get("filename", ""), said.get("subfolder", "")
        if kind not in ("input", "output", "temp") or ".." in name or name.startswith("/"):
            return Answer(400)
        base = (self.folder / kind).resolve()
        path = (base / folder / name).resolve()
        if not path.is_relative_to(base):
            return Answer(403)
        if not path.is_file():
            return Answer(404)
        types = {".png": "image/png", ".mp4": "video/mp4", ".flac": "audio/flac", ".webp": "image/webp"}
        return Answer(200, (("content-type", types.get(path.suffix, "application/octet-stream")),), path.read_bytes())

    # The work.

    def _types(self) -> dict[str, Any]:
        """The node types; where one takes an upload, with the files that are there."""
        files = sorted(path.name for path in (self.folder / "input").iterdir() if path.is_file())
        types = json.loads(json.dumps(self.types))
        for about in types.values():
            for spec in about["input"].get("required", {}).values():
                if isinstance(spec[0], list) and {"image_upload", "audio_upload"} & set(spec[1] if spec[1:] else ()):
                    spec[0] = files
        return types

    def _inputs(self) -> set[str]:
        base = self.folder / "input"
        return {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file()}

    def _remaining(self) -> dict[str, int]:
        return {"queue_remaining": len(self.pending) + len(self.running)}

    def _work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            with self.lock:
                job = self.pending.pop(0) if self.pending else None
                if job is not None:
                    self.running = [job]
                    self.runs.append(job[1])
            if job is None:
                stop.wait(0.002)
                continue
            entry = self._run(job, stop)
            with self.lock:
                if stop.is_set():
                    return
                self.running = []
            stop.wait(self.gap)
            with self.lock:
                if not stop.is_set():
                    self.history[job[1]] = entry

    def _run(self, job: list[Any], stop: threading.Event) -> dict[str, Any]:
        _, prompt_id, prompt, extra, outputs = job
        self._interrupt.clear()
        messages: list[Any] = [["execution_start", {"prompt_id": prompt_id}]]
        run = _Run(self, prompt, extra, stop)
        said: dict[str, Any] = {}
        try:
            cached = [key for key in outputs if run.signature(key) in self._cache]
            messages.append(["execution_cached", {"nodes": cached, "prompt_id": prompt_id}])
            for key in outputs:
                signature = run.signature(key)
                if key not in cached:
                    self._cache[signature] = (key, run.save(key))
                said[key] = self._cache[signature][1]
        except Interrupted:
            messages.append(["execution_interrupted", {"prompt_id": prompt_id}])
            return _history(job, said, "error", messages)
        except Crashed as crash:
            about = {
                "prompt_id": prompt_id, "node_id": crash.node, "node_type": prompt[crash.node]["class_type"],
                "executed": [], "exception_message": str(crash), "exception_type": crash.kind, "traceback": ["..."],
                "current_inputs": {}, "current_outputs": [],
            }  # fmt: skip
            messages.append(["execution_error", about])
            return _history(job, said, "error", messages)
        messages.append(["execution_success", {"prompt_id": prompt_id}])
        return _history(job, {key: one for key, one in said.items() if one}, "success", messages)

    def tick(self, stop: threading.Event) -> None:
        """One step of a sampler; an interrupt takes effect here."""
        for _ in range(self.steps):
            if self._interrupt.is_set() or stop.is_set():
                self._interrupt.clear()
                raise Interrupted
            time.sleep(self.pace)

    def made(self) -> list[Path]:
        """Everything that was saved."""
        return sorted(path for path in (self.folder / "output").rglob("*") if path.is_file())


class _Run:
    """One prompt at work."""

    def __init__(
        self, server: ComfyServer, prompt: dict[str, Any], extra: dict[str, Any], stop: threading.Event
    ) -> None:
        self._server, self._prompt, self._extra, self._stop = server, prompt, extra, stop
        self._done: dict[str, str] = {}

    def signature(self, key: str) -> str:
        """What decides whether a node has to run again: its own inputs, and those of all before it."""
        node = self._prompt[key]
        inputs = {
            name: [self.signature(value[0]), value[1]] if is_link(value) else value
            for name, value in node["inputs"].items()
        }
        said = json.dumps([node["class_type"], inputs], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def save(self, key: str) -> dict[str, Any]:
        node = self._prompt[key]
        self._before(key)
        kind, inputs = node["class_type"], node["inputs"]
        words = self._words(key)
        width, height, count, frames, fps = self._shape(key)
        if kind == "PreviewAny":
            return {"text": [words]}
        if kind in ("SaveVideo", "SaveWEBM"):
            data, ending, name = clip(width, height, frames, fps), ".mp4", "images"
            return {name: [self._written(inputs, data, ending)], "animated": [True]}
        if kind.startswith(("SaveAudio", "PreviewAudio")):
            return {"audio": [self._written(inputs, tone(words), ".flac")]}
        folder = "output" if kind.startswith("Save") else "temp"
        about = {"prompt": self._prompt} | self._extra.get("extra_pnginfo", {})
        pictures = [picture(width, height, f"{words}/{number}") for number in range(count)]
        return {"images": [self._written(inputs, with_text(one, about), ".png", folder) for one in pictures]}

    def _before(self, key: str) -> None:
        """Run what the node hangs on: samplers take their time, broken ones fail."""
        for value in self._prompt[key]["inputs"].values():
            if is_link(value) and value[0] not in self._done:
                self._before(value[0])
        kind = self._prompt[key]["class_type"]
        if kind in self._server.broken:
            raise Crashed(key, *self._server.broken[kind])
        if kind in SAMPLERS or kind == "EmptyImage":
            self._server.tick(self._stop)
        self._done[key] = kind

    def _words(self, key: str) -> str:
        """What the picture depends on: everything before it, but not what it is called."""
        node = self._prompt[key]
        inputs = {name: value for name, value in node["inputs"].items() if name != "filename_prefix"}
        said = {
            name: self._words(one[0]) if is_link(one) else self._content(node, name, one)
            for name, one in inputs.items()
        }
        return hashlib.sha256(json.dumps([node["class_type"], said], sort_keys=True).encode()).hexdigest()

    def _content(self, node: dict[str, Any], name: str, value: Any) -> Any:
        path = self._server.folder / "input" / str(value)
        if node["class_type"].startswith("Load") and name in ("image", "audio", "file") and path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        return value

    def _shape(self, key: str) -> tuple[int, int, int, int, int]:
        found = {"width": 64, "height": 64, "batch_size": 1, "length": 8, "fps": 8}
        waiting, seen = [key], {key}
        while waiting:
            for name, value in self._prompt[waiting.pop(0)]["inputs"].items():
                if is_link(value) and value[0] not in seen:
                    seen.add(value[0])
                    waiting.append(value[0])
                elif name in found and isinstance(value, int | float):
                    found[name] = int(value)
        return found["width"], found["height"], found["batch_size"], found["length"], found["fps"]

    def _written(self, inputs: dict[str, Any], data: bytes, ending: str, kind: str = "output") -> dict[str, str]:
        folder, _, stem = str(inputs.get("filename_prefix", "ComfyUI_temp")).rpartition("/")
        place = self._server.folder / kind / folder
        place.mkdir(parents=True, exist_ok=True)
        taken = [int(found[1]) for path in place.glob(f"{stem}_*") if (found := _COUNTED.search(path.name))]
        name = f"{stem}_{max(taken, default=0) + 1:05}_{ending}"
        (place / name).write_bytes(data)
        return {"filename": name, "subfolder": folder, "type": kind}


def _history(job: list[Any], outputs: dict[str, Any], status: str, messages: list[Any]) -> dict[str, Any]:
    completed = status == "success"
    return {
        "prompt": job,
        "outputs": outputs,
        "status": {"status_str": status, "completed": completed, "messages": messages},
        "meta": {},
    }
