"""``alice watch`` and ``alice unwatch``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, printable
from alice_core.cli.session import Session
from alice_core.cli.signals import end_on_signals
from alice_core.errors import UsageError
from alice_core.media.files import path_said
from alice_core.progress import SILENT

if TYPE_CHECKING:
    from alice_core.face import Alice
    from alice_core.library.watch.happening import Happening
    from alice_core.library.watch.service import Service
    from alice_core.library.watch.state import WatchStatus


@click.command()
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(path_type=Path))
@click.option("--once", is_flag=True, help="Look through everything once, then end.")
@click.option("--add", is_flag=True, help="Only let DIR be watched, by the daemon that runs or the next one.")
@click.option("--status", is_flag=True, help="Show what is watched and what is not finished yet, then end.")
@click.option("--interval", type=click.FloatRange(1), metavar="SECONDS", help="Look through everything so often (300).")
@click.option("--install-service", "install", is_flag=True, help="Let the system start the daemon at login.")
@click.option("--print-service", "show", is_flag=True, help="Print the file by which the system would start it.")
@dry_run_option
@as_json_option
@click.pass_obj
def watch(
    session: Session,
    folders: tuple[Path, ...],
    interval: float | None,
    *,
    once: bool,
    add: bool,
    status: bool,
    install: bool,
    show: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Watch folders: take in what comes, follow what moves, and tell what grows or is broken.

    DIR stays watched until `alice unwatch DIR`; without DIR everything that is watched already is. A file is taken
    in when nobody writes to it any more and its end is there. A folder that is not there, such as a disk that is not
    mounted, loses nothing. Only one daemon watches for a store. With --json each line tells what happened.

    \b
    Examples:
      alice watch ~/ComfyUI/output
      alice watch ~/ComfyUI/output /media/renders --install-service
      alice watch --status
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    if sum((once, add, status, install, show)) > 1:
        raise UsageError("--once, --add, --status, --install-service and --print-service exclude each other")
    if show:
        click.echo(_service(session).text, nl=False)
        return
    with session.open(dry_run=dry_run) as alice:
        if status:
            _print_status(alice, as_json=as_json)
        elif dry_run:
            _foresee(session, alice, folders, install=install, as_json=as_json)
        elif add or install:
            _watch_folders(session, alice, folders, as_json=as_json and not install)
            if install:
                _install(session, as_json=as_json)
        else:
            _run(session, alice, folders, interval, once=once, as_json=as_json)


def _run(
    session: Session, alice: Alice, folders: tuple[Path, ...], interval: float | None, *, once: bool, as_json: bool
) -> None:
    from alice_core.cli.sinks import WordTeller, signing_of
    from alice_core.library.roots import watch_folder
    from alice_core.library.watch.daemon import INTERVAL_SECONDS, Daemon
    from alice_core.library.watch.jobs import background_jobs
    from alice_core.library.watch.state import refuse_second
    from alice_core.relay.relay import relaying

    refuse_second(alice.store.folder)
    for folder in folders:
        _tell_moved(session, watch_folder(alice.store, folder), folder)
    daemon = Daemon(
        alice.store,
        interval=interval or INTERVAL_SECONDS,
        tell=_Teller(session, as_json=as_json),
        jobs=background_jobs(),
        progress=session.progress() if sys.stderr.isatty() and not as_json else SILENT,
    )
    end_on_signals(daemon.stop)
    if once:
        daemon.once()
        return
    # What happens is sent to the sinks of events meanwhile, unless another process does so already.
    with relaying(alice.store, tell=WordTeller(session, as_json=as_json), chore=signing_of(alice.store)):
        daemon.run()


class _Teller:
    """Prints what happens: lines for people on standard error, JSON lines for programs."""

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._scanned = False

    def __call__(self, happening: Happening) -> None:
        if self._as_json:
            print_json(happening.to_json())
            sys.stdout.flush()
        elif self._is_worth_it(happening):
            click.echo(printable(happening.text), err=True)
            if self._session.verbose and happening.report is not None:
                for one in happening.report.findings:
                    click.echo(f"  {printable(path_said(one.path))}: {one.state}: {one.reason}", err=True)

    def _is_worth_it(self, happening: Happening) -> bool:
        if self._session.quiet:
            return happening.kind in {"error", "overflow"}
        again = happening.kind == "scanned" and self._scanned
        self._scanned = self._scanned or happening.kind == "scanned"
        return self._session.verbose or not again


def _tell_moved(session: Session, before: Path | None, now: Path) -> None:
    if before is not None and not session.quiet:
        click.echo(f"{printable(path_said(now.absolute()))} was {printable(path_said(before))} before", err=True)


def _watch_folders(session: Session, alice: Alice, folders: tuple[Path, ...], *, as_json: bool) -> None:
    from alice_core.library.roots import watch_folder

    for folder in folders:
        _tell_moved(session, watch_folder(alice.store, folder), folder)
    if as_json:
        print_json({"watched": [str(folder.absolute()) for folder in folders], "dry_run": False})


def _foresee(session: Session, alice: Alice, folders: tuple[Path, ...], *, install: bool, as_json: bool) -> None:
    if install:
        _install(session, as_json=as_json, dry_run=True)
        return
    with alice.store.reading() as reader:
        watched = [root.path for root in reader.places.roots() if root.watched and root.path.is_dir()]
    report = alice.ingest([*watched, *folders], dry_run=True, progress=session.progress())
    if as_json:
        print_json(report.to_json() | {"dry_run": True})
    elif not session.quiet:
        from alice_core.library.watch.happening import summary

        click.echo(f"{printable(summary(report) or 'nothing new')} (dry run: nothing was written)")


def _service(session: Session) -> Service:
    from alice_core.config import home_folder
    from alice_core.library.watch.service import Setting, service_for

    home = home_folder(Path(session.home) if session.home else None)
    without = {name: value for name, value in os.environ.items() if name != "ALICE_HOME"}
    usual = not session.home and "ALICE_HOME" not in os.environ
    return service_for(Setting(sys.platform, sys.executable, home, usual, Path.home(), without))


def _install(session: Session, *, as_json: bool, dry_run: bool = False) -> None:
    from alice_core.library.watch.service import only_in_environment

    service = _service(session)
    written = False if dry_run else service.install()
    if as_json:
        values = {"path": str(service.path), "written": written, "enable": service.enable, "disable": service.disable}
        print_json(values | {"dry_run": dry_run})
        return
    state = "would be written" if dry_run else "written" if written else "is as it should be"
    click.echo(f"{printable(str(service.path))}: {state}", err=True)
    for name in only_in_environment(os.environ):
        click.echo(f"note: {name} is only set in this shell; write it to your config file (alice config)", err=True)
    click.echo(f"Start it now and at every login:\n  {service.enable}\nEnd that:\n  {service.disable}", err=True)


def _print_status(alice: Alice, *, as_json: bool) -> None:
    from alice_core.library.watch.state import watch_status

    status = watch_status(alice.store)
    if as_json:
        print_json(status.to_json())
        return
    print_pairs(_status_rows(status))


def _status_rows(status: WatchStatus) -> list[tuple[str, str]]:
    rows = [("daemon", f"process {status.process}" if status.process is not None else "does not run")]
    if status.said and status.said.scanned:
        rows.append(("last scan", f"{status.said.scanned}, {status.said.seconds:.1f} s"))
    if status.said and status.said.overflows:
        rows.append(("lost events", f"{status.said.overflows} times; all was looked through again"))
    rows += [(one.by, path_said(one.path) + (f" ({one.reason})" if one.reason else "")) for one in status.folders]
    rows += [("growing", f"{path_said(one.path)}: {one.reason}") for one in status.growing]
    if status.broken:
        rows.append(("not taken in", f"{status.broken} files; see: alice ingest DIR"))
    return rows


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@dry_run_option
@as_json_option
@click.pass_obj
def unwatch(session: Session, folder: Path, *, dry_run: bool, as_json: bool) -> None:
    """Watch DIR no longer; what is known of its files stays known.

    \b
    Example:
      alice unwatch /media/renders
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.roots import unwatch_folder

    with session.open(dry_run=dry_run) as alice:
        unwatch_folder(alice.store, folder, dry_run=dry_run)
    if as_json:
        print_json({"unwatched": str(folder.absolute()), "dry_run": dry_run})
    elif not session.quiet:
        text = f"{printable(path_said(folder.absolute()))} is watched no longer"
        click.echo(text + (" (dry run: nothing was written)" if dry_run else ""))
