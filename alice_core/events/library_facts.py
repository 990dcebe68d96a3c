"""The payloads of events of the library: files found and lost, and what people say of them.

An event that changes something people said carries what was there before, so that it can be
undone and history can be told from the log alone.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, Raw, event_type
from alice_core.events.versions import downcaster, upcaster


@event_type("alice.library.ingested", version=2)
class Ingested(Payload):
    """Bytes that were not known before were found in a file.

    ``content`` is the digest of the media without its metadata, ``made`` the time the file was made.
    """

    digest: str
    kind: str
    mime: str
    size: int
    path: str
    content: str | None
    made: str | None
    name: str | None


@upcaster("alice.library.ingested", 1)
def _ingested_1(data: Raw) -> Raw:
    """Version 1 knew no content digest, and took the time of ingest for the time of making."""
    return {**data, "content": None, "made": None, "name": None}


@downcaster("alice.library.ingested", 2)
def _ingested_as_1(data: Raw) -> Raw:
    """Version 1 had only these."""
    return {name: data[name] for name in ("digest", "kind", "mime", "size", "path")}


@event_type("alice.library.located")
class Located(Payload):
    """Known bytes were found at a path; ``previous`` is the path they were moved from."""

    digest: str
    path: str
    previous: str | None = None


@event_type("alice.library.location-lost")
class LocationLost(Payload):
    """A path no longer holds the bytes it held; the asset stays known."""

    digest: str
    path: str


@event_type("alice.library.root-added")
class RootAdded(Payload):
    """A folder became one in which files are known by their relative path."""

    root: int
    path: str


@event_type("alice.library.root-moved")
class RootMoved(Payload):
    """A folder, with everything in it, is at another path now."""

    root: int
    before: str
    after: str


@event_type("alice.library.root-watched")
class RootWatched(Payload):
    """A folder is watched from now on, or no longer."""

    root: int
    path: str
    watched: bool


@event_type("alice.library.refused")
class Refused(Payload):
    """A file could not be taken in (``broken``), is not finished (``growing``) or has no usable name (``odd``)."""

    path: str
    state: str
    code: str
    reason: str


@event_type("alice.library.refusal-cleared")
class RefusalCleared(Payload):
    """What was said against a file no longer holds: it was taken in, or is gone."""

    path: str


@event_type("alice.library.described")
class Described(Payload):
    """What a file says of itself was read anew, by the readers of that version."""

    digest: str
    readers: str
    generator: str | None
    origin: str
    """``file``, ``sibling`` (a file of the same result said it), ``look`` (found in the pixels later) or ``recipe``."""


@event_type("alice.library.looked")
class Looked(Payload):
    """A later look at the pixels gave a perceptual hash (16 hex digits), or found that there is none.

    ``reason`` says why nothing was to be seen, where that is so.
    """

    digest: str
    likeness: str | None
    reason: str | None = None


@event_type("alice.library.grouped")
class Grouped(Payload):
    """An asset is the companion of another one, such as the first frame beside a video."""

    digest: str
    leader: str | None
    before: str | None


@event_type("alice.library.tagged")
class Tagged(Payload):
    """An asset carries a tag now."""

    digest: str
    tag: str


@event_type("alice.library.untagged")
class Untagged(Payload):
    """An asset no longer carries a tag."""

    digest: str
    tag: str


@event_type("alice.library.synonym-set")
class SynonymSet(Payload):
    """A word means a tag from now on (``tag``), or means none any longer."""

    synonym: str
    tag: str | None
    before: str | None


@event_type("alice.library.rated")
class Rated(Payload):
    """An asset was rated from 0 to 5, or its rating was taken away."""

    digest: str
    rating: int | None
    before: int | None


@event_type("alice.library.favoured")
class Favoured(Payload):
    """An asset became a favourite, or is one no longer."""

    digest: str
    favourite: bool
    before: bool


@event_type("alice.library.marked")
class Marked(Payload):
    """An asset got a quick mark (``hero``, ``maybe``, ``reject``) with a reason, or lost it."""

    digest: str
    mark: str | None
    reason: str | None
    before: str | None
    before_reason: str | None


@event_type("alice.library.noted")
class Noted(Payload):
    """The note on an asset was written."""

    digest: str
    note: str | None
    before: str | None


@event_type("alice.library.collected")
class Collected(Payload):
    """An asset was put into a collection."""

    digest: str
    collection: str


@event_type("alice.library.uncollected")
class Uncollected(Payload):
    """An asset was taken out of a collection."""

    digest: str
    collection: str


@event_type("alice.library.trashed")
class Trashed(Payload):
    """A file was put into the trash, where it is kept until a time."""

    digest: str
    path: str
    kept: str
    item: str
    until: str


@event_type("alice.library.restored")
class Restored(Payload):
    """A file came back from the trash."""

    digest: str
    path: str
    kept: str
    item: str


@event_type("alice.library.purged", version=2)
class Purged(Payload):
    """A file in the trash, or a copy of the store's own that nothing needs, was deleted for good.

    ``item`` is what it was in the trash, ``None`` where it was not there, and empty where that was not told.
    """

    digest: str
    path: str
    size: int
    item: str | None


@upcaster("alice.library.purged", 1)
def _purged_1(data: Raw) -> Raw:
    """Version 1 did not tell which of several files of one path went from the trash."""
    return {**data, "item": ""}


@event_type("alice.library.undone")
class Undone(Payload):
    """Earlier events were reversed; ``events`` are their identifiers, newest first.

    ``skipped`` are those of the same command that could not be, as somebody has changed the same since.
    """

    events: tuple[str, ...]
    skipped: tuple[str, ...] = ()


@event_type("alice.library.redone")
class Redone(Payload):
    """Events that had reversed others were reversed themselves, so that what was undone holds again."""

    events: tuple[str, ...]
    skipped: tuple[str, ...] = ()


class DamageFact(BaseModel):
    """A file that is not as it was recorded: where, whose bytes should be there, what is wrong, what its stat says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    digest: str
    what: str
    cause: str


