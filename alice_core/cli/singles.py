"""``alice image``, ``video`` and ``batch``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.choosing import counted
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable
from alice_core.cli.session import Session
from alice_core.cli.singles_shared import asked, money, option_pairs, tell_outcome, tell_price, wrong_count
from alice_core.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alice_core.providers.task import Task
    from alice_core.store import Store
    from alice_core.workflows.task_lines import LineResult

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("prompt")
@click.option("--size", default="1024x1024", show_default=True, metavar="WxH", help="Size of the picture.")
@click.option("--seed", default=0, show_default=True, help="Another seed gives another picture.")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 16), help="How many at once.")
@click.option("--quality", default="", metavar="NAME", help="As the model names it.")
@click.option("--format", "format_", default="png", show_default=True, metavar="NAME", help="png, jpeg, webp.")
@click.option("--reference", multiple=True, metavar="FILE", help="A picture to go by, or a digest; more than once.")
@click.option("--mask", metavar="FILE", help="Where the first reference may change: transparent.")
@asked
def image(session: Session, /, prompt: str, *, reference: tuple[str, ...], mask: str | None, **said: Any) -> None:  # noqa: ANN401 - options of every kind
    """Make a picture of what PROMPT says.

    \b
    Examples:
      alice image "a paper fox in the rain" --dry-run
      alice image "the same fox asleep" --provider openai --reference fox.png --budget 0.50
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    files = [(one, "reference") for one in reference] + ([(mask, "mask")] if mask else [])
    _single(session, "image", prompt, files, said)


@click.command()
@click.argument("prompt")
@click.option("--size", default="1280x720", show_default=True, metavar="WxH", help="Size of the picture.")
@click.option("--seed", default=0, show_default=True, help="Another seed gives another clip.")
@click.option("--seconds", default="5", show_default=True, metavar="N", help="How long.")
@click.option("--fps", default="24", show_default=True, metavar="RATE", help="Of the timeline that it is for.")
@click.option("--resolution", default="", metavar="NAME", help="As the model names it: 720p.")
@click.option("--first", metavar="FILE", help="The picture it begins with.")
@click.option("--last", metavar="FILE", help="The picture it ends on.")
@asked
def video(session: Session, /, prompt: str, *, first: str | None, last: str | None, **said: Any) -> None:  # noqa: ANN401 - see above
    """Make a clip of what PROMPT says.

    \b
    Examples:
      alice video "the fox runs into the rain" --provider fal --first fox.png --seconds 5 --dry-run
      alice video "slow push in" --seconds 4
    """  # noqa: D301 - see above
    pairs = ((first, "first-frame"), (last, "last-frame"))
    _single(session, "video", prompt, [(one, role) for one, role in pairs if one], said)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=_FILE, metavar="DIR", help="Folder of the results. [default: FILE without its suffix]")
