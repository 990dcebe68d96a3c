"""Rows of embedded metadata: raw blocks byte for byte, and what the readers made of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from alice_core.media.generation import Block, Embedded, Generation
from alice_core.media.packed import PackedBlock, clean
from alice_core.store.library_tables import AssetBlockRow, BlockRow, ModelRow, ModelUseRow, ReadingRow, SearchNameRow
from alice_core.store.tables import AssetRow
from alice_core.store.upsert import insert_new

_MANY = 300
_INTEGER = 1 << 31
_NAMED = ("generator", "sampler", "scheduler")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers of one version made of an asset's blocks.

    Attributes:
        readers: Their version, all together.
        embedded: What they read.
    """

    readers: str
    embedded: Embedded


class Metadata:
    """The blocks and readings of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def blocks(self, number: int) -> tuple[Block, ...]:
        """The blocks of an asset, byte for byte, in the order of its file."""
        query = (
            select(AssetBlockRow.place, AssetBlockRow.key, BlockRow.data)
            .join(BlockRow, BlockRow.digest == AssetBlockRow.block)
            .where(AssetBlockRow.number == number)
            .order_by(AssetBlockRow.position)
        )
        return tuple(Block(place, key, zlib.decompress(data)) for place, key, data in self._connection.execute(query))

    def blocks_of(self, numbers: Sequence[int]) -> dict[int, tuple[PackedBlock, ...]]:
        """The blocks of many assets, packed as they are kept."""
        found: dict[int, list[PackedBlock]] = {}
        columns = (AssetBlockRow.number, AssetBlockRow.place, AssetBlockRow.key)
        for start in range(0, len(numbers), _MANY):
            query = (
                select(*columns, BlockRow.digest, BlockRow.size, BlockRow.data)
                .join(BlockRow, BlockRow.digest == AssetBlockRow.block)
                .where(AssetBlockRow.number.in_(numbers[start : start + _MANY]))
                .order_by(AssetBlockRow.number, AssetBlockRow.position)
            )
            for number, place, key, digest, size, data in self._connection.execute(query):
                found.setdefault(number, []).append(PackedBlock(place, key, digest, size, data))
        return {number: tuple(some) for number, some in found.items()}

    def walk_blocks(self, after: str = "", *, limit: int = 200) -> tuple[tuple[str, bytes | None], ...]:
        """The next blocks in order of their digests, each with its bytes; ``None`` where they cannot be unpacked."""
        query = select(BlockRow.digest, BlockRow.data).where(BlockRow.digest > after).order_by(BlockRow.digest)
        return tuple((digest, _unpacked(data)) for digest, data in self._connection.execute(query.limit(limit)))

    def carrying(self, block: str) -> tuple[int, ...]:
        """The numbers of the assets that carry a block."""
        return tuple(self._connection.scalars(select(AssetBlockRow.number).where(AssetBlockRow.block == block)))

    def mend(self, block: PackedBlock) -> None:
        """Write the bytes of a block anew."""
        query = update(BlockRow).where(BlockRow.digest == block.digest)
        self._connection.execute(query.values(size=block.size, data=block.packed))

    def blocks_many(self, numbers: Sequence[int], keys: Sequence[str] | None = None) -> dict[int, tuple[Block, ...]]:
        """The blocks of many assets, all of them or those with one of the keys."""
        found: dict[int, list[Block]] = {}
        for start in range(0, len(numbers), _MANY):
            query = (
                select(AssetBlockRow.number, AssetBlockRow.place, AssetBlockRow.key, BlockRow.data)
                .join(BlockRow, BlockRow.digest == AssetBlockRow.block)
                .where(AssetBlockRow.number.in_(numbers[start : start + _MANY]))
                .order_by(AssetBlockRow.number, AssetBlockRow.position)
            )
            query = query if keys is None else query.where(AssetBlockRow.key.in_(keys))
            for number, place, key, data in self._connection.execute(query):
                found.setdefault(number, []).append(Block(place, key, zlib.decompress(data)))
        return {number: tuple(blocks) for number, blocks in found.items()}

    def reading(self, number: int) -> Reading | None:
        """What is known of an asset from its blocks."""
        return self.readings((number,)).get(number)

    def readings(self, numbers: Sequence[int]) -> dict[int, Reading]:
        """What is known of many assets from their blocks."""
        found: dict[int, Reading] = {}
        for start in range(0, len(numbers), _MANY):
            some = numbers[start : start + _MANY]
            query = select(ReadingRow.number, ReadingRow.readers, ReadingRow.data).where(ReadingRow.number.in_(some))
            for number, readers, data in self._connection.execute(query):
                found[number] = Reading(readers, Embedded.from_json(json.loads(data)))
        return found

    def outdated(self, readers: str, *, limit: int = 200) -> tuple[tuple[int, str], ...]:
        """Number and digest of assets that were read by readers of another version."""
        query = (
            select(ReadingRow.number, AssetRow.digest)
            .join(AssetRow, AssetRow.number == ReadingRow.number)
            .where(or_(ReadingRow.readers < readers, ReadingRow.readers > readers))
        )
        return tuple(self._connection.execute(query.limit(limit)))

    def add_blocks(self, blocks: Mapping[int, Sequence[PackedBlock]], *, after: int = 0) -> None:
        """Keep the blocks of new assets, by number; ``after`` is how many of them are kept already."""
        wanted = {one.digest: one for some in blocks.values() for one in some}
        fresh = wanted.keys() - self._known(wanted)
        if fresh:
            rows = [{"digest": key, "size": wanted[key].size, "data": wanted[key].packed} for key in sorted(fresh)]
            insert_new(self._connection, BlockRow, rows)
        carried = [
            {"number": number, "position": place, "place": one.place, "key": one.key, "block": one.digest}
            for number, some in blocks.items()
            for place, one in enumerate(some, after)
        ]
        if carried:
            self._connection.execute(insert(AssetBlockRow), carried)

    def set_readings(self, readings: Mapping[int, Reading], *, fresh: bool = False) -> None:
        """Record what was read of assets, by number, whatever was recorded before (nothing, if ``fresh``)."""
        if not readings:
            return
        if not fresh:
            for table in (ReadingRow, ModelUseRow):
                self._connection.execute(delete(table).where(table.number.in_(list(readings))))
        rows = [_row(number, one) for number, one in readings.items()]
        self._connection.execute(insert(ReadingRow), rows)
        named = {(kind, str(row[kind])) for row in rows for kind in _NAMED if row[kind]}
        if named:
            insert_new(self._connection, SearchNameRow, [{"kind": kind, "name": name} for kind, name in sorted(named)])
        self._use_models(readings)

    def _use_models(self, readings: Mapping[int, Reading]) -> None:
        named = {
            (use.role[:32], clean(use.name))
            for one in readings.values()
            if one.embedded.generation
            for use in one.embedded.generation.models
        }
        if not named:
            return
        ids = self._models(named)
        missing = sorted(named - ids.keys())
        if missing:
            insert_new(self._connection, ModelRow, [{"role": role, "name": name} for role, name in missing])
            ids |= self._models(set(missing))
        uses = {
            (ids[use.role[:32], clean(use.name)], number)
            for number, one in readings.items()
            if one.embedded.generation
            for use in one.embedded.generation.models
        }
        self._connection.execute(
            insert(ModelUseRow), [{"model": model, "number": number} for model, number in sorted(uses)]
        )

    def _models(self, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        names = sorted({name for _, name in named})
        found: dict[tuple[str, str], int] = {}
        for start in range(0, len(names), _MANY):
            query = select(ModelRow.role, ModelRow.name, ModelRow.id)
            rows = self._connection.execute(query.where(ModelRow.name.in_(names[start : start + _MANY])))
            found |= {(role, name): number for role, name, number in rows}
        return found

    def _known(self, digests: Iterable[str]) -> set[str]:
        wanted = sorted(digests)
        known: set[str] = set()
        for start in range(0, len(wanted), _MANY):
            query = select(BlockRow.digest).where(BlockRow.digest.in_(wanted[start : start + _MANY]))
            known |= set(self._connection.scalars(query))
        return known


def _unpacked(data: bytes) -> bytes | None:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None


def _row(number: int, reading: Reading) -> dict[str, object]:
    one: Generation | None = reading.embedded.generation
    return {
        "number": number,
        "readers": reading.readers,
        "generator": one and clean(one.generator)[:64],
        "certainty": one and one.certainty.value,
        "seed": str(one.seed)[:24] if one and one.seed is not None else None,
        "steps": one.steps if one and one.steps is not None and abs(one.steps) < _INTEGER else None,
        "cfg": _float(one.cfg) if one else None,
        "sampler": one and one.sampler and clean(one.sampler)[:64],
        "scheduler": one and one.scheduler and clean(one.scheduler)[:64],
        "data": json.dumps(reading.embedded.to_json(), separators=(",", ":")),
    }


def _float(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
