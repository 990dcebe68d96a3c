"""Beginning and briefing projects."""

from __future__ import annotations

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.events.facts import ProjectBriefed, ProjectCreated
from alice_core.ids import uuid7
from alice_core.store import Project, Store, UnitOfWork, operation

_LONGEST_NAME = 255


@operation("project.create", emits=(ProjectCreated,), permission="project.write")
def create(work: UnitOfWork, name: str, text: str = "") -> Project:
    """Begin a project.

    Raises:
        UsageError: The name is empty or too long.
        Conflict: There is a project of that name.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(f"{name[:40]!r} is no name for a project", hint="Use 1 to 255 characters.")
    if work.projects.named(name) is not None:
        raise Conflict(f"there is a project named {name!r}", hint="Choose another name.")
    project = Project(uuid7(), name, text, work.now)
    work.projects.add(project)
    work.emit(ProjectCreated(project=project.id, name=name, brief=text), subject=project.id, project=name)
    return project


@operation("project.brief", emits=(ProjectBriefed,), permission="project.write", undo="project.brief")
def brief(work: UnitOfWork, name: str, text: str) -> Project:
    """Write the brief of a project anew.

    Raises:
        NotFound: There is no project of that name.
    """
    before = work.projects.named(name)
    if before is None:
        raise _unknown(name)
    work.projects.set_brief(before.id, text)
    work.emit(ProjectBriefed(project=before.id, before=before.brief, after=text), subject=before.id, project=name)
    return Project(before.id, before.name, text, before.created)


def get(store: Store, name: str) -> Project:
    """The project of that name.

    Raises:
        NotFound: There is none.
    """
    with store.reading() as reader:
        project = reader.projects.named(name)
    if project is None:
        raise _unknown(name)
    return project


def create_or_get(store: Store, name: str, text: str | None) -> Project:
    """The project of that name, begun if it is new; a text other than ``None`` becomes its brief."""
    name = name.strip()
    with store.reading() as reader:
        project = reader.projects.named(name)
    if project is None:
        try:
            return create(store, name, text or "")
        except Conflict:
            # Another process began it between the look and the transaction.
            project = get(store, name)
    if text is not None and text != project.brief:
        return brief(store, name, text)
    return project


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no project named {name!r}", hint="List them with: alice project list")
