"""What the suite is run on: a provider, a task, and a service that can be told to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from alice_core.providers.operation import Answer, Queued, Running, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs, Provider
from alice_core.providers.task import Task

_MOST_POLLS = 50


class Rehearsal(Protocol):
    """A stand-in for a provider's service, on this machine."""

    faults: tuple[str, ...]
    """The faults that it can play; their names are those of the cases' ``needs``."""

    secret: str
    """The key that it accepts; it may appear nowhere."""

    def fail(self, fault: str) -> None:
        """Play a fault on the next request for work."""
        ...

    def sent(self) -> int:
        """How many requests for work it has received."""
        ...

    def billed(self) -> Decimal:
        """What it has charged."""
        ...

    def hide(self) -> None:
        """Be reached by nobody from now on."""
        ...

    def forget_key(self) -> None:
        """Take the key away from the provider's environment."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested.

    Attributes:
        provider: Makes the provider, with a patience of about a second.
        task: Something that it can make.
        inputs: The files that the task reads.
        book: Prices of its models.
        rehearsal: The stand-in for its service.
    """

    provider: Callable[[], Provider]
    task: Task
    inputs: Inputs
    book: PriceBook
    rehearsal: Rehearsal


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that must hold.

    Attributes:
        name: What holds, in words with hyphens.
        run: Raises ``AssertionError`` where it does not.
        needs: The faults that the stand-in must be able to play.
    """

    name: str
    run: Callable[[Subject], None]
    needs: frozenset[str] = frozenset()


def must(holds: object, sentence: str) -> None:
    """Say a sentence where something does not hold.

    Raises:
        AssertionError: It does not hold. A plain ``assert`` would be gone under ``python -O``.
    """
    if not holds:
        raise AssertionError(sentence)


def finished(provider: Provider, submission: Submission) -> Answer:
    """The last word on a submission, asked for as often as it takes.

    Raises:
        AssertionError: There is none after many questions.
    """
    answer = submission.answer
    for _ in range(_MOST_POLLS):
        if answer is not None and not isinstance(answer, Queued | Running):
            return answer
        answer = provider.poll(submission.operation)
    raise AssertionError(f"after {_MOST_POLLS} questions the job is not finished: {answer}")
