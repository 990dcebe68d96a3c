"""What an editor did to a cut: each clip kept, trimmed, slipped, moved, replaced, deleted or added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from alice_core.timeline.diff import Kind, same_media
from alice_core.timeline.reading.edit import Edit
from alice_core.timeline.ripple import Placed, moved_places
from alice_core.timeline.seen import Seen, seen_clips

_Pairs = dict[int, int]
"""Places of clips in the first cut, and those of the same clips in the second."""


_Fits = Callable[[Seen, Seen], bool]


@dataclass(frozen=True, slots=True)
class Rework:
    """What became of one clip; ``before`` is ``None`` for an added one, ``after`` for a deleted one."""

    kind: Kind
    before: Seen | None
    after: Seen | None

    @property
    def name(self) -> str:
        """The clip's name in the first cut, or of an added one its own."""
        shown = self.before or self.after
        return shown.name if shown is not None else ""

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return f"{self.name or 'a clip'} {_SAID[self.kind](self.before, self.after)}"


def reworked(before: Edit, after: Edit) -> tuple[Rework, ...]:
    """What became of every clip, in the order of the second cut, then of those that are gone.

    Both cuts must name their files by digest as far as they can be known. Clips are matched
    by file, then by place, by name, and by their neighbours; a clip that only gave way to
    changes before it is kept (see :mod:`alice_core.timeline.ripple`). A clip that was both
    moved and changed counts as changed, one that was both trimmed and replaced as replaced.
    """
    old, new = seen_clips(before), seen_clips(after)
    both = [_told(old, new, pairs) for pairs in _pairings(old, new)]
    return min(both, key=lambda found: sum(one.kind is not Kind.KEPT for one in found))


def _told(old: Sequence[Seen], new: Sequence[Seen], pairs: _Pairs) -> tuple[Rework, ...]:
    kinds = {second: _kind(old[first], new[second]) for first, second in pairs.items()}
    placed = [
        Placed(first, second, new[second].start - old[first].start, kinds[second] is not Kind.KEPT)
        for first, second in sorted(pairs.items(), key=lambda pair: pair[1])
    ]
    moved = moved_places(placed, [_length(one) for one in old], [_length(one) for one in new])
    kinds |= dict.fromkeys(moved, Kind.MOVED)
    back = {second: first for first, second in pairs.items()}
    found = [
        Rework(kinds.get(place, Kind.ADDED), old[back[place]] if place in back else None, clip)
        for place, clip in enumerate(new)
    ]
    found += [Rework(Kind.DELETED, clip, None) for place, clip in enumerate(old) if place not in pairs]
    return tuple(found)


def _length(clip: Seen) -> int:
    return 0 if clip.over else clip.frames


def _pairings(old: Sequence[Seen], new: Sequence[Seen]) -> Iterator[_Pairs]:
    """The ways to match the clips of both cuts: from the surest sign to the weakest, in each the nearest first.

    Where a file is used several times and names do not tell, its uses are matched by place or,
    in another way, in their order, as a cut that closed up asks for.
    """
    named = _once_in_both(old, new)
    at = {(one.start, one.end, one.over): place for place, one in enumerate(new)}

    def there(one: Seen) -> int | None:
        return at.get((one.start, one.end, one.over))

    sure: _Pairs = {}
    _pair(old, new, sure, lambda one: named.get(one.name), _same)
    ordered = dict(sure)
    _pair_in_order(old, new, ordered)
    for pairs in (sure,) if ordered == sure else (sure, ordered):
        _pair(old, new, pairs, there, _same)
        _pair_nearest(old, new, pairs, lambda one, other: _same(one, other) and one.overlaps(other))
        _pair_nearest(old, new, pairs, _same)
        _pair(old, new, pairs, there, _any)
        _pair(old, new, pairs, lambda one: named.get(one.name), _any)
        _pair_between(old, new, pairs)
        yield pairs


def _pair_in_order(old: Sequence[Seen], new: Sequence[Seen], pairs: _Pairs) -> None:
    """Match the uses of each file in their order, where both cuts have equally many that are free."""
    used = set(pairs.values())
    before, after = _uses(old, set(pairs)), _uses(new, used)
    for digest, places in before.items():
        if len(places) == len(after.get(digest, ())) > 1:
            pairs.update(zip(places, after[digest], strict=True))


