"""Everything that one file says, as one value: what a store needs to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from alice_core.media.facts import MediaFacts
from alice_core.media.generation import Embedded
from alice_core.media.inspect import inspect
from alice_core.media.packed import PackedBlock, pack
from alice_core.media.readers.base import Given
from alice_core.media.source import Stamp


@dataclass(frozen=True, slots=True)
class Account:
    """What a file is and says of itself, with the stat taken around the reading.

    Attributes:
        digest: ``sha256:...`` of its bytes.
        content: ``blake3:...`` of its media without metadata, where it has any.
        facts: What it is.
        stamp: What the file system said of it.
        blocks: Its metadata, packed.
        readers: The version of the readers, all together.
        embedded: What they read.
    """

    digest: str
    content: str | None
    facts: MediaFacts
    stamp: Stamp
    blocks: tuple[PackedBlock, ...]
    readers: str
    embedded: Embedded


def account_of(path: Path, *, on_bytes: Callable[[int], None] | None = None) -> Account:
    """Read a file once and say everything about it.

    Raises:
        NotFound, MediaError: It is not there or cannot be read.
        IntegrityError: It was written to meanwhile (``ALICE-I02``).
    """
    # The registry looks for the readers of other packages when it is imported: not before a file is read.
    from alice_core.media.readers.registry import READERS_VERSION, read_embedded  # noqa: PLC0415 - see above

    seen = inspect(path, on_bytes=on_bytes)
    picture = seen.facts.picture
    given = Given(
        seen.blocks,
        name=path.name,
        mime=seen.facts.mime,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
    )
    embedded = read_embedded(given)
    if seen.findings:
        embedded = replace(embedded, findings=(*seen.findings, *embedded.findings))
    blocks = tuple(pack(block) for block in seen.blocks)
    return Account(seen.digest, seen.content, seen.facts, seen.stamp, blocks, READERS_VERSION, embedded)
