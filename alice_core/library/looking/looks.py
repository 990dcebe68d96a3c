"""Later looks at what is known: thumbnails, how alike pictures are, what is hidden in pixels, and credentials.

Taking files in decodes no pixel. This is done afterwards: by the daemon when it has nothing else to do, by
``alice look``, and by whoever needs it. Thumbnails are a cache that may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from alice_core.errors import MediaError, NotFound
from alice_core.library.looking.seen import LOOK, Seen, record_looks
from alice_core.library.looking.thumbnails import draw, is_whole
from alice_core.media.facts import Kind
from alice_core.media.generation import Block, Credentials, Embedded
from alice_core.media.packed import pack
from alice_core.media.readers.base import Given
from alice_core.progress import SILENT, Progress
from alice_core.store import Asset, Location, Reader, Store

_WORKERS = 2
_SEEN = frozenset({Kind.IMAGE, Kind.VIDEO})


def look_at_some(store: Store, limit: int = 50, *, progress: Progress = SILENT, workers: int = _WORKERS) -> int:
    """Look at the newest assets that nobody has looked at, and say how many those were; 0 when all is done.

    What can be read just now is looked at; files on a disk that is away, and files that were written to since,
    have their turn later. What cannot be decoded counts as looked at, with the reason.
    """
    waiting = _waiting(store, limit)
    seen: list[Seen] = []
    with progress.stage("looking at pictures", len(waiting), "files") as stage, ThreadPoolExecutor(workers) as pool:
        for one in pool.map(lambda each: _look(store, *each), waiting):
            stage.advance()
            if one is not None:
                seen.append(one)
    if seen:
        record_looks(store, seen)
    return len(seen)


def look_again(store: Store, *, progress: Progress = SILENT) -> int:
    """Look at everything once more, whatever was looked at before; says how many assets were looked at."""
    total, last = 0, -1
    with store.reading() as reader:
        count = reader.assets.count()
    with progress.stage("looking at pictures", count, "files") as stage, ThreadPoolExecutor(_WORKERS) as pool:
        while True:
            with store.reading() as reader:
                page = reader.assets.after(last, limit=50)
                waiting = [one for one in _with_places(reader, page) if one[0].kind in _SEEN or one[2].credentials]
            if not page:
                return total
            last = page[-1].number
            seen = [one for one in pool.map(lambda each: _look(store, *each), waiting) if one is not None]
            if seen:
                record_looks(store, seen)
            total += len(seen)
            stage.advance(len(page))


_Waiting = tuple[Asset, Location, Embedded]


def _waiting(store: Store, limit: int) -> list[_Waiting]:
    """The next assets to look at, each with a file that is there as it was."""
    found: list[_Waiting] = []
    below: int | None = None
    while len(found) < limit:
        with store.reading() as reader:
            here = [root.id for root in reader.places.roots() if root.path.is_dir()]
            page = reader.assets.unlooked(LOOK, roots=here, below=below, limit=limit)
            found += _with_places(reader, page)
        if not page:
            break
        below = page[-1].number
    return found[:limit]


def _with_places(reader: Reader, assets: Sequence[Asset]) -> list[_Waiting]:
    places = reader.places.of_many(one.digest for one in assets)
    readings = reader.metadata.readings([one.number for one in assets])
    found: list[_Waiting] = []
    for one in assets:
        place = next((place for place in places.get(one.digest, ()) if is_whole(place)), None)
        if place is not None:
            reading = readings.get(one.number)
            found.append((one, place, reading.embedded if reading else Embedded()))
    return found


def _look(store: Store, asset: Asset, place: Location, known: Embedded) -> Seen | None:
    """What a look at a file gives; ``None`` where the file went away or was written to meanwhile."""
    from alice_core.media.likeness import likeness_of  # noqa: PLC0415 - NumPy, only when there is work

    seen = Seen(asset.digest)
    try:
        try:
            if asset.kind in _SEEN:
                seen = replace(seen, likeness=likeness_of(draw(store, asset, place.path)))
                seen = _hidden(asset, place.path, known, seen)
        except MediaError as error:
            seen = replace(seen, reason=_without(error, place.path))
        seen = replace(seen, credentials=_credentials(place.path, known))
    except NotFound:
        return None
    except MediaError as error:
        seen = replace(seen, reason=seen.reason or _without(error, place.path))
    return seen if is_whole(place) else None


def _without(error: MediaError, path: Path) -> str:
    """What an error says, without the path: the asset may lie elsewhere tomorrow."""
    return error.message.removeprefix(f"{path} ").replace(str(path), "it")


def _hidden(asset: Asset, path: Path, known: Embedded, seen: Seen) -> Seen:
    """With what is hidden in the lowest bits of a picture whose metadata says nothing of its making."""
    mime = asset.facts.mime
    if known.generation is not None or mime not in {"image/png", "image/webp"}:
        return seen
    from alice_core.media.readers.registry import read_embedded  # noqa: PLC0415 - see above
    from alice_core.media.readers.stealth import has_stealth, read_stealth  # noqa: PLC0415 - see above

    if mime == "image/png" and not has_stealth(path):
        return seen
    blocks = read_stealth(path)
    generation = read_embedded(given(asset, blocks)).generation if blocks else None
    if generation is None:
        return seen
    return replace(seen, generation=generation, blocks=tuple(pack(block) for block in blocks))


def given(asset: Asset, blocks: tuple[Block, ...]) -> Given:
    """What readers are given of a known asset."""
    picture = asset.facts.picture
    width, height = (picture.width, picture.height) if picture else (None, None)
    return Given(blocks, name=asset.name, mime=asset.facts.mime, width=width, height=height)


def _credentials(path: Path, known: Embedded) -> Credentials | None:
    """The content credentials of a file in which some were seen."""
    if known.credentials is None:
        return None
    from alice_core.media.readers.credentials import read_credentials  # noqa: PLC0415 - see above

    return read_credentials(path)


def look_at_all(store: Store, *, progress: Progress = SILENT) -> int:
    """Look at everything that nobody has looked at, in batches that are kept as they are done; says how many."""
    with store.reading() as reader:
        total = reader.assets.unlooked_count(LOOK)
    if not total:
        return 0
    done = 0
    with progress.stage("looking at pictures", total, "files") as stage:
        for count in _batches(store):
            done += count
            stage.advance(count)
    return done


def _batches(store: Store) -> Iterator[int]:
    while count := look_at_some(store):
        yield count
