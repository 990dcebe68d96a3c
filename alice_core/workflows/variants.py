"""Other lengths and shapes of one plan, each a plan of its own with its own song and takes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from alice_core.directing import document as plans
from alice_core.directing.cut import with_takes
from alice_core.directing.model import Plan, Take
from alice_core.directing.variant import Excerpt, cut_down, excerpt_of, size_for
from alice_core.errors import UsageError
from alice_core.exact import exact_text
from alice_core.progress import SILENT, Progress
from alice_core.store import Ingredient, Job, Recipe, Store, Target, derive, derive_all, ingest
from alice_core.store.files import read_file
from alice_core.timeline.handover import plain_name
from alice_core.timeline.model import Media, MediaKind
from alice_core.workflows.cutting import PlannedMedia, planned_media
from alice_core.workflows.planfiles import digest_at
from alice_core.workflows.request import check_size
from alice_core.workflows.steps import write

EXCERPT = ("music.excerpt", 1)
REFRAME = ("media.reframe", 1)
VARIANT = ("directing.variant", 1)

ANCHORS = {
    "centre": (0.5, 0.5),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
}
"""Which part of a picture stays when it is cut to another shape, by name."""

_RISE = Fraction(1, 500)  # seconds in which a sound that begins in the middle of a song comes up: too short to hear


@dataclass(frozen=True, slots=True)
class Wish:
    """What a variant is to be.

    Attributes:
        aspect: Width over height; ``None`` leaves the picture as it is.
        seconds: The most that it may last; ``None`` leaves the length as it is.
        fade: Frames over which the sound falls at the end of a cut-down.
        anchor: One of :data:`ANCHORS`.
    """

    aspect: Fraction | None = None
    seconds: Fraction | None = None
    fade: int = 3
    anchor: str = "centre"

    @property
    def name(self) -> str:
        """Of its folder: ``variant-9x16-30s``."""
        shape = f"-{self.aspect.numerator}x{self.aspect.denominator}" if self.aspect is not None else ""
        if self.seconds is None:
            return f"variant{shape}"
        length = f"{float(self.seconds):g}".replace(".", "_")
        return f"variant{shape}-{length}s"


@dataclass(frozen=True, slots=True)
class Varied:
    """A variant that was made, or would be.

    Attributes:
        file: Its plan.
        plan: The same as a value.
        excerpt: Which part of the song it shows; ``None`` for all of it.
        reframed: How many takes were cut to another shape.
        enlarged: How much the most enlarged of them is larger than its pixels, at least 1.
        ran: Whether there was anything to do.
    """

    file: Path
    plan: Plan
    excerpt: Excerpt | None
    reframed: int
    enlarged: Fraction
    ran: bool


def vary(
    store: Store,
    file: Path,
    wish: Wish,
    folder: Path | None = None,
    *,
    song: Path | None = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> Varied:
    """Make a variant of a plan in a folder of its own; made again, it is found.

    Takes are cut to the new shape at the anchor: a still keeps its own pixels where it has more
    than the picture, a movie gets the picture's size. The song of a cut-down is a sound of its
    own. Nothing of the plan itself is changed.

    Args:
        store: Keeps the recipes.
        file: The plan.
        wish: What it is to be.
        folder: Where it goes; by default a folder beside the plan that is named after the wish.
        song: The song; by default it is sought in the library.
        dry_run: Write nothing.
        progress: Told of what is made.

    Raises:
        UsageError: Nothing is wished, or no picture of that shape can be made.
        NotFound: A take or the song is not there.
        MediaError: One of them cannot be read.
    """
    if wish.aspect is None and wish.seconds is None:
        raise UsageError("a variant has another shape or another length", hint="Write --aspect 9:16 or --length 30.")
    planned = planned_media(store, file, song)
    place = (folder or file.absolute().parent / wish.name).absolute()
    plan, excerpt = planned.plan, None
    if wish.aspect is not None:
        width, height = size_for(plan.width, plan.height, wish.aspect)
        check_size(width, height)
        plan = replace(plan, width=width, height=height)
    making = _Making(store, planned, wish, place, dry_run=dry_run, progress=progress)
    if wish.seconds is not None:
        excerpt = excerpt_of(plan, wish.seconds)
        plan = cut_down(plan, excerpt, making.sound(excerpt))
    takes = making.takes(plan)
    target = making.document(file, plan, takes)
    varied = with_takes(plan, takes)
    return Varied(target, varied, excerpt, making.reframed, making.enlarged, making.ran)


class _Making:
    """One variant being made."""

    def __init__(
        self, store: Store, planned: PlannedMedia, wish: Wish, folder: Path, *, dry_run: bool, progress: Progress
    ) -> None:
        self.store, self.planned, self.wish, self.folder = store, planned, wish, folder
        self.dry_run, self.progress = dry_run, progress
        self.reframed, self.enlarged, self.ran = 0, Fraction(1), False

    def sound(self, excerpt: Excerpt) -> str:
        """The digest of the part of the song; of the whole song its own."""
        song = self.planned.song
        if excerpt.first == 0 and excerpt.end == self.planned.plan.song.samples:
            return self.planned.plan.song.digest
        if self.dry_run:
            self.ran = True
            return ""
        self._take_in(song.path, "song")
        rate, plan = excerpt.sample_rate, self.planned.plan
        rise = int(_RISE * rate) if excerpt.first else 0
        fall = int(plan.rate.seconds(self.wish.fade) * rate) if excerpt.end < plan.song.samples else 0
        length = f"{float(excerpt.seconds):.1f}s".replace(".", "_")
        target = self.folder / plain_name(song.path.with_suffix(".wav"), length)
        outcome = derive(self.store, excerpt_job(song, (excerpt.first, excerpt.end), rate, (rise, fall), target))
        self.ran |= not outcome.reused
        return outcome.products[0].digest

    def takes(self, plan: Plan) -> dict[str, Take]:
        """The takes of the variant's shots, cut to its shape."""
        media = {shot.id: self.planned.takes[shot.id] for shot in plan.shots if shot.id in self.planned.takes}
        jobs: dict[Media, Job] = {}
        for one in media.values():
            if one not in jobs and self.wish.aspect is not None:
                size = _reframed_size(one, plan.width, plan.height)
                if size is not None:
                    jobs[one] = reframe_job(one, size, self.wish.anchor, self.folder / "shots")
                    self.enlarged = max(self.enlarged, _enlarged(one, plan.width, plan.height))
        self.reframed = len(jobs)
        made = self._reframe(jobs)
        return {shot: made.get(one) or Take(one.digest, self._near(one.path)) for shot, one in media.items()}

    def document(self, file: Path, plan: Plan, takes: dict[str, Take]) -> Path:
        """The file of the variant's plan."""
        target = self.folder / "plan.json"
        if self.dry_run:
            return target
        self._take_in(file.absolute(), "plan")
        self._take_in(self.planned.song.path, "song")
        source = digest_at(self.store, file.absolute())
        outcome = derive(self.store, variant_job(plan, source, takes, self.wish.seconds, target))
        self.ran |= not outcome.reused
        return outcome.products[0].path

    def _reframe(self, jobs: dict[Media, Job]) -> dict[Media, Take]:
        if self.dry_run:
            self.ran |= bool(jobs)
            return {one: Take("", self._near(job.targets[0].path)) for one, job in jobs.items()}
        media = list(jobs)
        for one in media:
            self._take_in(one.path, "take")
        found: dict[Media, Take] = {}
        with self.progress.stage("cutting takes to the new shape", len(media), "takes") as stage:
            for place, outcome in derive_all(self.store, [jobs[one] for one in media], workers=2):
                product = outcome.products[0]
                found[media[place]] = Take(product.digest, self._near(product.path))
                self.ran |= not outcome.reused
                stage.advance()
        return found

    def _near(self, path: Path) -> str:
        """A path as the variant's plan names it: from its folder, where it lies near."""
        if path.is_relative_to(self.folder.parent):
            return Path(os.path.relpath(path, self.folder)).as_posix()
        return path.as_posix()

    def _take_in(self, path: Path, role: str) -> None:
        with self.store.reading() as reader:
            place = reader.places.at(path)
        if place is None or not place.holds():
            ingest(self.store, read_file(path), role=role)


