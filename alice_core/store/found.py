"""Files whose bytes were read, and what taking them in changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alice_core.media.facts import MediaFacts
from alice_core.media.packed import PackedBlock
from alice_core.store.metadata import Reading
from alice_core.store.places import Location


@dataclass(frozen=True, slots=True)
class Found:
    """A file whose bytes were read, with the stat taken around the reading.

    Attributes:
        path: Absolute path.
        digest: ``sha256:...`` of the bytes.
        facts: What the media is.
        mtime_ns: Modification time in nanoseconds.
        words: Further text to find the asset by.
        name: What to call the asset, where the file's own name says nothing.
        content: Digest of the media without its metadata.
        ctime_ns: Time of the last change of any sort, in nanoseconds; 0 where unknown.
        inode: The file's inode; 0 where unknown.
        blocks: Its embedded metadata.
        reading: What the readers made of it.
        made: RFC 3339 time at which it was made; by default its modification time.
    """

    path: Path
    digest: str
    facts: MediaFacts
    mtime_ns: int
    words: str = ""
    name: str = ""
    content: str | None = None
    ctime_ns: int = 0
    inode: int = 0
    blocks: tuple[PackedBlock, ...] = ()
    reading: Reading | None = None
    made: str = ""

    def location(self, now: str) -> Location:
        """The place that this file is."""
        return Location(self.path, self.digest, self.facts.size, self.mtime_ns, now, self.ctime_ns, self.inode)


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking files in changed.

    Attributes:
        new: Paths whose bytes were not known before.
        found: Paths that are new, or hold other bytes than before, and whose bytes were known.
        again: Paths that hold what they held; only the stat that vouches for it is new.
    """

    new: tuple[Path, ...] = ()
    found: tuple[Path, ...] = ()
    again: tuple[Path, ...] = ()
