"""How two cuts differ, whatever formats they came from: each clip kept, trimmed, slipped, moved and so on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePosixPath

from alice_core.timeline.flat import Span, flattened
from alice_core.timeline.reading.edit import Edit, Item
from alice_core.timeline.text import ascii_line
from alice_core.timeline.urls import path_of_url


class Kind(StrEnum):
    """What became of a clip."""

    KEPT = "kept"
    TRIMMED = "trimmed"
    SLIPPED = "slipped"
    MOVED = "moved"
    REPLACED = "replaced"
    DELETED = "deleted"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """One clip of either cut.

    Attributes:
        kind: What became of it.
        name: Of the clip, in the first cut where it is there.
        before: Its frames in the first cut, ``None`` if it is added.
        after: Its frames in the second cut, ``None`` if it is deleted.
        media: The name of the file in the second cut, or in the first if it is deleted.
    """

    kind: Kind
    name: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    media: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two cuts compared.

    Attributes:
        changes: Of every clip, in the order of the second cut, then the deleted ones.
        settings: Sentences about rate, drop flag, start and song where they differ.
    """

    changes: tuple[Change, ...]
    settings: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.settings and all(change.kind is Kind.KEPT for change in self.changes)


def compare(before: Edit, after: Edit) -> Difference:
    """Every clip that is seen in two cuts, matched by digest, then by file, then by name.

    Formats that name no digest or no path are matched by what they have. The rounds go from
    the surest match to the weakest, and in each the nearest partner wins: same file in the
    same place, same file near by, same place with another file, and what is left over.
    """
    old = [span for span in flattened(before, whole=False) if span.item is not None]
    new = [span for span in flattened(after, whole=False) if span.item is not None]
    pairs = _paired(old, new)
    matched = {id(first): second for first, second in pairs}
    found = [(second.start, _change(first, second)) for first in old if (second := matched.get(id(first))) is not None]
    taken = {id(second) for _, second in pairs}
    found += [(span.start, _change(None, span)) for span in new if id(span) not in taken]
    changes = [change for _, change in sorted(found, key=lambda row: row[0])]
    changes += [_change(span, None) for span in old if id(span) not in matched]
    return Difference(tuple(changes), _settings(before, after))


def same_media(one: Item, two: Item) -> bool:
    """Whether two items show the same file, as far as both formats say."""
    first, second = one.source, two.source
    if first is None or second is None:
        return first is second and one.name == two.name
    if first.digest and second.digest:
        return first.digest == second.digest
    if first.url and second.url:
        return _file_name(one) == _file_name(two)
    return bool({_file_name(one), ascii_line(one.name)} & {_file_name(two), ascii_line(two.name)})


def _paired(old: Sequence[Span], new: Sequence[Span]) -> list[tuple[Span, Span]]:
    rounds: tuple[Callable[[Span, Span], bool], ...] = (
        lambda a, b: _same(a, b) and (a.start < b.end and b.start < a.end),
        _same,
        lambda a, b: (a.start, a.end) == (b.start, b.end),
        lambda a, b: bool(a.item and b.item and a.item.name and a.item.name == b.item.name),
    )
    there = {(span.start, span.end): span for span in new}
    pairs = [(span, other) for span in old if (other := there.get((span.start, span.end))) and _same(span, other)]
    for fits in rounds:
        used = {id(span) for pair in pairs for span in pair}
        rest = [span for span in new if id(span) not in used]
        for span in (span for span in old if id(span) not in used):
            if not rest:
                break
            partners = [other for other in rest if fits(span, other)]
            if partners:
                partner = min(partners, key=lambda other: abs(other.start - span.start))
                rest.remove(partner)
                pairs.append((span, partner))
    return pairs


def _same(one: Span, two: Span) -> bool:
    return one.item is not None and two.item is not None and same_media(one.item, two.item)


def _change(first: Span | None, second: Span | None) -> Change:
    shown = second or first
    item = shown.item if shown is not None else None
    name = next((span.item.name for span in (first, second) if span is not None and span.item is not None), "")
    before = None if first is None else (first.start, first.end)
    after = None if second is None else (second.start, second.end)
    return Change(_kind(first, second), name, before, after, _file_name(item) if item is not None else "")


def _kind(first: Span | None, second: Span | None) -> Kind:
    if first is None or second is None:
        return Kind.ADDED if first is None else Kind.DELETED
    if not _same(first, second):
        return Kind.REPLACED
    slip = _slip(first, second)
    if (first.start, first.end) == (second.start, second.end):
        return Kind.SLIPPED if slip else Kind.KEPT
    return Kind.MOVED if first.frames == second.frames and slip in (None, 0) else Kind.TRIMMED


def _slip(first: Span, second: Span) -> Fraction | None:
    """How far the used part of a movie was shifted; ``None`` where that is not known or is a still's."""
    one, two = first.item, second.item
    if one is None or two is None or any(item.source is not None and item.source.still for item in (one, two)):
        return None
    if first.source_in is not None and second.source_in is not None:
        return second.source_in - first.source_in
    if one.source_code is not None and two.source_code is not None:
        return two.source_code - one.source_code
    return None


def _file_name(item: Item) -> str:
    source = item.source
    return item.name if source is None else _base(source.url, source.name or item.name)


@lru_cache(maxsize=4096)
def _base(url: str, name: str) -> str:
    path = path_of_url(url)
    return ascii_line(PurePosixPath(path.replace("\\", "/")).name if path else name)


def _settings(before: Edit, after: Edit) -> tuple[str, ...]:
    said = []
    if before.rate.value != after.rate.value:
        said.append(f"rate {before.rate.name} became {after.rate.name}")
    elif before.rate.drop != after.rate.drop and "otio" not in (before.format, after.format):
        said.append(f"drop-frame {before.rate.drop} became {after.rate.drop}")
    if before.start != after.start:
        said.append(f"start frame {float(before.start):g} became {float(after.start):g}")
    return tuple(said)
