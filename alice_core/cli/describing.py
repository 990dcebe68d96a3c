"""``alice describe`` and ``alice judge``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import print_json, print_pairs, printable
from alice_core.cli.session import Session
from alice_core.cli.singles_shared import money, pays, quote_json
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alice_core.store import Store
    from alice_core.workflows.looking import Eyes, Looking

_PICTURES = click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...")
_WHO = (
    click.option("--provider", default="anthropic", show_default=True, metavar="NAME", help="Who looks."),
    click.option("--model", default="", metavar="NAME", help="The provider's model. [default: its own choice]"),
)


def _seeing(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_WHO):
        command = option(command)
    return command


@click.command()
@_PICTURES
@click.option(
    "--tag", "vocabulary", multiple=True, metavar="TAG", help="Give the pictures those of these tags that hold."
)
@_seeing
@pays
def describe(session: Session, /, pictures: tuple[str, ...], *, vocabulary: tuple[str, ...], **said: Any) -> None:  # noqa: ANN401 - options of every kind
    """Let a provider that can see describe pictures: a caption, or with --tag which tags hold.

    A picture is a path or a digest. An answer is kept, so that the same question costs nothing twice.

    \b
    Examples:
      alice describe fox.png --dry-run
      alice describe shots/*.png --provider openai --tag night --tag rain
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.curating import membership
    from alice_core.workflows.looking import described, describing, tagged, tagging

    dry_run, as_json = said["dry_run"], said["as_json"]
    with session.open(dry_run=dry_run) as alice:
        eyes, progress = _eyes(said), session.progress()
        if vocabulary:
            asked = [tagging(alice.store, one, vocabulary, eyes, progress, dry_run=dry_run) for one in pictures]
        else:
            asked = [describing(alice.store, one, eyes, progress, dry_run=dry_run) for one in pictures]
        if dry_run:
            _tell_prices(asked, as_json=as_json)
            return
        items: list[dict[str, Any]] = []
        for name, one in zip(pictures, asked, strict=True):
            if vocabulary:
                tags = tagged(one, vocabulary)
                if tags.answer:
                    membership.tag(alice.store, tags.pictures, tags.answer)
                items.append(
                    {"picture": name, "digest": tags.pictures[0], "tags": list(tags.answer), "known": tags.known}
                )
            else:
                look = described(one)
                items.append({"picture": name, "digest": look.pictures[0], **asdict(look.answer), "known": look.known})
            if not as_json:
                _tell_item(items[-1])
    if as_json:
        print_json({"dry_run": False, "items": items})


@click.command()
@_PICTURES
@click.option("--brief", metavar="TEXT", help="What the film is to be. [default: the project's brief]")
@click.option("--prompt", default="", metavar="TEXT", help="What the shot was to show.")
@_seeing
@pays
def judge(session: Session, /, pictures: tuple[str, ...], *, brief: str | None, prompt: str, **said: Any) -> None:  # noqa: ANN401 - see above
    """Let a provider that can see judge a take against the brief; several takes are put in order, best first.

    \b
    Examples:
      alice judge take.png --project Neon --prompt "a fox asleep" --dry-run
      alice judge a.png b.png c.png --brief "rain over a neon city" --json
    """  # noqa: D301 - see above
    from alice_core.workflows.looking import compared, comparing, judged, judging

    dry_run, as_json = said["dry_run"], said["as_json"]
    with session.open(dry_run=dry_run) as alice:
        wanted, eyes, progress = _brief(alice.store, brief, said["project"]), _eyes(said), session.progress()
        if len(pictures) > 1:
            asked = comparing(alice.store, pictures, wanted, prompt, eyes, progress, dry_run=dry_run)
        else:
            asked = judging(alice.store, pictures[0], wanted, prompt, eyes, progress, dry_run=dry_run)
        if dry_run:
            _tell_prices([asked], as_json=as_json)
            return
        if len(pictures) > 1:
            order = compared(asked)
            found: dict[str, Any] = {
                "order": [pictures[place] for place in order.answer.order], "reason": order.answer.reason,
                "known": order.known,
            }  # fmt: skip
        else:
            one = judged(asked)
            answer = one.answer
            found = {
                "picture": pictures[0], "digest": one.pictures[0], "scores": dict(answer.scores), "total": answer.total,
                "keep": answer.keep, "reason": answer.reason, "known": one.known,
            }  # fmt: skip
    if as_json:
        print_json({"dry_run": False, **found})
    else:
        _tell_item(found)


def _eyes(said: dict[str, Any]) -> Eyes:
    from alice_core.workflows.looking import Eyes

    return Eyes(said["provider"], said["model"], said["project"], money(said["budget"]), said["approve"])


def _brief(store: Store, said: str | None, project: str | None) -> str:
    from alice_core import projects

    text = projects.get(store, project).brief if said is None and project else said
    if not text:
        raise UsageError("there is no brief to judge by", hint="Say --brief TEXT, or --project NAME with a brief.")
    return text


def _tell_prices(asked: Sequence[Looking], *, as_json: bool) -> None:
    quotes = [one.single.quote for one in asked]
    if as_json:
        print_json({"dry_run": True, "items": [None if one is None else quote_json(one) for one in quotes]})
        return
    for one in quotes:
        click.echo("known already" if one is None else f"{one.expected} {one.currency} ({one.low} to {one.high})")


def _tell_item(item: dict[str, Any]) -> None:
    print_pairs([(name, _words(value)) for name, value in item.items() if name not in {"known", "digest"}])
    click.echo(printable("(known before; nothing was sent)") if item["known"] else "")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
