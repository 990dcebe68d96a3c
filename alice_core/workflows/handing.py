"""A plan made ready for an editor: every file looked at, what does not fit made anew, the beats to be heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from alice_core.directing.model import Plan
from alice_core.music import document as analyses
from alice_core.music.model import Analysis
from alice_core.progress import SILENT, Progress
from alice_core.store import Ingredient, Job, Outcome, Product, Recipe, Store, Target, derive, derive_all, ingest
from alice_core.store.derive import foresee, standing
from alice_core.store.files import read_file
from alice_core.timeline.conforming import conformed, conforms, half_size, uses_of
from alice_core.timeline.handover import plain_name, with_media
from alice_core.timeline.model import Media, MediaKind, Timeline
from alice_core.timing import FrameRate, timecode_of
from alice_core.workflows import steps
from alice_core.workflows.conforming import Conformed, conform_files, refuse
from alice_core.workflows.correcting import corrected_product
from alice_core.workflows.cutting import PlannedMedia, planned_media

if TYPE_CHECKING:
    from alice_core.music.click_track import Click

CLICK = ("music.click-track", 1)
PROXY = ("media.proxy", 1)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a plan is to be made ready.

    Attributes:
        song: The song; by default it is sought in the library.
        conform: Make files anew that do not fit; otherwise they are refused.
        click: Lay the beats beside the song, as a sound of their own.
        proxy: Make stand-ins of half the size for the movies.
    """

    song: Path | None = None
    conform: bool = True
    click: bool = False
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cut that an editor can open.

    Attributes:
        timeline: On files that fit.
        conformed: What was made anew.
        notices: Sentences that the user should read.
    """

    timeline: Timeline
    conformed: tuple[Conformed, ...]
    notices: tuple[str, ...]


def prepare(
    store: Store, plan: Path, wish: Readiness | None = None, *, dry_run: bool = False, progress: Progress = SILENT
) -> Prepared:
    """The timeline of a plan, ready for an editor.

    What is made for it goes into folders beside the plan, by recipe: made once, found after that.

    Args:
        store: Keeps the recipes, and knows where files are.
        plan: The document; takes are relative to it.
        wish: How.
        dry_run: Write nothing; the timeline then names files that are not there.
        progress: Told of what is made.

    Raises:
        NotFound: A take or the song is not there.
        MediaError: One of them cannot be read.
        ExportError: A file does not fit and is not to be conformed (``ALICE-E03``).
    """
    asked = wish or Readiness()
    planned = planned_media(store, plan, asked.song)
    folder = plan.absolute().parent
    rate = planned.plan.rate
    wanted = conforms(planned.uses, rate)
    if not asked.conform:
        refuse(wanted, rate)
    instead, made = conform_files(store, wanted, rate, folder / "conformed", dry_run=dry_run, progress=progress)
    timeline = planned.timeline(instead)
    notices = list(planned.notices)
    if asked.click:
        media, words = _click(store, planned, plan, folder, dry_run=dry_run)
        timeline = replace(timeline, click=media)
        notices.append(words)
    if asked.proxy:
        timeline = _with_proxies(store, timeline, folder / "proxies", dry_run=dry_run, progress=progress)
    held = sum(one.held for one in made)
    if held:
        short = sum(one.held > 0 for one in made)
        notices.append(f"{short} files were too short: their last frame is held, {held} frames in all")
    return Prepared(timeline, made, tuple(notices))


def prepare_cut(
    store: Store, timeline: Timeline, folder: Path, *, conform: bool = True, dry_run: bool = False
) -> tuple[Timeline, tuple[Conformed, ...]]:
    """A cut of any origin on files that fit; its media must name their digests.

    Raises:
        ExportError: A file does not fit and is not to be conformed (``ALICE-E03``).
    """
    wanted = conforms(uses_of(timeline), timeline.rate)
    if not conform:
        refuse(wanted, timeline.rate)
    instead, made = conform_files(store, wanted, timeline.rate, folder / "conformed", dry_run=dry_run)
    return conformed(timeline, instead), made


def _click(store: Store, planned: PlannedMedia, plan: Path, folder: Path, *, dry_run: bool) -> tuple[Media, str]:
    """The click track of a song as media, and a sentence that says what it follows."""
    song = planned.plan.song
    target = folder / plain_name(planned.song.path.with_suffix(".wav"), "click")
    heard = known_analysis(store, planned.song.path, song.digest, dry_run=dry_run)
    if heard is not None and heard[1].beats:
        job = click_job(Ingredient("analysis", heard[0]), heard[1], song.sample_rate, song.samples, target)
        words = f"the click track has {len(heard[1].beats)} beats of the analysis"
    else:
        found = read_file(plan)
        if not dry_run:
            ingest(store, found, role="plan")
        job = click_job(Ingredient("plan", found.digest), planned.plan, song.sample_rate, song.samples, target)
        words = "the click track follows the plan's markers, to the frame: the song has no analysis here"
    product = Product("click", "", target) if dry_run else derive(store, job).products[0]
    return Media(product.path, product.digest, MediaKind.SOUND, 0, 0, None, song.seconds, song.sample_rate, 1), words


def click_job(source: Ingredient, said: Analysis | Plan, sample_rate: int, samples: int, target: Path) -> Job:
    """Write the beats of an analysis, or the markers of a plan, as clicks."""

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.music.click_track import write_click_track  # noqa: PLC0415 - numeric libraries

        clicks = _beats(said) if isinstance(said, Analysis) else _marks(said)
        write_click_track(clicks, samples, sample_rate, paths[0])

    recipe = Recipe(*CLICK, parameters={"sample_rate": sample_rate, "samples": samples}, inputs=(source,))
    return Job(recipe, (Target("click", target),), make)


def known_analysis(store: Store, path: Path, digest: str, *, dry_run: bool = False) -> tuple[str, Analysis] | None:
    """The analysis of a song after its corrections, with its digest, if there is one; nothing is listened to."""
    job = steps.analysis_job(path, digest, None, SILENT)
    (found,) = standing(store, (job,))
    if found is None:
        return None
    with TemporaryDirectory(prefix="alice-dry-run-") as scratch:

        def carry_out(job: Job) -> Outcome:
            return foresee(store, job, Path(scratch)) if dry_run else derive(store, job)

        product = corrected_product(store, digest, found.products[0], None, carry_out)
        return product.digest, analyses.from_document(product.path.read_bytes())


def _beats(analysis: Analysis) -> list[Click]:
    from alice_core.music.click_track import Click  # noqa: PLC0415 - numeric libraries

    starts = {section.start for section in analysis.sections}
    found = []
    for beat in analysis.beats:
        near = any(abs(start - beat.sample) * 20 < analysis.song.sample_rate for start in starts)
        found.append(Click(beat.sample, beat.position == 1, near))
    return found


def _marks(plan: Plan) -> list[Click]:
    from alice_core.music.click_track import Click  # noqa: PLC0415 - numeric libraries

    def sample(frame: int) -> int:
        return int(plan.rate.seconds(frame) * plan.song.sample_rate + Fraction(1, 2))

    return [Click(sample(mark.frame), mark.kind != "beat", mark.kind == "section") for mark in plan.markers]


def _with_proxies(store: Store, timeline: Timeline, folder: Path, *, dry_run: bool, progress: Progress) -> Timeline:
    """The timeline whose movies have stand-ins of half their size, of the same frames and timecode."""
    movies = list(dict.fromkeys(clip.media for clip in timeline.clips if clip.media.kind is MediaKind.MOVIE))
    jobs = [proxy_job(media, folder) for media in movies]
    paths = {media: job.targets[0].path for media, job in zip(movies, jobs, strict=True)}
    if not dry_run:
        for media in movies:
            ingest(store, read_file(media.path), role="take")
        with progress.stage("making proxies", len(jobs), "files") as stage:
            outcomes: list[tuple[int, Outcome]] = []
            for place, outcome in derive_all(store, jobs, workers=2):
                outcomes.append((place, outcome))
                stage.advance()
        paths = {movies[place]: outcome.products[0].path for place, outcome in outcomes}
    return with_media(timeline, lambda media: replace(media, proxy=paths.get(media)))


def proxy_job(media: Media, folder: Path) -> Job:
    """Make a stand-in of a movie: half its size, the same frames, the same timecode, the same name."""
    rate = media.rate or FrameRate(Fraction(24))  # a movie always has one; the type does not say so
    frames = max(1, rate.nearest_frame(media.duration or rate.frame))
    width, height = half_size(media.width, media.height)
    timecode = timecode_of(rate.nearest_frame(media.start), rate) if media.start else ""

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.media.conform import PROXY as LIGHT  # noqa: PLC0415 - codecs, only when there is work
        from alice_core.media.conform import Shape, remake_movie  # noqa: PLC0415

        shape = Shape(width, height)
        remake_movie(
            media.path, paths[0], shape, rate=rate.value, first=0, frames=frames, settings=LIGHT, timecode=timecode
        )

    recipe = Recipe(
        *PROXY,
        parameters={"width": width, "height": height, "frames": frames, "rate": rate.ratio, "timecode": timecode},
        inputs=(Ingredient("take", media.digest),),
    )
    return Job(recipe, (Target("proxy", folder / f"{media.path.stem}.mp4"),), make)
