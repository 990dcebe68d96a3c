"""Judges: pictures described, tagged, judged against the brief and compared, by a provider that can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from alice_core.progress import SILENT, Progress
from alice_core.providers.looked import (
    Comparison,
    Description,
    Judgement,
    read_comparison,
    read_description,
    read_judgement,
    read_tags,
)
from alice_core.providers.looks import compare, describe, judge, tag
from alice_core.providers.task import VisionTask
from alice_core.store import Store
from alice_core.workflows.singles import Single, SingleRequest, reference_to

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, and who pays.

    Attributes:
        provider: Its name.
        model: Empty for its own choice.
        project: Whose budget holds.
        budget: What single tasks of the project may cost in all.
        approve: Allow what is above a budget's limit for one request.
    """

    provider: str = "anthropic"
    model: str = ""
    project: str | None = None
    budget: Decimal | None = None
    approve: bool = False


@dataclass(frozen=True, slots=True)
class Look(Generic[R]):
    """An answer: what was asked of which pictures, whether it was known, and what was said."""

    pictures: tuple[str, ...]
    known: bool
    answer: R


class Looking:
    """A question that is priced, and asked when it is wanted; an answer is kept and never paid twice."""

    def __init__(self, store: Store, task: VisionTask, eyes: Eyes, progress: Progress = SILENT) -> None:
        """Price it; see :class:`~alice_core.workflows.singles.Single`."""
        request = SingleRequest(
            eyes.provider, task, None, eyes.project, "looking", eyes.budget, eyes.approve
        )  # the answer stays in the store
        self.task = task
        self.single = Single(store, request, progress)

    def answer(self) -> tuple[bytes, bool]:
        """The bytes of the answer, and whether they were known before."""
        outcome = self.single.run()
        return outcome.products[0].path.read_bytes(), outcome.reused


def describing(
    store: Store, picture: str, eyes: Eyes, progress: Progress = SILENT, *, dry_run: bool = False
) -> Looking:
    """A question for a caption of a picture."""
    return Looking(
        store, describe(reference_to(store, picture, "picture", dry_run=dry_run), model=eyes.model), eyes, progress
    )


def tagging(
    store: Store,
    picture: str,
    vocabulary: Sequence[str],
    eyes: Eyes,
    progress: Progress = SILENT,
    *,
    dry_run: bool = False,
) -> Looking:
    """A question which of some tags a picture has."""
    return Looking(
        store,
        tag(reference_to(store, picture, "picture", dry_run=dry_run), vocabulary, model=eyes.model),
        eyes,
        progress,
    )


def judging(
    store: Store,
    picture: str,
    brief: str,
    prompt: str,
    eyes: Eyes,
    progress: Progress = SILENT,
    *,
    dry_run: bool = False,
) -> Looking:
    """A question how well a take answers the brief and its prompt."""
    return Looking(
        store,
        judge(reference_to(store, picture, "picture", dry_run=dry_run), brief, prompt, model=eyes.model),
        eyes,
        progress,
    )


def comparing(
    store: Store,
    pictures: Sequence[str],
    brief: str,
    prompt: str,
    eyes: Eyes,
    progress: Progress = SILENT,
    *,
    dry_run: bool = False,
) -> Looking:
    """A question for the order of several takes."""
    references = [reference_to(store, one, "picture", dry_run=dry_run) for one in pictures]
    return Looking(store, compare(references, brief, prompt, model=eyes.model), eyes, progress)


def described(looking: Looking) -> Look[Description]:
    """The caption."""
    data, known = looking.answer()
    return Look(_digests(looking), known, read_description(data))


def tagged(looking: Looking, vocabulary: Sequence[str]) -> Look[tuple[str, ...]]:
    """The tags that hold."""
    data, known = looking.answer()
    return Look(_digests(looking), known, read_tags(data, vocabulary))


def judged(looking: Looking) -> Look[Judgement]:
    """The judgement."""
    data, known = looking.answer()
    return Look(_digests(looking), known, read_judgement(data))


def compared(looking: Looking) -> Look[Comparison]:
    """The order, best first."""
    data, known = looking.answer()
    return Look(_digests(looking), known, read_comparison(data, len(looking.task.references)))


def _digests(looking: Looking) -> tuple[str, ...]:
    return tuple(one.digest for one in looking.task.references)
