"""The prompts whose meaning is nearest to a question, by comparing it with every one of them.

The vectors are rows of the store. So that a question need not fetch them, each chunk of them is also kept as a
file that is mapped into memory, in ``cache/meaning`` of the home folder. Such a file is made when it is missing, and
is named by the count and the last of the rows that it was made of. As a prompt's number and its vector come of the
prompt's text alone, an old file could leave something out but never say anything wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alice_core.errors import ExportError
from alice_core.library.meaning.packing import unpack_into
from alice_core.library.meaning.weights import Array
from alice_core.media.files import make_folder, replacing
from alice_core.store import Reader
from alice_core.store.vectors import Chunk

_ROWS = 1024
"""So many rows of single floats stay in a processor's own memory."""

Table = NDArray[np.void]
"""Records of a prompt's number and its packed vector."""


def nearest(
    reader: Reader, model: str, question: Array, *, folder: Path, floor: float, most: int
) -> tuple[tuple[int, float], ...]:
    """The numbers of prompts with their cosines, nearest first.

    Args:
        reader: The store.
        model: Whose vectors these are.
        question: A vector of length one.
        folder: Where the cache lies; a question is answered without one if it cannot be written.
        floor: The least cosine.
        most: At most so many.
    """
    prompts = np.empty(0, np.int64)
    cosines = np.empty(0, np.float32)
    for table in _tables(reader, model, len(question), folder):
        found = _cosines(table["vector"], question)
        near = np.flatnonzero(found >= floor)
        prompts = np.concatenate([prompts, table["prompt"][near]])
        cosines = np.concatenate([cosines, found[near]])
        if len(cosines) > most:
            best = np.lexsort((prompts, -cosines))[:most]
            prompts, cosines = prompts[best], cosines[best]
    order = np.lexsort((prompts, -cosines))
    return tuple(zip(prompts[order].tolist(), cosines[order].tolist(), strict=True))


def _cosines(halves: NDArray[np.uint16], question: Array) -> Array:
    found = np.empty(len(halves), np.float32)
    rows = np.empty((_ROWS, len(question)), np.float32)
    for start in range(0, len(halves), _ROWS):
        part = halves[start : start + _ROWS]
        np.matmul(unpack_into(rows, part), question, out=found[start : start + len(part)])
    return found


def _tables(reader: Reader, model: str, width: int, folder: Path) -> Iterator[Table]:
    here = folder / hashlib.sha256(model.encode()).hexdigest()[:12]
    for chunk in reader.vectors.chunks(model):
        path = here / f"{chunk.place:06}-{chunk.count}-{chunk.last % (1 << 64):016x}.npy"
        table = _kept(path, width, chunk)
        yield _fetched(reader, model, width, chunk, path) if table is None else table


def _kept(path: Path, width: int, chunk: Chunk) -> Table | None:
    try:
        table: Table = np.load(path, mmap_mode="r")
    except (OSError, ValueError):
        return None
    return table if table.dtype == _record(width) and len(table) == chunk.count else None


def _fetched(reader: Reader, model: str, width: int, chunk: Chunk, path: Path) -> Table:
    """A chunk as the rows have it; kept for the next question where that is possible."""
    rows = reader.vectors.rows(model, chunk.place)
    table = np.empty(chunk.count, _record(width))
    for place, row in enumerate(rows):
        table[place] = row[0], np.frombuffer(row[1], "<u2")
    try:
        make_folder(path.parent)
        with replacing(path) as part:
            np.save(part, table)
        for old in path.parent.glob(f"{chunk.place:06}-*.npy"):
            if old != path:
                old.unlink(missing_ok=True)
    except (ExportError, OSError):
        pass  # a full or read-only disk, or a file that another program of Windows still reads
    return table


def _record(width: int) -> np.dtype[Any]:
    return np.dtype([("prompt", "<i8"), ("vector", "<u2", (width,))])
