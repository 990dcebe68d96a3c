"""``alice preview``: a plan as a movie to watch."""

from __future__ import annotations

from pathlib import Path

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("plan", type=_FILE)
@click.option("--timecode", is_flag=True, help="Burn in the record timecode.")
@click.option("--shots", is_flag=True, help="Burn in the name of the shot.")
@click.option("--flash", is_flag=True, help="Burn in a flash on every beat, to see that the cut is on it.")
@click.option("--size", metavar="WxH", help="Size of the picture. [default: the plan's]")
@click.option(
    "--encoder", default="auto", show_default=True, metavar="NAME",
    help="auto takes the graphics chip's where it opens; software is x264.",
)  # fmt: skip
@click.option("--song", type=_FILE, help="The song; by default it is sought in the library.")
@click.option("-o", "--out", type=_FILE, metavar="FILE", help="The MP4 to write. [default: beside PLAN]")
@dry_run_option
@as_json_option
@click.pass_obj
def preview(
    session: Session,
    /,
    plan: Path,
    song: Path | None,
    out: Path | None,
    *,
    size: str | None,
    encoder: str,
    dry_run: bool,
    as_json: bool,
    **burnt: bool,
) -> None:
    """Render PLAN as a movie with its song.

    \b
    Examples:
      alice preview song/plan.json --timecode --shots --flash
      alice preview song/plan.json --size 640x360 -o look.mp4
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.media.encoders import choose_encoder
    from alice_core.workflows.previewing import Look
    from alice_core.workflows.previewing import preview as render
    from alice_core.workflows.request import parse_size

    chosen = choose_encoder(encoder)
    look = Look(**burnt, size=parse_size(size) if size else None, encoder=chosen.name)
    with session.open(dry_run=dry_run) as alice:
        made = render(alice.store, plan, look, out, song=song, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json({"preview": str(made.path), "frames": made.frames, "reused": made.reused, "encoder": chosen.name,
                    "notices": [*made.notices, chosen.words], "dry_run": dry_run})  # fmt: skip
        return
    state = "was there" if made.reused else "would be written" if dry_run else "written"
    click.echo(f"{printable(str(made.path))}: {made.frames} frames, {state}")
    for notice in (*made.notices, chosen.words):
        click.echo(f"note: {printable(notice)}", err=True)
