"""``alice events tail``."""

from __future__ import annotations

import io
import select
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from alice_core.cli.event_choice import choosing, wanted_events
from alice_core.cli.output import print_json
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.events import Event
    from alice_core.store import Store
    from alice_core.store.log import EventFilter

_PAUSE = 0.05
"""Seconds between two looks at the log while following it."""

_COUNT = 20
_PAGE = 500


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Go on with new events until Ctrl-C.")
@click.option("--count", "-n", type=click.IntRange(0), metavar="N", help="Begin so many back (20).")
@click.option("--from", "start", type=click.IntRange(0), metavar="N", help="Begin after this number instead.")
@click.option("--explain", metavar="EVENT", help="What caused EVENT (a number, an id or its start), what it caused.")
@click.option("--utc", is_flag=True, help="Tell times in UTC instead of local time.")
@choosing
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one CloudEvents 1.0 object a line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object (with --follow, one event a line).")
@click.pass_obj
def tail(
    session: Session,
    /,
    count: int | None,
    start: int | None,
    explain: str | None,
    *,
    follow: bool,
    utc: bool,
    as_jsonl: bool,
    as_json: bool,
    **choice: str | None,
) -> None:
    """Print the newest events, oldest first, or explain one of them.

    Each line has the event's number, its time, who did it, its type, what it is about and what happened. With --since
    all from then on are printed, unless --count says otherwise.

    \b
    Examples:
      alice events tail
      alice events tail --type 'asset.*' --project Neon --since 10m --follow --json
      alice events tail --explain 412
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.cli.event_explain import explain_event

    if explain is not None and (follow or count is not None or start is not None or any(choice.values())):
        raise UsageError("--explain is about one event", hint="Leave out what chooses or follows others.")
    with session.open() as alice:
        if explain is not None:
            explain_event(alice.store, explain, utc=utc, as_json=as_json or as_jsonl)
            return
        wanted = wanted_events(alice.store, **choice)
        pages = _pages(alice.store, _begin(alice.store, wanted, count, start), wanted, follow=follow)
        if as_json and not follow:
            print_json({"items": [event.to_cloudevent() for page in pages for event in page]})
            return
        show = _show_json if as_jsonl or as_json else _show_lines(utc=utc)
        for page in pages:
            for event in page:
                show(event)
            sys.stdout.flush()


def _begin(store: Store, wanted: EventFilter, count: int | None, start: int | None) -> int:
    """The position after which the first event lies that is to be printed."""
    if start is not None:
        return start
    if count is None and wanted.since is not None:
        return 0
    store.seal()
    with store.reading() as reader:
        return reader.events.position_before_last(_COUNT if count is None else count, wanted=wanted)


def _pages(store: Store, cursor: int, wanted: EventFilter, *, follow: bool) -> Iterator[tuple[Event, ...]]:
    """What follows a position, some at a time; when following, without end."""
    while True:
        store.seal()
        with store.reading() as reader:
            top = reader.events.position()
            page = reader.events.following(cursor, wanted=wanted, limit=_PAGE) if top > cursor else ()
        if page:
            cursor = page[-1].position or cursor
            yield page
        if len(page) == _PAGE:
            continue
        cursor = max(cursor, top)  # what lies before was looked at, wanted or not
        if not follow:
            return
        if _reader_has_left():
            raise BrokenPipeError
        if not page:
            time.sleep(_PAUSE)


def _show_json(event: Event) -> None:
    """One CloudEvents object a line, its payload to the letter."""
    click.echo(event.to_cloudevent_json().encode())


def _show_lines(*, utc: bool) -> Callable[[Event], None]:
    from alice_core.cli.event_lines import Lines

    return Lines(utc=utc).show


def _reader_has_left() -> bool:
    """Whether nobody reads our output any more, as after `| head`; only POSIX tells."""
    if not hasattr(select, "poll"):
        return False
    try:
        output = sys.stdout.fileno()
    except (io.UnsupportedOperation, AttributeError, ValueError):
        return False
    poll = select.poll()
    poll.register(output, 0)
    return any(found & (select.POLLERR | select.POLLNVAL) for _, found in poll.poll(0))
