"""``alice project style``, ``archive`` and ``reopen``."""

from __future__ import annotations

from pathlib import Path

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, printable
from alice_core.cli.session import Session

_NAME = click.argument("name")


@click.command()
@_NAME
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--clear", is_flag=True, help="Take the style sheet away.")
@dry_run_option
@as_json_option
@click.pass_obj
def style(session: Session, name: str, file: Path | None, *, clear: bool, dry_run: bool, as_json: bool) -> None:
    """Show the style sheet of the project called NAME, or write it anew from FILE (TOML or JSON).

    Every shot that is generated in the project follows it; alice shots prompt shows how. A sheet looks like this,
    and each line may be left out:

    \b
      look = "hand-tinted 16 mm film, soft halation"
      palette = ["deep teal", "gold"]
      lens = "35 mm, shallow focus"
      negative = ["text", "watermark"]
      references = ["mood.png"]       # pictures beside the file, or digests
      seeds = "shot"                  # or "section", "film": which shots share a seed
      chain = false                   # clips end on the first picture of the next shot
      [[characters]]
      name = "Mia"
      words = "a woman of thirty with a red coat"
      reference = "mia.png"
    \b
    Examples:
      alice project style Neon style.toml --dry-run
      alice project style Neon
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core import projects
    from alice_core.directing.style import StyleSheet
    from alice_core.workflows.styling import read_sheet, set_style, sheet_of

    if clear and file is not None:
        raise click.UsageError("--clear and a file cannot be together")
    with session.open(dry_run=dry_run) as alice:
        sheet = sheet_of(projects.get(alice.store, name))
        if clear or file is not None:
            sheet = StyleSheet() if file is None else read_sheet(alice.store, file, dry_run=dry_run)
            if not dry_run:
                set_style(alice.store, name, sheet)
    _tell_style(session, name, sheet, as_json=as_json)


@click.command()
@_NAME
@as_json_option
@click.pass_obj
def archive(session: Session, name: str, *, as_json: bool) -> None:
    """Put the project called NAME away: it stays as it is, and nothing is made or spent in it.

    \b
    Example:
      alice project archive Neon
    """  # noqa: D301 - see above
    from alice_core import projects

    with session.open() as alice:
        away = projects.archive(alice.store, name)
    if as_json:
        print_json({"name": away.name, "archived": away.archived})
    elif not session.quiet:
        click.echo(printable(f"put {away.name} away; take it up again: alice project reopen {away.name}"))


@click.command()
@_NAME
@as_json_option
@click.pass_obj
def reopen(session: Session, name: str, *, as_json: bool) -> None:
    """Take up again the project called NAME.

    \b
    Example:
      alice project reopen Neon
    """  # noqa: D301 - see above
    from alice_core import projects

    with session.open() as alice:
        again = projects.reopen(alice.store, name)
    if as_json:
        print_json({"name": again.name, "archived": None})
    elif not session.quiet:
        click.echo(printable(f"took {again.name} up again"))


def _tell_style(session: Session, name: str, sheet: object, *, as_json: bool) -> None:
    import json

    from alice_core.directing.style import StyleSheet, to_document

    assert isinstance(sheet, StyleSheet)  # noqa: S101 - told to the type checker
    if as_json:
        print_json(json.loads(to_document(sheet)))
        return
    if sheet.empty:
        if not session.quiet:
            click.echo(printable(f"{name} has no style sheet; see: alice project style --help"), err=True)
        return
    pairs = [("look", sheet.look), ("palette", ", ".join(sheet.palette)), ("lens", sheet.lens)]
    pairs += [(one.name, one.words + (f" ({one.reference[:19]})" if one.reference else "")) for one in sheet.characters]
    pairs += [("references", ", ".join(one[:19] for one in sheet.references)), ("without", ", ".join(sheet.negative))]
    pairs += [("seeds", f"one a {sheet.seeds}"), ("chain", "yes" if sheet.chain else "")]
    print_pairs([(what, said) for what, said in pairs if said])
