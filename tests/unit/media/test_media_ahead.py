"""A second thread makes things ahead, and ends when it should."""

from __future__ import annotations

import threading
import time

import pytest

from alice_core.media.ahead import ahead


def threads():
    return [thread.name for thread in threading.enumerate()]


def test_everything_comes_in_order():
    with ahead(iter(range(1000)), depth=3) as items:
        assert list(items) == list(range(1000))
    assert "ahead" not in threads()


def test_it_is_made_in_another_thread_and_no_more_than_asked():
    made = []

    def source():
        for number in range(100):
            made.append(threading.current_thread().name)
            yield number

    with ahead(source(), depth=4) as items:
        assert next(items) == 0
        until = time.monotonic() + 10
        while len(made) < 6 and time.monotonic() < until:
            time.sleep(0.01)
        assert len(made) == 6  # one taken, four waiting, one in the hand
    assert set(made) == {"ahead"}
    assert "ahead" not in threads()


def test_an_error_comes_where_its_item_would_have_come():
    def source():
        yield 1
        raise OSError("broken")

    with ahead(source(), depth=8) as items:
        assert next(items) == 1
        with pytest.raises(OSError, match="broken"):
            next(items)


def test_slow_sources_are_waited_for():
    def source():
        time.sleep(0.3)
        yield 1

    with ahead(source(), depth=1) as items:
        assert list(items) == [1]


def leave(closed):
    def source():
        try:
            while True:
                yield 1
        finally:
            closed.append(threading.current_thread().name)

    with ahead(source(), depth=2) as items:
        next(items)
        raise KeyboardInterrupt


def test_leaving_early_ends_the_thread_and_the_source():
    closed = []
    with pytest.raises(KeyboardInterrupt):
        leave(closed)
    assert "ahead" not in threads()
    assert closed == ["ahead"]
