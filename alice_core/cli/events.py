"""``alice events``: its commands, each in a module of its own."""

from __future__ import annotations

import click

from alice_core.cli.event_import import import_
from alice_core.cli.event_receive import receive
from alice_core.cli.event_schema import schema
from alice_core.cli.event_stats import stats
from alice_core.cli.event_tail import tail
from alice_core.cli.sinks import consume, relay, replay, sinks


@click.group()
def events() -> None:
    """Follow what happens, ask why it happened, and pass it on.

    \b
    Examples:
      alice events tail --follow
      alice events tail --explain 412
      alice events stats
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


for command in (tail, stats, schema, import_, receive, sinks, relay, replay, consume):
    events.add_command(command)