@event_type("alice.library.verified")
class Verified(Payload):
    """Known files were compared with what was recorded of them; ``first`` names at most a hundred damaged ones."""

    files: int
    size: int
    blocks: int
    quick: bool
    damaged: int
    away: tuple[str, ...]
    first: tuple[DamageFact, ...]


@event_type("alice.library.repaired")
class Repaired(Payload):
    """A damaged file got its bytes back from a good copy (``source``); ``kept`` is where the damaged bytes lie now."""

    digest: str
    path: str
    what: str
    source: str
    kept: str | None


@event_type("alice.library.block-repaired")
class BlockRepaired(Payload):
    """A damaged block of raw metadata was read anew from a file of the asset."""

    digest: str
    block: str
    path: str


@event_type("alice.library.exported")
class Exported(Payload):
    """Assets were written, with what is known of them, into a folder that can be carried away."""

    folder: str
    choice: str
    assets: int
    files: int
    size: int


@event_type("alice.library.imported", version=2)
class Imported(Payload):
    """An asset became known from another library's export or sidecar, with or without a file of it.

    ``leader``, ``trashed`` and ``likeness`` (16 hex digits) are what was known of it there.
    """

    digest: str
    kind: str
    mime: str
    size: int
    content: str | None
    made: str
    name: str
    source: str
    leader: str | None
    trashed: str | None
    likeness: str | None


@upcaster("alice.library.imported", 1)
def _imported_1(data: Raw) -> Raw:
    """Version 1 did not tell whose companion it was, whether it was in the trash, and what it looked like."""
    return {**data, "leader": None, "trashed": None, "likeness": None}


@event_type("alice.library.sidecar-written")
class SidecarWritten(Payload):
    """What people say of an asset was written into a file beside it."""

    digest: str
    path: str


@event_type("alice.library.meanings-kept")
class MeaningsKept(Payload):
    """Of so many assets the prompt was noted, and of so many prompts what they mean in the eyes of a model."""

    model: str
    assets: int
    prompts: int
