"""How work tells somebody how far it is, without knowing who listens.

Library code takes a :class:`Progress` and never prints. The command draws bars, a node
drives ComfyUI's bar, a service sends events, tests record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType


class Stage(Protocol):
    """One stage of work, used as a context manager."""

    def __enter__(self) -> Self:
        """Begin the stage."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the stage, whether it succeeded or not."""
        ...

    def advance(self, amount: float = 1) -> None:
        """Say that ``amount`` more units of the total are done."""
        ...


class Progress(Protocol):
    """Somebody who wants to know how far the work is."""

    def stage(self, name: str, total: float | None = None, unit: str = "") -> Stage:
        """A new stage of ``total`` units (``None``: not known yet), named as a user would."""
        ...

    def note(self, text: str) -> None:
        """Show one sentence that the user should read, such as a fallback that was taken."""
        ...


class _SilentStage:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def advance(self, amount: float = 1) -> None:
        pass


class _Silent:
    def stage(self, name: str, total: float | None = None, unit: str = "") -> Stage:  # noqa: ARG002 - the protocol's names
        return _SilentStage()

    def note(self, text: str) -> None:
        pass


SILENT: Progress = _Silent()
"""A progress that nobody watches; the default everywhere."""
