"""``alice embed``."""

from __future__ import annotations

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json
from alice_core.cli.session import Session


@click.command()
@dry_run_option
@as_json_option
@click.pass_obj
def embed(session: Session, *, dry_run: bool, as_json: bool) -> None:
    """Work out what prompts mean, so that `find` also finds what is said in other words.

    Each distinct prompt is worked out once, on this machine; the daemon does it too when it has nothing else to
    do. It can be stopped at any time and goes on where it was. Needs a model that is installed by itself:
    `alice doctor` says how.

    \b
    Example:
      alice embed --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.meaning import embed_all, unfinished

    with session.open(dry_run=dry_run) as alice:
        if dry_run:
            waiting = unfinished(alice.store).prompts
            done = 0
        else:
            done = embed_all(alice.store, progress=session.progress())
            waiting = 0
    if as_json:
        print_json({"embedded": done, "waiting": waiting, "dry_run": dry_run})
    elif not session.quiet and dry_run:
        click.echo(f"{waiting} prompts would be worked out (dry run: nothing was written)")
    elif not session.quiet:
        click.echo(f"{done} prompts were worked out")