def excerpt_job(song: Media, span: tuple[int, int], rate: int, fades: tuple[int, int], target: Path) -> Job:
    """Cut a part out of a song, to the sample; see :func:`~alice_core.media.excerpt.write_excerpt`."""
    (first, end), (rise, fall) = span, fades

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.media.excerpt import write_excerpt  # noqa: PLC0415 - codecs, only when there is work

        write_excerpt(song.path, paths[0], first, end, rate, fades)

    parameters = {"first": first, "end": end, "rate": rate, "rise": rise, "fall": fall}
    recipe = Recipe(*EXCERPT, parameters=parameters, inputs=(Ingredient("song", song.digest),))
    return Job(recipe, (Target("song", target),), make)


def reframe_job(media: Media, size: tuple[int, int], anchor: str, folder: Path) -> Job:
    """Cut a take to a size of another shape."""
    width, height = size
    still = media.kind is MediaKind.STILL
    frames = 0
    if media.rate is not None and media.duration is not None:
        frames = max(1, media.rate.nearest_frame(media.duration))

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.media.conform import Shape, reframe_still, remake_movie  # noqa: PLC0415 - codecs

        shape = Shape(width, height, ANCHORS[anchor])
        if still or media.rate is None:
            reframe_still(media.path, paths[0], shape)
        else:
            remake_movie(media.path, paths[0], shape, rate=media.rate.value, first=0, frames=frames)

    recipe = Recipe(
        *REFRAME,
        parameters={
            "width": width,
            "height": height,
            "anchor": anchor,
            "frames": frames,
            "rate": media.rate.ratio if media.rate else "",
        },
        inputs=(Ingredient("take", media.digest),),
    )
    mark = f"{recipe.key.removeprefix('sha256:')[:8]}-reframed"
    name = plain_name(media.path.with_suffix(".png" if still else ".mp4"), mark)
    return Job(recipe, (Target("take", folder / name),), make)


