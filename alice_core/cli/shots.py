"""``alice shots``: looking at the shots of a plan before anything is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, print_json, print_table, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.directing.compiling import Direction

_PLAN = click.argument("plan", type=click.Path(path_type=Path))


@click.group()
def shots() -> None:
    """List the shots of a plan, and see what a generator is told of each.

    \b
    Example:
      alice shots prompt plan.json 12 --project Neon --explain
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@shots.command(name="list")
@_PLAN
@as_json_option
def list_shots(plan: Path, *, as_json: bool) -> None:
    """List the shots of PLAN with their timecode, length, section and prompt.

    \b
    Example:
      alice shots list plan.json
    """  # noqa: D301 - see above
    from alice_core.timing import exact_text, frames_of, timecode_of
    from alice_core.workflows.planfiles import read_plan

    found = read_plan(plan)
    first = frames_of(found.start, found.rate)
    times = [str(timecode_of(first + shot.start, found.rate)) for shot in found.shots]
    if as_json:
        items = [
            {
                "id": shot.id, "start": shot.start, "end": shot.end, "timecode": time, "beat": exact_text(shot.beat),
                "section": shot.section, "prompt": shot.prompt, "seed": shot.seed,
                "take": shot.take.digest if shot.take else None,
            }
            for shot, time in zip(found.shots, times, strict=True)
        ]  # fmt: skip
        print_json({"rate": found.rate.ratio, "items": items})
        return
    rows = [
        (str(number), time, str(shot.frames), shot.section, "yes" if shot.take else "", shot.prompt)
        for number, (shot, time) in enumerate(zip(found.shots, times, strict=True), 1)
    ]
    print_table(("shot", "begins", "frames", "section", "take", "prompt"), rows)


@shots.command()
@_PLAN
@click.argument("shot")
@click.option("--project", metavar="NAME", help="The project whose style sheet is meant.")
@click.option("--provider", metavar="NAME", help="Say what fits this provider's model.")
@click.option("--model", default="", metavar="NAME", help="The provider's model.")
@click.option("--motion", is_flag=True, help="A clip, not a still.")
@click.option("--note", default="", metavar="TEXT", help="What is asked of this take besides.")
@click.option("--explain", is_flag=True, help="Say where every word is from.")
@as_json_option
@click.pass_obj
def prompt(
    session: Session,
    plan: Path,
    shot: str,
    *,
    project: str | None,
    provider: str | None,
    model: str,
    motion: bool,
    note: str,
    explain: bool,
    as_json: bool,
) -> None:
    """Print what a generator is told of a SHOT of PLAN: its number from 1, or its identifier.

    \b
    Examples:
      alice shots prompt plan.json 12 --project Neon --explain
      alice shots prompt plan.json shot-0012 --provider fal --model flux-dev --note darker
    """  # noqa: D301 - see above
    from alice_core import projects
    from alice_core.directing.compiling import Reach
    from alice_core.workflows.planfiles import read_plan
    from alice_core.workflows.reaching import reach_of
    from alice_core.workflows.styling import direction_of, sheet_of

    found = read_plan(plan)
    with session.open() as alice:
        sheet = sheet_of(projects.get(alice.store, project) if project else None)
    reach = reach_of(provider, model, motion=motion) if provider else Reach(references=len(sheet.references) + 32)
    _, direction = direction_of(found, shot, sheet, reach, note)
    if as_json:
        print_json(_json(direction))
    elif explain:
        width = max(len(part.source) for part in direction.parts)
        for part in direction.parts:
            click.echo(printable(f"{part.source:<{width}}  {part.text}"))
        _tell_rest(direction, width)
    else:
        click.echo(printable(direction.prompt))
    for notice in direction.notices:
        click.echo(printable(notice), err=True)


def _tell_rest(direction: Direction, width: int) -> None:
    pictures = ", ".join(direction.references)
    for what, said in (("negative", direction.negative), ("seed", str(direction.seed)), ("pictures", pictures)):
        if said:
            click.echo(printable(f"{what:<{width}}  {said}"))


def _json(direction: Direction) -> dict[str, object]:
    return {
        "shot": direction.shot,
        "prompt": direction.prompt,
        "parts": [{"source": part.source, "text": part.text} for part in direction.parts],
        "negative": direction.negative,
        "seed": direction.seed,
        "references": list(direction.references),
        "notices": list(direction.notices),
    }
