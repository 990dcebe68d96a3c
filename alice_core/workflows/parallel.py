"""Work of the same kind by several threads, each result as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(
    things: Sequence[T], work: Callable[[T], R], workers: int, *, ending: Callable[[], None] = lambda: None
) -> Iterator[tuple[T, R]]:
    """Every thing with what ``work`` makes of it, in the order in which they end.

    Where the caller ends early or is interrupted, what has not begun is left alone, and ``ending`` tells the rest not
    to wait for anything.
    """
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        running: dict[Future[R], T] = {pool.submit(work, one): one for one in things}
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()
            if running:
                ending()
