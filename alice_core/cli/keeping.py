"""``alice verify``, ``rebuild`` and ``sidecars``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.carrying import difference_json, printable_path, tell_differences
from alice_core.cli.output import as_json_option, dry_run_option, human_size, print_json, printable
from alice_core.cli.session import Session
from alice_core.errors import AliceError, ConfigError, IntegrityError, UsageError
from alice_core.media.files import path_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alice_core.library.keeping.damage import Damage
    from alice_core.library.keeping.rebuild import RebuildReport
    from alice_core.library.keeping.repair import Repair
    from alice_core.library.keeping.sidecar import SidecarReport
    from alice_core.library.keeping.verify import Verification

_FEW = 10


@click.command()
@click.argument("what", nargs=-1, metavar="[QUERY|PATH]...")
@click.option("--quick", is_flag=True, help="Read only files whose size, times or inode are not as recorded.")
@click.option("--repair", "mend", is_flag=True, help="Give damaged files their bytes back from good copies.")
@click.option("--yes", is_flag=True, help="Repair without asking.")
@dry_run_option
@as_json_option
@click.pass_obj
def verify(
    session: Session, what: tuple[str, ...], *, quick: bool, mend: bool, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Read known files again, and tell which are damaged or gone.

    Without QUERY or PATH everything is read: your files, the store's own copies, the trash and raw metadata.
    What looks like your own edit is told apart from damage. A repair keeps the damaged bytes in the store's
    folder "damaged" first; it undoes an edit only for a file that is named by itself.

    \b
    Examples:
      alice verify
      alice verify --quick ~/ComfyUI/output
      alice verify kind:video rating>=4 --repair
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.keeping.repair import repair
    from alice_core.library.keeping.verify import verify as verify_files

    with session.open(dry_run=dry_run) as alice:
        found = verify_files(alice.store, what, quick=quick, dry_run=dry_run, progress=session.progress())
        if not as_json:
            _tell_verification(found, quiet=session.quiet)
        repairs: tuple[Repair, ...] = ()
        able = [one for one in found.damages if one.repairable or one.what == "block"]
        if mend and able and not dry_run and _agreed(len(able), yes=yes, ask=not as_json):
            repairs = repair(alice.store, able, progress=session.progress())
    done = {id(one.damage) for one in repairs if one.done}
    standing = [one for one in found.damages if id(one) not in done]
    if as_json:
        print_json(_verification_json(found, repairs, quick=quick, dry_run=dry_run))
        if standing:
            click.get_current_context().exit(IntegrityError.exit_status)
        return
    for one in repairs:
        text = f"repaired from {printable_path(one.source)}" if one.done and one.source else one.reason
        click.echo(f"{printable_path(one.damage.path)}: {text}", err=True)
    if standing:
        raise _damaged(standing, mend=mend, dry_run=dry_run)


def _tell_verification(found: Verification, *, quiet: bool) -> None:
    for root in found.away:
        click.echo(f"not there, and so not read: {printable_path(root)}", err=True)
    for one in found.damages:
        click.echo(f"{one.what}: {printable_path(one.path)}", err=True)
        click.echo(f"  {printable(one.name)} {one.digest}: {printable(one.reason)}", err=True)
        for copy in one.copies:
            click.echo(f"  good copy ({copy.place}): {printable_path(copy.path)}", err=True)
    if not quiet:
        blocks = f" and {found.blocks} blocks of metadata" if found.blocks else ""
        skipped = f", {found.skipped} not there" if found.skipped else ""
        click.echo(
            f"{found.files} files{blocks}, {human_size(found.size)} read{skipped}: "
            + (f"{len(found.damages)} not as recorded" if found.damages else "all as recorded")
        )


def _agreed(count: int, *, yes: bool, ask: bool) -> bool:
    if yes:
        return True
    if not ask or not sys.stdin.isatty():
        raise UsageError(f"{count} files would be repaired", hint="Say --yes to do so without being asked.")
    return click.confirm(f"Repair {count} files? What is damaged is kept.", err=True)


def _damaged(standing: Sequence[Damage], *, mend: bool, dry_run: bool) -> AliceError:
    able = sum(one.repairable for one in standing)
    if able and dry_run and mend:
        hint = f"{able} of them would be repaired without --dry-run."
    elif able and not mend:
        hint = f"{able} of them have a good copy: alice verify --repair"
    elif any(one.edited for one in standing):
        hint = "What you edited yourself is taken in by: alice ingest PATH"
    else:
        hint = "Bring them back from a backup, or take what is there in: alice ingest PATH"
    return IntegrityError(f"{len(standing)} known files are damaged or gone", hint=hint, code="ALICE-I03")


def _verification_json(found: Verification, repairs: Iterable[Repair], *, quick: bool, dry_run: bool) -> dict[str, Any]:
    return {
        "files": found.files,
        "bytes": found.size,
        "blocks": found.blocks,
        "quick": quick,
        "damaged": [one.to_json() for one in found.damages],
        "away": [path_said(path) for path in found.away],
        "skipped": found.skipped,
        "repaired": [
            {
                "path": path_said(one.damage.path),
                "done": one.done,
                "source": one.source and path_said(one.source),
                "kept": one.kept and path_said(one.kept),
                "reason": one.reason or None,
            }
            for one in repairs
        ],
        "dry_run": dry_run,
    }


@click.command()
@click.argument("roots", nargs=-1, metavar="[ROOT]...", type=click.Path(path_type=Path))
@click.option("--home", "new_home", type=click.Path(path_type=Path), metavar="NEW", help="Build the store there.")
@dry_run_option
@as_json_option
@click.pass_obj
def rebuild(session: Session, roots: tuple[Path, ...], new_home: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Build a store from the files in ROOTs, the store's own copies and all sidecars.

    For a lost or broken database: move alice.db away, or name a new home. With --home and no ROOT the folders
    are those that the old store knows. What cannot come back is said.

    \b
    Examples:
      alice rebuild ~/ComfyUI/output ~/Music
      alice rebuild --home ~/alice-new
    """  # noqa: D301 - see above
    from dataclasses import replace

    from alice_core.config import home_folder
    from alice_core.library.keeping.rebuild import rebuild as build

    old = home_folder(Path(session.home) if session.home else None)
    chosen = session if new_home is None else replace(session, home=str(new_home))
    if new_home is not None and not roots:
        roots = _known_roots(session, old)
    with chosen.open(dry_run=dry_run) as alice:
        own = dict.fromkeys((alice.store.folder / "blobs", old / "blobs"))
        report = build(alice.store, roots, own=tuple(own), dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json(_rebuild_json(report, dry_run=dry_run))
        return
    tell_differences(report.applied.differences)
    for path, reason in report.applied.unread[:_FEW]:
        click.echo(f"passed over: {printable_path(path)}: {printable(reason)}", err=True)
    if not session.quiet:
        files = len(report.ingested.new) + len(report.ingested.found)
        click.echo(f"{files} files, {report.applied.read} sidecars, {report.applied.recipes} recipes")
        for line in report.missing:
            click.echo(f"not back: {line}")


def _known_roots(session: Session, old: Path) -> tuple[Path, ...]:
    try:
        with session.open(dry_run=True) as alice, alice.store.reading() as reader:
            roots = [root.path for root in reader.places.roots()]
    except ConfigError as error:
        message = f"the folders of the old store cannot be looked up: {error.message}"
        raise UsageError(message, hint="Name the folders with your files.") from error
    return tuple(path for path in roots if path.is_dir() and not path.is_relative_to(old))


def _rebuild_json(report: RebuildReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "new": [path_said(path) for path in report.ingested.new],
        "found": [path_said(path) for path in report.ingested.found],
        "findings": [{"path": path_said(one.path), "code": one.code} for one in report.ingested.findings],
        "sidecars": report.applied.read,
        "recipes": report.applied.recipes,
        "differences": [difference_json(one) for one in report.applied.differences],
        "unread": [{"path": path_said(path), "reason": reason} for path, reason in report.applied.unread],
        "missing": list(report.missing),
        "dry_run": dry_run,
    }


@click.group()
def sidecars() -> None:
    """Write what is said of files beside them, as XMP that other programs read.

    \b
    Example:
      alice sidecars write
    """  # noqa: D301 - see above


@sidecars.command()
@click.argument("what", nargs=-1, metavar="[QUERY|PATH]...")
@dry_run_option
@as_json_option
@click.pass_obj
def write(session: Session, what: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """Write FILE.ext.xmp beside each file that something is said of: tags, rating, mark, note, recipe.

    Originals are never written to. What another program wrote into a sidecar stays.

    \b
    Examples:
      alice sidecars write
      alice sidecars write rating>=4 --dry-run
    """  # noqa: D301 - see above
    from alice_core.library.keeping.sidecar import write_sidecars

    with session.open(dry_run=dry_run) as alice:
        report = write_sidecars(alice.store, what, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json(_sidecars_json(report, dry_run=dry_run))
        return
    for path, reason in report.refused:
        click.echo(f"not written: {printable_path(path)}: {printable(reason)}", err=True)
    if not session.quiet:
        end = " (dry run: nothing was written)" if dry_run else ""
        click.echo(f"{len(report.written)} written, {report.unchanged} said it already{end}")


def _sidecars_json(report: SidecarReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "written": [path_said(path) for path in report.written],
        "unchanged": report.unchanged,
        "refused": [{"path": path_said(path), "reason": reason} for path, reason in report.refused],
        "dry_run": dry_run,
    }
