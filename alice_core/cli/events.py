"""``alice events``."""

from __future__ import annotations

import json
import time

import click

from alice_core.cli.output import print_json, printable
from alice_core.cli.session import Session
from alice_core.events import EVENT_TYPES, Event
from alice_core.store.log import EventFilter

_PAUSE = 0.1
"""Seconds between two looks at the log while following it."""


@click.group()
def events() -> None:
    """Follow what happens.

    \b
    Example:
      alice events tail --follow
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@events.command()
@click.option("--follow", "-f", is_flag=True, help="Go on with new events until Ctrl-C.")
@click.option("--count", "-n", type=click.IntRange(0), default=20, show_default=True, help="Begin so many back.")
@click.option("--from", "start", type=click.IntRange(0), help="Begin after this sequence number instead.")
@click.option("--type", "kind", metavar="PATTERN", help="Only these types: library.*, alice.store.derived")
@click.option("--project", metavar="NAME", help="Only this project.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one CloudEvents 1.0 object a line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all of them under items.")
@click.pass_obj
def tail(
    session: Session,
    count: int,
    start: int | None,
    kind: str | None,
    project: str | None,
    *,
    follow: bool,
    as_jsonl: bool,
    as_json: bool,
) -> None:
    """Print the newest events, oldest first.

    \b
    Examples:
      alice events tail
      alice events tail --follow --type 'library.*' --jsonl
    """  # noqa: D301 - see above
    wanted = EventFilter(type=kind, project=project)
    with session.open() as alice:
        with alice.store.reading() as reader:
            cursor = reader.events.before_last(count, wanted=wanted) if start is None else start
        gathered: list[Event] = []
        while True:
            with alice.store.reading() as reader:
                found = reader.events.after(cursor, wanted=wanted)
            for event in found:
                cursor = event.seq or cursor
                if as_json and not follow:
                    gathered.append(event)
                else:
                    click.echo(json.dumps(event.to_cloudevent()) if as_jsonl or as_json else _line(event))
            if not found and not follow:
                break
            if not found:
                time.sleep(_PAUSE)
    if as_json:
        print_json({"items": [event.to_cloudevent() for event in gathered]})


@events.command()
@click.argument("kind", metavar="[TYPE]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def schema(kind: str | None, *, as_json: bool) -> None:
    """Print the event types, or the JSON Schema of one TYPE's payload.

    \b
    Examples:
      alice events schema
      alice events schema alice.store.derived
    """  # noqa: D301 - see above
    import alice_core.events.facts  # noqa: F401 - registers the types
    from alice_core.errors import NotFound

    if kind is None:
        rows = [(name, model.schema_version, (model.__doc__ or "").strip()) for name, model in EVENT_TYPES.items()]
        if as_json:
            print_json({"items": [{"type": one, "version": two, "summary": three} for one, two, three in sorted(rows)]})
            return
        for name, version, summary in sorted(rows):
            click.echo(f"{name}  {version}  {summary}")
        return
    name = kind if kind.startswith("alice.") else f"alice.{kind}"
    if name not in EVENT_TYPES:
        raise NotFound(f"there is no event type {kind!r}", hint="List them with: alice events schema")
    print_json(EVENT_TYPES[name].model_json_schema())


def _line(event: Event) -> str:
    facts = ", ".join(f"{name}={_short(value)}" for name, value in event.data.items())
    project = f" [{event.project}]" if event.project else ""
    return printable(f"{event.seq:>6}  {event.time}  {event.type.removeprefix('alice.'):<24}{project} {facts}")


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} items"
    text = str(value)
    return text.removeprefix("sha256:")[:12] if text.startswith("sha256:") else text
