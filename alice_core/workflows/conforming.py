"""Files that do not fit a timeline made anew at its rate, each a derivation of the file it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.errors import ExportError
from alice_core.progress import SILENT, Progress
from alice_core.store import Ingredient, Job, Recipe, Store, Target, derive_all, ingest
from alice_core.store.files import read_file
from alice_core.timeline.conforming import Conform, even_size
from alice_core.timeline.handover import plain_name
from alice_core.timeline.model import Media, MediaKind
from alice_core.timing import FrameRate

CONFORM = ("media.conform", 1)

Instead = dict[Media, tuple[Media, int]]
"""For a file the one to show instead, and the frame of the old that is the first of the new."""


@dataclass(frozen=True, slots=True)
class Conformed:
    """One file that was made anew, or would be.

    Attributes:
        source: The file as it was.
        path: The new one.
        words: Why.
        frames: How many frames it holds.
        held: How many of them repeat the last one, past the end of the source.
        reused: Whether it had been made before.
    """

    source: Path
    path: Path
    words: str
    frames: int
    held: int
    reused: bool

    def to_json(self) -> dict[str, Any]:
        """The file as in the output of the commands."""
        return {
            "source": str(self.source),
            "path": str(self.path),
            "why": self.words,
            "frames": self.frames,
            "held": self.held,
            "reused": self.reused,
        }


def refuse(wanted: Sequence[Conform], rate: FrameRate) -> None:
    """Refuse files that do not fit, with their count and what is wrong with the first.

    Raises:
        ExportError: There are some (``ALICE-E03``).
    """
    if not wanted:
        return
    counts = Counter(misfit.value for one in wanted for misfit in one.misfits)
    told = ", ".join(f"{count} {words}" for words, count in counts.items())
    many = "1 file does" if len(wanted) == 1 else f"{len(wanted)} files do"
    message = f"{many} not fit a timeline of {rate.name} frames a second ({told}); first {wanted[0].media.path}"
    raise ExportError(message, hint="Leave out --no-conform to have them made anew at its rate.", code="ALICE-E03")


def conform_files(
    store: Store,
    wanted: Sequence[Conform],
    rate: FrameRate,
    folder: Path,
    *,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> tuple[Instead, tuple[Conformed, ...]]:
    """Make each file anew at a rate, or find that it was made before; with ``dry_run`` only say it.

    Args:
        store: Keeps the recipes; the files' digests must be their true ones.
        wanted: What :func:`~alice_core.timeline.conforming.conforms` found.
        rate: Of the timeline.
        folder: Where the new files go.
        dry_run: Write nothing.
        progress: Told of the files.
    """
    instead: Instead = {}
    report: dict[int, Conformed] = {}
    jobs = [conform_job(one, rate, folder) for one in wanted]
    if dry_run:
        for place, (one, job) in enumerate(zip(wanted, jobs, strict=True)):
            instead[one.media] = _media(one, job.targets[0].path, "", rate), one.first
            report[place] = _said(one, job.targets[0].path, reused=False)
        return instead, tuple(report[place] for place in sorted(report))
    for one in wanted:
        _take_in(store, one.media)
    with progress.stage("conforming files", len(jobs), "files") as stage:
        for place, outcome in derive_all(store, jobs, workers=2):
            one, product = wanted[place], outcome.products[0]
            instead[one.media] = _media(one, product.path, product.digest, rate), one.first
            report[place] = _said(one, product.path, reused=outcome.reused)
            stage.advance()
    return instead, tuple(report[place] for place in sorted(report))


def conform_job(one: Conform, rate: FrameRate, folder: Path) -> Job:
    """Make a movie anew at a rate, silent, on exact frames; past its end its last frame is held."""

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.media.conform import Shape, remake_movie  # noqa: PLC0415 - codecs, only when there is work

        shape = Shape(width, height)
        remake_movie(one.media.path, paths[0], shape, rate=rate.value, first=one.first, frames=one.frames)

    width, height = even_size(one.media.width, one.media.height)
    recipe = Recipe(
        *CONFORM,
        parameters={
            "rate": rate.ratio,
            "first": one.first,
            "frames": one.frames,
            "width": width,
            "height": height,
        },
        inputs=(Ingredient("take", one.media.digest),),
    )
    mark = recipe.key.removeprefix("sha256:")[:8]
    name = plain_name(one.media.path.with_suffix(".mp4"), f"{mark}-conformed")
    return Job(recipe, (Target("take", folder / name),), make)


def _media(one: Conform, path: Path, digest: str, rate: FrameRate) -> Media:
    own = FrameRate(rate.value)
    return Media(
        path, digest, MediaKind.MOVIE, *even_size(one.media.width, one.media.height), own, own.seconds(one.frames)
    )


def _said(one: Conform, path: Path, *, reused: bool) -> Conformed:
    return Conformed(one.media.path, path, one.words, one.frames, one.held, reused)


def _take_in(store: Store, media: Media) -> None:
    with store.reading() as reader:
        place = reader.places.at(media.path)
    if place is None or place.digest != media.digest or not place.holds():
        ingest(store, read_file(media.path), role="take")
