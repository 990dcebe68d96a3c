"""Reading many files at once, a bounded number ahead, while somebody is told how many bytes were read."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from alice_core.progress import Stage

READERS = 2
_AHEAD = 32
_TELL_EVERY = 0.1

T = TypeVar("T")
R = TypeVar("R")


def read_each(items: Iterable[T], read: Callable[[T, Callable[[int], None]], R], stage: Stage) -> Iterator[tuple[T, R]]:
    """Every item with what reading it gave, in order; two threads read, and ``stage`` counts bytes.

    Args:
        items: What to read; taken one by one, so that a store can be walked through.
        read: Reads one item and tells its second argument the size of every block; called in threads.
        stage: Told the bytes, from this thread.
    """
    counter = _Counter()
    with ThreadPoolExecutor(READERS) as pool:
        running: deque[tuple[T, Future[R]]] = deque()
        coming = iter(items)
        try:
            while True:
                while len(running) < _AHEAD:
                    for item in coming:
                        running.append((item, pool.submit(read, item, counter.add)))
                        break
                    else:
                        break
                if not running:
                    return
                item, future = running.popleft()
                yield item, _waited(future, counter, stage)
        finally:
            for _, future in running:
                future.cancel()


def _waited(future: Future[R], counter: _Counter, stage: Stage) -> R:
    while True:
        try:
            result = future.result(_TELL_EVERY)
        except TimeoutError:
            if future.done():
                raise  # the reading itself timed out
            stage.advance(counter.take())
        else:
            stage.advance(counter.take())
            return result


class _Counter:
    """Bytes that threads have read and nobody was told of yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = 0

    def add(self, amount: int) -> None:
        with self._lock:
            self._bytes += amount

    def take(self) -> int:
        with self._lock:
            amount, self._bytes = self._bytes, 0
        return amount
