"""What people think of assets: ratings, favourites, quick marks and notes.

Each operation is one transaction for any number of assets, and each asset that changes gets one event
that says what was there before. What is so already is no error and leaves no event. With ``dry_run``
an operation only tells what it would change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from alice_core.errors import NotFound, UsageError
from alice_core.events import Payload
from alice_core.events.library_facts import Favoured, Marked, Noted, Rated
from alice_core.library.curating.changes import REVERSIBLE, Deed, carry_out, runs
from alice_core.media.packed import clean
from alice_core.store import UnitOfWork, operation
from alice_core.store.labels import Curation

BEST = 5
"""The highest rating."""

MARKS = ("hero", "maybe", "reject")
"""The quick marks."""

_LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Said:
    """What saying something came to: digests of the assets that it changed, and of those of which it held already."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


@operation("asset.rate", emits=(Rated,), permission="asset.write", undo="asset.rate")
def rate(work: UnitOfWork, digests: Sequence[str], rating: int | None, *, dry_run: bool = False) -> Said:
    """Rate assets from 0 to 5, or take their rating away.

    Raises:
        UsageError: The rating is none of these.
        NotFound: An asset is not known.
    """
    if rating is not None and not 0 <= rating <= BEST:
        raise UsageError(f"{rating} is no rating", hint="Rate from 0 to 5, or none to take the rating away.")
    return _curate(
        work,
        digests,
        lambda digest, now: Rated(digest=digest, rating=rating, before=now.rating),
        dry_run=dry_run,
    )


@operation("asset.favour", emits=(Favoured,), permission="asset.write", undo="asset.favour")
def favour(work: UnitOfWork, digests: Sequence[str], *, favourite: bool = True, dry_run: bool = False) -> Said:
    """Make assets favourites, or no longer.

    Raises:
        NotFound: An asset is not known.
    """
    return _curate(
        work,
        digests,
        lambda digest, now: Favoured(digest=digest, favourite=favourite, before=now.favourite),
        dry_run=dry_run,
    )


@operation("asset.mark", emits=(Marked,), permission="asset.write", undo="asset.mark")
def mark(
    work: UnitOfWork, digests: Sequence[str], name: str | None, reason: str | None = None, *, dry_run: bool = False
) -> Said:
    """Mark assets ``hero``, ``maybe`` or ``reject`` and say why, or take their mark away.

    Raises:
        UsageError: There is no such mark, or a reason without one.
        NotFound: An asset is not known.
    """
    reason = _text(reason, "reason")
    if name is not None and name not in MARKS:
        raise UsageError(f"{name!r} is no mark", hint="Mark with hero, maybe or reject, or none to take it away.")
    if name is None and reason is not None:
        raise UsageError("a reason needs a mark", hint="Give a mark with it, or keep the text with: alice note")
    return _curate(
        work,
        digests,
        lambda digest, now: Marked(digest=digest, mark=name, reason=reason, before=now.mark, before_reason=now.reason),
        dry_run=dry_run,
    )


@operation("asset.note", emits=(Noted,), permission="asset.write", undo="asset.note")
def note(work: UnitOfWork, digests: Sequence[str], text: str | None, *, dry_run: bool = False) -> Said:
    """Write a note on assets in place of the one they have, or take it away.

    Raises:
        UsageError: The note is too long.
        NotFound: An asset is not known.
    """
    text = _text(text, "note")
    return _curate(
        work,
        digests,
        lambda digest, now: Noted(digest=digest, note=text, before=now.note),
        dry_run=dry_run,
    )


def numbers_of(work: UnitOfWork, digests: Sequence[str]) -> dict[str, int]:
    """The numbers of assets by digest, in the order asked for.

    Raises:
        NotFound: One of them is not known.
    """
    known = work.assets.known(digests)
    for digest in digests:
        if digest not in known:
            raise NotFound(f"nothing is known of {digest}", hint="Take the file in first: alice ingest PATH")
    return {digest: known[digest] for digest in digests}


def settle(work: UnitOfWork, digests: Collection[str], facts: Sequence[tuple[str, Payload]], *, dry_run: bool) -> Said:
    """Carry out those of many facts, each beside the digest of its asset, that do not hold yet."""
    fresh: list[Deed] = []
    for run in runs(facts, lambda pair: pair[1]):
        holds = REVERSIBLE[type(run[0][1])].standing(work, [fact for _, fact in run])
        fresh += [Deed(fact, digest) for (digest, fact), one in zip(run, holds, strict=True) if not one]
    if not dry_run:
        carry_out(work, fresh)
    changed = {deed.subject for deed in fresh}
    return Said(
        tuple(digest for digest in digests if digest in changed),
        tuple(digest for digest in digests if digest not in changed),
    )


def _curate(
    work: UnitOfWork, digests: Sequence[str], fact_of: Callable[[str, Curation], Payload], *, dry_run: bool
) -> Said:
    known = numbers_of(work, digests)
    now = work.labels.curations(list(known.values()))
    facts = [(digest, fact_of(digest, now.get(number, Curation()))) for digest, number in known.items()]
    return settle(work, known, facts, dry_run=dry_run)


def _text(text: str | None, what: str) -> str | None:
    """The text as it is kept; ``None`` where nothing but white space is left."""
    kept = clean(text).strip() if text is not None else ""
    if len(kept) > _LONGEST_TEXT:
        raise UsageError(f"the {what} is too long", hint=f"Use at most {_LONGEST_TEXT:,} characters.")
    return kept or None
