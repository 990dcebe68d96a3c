"""Giving damaged files their bytes back, from copies that were proven good; nothing is ever lost."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import AliceError
from alice_core.events.library_facts import BlockRepaired, Repaired
from alice_core.library.keeping.copies import carry_copy
from alice_core.library.keeping.damage import Damage
from alice_core.media.digest import digest_of_file
from alice_core.media.files import path_said
from alice_core.media.packed import PackedBlock
from alice_core.progress import SILENT, Progress
from alice_core.store import Location, Store, UnitOfWork, operation
from alice_core.store.files import read_file
from alice_core.store.numbers import signed


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of one damage.

    Attributes:
        damage: The damage.
        done: Whether the bytes are right again.
        source: The copy they came from.
        kept: Where the damaged bytes lie now; ``None`` where there were none.
        reason: Why it was not done.
    """

    damage: Damage
    done: bool
    source: Path | None = None
    kept: Path | None = None
    reason: str = ""


def repair(store: Store, damages: Sequence[Damage], *, progress: Progress = SILENT) -> tuple[Repair, ...]:
    """Give every damaged file with a good copy its bytes back, and read damaged raw metadata anew.

    The damaged bytes are kept in the store's folder ``damaged`` under their own digest first.
    What looks like somebody's edit is left alone, unless it was asked for by its own name.
    """
    outcomes: list[Repair] = []
    with progress.stage("repairing", len(damages), "files") as stage:
        for one in damages:
            outcomes.append(_repair_block(store, one) if one.what == "block" else _repair_file(store, one))
            stage.advance()
    return tuple(outcomes)


@operation("asset.repair", emits=(Repaired,), permission="asset.write")
def _record(work: UnitOfWork, damage: Damage, source: Path, kept: Path | None) -> None:
    """Record that a damaged file has its bytes again."""
    before = work.places.at(damage.path)
    if before is not None and before.digest == damage.digest:
        now = damage.path.stat()
        stamp = (now.st_size, now.st_mtime_ns, work.now, now.st_ctime_ns, signed(now.st_ino))
        work.places.place((Location(damage.path, damage.digest, *stamp),))
    fact = Repaired(
        digest=damage.digest,
        path=path_said(damage.path),
        what=damage.what,
        source=path_said(source),
        kept=path_said(kept) if kept else None,
    )
    work.emit(fact, subject=damage.digest)


@operation("block.repair", emits=(BlockRepaired,), permission="asset.write")
def _mend(work: UnitOfWork, digest: str, block: PackedBlock, path: Path) -> None:
    """Write a block of raw metadata anew, as it was read from a file."""
    work.metadata.mend(block)
    work.emit(BlockRepaired(digest=digest, block=block.digest, path=path_said(path)), subject=digest)


def _repair_file(store: Store, damage: Damage) -> Repair:
    if not damage.repairable:
        return Repair(damage, done=False, reason=_why_not(damage))
    source = damage.copies[0].path
    # A link stays a link; what it leads to is repaired.
    path = damage.path.resolve() if damage.path.is_symlink() else damage.path
    try:
        before = _stat(path)
        there = digest_of_file(path) if before is not None else None
        if there == damage.digest:
            return Repair(damage, done=True, reason="it holds the right bytes again")
        kept = None if there is None else _keep(store, path, there)
        with store.reading() as reader:
            place = reader.places.at(damage.path)
        carry_copy(source, path, damage.digest)
        _dress(path, place, before)
    except (AliceError, OSError) as error:
        return Repair(damage, done=False, reason=str(error))
    _record(store, damage, source, kept)
    return Repair(damage, done=True, source=source, kept=kept)


def _why_not(damage: Damage) -> str:
    if not damage.copies:
        return "there is no good copy"
    if damage.what == "unreadable":
        return "what lies there cannot be read, and so not be kept; move it away and verify again"
    return "it looks like an edit; name this file by itself to undo it, or take it in: alice ingest"


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _keep(store: Store, path: Path, digest: str) -> Path:
    """A copy of damaged bytes in the store, under their own digest."""
    name = digest.removeprefix("sha256:")
    kept = store.folder / "damaged" / name[:2] / f"{name}{path.suffix}"
    if not kept.exists():
        carry_copy(path, kept, digest)
    return kept


def _dress(path: Path, place: Location | None, before: os.stat_result | None) -> None:
    """Give a file the rights it had and the time that was recorded of it."""
    if before is not None:
        path.chmod(stat.S_IMODE(before.st_mode))
    if place is not None and place.mtime_ns:
        os.utime(path, ns=(place.mtime_ns, place.mtime_ns))


def _repair_block(store: Store, damage: Damage) -> Repair:
    with store.reading() as reader:
        assets = reader.assets.numbered(reader.metadata.carrying(damage.digest))
        places = reader.places.of_many(one.digest for one in assets)
    for asset in assets:
        for place in places.get(asset.digest, ()):
            try:
                found = read_file(place.path)
            except AliceError:
                continue  # another place may hold it
            block = next((one for one in found.blocks if one.digest == damage.digest), None)
            if block is not None:
                _mend(store, asset.digest, block, place.path)
                return Repair(damage, done=True, source=place.path)
    return Repair(damage, done=False, reason="no file that carries it can be read")
