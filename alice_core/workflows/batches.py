"""Many takes at once: the price of all first, then every take by itself, and each that arrives is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Literal

from alice_core import projects
from alice_core.directing.model import Plan
from alice_core.errors import AliceError, UsageError
from alice_core.media.files import make_folder
from alice_core.progress import SILENT, Progress
from alice_core.projects.budgets import set_budget
from alice_core.projects.takes import propose, standing_take
from alice_core.providers.quote import Quote
from alice_core.providers.registry import get_provider
from alice_core.providers.suiting import suiting_model
from alice_core.store import Job, Outcome, Project, Store, derive
from alice_core.store.derive import standing
from alice_core.store.ledger import Budget, Scope
from alice_core.store.takes import ShotTake, plan_root, takes_of_plan
from alice_core.workflows.choosing import chosen_places
from alice_core.workflows.deliveries import sweep
from alice_core.workflows.generating import Runner
from alice_core.workflows.makers import FromLibrary
from alice_core.workflows.own_footage import NAME as OWN
from alice_core.workflows.parallel import each
from alice_core.workflows.pictures import pictures_of, wish_of
from alice_core.workflows.planfiles import digest_at, read_plan, title_of
from alice_core.workflows.spending import demand_all, spending_today
from alice_core.workflows.taking import TakeWish, take_job, take_task


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """Which takes are wanted, by whom, and for how much.

    Attributes:
        plan: File of the plan.
        provider: Who makes them.
        model: Of the provider; empty for its own choice.
        motion: Clips instead of stills.
        takes: How many of each shot.
        only: Sections, numbers and spans of shots; empty for all.
        project: Name of the project whose style and budgets hold; ``None`` for that of the plan, if it has one.
        note: What is asked of these takes besides.
        budget: What they may cost in all.
        approve: Allow what is above a budget's limit for one request.
        workers: How many at once; ``None`` for what the provider's card says.
        more: Make so many further takes of each shot, whatever there is.
        footage: For the provider ``library``, which cuts from one's own pictures and clips: only what this finds.
    """

    plan: Path
    provider: str = "storyboard"
    model: str = ""
    motion: bool = False
    takes: int = 1
    only: tuple[str, ...] = ()
    project: str | None = None
    note: str = ""
    budget: Decimal | None = None
    approve: bool = False
    workers: int | None = None
    more: bool = False
    footage: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One take that is wanted.

    Attributes:
        place: Of the shot in the plan.
        shot: Its identifier.
        number: Of the take, from 0.
        job: How it is made.
        quote: What it costs, if it has to be made.
        found: What earlier work gave, if it stands.
    """

    place: int
    shot: str
    number: int
    job: Job
    quote: Quote | None
    found: Outcome | None


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to one wanted take: it was ``found``, it ``began``, was ``made`` or ``failed``."""

    wanted: Wanted
    state: Literal["found", "began", "made", "failed"]
    digest: str | None = None
    path: Path | None = None
    error: AliceError | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch gave.

    Attributes:
        root: Digest of the plan as it was first written, which takes belong to.
        steps: The end of every wanted take, in the order of the plan.
        takes: All takes of the shots that were asked for, as they stand.
        spent: In this currency, by the ledger, of the whole run.
        held: Set aside or in doubt.
        currency: ISO 4217.
    """

    root: str
    steps: tuple[Step, ...]
    takes: tuple[ShotTake, ...]
    spent: Decimal
    held: Decimal
    currency: str

    @property
    def failed(self) -> tuple[Step, ...]:
        """Those that were not made."""
        return tuple(step for step in self.steps if step.state == "failed")


