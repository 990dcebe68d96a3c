"""``alice generate`` and ``alice regenerate``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.choosing import counted
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable
from alice_core.cli.session import Session
from alice_core.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alice_core.workflows.batches import Batch, BatchRequest, BatchResult, Step, Wanted

_PLAN = click.argument("plan", type=click.Path(path_type=Path))
_WHO = (
    click.option(
        "--provider",
        default="storyboard",
        show_default=True,
        metavar="NAME",
        help="Who makes them; library cuts your own.",
    ),
    click.option("--model", default="", metavar="NAME", help="The provider's model. [default: its own choice]"),
    click.option("--motion", is_flag=True, help="Clips, not stills; they begin with the still of their shot."),
    click.option("--project", metavar="NAME", help="Whose style and budget hold. [default: the plan's]"),
    click.option(
        "--from", "footage", default="", metavar="QUERY", help="With --provider library: cut from what this finds."
    ),
    click.option("--budget", metavar="AMOUNT", help="What all takes of this plan may cost, such as 5.00."),
    click.option("--approve", is_flag=True, help="Allow what is above a budget's limit for one request."),
    click.option("--note", default="", metavar="TEXT", help="What is asked of these takes besides, such as: darker"),
    dry_run_option,
    as_json_option,
    click.pass_obj,
)


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_WHO):
        command = option(command)
    return command


@click.command()
@_PLAN
@click.option("--takes", default=1, show_default=True, type=click.IntRange(1, 100), help="How many of each shot.")
@click.option("--only", multiple=True, metavar="WHICH", help="Sections, numbers or spans: chorus, 12, 3-7.")
@click.option("--concurrency", type=click.IntRange(1), metavar="N", help="At once. [default: the provider's limit]")
@_asked
def generate(
    session: Session,
    /,
    plan: Path,
    *,
    takes: int,
    only: tuple[str, ...],
    concurrency: int | None,
    **said: Any,  # noqa: ANN401 - options of every kind, passed on
) -> None:
    """Make takes of the shots of PLAN: the price first, then all of them, and a contact sheet.

    Takes are kept as they arrive. Stopped at any time, the same command goes on where it was and pays nothing twice.

    \b
    Examples:
      alice generate song-alice/plan.json --takes 2 --dry-run
      alice generate song-alice/plan.json --provider fal --model flux-dev --only chorus --budget 5.00
      alice generate song-alice/plan.json --provider fal --motion
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.workflows.batches import BatchRequest

    as_json, dry_run = said.pop("as_json"), said.pop("dry_run")
    request = BatchRequest(plan, takes=takes, only=only, workers=concurrency, **_money(said))
    _carry_out(session, request, dry_run=dry_run, as_json=as_json)


@click.command()
@_PLAN
@click.argument("shot")
@click.option("--takes", default=1, show_default=True, type=click.IntRange(1, 100), help="How many more.")
@_asked
def regenerate(session: Session, /, plan: Path, shot: str, *, takes: int, **said: Any) -> None:  # noqa: ANN401 - see above
    """Make a further take of a SHOT of PLAN: its number, identifier or section.

    \b
    Examples:
      alice regenerate song-alice/plan.json 12 --note "darker, from behind"
      alice regenerate song-alice/plan.json chorus --takes 2 --dry-run
    """  # noqa: D301 - see above
    from alice_core.workflows.batches import BatchRequest

    as_json, dry_run = said.pop("as_json"), said.pop("dry_run")
    request = BatchRequest(plan, takes=takes, only=(shot,), more=True, **_money(said))
    _carry_out(session, request, dry_run=dry_run, as_json=as_json)


def _money(said: dict[str, Any]) -> dict[str, Any]:
    from alice_core.projects.budgets import parse_amount

    budget = said.pop("budget")
    return {**said, "budget": parse_amount(budget) if budget is not None else None}


