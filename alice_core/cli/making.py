"""``alice make``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, printable
from alice_core.cli.session import Session
from alice_core.config import MakeSettings
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.workflows import MakeRequest, MakeResult

_CUTS = ("auto", "beat", "bar", "2bar", "4bar", "section")


@click.command()
@click.argument("song", type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="Project it belongs to. [default: the song's name]")
@click.option("--brief", metavar="TEXT", help="What you want to see, in words; kept with the project.")
@click.option("--fps", metavar="RATE", help="23.976 24 25 29.97 29.97ndf 30 50 59.94 60. [default: 24]")
@click.option("--size", metavar="WxH", help="Size of the picture. [default: 1280x720]")
@click.option("--cut", type=click.Choice(_CUTS), help="How often to cut. [default: auto]")
@click.option("--provider", metavar="NAME", help="Who makes the shots; library cuts your own. [default: storyboard]")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the results. [default: SONG-alice]"
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Another seed gives other pictures. [default: 1]")
@click.option("--start", metavar="TIMECODE", help="Timecode of the first frame. [default: 01:00:00:00]")
@click.option("--motion", is_flag=True, help="Make clips with the camera move applied, not stills.")
@click.option("--budget", metavar="AMOUNT", help="What the shots may cost in all, such as 5.00.")
@click.option(
    "--from", "footage", default="", metavar="QUERY", help="With --provider library: cut from what this finds."
)
@click.option("--approve", is_flag=True, help="Allow what is above a budget's limit for one request.")
@dry_run_option
@as_json_option
@click.pass_obj
def make(session: Session, /, song: Path, *, dry_run: bool, as_json: bool, **given: object) -> None:
    """Make the music video of SONG: analysis, plan, shots, timelines and a preview.

    SONG is any file with sound. Run again, it does only what is missing.

    \b
    Examples:
      alice make song.wav
      alice make song.wav --brief "rain over a neon city" --cut bar --fps 23.976
      alice make song.wav --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open(dry_run=dry_run) as alice:
        request = _request(song, given, alice.configuration.settings.make)
        result = alice.make(request, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json(result.to_json())
    elif not session.quiet:
        _tell(result)


def _request(song: Path, given: dict[str, object], defaults: MakeSettings) -> MakeRequest:
    from alice_core.directing.model import CutStyle
    from alice_core.projects.budgets import parse_amount
    from alice_core.timing import FrameRate
    from alice_core.workflows.request import MakeRequest, parse_size

    def chosen(name: str) -> str:
        value = given[name]
        return str(getattr(defaults, name) if value is None else value)

    width, height = parse_size(chosen("size"))
    out, project, brief = given["out"], given["project"], given["brief"]
    if project is not None and not str(project).strip():
        raise UsageError("a project needs a name", hint="Leave out --project to use the song's name.")
    return MakeRequest(
        song=song,
        rate=FrameRate.parse(chosen("fps")),
        width=width,
        height=height,
        cut=CutStyle(chosen("cut")),
        provider=chosen("provider"),
        seed=int(chosen("seed")),
        start=chosen("start"),
        motion=bool(given["motion"]),
        out=out if isinstance(out, Path) else None,
        project=None if project is None else str(project),
        brief=None if brief is None else str(brief),
        budget=None if given["budget"] is None else parse_amount(str(given["budget"])),
        approve=bool(given["approve"]),
        footage=str(given["footage"]),
    )


def _tell(result: MakeResult) -> None:
    plan = result.plan
    minutes, seconds = divmod(round(float(plan.song.seconds)), 60)
    what = f"{len(plan.shots)} shots over {minutes}:{seconds:02} at {plan.rate.name} frames a second"
    click.echo(f"{printable(result.project)}: {what}" + (" (dry run: nothing was written)" if result.dry_run else ""))
    rows = [("preview", str(result.preview)), ("picture", str(result.picture)), ("plan", str(result.plan_file))]
    rows += [(name, str(path)) for name, path in result.timelines.items()]
    print_pairs(rows, "  ")
    if result.dry_run:
        fresh = sum(not shot.reused for shot in result.shots)
        click.echo(f"would make {fresh} shots for {result.cost} {result.currency}")
        click.echo("would run: " + (", ".join(result.ran) or "nothing"))
    elif not result.ran:
        click.echo("Nothing to do: everything was made before and is still there.")
    else:
        click.echo("ran: " + ", ".join(result.ran))
    if result.sums.committed:
        click.echo(f"cost so far: {result.sums.spent} {result.currency}; see: alice cost --project NAME")
    if result.reused and result.ran:
        click.echo("reused: " + ", ".join(result.reused))