@click.option("--project", metavar="NAME", help="The project of lines that name none.")
@click.option("--budget", metavar="AMOUNT", help="What all of it may cost, such as 5.00.")
@click.option("--approve", is_flag=True, help="Allow what is above a budget's limit for one request.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="How many at once.")
@dry_run_option
@as_json_option
@click.pass_obj
def batch(session: Session, /, file: Path, *, out: Path | None, dry_run: bool, as_json: bool, **said: Any) -> None:  # noqa: ANN401 - see above
    """Carry out the tasks of FILE, one JSON object a line; run again, it goes on and pays nothing twice.

    A line has the kind of its task and what that kind needs; references are paths beside FILE, or digests:

    \b
      {"task": "image", "provider": "fal", "model": "flux-schnell", "prompt": "a fox", "size": "1024x576", "seed": 7}
      {"task": "video", "provider": "fal", "prompt": "it runs", "seconds": 5,
       "references": [{"file": "fox.png", "role": "first-frame"}]}     (on one line)
      {"task": "vision", "provider": "anthropic", "question": "What is wrong here?", "references": ["fox.png"]}
    \b
    Examples:
      alice batch tasks.jsonl --dry-run
      alice batch tasks.jsonl --budget 5.00 --json
    """  # noqa: D301 - see above
    from alice_core.workflows.task_lines import Lines, LinesRequest

    folder = out or file.absolute().with_suffix("")
    with session.open(dry_run=dry_run) as alice:
        budget, workers = money(said["budget"]), said["concurrency"]
        request = LinesRequest(file, folder, said["project"], budget, said["approve"], workers)
        lines = Lines(alice.store, request, session.progress(), dry_run=dry_run)
        found = lines.priced() if dry_run else lines.run()
    if as_json:
        print_json({"dry_run": dry_run, "items": [_line(one) for one in found]})
    else:
        _tell_lines(session, found, dry_run=dry_run)
    bad = [one for one in found if one.state in ("wrong", "failed")]
    if bad and as_json:
        click.get_current_context().exit(RunError.exit_status)
    if bad:
        raise RunError(wrong_count(len(bad), len(found)), hint="Mend those lines and run the same command again.")


def _single(session: Session, kind: str, prompt: str, files: Sequence[tuple[str, str]], said: dict[str, Any]) -> None:
    from alice_core.workflows.singles import Single, SingleRequest

    dry_run, as_json = said.pop("dry_run"), said.pop("as_json")
    with session.open(dry_run=dry_run) as alice:
        task = _task(alice.store, kind, prompt, files, said, dry_run=dry_run)
        request = SingleRequest(
            said["provider"], task, said["out"], said["project"], budget=money(said["budget"]), approve=said["approve"]
        )
        single = Single(alice.store, request, session.progress())
        if dry_run:
            tell_price(single.quote, single.found, as_json=as_json)
            return
        outcome = single.run()
    tell_outcome(session, outcome, as_json=as_json)


def _task(
    store: Store, kind: str, prompt: str, files: Sequence[tuple[str, str]], said: dict[str, Any], *, dry_run: bool
) -> Task:
    from alice_core.workflows.task_lines import task_from

    names = ("size", "seed", "seconds", "fps", "count", "quality", "resolution", "model", "negative")
    content: dict[str, Any] = {name: said[name] for name in names if name in said}
    content |= {"task": kind, "prompt": prompt, "options": option_pairs(said["option"], said["provider"])}
    content |= {"format": said["format_"]} if "format_" in said else {}
    content["references"] = [{"file": one, "role": role} for one, role in files]
    return task_from(store, content, Path.cwd(), dry_run=dry_run)


def _tell_lines(session: Session, found: Sequence[LineResult], *, dry_run: bool) -> None:
    for one in found:
        if one.error is not None:
            click.echo(printable(f"line {one.line}: {one.error.message} [{one.error.code}]"), err=True)
            if one.error.hint:
                click.echo(printable(f"  {one.error.hint}"), err=True)
    if dry_run:
        rows = [(str(one.line), one.state, _price(one)) for one in found if one.error is None]
        print_table(("line", "state", "price"), rows)
        sums: dict[str, Decimal] = {}
        for one in found:
            if one.quote is not None:
                sums[one.quote.currency] = sums.get(one.quote.currency, Decimal(0)) + one.quote.expected
        click.echo("in all: " + (", ".join(f"{amount} {currency}" for currency, amount in sums.items()) or "nothing"))
    elif not session.quiet:
        for one in found:
            for digest, path in one.outputs:
                click.echo(printable(f"{one.state} {path}  {digest[:19]}"))
        click.echo(counted(sum(one.state == "made" for one in found), "task") + " made")


def _price(one: LineResult) -> str:
    quote = one.quote
    return "" if quote is None else f"{quote.expected} {quote.currency}  {'; '.join(line.text for line in quote.lines)}"


def _line(one: LineResult) -> dict[str, object]:
    quote = one.quote
    cost = (
        None
        if quote is None
        else {"expected": str(quote.expected), "high": str(quote.high), "currency": quote.currency}
    )
    return {
        "line": one.line,
        "id": one.id,
        "state": one.state,
        "outputs": [{"digest": digest, "path": str(path)} for digest, path in one.outputs],
        "quote": cost,
        "error": None
        if one.error is None
        else {"code": one.error.code, "message": one.error.message, "hint": one.error.hint},
    }
