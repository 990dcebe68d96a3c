"""Which codecs this installation of PyAV can write."""

from __future__ import annotations

from av.codec import Codec
from av.codec.codec import UnknownCodecError


def missing_encoders(*names: str) -> tuple[str, ...]:
    """Those of the named encoders that FFmpeg's libraries here do not have."""
    missing = []
    for name in names:
        try:
            Codec(name, "w")
        except UnknownCodecError:
            missing.append(name)
    return tuple(missing)
