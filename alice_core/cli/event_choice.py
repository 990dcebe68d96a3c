"""Which events somebody means: patterns of types, times, subjects."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from alice_core.store import Store
    from alice_core.store.log import EventFilter

F = TypeVar("F", bound=Callable[..., Any])

_AGO = re.compile(r"(\d{1,9})\s*(s|m|min|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_ROOMS = {"asset": "library", "project": "projects"}
"""The nouns of operations, beside the rooms that types are named after."""


def choosing(command: F) -> F:
    """Give a command the options that choose events."""
    for option in (
        click.option("--source", metavar="URI", help="Only what that program published; /alice is this one."),
        click.option("--subject", metavar="NAME", help="Only about this file, digest or other subject."),
        click.option("--actor", metavar="NAME", help="Only what this actor did, such as user:ada."),
        click.option("--project", metavar="NAME", help="Only this project."),
        click.option("--since", metavar="TIME", help="Only from then on: 10m, 2h, 3d, 2026-11-20, yesterday."),
        click.option(
            "--type", "kind", metavar="PATTERN", help="Only these types: library.*, asset.*, alice.store.derived"
        ),
    ):
        command = option(command)
    return command


def wanted_events(
    store: Store,
    *,
    kind: str | None,
    since: str | None,
    project: str | None,
    actor: str | None,
    subject: str | None,
    source: str | None,
) -> EventFilter:
    """The filter that the options mean; a pattern that fits no known type is told.

    Raises:
        UsageError: A time cannot be read, or the start of a digest fits several assets.
    """
    from alice_core.store.log import EventFilter

    if actor and ":" not in actor:
        actor = f"user:{actor}"
    return EventFilter(
        type=kind and pattern_of(kind),
        project=project,
        since=since and moment_of(since),
        subject=subject and _subject(store, subject),
        actor=actor,
        source=source,
    )


def moment_of(text: str, now: datetime | None = None) -> str:
    """A time as people write it, as the store writes it: so long ago, or the start of a day, a month or a minute.

    >>> moment_of("10m", datetime.fromisoformat("2026-11-24T09:30Z"))
    '2026-11-24T09:20:00.000Z'

    Raises:
        UsageError: It is no time (``ALICE-U05``).
    """
    from alice_core.library.language.calendar import Calendar
    from alice_core.library.language.dates import span_of
    from alice_core.store.numbers import stamp

    now = now or datetime.now().astimezone()
    found = _AGO.fullmatch(text.strip().lower())
    if found is None:
        return stamp(span_of(text, Calendar(now)).start)
    ago = int(found[1]) * _SECONDS[found[2]]
    return stamp(now - timedelta(seconds=min(ago, now.timestamp())))


def pattern_of(kind: str) -> str:
    """The pattern that ``--type`` means; one that fits no known type is told."""
    from fnmatch import fnmatchcase

    from alice_core.events.registry import EVENT_TYPES, load_types

    room, dot, rest = kind.removeprefix("alice.").partition(".")
    if dot and room in _ROOMS:
        kind = f"{_ROOMS[room]}.{rest}"
    load_types()
    whole = (kind, f"alice.{kind}")
    if not any(fnmatchcase(name, one) for name in EVENT_TYPES for one in whole):
        click.echo(
            f"note: no type that this version knows fits {kind!r}; list them with: alice events schema", err=True
        )
    return kind


def _subject(store: Store, text: str) -> str:
    """The digest of a file or of the start of one, else the text itself."""
    from alice_core.errors import NotFound
    from alice_core.library.show import resolve

    try:
        return resolve(store, text)
    except NotFound:
        return text
