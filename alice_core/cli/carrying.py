"""``alice export`` and ``import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, human_size, print_json, printable
from alice_core.cli.session import Session
from alice_core.errors import IntegrityError, UsageError
from alice_core.media.files import path_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alice_core.library.keeping.adopt import Difference
    from alice_core.library.keeping.export import ExportReport
    from alice_core.library.keeping.importing import ImportReport

_FEW = 10


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--query", metavar="QUERY", help="Only what it finds.")
@click.option("--project", metavar="NAME", help="Only what belongs to that project.")
@click.option("--all", "everything", is_flag=True, help="Everything but the trash. [default]")
@click.option("--with-files/--no-files", default=True, show_default=True, help="Whether the files come along.")
@dry_run_option
@as_json_option
@click.pass_obj
def export(
    session: Session,
    folder: Path,
    query: str | None,
    project: str | None,
    *,
    everything: bool,
    with_files: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write assets, and everything known of them, into FOLDER, for another machine or another store.

    Run again, it goes on where it was killed, or brings an export up to date. Only a complete export has a
    manifest.

    \b
    Examples:
      alice export /media/usb/library
      alice export neon --project Neon
      alice export best --query "rating>=4 kind:image"
    """  # noqa: D301 - see above
    from alice_core.library.keeping.export import export as export_assets

    if sum((query is not None, project is not None, everything)) > 1:
        raise UsageError("--query, --project and --all exclude each other", hint="Name one of them.")
    with session.open(dry_run=dry_run) as alice:
        report = export_assets(
            alice.store,
            folder,
            query=query,
            project=project,
            with_files=with_files,
            dry_run=dry_run,
            progress=session.progress(),
        )
    if as_json:
        print_json(_export_json(report, dry_run=dry_run))
    else:
        _tell_export(report, dry_run=dry_run, quiet=session.quiet)
    if report.failed:
        if as_json:
            click.get_current_context().exit(IntegrityError.exit_status)
        message = f"the files of {len(report.failed)} assets could not be exported"
        raise IntegrityError(message, hint="Everything else is there. Look closer: alice verify", code="ALICE-I03")


def _tell_export(report: ExportReport, *, dry_run: bool, quiet: bool) -> None:
    for digest, reason in report.failed[:_FEW]:
        click.echo(f"without its file: {digest}: {printable(reason)}", err=True)
    if quiet:
        return
    kept = f" ({report.kept} were there already)" if report.kept else ""
    fileless = f", {len(report.fileless)} without a file" if report.fileless else ""
    named = f", {report.named} more by name" if report.named else ""
    end = " (dry run: nothing was written)" if dry_run else f" in {printable_path(report.folder)}"
    size = human_size(report.size)
    click.echo(f"{report.assets} assets{named}{fileless}; {len(report.files)} files, {size}{kept}{end}")


def _export_json(report: ExportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "folder": path_said(report.folder),
        "assets": report.assets,
        "named": report.named,
        "files": [{"digest": one.digest, "size": one.size, "name": one.name} for one in report.files],
        "bytes": report.size,
        "kept": report.kept,
        "without_file": list(report.fileless),
        "failed": [{"digest": digest, "reason": reason} for digest, reason in report.failed],
        "dry_run": dry_run,
    }


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--files-to", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Copy files there.")
@click.option("--in-place", is_flag=True, help="Leave the files in the export and know them there.")
@click.option("--partial", is_flag=True, help="Take the good files although there are bad ones.")
@dry_run_option
@as_json_option
@click.pass_obj
def import_(
    session: Session,
    folder: Path,
    files_to: Path | None,
    *,
    in_place: bool,
    partial: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take an export in: its files, and what is known and said of them.

    Every digest is checked first. What you said here stays: tags are united, and a rating that differs is told.
    Without --files-to the store keeps the files itself. Run again, it changes nothing.

    \b
    Examples:
      alice import /media/usb/library --files-to ~/Pictures/alice
      alice import neon --dry-run
    """  # noqa: D301 - see above
    from alice_core.library.keeping.importing import import_folder

    if files_to is not None and in_place:
        raise UsageError("--files-to and --in-place exclude each other", hint="Name one of them.")
    with session.open(dry_run=dry_run) as alice:
        report = import_folder(
            alice.store,
            folder,
            files_to=files_to,
            in_place=in_place,
            partial=partial,
            dry_run=dry_run,
            progress=session.progress(),
        )
    if as_json:
        print_json(_import_json(report, dry_run=dry_run))
        return
    for name, reason in report.bad[:_FEW]:
        click.echo(f"left out: {printable(name)}: {printable(reason)}", err=True)
    tell_differences(report.differences)
    if not session.quiet:
        end = " (dry run: nothing was written)" if dry_run else ""
        click.echo(
            f"{len(report.new)} new, {report.known} known, {len(report.files)} files, {report.recipes} recipes{end}"
        )


def _import_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "new": list(report.new),
        "known": report.known,
        "files": [path_said(path) for path in report.files],
        "recipes": report.recipes,
        "differences": [difference_json(one) for one in report.differences],
        "bad": [{"name": name, "reason": reason} for name, reason in report.bad],
        "dry_run": dry_run,
    }


def tell_differences(differences: Sequence[Difference]) -> None:
    """Say on standard error what is said here and otherwise elsewhere."""
    for one in differences[:_FEW]:
        name = one.digest.removeprefix("sha256:")[:12]
        here, there = printable(one.here or "nothing"), printable(one.there)
        click.echo(f"{printable(name)}: {one.field} stays {here}, there it is {there}", err=True)
    if len(differences) > _FEW:
        click.echo(f"and {len(differences) - _FEW} more differences (all of them: --json)", err=True)


def difference_json(one: Difference) -> dict[str, str]:
    """A difference as JSON values."""
    return {"digest": one.digest, "field": one.field, "here": one.here, "there": one.there}


def printable_path(path: Path) -> str:
    """A path as a terminal may be given it."""
    return printable(path_said(path))
