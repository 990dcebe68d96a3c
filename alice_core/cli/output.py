"""Printing results: JSON for programs, aligned lines for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done and cost; write nothing.")


def print_json(value: object) -> None:
    """Print one JSON value as a single line that any terminal encoding can carry."""
    click.echo(json.dumps(value, ensure_ascii=True, separators=(", ", ": ")))


def print_pairs(pairs: Iterable[tuple[str, str]], indent: str = "") -> None:
    """Print names and values in two columns."""
    rows = list(pairs)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        click.echo(f"{indent}{name:<{width}}  {printable(value)}".rstrip())


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under heads, columns as wide as their widest cell."""
    table = [list(heads), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    for row in table:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def printable(text: str) -> str:
    """The text without control characters that could move a terminal's cursor."""
    return "".join(
        sign if sign.isprintable() or sign in "\u200d\ufe0f" else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def human_size(size: int) -> str:
    """A size in bytes as people read it: ``1.4 MB``."""
    if size < 1000:  # noqa: PLR2004 - a kilobyte
        return f"{size} B"
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 1000 or unit == "TB":  # noqa: PLR2004 - a kilobyte
            break
    return f"{value:.1f} {unit}"
