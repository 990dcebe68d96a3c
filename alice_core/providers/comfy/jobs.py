"""One job on a server: where it is, what became of it, and how to take it back.

A server knows a prompt as long as it runs: in its queue, then in its history. One that is in neither, twice in a
row, is lost with a restart and is sent once more: same graph, same seed, same name. Right after a prompt ends it is
in neither for a moment, so once is not enough.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from alice_core.providers.comfy.graph import ApiGraph, api_graph_of, is_api_graph
from alice_core.providers.comfy.refusals import failure_line
from alice_core.providers.comfy.wire import Place, Wire

_SPACE: Final = uuid.UUID("6c9a6f5e-3f0b-5d2a-9a57-0b6f3f4f7a11")
_TYPES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".opus": "audio/ogg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}
_LOOKS: Final = 20
_BETWEEN_SECONDS: Final = 0.05
_MOVING: Final = ("image/webp", "image/gif")


@dataclass(frozen=True, slots=True)
class Waiting:
    """It waits; so many are before it."""

    before: int


@dataclass(frozen=True, slots=True)
class AtWork:
    """It runs."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The server does not know it."""


@dataclass(frozen=True, slots=True)
class Made:
    """It is done; what it saved, what it only previewed, and whether all of it was made before."""

    saved: tuple[Place, ...]
    shown: tuple[Place, ...]
    texts: tuple[str, ...]
    cached: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """It ended badly."""

    reason: str
    hint: str


State = Waiting | AtWork | Nowhere | Made | Broken


def prompt_id_of(key: str) -> str:
    """The name of a job on a server, the same for the same key of ours."""
    return str(uuid.uuid5(_SPACE, key))


def state_of(wire: Wire, prompt_id: str, graph: ApiGraph | None = None) -> State:
    """Where a job is.

    Raises:
        ProviderError: The server could not be asked.
    """
    entry = wire.history(prompt_id)
    if entry is None:
        queued = _in_queue(wire.queue(), prompt_id)
        if queued is not None:
            return queued
        entry = wire.history(prompt_id)  # it may have ended between the two
    return Nowhere() if entry is None else _ended(entry, graph)


def graph_in(entry: object) -> ApiGraph | None:
    """The graph of an entry of the queue or of the history."""
    listed = entry.get("prompt") if isinstance(entry, dict) else entry
    found = listed[2] if isinstance(listed, list) and len(listed) > 2 else None  # noqa: PLR2004 - number, id, graph
    return api_graph_of(found) if is_api_graph(found) else None


def written_in(entry: object) -> Mapping[str, Any]:
    """What a job writes into its files, from an entry of the queue or of the history."""
    listed = entry.get("prompt") if isinstance(entry, dict) else entry
    extra = listed[3] if isinstance(listed, list) and len(listed) > 3 else {}  # noqa: PLR2004 - the fourth
    info = extra.get("extra_pnginfo") if isinstance(extra, dict) else {}
    return info if isinstance(info, dict) else {}


def find(wire: Wire, prompt_id: str) -> object:
    """The entry of a job in the history or the queue; ``None`` where there is none."""
    queue = wire.queue()
    for name in ("queue_running", "queue_pending"):
        for entry in queue.get(name) or [] if isinstance(queue, dict) else []:
            if isinstance(entry, list) and len(entry) > 1 and entry[1] == prompt_id:
                return entry
    return wire.history(prompt_id)


def take_back(wire: Wire, prompt_id: str) -> bool:
    """Take a job out of the queue, or stop it if it is the one that runs; whether it will not be carried out."""
    wire.drop(prompt_id)
    if isinstance(_in_queue(wire.queue(), prompt_id), AtWork):
        wire.interrupt(prompt_id)
    for _ in range(_LOOKS):  # a node notices at its next step
        if not isinstance(_in_queue(wire.queue(), prompt_id), AtWork):
            break
        time.sleep(_BETWEEN_SECONDS)
    return isinstance(state_of(wire, prompt_id), Nowhere | Broken)


def media_type_of(place: Place) -> str:
    """The media type of a file by its name; empty where it is none that we take."""
    return _TYPES.get(PurePosixPath(place.filename).suffix.lower(), "")


def of_kind(places: tuple[Place, ...], kind: str) -> tuple[Place, ...]:
    """The files of a kind of task; moving pictures count as clips where there is no clip."""
    exact = tuple(one for one in places if media_type_of(one).startswith(f"{kind}/"))
    if exact or kind != "video":
        return exact
    return tuple(one for one in places if media_type_of(one) in _MOVING)


def _in_queue(queue: object, prompt_id: str) -> Waiting | AtWork | None:
    data = queue if isinstance(queue, dict) else {}
    running = [one[1] for one in data.get("queue_running") or []]
    if prompt_id in running:
        return AtWork()
    waiting = [one[1] for one in sorted(data.get("queue_pending") or [], key=lambda one: one[0])]
    return Waiting(len(running) + waiting.index(prompt_id)) if prompt_id in waiting else None


def _ended(entry: Mapping[str, Any], graph: ApiGraph | None) -> Made | Broken:
    status = entry.get("status") or {}
    if status.get("status_str") == "error" or (status and not status.get("completed", True)):
        return Broken(*failure_line(status.get("messages"), graph or graph_in(entry)))
    outputs = entry.get("outputs") or {}
    places = [place for said in outputs.values() if isinstance(said, dict) for place in _places(said)]
    texts = [str(one) for said in outputs.values() if isinstance(said, dict) for one in said.get("text") or []]
    return Made(
        tuple(one for one in places if one.type == "output"),
        tuple(one for one in places if one.type != "output"),
        tuple(texts),
        _cached(status.get("messages"), outputs),
    )


def _places(said: Mapping[str, Any]) -> Iterator[Place]:
    for listed in said.values():
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and isinstance(one.get("filename"), str):
                yield Place(one["filename"], str(one.get("subfolder") or ""), str(one.get("type") or "output"))


def _cached(messages: object, outputs: Mapping[str, Any]) -> bool:
    for one in messages if isinstance(messages, list) else []:
        if isinstance(one, list | tuple) and one[0] == "execution_cached" and isinstance(one[1], dict):
            return bool(outputs) and set(outputs) <= set(one[1].get("nodes") or [])
    return False
