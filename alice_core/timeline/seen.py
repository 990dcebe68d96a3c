"""What is seen of each clip of a cut, so that two cuts can be told apart shot by shot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from alice_core.timeline.diff import same_media
from alice_core.timeline.flat import flattened, nearest
from alice_core.timeline.reading.edit import Edit, Item


@dataclass(frozen=True, slots=True)
class Seen:
    """One clip as far as it is seen, in whole frames from the start of the timeline.

    Attributes:
        item: As the file says it.
        start: First frame.
        end: The frame after the last.
        source_in: First frame used of the file, where it is known.
        over: Whether it lies over the cut and hides nothing: a title, an adjustment.
    """

    item: Item
    start: int
    end: int
    source_in: int | None
    over: bool = False

    @property
    def frames(self) -> int:
        """The length in frames."""
        return self.end - self.start

    @property
    def name(self) -> str:
        """As the editor shows it."""
        return self.item.name

    @property
    def digest(self) -> str | None:
        """Of its file, where it is known."""
        return (self.item.source.digest or None) if self.item.source is not None else None

    def overlaps(self, other: Seen) -> bool:
        """Whether both are seen on some frame."""
        return self.start < other.end and other.start < self.end


def seen_clips(edit: Edit) -> tuple[Seen, ...]:
    """The clips that are seen, by rising start.

    A clip that another one covers in its middle is one clip still; the parts that a blade
    left of a clip, one after the other with nothing between, are one clip again; what names
    no file and lies over the first track hides nothing.
    """
    bare = tuple(item for item in edit.pictures if _is_over(item))
    solid = replace(edit, items=tuple(item for item in edit.items if not any(item is one for one in bare)))
    clips: dict[int, Seen] = {}
    for span in flattened(solid, whole=False):
        if span.item is None:
            continue
        known = clips.get(id(span.item))
        if known is None:
            first = None if span.source_in is None else nearest(span.source_in)
            clips[id(span.item)] = Seen(span.item, span.start, span.end, first)
        else:
            clips[id(span.item)] = replace(known, end=span.end)
    joined: list[Seen] = []
    for clip in sorted(clips.values(), key=lambda one: one.start):
        if joined and _continues(joined[-1], clip):
            joined[-1] = replace(joined[-1], end=clip.end)
        else:
            joined.append(clip)
    titles = [Seen(item, nearest(item.start), nearest(item.end), None, over=True) for item in bare]
    return tuple(sorted([*joined, *titles], key=lambda one: (one.start, one.over)))


def _is_over(item: Item) -> bool:
    named = item.source is not None and (item.source.url or item.source.digest)
    return not named and item.layer > 1


def _continues(one: Seen, other: Seen) -> bool:
    if one.end != other.start or one.name != other.name or not same_media(one.item, other.item):
        return False
    if one.item.speed != Fraction(1) or other.item.speed != Fraction(1):
        return False
    if one.source_in is None or other.source_in is None:
        return one.source_in is other.source_in
    return one.source_in + one.frames == other.source_in
