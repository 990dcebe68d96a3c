"""What the scripts report of their work in Resolve, kept as events, and the films that they rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from alice_core.errors import UsageError
from alice_core.events.resolve_facts import Reported, ReportLine
from alice_core.resolve.cuts import PlanFile
from alice_core.resolve.takes import project_of
from alice_core.store import Ingredient, Recipe, Store, UnitOfWork, ingest, operation
from alice_core.store.catalogue import record
from alice_core.store.files import read_file

Did = Literal["push", "relink", "take", "markers", "render"]

RENDER = ("resolve.render", 1)

_MOST_LINES = 1000
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Report:
    """What a script did.

    Attributes:
        did: What.
        project: Of Resolve.
        timeline: In Resolve.
        plan: Digest of the plan, where the script knows it.
        lines: Names and values.
    """

    did: Did
    project: str
    timeline: str
    plan: str | None
    lines: tuple[tuple[str, str], ...]


def parse_report(content: object) -> Report:
    """The report in what a script wrote.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(content, Mapping) or content.get("did") not in get_args(Did):
        words = ", ".join(get_args(Did))
        raise UsageError("that is no report of a script", hint=f'Its field "did" must be one of {words}.')
    lines = tuple(_flat("", content.get("report") or {}))
    if len(lines) > _MOST_LINES:
        lines = (*lines[: _MOST_LINES - 1], ("more", f"{len(lines) - _MOST_LINES + 1} lines are left out"))
    plan = content.get("plan")
    return Report(
        cast("Did", content["did"]),
        str(content.get("project") or ""),
        str(content.get("timeline") or ""),
        str(plan) if plan else None,
        lines,
    )


@operation("resolve.report", emits=(Reported,), permission="project.write")
def report(work: UnitOfWork, told: Report) -> str:
    """Record what a script did in Resolve and give the identifier of the event."""
    lines = tuple(ReportLine(name=name, value=value) for name, value in told.lines)
    fact = Reported(did=told.did, project=told.project, timeline=told.timeline, plan=told.plan, report=lines)
    return work.emit(fact, subject=told.plan or told.timeline or "resolve").id


def register(store: Store, files: Sequence[Path], source: PlanFile, timeline: str) -> tuple[tuple[Path, str], ...]:
    """Make rendered films known as made of a plan: each with its digest.

    Raises:
        NotFound, MediaError: A file is not there or cannot be read.
    """
    found = tuple(read_file(file) for file in files)
    with store.reading() as reader:
        known = reader.assets.known([source.digest])
        name = project_of(store, source)
        project = None if name is None else reader.projects.named(name)
    if not known:
        ingest(store, read_file(source.path), role="plan")
    takes = dict.fromkeys(shot.take.digest for shot in source.plan.shots if shot.take)
    inputs = (
        Ingredient("plan", source.digest),
        Ingredient("song", source.plan.song.digest),
        *(Ingredient("take", digest) for digest in takes),
    )
    recipe = Recipe(*RENDER, parameters={"timeline": timeline}, inputs=inputs)
    record(store, recipe, tuple(("film", one) for one in found), project)
    return tuple((one.path, one.digest) for one in found)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{name}.{number}" if name else str(number), inner)
    elif value is not None:
        yield name or "text", str(value)[:_LONGEST]
