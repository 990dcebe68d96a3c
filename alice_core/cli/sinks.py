"""``alice events sinks``, ``relay``, ``replay`` and ``consume``."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import click

from alice_core.cli.choosing import counted
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, print_table, printable
from alice_core.cli.session import Session
from alice_core.cli.signals import end_on_signals
from alice_core.errors import ExportError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alice_core.events import Event
    from alice_core.relay.consuming import Complaint
    from alice_core.relay.courier import Word
    from alice_core.relay.sending import Trouble
    from alice_core.relay.status import SinkStatus
    from alice_core.store import Store

_NAME = click.argument("name", metavar="NAME")


@click.group()
def sinks() -> None:
    """Say where events are sent: files, Redis streams, webhooks.

    \b
    Example:
      alice events sinks add team redis://localhost:6379/0
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@sinks.command("list")
@as_json_option
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """Show every sink: where it is, how far it is behind, and what it failed of last.

    \b
    Example:
      alice events sinks list
    """  # noqa: D301 - see above
    from alice_core.relay.status import is_relayed, sink_status

    with session.open() as alice:
        found = sink_status(alice.store)
        relayed = is_relayed(alice.store)
    if as_json:
        print_json({"relayed": relayed, "items": [one.to_json() for one in found]})
        return
    if not found:
        click.echo("no sinks; add one: alice events sinks add NAME TARGET", err=True)
        return
    heads = ("name", "state", "at", "lag", "refused", "where", "trouble")
    print_table(heads, [_cells(one) for one in found])
    if not relayed and not session.quiet:
        click.echo("nothing is sent now; start: alice events relay (or alice watch)", err=True)


@sinks.command()
@_NAME
@click.argument("target", metavar="TARGET")
@click.option("--type", "patterns", multiple=True, metavar="PATTERN", help="Only these types; can be given again.")
@click.option("--from", "start", type=click.IntRange(1), metavar="N", help="Begin with that position (1).")
@click.option("--new", is_flag=True, help="Begin with what happens from now on.")
@click.option("--stream", metavar="KEY", help="Redis: name of the stream (alice:events).")
@click.option("--keep", type=click.IntRange(0), metavar="N", help="Redis: entries to keep (100000).")
@click.option("--rotate", type=click.IntRange(1), metavar="BYTES", help="File: put it aside at that size.")
@click.option("--batch", type=click.IntRange(1, 500), metavar="N", help="Webhook: events in one call (1).")
@click.option("--timeout", type=click.FloatRange(0.1), metavar="SECONDS", help="Redis, webhook: wait so long (5, 10).")
@click.option("--largest", type=click.IntRange(1), metavar="BYTES", help="Redis, webhook: refuse larger events.")
@click.option("--as", "versions", multiple=True, metavar="TYPE=N", help="Send that type in its old version N.")
@click.option("--unsigned", is_flag=True, help="Webhook: do not sign calls.")
@click.option("--insecure", is_flag=True, help="Webhook: let http leave this machine.")
@dry_run_option
@as_json_option
@click.pass_obj
def add(
    session: Session,
    /,
    name: str,
    target: str,
    patterns: tuple[str, ...],
    versions: tuple[str, ...],
    start: int | None,
    *,
    new: bool,
    unsigned: bool,
    insecure: bool,
    dry_run: bool,
    as_json: bool,
    **options: object,
) -> None:
    """Send events to TARGET from now on: a file, redis://HOST/0 or https://HOST/PATH.

    Passwords and keys come from ALICE_SINK_NAME_SECRET in the environment, or the keyring.

    \b
    Examples:
      alice events sinks add log events.jsonl
      alice events sinks add team redis://localhost:6379/0 --type 'library.*'
      alice events sinks add shop https://example.com/hook --new
    """  # noqa: D301 - see above
    from alice_core.cli.event_choice import pattern_of
    from alice_core.relay.settings import kind_of, settings_for
    from alice_core.relay.sinks import add_sink

    if new and start is not None:
        raise UsageError("--new and --from exclude each other")
    said = options | {"signed": False if unsigned else None, "insecure": True if insecure else None}
    settings = settings_for(target, said, versions=versions)
    with session.open(dry_run=dry_run) as alice:
        alice.store.seal()
        with alice.store.reading() as reader:
            position = reader.events.position() if new else (start or 1) - 1
            taken = reader.sinks.named(name) is not None
        pattern = ",".join(pattern_of(one) for one in patterns) or "*"
        if not dry_run or taken:
            add_sink(alice.store, name, settings, pattern=pattern, position=position)
    values = {"name": name, "kind": kind_of(settings), "target": settings.target, "pattern": pattern}
    if as_json:
        print_json(values | {"position": position, "dry_run": dry_run})
        return
    done = "would be added" if dry_run else "added"
    click.echo(f"{name}: {done} ({values['kind']}, {printable(settings.target)})", err=True)


