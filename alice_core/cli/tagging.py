"""``alice tag``, ``untag`` and ``tags``."""

from __future__ import annotations

import click

from alice_core.cli.choosing import assets_argument, change, counted, query_option
from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session

_also = click.option("--also", "-a", multiple=True, metavar="TAG", help="A further tag; can be given several times.")


@click.command()
@click.argument("name", metavar="TAG")
@assets_argument
@_also
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def tag(
    session: Session,
    name: str,
    assets: tuple[str, ...],
    also: tuple[str, ...],
    query: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give TAG to each ASSET: a file, a digest or the start of one.

    A tag may lie below another: style/neon. What is found by tag:style is found by its tags below, too.

    \b
    Examples:
      alice tag style/neon tiger.png
      alice tag neon --also keep --query "kind:image rain" --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.curating.membership import tag as give

    names = (name, *also)
    change(session, assets, query, give, f"tagged {', '.join(names)}", names, dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("name", metavar="TAG")
@assets_argument
@_also
@query_option
@dry_run_option
@as_json_option
@click.pass_obj
def untag(
    session: Session,
    name: str,
    assets: tuple[str, ...],
    also: tuple[str, ...],
    query: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take TAG from each ASSET; tags below it stay.

    \b
    Example:
      alice untag style/neon tiger.png
    """  # noqa: D301 - see above
    from alice_core.library.curating.membership import untag as take

    names = (name, *also)
    change(session, assets, query, take, f"rid of {', '.join(names)}", names, dry_run=dry_run, as_json=as_json)


@click.group(invoke_without_command=True)
@as_json_option
@click.pass_context
def tags(context: click.Context, *, as_json: bool) -> None:
    """Show all tags as a tree, with how many assets carry them; or change their names.

    \b
    Examples:
      alice tags
      alice tags rename style look
      alice tags synonym NEONLIGHT style/neon
    """  # noqa: D301 - see above
    if context.invoked_subcommand is not None:
        return
    from alice_core.library.curating.tags import tag_tree

    session: Session = context.obj
    with session.open() as alice, alice.store.reading() as reader:
        tree = tag_tree(reader)
    if as_json:
        items = [
            {"name": one.name, "assets": one.assets, "below": one.below, "synonyms": list(one.synonyms)} for one in tree
        ]
        print_json({"items": items})
        return
    for one in tree:
        words = f"  (also: {', '.join(one.synonyms)})" if one.synonyms else ""
        own = f"{one.assets}" if one.assets == one.below else f"{one.assets}, {one.below} with those below"
        click.echo(printable(f"{'  ' * one.depth}{one.name.rpartition('/')[2]}  {own}{words}"))
    if not tree and not session.quiet:
        click.echo("no tags yet; give one with: alice tag NAME FILE", err=True)


@tags.command()
@click.argument("before", metavar="OLD")
@click.argument("after", metavar="NEW")
@dry_run_option
@as_json_option
@click.pass_obj
def rename(session: Session, before: str, after: str, *, dry_run: bool, as_json: bool) -> None:
    """Give the tag OLD, and all tags below it, the name NEW; with a tag of that name it becomes one.

    \b
    Example:
      alice tags rename style look/style
    """  # noqa: D301 - see above
    from alice_core.library.curating.tags import rename_tag

    with session.open(dry_run=dry_run) as alice:
        done = rename_tag(alice.store, before, after, dry_run=dry_run)
    if as_json:
        items = [{"before": old, "after": new} for old, new in done.tags]
        print_json({"items": items, "assets": done.assets, "dry_run": dry_run})
        return
    for old, new in done.tags:
        click.echo(printable(f"{old} -> {new}"))
    if not session.quiet:
        note = " (dry run: nothing was written)" if dry_run else ""
        click.echo(f"{counted(len(done.tags), 'tag')} renamed, carried by {counted(done.assets, 'asset')}{note}")


@tags.command()
@click.argument("word")
@click.argument("name", metavar="TAG", required=False)
@click.option("--unset", is_flag=True, help="Let WORD mean no tag any longer.")
@dry_run_option
@as_json_option
@click.pass_obj
def synonym(session: Session, word: str, name: str | None, *, unset: bool, dry_run: bool, as_json: bool) -> None:
    """Let WORD mean TAG, wherever a tag is named or looked for.

    \b
    Examples:
      alice tags synonym NEONLIGHT style/neon
      alice tags synonym NEONLIGHT --unset
    """  # noqa: D301 - see above
    from alice_core.library.curating.tags import set_synonym

    if unset is (name is not None):
        raise click.UsageError("name a TAG, or say --unset")
    with session.open(dry_run=dry_run) as alice:
        meant = set_synonym(alice.store, word, name, dry_run=dry_run)
    if as_json:
        print_json({"synonym": word, "tag": meant, "dry_run": dry_run})
    elif not session.quiet:
        click.echo(printable(f"{word} means {meant}" if meant else f"{word} means no tag any longer"))
