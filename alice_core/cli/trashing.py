"""``alice trash``, ``restore`` and ``gc``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.choosing import agree, counted
from alice_core.cli.output import as_json_option, dry_run_option, human_size, print_json, print_table, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.face import Alice
    from alice_core.library.discarding.gc import Waste
    from alice_core.library.discarding.trash import Kept

_yes = click.option("--yes", "-y", is_flag=True, help="Do not ask first.")
_SHOWN = 10


@click.command()
@click.argument("assets", nargs=-1, metavar="ASSET...")
@click.option("--list", "listing", is_flag=True, help="Show what is in the trash.")
@click.option("--empty", "emptying", is_flag=True, help="Delete for good what has been there long enough.")
@click.option("--all", "everything", is_flag=True, help="With --empty: everything in the trash.")
@click.option("--companions", is_flag=True, help="The files of the same result too, of an asset named by its digest.")
@_yes
@dry_run_option
@as_json_option
@click.pass_obj
def trash(
    session: Session,
    assets: tuple[str, ...],
    *,
    listing: bool,
    emptying: bool,
    everything: bool,
    companions: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put files into the trash, from where they can be restored.

    A FILE means that file alone, a digest all known files of that asset. They are kept for some days
    (trash.days in the settings); only then alice trash --empty or alice gc deletes them.

    \b
    Examples:
      alice trash draft.png --dry-run
      alice trash 3fa9c1d2 --yes
      alice trash --list
      alice trash --empty
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    if listing + emptying + bool(assets) != 1:
        raise click.UsageError("name files or digests, or say --list or --empty")
    if everything and not emptying:
        raise click.UsageError("--all belongs to --empty")
    with session.open(dry_run=dry_run or listing) as alice:
        if listing:
            _list(session, alice, as_json=as_json)
        elif emptying:
            _empty(session, alice, everything=everything, yes=yes, dry_run=dry_run, as_json=as_json)
        else:
            _throw(session, alice, assets, companions=companions, yes=yes, dry_run=dry_run, as_json=as_json)


def _throw(
    session: Session,
    alice: Alice,
    assets: tuple[str, ...],
    *,
    companions: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    from alice_core.library.discarding.trash import throw

    days = alice.configuration.settings.trash.days
    going = throw(alice.store, assets, days=days, companions=companions, dry_run=True)
    if not dry_run:
        _show_first([one.item.path for one in going], yes=yes)
        agree(f"Put {counted(len(going), 'file')} into the trash?", yes=yes)
        going = throw(alice.store, assets, days=days, companions=companions, progress=session.progress())
    if as_json:
        print_json({"items": [_content(one, known=not dry_run) for one in going], "dry_run": dry_run})
    elif not session.quiet:
        for one in going if dry_run else ():
            click.echo(printable(str(one.item.path)))
        done = "would go" if dry_run else "put"
        note = (
            " (dry run: nothing was moved)" if dry_run else f", kept for {counted(days, 'day')}; back with: alice undo"
        )
        click.echo(f"{counted(len(going), 'file')} {done} into the trash{note}")


def _show_first(paths: list[Path], *, yes: bool) -> None:
    if yes:
        return
    for path in paths[:_SHOWN]:
        click.echo(printable(str(path)), err=True)
    if len(paths) > _SHOWN:
        click.echo(f"and {len(paths) - _SHOWN} more", err=True)


def _list(session: Session, alice: Alice, *, as_json: bool) -> None:
    from alice_core.library.discarding.trash import in_trash

    found = in_trash(alice.store)
    if as_json:
        print_json({"items": [_content(one) for one in found]})
    elif found:
        rows = [
            (
                one.item.id,
                human_size(one.size),
                one.item.thrown[:10],
                "any time" if one.expired else one.item.until[:10],
                str(one.item.path),
            )
            for one in found
        ]
        print_table(("item", "size", "thrown", "deleted", "from"), rows)
    elif not session.quiet:
        click.echo("the trash is empty", err=True)


def _empty(session: Session, alice: Alice, *, everything: bool, yes: bool, dry_run: bool, as_json: bool) -> None:
    from alice_core.library.discarding.trash import empty

    going = empty(alice.store, everything=everything, dry_run=True)
    if going and not dry_run:
        _show_first([one.item.path for one in going], yes=yes)
        agree(f"Delete {counted(len(going), 'file')} for good?", yes=yes)
        going = empty(alice.store, everything=everything, progress=session.progress())
    size = sum(one.size for one in going)
    if as_json:
        print_json({"items": [_content(one) for one in going], "bytes": size, "dry_run": dry_run})
    elif not session.quiet:
        verb = "would be deleted" if dry_run else "deleted"
        click.echo(f"{counted(len(going), 'file')} {verb}, {human_size(size)}")


@click.command()
@click.argument("items", nargs=-1, required=True, metavar="ITEM...")
@click.option("--to", metavar="PATH", type=click.Path(path_type=Path), help="Where to, if not where it was.")
@dry_run_option
@as_json_option
@click.pass_obj
def restore(session: Session, items: tuple[str, ...], to: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Put files back from the trash: each ITEM is one of its list, the path it had, or a digest.

    Nothing is overwritten: where its place is taken, it goes to a free name beside.

    \b
    Examples:
      alice restore draft.png
      alice restore 3fa9c1d2 --to ~/Desktop
    """  # noqa: D301 - see above
    from alice_core.library.discarding.trash import restore as put_back

    with session.open(dry_run=dry_run) as alice:
        done = put_back(alice.store, items, to=to, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json({"items": [_content(one) for one in done], "dry_run": dry_run})
        return
    for one in done:
        click.echo(printable(f"{'would be ' if dry_run else ''}restored: {one.returned}"))


@click.command()
@_yes
@dry_run_option
@as_json_option
@click.pass_obj
def gc(session: Session, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Delete what nothing needs from the store's own folder: expired trash, leavings, orphaned copies.

    Files of yours are never touched.

    \b
    Example:
      alice gc --dry-run
    """  # noqa: D301 - see above
    from alice_core.library.discarding.gc import collect

    with session.open(dry_run=dry_run) as alice:
        going = collect(alice.store, dry_run=True)
        if going and not dry_run:
            _sum_up(going, err=True)
            agree(f"Delete {counted(len(going), 'file')} for good?", yes=yes)
            going = collect(alice.store, progress=session.progress())
    if as_json:
        items = [{"kind": one.kind, "path": str(one.path), "bytes": one.size, "digest": one.digest} for one in going]
        print_json({"items": items, "bytes": sum(one.size for one in going), "dry_run": dry_run})
    elif not session.quiet:
        if dry_run:
            _sum_up(going, err=False)
        verb = "would be deleted" if dry_run else "deleted"
        click.echo(f"{counted(len(going), 'file')} {verb}, {human_size(sum(one.size for one in going))}")


_NAMES = {
    "trash": "in the trash, expired",
    "blob": "own copies that nothing needs",
    "thumbnail": "thumbnails of unknown assets",
    "part": "parts of files that were never finished",
    "lock": "locks of nobody",
}


def _sum_up(going: tuple[Waste, ...], *, err: bool) -> None:
    for kind, name in _NAMES.items():
        sizes = [one.size for one in going if one.kind == kind]
        if sizes:
            click.echo(f"{counted(len(sizes), 'file')} {name}, {human_size(sum(sizes))}", err=err)


def _content(one: Kept, *, known: bool = True) -> dict[str, Any]:
    item = one.item
    return {
        "id": item.id if known else None,
        "digest": item.digest or None,
        "path": str(item.path),
        "bytes": one.size,
        "thrown": item.thrown,
        "until": item.until,
        "expired": one.expired,
        "restored": None if one.returned is None else str(one.returned),
    }
