"""The thumbnails of a store: a cache beside the database that may be deleted at any time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.errors import MediaError, NotFound
from alice_core.media.facts import Kind
from alice_core.media.files import make_folder, replacing
from alice_core.store import Asset, Location, Store

if TYPE_CHECKING:
    from alice_core.media.miniature import Pixels


def thumbnail_path(store: Store, digest: str) -> Path:
    """Where the thumbnail of an asset lies, if it was looked at."""
    hexadecimal = digest.removeprefix("sha256:")
    return store.folder / "thumbs" / hexadecimal[:2] / f"{hexadecimal}.webp"


def thumbnail(store: Store, digest: str) -> Pixels | None:
    """The thumbnail of a picture or film, made now if it was not there; ``None`` where there is nothing to see."""
    from alice_core.media.miniature import unwebp  # noqa: PLC0415 - Pillow and NumPy, only when there is work

    path = thumbnail_path(store, digest)
    try:
        return unwebp(path.read_bytes())
    except (OSError, MediaError):
        pass
    with store.reading() as reader:
        asset = reader.assets.get(digest)
        places = reader.places.of(digest)
    place = next((one for one in places if is_whole(one)), None)
    if asset is None or place is None or asset.kind not in {Kind.IMAGE, Kind.VIDEO}:
        return None
    try:
        return draw(store, asset, place.path)
    except (MediaError, NotFound):
        return None


def is_whole(place: Location) -> bool:
    """Whether a file is there and has not been written to since it was read."""
    try:
        return place.vouches(place.path.stat())
    except OSError:
        return False


def draw(store: Store, asset: Asset, source: Path) -> Pixels:
    """Make and keep the thumbnail of a file.

    Raises:
        NotFound: The file is not there.
        MediaError: It cannot be decoded.
        ExportError: The thumbnail cannot be written.
    """
    from alice_core.media.miniature import webp  # noqa: PLC0415 - Pillow and NumPy
    from alice_core.media.thumbnail import thumbnail_of  # noqa: PLC0415 - likewise

    pixels = thumbnail_of(source, moving=asset.kind is Kind.VIDEO)
    target = thumbnail_path(store, asset.digest)
    make_folder(target.parent)
    with replacing(target) as part:
        part.write_bytes(webp(pixels))
    return pixels
