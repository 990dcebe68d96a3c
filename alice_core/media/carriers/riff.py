"""Metadata in RIFF files of sound and moving pictures (WAV, AVI) that FFmpeg's libraries do not hand out."""

from __future__ import annotations

import struct

from alice_core.media.carriers.gathered import Gathered
from alice_core.media.source import Source

_HEAD = struct.Struct("<4sI")
_KEPT = {b"_PMX": "riff:xmp", b"C2PA": "riff:C2PA", b"iXML": "riff:iXML"}
_MOST_CHUNKS = 4096


def keep_chunks(source: Source, found: Gathered) -> None:
    """Keep XMP, content credentials and iXML."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        head = source.at(at, _HEAD.size)
        if len(head) < _HEAD.size:
            return
        name, length = _HEAD.unpack(head)
        at += _HEAD.size
        if name in _KEPT and found.wants(length):
            found.keep(_KEPT[name], "", source.at(at, length))
        at += length + length % 2
