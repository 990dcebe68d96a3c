"""``alice cost``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, print_table, printable
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.projects.costs import By, CostReport
    from alice_core.store.ledger import ProviderJob

_BY = ("day", "model", "shot", "person")


@click.group(invoke_without_command=True)
@click.option("--project", metavar="NAME", help="Only what this project paid for.")
@click.option("--by", type=click.Choice(_BY), help="Add it up by day, model, shot or person.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@as_json_option
@click.pass_context
def cost(context: click.Context, project: str | None, by: By | None, *, as_csv: bool, as_json: bool) -> None:
    """Show what was spent, what is set aside, and what is in doubt.

    \b
    Examples:
      alice cost --project Neon
      alice cost --by model --csv
      alice cost prices --stale 60d
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    if context.invoked_subcommand is not None:
        return
    from alice_core import projects
    from alice_core.projects.budgets import standings
    from alice_core.projects.costs import cost_report
    from alice_core.store.ledger import Scope

    session: Session = context.obj
    with session.open() as alice:
        scope = Scope(projects.get(alice.store, project).id if project else "")
        report = cost_report(alice.store, scope)
        limits = standings(alice.store, scope, datetime.now(UTC).date().isoformat())
    if as_json:
        from alice_core.cli.budgets import budget_content

        print_json(report.to_json(by) | {"budgets": [budget_content(one, project) for one in limits]})
    elif as_csv:
        click.echo(report.to_csv(by), nl=False)
    else:
        _tell(report, by, quiet=session.quiet)


@cost.command()
@click.option("--stale", metavar="DAYS", help="Only prices that nobody has checked for so long, such as 60d.")
@click.option("--provider", metavar="NAME", help="Only this provider's.")
@as_json_option
@click.pass_obj
def prices(session: Session, stale: str | None, provider: str | None, *, as_json: bool) -> None:
    """List the price book, your own entries first, and say where your price file is.

    \b
    Examples:
      alice cost prices --provider fal
      alice cost prices --stale 60d
    """  # noqa: D301 - see above
    from alice_core.providers.price_file import load_book, user_price_file
    from alice_core.store.money import money_text

    today = datetime.now(UTC).date()
    age = _days(stale) if stale else 0
    found = [
        one
        for one in load_book(today).entries
        if (today - one.checked_on).days >= age and provider in {None, one.provider}
    ]
    rows = [(one, [(tier.when, money_text(tier.rate)) for tier in one.tiers]) for one in found]
    if as_json:
        items = [
            {
                "id": one.id,
                "provider": one.provider,
                "model": one.model,
                "task": one.task,
                "meter": one.meter,
                "unit": one.unit,
                "rate": None if one.rate is None else money_text(one.rate),
                "tiers": [{"when": dict(when), "rate": rate} for when, rate in tiers],
                "currency": one.currency,
                "valid_from": str(one.valid_from),
                "valid_to": str(one.valid_to) if one.valid_to else None,
                "checked_on": str(one.checked_on),
                "source": one.source,
                "confidence": one.confidence,
                "origin": one.origin,
                "digest": one.digest,
            }
            for one, tiers in rows
        ]
        print_json({"file": str(user_price_file()), "items": items})
        return
    table = []
    for one, tiers in rows:
        rates = [f"{rate} ({', '.join(f'{name} {value}' for name, value in when.items())})" for when, rate in tiers]
        rates += [money_text(one.rate)] if one.rate is not None else []
        what = f"{' or '.join(rates)} {one.currency}/{one.unit}"
        table.append((one.provider, one.model, one.meter, what, str(one.checked_on), one.source))
    if table:
        print_table(("provider", "model", "meter", "price", "checked", "source"), table)
    if not session.quiet:
        click.echo(f"your own prices: {user_price_file()}", err=True)


@cost.command()
@click.argument("run")
@click.option("--charged/--not-charged", default=None, help="Whether the provider billed it.")
@click.option("--amount", metavar="AMOUNT", help="What it billed; by default all that was set aside.")
@dry_run_option
@as_json_option
@click.pass_obj
def resolve(
    session: Session, run: str, amount: str | None, *, charged: bool | None, dry_run: bool, as_json: bool
) -> None:
    """Say what became of a request whose answer was lost: RUN is its name, or how that begins.

    Look at the provider's own list of requests first. Until it is resolved its money stays set aside,
    and the request is not sent again.

    \b
    Examples:
      alice cost resolve 0199c0de --not-charged
      alice cost resolve 0199c0de --charged --amount 0.03
    """  # noqa: D301 - see above
    from alice_core.projects import ledger
    from alice_core.projects.budgets import parse_amount
    from alice_core.store.money import money_text

    if charged is None:
        raise UsageError("was it charged or not?", hint="Add --charged or --not-charged.")
    if amount is not None and not charged:
        raise UsageError("what was not charged has no amount", hint="Leave --amount out.")
    paid = None if amount is None else parse_amount(amount)
    with session.open(dry_run=dry_run) as alice:
        job = ledger.job_named(alice.store, run, "doubt")
        spent = ledger.spent_by(job, charged=charged, amount=paid)
        if not dry_run:
            ledger.resolve(alice.store, job.id, charged=charged, amount=paid)
    said = {"id": job.id, "charged": charged, "spent": money_text(spent)}
    if as_json:
        print_json(said | {"currency": job.currency, "dry_run": dry_run})
    elif not session.quiet:
        what = f"cost {said['spent']} {job.currency}" if charged else "cost nothing"
        click.echo(f"{'would note' if dry_run else 'noted'}: {job.id} {what}")


