"""Events as lines for people: one each, in words, with colour at a terminal."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import printable

if TYPE_CHECKING:
    from alice_core.events import Event

_COLOURS = {"library": "cyan", "store": "green", "projects": "magenta", "audit": "yellow", "relay": "yellow"}
_SUBJECT = 12
_ACTOR = 12
_TYPE = 20


class Lines:
    """Writes events for people.

    Args:
        utc: Whether times are told in UTC; else in the time zone of this machine.
    """

    def __init__(self, *, utc: bool = False) -> None:
        self._utc = utc
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._width = _terminal_width() if sys.stdout.isatty() else None

    def moment(self, time: str) -> str:
        """An event's time as people read it, to the second; what is no time as it is."""
        try:
            found = datetime.fromisoformat(time)
        except ValueError:
            return time
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC if self._utc else None).strftime("%Y-%m-%d %H:%M:%S")

    def show(self, event: Event, lead: str = "", mark: str = "") -> None:
        """Write one line; ``lead`` are the branches of a tree before it."""
        place = f"{event.position or '-':>6}"
        head = f"{place} {mark or ' '} {self.moment(event.time)}  "
        kind = event.type.removeprefix("alice.")
        middle = f"{_cut(event.actor.removeprefix('user:'), _ACTOR):<{_ACTOR}}  {lead}"
        rest = f"{self._subject(event)}{self._words(event)}"
        plain = printable(f"{head}{middle}{kind:<{_TYPE}}  {rest}")
        if self._width is not None and len(plain) > self._width:
            plain = f"{plain[: self._width - 1]}…"
        click.echo(
            self._coloured(plain, printable(head), printable(middle), printable(kind)) if self._colour else plain
        )

    def title(self, text: str) -> None:
        """Write a line above others."""
        click.echo(click.style(text, bold=True) if self._colour else text)

    @staticmethod
    def _coloured(plain: str, head: str, middle: str, kind: str) -> str:
        colour = _COLOURS.get(kind.partition(".")[0], "white")
        start = len(head) + len(middle)
        styled = click.style(plain[: len(head)], dim=True) + plain[len(head) : start]
        return styled + click.style(plain[start : start + len(kind)], fg=colour) + plain[start + len(kind) :]

    @staticmethod
    def _subject(event: Event) -> str:
        if event.subject.startswith("sha256:"):
            return f"{event.subject.removeprefix('sha256:')[:_SUBJECT]}  "
        return ""

    @staticmethod
    def _words(event: Event) -> str:
        from alice_core.events.envelope import SOURCE
        from alice_core.library.curating.sentences import sentence

        words = "its payload was erased" if event.erased is not None else sentence(event)
        project = f" [{event.project}]" if event.project else ""
        source = f" (from {event.source})" if event.source != SOURCE else ""
        return f"{words}{project}{source}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _terminal_width() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80