def _uses(clips: Sequence[Seen], taken: set[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, clip in enumerate(clips):
        if clip.digest is not None and place not in taken:
            found.setdefault(clip.digest, []).append(place)
    return found


def _once_in_both(old: Sequence[Seen], new: Sequence[Seen]) -> dict[str, int]:
    """Names that one clip of either cut has, with its place in the second."""
    before, after = (Counter(one.name for one in some if one.name) for some in (old, new))
    return {one.name: place for place, one in enumerate(new) if before[one.name] == after[one.name] == 1}


def _pair(
    old: Sequence[Seen], new: Sequence[Seen], pairs: _Pairs, partner: Callable[[Seen], int | None], fits: _Fits
) -> None:
    """Match each clip that is free with the one that a sign points to, if that is free too and fits."""
    used = set(pairs.values())
    for place in [place for place in range(len(old)) if place not in pairs]:
        found = partner(old[place])
        if found is not None and found not in used and fits(old[place], new[found]):
            pairs[place] = found
            used.add(found)


def _pair_nearest(old: Sequence[Seen], new: Sequence[Seen], pairs: _Pairs, fits: _Fits) -> None:
    """Match clips of one file that are free and fit, those first that are nearest to each other."""
    used = set(pairs.values())
    rest = [place for place in range(len(new)) if place not in used]
    alike = _uses(new, used)
    nameless = [place for place in rest if new[place].digest is None]
    near = []
    for first in [place for place in range(len(old)) if place not in pairs]:
        digest = old[first].digest
        partners = rest if digest is None else [*alike.get(digest, ()), *nameless]
        near += [
            (abs(new[second].start - old[first].start), first, second)
            for second in partners
            if fits(old[first], new[second])
        ]
    for _, first, second in sorted(near):
        if first not in pairs and second not in used:
            pairs[first] = second
            used.add(second)


def _pair_between(old: Sequence[Seen], new: Sequence[Seen], pairs: _Pairs) -> None:
    """Match clips that stand between the same two in both cuts: equally many, from where the first of the two ends."""
    used = set(pairs.values())
    edges = [(-1, -1), *sorted(pairs.items()), (len(old), len(new))]
    for (first, second), (last, end) in pairwise(edges):
        gone = [place for place in range(first + 1, last) if not old[place].over]
        come = [place for place in range(second + 1, end) if not new[place].over]
        if not gone or len(gone) != len(come) or not used.isdisjoint(come):
            continue
        left = new[second].end - old[first].end if first >= 0 else 0
        if new[come[0]].start - old[gone[0]].start == left:
            pairs.update(zip(gone, come, strict=True))


def _same(one: Seen, other: Seen) -> bool:
    return one.over == other.over and same_media(one.item, other.item)


def _any(_one: Seen, _other: Seen) -> bool:
    return True


def _kind(one: Seen, other: Seen) -> Kind:
    if not _same(one, other):
        return Kind.REPLACED
    if one.frames != other.frames:
        return Kind.TRIMMED
    return Kind.SLIPPED if _slip(one, other) or other.item.speed != one.item.speed else Kind.KEPT


def _slip(one: Seen, other: Seen) -> int:
    """How many frames later in its file a clip begins; 0 where that is not known or it is a still."""
    if one.source_in is None or other.source_in is None:
        return 0
    return other.source_in - one.source_in


def _said_kept(one: Seen | None, other: Seen | None) -> str:
    shift = other.start - one.start if one and other else 0
    return f"is kept, {_later(shift)} as what is before it changed" if shift else "is kept"


def _said_trimmed(one: Seen | None, other: Seen | None) -> str:
    if one is None or other is None:
        return "is trimmed"
    edges = [
        f"{what} {_later(shift)}"
        for what, shift in (("starts", other.start - one.start), ("ends", other.end - one.end))
        if shift
    ]
    return f"is trimmed from {one.frames} to {_frames(other.frames)} ({', '.join(edges)}){_retimed(one, other)}"


def _said_slipped(one: Seen | None, other: Seen | None) -> str:
    if one is None or other is None:
        return "is slipped"
    slip = _slip(one, other)
    if not slip:
        return "keeps its place" + _retimed(one, other)
    return f"is slipped: it begins {_later(slip)} in its file{_retimed(one, other)}"


def _said_moved(one: Seen | None, other: Seen | None) -> str:
    return "is moved" if one is None or other is None else f"is moved, {_later(other.start - one.start)}"


def _said_replaced(one: Seen | None, other: Seen | None) -> str:
    by = f" by {other.item.source.name or other.name}" if other is not None and other.item.source is not None else ""
    if one is not None and other is not None and one.frames != other.frames:
        by += f" and has {_frames(other.frames)} instead of {one.frames}"
    return f"is replaced{by}"


def _said_deleted(one: Seen | None, _other: Seen | None) -> str:
    return "is deleted" if one is None else f"is deleted ({_frames(one.frames)} from frame {one.start})"


def _said_added(_one: Seen | None, other: Seen | None) -> str:
    return "is added" if other is None else f"is added at frame {other.start} ({_frames(other.frames)})"


_SAID: dict[Kind, Callable[[Seen | None, Seen | None], str]] = {
    Kind.KEPT: _said_kept,
    Kind.TRIMMED: _said_trimmed,
    Kind.SLIPPED: _said_slipped,
    Kind.MOVED: _said_moved,
    Kind.REPLACED: _said_replaced,
    Kind.DELETED: _said_deleted,
    Kind.ADDED: _said_added,
}


def _retimed(one: Seen, other: Seen) -> str:
    speed = other.item.speed
    if speed == one.item.speed:
        return ""
    return ", retimed" if speed is None else f", retimed to {float(speed * Fraction(100)):g} %"


def _later(frames: int) -> str:
    return f"{_frames(abs(frames))} {'later' if frames >= 0 else 'earlier'}"


def _frames(frames: int) -> str:
    return f"{frames} frame{'' if frames == 1 else 's'}"
