"""``alice events import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.store.foreign import Intake

_TOLD = 20
"""Refused lines that are named to people; programs are told more."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@dry_run_option
@as_json_option
@click.pass_obj
def import_(session: Session, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Take the events of another log into this one: FILE holds one CloudEvents 1.0 object a line.

    They stay events of that log: nothing that is known or said here changes by them, and undo and history pass over
    them. Events of a newer version or an unknown type are kept as they are. What is no event is told, and the rest
    is taken; taking a file in again takes nothing twice.

    \b
    Examples:
      alice events import events.jsonl --dry-run
      alice events import events.jsonl --json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.store.foreign import import_events

    with session.open(dry_run=dry_run) as alice:
        intake = import_events(alice.store, file, session.progress(), dry_run=dry_run)
    if as_json:
        print_json({**intake.to_json(), "dry_run": dry_run})
    else:
        _tell(session, intake, dry_run=dry_run)


def _tell(session: Session, intake: Intake, *, dry_run: bool) -> None:
    for one in intake.refusals[:_TOLD]:
        click.echo(printable(f"line {one.line}: {one.reason} [{one.code}]"), err=True)
    if intake.refused > min(_TOLD, len(intake.refusals)):
        click.echo(f"and {intake.refused - min(_TOLD, len(intake.refusals))} more; --json names them", err=True)
    if session.quiet:
        return
    parts = [f"{'would take' if dry_run else 'took'} {intake.taken} events", f"{intake.repeated} were here already"]
    parts += [f"{intake.unknown} of unknown types"] if intake.unknown else []
    parts += [f"{intake.newer} of newer versions"] if intake.newer else []
    parts += [f"{intake.refused} lines refused"] if intake.refused else []
    parts += [f"left out: {', '.join(sorted(intake.left_out))}"] if intake.left_out else []
    click.echo(printable("; ".join(parts)))
