"""``alice run``, whose long form is ``alice --pipeline``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, print_table
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.workflows.staging import Stage


@click.command()
@click.argument("pipeline")
@click.option("--stages", default="", metavar="A,B", help="The providers, in order.")
@click.option("--brief", default="a picture", metavar="TEXT", help="What is to be seen.")
@click.option("--size", default="1280x720", metavar="WxH", help="Of the pictures, in pixels.")
@dry_run_option
@as_json_option
@click.pass_obj
def run(session: Session, pipeline: str, stages: str, brief: str, size: str, *, dry_run: bool, as_json: bool) -> None:
    """Plan and price a pipeline of providers; with --dry-run no byte is sent.

    \b
    Examples:
      alice run custom --stages "openai,anthropic" --dry-run
      alice --pipeline custom --stages "openai,anthropic" --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.workflows.request import parse_size
    from alice_core.workflows.staging import PIPELINES, plan_stages, totals

    if pipeline not in PIPELINES:
        raise UsageError(
            f"there is no pipeline {pipeline!r}", hint=f"There is: {', '.join(PIPELINES)}.", code="ALICE-U04"
        )
    if not dry_run:
        raise UsageError(
            "a pipeline of providers can be planned and priced: add --dry-run",
            hint="To make the pictures of a song: alice make SONG --provider NAME --budget AMOUNT",
        )
    width, height = parse_size(size)
    names = [name.strip() for name in stages.split(",") if name.strip()]
    found = plan_stages(names, brief, datetime.now(UTC).date(), width=width, height=height)
    sums = totals(found)
    if as_json:
        total = {
            name: {"low": f"{low:f}", "expected": f"{expected:f}", "high": f"{high:f}"}
            for name, (low, expected, high) in sums.items()
        }
        print_json({"pipeline": pipeline, "dry_run": True, "items": [one.to_json() for one in found], "total": total})
        return
    _tell(found, sums)
    if not session.quiet:
        click.echo("dry run: nothing was sent, nothing was spent", err=True)


def _tell(found: Sequence[Stage], sums: Mapping[str, tuple[Decimal, Decimal, Decimal]]) -> None:
    heads = ("stage", "provider", "model", "makes", "low", "expected", "high", "state")
    rows = []
    for number, one in enumerate(found, 1):
        quote = one.quote
        price = ("?", "?", "?") if quote is None else (f"{quote.low:f}", f"{quote.expected:f}", f"{quote.high:f}")
        rows.append((str(number), one.provider, one.model, one.kind, *price, one.state))
    print_table(heads, rows)
    print_pairs(
        (f"total {currency}", f"{low:f} to {high:f}, most likely {expected:f}")
        for currency, (low, expected, high) in sums.items()
    )
    for one in found:
        for text in (*filter(None, (one.unknown,)), *one.warnings):
            click.echo(f"{one.provider}: {text}", err=True)
