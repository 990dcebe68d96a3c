"""Vectors at half their size: the upper halves of single floats, rounded (the format known as bfloat16).

Cosines of rounded vectors are off by a ten-thousandth, and unlike those of IEEE half floats they are had at the
speed of the memory: 100,000 vectors in 10 ms instead of 70.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alice_core.library.meaning.weights import Array

Halves = NDArray[np.uint16]


def packed(vectors: Array) -> Halves:
    """The upper halves of single floats, to the nearest, ties to even; all must be finite."""
    bits = np.ascontiguousarray(vectors, np.float32).view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return (rounded >> np.uint32(16)).astype("<u2")


def unpack_into(target: Array, halves: Halves) -> Array:
    """The single floats whose upper halves these are, written over the target's first rows; gives those rows."""
    rows = target[: len(halves)]
    bits = rows.view(np.uint32)
    bits[...] = halves
    np.left_shift(bits, np.uint32(16), out=bits)
    return rows
