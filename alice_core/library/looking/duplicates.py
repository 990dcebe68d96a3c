"""Files that are there more than once: the same bytes, the same media with other tags, or pictures that look alike.

Nothing is ever deleted here. Each group names the file that is most worth keeping and the command that would
put the others into the trash.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alice_core.library.find import find
from alice_core.library.looking.looks import look_at_all
from alice_core.library.looking.seen import LOOK
from alice_core.library.looking.thumbnails import thumbnail
from alice_core.library.show import Card, cards
from alice_core.media.files import path_said
from alice_core.progress import SILENT, Progress
from alice_core.store import Asset, Reader, Store
from alice_core.store.wanted import Range, State, Term, Wanted

if TYPE_CHECKING:
    from alice_core.media.colours import Colours

KINDS = ("exact", "content", "alike")
"""The sorts of groups: the same bytes at several places, the same media with other tags, pictures that look alike."""


@dataclass(frozen=True, slots=True)
class Item:
    """An asset in a group.

    Attributes:
        card: Everything known of it.
        files: Its files that are there, the store's own copies left out.
        distance: Bits in which its perceptual hash differs from that of the one to keep; 0 unless they are alike.
    """

    card: Card
    files: tuple[Path, ...]
    distance: int = 0

    @property
    def used(self) -> bool:
        """Whether something was derived from it: it is no more suggested for the trash than what is kept."""
        return bool(self.card.used_by)


@dataclass(frozen=True, slots=True)
class Group:
    """Files of which one is enough.

    Attributes:
        kind: One of :data:`KINDS`.
        items: Its assets, the one most worth keeping first; a single one with several files where it is exact.
        trash: The files that could go; what something was derived from is not among them.
        freed: Bytes that this would free; a hard link to a file that stays frees none.
    """

    kind: str
    items: tuple[Item, ...]
    trash: tuple[Path, ...]
    freed: int

    @property
    def keep(self) -> Path:
        """The file that is most worth keeping."""
        return self.items[0].files[0]

    def to_json(self) -> dict[str, Any]:
        """The group as an item of ``alice duplicates --json``."""
        return {
            "kind": self.kind,
            "keep": path_said(self.keep),
            "trash": [path_said(path) for path in self.trash],
            "freed": self.freed,
            "command": ["alice", "trash", *(path_said(path) for path in self.trash)],
            "items": [_item_json(one) for one in self.items],
        }


@dataclass(frozen=True, slots=True)
class Duplicates:
    """All groups that were found.

    Attributes:
        groups: Exact ones first, those that free most first.
        freed: Bytes that trashing everything named would free; less than the sum, where a file is in two groups.
        unseen: Pictures and films that nobody could look at, because their files are away.
    """

    groups: tuple[Group, ...]
    freed: int
    unseen: int


def duplicates(
    store: Store,
    query: str = "",
    *,
    kinds: Sequence[str] = KINDS,
    threshold: int | None = None,
    look: bool = True,
    progress: Progress = SILENT,
) -> Duplicates:
    """The groups of files of which one is enough.

    What is in the trash is left out; companions of bigger results count only where their bytes are the same.

    Args:
        store: The store.
        query: Only groups in which at least one asset fits it; all of them where it is empty.
        kinds: Which sorts, of :data:`KINDS`.
        threshold: In how many of 64 bits pictures that look alike may differ.
        look: Whether pictures that nobody has looked at are looked at first, which takes its time.
        progress: Who wants to know.

    Raises:
        UsageError: The query cannot be understood.
    """
    chosen = frozenset(card.asset.number for card in find(store, query, meaning=False).cards) if query.strip() else None
    if "alike" in kinds and look:
        look_at_all(store, progress=progress)
    found: list[Group] = []
    with progress.stage("comparing"):
        for kind in KINDS:
            if kind in kinds:
                some = (_group(store, kind, members) for members in _members(store, kind, chosen, threshold))
                found += sorted((one for one in some if one), key=lambda one: (-one.freed, str(one.keep)))
    with store.reading() as reader:
        unseen = reader.assets.unlooked_count(LOOK) if "alike" in kinds else 0
    trash = {path for one in found for path in one.trash}
    return Duplicates(tuple(found), _freed(trash, {one.keep for one in found} - trash), unseen)


_Members = list[int]
"""Numbers of assets."""


def _members(store: Store, kind: str, chosen: frozenset[int] | None, threshold: int | None) -> list[_Members]:
    with store.reading() as reader:
        if kind == "exact":
            found = [[number] for number in _wanted(reader, Range("copies", Decimal(2)))]
        elif kind == "content":
            found = _of_content(reader)
        else:
            found = [group for media in ("image", "video") for group in _alike(reader, media, threshold)]
    if chosen is not None:
        found = [one for one in found if not chosen.isdisjoint(one)]
    return found if kind != "alike" else [part for one in found for part in _parted(store, one)]


def _wanted(reader: Reader, term: Term) -> tuple[int, ...]:
    return reader.search.numbers(Wanted(term))


def _of_content(reader: Reader) -> list[_Members]:
    by_content: dict[str, _Members] = {}
    for asset in reader.assets.numbered(_wanted(reader, State("duplicate"))):
        if asset.content and not asset.trashed and not asset.leader:
            by_content.setdefault(asset.content, []).append(asset.number)
    return [some for some in by_content.values() if len(some) > 1]


def _alike(reader: Reader, media: str, threshold: int | None) -> list[_Members]:
    from alice_core.media.likeness import THRESHOLD, groups  # noqa: PLC0415 - NumPy, only when there is work

    known = reader.assets.likenesses(media)
    found = groups([likeness for _, likeness in known], THRESHOLD if threshold is None else threshold)
    return [[known[member.place][0] for member in group] for group in found]


def _parted(store: Store, members: _Members) -> list[_Members]:
    """Pictures that share a hash, parted into those whose colours agree too."""
    from alice_core.media.colours import APART, apart, colours_of  # noqa: PLC0415 - see above

    with store.reading() as reader:
        assets = reader.assets.numbered(members)
    left: list[tuple[int, Colours | None]] = []
    for asset in assets:
        pixels = thumbnail(store, asset.digest)
        left.append((asset.number, None if pixels is None else colours_of(pixels)))
    parts: list[_Members] = []
    while left:
        first = left[0][1]
        near = [
            number for number, colours in left if first is None or colours is None or apart(first, colours) <= APART
        ]
        parts.append(near)
        taken = set(near)
        left = [one for one in left if one[0] not in taken]
    return [part for part in parts if len(part) > 1]


def _group(store: Store, kind: str, members: _Members) -> Group | None:
    """The group of some assets, as far as their files are there; ``None`` where nothing is left to compare."""
    with store.reading() as reader:
        known = cards(reader, reader.assets.numbered(members))
    items = [Item(card, _files(store, card)) for card in known if not card.asset.trashed]
    items = [one for one in items if one.files]
    if kind == "alike" and _one_content(one.card.asset for one in items):
        return None
    items.sort(key=_worth, reverse=True)
    files = [path for one in items for path in one.files]
    if len(files) < 2 or (kind != "exact" and len(items) < 2):  # noqa: PLR2004 - one is no group
        return None
    if kind == "alike":
        items = _with_distances(items)
    going = files[1:] if kind == "exact" else [path for one in items[1:] if not one.used for path in one.files]
    return Group(kind, tuple(items), tuple(going), _freed(going, set(files) - set(going)))


def _with_distances(items: list[Item]) -> list[Item]:
    first = items[0].card.asset.likeness or 0
    return [replace(one, distance=(first ^ (one.card.asset.likeness or 0)).bit_count()) for one in items]


def _one_content(assets: Iterable[Asset]) -> bool:
    contents = {asset.content or asset.digest for asset in assets}
    return len(contents) < 2  # noqa: PLR2004 - the groups by content tell of them


def _files(store: Store, card: Card) -> tuple[Path, ...]:
    """The files of an asset that are there, in the order in which they are worth keeping."""
    own = store.folder
    there = [place for place in card.locations if not place.path.is_relative_to(own) and os.path.lexists(place.path)]
    # What Alice made, plans and timelines know by the name it was given; of other copies the oldest is the first.
    name = card.asset.name if card.made_by else ""
    there.sort(
        key=lambda one: (name not in {"", path_said(Path(one.path.name))}, one.mtime_ns, len(one.path.parts), one.path)
    )
    return tuple(place.path for place in there)


def _worth(one: Item) -> tuple[Any, ...]:
    """How much an asset is worth keeping: what people said first, then what depends on it, then what it is."""
    card, said = one.card, one.card.curation
    picture = card.asset.facts.picture
    return (
        (said.mark == "hero") - (said.mark == "reject"),
        said.favourite,
        -1 if said.rating is None else said.rating,
        len(card.used_by) > 0,
        len(card.tags) + len(card.collections) + bool(said.note),
        len(card.made_by) > 0,
        card.generation is not None,
        picture.width * picture.height if picture else 0,
        card.asset.facts.size,
        # Of equals the older one: the later one is the copy.
        -card.asset.number,
    )


def _freed(trash: Iterable[Path], kept: Iterable[Path]) -> int:
    """Bytes that are free once files are deleted while others stay."""
    going = Counter(key for path in set(trash) if (key := _identity(path)) is not None)
    staying = {_identity(path) for path in kept}
    # A file that has more names than are going lives on under the others.
    return sum(key[3] for key, names in going.items() if names >= key[2] and key not in staying)


def _identity(path: Path) -> tuple[int, int, int, int] | None:
    """Device, inode, number of names and size of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_nlink, found.st_size


def _item_json(one: Item) -> dict[str, Any]:
    card, asset = one.card, one.card.asset
    picture = asset.facts.picture
    return {
        "digest": asset.digest,
        "content": asset.content,
        "kind": asset.kind.value,
        "name": asset.name,
        "size": asset.facts.size,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "made": asset.made,
        "rating": card.curation.rating,
        "favourite": card.curation.favourite,
        "mark": card.curation.mark,
        "tags": list(card.tags),
        "generated": card.generation is not None,
        "used": one.used,
        "distance": one.distance,
        "paths": [path_said(path) for path in one.files],
    }