@sinks.command()
@_NAME
@dry_run_option
@as_json_option
@click.pass_obj
def remove(session: Session, name: str, *, dry_run: bool, as_json: bool) -> None:
    """Send nothing to NAME any longer; what it has stays there.

    \b
    Example:
      alice events sinks remove team
    """  # noqa: D301 - see above
    from alice_core.relay.sinks import remove_sink

    _change(session, name, remove_sink, "removed", dry_run=dry_run, as_json=as_json)


@sinks.command()
@_NAME
@dry_run_option
@as_json_option
@click.pass_obj
def pause(session: Session, name: str, *, dry_run: bool, as_json: bool) -> None:
    """Let NAME wait; what happens meanwhile is sent when it is resumed.

    \b
    Example:
      alice events sinks pause team
    """  # noqa: D301 - see above
    from alice_core.relay.sinks import pause_sink

    _change(session, name, pause_sink, "paused", dry_run=dry_run, as_json=as_json)


@sinks.command()
@_NAME
@dry_run_option
@as_json_option
@click.pass_obj
def resume(session: Session, name: str, *, dry_run: bool, as_json: bool) -> None:
    """Go on with NAME, from where it was.

    \b
    Example:
      alice events sinks resume team
    """  # noqa: D301 - see above
    from alice_core.relay.sinks import resume_sink

    _change(session, name, resume_sink, "resumed", dry_run=dry_run, as_json=as_json)


@click.command()
@click.option("--once", is_flag=True, help="Send all there is, then end.")
@as_json_option
@click.pass_obj
def relay(session: Session, *, once: bool, as_json: bool) -> None:
    """Send events to all sinks until Ctrl-C; `alice watch` does so too.

    A sink that is down is tried again and again, longer and longer apart. With --json each line tells what happened.

    \b
    Examples:
      alice events relay
      alice events relay --once
    """  # noqa: D301 - see above
    from alice_core.relay.relay import Relay

    with session.open() as alice:
        teller = WordTeller(session, as_json=as_json)
        sender = Relay(alice.store, tell=teller, chore=signing_of(alice.store))
        if once:
            _report(sender.once(), as_json=as_json)
            return
        end_on_signals(sender.stop)
        if not session.quiet and not as_json:
            click.echo("sending events; end with Ctrl-C", err=True)
        sender.run()


@click.command()
@click.option("--from", "start", type=click.IntRange(1), metavar="N", help="Position of the first event.")
@click.option("--to-position", "end", type=click.IntRange(1), metavar="M", help="Position of the last one (newest).")
@click.option("--undelivered", is_flag=True, help="Only what the sink refused before.")
@click.option("--to", "name", required=True, metavar="SINK", help="The sink that gets them.")
@dry_run_option
@as_json_option
@click.pass_obj
def replay(
    session: Session, start: int | None, end: int | None, name: str, *, undelivered: bool, dry_run: bool, as_json: bool
) -> None:
    """Send events to a sink once more; receivers know them by their identifiers.

    \b
    Examples:
      alice events replay --from 1200 --to team --dry-run
      alice events replay --undelivered --to shop
    """  # noqa: D301 - see above
    from alice_core.relay.replaying import replay as send_again

    if start is None and not undelivered:
        raise UsageError("say which events: --from N or --undelivered")
    with session.open(dry_run=dry_run) as alice:
        done = send_again(
            alice.store, name, start=start or 1, end=end, undelivered=undelivered, dry_run=dry_run,
            progress=session.progress(),
        )  # fmt: skip
    if as_json:
        values = {"sink": name, "sent": done.sent, "first": done.first, "last": done.last}
        print_json(values | {"refused": list(done.refused), "dry_run": dry_run})
        return
    verb = "would be sent" if dry_run else "sent"
    span = f" ({done.first} to {done.last})" if done.sent else ""
    click.echo(f"{counted(done.sent, 'event')} {verb} to {name}{span}", err=True)
    if done.refused:
        click.echo(f"{counted(len(done.refused), 'event')} refused again", err=True)


