"""``alice audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from alice_core.cli.choosing import counted
from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session
from alice_core.errors import IntegrityError

if TYPE_CHECKING:
    from alice_core.store.audit import Verdict


@click.group()
def audit() -> None:
    """Check that the log of events is what was written.

    \b
    Example:
      alice audit verify
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@audit.command()
@as_json_option
@click.pass_obj
def verify(session: Session, *, as_json: bool) -> None:
    """Walk the chain of all events, compare it with the signed checkpoints, and name the first event that is wrong.

    \b
    Examples:
      alice audit verify
      alice audit verify --json
    """  # noqa: D301 - see above
    from alice_core.config import audit_pins_folder, audit_seed
    from alice_core.events.checkpoint import new_seed, public_key
    from alice_core.store.audit import verify_chain
    from alice_core.store.checkpoints import NAME, checkpoints_of, pin_file, pinned

    with session.open() as alice:
        alice.store.seal()
        said = checkpoints_of(alice.store.folder)
        pin = pinned(alice.store, audit_pins_folder())
        lost = pin is not None and pin not in said.checkpoints
        believed = (*said.checkpoints, pin) if lost and pin is not None else said.checkpoints
        key = public_key(audit_seed(new_seed)) if believed else None
        verdict = verify_chain(alice.store, believed, key=key, progress=session.progress())
        file = pin_file(alice.store, audit_pins_folder())
    warnings = []
    if lost:
        warnings.append(
            f"A checkpoint that was written is not in {NAME}; it stands in {file}, and is believed. If you put back"
            " an older copy of the store yourself, delete that file."
        )
    elif not said.exists:
        warnings.append(f"There is no file {NAME}: a tail that was cut off cannot be noticed.")
    if said.unreadable:
        warnings.append(f"{counted(said.unreadable, 'line')} of {NAME} cannot be read.")
    if as_json:
        print_json(_json(verdict, warnings))
        if not verdict.sound:
            click.get_current_context().exit(IntegrityError.exit_status)
        return
    _tell(verdict, warnings)
    if verdict.fault is not None:
        raise IntegrityError(
            f"the log is not what was written, from position {verdict.fault.position} on",
            hint="Compare with a backup: alice db backup says where they are. What came before that position holds.",
            code="ALICE-I07",
        )


@audit.command()
@as_json_option
@click.pass_obj
def checkpoint(session: Session, *, as_json: bool) -> None:
    """Sign the newest event's place in the chain, in a file beside the store.

    From then on each command that changes something signs where it ended. The newest signature is kept in the folder of
    your configuration too, as who can change the database can also delete that file.

    \b
    Example:
      alice audit checkpoint
    """  # noqa: D301 - see above
    from alice_core.config import audit_pins_folder, audit_seed
    from alice_core.events.checkpoint import new_seed
    from alice_core.store.checkpoints import NAME, write_checkpoint

    with session.open() as alice:
        made = write_checkpoint(alice.store, audit_seed(new_seed), audit_pins_folder())
        place = alice.store.folder / NAME
    if as_json:
        print_json({"written": made is not None, "position": made and made.position, "file": str(place)})
    elif made is None:
        click.echo("nothing has happened since the last checkpoint")
    else:
        click.echo(printable(f"{counted(made.position, 'event')} signed in {place}"))


@audit.command()
@click.argument("events", metavar="EVENT...", nargs=-1, required=True)
@click.option("--why", metavar="TEXT", required=True, help="The reason, which is kept.")
@dry_run_option
@as_json_option
@click.pass_obj
def erase(session: Session, events: tuple[str, ...], why: str, *, dry_run: bool, as_json: bool) -> None:
    """Erase for good what events say (not that they happened); the chain still holds.

    \b
    Example:
      alice audit erase 0192f0c0-1111-7000-8000-000000000001 --why 'Ada asked for it'
    """  # noqa: D301 - see above
    from alice_core.errors import NotFound
    from alice_core.store.erasing import erase_payloads

    with session.open(dry_run=dry_run) as alice:
        with alice.store.reading() as reader:
            found = {event.id: event for event in reader.events.with_ids(events)}
        missing = [one for one in events if one not in found]
        if missing:
            raise NotFound(f"there is no event {missing[0]!r}", hint="See them with: alice events tail --json")
        left = [one for one in found.values() if one.erased is None]
        count = len(left) if dry_run else erase_payloads(alice.store, events, why)
    if as_json:
        print_json({"erased": count, "dry_run": dry_run})
        return
    for one in left:
        click.echo(printable(f"{one.time}  {one.type.removeprefix('alice.')}  {one.id}"))
    click.echo(f"{counted(count, 'payload')} {'would be ' if dry_run else ''}erased")


def _json(verdict: Verdict, warnings: list[str]) -> dict[str, object]:
    return {
        "sound": verdict.sound,
        "events": verdict.events,
        "unsealed": verdict.unsealed,
        "erased": verdict.erased,
        "checkpoints": verdict.checkpoints,
        "head": verdict.head,
        "fault": verdict.fault.to_json() if verdict.fault else None,
        "warnings": warnings,
    }


def _tell(verdict: Verdict, warnings: list[str]) -> None:
    for warning in warnings:
        click.echo(printable(warning))
    agree = "agrees" if verdict.checkpoints == 1 else "agree"
    extra = [f"{counted(verdict.checkpoints, 'checkpoint')} {agree}"] if verdict.checkpoints else []
    extra += [f"{verdict.unsealed} not chained yet"] if verdict.unsealed else []
    extra += [f"{verdict.erased} erased"] if verdict.erased else []
    more = f" ({', '.join(extra)})" if extra else ""
    fault = verdict.fault
    if fault is None:
        click.echo(f"{counted(verdict.events, 'event')} as written{more}; head {verdict.head[:16]}")
        return
    click.echo(f"{counted(verdict.events, 'event')} as written{more}, then:")
    which = f", {fault.type} of {fault.time}, {fault.id}" if fault.id else ""
    click.echo(printable(f"  position {fault.position}{which}: {fault.what}"))
