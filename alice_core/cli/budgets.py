"""``alice project budget``."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.projects.budgets import Standing


@click.command()
@click.argument("name", required=False)
@click.argument("most", metavar="[LIMIT]", required=False)
@click.option("--all", "everything", is_flag=True, help="The budget of everything, whatever project pays.")
@click.option("--run", default="", metavar="RUN", help="Of one run alone.")
@click.option("--shot", default="", metavar="SHOT", help="Of one shot alone.")
@click.option("--daily", metavar="AMOUNT", help="At most so much a day; none for no cap.")
@click.option("--approve-above", metavar="AMOUNT", help="Ask for approval of a dearer request; none to never ask.")
@click.option("--warn", type=click.IntRange(1, 100), help="Per cent of the limit from which on to warn. [default: 80]")
@click.option("--currency", metavar="CODE", help="Of the amounts. [default: USD]")
@dry_run_option
@as_json_option
@click.pass_obj
def budget(
    session: Session,
    /,
    name: str | None,
    most: str | None,
    *,
    everything: bool,
    dry_run: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - click's options
) -> None:
    """Show the budgets of the project called NAME, or set its LIMIT.

    A request must fit under the budget of everything, of its project, of its run and of its shot.
    LIMIT is an amount such as 25, or none for no limit.

    \b
    Examples:
      alice project budget Neon 25 --daily 5 --approve-above 2
      alice project budget Neon
      alice project budget --all 100
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.projects import budgets, get
    from alice_core.store.ledger import Scope

    if everything:
        name, most = None, most or name
    elif name is None:
        raise click.UsageError("Which project? Give its NAME, or --all.")
    day = datetime.now(UTC).date().isoformat()
    with session.open(dry_run=dry_run) as alice:
        project = get(alice.store, name).id if name else ""
        scope = Scope(project, given["run"], given["shot"])
        wanted = {"most": most, "daily": given["daily"], "ask_above": given["approve_above"]}
        wanted |= {"warn": given["warn"], "currency": given["currency"]}
        if any(value is not None for value in wanted.values()):
            set_ = budgets.foresee_budget if dry_run else budgets.set_budget
            found: tuple[Standing, ...] = (set_(alice.store, budgets.changed_budget(alice.store, scope, wanted)),)
        else:
            found = budgets.standings(alice.store, scope, day)
    if as_json:
        print_json({"items": [budget_content(one, name) for one in found], "dry_run": dry_run})
    elif found:
        for one in found:
            _tell(one, name)
        if dry_run and not session.quiet:
            click.echo("nothing was written (dry run)", err=True)
    elif not session.quiet:
        click.echo("no budget is set; set one with: alice project budget NAME LIMIT", err=True)


def budget_content(one: Standing, project: str | None) -> dict[str, Any]:
    """How a budget stands, as ``--json`` prints it."""
    limits, scope = one.budget, one.budget.scope
    return {
        "project": project if scope.project else None,
        "run": scope.run or None,
        "shot": scope.shot or None,
        "currency": limits.currency,
        "limit": _text(limits.most),
        "daily": _text(limits.daily),
        "approve_above": _text(limits.ask_above),
        "warn": limits.warn,
        "spent": _text(one.whole.spent),
        "reserved": _text(one.whole.reserved),
        "in_doubt": _text(one.whole.in_doubt),
        "today": _text(one.today.committed),
        "left": _text(one.left),
        "percent": one.percent,
        "warned": one.warned,
    }


def _tell(one: Standing, project: str | None) -> None:
    from alice_core.projects.budgets import said

    limits = one.budget
    click.echo(said(limits.scope, project))
    pairs = [("limit", limits.most), ("a day", limits.daily), ("approval above", limits.ask_above)]
    pairs += [("spent", one.whole.spent), ("set aside", one.whole.reserved), ("in doubt", one.whole.in_doubt)]
    pairs += [("left", one.left)]
    print_pairs([(name, f"{_text(value)} {limits.currency}") for name, value in pairs if value is not None], "  ")
    if one.warned:
        click.echo(f"  {one.percent} % of it are committed")


def _text(amount: Decimal | None) -> str | None:
    from alice_core.store.money import money_text

    return None if amount is None else money_text(amount)
