"""Rows of assets: what bytes are known, and what they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select, update

from alice_core.media.facts import Kind, MediaFacts
from alice_core.store.library_tables import AssetBlockRow, LocationRow
from alice_core.store.numbers import number_of, signed
from alice_core.store.tables import AssetRow

_MANY = 500


@dataclass(frozen=True, slots=True)
class Asset:
    """Some bytes that are known.

    Attributes:
        digest: ``sha256:...`` of the bytes.
        facts: Kind, type, size and what the media is.
        name: File name under which it was first met.
        words: Further text to find it by, such as the prompt.
        made: RFC 3339 time at which it was made, as far as its file says.
        content: Digest of the media without its metadata, where it has any.
        added: RFC 3339 time at which it became known.
        number: Grows with ``made``; 0 before it is kept.
        leader: Digest of the asset whose companion it is.
        trashed: When its last file was put into the trash.
        likeness: 64-bit perceptual hash.
        looked: How far the later looks at it went.
        cost: What making it cost, in US dollars.
    """

    digest: str
    facts: MediaFacts
    name: str
    words: str
    made: str
    content: str | None = None
    added: str = ""
    number: int = 0
    leader: str | None = None
    trashed: str | None = None
    likeness: int | None = None
    looked: int = 0
    cost: Decimal | None = None

    @property
    def kind(self) -> Kind:
        """What sort of thing it is."""
        return self.facts.kind


class Assets:
    """The assets of one transaction."""

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
        for start in range(0, len(wanted), _MANY):
            query = _COLUMNS.where(AssetRow.digest.in_(wanted[start : start + _MANY]))
            found |= {row["digest"]: _asset(row) for row in self._connection.execute(query).mappings()}
        return found

    def numbered(self, numbers: Sequence[int]) -> tuple[Asset, ...]:
        """The assets of those numbers, in the order asked for."""
        found: dict[int, Asset] = {}
        for start in range(0, len(numbers), _MANY):
            query = _COLUMNS.where(AssetRow.number.in_(numbers[start : start + _MANY]))
            found |= {row["number"]: _asset(row) for row in self._connection.execute(query).mappings()}
        return tuple(found[number] for number in numbers if number in found)

    def known(self, digests: Iterable[str]) -> dict[str, int]:
        """The numbers of the known assets among many digests."""
        wanted = sorted(set(digests))
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _MANY):
            query = select(AssetRow.digest, AssetRow.number).where(AssetRow.digest.in_(wanted[start : start + _MANY]))
            found |= dict(self._connection.execute(query).all())
        return found

    def companions(self, leaders: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The digests of the companions of many assets."""
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(leaders), _MANY):
            query = select(AssetRow.leader, AssetRow.digest).where(AssetRow.leader.in_(leaders[start : start + _MANY]))
            for leader, digest in self._connection.execute(query.order_by(AssetRow.number)):
                found[str(leader)] = (*found.get(str(leader), ()), digest)
        return found

    def leaders(self, digests: Iterable[str]) -> dict[str, str]:
        """The leaders of those of many assets that are companions."""
        wanted = sorted(set(digests))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _MANY):
            query = select(AssetRow.digest, AssetRow.leader).where(AssetRow.leader.is_not(None))
            rows = self._connection.execute(query.where(AssetRow.digest.in_(wanted[start : start + _MANY])))
            found |= {digest: str(leader) for digest, leader in rows}
        return found

    def after(self, number: int, *, limit: int = 1000) -> tuple[Asset, ...]:
        """The next assets in order of their numbers, for walking through all of them."""
        query = _COLUMNS.where(AssetRow.number > number).order_by(AssetRow.number).limit(limit)
        return tuple(_asset(row) for row in self._connection.execute(query).mappings())

    def unlooked(
        self, version: int, *, roots: Sequence[int] | None = None, below: int | None = None, limit: int = 100
    ) -> tuple[Asset, ...]:
        """Pictures, films and what carries content credentials that nobody has looked at in that version, newest first.

        Args:
            version: Of the looks.
            roots: Only what has a place in one of these roots.
            below: Only numbers below this one, for going on after a page.
            limit: At most so many.
        """
        query = _COLUMNS.where(AssetRow.looked < version, _WORTH_A_LOOK)
        if roots is not None:
            there = select(LocationRow.digest).where(LocationRow.digest == AssetRow.digest, LocationRow.root.in_(roots))
            query = query.where(there.exists())
        if below is not None:
            query = query.where(AssetRow.number < below)
        rows = self._connection.execute(query.order_by(AssetRow.number.desc()).limit(limit)).mappings()
        return tuple(_asset(row) for row in rows)

    def unlooked_count(self, version: int) -> int:
        """How many assets nobody has looked at in that version yet, wherever they lie."""
        query = select(func.count()).select_from(AssetRow)
        query = query.where(AssetRow.looked < version, _WORTH_A_LOOK)
        return self._connection.scalar(query) or 0

    def likenesses(self, kind: str) -> tuple[tuple[int, int], ...]:
        """Number and perceptual hash of all assets of a kind that have one, but for trash and companions."""
        query = select(AssetRow.number, AssetRow.likeness).where(AssetRow.likeness.is_not(None), AssetRow.kind == kind)
        rows = self._connection.execute(query.where(AssetRow.leader.is_(None), AssetRow.trashed.is_(None)))
        return tuple((number, (likeness or 0) % (1 << 64)) for number, likeness in rows)

    def count(self) -> int:
        """How many assets are known."""
        return self._connection.scalar(select(func.count()).select_from(AssetRow)) or 0

    def add(self, assets: Sequence[Asset]) -> dict[str, int]:
        """Make assets known; gives their numbers by digest."""
        if not assets:
            return {}
        wanted = {asset.digest: number_of(asset.made, asset.digest) for asset in assets}
        taken = self._taken(wanted.values())
        numbers: dict[str, int] = {}
        for asset in assets:
            number = wanted[asset.digest]
            if number in taken:
                number = self._free(asset, taken)
            taken.add(number)
            numbers[asset.digest] = number
        self._connection.execute(
            insert(AssetRow),
            [_values(asset, numbers[asset.digest]) for asset in sorted(assets, key=lambda one: one.digest)],
        )
        return numbers

    def set_leader(self, digest: str, leader: str | None) -> None:
        """Make an asset the companion of another one, or of none."""
        self._set(digest, leader=leader)

    def set_trashed(self, digest: str, moment: str | None) -> None:
        """Record when the last file of an asset was put into the trash, or that one came back."""
        self._set(digest, trashed=moment)

    def set_looked(self, digest: str, version: int, likeness: int | None) -> None:
        """Record what a later look at an asset's pixels gave."""
        self._set(digest, looked=version, likeness=None if likeness is None else signed(likeness))

    def _set(self, digest: str, **values: object) -> None:
        self._connection.execute(update(AssetRow).where(AssetRow.digest == digest).values(values))

    def _taken(self, numbers: Iterable[int]) -> set[int]:
        wanted = sorted(set(numbers))
        taken: set[int] = set()
        for start in range(0, len(wanted), _MANY):
            query = select(AssetRow.number).where(AssetRow.number.in_(wanted[start : start + _MANY]))
            taken |= set(self._connection.scalars(query))
        return taken

    def _free(self, asset: Asset, taken: set[int]) -> int:
        while True:
            number = number_of(asset.made, asset.digest, taken)
            if not self._taken((number,)):
                return number
            taken.add(number)


