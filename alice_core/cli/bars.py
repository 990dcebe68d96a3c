"""Progress on standard error: bars on a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

import click

from alice_core.progress import SILENT, Progress, Stage

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_WORTH_A_LINE = 1.0
"""Seconds: shorter stages are not told of where there is no terminal."""


def progress_for(*, quiet: bool) -> Progress:
    """The progress that suits standard error."""
    if quiet:
        return SILENT
    if sys.stderr.isatty():
        return _Terminal()
    return _Lines()


class _Lines:
    def stage(self, name: str, total: float | None = None, unit: str = "") -> Stage:
        return _Line(name, total, unit)

    def note(self, text: str) -> None:
        click.echo(f"note: {text}", err=True)


class _Line:
    def __init__(self, name: str, total: float | None, unit: str) -> None:
        self._name, self._total, self._unit = name, total, unit
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        took = time.monotonic() - self._begun
        if kind is None and took >= _WORTH_A_LINE:
            amount = f" ({self._total:.0f} {self._unit})" if self._total is not None and self._unit else ""
            click.echo(f"{self._name}{amount}: {took:.1f} s", err=True)

    def advance(self, amount: float = 1) -> None:
        pass


class _Terminal:
    """Rich bars; one live display for all stages that are open at a time."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console: Console = Console(stderr=True)
        self._bars: Bars | None = None
        self._open = 0

    def stage(self, name: str, total: float | None = None, unit: str = "") -> Stage:
        return _Bar(self, name, total, unit)

    def note(self, text: str) -> None:
        self._console.print(f"note: {text}", style="yellow", markup=False, highlight=False)

    def begin(self, name: str, total: float | None, unit: str) -> tuple[Bars, TaskID]:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        if self._bars is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[unit]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            self._bars = Progress(*columns, console=self._console, transient=True)
            self._bars.start()
        self._open += 1
        return self._bars, self._bars.add_task(name, total=total, unit=unit)

    def end(self, task: TaskID) -> None:
        self._open -= 1
        if self._bars is not None:
            self._bars.remove_task(task)
            if self._open == 0:
                self._bars.stop()
                self._bars = None


class _Bar:
    def __init__(self, terminal: _Terminal, name: str, total: float | None, unit: str) -> None:
        self._terminal, self._name, self._total, self._unit = terminal, name, total, unit
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars, self._task = self._terminal.begin(self._name, self._total, self._unit)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._terminal.end(self._task)

    def advance(self, amount: float = 1) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, amount)
