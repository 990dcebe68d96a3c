"""Everything that one read of a file tells: its identities, what it is, and what was written into it.

The file is read once, from the first byte to the last, and hashed on the way. Nothing is decoded.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alice_core.media.carriers.boxes import keep_boxes, keep_items
from alice_core.media.carriers.gathered import Gathered
from alice_core.media.carriers.gif import read_gif
from alice_core.media.carriers.jpeg import read_jpeg
from alice_core.media.carriers.png import read_png
from alice_core.media.carriers.tiff import keep_tags
from alice_core.media.carriers.webp import read_webp
from alice_core.media.digest import Digest
from alice_core.media.facts import Kind, MediaFacts, PictureFacts
from alice_core.media.generation import Block
from alice_core.media.served import Served
from alice_core.media.sniff import HEAD, UNKNOWN, Seen, may_play, seems
from alice_core.media.source import Source, Stamp, opened

_STILLS: dict[str, tuple[str, Callable[[Source, Gathered], object]]] = {
    "image/png": ("png", read_png),
    "image/jpeg": ("jpeg", read_jpeg),
    "image/webp": ("webp", read_webp),
    "image/gif": ("gif", read_gif),
}
_BOXED = frozenset({"image/avif", "image/heic", "image/heif"})
_MOST_FOR_A_HEADER = 64 << 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one read of a file told.

    Attributes:
        digest: Its identity.
        content: ``blake3:`` and 64 hex digits of what is seen or heard: the same after re-tagging, stripping of
            metadata and copying into another container. ``None`` where there is nothing of that kind, where the
            format is not taken apart (TIFF, BMP, AVIF, ...), and for a broken file.
        facts: What it is, as :func:`alice_core.media.probe.probe` says.
        blocks: The metadata in it, in the order of the file.
        stamp: What the file system said of it.
        findings: What could not be read, one sentence each.
    """

    digest: Digest
    content: str | None
    facts: MediaFacts
    blocks: tuple[Block, ...]
    stamp: Stamp
    findings: tuple[str, ...]


def inspect(path: Path, *, on_bytes: Callable[[int], None] | None = None) -> Inspection:
    """Read a file once and say everything about it.

    Whatever the file holds, it ends well and in bounded time and memory; what could not be read is a finding.

    Args:
        path: The file.
        on_bytes: Told the size of everything that is hashed, as it is hashed.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), is no regular file, or its disk fails (``ALICE-M00``).
        IntegrityError: It changed while it was being read, or its place has another file now (``ALICE-I02``).
    """
    found = Gathered()
    with opened(path, on_bytes) as source:
        head = source.peek(HEAD)
        seen = seems(head, whole=source.size <= len(head))
        facts = _carried(source, found, head, seen, path.name)
        source.drain()
        digest = source.digest()
    content = None if found.content is None else f"blake3:{found.content}"
    return Inspection(digest, content, facts, tuple(found.blocks), source.stamp, tuple(found.findings))


def _carried(source: Source, found: Gathered, head: bytes, seen: Seen, name: str) -> MediaFacts:
    if seen.mime in _STILLS:
        return _still(source, found, seen)
    if seen.kind is Kind.IMAGE:
        return _rare(source, found, seen)
    if seen.kind is None or (seen is UNKNOWN and may_play(head, name)):
        from alice_core.media.carriers.streams import read_streams  # noqa: PLC0415 - pictures need no FFmpeg

        return read_streams(source, found, head, seen)
    return MediaFacts(seen.kind or Kind.OTHER, seen.mime, source.size)


def _still(source: Source, found: Gathered, seen: Seen) -> MediaFacts:
    codec, read = _STILLS[seen.mime]
    several = False
    try:
        several = bool(read(source, found))
    except EOFError:
        found.note(f"It seems to be {seen.name}, but it ends before its end.")
    except (ValueError, struct.error) as error:
        found.note(f"It seems to be {seen.name}, but it is damaged: {error}.")
    if several:
        return _rare(source, found, seen)
    if not (found.width and found.height):
        return MediaFacts(Kind.OTHER, seen.mime, source.size)
    picture = PictureFacts(codec, found.width, found.height, None, 1, None)
    return MediaFacts(Kind.IMAGE, seen.mime, source.size, picture=picture)


def _rare(source: Source, found: Gathered, seen: Seen) -> MediaFacts:
    from alice_core.media.probe import still_facts  # noqa: PLC0415 - the common pictures need no Pillow

    served = Served(source, _MOST_FOR_A_HEADER)
    if seen.mime == "image/tiff":
        keep_tags(source, found)
    elif seen.mime in _BOXED:
        keep_boxes(source, found)
        keep_items(source, found)
    facts = still_facts(io.BufferedReader(served), seen, source.size)
    served.settle()
    if facts.kind is Kind.OTHER:
        found.note(f"It seems to be {seen.name}, but its header cannot be read.")
    return facts
