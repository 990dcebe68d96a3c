"""Work of the daemon for when nothing happens: a little at a time, so that a new file never waits long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alice_core.store import Store

_LOOKS = 8
_READINGS = 100
_PROMPTS = 32


@dataclass(frozen=True, slots=True)
class Job:
    """Work for when nothing happens.

    Attributes:
        name: What it is called.
        run: Does a little of it, a second's worth at most, and says how much; 0 when there is nothing to do.
    """

    name: str
    run: Callable[[Store], int]


def background_jobs() -> tuple[Job, ...]:
    """What can wait until nothing happens: reading kept metadata with better readers, and looking at pixels."""
    return (
        Job("reading metadata again", _read_again),
        Job("looking at pictures", _look_at_pictures),
        Job("working out meanings", _work_out_meanings),
    )


def _read_again(store: Store) -> int:
    from alice_core.library.looking.rederive import rederive_some  # noqa: PLC0415 - all readers, only when there is time

    return rederive_some(store, _READINGS)


def _look_at_pictures(store: Store) -> int:
    from alice_core.library.looking.looks import look_at_some  # noqa: PLC0415 - Pillow and NumPy, only when there is time

    return look_at_some(store, _LOOKS, workers=1)


def _work_out_meanings(store: Store) -> int:
    from alice_core.library.meaning import embed_some, is_installed  # noqa: PLC0415 - NumPy, only when there is time

    return embed_some(store, _PROMPTS) if is_installed() else 0
