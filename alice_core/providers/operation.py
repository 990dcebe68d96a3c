"""A request on its way, and everything that can come of it.

An :class:`Operation` is plain JSON: stored before the first poll, it lets another process, a day
later, ask for the result of the same request instead of sending a second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from alice_core.providers.task import TaskKind

Billed: TypeAlias = Literal["no", "yes", "maybe"]


@dataclass(frozen=True, slots=True)
class Operation:
    """A request that a provider has taken.

    Attributes:
        provider: Name of the provider.
        model: The model that was asked.
        kind: Of the task.
        key: Our own name of the job, given to ``submit``.
        request_id: The provider's name of it; empty where it gives none.
        data: Whatever the adapter needs to poll, as text: the addresses of the submit answer, for example. No secrets.
    """

    provider: str
    model: str
    kind: TaskKind
    key: str
    request_id: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The operation as JSON text."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Operation:
        """The operation that :meth:`to_json` wrote."""
        return Operation(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that was made: either its bytes or the address to fetch them from.

    Attributes:
        media_type: As the provider says, such as ``image/png``; the runner checks it against the bytes.
        data: The bytes.
        url: Or where they are, over https or on this machine.
        headers: Sent with the request for ``url``, never stored.
        width: In pixels, as the provider says; 0 if it says nothing.
        height: Likewise.
        seconds: Length, as the provider says.
        seed: The seed that was used, where it is not the task's.
        revised_prompt: The prompt that was used, where it is not the task's.
    """

    media_type: str
    data: bytes | None = None
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    seconds: Fraction = Fraction(0)
    seed: int | None = None
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """Not begun; the place in the queue where it is known."""

    position: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Being made; the per cent that are done where they are known."""

    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Made.

    Attributes:
        outputs: At least one.
        usage: What was counted, by meter of the price book (``text-in``, ``image-out`` ...), in single units (tokens).
        billable: Units of the model's price that the provider says it billed.
        warnings: Fields that the provider took no notice of, and the like, as sentences.
        headers: Headers of the answer that are worth keeping (request ids, billing), never authorisation.
    """

    outputs: tuple[Output, ...]
    usage: Mapping[str, Decimal] = field(default_factory=dict)
    billable: Decimal | None = None
    warnings: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not make it.

    Attributes:
        reason: In its own words.
        where: What it took offence at: ``prompt``, ``image``, ``output`` or empty.
        billed: Whether it costs all the same.
        usage: What was counted, as in :class:`Done`.
        billable: As in :class:`Done`.
    """

    reason: str
    where: Literal["prompt", "image", "output", ""] = ""
    billed: Billed = "no"
    usage: Mapping[str, Decimal] = field(default_factory=dict)
    billable: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be made, for good.

    Attributes:
        reason: What happened, as a sentence.
        billed: Whether it costs all the same.
        hint: What to do.
        code: A code of :data:`alice_core.errors.CODES`.
        usage: What was counted, as in :class:`Done`.
        billable: As in :class:`Done`.
    """

    reason: str
    billed: Billed = "no"
    hint: str = ""
    code: str = "ALICE-P00"
    usage: Mapping[str, Decimal] = field(default_factory=dict)
    billable: Decimal | None = None


Answer: TypeAlias = Queued | Running | Done | Refused | Failed


@dataclass(frozen=True, slots=True)
class Submission:
    """What ``submit`` gives: the operation, and with it the result where the provider answers at once."""

    operation: Operation
    answer: Answer | None = None
