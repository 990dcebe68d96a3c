"""Rows of projects and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from alice_core.store.tables import ProjectAssetRow, ProjectRow

_MANY = 500


@dataclass(frozen=True, slots=True)
class Project:
    """A film in the making: its name, unique in the store, and what its maker wants.

    ``style`` is a document ``alice.style/1`` or empty, ``archived`` the time at which it was put away.
    """

    id: str
    name: str
    brief: str
    created: str
    style: str = ""
    archived: str | None = None


class Projects:
    """The projects of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, name: str) -> Project | None:
        """The project of that name."""
        row = self._connection.execute(_COLUMNS.where(ProjectRow.name == name)).mappings().first()
        return None if row is None else _project(row)

    def with_id(self, project: str) -> Project | None:
        """The project of that identifier."""
        row = self._connection.execute(_COLUMNS.where(ProjectRow.id == project)).mappings().first()
        return None if row is None else _project(row)

    def all(self) -> tuple[Project, ...]:
        """Every project, newest first."""
        rows = self._connection.execute(_COLUMNS.order_by(ProjectRow.created.desc(), ProjectRow.name)).mappings()
        return tuple(_project(row) for row in rows)

    def add(self, project: Project) -> None:
        """Begin a project."""
        self._connection.execute(insert(ProjectRow).values(asdict(project)))

    def set_brief(self, project: str, brief: str) -> None:
        """Write the brief of the project with that identifier."""
        self._connection.execute(update(ProjectRow).where(ProjectRow.id == project).values(brief=brief))

    def set_style(self, project: str, style: str) -> None:
        """Write the style sheet of the project with that identifier."""
        self._connection.execute(update(ProjectRow).where(ProjectRow.id == project).values(style=style))

    def set_archived(self, project: str, when: str | None) -> None:
        """Put the project with that identifier away, or with ``None`` take it up again."""
        self._connection.execute(update(ProjectRow).where(ProjectRow.id == project).values(archived=when))

    def join(self, project: str, digest: str, role: str) -> bool:
        """Make an asset part of a project; false when it was so already."""
        member = (ProjectAssetRow.project == project, ProjectAssetRow.digest == digest)
        if self._connection.scalar(select(func.count()).select_from(ProjectAssetRow).where(*member)):
            return False
        self._connection.execute(insert(ProjectAssetRow).values(project=project, digest=digest, role=role))
        return True

    def of_asset(self, digest: str) -> tuple[str, ...]:
        """Names of the projects that an asset belongs to."""
        query = (
            select(ProjectRow.name)
            .join(ProjectAssetRow, ProjectAssetRow.project == ProjectRow.id)
            .where(ProjectAssetRow.digest == digest)
        )
        return tuple(self._connection.scalars(query.order_by(ProjectRow.name)))

    def of_assets(self, digests: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Names of the projects that many assets belong to."""
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(digests), _MANY):
            query = (
                select(ProjectAssetRow.digest, ProjectRow.name)
                .join(ProjectRow, ProjectRow.id == ProjectAssetRow.project)
                .where(ProjectAssetRow.digest.in_(digests[start : start + _MANY]))
                .order_by(ProjectRow.name)
            )
            for digest, name in self._connection.execute(query):
                found[digest] = (*found.get(digest, ()), name)
        return found

    def roles(self, digests: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """The projects that many assets belong to, by name, each with the part the asset plays there."""
        found: dict[str, list[tuple[str, str]]] = {}
        for start in range(0, len(digests), _MANY):
            query = (
                select(ProjectAssetRow.digest, ProjectRow.name, ProjectAssetRow.role)
                .join(ProjectRow, ProjectRow.id == ProjectAssetRow.project)
                .where(ProjectAssetRow.digest.in_(digests[start : start + _MANY]))
                .order_by(ProjectRow.name)
            )
            for digest, name, role in self._connection.execute(query):
                found.setdefault(digest, []).append((name, role))
        return {digest: tuple(some) for digest, some in found.items()}

    def members(self, project: str) -> frozenset[str]:
        """The digests of a project's assets."""
        return frozenset(
            self._connection.scalars(select(ProjectAssetRow.digest).where(ProjectAssetRow.project == project))
        )

    def count_assets(self, project: str) -> int:
        """How many assets belong to a project."""
        query = select(func.count()).select_from(ProjectAssetRow).where(ProjectAssetRow.project == project)
        return self._connection.scalar(query) or 0


_COLUMNS = select(*ProjectRow.__table__.columns)


def _project(row: RowMapping) -> Project:
    return Project(**row)
