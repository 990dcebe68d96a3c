"""What is gathered from one file, and the bounds on it."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, field

from alice_core.media.generation import Block

MOST_BLOCKS = 4096
MOST_BYTES = 64 << 20
"""Of all blocks together."""
MOST_INFLATED = 16 << 20
"""Of one compressed text."""
MOST_CHUNKS = 1 << 18
"""Pieces of one container; a file of empty ones would take minutes."""
_MOST_FINDINGS = 32
PATIENCE = 2.0
"""Seconds for metadata, of this thread's own work, so that a slow disk or a busy machine changes nothing."""


@dataclass(slots=True)
class Gathered:
    """A basket that a container's reader fills.

    Attributes:
        blocks: The metadata, in the order of the file.
        findings: What could not be read, one sentence each.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        content: The identity of what is seen or heard, once it is known.
    """

    blocks: list[Block] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    width: int = 0
    height: int = 0
    content: str | None = None
    _room: int = MOST_BYTES
    _late: bool = False
    _started: float = field(default_factory=time.thread_time)

    def note(self, finding: str) -> None:
        """Keep a finding, once."""
        if finding not in self.findings and len(self.findings) < _MOST_FINDINGS:
            self.findings.append(finding)

    def wants(self, size: int) -> bool:
        """Whether a block of that many bytes can still be kept; if not, that is a finding."""
        if self._late:
            return False
        if len(self.blocks) >= MOST_BLOCKS:
            self.note(f"It has more than {MOST_BLOCKS} pieces of metadata; the rest was not read.")
        elif size > self._room:
            self.note(f"It has more than {MOST_BYTES >> 20} MiB of metadata; what is over that was not read.")
        elif time.thread_time() - self._started > PATIENCE:
            self._late = True
            self.note("Reading its metadata took too long; the rest was not read.")
        else:
            return True
        return False

    def reserve(self, size: int) -> bool:
        """Take room for a piece of a block that :meth:`add` will add; ``False``, and a finding, where there is none."""
        wanted = self.wants(size)
        if wanted:
            self._room -= size
        return wanted

    def add(self, place: str, key: str, data: bytes) -> None:
        """Keep a block whose pieces have their room."""
        self.blocks.append(Block(place, key, data))

    def keep(self, place: str, key: str, data: bytes) -> None:
        """Keep a block if there is room for it."""
        if self.reserve(len(key) + len(data)):
            self.add(place, key, data)

    def inflated(self, place: str, key: str, data: bytes) -> bytes | None:
        """A compressed text (zlib) decompressed; ``None``, and a finding, where it is damaged or too big."""
        unpack = zlib.decompressobj()
        most = max(min(MOST_INFLATED, self._room), 1)  # zero would mean any number
        try:
            text = unpack.decompress(data, most)
            if unpack.unconsumed_tail and not unpack.eof:
                more = unpack.decompress(unpack.unconsumed_tail, 1)
                if more:
                    self._room -= len(text)  # what is thrown away was work too
                    self.note(f"The text {_shown(key)} ({place}) is too big when decompressed; it was not read.")
                    return None
        except zlib.error:
            self.note(f"The text {_shown(key)} ({place}) is damaged: it cannot be decompressed.")
            return None
        if not unpack.eof:
            self.note(f"The text {_shown(key)} ({place}) is damaged: its end is missing.")
        return text


def _shown(key: str) -> str:
    return repr(key[:40])
