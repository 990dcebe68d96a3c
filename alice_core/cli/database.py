"""``alice db``."""

from __future__ import annotations

from pathlib import Path

import click

from alice_core.cli.output import as_json_option, print_json, print_pairs
from alice_core.cli.session import Session


@click.group()
def db() -> None:
    """Upgrade, back up and check the database.

    \b
    Example:
      alice db check
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@db.command()
@as_json_option
@click.pass_obj
def upgrade(session: Session, *, as_json: bool) -> None:
    """Bring the tables up to date; a copy of the database is made first.

    Every other command does so by itself; this one says what was done.

    \b
    Example:
      alice db upgrade
    """  # noqa: D301 - see above
    from alice_core.store.migrate import HEAD

    with session.open() as alice:
        done = alice.store.migration
    backup = str(done.backup) if done and done.backup else None
    if as_json:
        before = done.before if done else HEAD
        print_json({"before": before, "after": HEAD, "backup": backup, "changed": done is not None})
    elif not session.quiet:
        text = f"upgraded from {done.before or 'nothing'} to {done.after}" if done else f"up to date ({HEAD})"
        click.echo(text + (f"; copy before: {backup}" if backup else ""))


@db.command()
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="FILE", help="The copy. [default: backups/]")
@as_json_option
@click.pass_obj
def backup(session: Session, target: Path | None, *, as_json: bool) -> None:
    """Make a whole copy of the database while it is in use.

    \b
    Example:
      alice db backup --to alice-friday.db
    """  # noqa: D301 - see above
    from alice_core.store.migrate import backup_store

    with session.open() as alice:
        copy = backup_store(alice.store, target)
    if as_json:
        print_json({"backup": str(copy)})
    else:
        click.echo(str(copy))


@db.command()
@as_json_option
@click.pass_obj
def check(session: Session, *, as_json: bool) -> None:
    """Check the whole database: pages, references, events, the store's own files.

    \b
    Example:
      alice db check
    """  # noqa: D301 - see above
    from alice_core.errors import IntegrityError
    from alice_core.store.check import check as check_store

    with session.open() as alice:
        health = check_store(alice.store)
    findings = [{"check": one.check, "message": one.message} for one in health.findings]
    if as_json:
        counts = {"assets": health.assets, "locations": health.locations, "recipes": health.recipes}
        print_json({"revision": health.revision, **counts, "events": health.events, "findings": findings})
    else:
        names = ("assets", "locations", "recipes", "events")
        print_pairs([(name, str(getattr(health, name))) for name in names])
        for one in health.findings:
            click.echo(f"wrong: {one.check}: {one.message}", err=True)
    if health.findings:
        if as_json:
            click.get_current_context().exit(IntegrityError.exit_status)
        raise IntegrityError(
            f"the database has {len(health.findings)} faults", hint="Restore a copy from the folder backups."
        )
    if not as_json and not session.quiet:
        click.echo("nothing wrong")
