"""``alice events tail --explain``: the causes of an event, and its effects as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.event_lines import Lines
from alice_core.cli.output import print_json, printable

if TYPE_CHECKING:
    from alice_core.store import Store
    from alice_core.store.trace import Effect, Explanation


def explain_event(store: Store, name: str, *, utc: bool, as_json: bool) -> None:
    """Print what caused an event, what it caused, and what else the same command did.

    Raises:
        NotFound: There is no such event.
        UsageError: The start of an identifier fits several.
    """
    store.seal()
    with store.reading() as reader:
        found = reader.traces.explain(name)
    if as_json:
        print_json(_content(found))
    else:
        _tell(found, Lines(utc=utc))


def _tell(found: Explanation, lines: Lines) -> None:
    lines.title("What caused it, and what it caused")
    if found.unknown is not None:
        click.echo(f"       the first cause, {found.unknown}, is not in this log")
    depth = 0
    for cause in found.causes:
        lines.show(cause, _lead(depth))
        depth += 1
    lines.show(found.tree.event, _lead(depth), mark=">")
    for lead, effect in _branches(found.tree, "   " * depth):
        if isinstance(effect, int):
            click.echo(f"{lead}and {effect} more")
        else:
            lines.show(effect.event, lead)
    if not found.causes and found.unknown is None and not (found.tree.effects or found.tree.more):
        who = printable(found.tree.event.actor)
        click.echo(f"       {who} did it; no other event caused it, and it caused none")
    if found.command:
        lines.title(f"The same command published {found.others} other events")
        for event in found.command:
            lines.show(event)
        if found.others > len(found.command):
            click.echo(f"       and {found.others - len(found.command)} more")


def _lead(depth: int) -> str:
    return "   " * (depth - 1) + "└─ " if depth else ""


def _branches(tree: Effect, before: str) -> Iterator[tuple[str, Effect | int]]:
    """Every effect below an event, with the branches that lead to it; a number is how many are not given."""
    waiting: list[tuple[str, str, Effect | int]] = _below(tree, before)
    while waiting:
        lead, after, one = waiting.pop()
        yield lead, one
        if not isinstance(one, int):
            waiting += _below(one, after)


def _below(tree: Effect, before: str) -> list[tuple[str, str, Effect | int]]:
    """What lies right below an event, the last first: the branch that leads to it, and what its own begin with."""
    several: list[Effect | int] = [*tree.effects, *([tree.more] if tree.more else [])]
    last = len(several) - 1
    found = [
        (f"{before}{'└─ ' if place == last else '├─ '}", f"{before}{'   ' if place == last else '│  '}", one)
        for place, one in enumerate(several)
    ]
    return found[::-1]


def _content(found: Explanation) -> dict[str, Any]:
    tree = _tree(found.tree)
    return {
        "event": tree["event"],
        "causes": [event.to_cloudevent() for event in found.causes],
        "unknown_cause": found.unknown,
        "effects": tree["effects"],
        "more": tree["more"],
        "command": {
            "id": found.tree.event.correlation,
            "others": found.others,
            "items": [event.to_cloudevent() for event in found.command],
        },
    }


def _tree(effect: Effect) -> dict[str, Any]:
    return {
        "event": effect.event.to_cloudevent(),
        "effects": [_tree(one) for one in effect.effects],
        "more": effect.more,
    }
