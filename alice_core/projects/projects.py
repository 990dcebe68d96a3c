"""Beginning, briefing and styling projects, and putting them away."""

from __future__ import annotations

from dataclasses import replace

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.events.facts import (
    ProjectArchived,
    ProjectBriefed,
    ProjectCreated,
    ProjectReopened,
    ProjectStyled,
)
from alice_core.ids import uuid7
from alice_core.store import Project, Reader, Store, UnitOfWork, operation

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
    before = _named(work, name)
    work.projects.set_brief(before.id, text)
    work.emit(ProjectBriefed(project=before.id, before=before.brief, after=text), subject=before.id, project=name)
    return replace(before, brief=text)


@operation("project.style", emits=(ProjectStyled,), permission="project.write", undo="project.style")
def style(work: UnitOfWork, name: str, sheet: str) -> Project:
    """Write the style sheet of a project anew: a document ``alice.style/1``, or nothing for none.

    Raises:
        NotFound: There is no project of that name.
    """
    before = _named(work, name)
    if before.style != sheet:
        work.projects.set_style(before.id, sheet)
        fact = ProjectStyled(project=before.id, before=before.style, after=sheet)
        work.emit(fact, subject=before.id, project=before.name)
    return replace(before, style=sheet)


@operation("project.archive", emits=(ProjectArchived,), permission="project.write", undo="project.reopen")
def archive(work: UnitOfWork, name: str) -> Project:
    """Put a project away; everything in it stays, and nothing is made or spent in it until it is reopened.

    Raises:
        NotFound: There is no project of that name.
        Conflict: It is put away already.
    """
    before = _named(work, name)
    if before.archived is not None:
        raise Conflict(f"{name!r} was put away on {before.archived[:10]}", hint="Take it up: alice project reopen NAME")
    work.projects.set_archived(before.id, work.now)
    work.emit(ProjectArchived(project=before.id), subject=before.id, project=before.name)
    return replace(before, archived=work.now)


@operation("project.reopen", emits=(ProjectReopened,), permission="project.write", undo="project.archive")
def reopen(work: UnitOfWork, name: str) -> Project:
    """Take up again a project that was put away.

    Raises:
        NotFound: There is no project of that name.
        Conflict: It is not put away.
    """
    before = _named(work, name)
    if before.archived is None:
        raise Conflict(f"{name!r} is not put away", hint="See: alice project list --all")
    work.projects.set_archived(before.id, None)
    work.emit(ProjectReopened(project=before.id), subject=before.id, project=before.name)
    return replace(before, archived=None)


def open_for_work(project: Project) -> Project:
    """The project itself, if something may be made in it.

    Raises:
        Conflict: It was put away.
    """
    if project.archived is not None:
        message = f"the project {project.name!r} was put away on {project.archived[:10]}"
        raise Conflict(message, hint=f"Take it up again: alice project reopen {project.name}")
    return project


def get(store: Store, name: str) -> Project:
    """The project of that name.

    Raises:
        NotFound: There is none.
    """
    with store.reading() as reader:
        return _named(reader, name)


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


def _named(reader: Reader, name: str) -> Project:
    found = reader.projects.named(name)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no project named {name!r}", hint="List them with: alice project list")
