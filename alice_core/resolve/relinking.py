"""Where files are now that lay elsewhere or had another name, told by their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.media.digest import digest_of_file, is_digest
from alice_core.resolve.cuts import known_plans
from alice_core.store import Reader, Store

_PLANS = 20
"""How many plans are asked for the name of a file, newest first."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Where the file of one clip is now.

    Attributes:
        id: As it was asked.
        path: Where its bytes lie; ``None`` where that is not known.
        digest: Of its bytes, where it is known.
        why: How it was found, or why not, in words.
    """

    id: str
    path: Path | None
    digest: str | None
    why: str

    def to_json(self) -> dict[str, str | None]:
        """The file as in the answers to the scripts."""
        path = None if self.path is None else str(self.path)
        return {"id": self.id, "path": path, "digest": self.digest, "why": self.why}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clip of Resolve whose file is sought: where and how it was called, and its digest if that was noted."""

    id: str
    name: str
    path: str
    digest: str | None


def relink(store: Store, wanted: Sequence[Wanted]) -> tuple[Linked, ...]:
    """Where each file is now.

    A file that lies where it lay, with the bytes that it should have, stays. Others are found
    by digest: the one that was noted, else that of what lay at the path, else that of the one
    take of that name in the newest plans.
    """
    with store.reading() as reader:
        names: dict[str, set[str]] | None = None
        found = []
        for one in wanted:
            digest = one.digest if one.digest is not None and is_digest(one.digest) else _at(reader, one.path)
            how = "by its digest"
            if digest is None:
                names = _names(reader) if names is None else names
                called = names.get(one.name or Path(one.path).name, set())
                digest, how = (next(iter(called)), "by its name in the plan") if len(called) == 1 else (None, "")
            found.append(_linked(reader, one, digest, how))
    return tuple(found)


def _linked(reader: Reader, one: Wanted, digest: str | None, how: str) -> Linked:
    here = Path(one.path)
    if digest is None:
        if one.path and here.is_file():
            return Linked(one.id, here, None, "it is where it was; Alice does not know it")
        return Linked(one.id, None, None, "Alice knows no file that lay there or had that name")
    places = [place.path for place in reader.places.of(digest) if place.holds()]
    if here in places or (one.path and here.is_file() and digest_of_file(here) == digest):
        return Linked(one.id, here, digest, "it is where it was")
    if places:
        return Linked(one.id, places[0], digest, f"found {how}")
    return Linked(one.id, None, digest, "it is at none of its places; take its folder in: alice ingest FOLDER")


def _at(reader: Reader, path: str) -> str | None:
    place = reader.places.at(Path(path)) if path else None
    return None if place is None else place.digest


def _names(reader: Reader) -> dict[str, set[str]]:
    """The digests of the takes of the newest plans, by file name."""
    found: dict[str, set[str]] = {}
    for number, (_, source) in enumerate(known_plans(reader)):
        if number == _PLANS:
            break
        for shot in source.plan.shots:
            if shot.take is not None:
                found.setdefault(Path(shot.take.path).name, set()).add(shot.take.digest)
    return found
