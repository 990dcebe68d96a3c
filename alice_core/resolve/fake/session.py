"""What all objects of one running fake share: its edition, its faults, and the rules of every call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

FREE = "DaVinci Resolve"
STUDIO = "DaVinci Resolve Studio"


@dataclass(slots=True)
class Session:
    """One running Resolve, as far as it is no project.

    Attributes:
        product: What GetProductName says; only :data:`STUDIO` has windows for scripts.
        version: Major, minor, patch.
        page: The page that is open.
        modal: The text of a window that waits for a person; while it is there every call gives ``False``.
        calls: Every call made, as ``Class.Method``.
        refused: Calls, as ``Class.Method``, that give ``False`` and do nothing.
        append_errors: How many of the next AppendToTimeline calls answer with an error.
        takes_end_after: Whether a take's last frame is the one after it; nobody has written down which.
        otio_metadata: Whether the OTIO export carries third-party metadata; nobody has written that down either.
        answers: What the person will answer in the next windows: the text of a button, or that and the number
            of the option chosen before.
        windows: Every window shown, as its texts.
        render: Writes the film of a render job to a path; without one no job is finished.
    """

    product: str = STUDIO
    version: tuple[int, int, int] = (21, 0, 0)
    page: str = "edit"
    modal: str | None = None
    calls: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    append_errors: int = 0
    takes_end_after: bool = False
    otio_metadata: bool = False
    answers: list[str | tuple[str, int]] = field(default_factory=list)
    windows: list[tuple[str, ...]] = field(default_factory=list)
    render: Callable[[Path], object] | None = None
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def new_id(self) -> str:
        """An identifier that no other object has."""
        return f"fake-{next(self._numbers):06}"

    def person_closes_window(self) -> None:
        """Somebody clicks the waiting window away."""
        self.modal = None


class Handle:
    """An object of the interface: ``hasattr`` says yes to any name, as measured, and the value is ``None``."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.unique_id = session.new_id()

    def __getattr__(self, name: str) -> None:
        if name.startswith("_") or name in ("session", "unique_id"):
            raise AttributeError(name)


_H = TypeVar("_H", bound=Handle)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def call(
    method: Callable[Concatenate[_H, _P], _R],
) -> Callable[Concatenate[_H, _P], Any]:
    """A call of the interface: noted, and ``False`` while a window waits or where the session refuses it."""

    @wraps(method)
    def called(self: _H, *args: _P.args, **options: _P.kwargs) -> Any:
        name = method.__qualname__
        self.session.calls.append(name)
        if self.session.modal is not None or name in self.session.refused:
            return False
        return method(self, *args, **options)

    return cast("Callable[Concatenate[_H, _P], Any]", called)


def studio_call(
    method: Callable[Concatenate[_H, _P], _R],
) -> Callable[Concatenate[_H, _P], Any]:
    """A call that only Studio can do: elsewhere it gives ``False`` and opens a window that blocks all later ones."""

    @wraps(method)
    def called(self: _H, *args: _P.args, **options: _P.kwargs) -> Any:
        if self.session.product != STUDIO:
            self.session.modal = "You have reached a limitation with DaVinci Resolve"
            return False
        return method(self, *args, **options)

    return call(cast("Callable[Concatenate[_H, _P], Any]", called))
