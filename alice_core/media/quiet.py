"""Silence about odd files, in many threads at once."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_before: warnings.catch_warnings[None] | None = None


@contextmanager
def quiet() -> Iterator[None]:
    """A block in which no warnings are given: odd metadata and large sizes are no news where only pixels are wanted.

    The filters of warnings belong to the whole process. The first thread that enters sets them aside and the last
    that leaves puts them back; with :func:`warnings.catch_warnings` alone two threads would mix them up.
    """
    global _inside, _before  # noqa: PLW0603 - they guard what is the process's own
    with _lock:
        if not _inside:
            _before = warnings.catch_warnings()
            _before.__enter__()
            warnings.simplefilter("ignore")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _before is not None:
                _before.__exit__(None, None, None)
                _before = None