class Batch:
    """A batch whose price is known; nothing is sent before :meth:`run`."""

    def __init__(self, store: Store, request: BatchRequest, progress: Progress = SILENT) -> None:
        """Read the plan, and find what is there and what the rest costs.

        Raises:
            NotFound: There is no such plan, project, shot or picture.
            UsageError: A number makes no sense, or there is no such provider.
            ProviderError: A task cannot be carried out like this.
            PriceUnknown: Nobody has said what it costs.
        """
        if request.takes < 1 or (request.workers is not None and request.workers < 1):
            raise UsageError("at least one take, and one worker, are needed", hint="See: alice generate --help")
        self.store, self.request, self.progress = store, request, progress
        self.plan = read_plan(request.plan)
        digest = digest_at(store, request.plan.absolute())
        with store.reading() as reader:
            self.root = plan_root(reader, digest)
            names = reader.projects.of_asset(digest) or reader.projects.of_asset(self.root)
            self._before = takes_of_plan(reader, self.root)
        self.project = self._project(request.project or next(iter(names), None))
        self.scope = Scope(self.project.id if self.project else "", f"generate-{self.root[7:19]}")
        spending = spending_today(self.scope, approved=request.approve)
        self.spending = spending
        own = request.provider == OWN
        self._runner = None if own else Runner(store, get_provider(request.provider), spending, progress)
        self.folder = request.plan.absolute().parent
        self._title = title_of(store, self.plan) or self.folder.name
        self._digest = digest
        self.places = chosen_places(self.plan, request.only)
        self.wanted = self._wanted()

    @property
    def missing(self) -> tuple[Wanted, ...]:
        """Those that have to be made."""
        return tuple(one for one in self.wanted if one.found is None)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What those cost."""
        return tuple(one.quote for one in self.wanted if one.quote is not None)

    def run(self, tell: Callable[[Step], None] = lambda _: None) -> BatchResult:
        """Make what is missing; each take is kept as soon as it is there, and one that fails stops no other.

        Args:
            tell: Told of every step, from the thread that calls.

        Raises:
            BudgetExceeded: It may cost more than there is; nothing was sent.
            KeyboardInterrupt: It was stopped; what is under way goes on when the same batch is run again.
        """
        if self.request.budget is not None:
            currency = self.quotes[0].currency if self.quotes else "USD"
            set_budget(self.store, Budget(self.scope, currency, most=self.request.budget))
        demand_all(self.store, self.spending, self.quotes)
        make_folder(self.folder / "shots")
        ends: dict[int, Step] = {}
        for index, one in enumerate(self.wanted):
            if one.found is not None:
                ends[index] = self._ended(one, derive(self.store, one.job, project=self.project), "found")
                tell(ends[index])
        todo = [index for index, one in enumerate(self.wanted) if one.found is None]
        for index in todo:
            tell(Step(self.wanted[index], "began"))
        with self.progress.stage("making takes", len(todo), "takes") as stage:
            for index, step in each(todo, self._make, self._workers(), ending=self._stop):
                ends[index] = step
                tell(step)
                stage.advance()
        sweep(self.store)
        return self._result(tuple(ends[index] for index in range(len(self.wanted))))

    def _make(self, index: int) -> Step:
        one = self.wanted[index]
        try:
            outcome = derive(self.store, replace(one.job, because=(self._digest,)), project=self.project)
        except AliceError as error:
            return Step(one, "failed", error=error)
        return self._ended(one, outcome, "made")

    def _ended(self, one: Wanted, outcome: Outcome, state: Literal["found", "made"]) -> Step:
        product = outcome.products[0]
        name = self.project.name if self.project else None
        key = outcome.recipe.key
        propose(self.store, self.root, one.shot, product.digest, recipe=key, note=self.request.note, project=name)
        return Step(one, state, product.digest, product.path)

    def _result(self, steps: tuple[Step, ...]) -> BatchResult:
        asked = {one.shot for one in self.wanted}
        with self.store.reading() as reader:
            takes = tuple(one for one in takes_of_plan(reader, self.root) if one.shot in asked)
            currency = next(iter(reader.ledger.currencies(self.scope)), "USD")
            sums = reader.ledger.sums(self.scope, currency)
        return BatchResult(self.root, steps, takes, sums.spent, sums.committed - sums.spent, currency)

    def _project(self, name: str | None) -> Project | None:
        return projects.open_for_work(projects.get(self.store, name)) if name else None

    @property
    def runner(self) -> Runner:
        """Who asks the provider."""
        if self._runner is None:
            raise UsageError("the library makes nothing new", hint="Name a provider: alice providers list")
        return self._runner

    def _stop(self) -> None:
        if self._runner is not None:
            self._runner.stop()

    def _own(self) -> tuple[Wanted, ...]:
        """One take a shot, cut from what is there."""
        if self.request.takes > 1 or self.request.more or self.request.model or self.request.note:
            message = "the library cuts one take a shot, and takes neither a model nor a note"
            raise UsageError(message, hint="Say which pictures and clips are meant: --from QUERY")
        maker = FromLibrary(self.store, self.folder, self.request.motion, self.request.footage, self.progress)
        jobs = maker.jobs(self.plan, self.places)
        found = standing(self.store, jobs)
        return tuple(
            Wanted(place, self.plan.shots[place].id, 0, job, None, there)
            for place, job, there in zip(self.places, jobs, found, strict=True)
        )

    def _wanted(self) -> tuple[Wanted, ...]:
        if self._runner is None:
            return self._own()
        wish = wish_of(self.store, self.project, note=self.request.note, model=self.request.model)
        jobs: list[tuple[int, int, TakeWish, Job]] = []
        for place in self.places:
            for number in self._numbers(place):
                mine = replace(self._framed(wish, place), number=number)
                jobs.append((place, number, mine, self._job(place, mine)))
        found = standing(self.store, [job for *_, job in jobs])
        return tuple(
            Wanted(place, self.plan.shots[place].id, number, job, None if there else self._price(place, mine), there)
            for (place, number, mine, job), there in zip(jobs, found, strict=True)
        )

    def _numbers(self, place: int) -> range:
        first = 0
        if self.request.more:
            shot = self.plan.shots[place].id
            first = sum(1 for one in self._before if one.shot == shot)
        return range(first, first + self.request.takes)

    def _job(self, place: int, wish: TakeWish) -> Job:
        return take_job(self.plan, place, self.runner, self._title, self.folder, motion=self.request.motion, wish=wish)

    def _price(self, place: int, wish: TakeWish) -> Quote:
        task = take_task(self.plan, place, self.runner.provider, self._title, motion=self.request.motion, wish=wish)
        return self.runner.price(task)

    def _framed(self, wish: TakeWish, place: int) -> TakeWish:
        """A clip begins with the still that stands for its shot, where the model takes one, and may end on the next."""
        if not self.request.motion:
            return wish
        provider = self.runner.provider
        model = suiting_model(provider, "video", ("first-frame",), self.request.model)
        roles = provider.card(model, "video").limits.roles
        shots = self.plan.shots
        wanted: dict[str, str] = {}
        first = self._still(shots[place].id)
        if "first-frame" in roles and first:
            wanted["first-frame"] = first
        follows = place + 1 < len(shots) and shots[place + 1].section == shots[place].section
        if wish.sheet.chain and follows and "last-frame" in roles and (last := self._still(shots[place + 1].id)):
            wanted["last-frame"] = last
        known, files = pictures_of(self.store, tuple(wanted.values()))
        frames = tuple(replace(known[digest], role=role) for role, digest in wanted.items())
        return replace(wish, model=model if frames else wish.model, frames=frames, files={**wish.files, **files})

    def _still(self, shot: str) -> str | None:
        """The still that stands for a shot: of its takes, else that of the plan."""
        with self.store.reading() as reader:
            mine = [one for one in self._before if one.shot == shot]
            assets = reader.assets.many(one.digest for one in mine)
            stills = [one for one in mine if one.digest in assets and _is_still(assets[one.digest].facts.picture)]
            chosen = standing_take(stills)
            planned = next((one.take for one in self.plan.shots if one.id == shot), None)
            if chosen is not None or planned is None:
                return chosen.digest if chosen else None
            asset = reader.assets.get(planned.digest)
        return planned.digest if asset is not None and _is_still(asset.facts.picture) else None

    def _workers(self) -> int:
        if self._runner is None:
            return self.request.workers or 2
        card = self.runner.provider.card(self.request.model, "video" if self.request.motion else "image")
        return min(self.request.workers or card.concurrency, card.concurrency)


def _is_still(picture: object) -> bool:
    return picture is not None and getattr(picture, "seconds", None) is None


def totals(quotes: Sequence[Quote]) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Low, expected and high of many quotes, by currency."""
    found: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for one in quotes:
        low, expected, high = found.get(one.currency, (Decimal(0),) * 3)
        found[one.currency] = (low + one.low, expected + one.expected, high + one.high)
    return found


def plan_seconds(plan: Plan, places: Sequence[int]) -> Fraction:
    """How long these shots are together, in seconds."""
    return sum((plan.shots[place].frames for place in places), 0) / plan.rate.value
