"""``alice doctor`` and ``alice version``."""

from __future__ import annotations

import click

from alice_core.cli.output import as_json_option, print_json
from alice_core.cli.session import Session


@click.command()
@as_json_option
@click.pass_obj
def doctor(session: Session, *, as_json: bool) -> None:
    """Check this installation line by line and say what to type where something is amiss.

    \b
    Example:
      alice doctor
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from pathlib import Path

    from alice_core.cli.checkup import check_up

    lines = check_up(Path(session.home) if session.home else None)
    if as_json:
        print_json({"items": [{"name": one.name, "state": one.state, "text": one.text, "do": one.do} for one in lines]})
    else:
        for one in lines:
            click.echo(f"{one.state:<5} {one.name:<10} {one.text}" + (f"\n      -> {one.do}" if one.do else ""))
    if any(one.state == "fail" for one in lines):
        click.get_current_context().exit(5)


@click.command()
@as_json_option
def version(*, as_json: bool) -> None:
    """Print the version.

    \b
    Example:
      alice version --json
    """  # noqa: D301 - see above
    from alice_core import __version__

    if as_json:
        print_json({"version": __version__})
    else:
        click.echo(__version__)
