"""A running ComfyUI server over HTTP: one request a call, no retries, short waits on everything but uploads.

Measured on ComfyUI 0.3.64: a hung server takes the connection and never answers, so the time-out is what tells;
``/interrupt`` without a prompt's id stops whatever runs, other people's work too, and is never sent like that.
"""

from __future__ import annotations

import importlib
import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from alice_core.errors import (
    MissingExtra,
    ProviderAmbiguous,
    ProviderBadAnswer,
    ProviderInvalidTask,
    ProviderTimeout,
    ProviderUnavailable,
)
from alice_core.providers.access import address_for

NAME: Final = "comfy"
CONTROL_SECONDS: Final = 3.0
_LIST_SECONDS: Final = 30.0
_WORK_SECONDS: Final = 60.0
_DOUBT: Final = "It is looked for on the server before it is sent again."
_OK: Final = 200
_TOO_LARGE: Final = 413
_REFUSED: Final = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is on a server: ``type`` is ``output``, ``input`` or ``temp``."""

    filename: str
    subfolder: str = ""
    type: str = "output"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the status, and its JSON (``None`` where it is none)."""

    status: int
    body: Any


class Wire:
    """One server; the client is made when it is first needed, and may be used by several threads.

    Args:
        address: Such as ``http://gpu.local:8188``; empty for ``COMFYUI_URL``, the setting, or this machine.
    """

    def __init__(self, address: str = "") -> None:
        self._address = address.rstrip("/")
        self._client: Any = None

    @property
    def address(self) -> str:
        """Where the server is.

        Raises:
            ConfigError: What is set is no address.
        """
        if not self._address:
            self._address = address_for("COMFYUI_URL", "http://127.0.0.1:8188")
        return self._address

    @property
    def name(self) -> str:
        """How to call the server to people."""
        return f"the ComfyUI server at {urlsplit(self.address).netloc or self.address}"

    def close(self) -> None:
        """End its connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def object_info(self) -> Any:  # noqa: ANN401 - JSON
        """Every node type that the server has."""
        return self._json("/object_info", _LIST_SECONDS)

    def system_stats(self) -> Any:  # noqa: ANN401 - JSON
        """Versions, memory and devices."""
        return self._json("/system_stats")

    def queue(self) -> Any:  # noqa: ANN401 - JSON
        """What runs and what waits."""
        return self._json("/queue")

    def history(self, prompt_id: str) -> Mapping[str, Any] | None:
        """What became of a prompt; ``None`` where the server knows nothing: unknown, waiting, running, or lost."""
        found = self._json(f"/history/{prompt_id}")
        entry = found.get(prompt_id) if isinstance(found, dict) else None
        return entry if isinstance(entry, dict) else None

    def submit(self, body: Mapping[str, Any]) -> Told:
        """Post a prompt, exactly once.

        Raises:
            ProviderError: No usable answer came; the kind says whether the server may have it.
        """
        told = self._send("POST", "/prompt", seconds=_WORK_SECONDS, content=json.dumps(body))
        if told.status not in (_OK, _REFUSED) or not isinstance(told.body, dict):
            raise ProviderBadAnswer(
                f"{self.name} answered a prompt with {told.status}, and not as ComfyUI does",
                hint=f"{_DOUBT} Is it ComfyUI, and not something in front of it?",
                provider=NAME,
            )
        return told

    def view(self, place: Place) -> bytes | None:
        """The bytes of a file; ``None`` where it is not there any more."""
        query = {"filename": place.filename, "subfolder": place.subfolder, "type": place.type}
        answer = self._request("GET", "/view", _WORK_SECONDS, params=query)
        if answer.status_code == _OK:
            return bytes(answer.content)
        if answer.status_code == 404:  # noqa: PLR2004 - of HTTP
            return None
        raise self._unusable("/view", answer.status_code)

    def upload(self, path: Path, name: str, subfolder: str) -> str:
        """Put a file among the server's inputs under a name; gives the name to use, with its folder.

        Raises:
            ProviderInvalidTask: The server takes no file that large.
            ProviderError: It was not taken, or no answer came.
        """
        with path.open("rb") as data:
            told = self._send(
                "POST",
                "/upload/image",
                seconds=_WORK_SECONDS,
                files={"image": (name, data, "application/octet-stream")},
                data={"subfolder": subfolder, "type": "input", "overwrite": "false"},
            )
        if told.status == _TOO_LARGE:
            hint = "Start it with --max-upload-size, or give a smaller file: FLAC instead of WAV."
            message = f"{self.name} takes no file as large as {path.name}"
            raise ProviderInvalidTask(message, hint=hint, provider=NAME)
        if told.status != _OK or not isinstance(told.body, dict) or not told.body.get("name"):
            raise self._unusable("/upload/image", told.status)
        folder = str(told.body.get("subfolder") or "")
        return f"{folder}/{told.body['name']}" if folder else str(told.body["name"])

    def drop(self, prompt_id: str) -> None:
        """Take a waiting prompt out of the queue; nothing happens to one that is not there."""
        self._send("POST", "/queue", content=json.dumps({"delete": [prompt_id]}))

    def interrupt(self, prompt_id: str) -> None:
        """Stop a prompt if it is the one that runs.

        Raises:
            ValueError: There is no id: that would stop whatever runs.
        """
        if not prompt_id:
            raise ValueError("an interrupt without a prompt's id would stop other people's work")
        self._send("POST", "/interrupt", content=json.dumps({"prompt_id": prompt_id}))

    def _json(self, path: str, seconds: float = 0.0) -> Any:  # noqa: ANN401 - JSON
        told = self._send("GET", path, seconds=seconds)
        if told.status != _OK or told.body is None:
            raise self._unusable(path, told.status)
        return told.body

    def _send(self, method: str, path: str, *, seconds: float = 0.0, **more: Any) -> Told:  # noqa: ANN401 - of httpx
        answer = self._request(method, path, seconds, **more)
        try:
            return Told(answer.status_code, json.loads(answer.content))
        except ValueError:
            return Told(answer.status_code, None)

    def _request(self, method: str, path: str, seconds: float, **more: Any) -> Any:  # noqa: ANN401 - of httpx
        httpx = _library()
        if self._client is None:
            self._client = httpx.Client(headers={"user-agent": "alice"}, follow_redirects=False)
            weakref.finalize(self, self._client.close)  # whoever forgets the server forgets its connections too
        if "content" in more:
            more["headers"] = {"content-type": "application/json"}
        limits = httpx.Timeout(seconds or CONTROL_SECONDS, connect=CONTROL_SECONDS)
        try:
            return self._client.request(method, f"{self.address}{path}", timeout=limits, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            hint = "Start ComfyUI, or set COMFYUI_URL to where it is; nothing was sent."
            raise ProviderUnavailable(f"{self.name} cannot be reached: {error}", hint=hint, provider=NAME) from None
        except httpx.TimeoutException as error:
            raise ProviderTimeout(f"{self.name} did not answer in time", hint=_DOUBT, provider=NAME) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"the line to {self.name} broke before the answer came: {error}"
            raise ProviderAmbiguous(message, hint=_DOUBT, provider=NAME) from error

    def _unusable(self, path: str, status: int) -> ProviderBadAnswer:
        hint = "Is it ComfyUI, and not something in front of it? Look at its log."
        return ProviderBadAnswer(f"{self.name} answered {path} with {status}", hint=hint, provider=NAME)


def _library() -> Any:  # noqa: ANN401 - a foreign module
    try:
        return importlib.import_module("httpx")
    except ModuleNotFoundError as error:
        hint = "Type: pip install 'alicemultiverse[comfy]'"
        raise MissingExtra("talking to ComfyUI needs the package httpx", hint=hint) from error
