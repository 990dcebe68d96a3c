"""A plan as a movie to watch, with what somebody wants to see burnt into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alice_core.errors import UsageError
from alice_core.progress import SILENT, Progress
from alice_core.store import Job, Store, Target, derive, ingest
from alice_core.store.derive import standing
from alice_core.store.files import read_file
from alice_core.store.recipes import Parameter
from alice_core.timeline.model import Timeline
from alice_core.workflows import steps
from alice_core.workflows.handing import Readiness, prepare
from alice_core.workflows.request import check_size

_SOFTWARE = "libx264"


@dataclass(frozen=True, slots=True)
class Look:
    """How a preview looks.

    Attributes:
        timecode: Burn in the record timecode.
        shots: Burn in the name of the shot.
        flash: Burn in a flash on every beat.
        size: Of the picture; ``None`` for the plan's.
        encoder: FFmpeg's name of the encoder.
    """

    timecode: bool = False
    shots: bool = False
    flash: bool = False
    size: tuple[int, int] | None = None
    encoder: str = _SOFTWARE

    def parameters(self) -> dict[str, Parameter]:
        """What of it decides the bytes, for a recipe; nothing for the plain preview that the main job makes."""
        found: dict[str, Parameter] = {
            name: True
            for name, wanted in (("timecode", self.timecode), ("shots", self.shots), ("flash", self.flash))
            if wanted
        }
        if self.size is not None:
            found["size"] = f"{self.size[0]}x{self.size[1]}"
        if self.encoder != _SOFTWARE:
            found["encoder"] = self.encoder
        return found

    @classmethod
    def from_parameters(cls, said: Mapping[str, Any]) -> Look:
        """The look that :meth:`parameters` wrote."""
        width, sign, height = str(said.get("size", "")).partition("x")
        size = (int(width), int(height)) if sign else None
        burnt = {name: bool(said.get(name)) for name in ("timecode", "shots", "flash")}
        return cls(**burnt, size=size, encoder=str(said.get("encoder", _SOFTWARE)))

    @property
    def name(self) -> str:
        """Of the file: ``preview-timecode-flash.mp4``."""
        parts = ["preview", *(name for name in ("timecode", "shots", "flash") if getattr(self, name))]
        if self.size is not None:
            parts.append(f"{self.size[0]}x{self.size[1]}")
        return "-".join(parts) + ".mp4"


@dataclass(frozen=True, slots=True)
class Previewed:
    """A preview that was made, or would be.

    Attributes:
        path: The movie.
        frames: How many.
        reused: Whether it was there already.
        notices: Sentences that the user should read.
    """

    path: Path
    frames: int
    reused: bool
    notices: tuple[str, ...]


def preview(
    store: Store,
    plan: Path,
    look: Look,
    out: Path | None = None,
    *,
    song: Path | None = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> Previewed:
    """Render a plan as a movie with its song, beside the plan; made before, it is found.

    Args:
        store: Keeps the recipe.
        plan: The document.
        look: What is burnt in, and how it is encoded.
        out: The file; by default it is named after the look.
        song: The song; by default it is sought in the library.
        dry_run: Write nothing.
        progress: Told every frame.

    Raises:
        NotFound: A take or the song is not there.
        MediaError: One of them cannot be read.
        UsageError: Unusable size (``ALICE-U02``), or the file is not to be an MP4.
    """
    if out is not None and out.suffix.lower() != ".mp4":
        raise UsageError(f"{out.name} is no name of an MP4 file", hint="End it in .mp4.")
    if look.size is not None:
        check_size(*look.size)
    ready = prepare(store, plan, Readiness(song), dry_run=dry_run, progress=progress)
    found = read_file(plan)
    target = (out or plan.absolute().parent / look.name).absolute()
    job = film_job(ready.timeline, found.digest, target, look, progress)
    if dry_run:
        (known,) = standing(store, (job,))
        return Previewed(target, ready.timeline.frames, known is not None, ready.notices)
    for asset, role in ((found, "plan"), (read_file(ready.timeline.song.path), "song")):
        ingest(store, asset, role=role)
    for path in {clip.media.path for clip in ready.timeline.clips}:
        with store.reading() as reader:
            place = reader.places.at(path)
        if place is None or not place.holds():
            ingest(store, read_file(path), role="take")
    outcome = derive(store, job)
    return Previewed(outcome.products[0].path, ready.timeline.frames, outcome.reused, ready.notices)


def film_job(timeline: Timeline, plan: str, target: Path, look: Look, progress: Progress) -> Job:
    """Render a timeline; the plain look is the very recipe of the main job's preview."""
    shown = timeline if look.size is None else replace(timeline, width=look.size[0], height=look.size[1])

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.media.encode import PREVIEW  # noqa: PLC0415 - codecs, only when there is work
        from alice_core.timeline.preview import BurnIn, render_preview  # noqa: PLC0415

        burn = BurnIn(look.timecode, look.shots, look.flash)
        settings = replace(PREVIEW, codec=look.encoder)
        render_preview(shown, paths[0], progress, burn=burn, settings=settings)

    plain = steps.preview_job(timeline, plan, target.parent, progress)
    recipe = replace(plain.recipe, parameters={**plain.recipe.parameters, **look.parameters()})
    return replace(plain, recipe=recipe, targets=(Target("preview", target),), make=make)
