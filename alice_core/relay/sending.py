"""What a sink is: it is handed events in order and says how many it took, and why no more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from alice_core.events import Event

MOST_TRIES = 5
"""So often an event is sent that a sink refuses, before it is set aside."""

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a sink did not take an event.

    Attributes:
        reason: What went wrong, without any secret.
        refused: Whether it is this very event that is not wanted; otherwise the sink is down and nothing is.
        hopeless: Whether a refused event would be refused every time.
        wait: Seconds that the sink asks to wait, where it does.
        resume: The position after which to go on, where the sink has lost what came later.
    """

    reason: str
    refused: bool = False
    hopeless: bool = False
    wait: float | None = None
    resume: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a batch: its first ``taken`` events were taken, and why no more, if not all."""

    taken: int
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The last event that a place itself says it has."""

    position: int
    id: str


class Sink(Protocol):
    """A place that takes events. One thread uses it at a time."""

    batch: int
    """So many events are handed over at once, at most."""

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """Take events, in order, none twice if that can be told."""
        ...

    def mark(self) -> Mark | Trouble | None:
        """The last event it has from this log, as far as it knows; asked when it was opened and after trouble."""
        ...

    def close(self) -> None:
        """Give back what is open."""
        ...


def wants(pattern: str, kind: str) -> bool:
    """Whether a type of event is among patterns such as ``library.*,alice.store.derived``."""
    patterns = [one.strip() for one in pattern.split(",")]
    return any(fnmatchcase(kind, one) or fnmatchcase(kind, f"alice.{one}") for one in patterns)


def said(error: BaseException | str) -> str:
    """What went wrong, on one line and not too long."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:_LONGEST_REASON]


def pause(failures: int, *, first: float = 0.5, most: float = 60.0) -> float:
    """Seconds to wait after so many failures in a row: twice as long each time, between half and all of it.

    The random part keeps many relays from calling a place that came back all at once (Brooker, "Exponential
    Backoff And Jitter", 2015).
    """
    longest = min(most, first * 2.0 ** min(max(failures - 1, 0), 30))
    return random.uniform(longest / 2, longest)
