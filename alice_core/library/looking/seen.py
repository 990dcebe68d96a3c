"""What a later look at an asset gave, and how it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alice_core.events.library_facts import Described, Looked
from alice_core.media.generation import Credentials, Embedded, Generation
from alice_core.media.packed import PackedBlock
from alice_core.store import UnitOfWork, operation
from alice_core.store.metadata import Reading

LOOK = 1
"""Raised when a look finds out more than before; what was looked at in a lower version is looked at again."""

UNSEEN = "It cannot be looked at: "
"""How the finding of an asset whose picture cannot be decoded begins."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at one asset gave.

    Attributes:
        digest: The asset.
        likeness: Its perceptual hash, if it has enough detail for one.
        generation: How it was generated, as its pixels say.
        blocks: The raw metadata that was found in its pixels.
        credentials: Its content credentials, checked.
        reason: Why nothing was to be seen.
    """

    digest: str
    likeness: int | None = None
    generation: Generation | None = None
    blocks: tuple[PackedBlock, ...] = ()
    credentials: Credentials | None = None
    reason: str | None = None


@operation("asset.look", emits=(Looked, Described), permission="asset.write")
def record_looks(work: UnitOfWork, seen: Sequence[Seen]) -> None:
    """Record what a look at the pixels of assets gave."""
    from alice_core.media.readers.registry import READERS_VERSION  # noqa: PLC0415 - asks for installed packages

    known = work.assets.known(one.digest for one in seen)
    readings = work.metadata.readings(list(known.values()))
    causes = work.traces.origins(known)
    described: list[str] = []
    for one in seen:
        number = known.get(one.digest)
        if number is None:
            continue
        work.assets.set_looked(one.digest, LOOK, one.likeness)
        likeness = None if one.likeness is None else f"{one.likeness:016x}"
        fact = Looked(digest=one.digest, likeness=likeness, reason=one.reason)
        event = work.emit(fact, subject=one.digest, causation=causes.get(one.digest))
        before = readings.get(number, Reading(READERS_VERSION, Embedded()))
        after = _enriched(before.embedded, one)
        if after != before.embedded:
            if one.blocks and before.embedded.generation is None:
                work.metadata.add_blocks({number: one.blocks}, after=len(work.metadata.blocks(number)))
            describe(work, number, one.digest, replace(before, embedded=after), "look", causation=event.id)
            described.append(one.digest)
    work.texts.refresh(described)


def _enriched(known: Embedded, seen: Seen) -> Embedded:
    found = seen.credentials
    kept = tuple(one for one in known.findings if not one.startswith(UNSEEN))
    return replace(
        known,
        generation=known.generation or seen.generation,
        credentials=found or known.credentials,
        source_type=known.source_type or (found.source_type if found else None),
        findings=kept if seen.reason is None else (*kept, f"{UNSEEN}{seen.reason}"),
    )


def describe(
    work: UnitOfWork, number: int, digest: str, reading: Reading, origin: str, *, causation: str | None = None
) -> None:
    """Record what an asset says of itself, and tell of it; inside an operation that refreshes the words after."""
    work.metadata.set_readings({number: reading})
    generation = reading.embedded.generation
    fact = Described(
        digest=digest, readers=reading.readers, generator=generation and generation.generator, origin=origin
    )
    work.emit(fact, subject=digest, causation=causation)
