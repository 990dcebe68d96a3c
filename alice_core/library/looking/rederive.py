"""Reading kept metadata again with better readers, without touching a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alice_core.events.library_facts import Described
from alice_core.library.looking.looks import given
from alice_core.library.looking.seen import describe
from alice_core.media.generation import Credentials, Embedded
from alice_core.progress import SILENT, Progress
from alice_core.store import Asset, Reader, Store, UnitOfWork, operation
from alice_core.store.metadata import Reading

_READERS = ("The reader ", "Reading took too long; ", "The XMP packet ")
"""How findings of readers begin; all others were made when the file was read, and still hold."""


def rederive_some(store: Store, limit: int = 200) -> int:
    """Read again what was read by readers of another version; says how many assets that were, 0 when all is done.

    The raw metadata was kept byte for byte, so that no file is needed. What a sibling file or a later look found
    out is kept.
    """
    from alice_core.media.readers.registry import READERS_VERSION  # noqa: PLC0415 - asks for installed packages

    with store.reading() as reader:
        outdated = reader.metadata.outdated(READERS_VERSION, limit=limit)
    if outdated:
        read_again(store, [digest for _, digest in outdated])
    return len(outdated)


def rederive_all(store: Store, *, progress: Progress = SILENT) -> int:
    """Read again everything that was read by readers of another version; says how many assets that were."""
    total = 0
    with progress.stage("reading kept metadata again") as stage:
        while count := rederive_some(store):
            total += count
            stage.advance(count)
    return total


@operation("asset.describe", emits=(Described,), permission="asset.write")
def read_again(work: UnitOfWork, digests: Sequence[str]) -> None:
    """Read the kept metadata of assets with the readers of today."""
    from alice_core.media.readers.registry import READERS_VERSION  # noqa: PLC0415 - see above

    assets = sorted(work.assets.many(digests).values(), key=lambda one: one.number)
    before = work.metadata.readings([one.number for one in assets])
    for asset in assets:
        known = before[asset.number].embedded if asset.number in before else Embedded()
        embedded = _read(work, asset, known)
        origin = "file"
        if embedded.generation is None and known.generation is not None:
            embedded, origin = _of_companions(work, asset, embedded), "sibling"
        describe(work, asset.number, asset.digest, Reading(READERS_VERSION, embedded), origin)
    work.texts.refresh(one.digest for one in assets)


def _read(reader: Reader, asset: Asset, known: Embedded) -> Embedded:
    from alice_core.media.readers.registry import read_embedded  # noqa: PLC0415 - see above

    embedded = read_embedded(given(asset, reader.metadata.blocks(asset.number)))
    kept = tuple(one for one in known.findings if not one.startswith(_READERS))
    embedded = replace(embedded, findings=(*kept, *(one for one in embedded.findings if one not in kept)))
    checked = known.credentials
    if checked is None or checked == Credentials("unread"):
        return embedded
    return replace(embedded, credentials=checked, source_type=embedded.source_type or checked.source_type)


def _of_companions(reader: Reader, asset: Asset, embedded: Embedded) -> Embedded:
    """With what a file of the same result says, for one whose format carries no metadata."""
    digests = reader.assets.companions((asset.digest,)).get(asset.digest, ())
    for companion in reader.assets.many(digests).values():
        generation = _read(reader, companion, Embedded()).generation
        if generation is not None:
            return replace(embedded, generation=generation)
    return embedded