def variant_job(plan: Plan, source: str, takes: Mapping[str, Take], seconds: Fraction | None, target: Path) -> Job:
    """Write the plan of a variant.

    Args:
        plan: Of the variant.
        source: Digest of the plan it was made of.
        takes: Of its shots.
        seconds: The length that was wished.
        target: The file.
    """
    data = plans.to_document(with_takes(plan, takes))

    def make(paths: tuple[Path, ...]) -> None:
        write(paths[0], data)

    digests: Sequence[Ingredient] = [Ingredient("take", take.digest) for take in takes.values()]
    recipe = Recipe(
        *VARIANT,
        parameters={
            "width": plan.width,
            "height": plan.height,
            "seconds": None if seconds is None else exact_text(seconds),
            "shots": tuple(takes),
            "paths": tuple(take.path for take in takes.values()),
        },
        inputs=(Ingredient("plan", source), Ingredient("song", plan.song.digest), *digests),
    )
    return Job(recipe, (Target("plan", target, words=plan.brief),), make)


def _reframed_size(media: Media, width: int, height: int) -> tuple[int, int] | None:
    """The size of a reframed take; ``None`` where it has the shape already.

    A still keeps its own pixels where they are more than the picture's.
    """
    if abs(Fraction(media.width, media.height) / Fraction(width, height) - 1) < Fraction(1, 100):
        return None
    scale = min(Fraction(media.width, width), Fraction(media.height, height))
    if media.kind is not MediaKind.STILL or scale <= 1:
        return width, height
    return 2 * int(width * scale / 2), 2 * int(height * scale / 2)


def _enlarged(media: Media, width: int, height: int) -> Fraction:
    return max(Fraction(1), Fraction(width, media.width), Fraction(height, media.height))
