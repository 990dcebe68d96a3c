"""The main job: a song in, a cut music video out.

Every stage is a derivation, so that what was done before is found, what is interrupted goes
on, and every file on the way is known by its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from alice_core.directing import document as plans
from alice_core.directing.model import Plan, Take
from alice_core.errors import BudgetExceeded, NotFound
from alice_core.media.facts import MediaFacts
from alice_core.media.files import make_folder, sweep_parts
from alice_core.music import document as analyses
from alice_core.music.model import Analysis
from alice_core.progress import SILENT, Progress
from alice_core.projects import create_or_get, open_for_work
from alice_core.projects.budgets import set_budget
from alice_core.providers.protocol import Provider
from alice_core.providers.quote import Quote
from alice_core.providers.registry import get_provider
from alice_core.store import Job, Outcome, Product, Project, Store, derive, derive_all, ingest
from alice_core.store.derive import foresee, standing
from alice_core.store.files import read_file
from alice_core.store.ledger import Budget, Scope
from alice_core.store.locks import alone
from alice_core.store.money import money_text
from alice_core.timeline.conforming import Use, conforms
from alice_core.timeline.formats import FORMATS
from alice_core.timeline.looking import media_at
from alice_core.timeline.model import Media, MediaKind, Timeline
from alice_core.timing import FrameRate
from alice_core.workflows import steps
from alice_core.workflows.conforming import conform_files
from alice_core.workflows.correcting import corrected_product
from alice_core.workflows.correcting import standing as standing_corrections
from alice_core.workflows.deliveries import sweep
from alice_core.workflows.generating import Runner
from alice_core.workflows.makers import ByProvider, FromLibrary, Maker
from alice_core.workflows.own_footage import NAME as OWN
from alice_core.workflows.pictures import wish_of
from alice_core.workflows.request import MakeRequest
from alice_core.workflows.result import MadeShot, MakeResult
from alice_core.workflows.spending import demand_all, spending_today


@dataclass
class _Ledger:
    """Which operations ran and which were found done, in the order of the first of each."""

    ran: dict[str, None] = field(default_factory=dict)
    reused: dict[str, None] = field(default_factory=dict)

    def note(self, outcome: Outcome) -> Outcome:
        (self.reused if outcome.reused else self.ran)[outcome.recipe.operation] = None
        return outcome


def make(store: Store, request: MakeRequest, progress: Progress = SILENT) -> MakeResult:
    """Make the music video of a song in the request's folder.

    Carried out again, it does only what is missing. Several at once on one folder wait for
    each other.

    Raises:
        MediaError: The file holds no usable sound.
        ExportError: The folder cannot be written; nothing half-written remains.
    """
    provider = None if request.provider == OWN else get_provider(request.provider)
    check_sound(request.song)
    folder = request.folder
    make_folder(folder)
    with alone(store.folder, folder, lambda: progress.note(f"another make works on {folder}; waiting for it")):
        for place in (folder, folder / "shots"):
            sweep_parts(place)
        project = open_for_work(create_or_get(store, request.project or request.title, request.brief))
        song = _take_in(store, request.song, project, progress)
        return _Making(store, request, provider, project, progress).whole(song)


def foresee_make(store: Store, request: MakeRequest, progress: Progress = SILENT) -> MakeResult:
    """What :func:`make` would do and cost, found out by the same steps; nothing is written.

    Raises:
        MediaError: The file holds no usable sound.
    """
    provider = None if request.provider == OWN else get_provider(request.provider)
    check_sound(request.song)
    name = request.project or request.title
    with store.reading() as reader:
        project = reader.projects.named(name)
    project = project or Project("", name, "", "")
    song = _known_digest(store, request.song) or read_file(request.song).digest
    with TemporaryDirectory(prefix="alice-dry-run-") as scratch:
        return _Making(store, request, provider, project, progress).foreseen(song, Path(scratch))


def check_sound(song: Path) -> None:
    """Refuse at once what cannot be listened to, before anything is read at length.

    Raises:
        NotFound: There is no such file.
        MediaError: It is empty, holds no sound, or is too long.
    """
    from alice_core.media.sound import open_sound  # noqa: PLC0415 - codecs, only when there is work

    with open_sound(song):
        pass


class _Making:
    """One carrying-out of the main job."""

    def __init__(
        self, store: Store, request: MakeRequest, provider: Provider | None, project: Project, progress: Progress
    ) -> None:
        self.store, self.request = store, request
        self.project, self.progress = project, progress
        self.folder = request.folder
        self.brief = project.brief if request.brief is None else request.brief
        self.ledger = _Ledger()
        self.notices: tuple[str, ...] = ()
        self.scope = Scope(project.id, f"make-{sha256(str(self.folder).encode()).hexdigest()[:12]}")
        self.spending = spending_today(self.scope, approved=request.approve)
        self.maker: Maker = FromLibrary(store, self.folder, request.motion, request.footage, progress)
        if provider is not None:
            runner = Runner(store, provider, self.spending, progress)
            self.maker = ByProvider(runner, request.title, self.folder, request.motion, wish_of(store, project))

    def whole(self, song: str) -> MakeResult:
        heard, waveform = self._derive(None, self._analysis(song)).products
        analysis = self._corrected(song, heard, partial(self._derive, "correcting the beats"))
        drawing = steps.drawing_job(analysis, waveform, self.request.title, self.folder)
        picture = self._derive("drawing the analysis", drawing).products[0]
        planned = self._derive("planning the shots", self._plan(analysis.path, analysis.digest)).products[0]
        plan = plans.from_document(planned.path.read_bytes())
        self.notices = analyses.from_document(analysis.path.read_bytes()).notices + plan.notices
        for notice in self.notices:
            self.progress.note(notice)
        takes, shots = self._generate(plan, planned.digest)
        cast = self._derive("casting the plan", steps.cast_job(planned.path, planned.digest, takes, self.folder))
        timeline = self._timeline(plan, shots, song, analysis.path)
        exports = {name: steps.export_job(timeline, name, cast.products[0].digest, self.folder) for name in FORMATS}
        written = {name: self._derive(f"writing {name}", job).products[0].path for name, job in exports.items()}
        film = steps.preview_job(timeline, cast.products[0].digest, self.folder, self.progress)
        preview = self._derive(None, film).products[0].path
        paths = (analysis.path, picture.path, cast.products[0].path, preview)
        return self._result(plan, shots, paths, written, dry_run=False)

    def foreseen(self, song: str, scratch: Path) -> MakeResult:
        heard, waveform = self.ledger.note(foresee(self.store, self._analysis(song), scratch)).products
        analysis = self._corrected(song, heard, lambda job: self.ledger.note(foresee(self.store, job, scratch)))
        self._foresee_steps([steps.drawing_job(analysis, waveform, self.request.title, self.folder)])
        planned = self.ledger.note(foresee(self.store, self._plan(analysis.path, analysis.digest), scratch)).products[0]
        plan = plans.from_document(planned.path.read_bytes())
        self.notices = analyses.from_document(analysis.path.read_bytes()).notices + plan.notices
        jobs = self._take_jobs(plan)
        found = self._foresee_steps(jobs)
        shots = tuple(
            MadeShot(
                shot,
                outcome.products[0].path if outcome else job.targets[0].path,
                outcome.products[0].digest if outcome else None,
                reused=outcome is not None,
            )
            for shot, job, outcome in zip(plan.shots, jobs, found, strict=True)
        )
        if all(found):
            self._foresee_cut(plan, planned, shots, song, analysis=analysis.path, scratch=scratch)
        else:
            later = (steps.CAST[0], *(f"{steps.EXPORT[0]}.{name}" for name in FORMATS), steps.PREVIEW[0])
            self.ledger.ran |= dict.fromkeys(later)
        names = ("analysis.json", "analysis.png", "plan.json", "preview.mp4")
        files = {name: self.folder / f"timeline{chosen.suffix}" for name, chosen in FORMATS.items()}
        paths = tuple(self.folder / name for name in names)
        return self._result(plan, shots, paths, files, dry_run=True)

    def _foresee_cut(
        self, plan: Plan, planned: Product, shots: Sequence[MadeShot], song: str, *, analysis: Path, scratch: Path
    ) -> None:
        takes = {one.shot.id: self._take(one.path, one.digest or "") for one in shots}
        cast = self.ledger.note(
            foresee(self.store, steps.cast_job(planned.path, planned.digest, takes, self.folder), scratch)
        )
        timeline = self._timeline(plan, shots, song, analysis, dry_run=True)
        plan_digest = cast.products[0].digest
        jobs = [steps.export_job(timeline, name, plan_digest, self.folder) for name in FORMATS]
        jobs.append(steps.preview_job(timeline, plan_digest, self.folder, self.progress))
        self._foresee_steps(jobs)

    def _foresee_steps(self, jobs: Sequence[Job]) -> tuple[Outcome | None, ...]:
        found = standing(self.store, jobs)
        for job, outcome in zip(jobs, found, strict=True):
            (self.ledger.reused if outcome else self.ledger.ran)[job.recipe.operation] = None
        return found

    def _analysis(self, song: str) -> Job:
        # Of a corrected song the folder holds the corrected analysis, the store what was heard.
        known = standing_corrections(self.store, song)
        folder = None if known is not None and known[1].items else self.folder
        return steps.analysis_job(self.request.song.absolute(), song, folder, self.progress)

    def _corrected(self, song: str, heard: Product, carry_out: Callable[[Job], Outcome]) -> Product:
        return corrected_product(self.store, song, heard, self.folder, carry_out)

    def _plan(self, analysis: Path, digest: str) -> Job:
        return steps.plan_job(analysis, digest, self.request, self.brief)

    def _take_jobs(self, plan: Plan) -> list[Job]:
        return self.maker.jobs(plan, range(len(plan.shots)))

    def _derive(self, stage: str | None, job: Job) -> Outcome:
        """Carry out one job; without the name of a stage it tells of its progress itself."""
        with self.progress.stage(stage) if stage else nullcontext():
            return self.ledger.note(derive(self.store, job, project=self.project))

    def _generate(self, plan: Plan, digest: str) -> tuple[dict[str, Take], tuple[MadeShot, ...]]:
        jobs = [replace(job, because=(digest,)) for job in self._take_jobs(plan)]
        missing = [place for place, found in enumerate(standing(self.store, jobs)) if found is None]
        self._allow(self._quotes(plan, missing))
        outcomes: dict[int, Outcome] = {}
        with self.progress.stage("making the shots", len(jobs), "shots") as stage:
            made = derive_all(
                self.store, jobs, project=self.project, workers=self.maker.workers(), ending=self.maker.stop
            )
            for place, outcome in made:
                outcomes[place] = self.ledger.note(outcome)
                stage.advance()
        sweep(self.store)
        takes: dict[str, Take] = {}
        shots: list[MadeShot] = []
        for place, shot in enumerate(plan.shots):
            product = outcomes[place].products[0]
            takes[shot.id] = self._take(product.path, product.digest)
            shots.append(MadeShot(shot, product.path, product.digest, reused=outcomes[place].reused))
        return takes, tuple(shots)

    def _quotes(self, plan: Plan, places: Sequence[int]) -> tuple[Quote, ...]:
        """What the shots at these places cost."""
        return self.maker.quotes(plan, places)

    def _allow(self, quotes: Sequence[Quote]) -> None:
        """Set the budget that was asked for, and see that all that is missing fits under it."""
        budget = self.request.budget
        if budget is not None:
            currency = quotes[0].currency if quotes else self._currency()
            set_budget(self.store, Budget(self.scope, currency, most=budget))
        demand_all(self.store, self.spending, quotes)

    def _forbidden(self, quotes: Sequence[Quote]) -> tuple[str, ...]:
        """Why the shots would not be paid for, as sentences."""
        high = sum((quote.high for quote in quotes), Decimal(0))
        budget = self.request.budget
        if budget is not None and high > budget:
            return (f"they may cost {money_text(high)}, more than the budget of {money_text(budget)}",)
        try:
            demand_all(self.store, self.spending, quotes)
        except BudgetExceeded as error:
            return (error.message,)
        return ()

    def _take(self, path: Path, digest: str) -> Take:
        near = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path
        return Take(digest, near.as_posix())

    def _timeline(
        self, plan: Plan, shots: Sequence[MadeShot], song: str, analysis: Path, *, dry_run: bool = False
    ) -> Timeline:
        """The cut; a clip of another rate than the plan's, or too short, is made anew at its rate first."""
        heard = analyses.from_document(analysis.read_bytes())
        with self.store.reading() as reader:
            assets = reader.assets.many([*(one.digest or "" for one in shots), song])
        media = {one.shot.id: _picture(one, assets[one.digest or ""].facts, plan.rate) for one in shots}
        wanted = conforms((Use(media[one.shot.id], 0, one.shot.frames) for one in shots), plan.rate)
        place = self.folder / "conformed"
        instead, _ = conform_files(self.store, wanted, plan.rate, place, dry_run=dry_run, progress=self.progress)
        media = {shot: instead[one][0] if one in instead else one for shot, one in media.items()}
        sound = assets[song].facts.sound
        channels = sound.channels if sound else 2
        path = self.request.song.absolute()
        return steps.cut_timeline(plan, media, _sound(path, song, heard, channels), self.request.title)

    def _currency(self) -> str:
        with self.store.reading() as reader:
            return next(iter(reader.ledger.currencies(self.scope)), "USD")

    def _result(
        self,
        plan: Plan,
        shots: tuple[MadeShot, ...],
        paths: tuple[Path, ...],
        timelines: dict[str, Path],
        *,
        dry_run: bool,
    ) -> MakeResult:
        quotes = self._quotes(plan, [place for place, one in enumerate(shots) if not one.reused]) if dry_run else ()
        currency = quotes[0].currency if quotes else self._currency()
        with self.store.reading() as reader:
            sums = reader.ledger.sums(self.scope, currency)
        notices = self.notices + self._forbidden(quotes)
        analysis, picture, plan_file, preview = paths
        return MakeResult(
            folder=self.folder,
            project=self.project.name,
            analysis=analysis,
            picture=picture,
            plan_file=plan_file,
            preview=preview,
            timelines=timelines,
            plan=plan,
            shots=shots,
            ran=tuple(self.ledger.ran),
            reused=tuple(name for name in self.ledger.reused if name not in self.ledger.ran),
            cost=sum((quote.expected for quote in quotes), Decimal(0)) if dry_run else sums.spent,
            currency=currency,
            sums=sums,
            notices=notices,
            dry_run=dry_run,
        )


