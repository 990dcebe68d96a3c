"""``alice events stats``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.event_choice import moment_of
from alice_core.cli.event_lines import Lines
from alice_core.cli.output import as_json_option, human_size, print_json, print_pairs, print_table
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.relay.status import SinkStatus
    from alice_core.store.rates import LogSize, TypeCount

_BARS = "▁▂▃▄▅▆▇█"
_MOST_HOURS = 72
_NOW = timedelta(minutes=1)


@click.command()
@click.option(
    "--since", metavar="TIME", default="24h", show_default=True, help="Count from then on: 10m, 2h, 3d, 2026-11."
)
@click.option("--utc", is_flag=True, help="Tell times in UTC instead of local time.")
@as_json_option
@click.pass_obj
def stats(session: Session, since: str, *, utc: bool, as_json: bool) -> None:
    """Show how much happens, how large the log is, and how far each sink is behind.

    \b
    Examples:
      alice events stats
      alice events stats --since 7d --json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.relay.status import sink_status
    from alice_core.store.numbers import stamp

    now = datetime.now(UTC)
    start = moment_of(since)
    first_hour = max(datetime.fromisoformat(start), now - timedelta(hours=_MOST_HOURS - 1))
    with session.open() as alice:
        alice.store.seal()
        with alice.store.reading() as reader:
            size = reader.rates.size()
            types = reader.rates.by_type(start)
            minute = reader.rates.count(stamp(now - _NOW))
            hours = reader.rates.by_hour(first_hour, now)
        sinks = sink_status(alice.store)
    length = max((now - datetime.fromisoformat(start)).total_seconds() / 3600, 1 / 60)
    if as_json:
        print_json(_content(size, types, minute, hours, sinks, start, length))
        return
    lines = Lines(utc=utc)
    count = sum(one.count for one in types)
    rows = [
        ("log", f"{size.events:,} events, {human_size(size.bytes)} of payloads"),
        ("from", f"{lines.moment(size.first or '')} to {lines.moment(size.last or '')}" if size.first else "empty"),
        ("now", f"{minute:,} a minute"),
        (f"since {since}", f"{count:,} events, {count / length:,.1f} an hour"),
        ("by the hour", f"{_spark(hours)}  at most {max(hours):,}"),
        ("unsealed", f"{size.unsealed:,}"),
    ]
    print_pairs(rows)
    if types:
        click.echo()
        print_table(
            ("type", "count", "an hour", "last"),
            [(one.type, f"{one.count:,}", f"{one.count / length:,.1f}", lines.moment(one.last)) for one in types],
        )
    if sinks:
        click.echo()
        _tell_sinks(sinks)


def _tell_sinks(sinks: Sequence[SinkStatus]) -> None:
    print_table(
        ("sink", "kind", "state", "position", "behind", "a second", "refused", "last error"),
        [
            (
                *(one.name, one.kind, one.state, f"{one.position:,}"),
                f"{one.lag:,} events, {one.behind:,.0f} s" if one.lag else "-",
                *(f"{one.rate:,.1f}", f"{one.undelivered:,}"),
                f"{one.error} ({one.failures} in a row)" if one.error else "",
            )
            for one in sinks
        ],
    )


def _content(
    size: LogSize,
    types: Sequence[TypeCount],
    minute: int,
    hours: Sequence[int],
    sinks: Sequence[SinkStatus],
    start: str,
    length: float,
) -> dict[str, Any]:
    return {
        "log": asdict(size),
        "since": start,
        "per_minute_now": minute,
        "hours": list(hours),
        "items": [{**asdict(one), "per_hour": round(one.count / length, 3)} for one in types],
        "sinks": [asdict(one) for one in sinks],
    }


def _spark(counts: Sequence[int]) -> str:
    """A bar for each number, as high as it is great; nothing is a space."""
    most = max(counts, default=0)
    return "".join(_BARS[(len(_BARS) - 1) * count // most] if count else " " for count in counts)
