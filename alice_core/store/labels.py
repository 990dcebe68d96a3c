"""Rows of what people say of assets: tags, ratings, favourites, marks, notes, collections; and the trash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from alice_core.store.fits import Column
from alice_core.store.library_tables import (
    AssetTagRow,
    CollectionAssetRow,
    CollectionRow,
    CurationRow,
    TagRow,
    TagSynonymRow,
    TrashRow,
)
from alice_core.store.numbers import path_of_text, path_text
from alice_core.store.upsert import insert_new

_MANY = 500
_FIELDS = ("rating", "favourite", "mark", "reason", "note")


@dataclass(frozen=True, slots=True)
class Curation:
    """What people think of one asset.

    Attributes:
        rating: 0 to 5, ``None`` where nobody rated it.
        favourite: Whether it is one.
        mark: ``hero``, ``maybe`` or ``reject``.
        reason: Why it was marked so.
        note: Free text.
    """

    rating: int | None = None
    favourite: bool = False
    mark: str | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TrashItem:
    """A file in the trash.

    Attributes:
        id: Its identifier, also the name of its folder in the trash.
        digest: Whose bytes it holds.
        path: Where it lay.
        kept: Where it is kept, relative to the store's folder.
        thrown: RFC 3339 time at which it was put there.
        until: Time until which it is kept.
    """

    id: str
    digest: str
    path: Path
    kept: Path
    thrown: str
    until: str


class Labels:
    """What people say of the assets, in one transaction. Assets are named by their numbers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def curations(self, numbers: Sequence[int]) -> dict[int, Curation]:
        """What people think of assets; those that nobody said anything of are left out."""
        found: dict[int, Curation] = {}
        for some in _parts(numbers):
            query = select(*CurationRow.__table__.columns).where(CurationRow.number.in_(some))
            for row in self._connection.execute(query).mappings():
                values = {name: row[name] for name in ("rating", "mark", "reason", "note")}
                found[row["number"]] = Curation(**values, favourite=bool(row["favourite"]))
        return found

    def curate(self, number: int, **changes: Any) -> Curation:  # noqa: ANN401 - the fields of Curation
        """Change what people think of an asset; gives what was there before."""
        before = self.curations((number,)).get(number, Curation())
        self.set_curations({number: replace(before, **changes)})
        return before

    def set_curations(self, curations: Mapping[int, Curation]) -> None:
        """Write what people think of many assets, whatever was there before."""
        for some in _parts(sorted(curations)):
            self._connection.execute(delete(CurationRow).where(CurationRow.number.in_(some)))
        rows = [
            {"number": number, **{name: getattr(one, name) for name in _FIELDS}}
            for number, one in curations.items()
            if one != Curation()
        ]
        if rows:
            self._connection.execute(insert(CurationRow), rows)

    def tags(self, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The tags of assets, by their full names."""
        return self._names(TagRow, AssetTagRow.tag, AssetTagRow.number, numbers)

    def collections(self, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The collections that assets are in."""
        return self._names(CollectionRow, CollectionAssetRow.collection, CollectionAssetRow.number, numbers)

    def all_tags(self) -> dict[str, int]:
        """Every tag with the number of assets that carry it itself, in order of names."""
        query = (
            select(TagRow.name, func.count(AssetTagRow.number))
            .outerjoin(AssetTagRow, AssetTagRow.tag == TagRow.id)
            .group_by(TagRow.name)
        )
        return dict(sorted(self._connection.execute(query).all()))

    def tag_names(self) -> tuple[str, ...]:
        """The full name of every tag."""
        return tuple(self._connection.scalars(select(TagRow.name).order_by(TagRow.name)))

    def all_collections(self) -> dict[str, int]:
        """Every collection with the number of its assets, in order of names."""
        query = (
            select(CollectionRow.name, func.count(CollectionAssetRow.number))
            .outerjoin(CollectionAssetRow, CollectionAssetRow.collection == CollectionRow.id)
            .group_by(CollectionRow.name)
        )
        return dict(sorted(self._connection.execute(query).all()))

    def tagged(self, name: str) -> tuple[int, ...]:
        """The assets that carry a tag itself, not one below it; oldest first."""
        query = select(AssetTagRow.number).join(TagRow, TagRow.id == AssetTagRow.tag).where(TagRow.name == name)
        return tuple(self._connection.scalars(query.order_by(AssetTagRow.number)))

    def collected(self, name: str) -> tuple[int, ...]:
        """The assets in a collection, oldest first."""
        member = select(CollectionAssetRow.number).join(
            CollectionRow, CollectionRow.id == CollectionAssetRow.collection
        )
        query = member.where(CollectionRow.name == name).order_by(CollectionAssetRow.number)
        return tuple(self._connection.scalars(query))

    def tag(self, number: int, name: str) -> None:
        """Give one asset a tag; see :meth:`tag_many`."""
        self.tag_many((number,), name)

    def tag_many(self, numbers: Sequence[int], name: str) -> None:
        """Give assets a tag, which is made if it is new; those that have it keep it."""
        self._join(self._id(TagRow, name, {}), AssetTagRow, AssetTagRow.tag, numbers)

    def untag_many(self, numbers: Sequence[int], name: str) -> None:
        """Take a tag from assets. A tag stays known while an asset or a synonym has it."""
        self._leave(TagRow, AssetTagRow, AssetTagRow.tag, numbers, name)
        self._drop_tag(name)

    def collect_many(self, numbers: Sequence[int], name: str, now: str) -> None:
        """Put assets into a collection, which is made if it is new."""
        number = self._id(CollectionRow, name, {"created": now})
        self._join(number, CollectionAssetRow, CollectionAssetRow.collection, numbers)

    def uncollect_many(self, numbers: Sequence[int], name: str) -> None:
        """Take assets out of a collection, which goes with its last asset."""
        self._leave(CollectionRow, CollectionAssetRow, CollectionAssetRow.collection, numbers, name)
        used = select(CollectionAssetRow.collection)
        self._connection.execute(delete(CollectionRow).where(CollectionRow.name == name, CollectionRow.id.not_in(used)))

    def synonyms(self) -> dict[str, str]:
        """Every synonym and the tag it means."""
        query = select(TagSynonymRow.synonym, TagRow.name).join(TagRow, TagRow.id == TagSynonymRow.tag)
        return dict(sorted(self._connection.execute(query).all()))

    def set_synonym(self, synonym: str, tag: str | None) -> str | None:
        """Let a word mean a tag, which is made if it is new, or none; gives the tag it meant before."""
        before = self.synonyms().get(synonym)
        self._connection.execute(delete(TagSynonymRow).where(TagSynonymRow.synonym == synonym))
        if tag is not None:
            self._connection.execute(insert(TagSynonymRow).values(synonym=synonym, tag=self._id(TagRow, tag, {})))
        if before is not None:
            self._drop_tag(before)
        return before

    def trash(self) -> tuple[TrashItem, ...]:
        """What is in the trash, newest first."""
        query = select(*TrashRow.__table__.columns).order_by(TrashRow.thrown.desc(), TrashRow.id.desc())
        return tuple(_item(row) for row in self._connection.execute(query).mappings())

    def thrown(self, ids: Sequence[str]) -> dict[str, TrashItem]:
        """Those of the named items that are in the trash."""
        found: dict[str, TrashItem] = {}
        for some in _parts(ids):
            query = select(*TrashRow.__table__.columns).where(TrashRow.id.in_(some))
            found |= {row["id"]: _item(row) for row in self._connection.execute(query).mappings()}
        return found

    def throw(self, item: TrashItem) -> None:
        """Record that a file is in the trash."""
        values = {name: getattr(item, name) for name in ("id", "digest", "thrown", "until")}
        paths = {"path": path_text(str(item.path)), "kept": path_text(str(item.kept))}
        self._connection.execute(insert(TrashRow).values(values | paths))

    def take_back(self, item: str) -> None:
        """Record that a file is no longer in the trash."""
        self._connection.execute(delete(TrashRow).where(TrashRow.id == item))

    def _id(self, table: type[TagRow | CollectionRow], name: str, values: dict[str, Any]) -> int:
        query = select(table.id).where(table.name == name)
        found = self._connection.scalar(query)
        if found is None:
            insert_new(self._connection, table, ({"name": name, **values},))
            found = self._connection.scalar(query)
        return int(found or 0)

    def _join(self, of: int, member: type[Any], owner: Column, numbers: Sequence[int]) -> None:
        rows = [{owner.key: of, "number": number} for number in dict.fromkeys(numbers)]
        if rows:
            insert_new(self._connection, member, rows)

    def _leave(self, table: type[Any], member: type[Any], owner: Column, numbers: Sequence[int], name: str) -> None:
        of = select(table.id).where(table.name == name).scalar_subquery()
        for some in _parts(numbers):
            self._connection.execute(delete(member).where(owner == of, member.number.in_(some)))

    def _drop_tag(self, name: str) -> None:
        used = select(AssetTagRow.tag).union(select(TagSynonymRow.tag))
        self._connection.execute(delete(TagRow).where(TagRow.name == name, TagRow.id.not_in(used)))

    def _names(
        self, table: type[Any], owner: Column, member: Column, numbers: Sequence[int]
    ) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for some in _parts(numbers):
            query = select(member, table.name).join(table, table.id == owner).order_by(table.name)
            for number, name in self._connection.execute(query.where(member.in_(some))):
                found[number] = (*found.get(number, ()), name)
        return found


def _item(row: RowMapping) -> TrashItem:
    path, kept = (Path(path_of_text(row[name])) for name in ("path", "kept"))
    return TrashItem(row["id"], row["digest"], path, kept, row["thrown"], row["until"])


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))
