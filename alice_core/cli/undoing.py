"""``alice history``, ``undo`` and ``redo``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.choosing import counted
from alice_core.cli.event_choice import moment_of
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.events import Event
    from alice_core.library.curating.history import Then
    from alice_core.library.curating.undo import TakenBack

_count = click.argument("count", metavar="[N]", type=click.IntRange(1), default=1)


@click.command()
@click.argument("asset")
@click.option("--at", "moment", metavar="TIME", help="Show it as it was then: 2h, 3d, 2026-11-20T10:30, yesterday.")
@as_json_option
@click.pass_obj
def history(session: Session, asset: str, moment: str | None, *, as_json: bool) -> None:
    """Show everything that happened to ASSET, oldest first, and what took it back; or how it was at a time.

    \b
    Examples:
      alice history tiger.png
      alice history 3fa9c1d2 --json
      alice history tiger.png --at 3d
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.curating.history import asset_at, history_of

    with session.open() as alice:
        if moment is not None:
            then = asset_at(alice.store, asset, moment_of(moment))
            print_json(then.to_json()) if as_json else _tell_then(then)
            return
        digest, happenings = history_of(alice.store, asset)
    if as_json:
        print_json({"digest": digest, "items": [one.to_json() for one in happenings]})
        return
    for one in happenings:
        event = one.event
        back = f"  (taken back {_moment(one.undone.time)} by {one.undone.actor})" if one.undone else ""
        by = f"  ({one.by})" if one.by else ""
        click.echo(printable(f"{_moment(event.time)}  {event.actor}  {one.text}{by}{back}"))


@click.command()
@_count
@click.option("--skip", is_flag=True, help="Pass over commands of which nothing can be taken back.")
@dry_run_option
@as_json_option
@click.pass_obj
def undo(session: Session, count: int, *, skip: bool, dry_run: bool, as_json: bool) -> None:
    """Take back what the last N commands said of assets, moved to the trash or restored.

    What somebody has changed again since is left as it is, and told.

    \b
    Examples:
      alice undo
      alice undo 3 --dry-run
    """  # noqa: D301 - see above
    from alice_core.library.curating.undo import undo as take_back

    with session.open(dry_run=dry_run) as alice:
        days = alice.configuration.settings.trash.days
        done = take_back(alice.store, count, skip=skip, dry_run=dry_run, days=days, progress=session.progress())
    _tell(session, done, "undone", "nothing to take back", dry_run=dry_run, as_json=as_json)


@click.command()
@_count
@dry_run_option
@as_json_option
@click.pass_obj
def redo(session: Session, count: int, *, dry_run: bool, as_json: bool) -> None:
    """Make again what the last N undos took back.

    \b
    Example:
      alice redo
    """  # noqa: D301 - see above
    from alice_core.library.curating.undo import redo as make_again

    with session.open(dry_run=dry_run) as alice:
        days = alice.configuration.settings.trash.days
        done = make_again(alice.store, count, dry_run=dry_run, days=days, progress=session.progress())
    _tell(session, done, "redone", "nothing to make again", dry_run=dry_run, as_json=as_json)


def _tell_then(then: Then) -> None:
    one = then.asset
    if one is None:
        click.echo(printable(f"nothing was known of {then.digest} on {_moment(then.moment)}"))
    else:
        said = {
            "rating": "" if one.rating is None else str(one.rating),
            "favourite": "yes" if one.favourite else "",
            "mark": f"{one.mark}{f': {one.reason}' if one.reason else ''}" if one.mark else "",
            "note": one.note or "",
            "tags": ", ".join(sorted(one.tags)),
            "collections": ", ".join(sorted(one.collections)),
            "beats": f"corrected by {one.beats}" if one.beats else "",
            "companion of": one.leader or "",
            "in the trash": f"since {_moment(one.trashed)}" if one.trashed else "",
            "projects": ", ".join(f"{name} ({role})" for name, role in then.projects),
        }
        rows = [("at", _moment(then.moment)), ("digest", then.digest), *((k, v) for k, v in said.items() if v)]
        print_pairs([*rows, *(("place", path) for path in then.paths)])
    if then.unread:
        click.echo(f"{then.unread} events about it cannot be read; something may be missing", err=True)


def _tell(
    session: Session, done: tuple[TakenBack, ...], verb: str, nothing: str, *, dry_run: bool, as_json: bool
) -> None:
    if as_json:
        print_json({"items": [_content(one) for one in done], "dry_run": dry_run})
        return
    if not done and not session.quiet:
        click.echo(nothing, err=True)
    for one in done:
        for line in _lines(one.again or one.events):
            click.echo(printable(f"{'would be ' if dry_run else ''}{verb}: {line}"))
        for line in _lines(one.skipped):
            click.echo(printable(f"left as it is, it was changed since: {line}"), err=True)


def _lines(events: tuple[Event, ...]) -> list[str]:
    """What events say, the same said of several assets once."""
    from alice_core.library.curating.sentences import sentence

    counts = Counter(sentence(event) for event in events)
    return [text if count == 1 else f"{text}, {counted(count, 'asset')}" for text, count in counts.items()]


def _content(one: TakenBack) -> dict[str, Any]:
    return {
        "command": one.step.correlation,
        "time": one.step.time,
        "events": [_event(event) for event in one.events],
        "again": [_event(event) for event in one.again],
        "skipped": [_event(event) for event in one.skipped],
    }


def _event(event: Event) -> dict[str, Any]:
    from alice_core.library.curating.sentences import sentence

    return {"id": event.id, "type": event.type, "subject": event.subject, "time": event.time, "text": sentence(event)}


def _moment(time: str) -> str:
    return time[:19].replace("T", " ")