@cost.command()
@click.argument("run")
@dry_run_option
@as_json_option
@click.pass_obj
def again(session: Session, run: str, *, dry_run: bool, as_json: bool) -> None:
    """Allow a request to be bought anew that was paid for and of which nothing usable is left.

    RUN is its name, or how that begins. The same command as before then sends a new request.

    \b
    Example:
      alice cost again 0199c0de
    """  # noqa: D301 - see above
    from alice_core.projects import ledger
    from alice_core.store.money import money_text

    with session.open(dry_run=dry_run) as alice:
        job = ledger.job_named(alice.store, run, "made", "refused", "failed")
        if not dry_run:
            ledger.abandon(alice.store, job.id)
    if as_json:
        print_json({"id": job.id, "spent": money_text(job.spent), "currency": job.currency, "dry_run": dry_run})
    elif not session.quiet:
        what = f"{money_text(job.spent)} {job.currency} stay spent; the same command buys it anew"
        click.echo(f"{'would give up' if dry_run else 'gave up'} {job.id}: {what}")


@cost.command(name="import")
@click.argument("statement", type=click.Path(path_type=Path))
@click.option("--provider", required=True, metavar="NAME", help="Whose statement it is.")
@dry_run_option
@as_json_option
@click.pass_obj
def import_(session: Session, statement: Path, provider: str, *, dry_run: bool, as_json: bool) -> None:
    """Compare STATEMENT, a provider's bill as a CSV file, with the ledger, and correct the ledger by it.

    The file has a column for the request and one for the amount.

    \b
    Example:
      alice cost import fal-november.csv --provider fal --dry-run
    """  # noqa: D301 - see above
    from alice_core.projects import statements
    from alice_core.store.money import money_text

    read = statements.read_statement(statement)
    with session.open(dry_run=dry_run) as alice:
        compare = statements.foresee_statement if dry_run else statements.import_statement
        found = compare(alice.store, read, provider)
    if as_json:
        corrected = [
            {"request": request, "before": money_text(before), "after": money_text(after)}
            for request, before, after in found.corrected
        ]
        print_json(
            {
                "agreed": list(found.agreed),
                "corrected": corrected,
                "resolved": list(found.resolved),
                "under_way": list(found.under_way),
                "strange": list(found.strange),
                "dry_run": dry_run,
            }
        )
    elif not session.quiet:
        click.echo(("would be: " if dry_run else "") + statements.said(found))
        for request in found.strange:
            click.echo(f"  Alice did not send {printable(request)}")


def _days(text: str) -> int:
    number = text.strip().lower().removesuffix("d")
    if not number.isdecimal():
        raise UsageError(f"{text!r} is no number of days", hint="Write it as 60d.")
    return int(number)


def _tell(report: CostReport, by: By | None, *, quiet: bool) -> None:
    from alice_core.store.money import money_text

    for currency, sums in report.sums.items():
        pairs = [("spent", sums.spent), ("set aside", sums.reserved), ("in doubt", sums.in_doubt)]
        print_pairs([(name, f"{money_text(amount)} {currency}") for name, amount in pairs])
    if report.per_second is not None:
        print_pairs([("a finished second", f"{money_text(report.per_second)} {report.currency}")])
    if not report.jobs and not quiet:
        click.echo("nothing was spent", err=True)
    items = report.items(by)
    if by is not None and items:
        heads = tuple(items[0])
        click.echo()
        print_table(heads, [[str(one[head]) for head in heads] for one in items])
    for job in report.jobs:
        if job.state == "doubt":
            _tell_doubt(job)


def _tell_doubt(job: ProviderJob) -> None:
    from alice_core.store.money import money_text

    what = f"{job.provider} {job.model}, {job.began}, up to {money_text(job.held)} {job.currency}"
    click.echo(f"in doubt: {job.id} ({what}): {printable(job.reason or '')}")
    click.echo(f"  alice cost resolve {job.id} --charged, or --not-charged")
