"""The contact sheet of a plan's takes, with how much they look as if they were of one film."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.errors import MediaError
from alice_core.library.looking.thumbnails import thumbnail
from alice_core.media.files import replacing
from alice_core.store import Store
from alice_core.store.takes import ShotTake

if TYPE_CHECKING:
    from alice_core.media.consistency import Consistency
    from alice_core.media.miniature import Pixels


def consistency_of_takes(store: Store, takes: Sequence[ShotTake]) -> Consistency:
    """How much takes look as if they were of one film; those that cannot be seen count as nothing."""
    from alice_core.media.consistency import consistency_of, look_of  # noqa: PLC0415 - NumPy, only when there is work

    seen = [_seen(store, one.digest) for one in takes]
    return consistency_of([look_of(pixels) for pixels in seen if pixels is not None])


def write_contact_sheet(store: Store, takes: Sequence[ShotTake], title: str, target: Path, ratio: float) -> Consistency:
    """Write the contact sheet of takes to a PNG file, and say how consistent they are.

    Args:
        store: The library.
        takes: In the order in which they are to stand.
        title: Over the sheet.
        target: The file.
        ratio: Width over height of the film.

    Raises:
        ExportError: The file cannot be written.
    """
    from alice_core.media.consistency import consistency_of, look_of  # noqa: PLC0415 - see above
    from alice_core.media.contact_sheet import Cell, contact_sheet  # noqa: PLC0415 - see above

    seen = [_seen(store, one.digest) for one in takes]
    there = [place for place, pixels in enumerate(seen) if pixels is not None]
    found = consistency_of([look_of(pixels) for pixels in seen if pixels is not None])
    odd = {there[place] for place in found.odd}
    counts: dict[str, int] = {}
    cells = []
    for place, (one, pixels) in enumerate(zip(takes, seen, strict=True)):
        counts[one.shot] = counts.get(one.shot, 0) + 1
        words = one.note or one.digest.removeprefix("sha256:")[:12]
        cells.append(Cell(f"{one.shot} take {counts[one.shot]}", words, pixels, one.state, odd=place in odd))
    words = f"{len(takes)} takes; alike {found.score:.2f} of 1"
    with replacing(target) as part:
        part.write_bytes(contact_sheet(title, words, cells, ratio=ratio))
    return found


def _seen(store: Store, digest: str) -> Pixels | None:
    try:
        return thumbnail(store, digest)
    except MediaError:
        return None  # the sheet shows that there is nothing to see
