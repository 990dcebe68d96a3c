"""``alice config``."""

from __future__ import annotations

import click

from alice_core.cli.output import as_json_option, print_json, print_table
from alice_core.cli.session import Session


@click.group()
def config() -> None:
    """Show the settings and where they come from.

    \b
    Example:
      alice config show --origin
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@config.command()
@click.option("--origin", is_flag=True, help="Say which file or variable each value comes from.")
@as_json_option
@click.pass_obj
def show(session: Session, *, origin: bool, as_json: bool) -> None:
    """Show every setting in force.

    \b
    Example:
      alice config show --origin
    """  # noqa: D301 - see above
    from pathlib import Path

    from alice_core import config as settings

    loaded = settings.load()
    values = {
        f"{section}.{key}": value
        for section, keys in loaded.settings.model_dump(mode="json").items()
        for key, value in keys.items()
    }
    home = str(settings.home_folder(Path(session.home) if session.home else None))
    if as_json:
        items = [{"name": name, "value": value, "origin": loaded.origins[name]} for name, value in values.items()]
        print_json({"home": home, "file": str(settings.user_file()), "items": items})
        return
    rows = [("home", home, "--home, ALICE_HOME or the platform")]
    rows += [(name, "" if value is None else str(value), loaded.origins[name]) for name, value in values.items()]
    if origin:
        print_table(("setting", "value", "from"), rows)
    else:
        print_table(("setting", "value"), [row[:2] for row in rows])
