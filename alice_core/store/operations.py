"""The registry of operations: everything that changes something is declared here once.

From one declaration come the event in the same transaction, the actor, the permission, the
undo, and the reference pages::

    @operation("project.brief", emits=(ProjectBriefed,), permission="project.write", undo="project.brief")
    def brief(work: UnitOfWork, name: str, text: str) -> Project: ...

    brief(store, "Neon", "rain and neon")     # opens a transaction of its own
    brief(work, "Neon", "rain and neon")      # joins the one that is open
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from alice_core.errors import Conflict
from alice_core.events import Payload
from alice_core.store.engine import CLASHES
from alice_core.store.unit import UnitOfWork

if TYPE_CHECKING:
    from alice_core.store.store import Store

TRIES = 8
"""How often an operation is carried out that finds another process's row where it wanted to write its own."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done to the store.

    Attributes:
        name: ``<noun>.<verb>``, stable for ever.
        emits: The events it may publish; each run publishes at least one or changes nothing.
        permission: What an actor needs to be allowed to do it.
        undo: The operation that reverses it, or ``None`` where it only adds knowledge.
        summary: First line of its docstring.
    """

    name: str
    emits: tuple[type[Payload], ...]
    permission: str
    undo: str | None
    summary: str


OPERATIONS: dict[str, Operation] = {}
"""Every registered operation by name."""


def operation(
    name: str, *, emits: tuple[type[Payload], ...], permission: str, undo: str | None = None
) -> Callable[[Callable[Concatenate[UnitOfWork, P], R]], Callable[Concatenate[Store | UnitOfWork, P], R]]:
    """Declare a service function that changes something.

    The decorated function is called with a :class:`Store`, and then runs in a transaction
    of its own, or with a :class:`UnitOfWork`, and then joins that transaction.

    Raises:
        ValueError: The name is taken or the declaration names no event.
    """

    def register(
        function: Callable[Concatenate[UnitOfWork, P], R],
    ) -> Callable[Concatenate[Store | UnitOfWork, P], R]:
        if name in OPERATIONS:
            raise ValueError(f"operation {name} is registered twice")
        if not emits:
            raise ValueError(f"operation {name} publishes no event")
        summary = (function.__doc__ or "").strip().splitlines()
        declared = Operation(name, emits, permission, undo, summary[0] if summary else "")
        OPERATIONS[name] = declared

        @wraps(function)
        def call(target: Store | UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if isinstance(target, UnitOfWork):
                with target.entering(declared) as work:
                    return function(work, *args, **kwargs)
            return _alone(target, declared, lambda work: function(work, *args, **kwargs))

        return call

    return register


@contextmanager
def _tried_again() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        pass
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in CLASHES:
            raise


def _alone(store: Store, declared: Operation, body: Callable[[UnitOfWork], R]) -> R:
    """Carry an operation out in a transaction of its own.

    Where two processes write the same row at once (PostgreSQL lets them), the second is
    refused by the database; carried out again it sees the first one's row.

    Raises:
        Conflict: It was refused every time.
    """
    for _ in range(TRIES - 1):
        with _tried_again(), store.transaction(declared) as work:
            return body(work)
    try:
        with store.transaction(declared) as work:
            return body(work)
    except IntegrityError as error:
        message = f"{declared.name} was refused by the database: {error.orig}"
        raise Conflict(message, hint="Run the same command again.") from error
