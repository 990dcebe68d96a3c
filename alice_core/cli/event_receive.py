"""``alice events receive``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, print_json, printable
from alice_core.cli.session import Session
from alice_core.cli.signals import end_on_signals
from alice_core.errors import ConfigError

if TYPE_CHECKING:
    from alice_core.relay.receiving import Receipt


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen on.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--unsigned", is_flag=True, help="Take unsigned calls, from this machine only.")
@as_json_option
@click.pass_obj
def receive(session: Session, host: str, port: int, *, unsigned: bool, as_json: bool) -> None:
    """Take events that others send over HTTP, until Ctrl-C: the other end of a webhook sink.

    Calls are CloudEvents 1.0, alone, in batches or in binary mode, signed with the secret in ALICE_RECEIVER_SECRET or
    the keyring. The events are taken in as alice events import does. With --json each line tells of one call.

    \b
    Examples:
      alice events receive
      alice events receive --port 0 --unsigned --json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.relay.receiving import Receiver
    from alice_core.relay.secrets import RECEIVER_VARIABLE, receiver_secret

    secret = None if unsigned else receiver_secret()
    if secret is None and not unsigned:
        raise ConfigError(
            "there is no secret to know callers by", hint=f"Set {RECEIVER_VARIABLE}, or say --unsigned on this machine."
        )
    with session.open() as alice:
        receiver = Receiver(alice.store, host, port, secret, lambda receipt: _tell(session, receipt, as_json=as_json))
        with receiver.listen() as server:
            end_on_signals(lambda: threading.Thread(target=server.shutdown).start())
            address = f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}/"
            if as_json:
                print_json({"listening": address})
            elif not session.quiet:
                click.echo(f"listening at {address}; end with Ctrl-C", err=True)
            server.serve_forever(poll_interval=0.1)


def _tell(session: Session, receipt: Receipt, *, as_json: bool) -> None:
    if as_json:
        print_json({"status": int(receipt.status), **receipt.to_json()})
    elif receipt.problem is not None:
        click.echo(printable(f"a call was not taken: {receipt.problem}"), err=True)
    else:
        for place, code, reason in receipt.refused:
            click.echo(printable(f"event {place} of a call: {reason} [{code}]"), err=True)
        if not session.quiet:
            click.echo(f"took {receipt.taken} events; {receipt.repeated} were here already", err=True)