@click.command()
@click.option("--from", "name", required=True, metavar="SINK", help="A sink of this store that is a Redis stream.")
@click.option("--group", default="alice", show_default=True, help="Each group gets every event once.")
@click.option("--idle", type=click.FloatRange(0), default=60.0, show_default=True, help="Take over after so long.")
@click.option("--follow", "-f", is_flag=True, help="Go on with new events until Ctrl-C.")
@click.pass_obj
def consume(session: Session, name: str, group: str, idle: float, *, follow: bool) -> None:
    """Read events from a Redis stream as one of a group, and print each as a line of JSON.

    What is no event is reported, put into the stream's dead letters, and passed over.

    \b
    Example:
      alice events consume --from team --group archive --follow | tee -a archive.jsonl
    """  # noqa: D301 - see above
    from alice_core.relay.consuming import StreamConsumer
    from alice_core.relay.redis_server import RedisSettings
    from alice_core.relay.secrets import secret_of
    from alice_core.relay.settings import read_settings
    from alice_core.relay.sinks import unknown

    with session.open() as alice, alice.store.reading() as reader:
        found = reader.sinks.named(name)
    if found is None:
        raise unknown(name)
    settings = read_settings(found[0].kind, found[0].settings)
    if not isinstance(settings, RedisSettings):
        raise UsageError(f"{name} is no Redis stream", hint="A file can be read with any program.")
    consumer = StreamConsumer(settings, group, secret=secret_of(name), idle=idle, tell=_complain)
    stop = threading.Event()
    try:
        if follow:
            end_on_signals(stop.set)
            consumer.run(_print, stop=stop)
        else:
            while consumer.turn(_print, wait=0.2):
                pass
    finally:
        consumer.close()


class WordTeller:
    """Prints what happens with sinks, from any thread: lines for people on standard error, JSON lines for programs."""

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._lock = threading.Lock()

    def __call__(self, word: Word) -> None:
        """Print one."""
        with self._lock:
            if self._as_json:
                print_json({"event": f"sink-{word.kind}", "sink": word.sink, "text": word.text})
                sys.stdout.flush()
            elif not self._session.quiet or word.kind in {"set-aside", "fault"}:
                click.echo(printable(f"{word.sink or 'relay'}: {word.kind}: {word.text}"), err=True)


def signing_of(store: Store) -> Callable[[], None]:
    """Signs the state of a store's log now and then."""
    from alice_core.config import audit_pins_folder, audit_seed
    from alice_core.events.checkpoint import new_seed
    from alice_core.store.checkpoints import checkpoint_if_due

    def sign() -> None:
        checkpoint_if_due(store, lambda: audit_seed(new_seed), audit_pins_folder())

    return sign


def _change(
    session: Session, name: str, change: Callable[[Store, str], object], done: str, *, dry_run: bool, as_json: bool
) -> None:
    from alice_core.relay.sinks import unknown

    with session.open(dry_run=dry_run) as alice:
        if dry_run:
            with alice.store.reading() as reader:
                if reader.sinks.named(name) is None:
                    raise unknown(name)
        else:
            change(alice.store, name)
    if as_json:
        print_json({"name": name, "done": done, "dry_run": dry_run})
    elif not session.quiet:
        click.echo(f"{name}: {f'would be {done}' if dry_run else done}", err=True)


def _report(outcome: dict[str, Trouble | None], *, as_json: bool) -> None:
    down = {name: trouble for name, trouble in outcome.items() if trouble is not None}
    if as_json:
        items = [{"sink": name, "trouble": one.reason if one else None} for name, one in outcome.items()]
        print_json({"items": items})
    else:
        print_pairs([(name, f"down: {one.reason}" if one else "up to date") for name, one in outcome.items()])
    if down:
        first = next(iter(down))
        raise ExportError(
            f"{counted(len(down), 'sink')} did not take everything; {first}: {down[first].reason}",
            hint="What is missing is kept, and sent by the next alice events relay.",
            code="ALICE-E10",
        )


def _cells(one: SinkStatus) -> tuple[str, ...]:
    lag = f"{one.lag} ({one.behind:.0f} s)" if one.lag else "0"
    trouble = f"{one.error} ({one.failures})" if one.failures else ""
    refused = str(one.undelivered)
    return (one.name, one.state, str(one.position), lag, refused, f"{one.kind} {one.target}", trouble)


def _print(event: Event) -> None:
    click.echo(event.to_cloudevent_json())


def _complain(one: Complaint) -> None:
    where = "put into the dead letters" if one.dead else "tried again later"
    entry = f"entry {one.entry}: " if one.entry else ""
    click.echo(printable(f"{entry}{one.reason} ({where})"), err=True)
