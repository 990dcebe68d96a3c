"""``alice timeline variant``: other lengths and shapes of one plan."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session
from alice_core.cli.timeline_shared import FILE

if TYPE_CHECKING:
    from alice_core.workflows.variants import Varied

_ANCHORS = ("centre", "left", "right", "top", "bottom")


@click.command()
@click.argument("plan", type=FILE)
@click.option("--aspect", "aspects", multiple=True, metavar="W:H", help="Shape of the picture: 16:9, 9:16, 1:1.")
@click.option("--length", "lengths", multiple=True, metavar="SECONDS", help="The most that it may last: 15, 30, 60.")
@click.option(
    "--fade", type=click.IntRange(0, 250), default=3, show_default=True, metavar="FRAMES",
    help="How many frames the sound of a cut-down fades out over at its end.",
)  # fmt: skip
@click.option(
    "--anchor",
    type=click.Choice(_ANCHORS),
    default="centre",
    show_default=True,
    help="The part of the pictures to keep.",
)
@click.option("--song", type=FILE, help="The song; by default it is sought in the library.")
@click.option("-o", "--out", type=FILE, help="Folder of the variant; by default one beside PLAN.")
@dry_run_option
@as_json_option
@click.pass_obj
def variant(  # click's options are passed on whole
    session: Session,
    /,
    plan: Path,
    song: Path | None,
    out: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - click hands its options over as they are
) -> None:
    """Make a plan of another shape or length out of PLAN, with its own song and takes.

    A cut-down begins and ends where sections do, or else on bar lines, and says so. Several
    shapes and lengths give a variant for each pair. The result is a plan: every command that
    takes a plan takes it.

    \b
    Examples:
      alice timeline variant song/plan.json --aspect 9:16 --length 30
      alice timeline variant song/plan.json --aspect 9:16 --aspect 1:1 --length 15 --length 60 --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.directing.variant import parse_aspect
    from alice_core.errors import UsageError
    from alice_core.exact import exact_text
    from alice_core.workflows.variants import Wish, vary

    shapes = [parse_aspect(text) if text else None for text in given["aspects"] or ("",)]
    lengths = [_seconds(text) if text else None for text in given["lengths"] or ("",)]
    wishes = [Wish(shape, length, given["fade"], given["anchor"]) for shape, length in product(shapes, lengths)]
    if out is not None and len(wishes) > 1:
        raise UsageError("several variants go into several folders", hint="Leave out -o, or ask for one variant.")
    with session.open(dry_run=dry_run) as alice:
        made = [
            vary(alice.store, plan, wish, out, song=song, dry_run=dry_run, progress=session.progress())
            for wish in wishes
        ]
    if as_json:
        items = [
            {
                "plan": str(one.file),
                "size": {"width": one.plan.width, "height": one.plan.height},
                "seconds": exact_text(one.plan.song.seconds),
                "frames": one.plan.frames,
                "shots": len(one.plan.shots),
                "from": exact_text(one.excerpt.start) if one.excerpt else "0",
                "whole_sections": one.excerpt.whole_sections if one.excerpt else True,
                "words": one.excerpt.words if one.excerpt else "",
                "reframed": one.reframed,
                "made": one.ran,
            }
            for one in made
        ]
        print_json({"items": items, "dry_run": dry_run})
        return
    for one in made:
        _tell(one, dry_run=dry_run)


def _tell(one: Varied, *, dry_run: bool) -> None:
    plan = one.plan
    what = f"{plan.width}x{plan.height}, {len(plan.shots)} shots, {float(plan.song.seconds):.1f} s"
    state = "would be " if dry_run else "" if one.ran else "was there: "
    click.echo(f"{printable(str(one.file))}: {state}{what}")
    if one.excerpt is not None:
        click.echo(f"  {printable(one.excerpt.words)}")
    if one.reframed:
        larger = f", enlarged up to {float(one.enlarged):.1f} times" if one.enlarged > 1 else ""
        click.echo(f"  {one.reframed} takes cut to the new shape{larger}")


def _seconds(text: str) -> Any:  # noqa: ANN401 - a Fraction, imported only by the rooms below
    import re

    from alice_core.errors import UsageError
    from alice_core.exact import parse_exact

    plain = text.strip().removesuffix("s").rstrip()
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", plain, re.ASCII):
        raise UsageError(f"{text!r} is no length in seconds", hint="Write --length 30.")
    return parse_exact(plain)
