"""``alice rate``, ``favourite``, ``mark``, ``note`` and ``collection``."""

from __future__ import annotations

import click

from alice_core.cli.choosing import assets_argument, change, counted, query_option
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table
from alice_core.cli.session import Session

_NONE = "none"


@click.command()
@click.argument("rating", type=click.Choice(["0", "1", "2", "3", "4", "5", _NONE]))
@assets_argument
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def rate(
    session: Session, rating: str, assets: tuple[str, ...], query: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Rate each ASSET from 0 to 5, or none to take its rating away.

    \b
    Examples:
      alice rate 5 tiger.png
      alice rate none --query "rating:0"
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.curating.curation import rate as give

    number = None if rating == _NONE else int(rating)
    what = "rid of their rating" if number is None else f"rated {number}"
    change(session, assets, query, give, what, number, dry_run=dry_run, as_json=as_json)


@click.command()
@assets_argument
@click.option("--off", is_flag=True, help="Make it a favourite no longer.")
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def favourite(
    session: Session, assets: tuple[str, ...], query: str | None, *, off: bool, dry_run: bool, as_json: bool
) -> None:
    """Make each ASSET a favourite.

    \b
    Examples:
      alice favourite tiger.png
      alice favourite --off tiger.png
    """  # noqa: D301 - see above
    from alice_core.library.curating.curation import favour

    what = "no longer favourite" if off else "marked as favourite"
    change(session, assets, query, favour, what, favourite=not off, dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("name", metavar="MARK", type=click.Choice(["hero", "maybe", "reject", _NONE]))
@assets_argument
@click.option("--reason", metavar="TEXT", help="Why.")
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def mark(
    session: Session,
    name: str,
    assets: tuple[str, ...],
    reason: str | None,
    query: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Mark each ASSET as hero, maybe or reject, or none to take its mark away.

    \b
    Examples:
      alice mark hero tiger.png --reason "the light"
      alice mark reject --query "tag:test"
    """  # noqa: D301 - see above
    from alice_core.library.curating.curation import mark as give

    chosen = None if name == _NONE else name
    what = "rid of their mark" if chosen is None else f"marked {chosen}"
    change(session, assets, query, give, what, chosen, reason, dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("asset")
@click.argument("text", required=False)
@click.option("--clear", is_flag=True, help="Take the note away.")
@dry_run_option
@as_json_option
@click.pass_obj
def note(session: Session, asset: str, text: str | None, *, clear: bool, dry_run: bool, as_json: bool) -> None:
    """Write TEXT as the note on ASSET, in place of the one it has.

    \b
    Examples:
      alice note tiger.png "ask Ada about the left eye"
      alice note tiger.png --clear
    """  # noqa: D301 - see above
    from alice_core.library.curating.curation import note as write

    if clear is (text is not None):
        raise click.UsageError("give a TEXT, or say --clear")
    what = "rid of its note" if clear else "noted"
    change(session, (asset,), None, write, what, text, dry_run=dry_run, as_json=as_json)


@click.group()
def collection() -> None:
    """Put assets into named collections, and list those.

    \b
    Example:
      alice collection add "best of rain" tiger.png
    """  # noqa: D301 - see above


@collection.command()
@click.argument("name")
@assets_argument
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def add(
    session: Session, name: str, assets: tuple[str, ...], query: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Put each ASSET into the collection NAME, which begins with its first.

    \b
    Example:
      alice collection add "best of rain" --query "rain rating>=4"
    """  # noqa: D301 - see above
    from alice_core.library.curating.membership import collect

    change(session, assets, query, collect, f"put into {name}", name, dry_run=dry_run, as_json=as_json)


@collection.command()
@click.argument("name")
@assets_argument
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def remove(
    session: Session, name: str, assets: tuple[str, ...], query: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Take each ASSET out of the collection NAME, which ends with its last.

    \b
    Example:
      alice collection remove "best of rain" tiger.png
    """  # noqa: D301 - see above
    from alice_core.library.curating.membership import uncollect

    change(session, assets, query, uncollect, f"taken out of {name}", name, dry_run=dry_run, as_json=as_json)


@collection.command(name="list")
@as_json_option
@click.pass_obj
def list_collections(session: Session, *, as_json: bool) -> None:
    """List all collections; what is in one is found with collection:NAME.

    \b
    Example:
      alice collection list --json
    """  # noqa: D301 - see above
    with session.open() as alice, alice.store.reading() as reader:
        found = reader.labels.all_collections()
    if as_json:
        print_json({"items": [{"name": name, "assets": count} for name, count in found.items()]})
    elif found:
        print_table(("collection", "holds"), [(name, counted(count, "asset")) for name, count in found.items()])
    elif not session.quiet:
        click.echo("no collections yet; begin one with: alice collection add NAME FILE", err=True)
