"""The waveform as a small file, so that the analysis can be drawn again without the song."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from alice_core.errors import MediaError
from alice_core.music.waveform import Waveform


def to_bytes(waveform: Waveform) -> bytes:
    """The outline in NumPy's format: rows low, high, rms and perhaps three bands of (n,) float32 values.

    Source of the format: NumPy Enhancement Proposal 1, version 1.0 of the file format.
    """
    target = BytesIO()
    bands = () if waveform.bands is None else waveform.bands
    rows = np.stack([waveform.low, waveform.high, waveform.rms, *bands]).astype("<f4")
    np.lib.format.write_array(target, rows, version=(1, 0), allow_pickle=False)
    return target.getvalue()


def from_bytes(data: bytes) -> Waveform:
    """The outline that :func:`to_bytes` wrote.

    Raises:
        MediaError: The bytes are no outline.
    """
    try:
        rows = np.lib.format.read_array(BytesIO(data), allow_pickle=False)
        low, high, rms, *bands = rows.astype(np.float32)
    except ValueError as error:
        raise MediaError(f"this is no waveform: {error}", hint="Analyse the song again.") from error
    return Waveform(low, high, rms, np.stack(bands) if bands else None)
