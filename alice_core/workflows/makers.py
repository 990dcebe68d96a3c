"""Who makes the takes of a plan: a provider, or the library from what is there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from alice_core.directing.model import Plan
from alice_core.progress import SILENT, Progress
from alice_core.providers.quote import Quote
from alice_core.store import Job, Store
from alice_core.workflows.generating import Runner
from alice_core.workflows.own_footage import own_excerpts, own_job
from alice_core.workflows.taking import TakeWish, take_job, take_task

_CUTTERS = 2


class Maker(Protocol):
    """Makes takes of the shots at some places of a plan."""

    def jobs(self, plan: Plan, places: Sequence[int]) -> list[Job]:
        """One job a place."""
        ...

    def quotes(self, plan: Plan, places: Sequence[int]) -> tuple[Quote, ...]:
        """What those cost that cost something."""
        ...

    def workers(self) -> int:
        """How many jobs at once are sensible."""
        ...

    def stop(self) -> None:
        """Wait for nothing any more."""
        ...


@dataclass(frozen=True, slots=True)
class ByProvider:
    """Takes that a provider makes.

    Attributes:
        runner: Its runner.
        title: Of the film.
        folder: Where takes go.
        motion: Clips instead of stills.
        wish: What is asked of each take.
    """

    runner: Runner
    title: str
    folder: Path
    motion: bool
    wish: TakeWish = field(default_factory=TakeWish)

    def jobs(self, plan: Plan, places: Sequence[int]) -> list[Job]:
        """One job a place."""
        return [
            take_job(plan, place, self.runner, self.title, self.folder, motion=self.motion, wish=self.wish)
            for place in places
        ]

    def quotes(self, plan: Plan, places: Sequence[int]) -> tuple[Quote, ...]:
        """What they cost."""
        provider = self.runner.provider
        tasks = (take_task(plan, one, provider, self.title, motion=self.motion, wish=self.wish) for one in places)
        return tuple(self.runner.price(task) for task in tasks)

    def workers(self) -> int:
        """As many as the provider's card says."""
        return self.runner.provider.card(self.wish.model, "video" if self.motion else "image").concurrency

    def stop(self) -> None:
        """Park what is under way."""
        self.runner.stop()


@dataclass(frozen=True, slots=True)
class FromLibrary:
    """Takes cut from the library's own pictures and clips.

    Attributes:
        store: The library.
        folder: Where takes go.
        motion: Whether stills become clips too.
        query: Only what this finds.
        progress: Told of the looking, and of what is not as one would wish.
    """

    store: Store
    folder: Path
    motion: bool
    query: str = ""
    progress: Progress = SILENT

    def jobs(self, plan: Plan, places: Sequence[int]) -> list[Job]:
        """One job a place.

        Raises:
            NotFound: There is nothing to cut from, or nothing that is long enough for a shot.
        """
        own = own_excerpts(self.store, plan, query=self.query, progress=self.progress)
        for notice in own.notices:
            self.progress.note(notice)
        by_place = {one.shot: one for one in own.excerpts}
        return [
            own_job(self.store, plan, by_place.get(place), place, self.folder, motion=self.motion) for place in places
        ]

    def quotes(self, plan: Plan, places: Sequence[int]) -> tuple[Quote, ...]:  # noqa: ARG002 - what is there costs nothing
        """None: what is there costs nothing."""
        return ()

    def workers(self) -> int:
        """As many films as a small machine decodes at once."""
        return _CUTTERS

    def stop(self) -> None:
        """Do nothing, as nothing waits."""
