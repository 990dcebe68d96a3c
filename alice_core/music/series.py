"""Rows that come a few at a time, gathered outside of the memory in which arrays come and go."""

from __future__ import annotations

import math
from collections import deque
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_ROWS = 8192  # of a block


class Series:
    """Collects rows of one shape and type, for hours in little more memory than they weigh.

    Arrays that are kept for long among others that come and go leave that memory full of holes
    that nothing fits into. These lie in pages of their own, which the system has back at once.

    Args:
        dtype: Of the numbers.
        shape: Of one row; nothing for plain numbers.
    """

    def __init__(self, dtype: DTypeLike, *shape: int) -> None:
        self._dtype, self._shape = np.dtype(dtype), shape
        self._blocks: deque[NDArray[Any]] = deque()
        self._count = 0

    def add(self, rows: NDArray[Any]) -> None:
        """Keep a copy of these rows."""
        done = 0
        while done < rows.shape[0]:
            at = self._count % _ROWS
            if not at:
                self._blocks.append(self._room(_ROWS))
            size = min(_ROWS - at, rows.shape[0] - done)
            self._blocks[-1][at : at + size] = rows[done : done + size]
            done, self._count = done + size, self._count + size

    def joined(self) -> NDArray[Any]:
        """All rows in one array; nothing is kept."""
        whole = self._room(self._count)
        for first in range(0, self._count, _ROWS):
            whole[first : first + _ROWS] = self._blocks.popleft()[: self._count - first]
        self._count = 0
        return whole

    def _room(self, rows: int) -> NDArray[Any]:
        count = rows * math.prod(self._shape)
        pages = mmap(-1, max(1, count * self._dtype.itemsize))
        return np.frombuffer(pages, self._dtype, count).reshape(rows, *self._shape)
