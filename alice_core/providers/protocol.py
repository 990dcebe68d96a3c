"""The one interface behind which every generator and judge stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from alice_core.providers.card import ModelCard, Problem
from alice_core.providers.operation import Answer, Operation, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.quote import Quote
from alice_core.providers.task import Task

Inputs: TypeAlias = Mapping[str, Path]
"""Where the assets that a task reads lie, by digest."""


class Provider(Protocol):
    """Somebody who makes or judges media.

    A provider touches no ledger, retries nothing that it has sent, waits for nothing but the answer to the
    one request, and writes no file. Money, waiting, fetching, checking and keeping are the runner's
    (:mod:`alice_core.workflows.generating`). Made without arguments; it looks for its key when it first needs it.
    """

    name: str
    """Stable name, as in ``--provider``."""

    version: str
    """Raised when the same task gives another result."""

    def cards(self) -> tuple[ModelCard, ...]:
        """Every model, its own choice first, retired ones last. Offline."""
        ...

    def card(self, model: str = "", kind: str = "") -> ModelCard:
        """The card of a model, or of the provider's own choice for a kind of task. Offline.

        Raises:
            ProviderInvalidTask: It has no such model, or none for that kind of task.
        """
        ...

    def check(self, task: Task) -> tuple[Problem, ...]:
        """What is wrong with a task; nothing if it can be sent. Offline and free."""
        ...

    def quote(self, task: Task, book: PriceBook) -> Quote:
        """What a task costs, from the price book alone. Offline and free.

        Raises:
            PriceUnknown: The book does not say.
        """
        ...

    def submit(self, task: Task, key: str, inputs: Inputs) -> Submission:
        """Send one request, exactly once.

        Args:
            task: What is asked; it has passed :meth:`check`.
            key: Our name of the job, for providers that take an idempotency key.
            inputs: The files that the task reads.

        Raises:
            ProviderUnavailable, ProviderRateLimited: It provably was not carried out, and may be sent again.
            ProviderTimeout, ProviderAmbiguous, ProviderBadAnswer: It may have been carried out.
            ProviderError: Any other kind: it was not carried out and will not be (``billed`` says whether it costs).
        """
        ...

    def poll(self, operation: Operation) -> Answer:
        """How far a request is, asked once; may be asked any number of times.

        Raises:
            ProviderError: It could not be asked; the job itself is unharmed.
        """
        ...

    def cancel(self, operation: Operation) -> bool:
        """Ask for a job not to be carried out; true where the provider says that it will not be, and not be billed."""
        ...

    def lookup(self, key: str, since: str) -> Operation | None:
        """The job that was sent with a key, not before a time (RFC 3339); ``None`` where there provably is none.

        Only asked of models whose card says ``lookup``.
        """
        ...
