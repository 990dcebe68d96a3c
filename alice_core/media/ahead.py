"""Making things in a second thread while the first uses those that are ready."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

_LOOK_UP = 0.2  # seconds after which a waiting thread looks whether it should stop


@dataclass(frozen=True, slots=True)
class _Made(Generic[Item]):
    item: Item


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None


@contextmanager
def ahead(source: Iterable[Item], *, depth: int) -> Iterator[Iterator[Item]]:
    """The items of ``source``, made up to ``depth`` ahead by a thread of their own.

    An error of the source is raised where its item would have come. When the block is left,
    by Ctrl-C too, the thread has ended.
    """
    line: queue.Queue[_Made[Item] | _Ended] = queue.Queue(depth)
    stop = threading.Event()
    maker = threading.Thread(target=_make, args=(source, line, stop), name="ahead", daemon=True)
    maker.start()
    try:
        with closing(_taken(line)) as items:
            yield items
    finally:
        stop.set()
        maker.join()


def _taken(line: queue.Queue[_Made[Item] | _Ended]) -> Generator[Item, None, None]:
    while True:
        try:
            # Never for ever: a thread that waits for a lock does not see Ctrl-C on Windows.
            step = line.get(timeout=_LOOK_UP)
        except queue.Empty:
            continue
        if isinstance(step, _Ended):
            if step.error is not None:
                raise step.error
            return
        yield step.item


def _make(source: Iterable[Item], line: queue.Queue[_Made[Item] | _Ended], stop: threading.Event) -> None:
    try:
        try:
            for item in source:
                if not _put(_Made(item), line, stop):
                    break
        finally:
            if isinstance(source, Generator):
                source.close()  # here and now, not when somebody forgets it
    except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that takes the items
        _put(_Ended(error), line, stop)
    else:
        _put(_Ended(None), line, stop)


def _put(step: _Made[Item] | _Ended, line: queue.Queue[_Made[Item] | _Ended], stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            line.put(step, timeout=_LOOK_UP)
        except queue.Full:
            continue
        return True
    return False
