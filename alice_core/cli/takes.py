"""``alice take``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alice_core.projects.takes import Verdict
    from alice_core.store.takes import ShotTake

_PLAN = click.argument("plan", type=click.Path(path_type=Path))


@click.group()
def take() -> None:
    """Look through the takes of a plan's shots; like, reject and choose them.

    \b
    Examples:
      alice take list song-alice/plan.json
      alice take choose song-alice/plan.json 12 2
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@take.command(name="list")
@_PLAN
@click.argument("which", nargs=-1)
@as_json_option
@click.pass_obj
def list_takes(session: Session, plan: Path, which: tuple[str, ...], *, as_json: bool) -> None:
    """List the takes of PLAN, of all shots or those that WHICH means (chorus, 12, 3-7).

    \b
    Example:
      alice take list song-alice/plan.json chorus
    """  # noqa: D301 - see above
    from alice_core.workflows.casting import takes_in

    with session.open() as alice:
        found = takes_in(alice.store, plan, which)
    if as_json:
        print_json({"items": _items(found)})
    elif not found:
        click.echo("no takes yet; make some: alice generate PLAN", err=True)
    else:
        rows = [[str(one[name]) for name in ("shot", "take", "state", "digest", "note")] for one in _items(found)]
        print_table(("shot", "take", "state", "digest", "note"), rows)


@take.command()
@_PLAN
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("which", nargs=-1)
@as_json_option
@click.pass_obj
def sheet(session: Session, plan: Path, target: Path, which: tuple[str, ...], *, as_json: bool) -> None:
    """Write a contact sheet of the takes of PLAN to TARGET, a PNG file.

    \b
    Example:
      alice take sheet song-alice/plan.json chorus.png chorus
    """  # noqa: D301 - see above
    from alice_core.workflows.casting import takes_in
    from alice_core.workflows.planfiles import read_plan
    from alice_core.workflows.sheets import write_contact_sheet

    with session.open() as alice:
        found = takes_in(alice.store, plan, which)
        film = read_plan(plan)
        consistency = write_contact_sheet(
            alice.store, found, plan.absolute().parent.name, target, film.width / film.height
        )
    if as_json:
        print_json({"path": str(target), "takes": len(found), "consistency": round(consistency.score, 4)})
    elif not session.quiet:
        click.echo(printable(f"{target}: {len(found)} takes, alike {consistency.score:.2f} of 1"))


def _verdict(name: str, verdict: Verdict, help_: str, done: str) -> None:
    @take.command(name=name, help=help_)
    @_PLAN
    @click.argument("shot")
    @click.argument("number", metavar="TAKE")
    @click.option("--reason", metavar="TEXT", help="Why, in words; it is remembered.")
    @dry_run_option
    @as_json_option
    @click.pass_obj
    def command(
        session: Session, plan: Path, shot: str, number: str, *, reason: str | None, dry_run: bool, as_json: bool
    ) -> None:
        from alice_core.workflows.casting import judge_take

        with session.open(dry_run=dry_run) as alice:
            one, takes = judge_take(alice.store, plan, shot, number, verdict, reason=reason, dry_run=dry_run)
        if as_json:
            print_json({"dry_run": dry_run, "items": _items(takes)})
        elif not session.quiet:
            click.echo(
                printable(f"{'would have ' if dry_run else ''}{done} {one.shot} take {number}: {one.digest[:19]}")
            )


_FORM = """TAKE of SHOT in PLAN: its number from 1, or the start of its digest.

\b
Example:
  alice take {} song-alice/plan.json 12 2 --reason "the light is right"
"""
_verdict("like", "liked", "Like the " + _FORM.format("like"), "liked")
_verdict("reject", "rejected", "Reject the " + _FORM.format("reject"), "rejected")
_verdict("choose", "chosen", "Let the next timeline show the " + _FORM.format("choose"), "chose")
_verdict("reset", "proposed", "Take back what was thought of the " + _FORM.format("reset"), "reset")


def _items(takes: Sequence[ShotTake]) -> list[dict[str, object]]:
    counts: dict[str, int] = {}
    items: list[dict[str, object]] = []
    for one in takes:
        counts[one.shot] = counts.get(one.shot, 0) + 1
        items.append(
            {
                "shot": one.shot, "take": counts[one.shot], "digest": one.digest, "state": one.state,
                "note": one.note, "made": one.made, "recipe": one.recipe,
            }
        )  # fmt: skip
    return items
