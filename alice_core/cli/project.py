"""``alice project``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.budgets import budget
from alice_core.cli.output import as_json_option, print_json, print_pairs, print_table
from alice_core.cli.project_style import archive, reopen, style
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.store import Project


@click.group()
def project() -> None:
    """Begin, brief, style and put away projects.

    \b
    Example:
      alice project new Neon --brief "rain over a neon city"
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@project.command()
@click.argument("name")
@click.option("--brief", default="", metavar="TEXT", help="What you want to see, in words.")
@as_json_option
@click.pass_obj
def new(session: Session, name: str, brief: str, *, as_json: bool) -> None:
    """Begin a project called NAME.

    \b
    Example:
      alice project new Neon --brief "rain over a neon city"
    """  # noqa: D301 - see above
    from alice_core import projects

    with session.open() as alice:
        made = projects.create(alice.store, name, brief)
    if as_json:
        print_json(_content(made))
    elif not session.quiet:
        click.echo(f"began {made.name}")


@project.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Those that were put away too.")
@as_json_option
@click.pass_obj
def list_projects(session: Session, *, everything: bool, as_json: bool) -> None:
    """List the projects, newest first.

    \b
    Examples:
      alice project list
      alice project list --all --json
    """  # noqa: D301 - see above
    with session.open() as alice, alice.store.reading() as reader:
        chosen = [one for one in reader.projects.all() if everything or one.archived is None]
        found = [(one, reader.projects.count_assets(one.id)) for one in chosen]
    if as_json:
        print_json({"items": [_content(one) | {"assets": count} for one, count in found]})
    elif found:
        rows = [(one.name, str(count), one.created[:10], one.brief) for one, count in found]
        print_table(("name", "assets", "begun", "brief"), rows)
    elif not session.quiet:
        click.echo("no projects yet; begin one with: alice project new NAME", err=True)


@project.command()
@click.argument("name")
@as_json_option
@click.pass_obj
def show(session: Session, name: str, *, as_json: bool) -> None:
    """Show the project called NAME.

    \b
    Example:
      alice project show Neon
    """  # noqa: D301 - see above
    from alice_core import projects

    with session.open() as alice:
        found = projects.get(alice.store, name)
        with alice.store.reading() as reader:
            count = reader.projects.count_assets(found.id)
    if as_json:
        print_json(_content(found) | {"assets": count})
        return
    pairs = [("name", found.name), ("brief", found.brief), ("begun", found.created), ("assets", str(count))]
    pairs += [("put away", found.archived)] if found.archived else []
    pairs += [("style", f"see: alice project style {found.name}")] if found.style else []
    print_pairs(pairs)


@project.command()
@click.argument("name")
@click.argument("text")
@as_json_option
@click.pass_obj
def brief(session: Session, name: str, text: str, *, as_json: bool) -> None:
    """Write the brief of the project called NAME anew.

    \b
    Example:
      alice project brief Neon "rain over a neon city, one red umbrella"
    """  # noqa: D301 - see above
    from alice_core import projects

    with session.open() as alice:
        changed = projects.brief(alice.store, name, text)
    if as_json:
        print_json(_content(changed))
    elif not session.quiet:
        click.echo(f"briefed {changed.name}")


for command in (style, archive, reopen, budget):
    project.add_command(command)


def _content(one: Project) -> dict[str, Any]:
    known = {"id": one.id, "name": one.name, "brief": one.brief, "created": one.created, "archived": one.archived}
    return known | {"style": json.loads(one.style) if one.style else None}