_CREDENTIALED = select(AssetBlockRow.number).where(
    AssetBlockRow.number == AssetRow.number, AssetBlockRow.place.in_(("riff:C2PA", "bmff:C2PA"))
)
_WORTH_A_LOOK = or_(AssetRow.kind.in_(("image", "video")), and_(AssetRow.kind == "audio", _CREDENTIALED.exists()))
_COLUMNS = select(*AssetRow.__table__.columns)


def _values(asset: Asset, number: int) -> dict[str, object]:
    picture, sound = asset.facts.picture, asset.facts.sound
    seconds = (picture and picture.seconds) or (sound and sound.seconds)
    return {
        "digest": asset.digest,
        "number": number,
        "content": asset.content,
        "kind": asset.kind.value,
        "mime": asset.facts.mime,
        "size": asset.facts.size,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "seconds": float(seconds) if seconds else None,
        "fps": float(picture.rate) if picture and picture.rate else None,
        "facts": json.dumps(asset.facts.to_json(), separators=(",", ":"), sort_keys=True),
        "name": asset.name,
        "words": asset.words,
        "made": asset.made,
        "added": asset.added or asset.made,
        "leader": asset.leader,
        "trashed": asset.trashed,
        "likeness": None if asset.likeness is None else signed(asset.likeness),
        "looked": asset.looked,
        "cost": asset.cost,
    }


def _asset(row: RowMapping) -> Asset:
    return Asset(
        digest=row["digest"],
        facts=MediaFacts.from_json(json.loads(row["facts"])),
        name=row["name"],
        words=row["words"],
        made=row["made"],
        content=row["content"],
        added=row["added"],
        number=row["number"],
        leader=row["leader"],
        trashed=row["trashed"],
        likeness=None if row["likeness"] is None else row["likeness"] % (1 << 64),
        looked=row["looked"],
        cost=row["cost"],
    )