def _picture(made: MadeShot, facts: MediaFacts, rate: FrameRate) -> Media:
    picture = facts.picture
    if picture is None:
        raise NotFound(f"the take {made.path} is no picture", hint="Make the shots again.")
    if picture.seconds is None:
        return Media(made.path, made.digest or "", MediaKind.STILL, picture.width, picture.height)
    found = media_at(made.path, made.digest or "")
    same = found.rate is not None and found.rate.value == rate.value
    return replace(found, rate=rate) if same else found  # the plan says how its frames are counted


def _sound(path: Path, digest: str, heard: Analysis, channels: int) -> Media:
    return Media(
        path=path,
        digest=digest,
        kind=MediaKind.SOUND,
        duration=heard.song.seconds,
        sample_rate=heard.song.sample_rate,
        channels=channels,
    )


def _known_digest(store: Store, song: Path) -> str | None:
    with store.reading() as reader:
        place = reader.places.at(song.absolute())
    return place.digest if place is not None and place.holds() else None


def _take_in(store: Store, song: Path, project: Project, progress: Progress) -> str:
    digest = _known_digest(store, song)
    with store.reading() as reader:
        member = digest is not None and project.name in reader.projects.of_asset(digest)
    if digest is not None and member:
        return digest
    size = song.stat().st_size
    with progress.stage("reading the song", size, "bytes") as stage:
        found = read_file(song, on_bytes=stage.advance)
    ingest(store, found, project=project, role="song")
    return found.digest
