"""What the commands for single tasks share: their options, and how prices and results are told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.choosing import counted
from alice_core.cli.output import as_json_option, dry_run_option, print_json, printable
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.providers.quote import Quote
    from alice_core.store import Outcome

paying = (
    click.option("--project", metavar="NAME", help="The project it belongs to; its budget holds."),
    click.option("--budget", metavar="AMOUNT", help="What single tasks of the project may cost in all, such as 1.00."),
    click.option("--approve", is_flag=True, help="Allow what is above a budget's limit for one request."),
    dry_run_option,
    as_json_option,
    click.pass_obj,
)
_OPTIONS = (
    click.option("--provider", default="storyboard", show_default=True, metavar="NAME", help="Who makes it."),
    click.option("--model", default="", metavar="NAME", help="The provider's model. [default: its own choice]"),
    click.option("--negative", default="", metavar="TEXT", help="What is not to be seen."),
    click.option("--option", multiple=True, metavar="NAME=VALUE", help="An option of the provider; more than once."),
    click.option(
        "--out", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Folder. [default: here]"
    ),
    *paying,
)


def asked(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every task for a generator has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pays(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every task that may cost something."""
    for option in reversed(paying):
        command = option(command)
    return command


def money(said: str | None) -> Decimal | None:
    """The amount that was said, if one was."""
    from alice_core.projects.budgets import parse_amount

    return None if said is None else parse_amount(said)


def option_pairs(pairs: tuple[str, ...], provider: str) -> dict[str, Any]:
    """Options of a provider as a task holds them.

    Raises:
        UsageError: One is no ``name=value``.
    """
    from alice_core.workflows.singles import options_from

    bad = next((one for one in pairs if "=" not in one), None)
    if bad is not None:
        raise UsageError(f"--option {bad!r} is no NAME=VALUE", hint=f"See: alice providers show {provider}")
    return options_from(dict(one.split("=", 1) for one in pairs), provider)


def tell_price(quote: Quote | None, found: Outcome | None, *, as_json: bool) -> None:
    """Print what a task would cost, or that it is there."""
    if as_json:
        print_json({"dry_run": True, "found": found is not None, "quote": None if quote is None else quote_json(quote)})
    elif quote is None:
        click.echo("it is there already, and costs nothing")
    else:
        spread = f" ({quote.low} to {quote.high})" if quote.low != quote.high else ""
        click.echo(f"{quote.expected} {quote.currency}{spread}: {'; '.join(line.text for line in quote.lines)}")


def quote_json(quote: Quote) -> dict[str, object]:
    """A quote for ``--json``."""
    amounts = {"low": str(quote.low), "expected": str(quote.expected), "high": str(quote.high)}
    return {**amounts, "currency": quote.currency, "meter": [line.text for line in quote.lines]}


def tell_outcome(session: Session, outcome: Outcome, *, as_json: bool) -> None:
    """Print what was made or found."""
    if as_json:
        items = [{"digest": one.digest, "path": str(one.path), "role": one.role} for one in outcome.products]
        print_json({"dry_run": False, "found": outcome.reused, "recipe": outcome.recipe.key, "items": items})
        return
    for one in outcome.products:
        click.echo(printable(str(one.path)))
    if outcome.reused and not session.quiet:
        click.echo("made before; nothing was sent", err=True)


def wrong_count(bad: int, total: int) -> str:
    """How many of many tasks came to nothing."""
    return f"{counted(bad, 'task')} of {total} came to nothing"
