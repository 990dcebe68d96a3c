"""Giving assets tags and putting them into collections, in the manner of the module ``curation`` beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alice_core.events import Payload
from alice_core.events.library_facts import Collected, Tagged, Uncollected, Untagged
from alice_core.library.curating.curation import Said, numbers_of, settle
from alice_core.library.curating.tags import clean_name, meant
from alice_core.store import Reader, UnitOfWork, operation


@operation("asset.tag", emits=(Tagged,), permission="asset.write", undo="asset.untag")
def tag(work: UnitOfWork, digests: Sequence[str], names: Sequence[str], *, dry_run: bool = False) -> Said:
    """Give assets tags; a synonym means its tag.

    Raises:
        UsageError: A name is none for a tag.
        NotFound: An asset is not known.
    """
    return _members(
        work, digests, _meant(work, names), lambda digest, name: Tagged(digest=digest, tag=name), dry_run=dry_run
    )


@operation("asset.untag", emits=(Untagged,), permission="asset.write", undo="asset.tag")
def untag(work: UnitOfWork, digests: Sequence[str], names: Sequence[str], *, dry_run: bool = False) -> Said:
    """Take tags from assets; a synonym means its tag, and tags below a tag stay.

    Raises:
        UsageError: A name is none for a tag.
        NotFound: An asset is not known.
    """
    return _members(
        work, digests, _meant(work, names), lambda digest, name: Untagged(digest=digest, tag=name), dry_run=dry_run
    )


@operation("asset.collect", emits=(Collected,), permission="asset.write", undo="asset.uncollect")
def collect(work: UnitOfWork, digests: Sequence[str], name: str, *, dry_run: bool = False) -> Said:
    """Put assets into a collection, which begins with its first asset.

    Raises:
        UsageError: The name is none for a collection.
        NotFound: An asset is not known.
    """
    chosen = collection_meant(work, name)
    return _members(
        work, digests, (chosen,), lambda digest, name: Collected(digest=digest, collection=name), dry_run=dry_run
    )


@operation("asset.uncollect", emits=(Uncollected,), permission="asset.write", undo="asset.collect")
def uncollect(work: UnitOfWork, digests: Sequence[str], name: str, *, dry_run: bool = False) -> Said:
    """Take assets out of a collection, which ends with its last asset.

    Raises:
        UsageError: The name is none for a collection.
        NotFound: An asset is not known.
    """
    chosen = collection_meant(work, name)
    return _members(
        work, digests, (chosen,), lambda digest, name: Uncollected(digest=digest, collection=name), dry_run=dry_run
    )


def collection_meant(reader: Reader, text: str) -> str:
    """The collection that a text means: a known one whatever its case, or a new one.

    Raises:
        UsageError: It is no name for a collection.
    """
    name = clean_name(text, "collection")
    return {one.casefold(): one for one in reader.labels.all_collections()}.get(name.casefold(), name)


def _meant(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        one = meant(reader, name)
        found.setdefault(one.casefold(), one)
    return tuple(found.values())


def _members(
    work: UnitOfWork,
    digests: Sequence[str],
    names: Sequence[str],
    fact_of: Callable[[str, str], Payload],
    *,
    dry_run: bool,
) -> Said:
    known = numbers_of(work, digests)
    facts = [(digest, fact_of(digest, name)) for name in names for digest in known]
    return settle(work, known, facts, dry_run=dry_run)
