"""Running sums of a long series, read at any places without ever being kept whole."""

from __future__ import annotations

import numpy as np

from alice_core.music.features import Floats

_ROWS = 2048  # summed at once


class Sums:
    """The sum of all rows before any place, in double precision.

    Kept are the sums at the start of each block alone; those inside are made again when they are
    read. Each block is summed on from the last sum, so not a bit depends on the blocks.

    Args:
        rows: (n, columns).
        weight: (n,) by which each row is multiplied.
    """

    def __init__(self, rows: Floats, weight: Floats | None = None) -> None:
        self._rows, self._weight = rows, weight
        self._before = np.zeros((rows.shape[0] // _ROWS + 1, rows.shape[1]))
        for block in range(1, self._before.shape[0]):
            self._before[block] = self._block(block - 1)[-1]

    def at(self, places: Floats) -> Floats:
        """(places, columns) the sums at these places, from 0 before the first row to n behind the last.

        Between two rows the sum is on the line through them, beyond the ends it is held.

        Args:
            places: In any order.
        """
        count = self._rows.shape[0]
        if not count:
            return np.zeros((places.size, self._rows.shape[1]))
        where = np.clip(places, 0, count)
        low = np.minimum(where.astype(np.int64), count - 1)
        out = np.empty((places.size, self._rows.shape[1]))
        blocks = low // _ROWS
        for block in np.unique(blocks):
            steps, some = self._block(int(block)), np.flatnonzero(blocks == block)
            own = low[some] - block * _ROWS
            out[some] = steps[own] + (steps[own + 1] - steps[own]) * (where[some] - low[some])[:, None]
        return out

    def _block(self, block: int) -> Floats:
        """(rows + 1, columns) the sums before each row of a block and behind its last."""
        some = slice(block * _ROWS, (block + 1) * _ROWS)
        rows = self._rows[some] if self._weight is None else self._rows[some] * self._weight[some, None]
        return np.cumsum(np.concatenate([self._before[block : block + 1], rows]), axis=0, dtype=np.float64)
