"""The steps of the main job, each as a derivation: a recipe and the work that carries it out.

The version beside each operation is raised whenever the same inputs give another output.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.directing import document as plans
from alice_core.directing.cut import timeline_of, with_takes
from alice_core.directing.model import Plan, Take
from alice_core.directing.plan import plan_shots
from alice_core.errors import ExportError
from alice_core.media.files import replacing
from alice_core.music import document as analyses
from alice_core.progress import Progress
from alice_core.store import Ingredient, Job, Product, Recipe, Target
from alice_core.store.recipes import Parameter
from alice_core.timeline.formats import documents, names
from alice_core.timeline.model import Media, Timeline
from alice_core.timing import exact_text
from alice_core.workflows.request import MakeRequest

if TYPE_CHECKING:
    from alice_core.music.analyse import Early, Wish

ANALYSE = ("music.analyse", 3)
DRAW = ("music.draw", 2)
PLAN = ("directing.plan", 1)
CAST = ("directing.cast", 1)
EXPORT = ("timeline.export", 3)
PREVIEW = ("timeline.preview", 1)


def analysis_job(
    song: Path,
    digest: str,
    folder: Path | None,
    progress: Progress,
    wish: Wish | None = None,
    stems: Mapping[str, str] | None = None,
    early: Early | None = None,
) -> Job:
    """Listen to a song; without a folder the store keeps the analysis. The outline is always kept there.

    Args:
        song: The file.
        digest: Its digest.
        folder: Where the analysis goes.
        progress: Told about every stage.
        wish: The stretch, and stems by name; all of the song by itself where there is none.
        stems: The digest of each stem by name.
        early: Given the analysis of the first minutes of a long song, if it has to be heard.
    """

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.music import outline  # noqa: PLC0415 - numeric libraries, only when there is work
        from alice_core.music.analyse import ALL, listen  # noqa: PLC0415

        heard = listen(song, progress, digest=digest, wish=wish or ALL, early=early)
        write(paths[0], analyses.to_document(heard.analysis))
        write(paths[1], outline.to_bytes(heard.waveform))

    parameters: dict[str, Parameter] = {}
    if wish is not None:
        edges = (("from", wish.window.start), ("to", wish.window.end))
        parameters |= {name: exact_text(edge) for name, edge in edges if edge is not None}
        if wish.engine != "alice":
            parameters["engine"] = wish.engine
    inputs = (Ingredient("song", digest), *(Ingredient(name, one) for name, one in sorted((stems or {}).items())))
    recipe = Recipe(*ANALYSE, parameters=parameters, inputs=inputs)
    targets = (Target("analysis", (folder or Path()) / "analysis.json"), Target("waveform", Path("waveform.npy")))
    return Job(recipe, targets, make)


def drawing_job(analysis: Product, waveform: Product, title: str, folder: Path) -> Job:
    """Draw the analysis of a song."""

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.music import outline  # noqa: PLC0415 - numeric libraries, only when there is work
        from alice_core.music.picture import draw_analysis  # noqa: PLC0415

        heard = analyses.from_document(analysis.path.read_bytes())
        write(paths[0], draw_analysis(heard, outline.from_bytes(waveform.path.read_bytes()), title=title))

    inputs = (Ingredient("analysis", analysis.digest), Ingredient("waveform", waveform.digest))
    recipe = Recipe(*DRAW, parameters={"title": title}, inputs=inputs)
    return Job(recipe, (Target("picture", folder / "analysis.png"),), make)


def plan_job(analysis: Path, digest: str, request: MakeRequest, brief: str) -> Job:
    """Plan the shots of an analysed song."""

    def make(paths: tuple[Path, ...]) -> None:
        plan = plan_shots(
            analyses.from_document(analysis.read_bytes()),
            rate=request.rate,
            start=request.start,
            width=request.width,
            height=request.height,
            brief=brief,
            cut=request.cut,
            seed=request.seed,
        )
        write(paths[0], plans.to_document(plan))

    parameters: dict[str, Parameter] = {
        "rate": request.rate.ratio,
        "drop": request.rate.drop,
        "start": request.start,
        "width": request.width,
        "height": request.height,
        "brief": brief,
        "cut": request.cut.value,
        "seed": request.seed,
    }
    recipe = Recipe(*PLAN, parameters=parameters, inputs=(Ingredient("analysis", digest),))
    return Job(recipe, (Target("plan", Path("plan.json"), words=brief),), make)


def cast_job(plan: Path, digest: str, takes: Mapping[str, Take], folder: Path) -> Job:
    """Write the plan with the takes that stand for its shots; paths are relative to it."""

    def make(paths: tuple[Path, ...]) -> None:
        write(paths[0], plans.to_document(with_takes(plans.from_document(plan.read_bytes()), takes)))

    inputs = (Ingredient("plan", digest), *_take_inputs(takes))
    recipe = Recipe(*CAST, parameters={"paths": tuple(take.path for take in takes.values())}, inputs=inputs)
    return Job(recipe, (Target("plan", folder / "plan.json"),), make)


def export_job(timeline: Timeline, name: str, plan: str, folder: Path) -> Job:
    """Write the timeline in one format; the file names its media by absolute paths."""

    def make(paths: tuple[Path, ...]) -> None:
        written = documents(timeline, name, "timeline")
        if len(written) != len(paths):
            raise ExportError(f"{name} came in {len(written)} parts, not {len(paths)}", hint="Please report this.")
        for path, part in zip(paths, written, strict=True):
            write(path, part.data)

    parameters: dict[str, Parameter] = {
        "name": timeline.name,
        "folder": str(folder),
        "song": str(timeline.song.path),
    }
    recipe = Recipe(f"{EXPORT[0]}.{name}", EXPORT[1], parameters=parameters, inputs=_cut_inputs(timeline, plan))
    files = names(timeline, name, "timeline")
    return Job(recipe, tuple(Target(name, folder / file) for file in files), make)


def preview_job(timeline: Timeline, plan: str, folder: Path, progress: Progress) -> Job:
    """Render the timeline as a film with its sound."""

    def make(paths: tuple[Path, ...]) -> None:
        from alice_core.timeline.preview import render_preview  # noqa: PLC0415 - codecs, only when there is work

        render_preview(timeline, paths[0], progress)

    recipe = Recipe(*PREVIEW, inputs=_cut_inputs(timeline, plan))
    return Job(recipe, (Target("preview", folder / "preview.mp4"),), make)


def cut_timeline(plan: Plan, media: Mapping[str, Media], song: Media, title: str) -> Timeline:
    """The timeline of a plan, checked to be whole."""
    timeline = timeline_of(plan, media, song, title)
    timeline.check()
    return timeline


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none.

    Raises:
        ExportError: The folder cannot be written or the disk is full.
    """
    with replacing(path) as part:
        part.write_bytes(data)


def _cut_inputs(timeline: Timeline, plan: str) -> tuple[Ingredient, ...]:
    takes = tuple(Ingredient("take", clip.media.digest) for clip in timeline.clips)
    return (Ingredient("plan", plan), Ingredient("song", timeline.song.digest), *takes)


def _take_inputs(takes: Mapping[str, Take]) -> tuple[Ingredient, ...]:
    return tuple(Ingredient("take", take.digest) for take in takes.values())
