"""Rows of roots and locations: which bytes lie where, by path relative to a folder that may move."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select, tuple_, update

from alice_core.store.library_tables import FindingRow, LocationRow, RootRow
from alice_core.store.numbers import path_of_text, path_text, signed
from alice_core.store.tables import AssetRow

Stat: TypeAlias = tuple[int, ...]
"""Size, modification time and change time in nanoseconds, and inode (signed)."""

_MANY = 400
"""How many values one statement names; SQLite allows 32,766 variables, older builds 999."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder in which files are known by their relative path.

    A path belongs to the deepest root that contains it.

    Attributes:
        id: Its number in this store.
        path: Where it is now.
        device: The device it lay on when it was last seen.
        inode: The folder's inode then, by which it is known again after a move.
        watched: Whether the daemon watches it.
        added: RFC 3339 time.
    """

    id: int
    path: Path
    device: int | None
    inode: int | None
    watched: bool
    added: str


@dataclass(frozen=True, slots=True)
class Location:
    """A path that held an asset's bytes when it was last seen, and the stat that vouches for it.

    ``ctime_ns`` and ``inode`` are 0 where they were not recorded.
    """

    path: Path
    digest: str
    size: int
    mtime_ns: int
    seen: str
    ctime_ns: int = 0
    inode: int = 0

    def holds(self) -> bool:
        """Whether the file is there and has not been written since (by its size and time)."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return found.st_size == self.size and found.st_mtime_ns == self.mtime_ns

    def vouches(self, found: os.stat_result) -> bool:
        """Whether a stat proves that nothing was written since: not even with the time put back."""
        now = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, signed(found.st_ino))
        return now == (self.size, self.mtime_ns, self.ctime_ns, self.inode)


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that is there and was not taken in.

    Attributes:
        path: The file.
        state: ``broken``, ``growing`` (not finished yet) or ``odd``.
        code: The code of the error.
        reason: What is wrong with it.
        size: In bytes, when it was looked at.
        mtime_ns: Its time then.
        ctime_ns: The time of its last change of any sort then.
        inode: Its inode then.
    """

    path: Path
    state: str
    code: str
    reason: str
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0


class Places:
    """The roots, locations and findings of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._roots: dict[str, Root] = {}
        self._by_id: dict[int, Root] = {}
        self._loaded = False

    def roots(self) -> tuple[Root, ...]:
        """Every root, in the order they were added."""
        return tuple(sorted(self._known().values(), key=lambda root: root.id))

    def root_of(self, path: Path) -> Root | None:
        """The deepest root that contains a path, or is it."""
        known = self._known()
        text = str(path)
        while text not in known:
            above = os.path.dirname(text)  # noqa: PTH120 - called for every file; pathlib is ten times slower
            if above == text:
                return None
            text = above
        return known[text]

    def add_root(self, path: Path, now: str, *, watched: bool = False) -> Root:
        """Make a folder a root; what was known inside it by an outer root is known by it from now on."""
        outer = self.root_of(path)
        device, inode = _identity(path)
        values = {"path": path_text(str(path)), "device": device, "inode": inode, "watched": watched, "added": now}
        number = self._connection.execute(insert(RootRow).values(values)).inserted_primary_key
        root = Root(int(number[0]) if number else 0, path, device, inode, watched, now)
        if outer is not None:
            self._rehome(outer, root)
        self._keep(root)
        return root

    def set_root(self, root: Root, *, path: Path | None = None, watched: bool | None = None) -> Root:
        """A root at another path, or watched or not; its device and inode are looked up again."""
        path = path or root.path
        device, inode = _identity(path)
        device, inode = (device, inode) if inode is not None else (root.device, root.inode)
        watched = root.watched if watched is None else watched
        values = {"path": path_text(str(path)), "device": device, "inode": inode, "watched": watched}
        self._connection.execute(update(RootRow).where(RootRow.id == root.id).values(values))
        changed = Root(root.id, path, device, inode, watched, root.added)
        self._keep(changed)
        return changed

    def at(self, path: Path) -> Location | None:
        """What is known of a path."""
        return self.at_many((path,)).get(str(path))

    def at_many(self, paths: Iterable[Path]) -> dict[str, Location]:
        """What is known of many paths, by path."""
        found: dict[str, Location] = {}
        for keys in _parts(self._keys(paths)):
            query = _PLACES.where(tuple_(LocationRow.root, LocationRow.path).in_(keys))
            for row in self._connection.execute(query).mappings():
                location = self._location(row)
                found[str(location.path)] = location
        return found

    def of(self, digest: str) -> tuple[Location, ...]:
        """Where an asset was seen, last seen first."""
        query = _PLACES.where(LocationRow.digest == digest).order_by(LocationRow.seen.desc(), LocationRow.path)
        return tuple(self._location(row) for row in self._connection.execute(query).mappings())

    def of_many(self, digests: Iterable[str]) -> dict[str, tuple[Location, ...]]:
        """Where many assets were seen."""
        found: dict[str, list[Location]] = {}
        for some in _parts(sorted(set(digests))):
            query = _PLACES.where(LocationRow.digest.in_(some)).order_by(LocationRow.root, LocationRow.path)
            for row in self._connection.execute(query).mappings():
                found.setdefault(row["digest"], []).append(self._location(row))
        return {digest: tuple(places) for digest, places in found.items()}

    def below(self, folder: Path) -> tuple[Location, ...]:
        """What is known of all paths inside a folder, whichever root they belong to."""
        found: list[Location] = []
        for root in self.roots():
            query = self._within(_PLACES.where(LocationRow.root == root.id), root, folder)
            if query is not None:
                found += [self._location(row) for row in self._connection.execute(query).mappings()]
        return tuple(found)

    def stats_below(self, folder: Path) -> dict[str, Stat]:
        """What vouches for all known paths in a folder, by path; quicker than :meth:`below`."""
        found: dict[str, Stat] = {}
        columns = (LocationRow.path, LocationRow.size, LocationRow.mtime_ns, LocationRow.ctime_ns, LocationRow.inode)
        for root in self.roots():
            wanted: Any = select(*columns).where(LocationRow.root == root.id)
            query = self._within(wanted, root, folder)
            if query is not None:
                start = str(root.path).rstrip(os.sep) + os.sep
                for path, *stat in self._connection.execute(query):
                    found[start + path_of_text(path)] = tuple(stat)
        return found

    def walk(
        self, after: tuple[int, str] = (0, ""), *, limit: int = 500
    ) -> tuple[tuple[Location, ...], tuple[int, str]]:
        """The next places after a cursor, root by root in order of their paths, and the cursor after them."""
        query = _PLACES.where(tuple_(LocationRow.root, LocationRow.path) > after)
        rows = (
            self._connection.execute(query.order_by(LocationRow.root, LocationRow.path).limit(limit)).mappings().all()
        )
        return tuple(self._location(row) for row in rows), (rows[-1]["root"], rows[-1]["path"]) if rows else after

    def weight(self) -> tuple[int, int]:
        """How many places are known, and how many bytes they hold together."""
        query = select(func.count(), func.coalesce(func.sum(LocationRow.size), 0)).select_from(LocationRow)
        count, size = self._connection.execute(query).one()
        return count, int(size)

    def sample(self, root: Root, *, limit: int) -> tuple[Location, ...]:
        """Some of the places in a root: the first and the last ones in order of their paths."""
        found: dict[str, Location] = {}
        for order in (LocationRow.path, LocationRow.path.desc()):
            query = _PLACES.where(LocationRow.root == root.id).order_by(order).limit(limit // 2)
            for row in self._connection.execute(query).mappings():
                location = self._location(row)
                found[str(location.path)] = location
        return tuple(found.values())

    def with_inodes(self, inodes: Iterable[int]) -> tuple[Location, ...]:
        """The places whose file had one of these inodes."""
        found: list[Location] = []
        for some in _parts(sorted({signed(one) for one in inodes})):
            query = _PLACES.where(LocationRow.inode.in_(some))
            found += [self._location(row) for row in self._connection.execute(query).mappings()]
        return tuple(found)

    def place(self, locations: Sequence[Location]) -> None:
        """Record that paths hold assets, whatever they held before; each must lie in a root.

        An asset that has a place is no longer trashed.
        """
        if not locations:
            return
        self.forget([one.path for one in locations])
        rows = []
        for one in locations:
            root, path = self._key(one.path)
            rows.append(
                {
                    "root": root,
                    "path": path,
                    "digest": one.digest,
                    "size": one.size,
                    "mtime_ns": one.mtime_ns,
                    "ctime_ns": one.ctime_ns,
                    "inode": one.inode,
                    "seen": one.seen,
                }
            )
        self._connection.execute(insert(LocationRow), rows)
        for some in _parts(sorted({one.digest for one in locations})):
            hidden = (AssetRow.digest.in_(some), AssetRow.trashed.is_not(None))
            self._connection.execute(update(AssetRow).where(*hidden).values(trashed=None))

    def forget(self, paths: Iterable[Path]) -> None:
        """Remove what is known of paths; the assets themselves stay known."""
        for keys in _parts(self._keys(paths)):
            self._connection.execute(delete(LocationRow).where(tuple_(LocationRow.root, LocationRow.path).in_(keys)))

    def findings(self, folder: Path | None = None) -> tuple[Finding, ...]:
        """The files that could not be taken in, in a folder or anywhere, in order of their paths."""
        rows = self._connection.execute(select(*FindingRow.__table__.columns)).mappings()
        found = (self._finding(row) for row in rows)
        wanted = (one for one in found if folder is None or one.path.is_relative_to(folder))
        return tuple(sorted(wanted, key=lambda one: one.path))

    def findings_at(self, paths: Iterable[Path]) -> dict[str, Finding]:
        """What was said against many files, by path."""
        found: dict[str, Finding] = {}
        for keys in _parts(self._keys(paths)):
            query = select(*FindingRow.__table__.columns).where(tuple_(FindingRow.root, FindingRow.path).in_(keys))
            for row in self._connection.execute(query).mappings():
                finding = self._finding(row)
                found[str(finding.path)] = finding
        return found

    def note(self, finding: Finding, now: str) -> None:
        """Record why a file was not taken in."""
        self.clear((finding.path,))
        root, path = self._key(finding.path)
        values = {name: getattr(finding, name) for name in ("state", "code", "reason", *_STAT)}
        self._connection.execute(insert(FindingRow).values(root=root, path=path, seen=now, **values))

    def clear(self, paths: Iterable[Path]) -> None:
        """Forget what was said against files."""
        for keys in _parts(self._keys(paths)):
            self._connection.execute(delete(FindingRow).where(tuple_(FindingRow.root, FindingRow.path).in_(keys)))

    def _known(self) -> dict[str, Root]:
        if not self._loaded:
            for row in self._connection.execute(select(*RootRow.__table__.columns)).mappings():
                self._keep(_root(row))
            self._loaded = True
        return self._roots

    def _keep(self, root: Root) -> None:
        before = self._by_id.get(root.id)
        if before is not None:
            self._roots.pop(str(before.path), None)
        self._roots[str(root.path)] = self._by_id[root.id] = root

    def _key(self, path: Path) -> tuple[int, str]:
        root = self.root_of(path)
        if root is None:
            raise LookupError(f"{path} lies in no root")
        start, text = str(root.path), str(path)
        return root.id, path_text(text[len(start) + (not start.endswith(os.sep)) :] or ".")

    def _keys(self, paths: Iterable[Path]) -> list[tuple[int, str]]:
        return [self._key(path) for path in paths if self.root_of(path) is not None]

    def _path(self, row: RowMapping | Mapping[str, Any]) -> Path:
        self._known()
        return self._by_id[row["root"]].path / path_of_text(row["path"])

    def _location(self, row: RowMapping) -> Location:
        return Location(
            self._path(row), row["digest"], row["size"], row["mtime_ns"], row["seen"], row["ctime_ns"], row["inode"]
        )

    def _finding(self, row: RowMapping) -> Finding:
        stat = {name: row[name] for name in _STAT}
        return Finding(self._path(row), row["state"], row["code"], row["reason"], **stat)

    def _within(self, query: Select[Any], root: Root, folder: Path) -> Select[Any] | None:
        """The query, for what of a root lies in a folder; ``None`` where the two have nothing in common."""
        if root.path.is_relative_to(folder):
            return query
        if not folder.is_relative_to(root.path):
            return None
        return query.where(*self._inside(LocationRow, path_text(os.path.relpath(folder, root.path)) + "/"))

    def _inside(self, table: type[LocationRow | FindingRow], start: str) -> tuple[ColumnElement[bool], ...]:
        """Conditions for paths with that start, case and all; SQLite finds them by its index."""
        exact = func.substr(table.path, 1, len(start)) == start
        if self._connection.dialect.name != "sqlite":
            return (exact,)
        return exact, table.path >= start, table.path < start[:-1] + "0"

    def _rehome(self, outer: Root, inner: Root) -> None:
        inside = path_text(os.path.relpath(inner.path, outer.path)) + "/"
        for table in (LocationRow, FindingRow):
            here = (table.root == outer.id, *self._inside(table, inside))
            shorter = func.substr(table.path, len(inside) + 1)
            self._connection.execute(update(table).where(*here).values(root=inner.id, path=shorter))


_PLACES = select(*LocationRow.__table__.columns)
_STAT = ("size", "mtime_ns", "ctime_ns", "inode")


def _identity(folder: Path) -> tuple[int | None, int | None]:
    try:
        found = folder.stat()
    except OSError:
        return None, None
    return signed(found.st_dev), signed(found.st_ino)


def _root(row: RowMapping) -> Root:
    return Root(
        row["id"], Path(path_of_text(row["path"])), row["device"], row["inode"], bool(row["watched"]), row["added"]
    )


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))
