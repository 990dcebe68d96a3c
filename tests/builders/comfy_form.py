"""What goes in and out of a ComfyUI server: the parts of an upload, text in a PNG, a short sound."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import zlib
from email import message_from_bytes
from typing import Any

import av
import numpy as np
from provider_server import Call


def with_text(png: bytes, about: dict[str, Any]) -> bytes:
    """A PNG with JSON in text chunks, as the stock nodes write it."""
    chunks = b"".join(
        _chunk(b"tEXt", name.encode() + b"\0" + json.dumps(value).encode("ascii")) for name, value in about.items()
    )
    end = png.rindex(b"IEND") - 4
    return png[:end] + chunks + png[end:]


def tone(words: str) -> bytes:
    """A short FLAC whose pitch comes from the words."""
    out = io.BytesIO()
    rate = 8000
    pitch = 200 + int(words[:4], 16) % 800
    wave = (8000 * np.sin(2 * np.pi * pitch * np.arange(rate // 4) / rate)).astype(np.int16)
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def parts_of(call: Call) -> dict[str, tuple[str, bytes]]:
    """The parts of a form: the file's name, and the bytes."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + call.body)
    found = {}
    for part in message.get_payload():
        with contextlib.suppress(TypeError):
            found[str(part.get_param("name", header="content-disposition"))] = (
                str(part.get_filename() or ""), part.get_payload(decode=True),
            )  # fmt: skip
    return found
