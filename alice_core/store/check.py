"""Whether the database is whole: its pages, its references, and what the design promises of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, exists, func, select, text

from alice_core.store.library_tables import LocationRow
from alice_core.store.migrate import HEAD
from alice_core.store.places import Places
from alice_core.store.tables import AssetRow, EventRow, RecipeOutputRow, RecipeRow

if TYPE_CHECKING:
    from alice_core.store.store import Store

_FULL_SCAN = 200_000
"""Up to this many assets each is looked for in the log."""

_PAGE = 1000
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check found it, and what."""

    check: str
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """What ``alice db check`` says: sizes, and what is wrong (nothing, if all is well)."""

    revision: str | None
    assets: int
    locations: int
    recipes: int
    events: int
    findings: tuple[Finding, ...]


def check(store: Store) -> Health:
    """Look the whole database over; nothing is changed."""
    with store.connecting() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (AssetRow, LocationRow, RecipeRow, EventRow)
        ]
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        findings = tuple(_findings(connection, revision, store.folder))
    return Health(revision, counts[0], counts[1], counts[2], counts[3], findings)


def _findings(connection: Connection, revision: str | None, folder: Path) -> Iterator[Finding]:
    if revision != HEAD:
        yield Finding("revision", f"the tables have revision {revision}, not {HEAD}")
    if connection.dialect.name == "sqlite":
        for (line,) in connection.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield Finding("integrity", str(line))
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield Finding("references", f"row {row[1]} of {row[0]} refers to nothing in {row[2]}")
    yield from _promises(connection)
    yield from _blobs(connection, folder)


def _promises(connection: Connection) -> Iterator[Finding]:
    told = exists(select(EventRow.id).where(EventRow.id == RecipeRow.event))
    for key in connection.scalars(select(RecipeRow.key).where(~told)):
        yield Finding("events", f"derivation {key} has no event")
    gave = exists(select(RecipeOutputRow.recipe).where(RecipeOutputRow.recipe == RecipeRow.key))
    for key in connection.scalars(select(RecipeRow.key).where(~gave)):
        yield Finding("recipes", f"derivation {key} has no output")
    for digest in sorted(_untold(connection)):
        yield Finding("events", f"asset {digest} has no event")


def _untold(connection: Connection) -> set[str]:
    """The assets that no event names, found in one look at the log."""
    if (connection.scalar(select(func.count()).select_from(AssetRow)) or 0) > _FULL_SCAN:
        return set()
    untold = set(connection.scalars(select(AssetRow.digest)))
    untold.difference_update(connection.scalars(select(EventRow.subject).distinct()))
    if untold:
        for data in connection.scalars(select(EventRow.data).execution_options(yield_per=_PAGE)):
            untold.difference_update(_DIGEST.findall(data))
    return untold


def _blobs(connection: Connection, folder: Path) -> Iterator[Finding]:
    for place in Places(connection).below(folder / "blobs"):
        if not place.path.is_file():
            yield Finding("blobs", f"the store's own copy {place.path} is gone")
        elif place.path.stat().st_size != place.size:
            yield Finding("blobs", f"the store's own copy {place.path} has another size than recorded")
