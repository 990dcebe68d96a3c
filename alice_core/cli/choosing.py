"""What the commands that change assets share: naming them, asking first, and telling what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from alice_core.cli.output import print_json
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.library.curating.curation import Said

F = TypeVar("F", bound=Callable[..., Any])

query_option = click.option("--query", metavar="QUERY", help="All assets that this query finds, beside those named.")


def assets_argument(command: F) -> F:
    """Any number of files or digests."""
    return click.argument("assets", nargs=-1, metavar="ASSET...")(command)


def change(
    session: Session,
    assets: Sequence[str],
    query: str | None,
    operation: Callable[..., Said],
    what: str,
    *arguments: object,
    dry_run: bool,
    as_json: bool,
    **options: object,
) -> None:
    """Carry an operation out on the assets that were named, and tell what it changed.

    Args:
        session: The session.
        assets: Paths, digests or starts of digests.
        query: A query that finds more of them.
        operation: Called with the store, the digests and the arguments.
        what: What was done, after the number of assets: ``tagged neon``.
        arguments: What the operation is given further.
        dry_run: Only tell.
        as_json: Print one object.
        options: What the operation is given by name.
    """
    from alice_core.library.curating.choice import choose

    with session.open(dry_run=dry_run) as alice:
        choice = choose(alice.store, assets, query=query)
        said = operation(alice.store, choice.digests, *arguments, dry_run=dry_run, **options)
    if as_json:
        counts = {"changed": len(said.changed), "unchanged": len(said.unchanged)}
        print_json(counts | {"items": list(said.changed), "query": choice.query, "dry_run": dry_run})
        return
    if choice.query is not None and not session.quiet:
        click.echo(f"query: {choice.query}", err=True)
    if not session.quiet:
        click.echo(told(len(said.changed), what, len(said.unchanged), dry_run=dry_run))


def told(changed: int, what: str, unchanged: int, *, dry_run: bool) -> str:
    """What changed, as a line: ``3 assets tagged neon (1 was so already)``."""
    line = f"{counted(changed, 'asset')} {'would be ' if dry_run else ''}{what}"
    if unchanged:
        line += f" ({unchanged} {'was' if unchanged == 1 else 'were'} so already)"
    return line + (" (dry run: nothing was written)" if dry_run else "")


def counted(number: int, what: str) -> str:
    """A number and its noun: ``1 asset``, ``2 assets``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def agree(question: str, *, yes: bool) -> None:
    """Ask before something is done, on standard error; with ``yes`` nobody is asked.

    Raises:
        UsageError: The answer is no, or there is nobody to ask.
    """
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as stopped:
        if not isinstance(stopped.__context__, EOFError):
            raise
        raise UsageError("this needs an answer, and there is nobody to ask", hint="Say so with --yes.") from stopped
    if not agreed:
        raise UsageError("nothing was done", hint="Leave out the question with --yes.")
