"""The picture that is seen at every frame, and the clips of a foreign cut laid end to end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from alice_core.timeline.reading.edit import Edit, Item


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of whole frames and what is seen there; ``item`` is ``None`` where it is black."""

    start: int
    end: int
    item: Item | None

    @property
    def frames(self) -> int:
        """The length in frames."""
        return self.end - self.start

    @property
    def source_in(self) -> Fraction | None:
        """The first frame used of the file, from its first, where it is known."""
        item = self.item
        if item is None or item.source_in is None:
            return None
        return item.source_in + (self.start - nearest(item.start)) * (item.speed or Fraction(1))


def nearest(frame: Fraction) -> int:
    """The whole frame nearest to a boundary, ties up: boundaries are rounded, never lengths."""
    return floor(frame + Fraction(1, 2))


def flattened(edit: Edit, *, whole: bool = True) -> tuple[Span, ...]:
    """What is seen from frame 0 to the end, without overlap; black stretches are spans too.

    Of two pictures on one frame the one on the higher track is seen, of two on the same
    track the one that begins later. The end is that of the last picture, with ``whole`` that
    of the last sound if it is later.
    """
    pictures = [item for item in edit.pictures if nearest(item.end) > max(0, nearest(item.start))]
    ends = [nearest(item.end) for item in (*pictures, *(edit.sounds if whole else ()))]
    end = max(ends, default=0)
    edges = sorted({0, end, *(max(0, nearest(at)) for item in pictures for at in (item.start, item.end))})
    spans: list[Span] = []
    waiting = sorted(pictures, key=lambda item: nearest(item.start), reverse=True)
    active: list[Item] = []
    for start, until in pairwise(edges):
        while waiting and nearest(waiting[-1].start) <= start:
            active.append(waiting.pop())
        active = [item for item in active if nearest(item.end) > start]
        seen = max(active, key=lambda item: (item.layer, item.start), default=None)
        if spans and spans[-1].item is seen:
            spans[-1] = replace(spans[-1], end=until)
        else:
            spans.append(Span(start, until, seen))
    return tuple(spans)


def song_of(edit: Edit) -> Item | None:
    """The longest sound: in a music video the song."""
    return longest(edit.sounds)


def longest(items: Iterable[Item]) -> Item | None:
    """The longest of some items, the first of equals."""
    return max(items, key=lambda item: item.end - item.start, default=None)