def _carry_out(session: Session, request: BatchRequest, *, dry_run: bool, as_json: bool) -> None:
    from alice_core.cli.generating_table import watching
    from alice_core.workflows.batches import Batch
    from alice_core.workflows.sheets import write_contact_sheet

    with session.open(dry_run=dry_run) as alice:
        batch = Batch(alice.store, request, session.progress())
        if dry_run or not (as_json or session.quiet):
            _tell_price(batch, as_json=as_json, dry_run=dry_run)
        if dry_run:
            return
        with watching(session, batch, quiet=as_json) as tell:
            result = batch.run(tell)
        sheet = batch.folder / "contact-sheet.png"
        ratio = batch.plan.width / batch.plan.height
        alike = write_contact_sheet(alice.store, result.takes, batch.folder.name, sheet, ratio).score
    if as_json:
        print_json(_json(result, sheet, alike))
    else:
        _tell(session, result, sheet, alike)
    if result.failed and as_json:
        click.get_current_context().exit(RunError.exit_status)
    if result.failed:
        first = result.failed[0]
        reason = first.error.message if first.error else ""
        raise RunError(
            f"{counted(len(result.failed), 'take')} could not be made; {first.wanted.shot}: {reason}",
            hint=(first.error.hint if first.error else None)
            or "Run the same command again: it makes only what is missing.",
            code=first.error.code if first.error and first.error.exit_status == RunError.exit_status else None,
        )


def _tell_price(batch: Batch, *, as_json: bool, dry_run: bool) -> None:
    from alice_core.workflows.batches import plan_seconds, totals

    sums = totals(batch.quotes)
    if as_json:
        cost = {
            name: dict(zip(("low", "expected", "high"), map(str, amounts), strict=True))
            for name, amounts in sums.items()
        }
        items = [
            {
                "shot": one.shot, "take": one.number + 1, "recipe": one.job.recipe.key, "found": one.found is not None,
                "quote": None if one.quote is None else {
                    "expected": str(one.quote.expected), "high": str(one.quote.high), "currency": one.quote.currency,
                    "meter": [line.text for line in one.quote.lines],
                },
            }
            for one in batch.wanted
        ]  # fmt: skip
        print_json({"dry_run": True, "missing": len(batch.missing), "cost": cost, "items": items})
        return
    seconds = plan_seconds(batch.plan, batch.places)
    there = len(batch.wanted) - len(batch.missing)
    head = (
        f"{counted(len(batch.wanted), 'take')} of {counted(len(batch.places), 'shot')} ({float(seconds):.1f} s of film)"
    )
    click.echo(head + (f", {there} are there" if there else ""), err=not dry_run)
    for currency, (low, expected, high) in sums.items():
        each = (
            f"; {_rounded(expected / Decimal(str(float(seconds))))} {currency} a second" if seconds and expected else ""
        )
        spread = f" ({low} to {high})" if low != high else ""
        click.echo(f"to make {len(batch.missing)}: {expected} {currency}{spread}{each}", err=not dry_run)
    if dry_run:
        rows = [(one.shot, str(one.number + 1), _meter(one)) for one in batch.wanted]
        print_table(("shot", "take", "price"), rows)


def _meter(one: Wanted) -> str:
    if one.found is not None:
        return "there"
    return "free" if one.quote is None else "; ".join(line.text for line in one.quote.lines)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"))


def _tell(session: Session, result: BatchResult, sheet: Path, alike: float) -> None:
    made = sum(step.state == "made" for step in result.steps)
    if session.quiet:
        return
    money = f"; {result.spent} {result.currency} spent" if result.spent or result.held else ""
    held = f", {result.held} held" if result.held else ""
    click.echo(printable(f"made {counted(made, 'take')}{money}{held}; alike {alike:.2f} of 1; {sheet}"))
    if made:
        click.echo("choose: alice take choose PLAN SHOT TAKE; another: alice regenerate PLAN SHOT --note TEXT")


def _json(result: BatchResult, sheet: Path, alike: float) -> dict[str, object]:
    return {
        "plan": result.root,
        "items": [_step(step) for step in result.steps],
        "contact_sheet": str(sheet),
        "consistency": round(alike, 4),
        "cost": {"currency": result.currency, "spent": str(result.spent), "held": str(result.held)},
    }


def _step(step: Step) -> dict[str, object]:
    error = None if step.error is None else {"code": step.error.code, "message": step.error.message}
    return {
        "shot": step.wanted.shot,
        "take": step.wanted.number + 1,
        "state": step.state,
        "digest": step.digest,
        "path": str(step.path) if step.path else None,
        "error": error,
    }
