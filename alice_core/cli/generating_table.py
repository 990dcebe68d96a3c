"""The live table of ``alice generate``: a row a shot, a mark a take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import printable

if TYPE_CHECKING:
    from rich.table import Table

    from alice_core.cli.session import Session
    from alice_core.workflows.batches import Batch, Step

_MARKS = {"found": "[dim]●[/]", "began": "[yellow]…[/]", "made": "[green]●[/]", "failed": "[red]×[/]"}
_ROWS = 24
"""Shots that are shown at a time; those that wait for something come first."""


@contextmanager
def watching(session: Session, batch: Batch, *, quiet: bool) -> Iterator[Callable[[Step], None]]:
    """Shows steps as they happen: a live table on a terminal, failures only elsewhere."""
    if quiet or session.quiet or not sys.stderr.isatty():
        yield _tell_failure
        return
    from rich.console import Console
    from rich.live import Live

    steps: dict[tuple[int, int], Step] = {}
    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:

        def tell(step: Step) -> None:
            steps[step.wanted.place, step.wanted.number] = step
            live.update(_table(batch, steps))

        yield tell
    for step in steps.values():
        _tell_failure(step)


def _tell_failure(step: Step) -> None:
    if step.error is not None:
        text = f"{step.wanted.shot} take {step.wanted.number + 1}: {step.error.message} [{step.error.code}]"
        click.echo(printable(text), err=True)


def _table(batch: Batch, steps: dict[tuple[int, int], Step]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("shot", "section", "takes", "prompt", box=None, pad_edge=False)
    by_place: dict[int, list[str]] = {}
    for (place, _), step in sorted(steps.items()):
        by_place.setdefault(place, []).append(step.state)
    waiting = [place for place, states in by_place.items() if "began" in states]
    shown = sorted([*waiting, *(place for place in by_place if place not in set(waiting))][:_ROWS])
    for place in shown:
        shot = batch.plan.shots[place]
        marks = Text.from_markup(" ".join(_MARKS[state] for state in by_place[place]))
        table.add_row(Text(shot.id), Text(shot.section), marks, Text(shot.prompt, overflow="ellipsis", no_wrap=True))
    if len(by_place) > len(shown):
        table.caption = f"and {len(by_place) - len(shown)} more shots"
    return table
