"""Rows of assets and their locations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, or_, select, update

from alice_core.media.facts import Kind, MediaFacts
from alice_core.store.tables import AssetRow, LocationRow, ProjectAssetRow, ProjectRow, RecipeOutputRow, RecipeRow


@dataclass(frozen=True, slots=True)
class Asset:
    """Some bytes that are known.

    Attributes:
        digest: ``sha256:...`` of the bytes.
        facts: Kind, type, size and what the media is.
        name: File name under which it was first met.
        words: Further text to find it by, such as the prompt.
        made: RFC 3339 time at which it became known.
    """

    digest: str
    facts: MediaFacts
    name: str
    words: str
    made: str

    @property
    def kind(self) -> Kind:
        """What sort of thing it is."""
        return self.facts.kind


@dataclass(frozen=True, slots=True)
class Location:
    """A path that held an asset's bytes when it was last seen, and the stat that vouches for it."""

    path: Path
    digest: str
    size: int
    mtime_ns: int
    seen: str

    def holds(self) -> bool:
        """Whether the file is there and has not been written since (by its size and time)."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return found.st_size == self.size and found.st_mtime_ns == self.mtime_ns


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets are looked for; every given part must hold."""

    kinds: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    digest: str | None = None
    words: tuple[str, ...] = ()


class Assets:
    """The assets and locations of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, digest: str) -> Asset | None:
        """The asset of that digest."""
        row = self._connection.execute(_COLUMNS.where(AssetRow.digest == digest)).mappings().first()
        return None if row is None else _asset(row)

    def by_prefix(self, prefix: str) -> tuple[Asset, ...]:
        """Up to ten assets whose digest begins so, for people who type only its start."""
        query = _COLUMNS.where(AssetRow.digest.startswith(prefix, autoescape=True)).limit(10)
        return tuple(_asset(row) for row in self._connection.execute(query).mappings())

    def many(self, digests: Iterable[str]) -> dict[str, Asset]:
        """The known assets among many digests."""
        wanted = sorted(set(digests))
        found: dict[str, Asset] = {}
        for start in range(0, len(wanted), 500):
            query = _COLUMNS.where(AssetRow.digest.in_(wanted[start : start + 500]))
            found |= {row["digest"]: _asset(row) for row in self._connection.execute(query).mappings()}
        return found

    def add(self, asset: Asset) -> None:
        """Make an asset known."""
        self._connection.execute(
            insert(AssetRow).values(
                digest=asset.digest,
                kind=asset.kind.value,
                mime=asset.facts.mime,
                size=asset.facts.size,
                facts=json.dumps(asset.facts.to_json(), separators=(",", ":"), sort_keys=True),
                name=asset.name,
                words=asset.words,
                made=asset.made,
            )
        )

    def locations(self, digest: str) -> tuple[Location, ...]:
        """Where an asset was seen, last seen first."""
        query = select(*LocationRow.__table__.columns).where(LocationRow.digest == digest)
        rows = self._connection.execute(query.order_by(LocationRow.seen.desc(), LocationRow.path)).mappings()
        return tuple(_location(row) for row in rows)

    def locations_of(self, digests: Iterable[str]) -> dict[str, tuple[Location, ...]]:
        """Where many assets were seen."""
        wanted = sorted(set(digests))
        found: dict[str, tuple[Location, ...]] = {}
        for start in range(0, len(wanted), 500):
            query = select(*LocationRow.__table__.columns).where(LocationRow.digest.in_(wanted[start : start + 500]))
            for row in self._connection.execute(query.order_by(LocationRow.path)).mappings():
                found[row["digest"]] = (*found.get(row["digest"], ()), _location(row))
        return found

    def at(self, path: Path) -> Location | None:
        """What is known of a path."""
        query = select(*LocationRow.__table__.columns).where(LocationRow.path == str(path))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _location(row)

    def below(self, folder: Path) -> tuple[Location, ...]:
        """What is known of all paths inside a folder."""
        start = str(folder).rstrip("/\\")
        inside = or_(*(LocationRow.path.startswith(start + sign, autoescape=True) for sign in ("/", "\\")))
        rows = self._connection.execute(select(*LocationRow.__table__.columns).where(inside)).mappings()
        return tuple(_location(row) for row in rows)

    def place(self, location: Location) -> None:
        """Record that a path holds an asset, whatever it held before."""
        values = {"digest": location.digest, "size": location.size, "mtime_ns": location.mtime_ns}
        values["seen"] = location.seen
        changed = self._connection.execute(
            update(LocationRow).where(LocationRow.path == str(location.path)).values(values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(LocationRow).values(path=str(location.path), **values))

    def forget(self, path: Path) -> None:
        """Remove what is known of a path; the asset itself stays known."""
        self._connection.execute(delete(LocationRow).where(LocationRow.path == str(path)))

    def find(self, wanted: Wanted, *, limit: int | None = None) -> tuple[Asset, ...]:
        """The assets that are looked for, newest first."""
        query = _COLUMNS.order_by(AssetRow.made.desc(), AssetRow.digest)
        if wanted.kinds:
            query = query.where(AssetRow.kind.in_(wanted.kinds))
        if wanted.digest:
            query = query.where(AssetRow.digest.startswith(wanted.digest, autoescape=True))
        if wanted.projects:
            member = select(ProjectAssetRow.digest).join(ProjectRow, ProjectRow.id == ProjectAssetRow.project)
            lowered = [name.lower() for name in wanted.projects]
            query = query.where(AssetRow.digest.in_(member.where(func.lower(ProjectRow.name).in_(lowered))))
        for word in wanted.words:
            query = query.where(_holds_word(word))
        if limit is not None:
            query = query.limit(limit)
        return tuple(_asset(row) for row in self._connection.execute(query).mappings())


_COLUMNS = select(*AssetRow.__table__.columns)


def _holds_word(word: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's own expression type
    recipe = (
        select(RecipeRow.key)
        .join(RecipeOutputRow, RecipeOutputRow.recipe == RecipeRow.key)
        .where(RecipeOutputRow.digest == AssetRow.digest, RecipeRow.operation.icontains(word, autoescape=True))
    )
    place = select(LocationRow.path).where(
        LocationRow.digest == AssetRow.digest, LocationRow.path.icontains(word, autoescape=True)
    )
    return or_(
        AssetRow.name.icontains(word, autoescape=True),
        AssetRow.words.icontains(word, autoescape=True),
        exists(recipe),
        exists(place),
    )


def _asset(row: RowMapping) -> Asset:
    facts = MediaFacts.from_json(json.loads(row["facts"]))
    return Asset(row["digest"], facts, row["name"], row["words"], row["made"])


def _location(row: RowMapping) -> Location:
    return Location(Path(row["path"]), row["digest"], row["size"], row["mtime_ns"], row["seen"])
