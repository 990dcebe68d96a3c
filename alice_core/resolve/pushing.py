"""A cut as the scripts push it: files that Resolve imports, and all that no file carries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.directing.model import Shot
from alice_core.library.show import Card, cards
from alice_core.media.files import make_folder, replacing
from alice_core.progress import SILENT, Progress
from alice_core.resolve.cuts import PlanFile, reports
from alice_core.resolve.installing import TABLE
from alice_core.resolve.lua import lua_table
from alice_core.resolve.takes import current
from alice_core.store import Store
from alice_core.timeline.formats import names
from alice_core.timeline.handover import ascii_linked, foreign_names, plain_name
from alice_core.timeline.markers import merged_markers, resolve_colour
from alice_core.timeline.model import Clip, Marker, Timeline
from alice_core.timeline.text import ascii_line
from alice_core.timing import FrameRate, timecode_of
from alice_core.workflows.cutting import write_documents
from alice_core.workflows.handing import Prepared, prepare

FORMATS = {"fcpxml": "fcpxml", "xmeml": "xml", "otio": "otio", "edl": "edl", "markers": "markers.edl"}
"""The files of a push by the name that the scripts know them by."""

COLOURS = (
    "Orange", "Teal", "Violet", "Lime", "Navy", "Pink", "Yellow", "Olive",
    "Blue", "Apricot", "Green", "Purple", "Tan", "Brown", "Beige", "Chocolate",
)  # fmt: skip
"""The sixteen colours that a clip may have in Resolve, in the order in which sections get them."""

_VERSION = "1.10"


@dataclass(frozen=True, slots=True)
class Push:
    """A cut that is ready to be pushed.

    Attributes:
        source: The plan.
        timeline: On files that fit it.
        name: Of the timeline in Resolve.
        folder: Where the files lie.
        files: Their paths by the names of :data:`FORMATS`, and the table as ``lua``.
        cards: What is known of the files behind the clips, by digest.
        notices: Sentences that the user should read.
        dry_run: Whether nothing was written.
    """

    source: PlanFile
    timeline: Timeline
    name: str
    folder: Path
    files: Mapping[str, Path]
    cards: Mapping[str, Card]
    notices: tuple[str, ...]
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        """The object that ``alice resolve cut`` prints, ``alice.resolve-push/1``."""
        cut, song = self.timeline, self.timeline.song
        sections = list(dict.fromkeys(shot.section for shot in self.source.plan.shots if shot.section))
        return {
            "schema": "alice.resolve-push/1",
            "name": self.name,
            **rate_content(cut.rate),
            "width": cut.width,
            "height": cut.height,
            "start": timecode_of(cut.start, cut.rate),
            "frames": cut.frames,
            "files": {name: str(path) for name, path in self.files.items()},
            "bins": ["Song", *(f"Section/{section}" for section in sections), "Shot"],
            "song": {"digest": song.digest, "path": str(song.path), "name": song.path.name},
            "clips": [
                self._clip(shot, clip, sections) for shot, clip in zip(self.source.plan.shots, cut.clips, strict=True)
            ],
            "markers": marker_content(cut.markers, cut.frames),
            "plan": self.source.to_json(),
            "folder": str(self.folder),
            "result": str(self.folder / "alice_result.json"),
            "notices": list(self.notices),
            "dry_run": self.dry_run,
        }

    def _clip(self, shot: Shot, clip: Clip, sections: Sequence[str]) -> dict[str, Any]:
        return {
            "shot": shot.id,
            "section": shot.section,
            "bin": f"Section/{shot.section}" if shot.section else "Shot",
            "digest": clip.media.digest,
            "path": str(clip.media.path),
            "name": clip.media.path.name,
            "record_in": clip.start,
            "record_out": clip.end,
            "source_in": clip.source_start,
            "metadata": _metadata(shot, clip, self.cards),
            "colour": COLOURS[sections.index(shot.section) % len(COLOURS)] if shot.section else "",
        }


def push(
    store: Store,
    source: PlanFile,
    *,
    out: Path | None = None,
    menus: Sequence[Path] = (),
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> Push:
    """Write the files of a cut for Resolve; written again, the same cut gives the same files.

    Args:
        store: Knows the files and where they are.
        source: The plan.
        out: The folder; by default ``resolve`` beside the plan, or in the store's own folder where
            the path to that has other letters than ASCII, which Resolve may not find.
        menus: Folders of installed scripts, which get the table too.
        dry_run: Write nothing.
        progress: Told of what is made.

    Raises:
        NotFound: A take or the song is not there.
        MediaError: One of them cannot be read.
        ExportError: The cut cannot be written.
    """
    source, told = current(store, source, dry_run=dry_run)
    prepared = prepare(store, source.path, dry_run=dry_run, progress=progress)
    folder = _folder(store, source, out)
    timeline, notices = _plainly_named(prepared, folder, dry_run=dry_run)
    title = ascii_line(timeline.name).strip() or "cut"
    stem = Path(plain_name(Path(f"{title}.x"), source.digest.removeprefix("sha256:")[:8])).stem
    with store.reading() as reader:
        version = _next_version(title, [one.timeline for one in reports(reader) if one.did == "push"])
        digests = sorted({shot.take.digest for shot in source.plan.shots if shot.take})
        known = cards(reader, tuple(reader.assets.many(digests).values()))
    files = {name: folder / names(timeline, form, stem)[0] for name, form in FORMATS.items()}
    files["lua"] = folder / "alice_push.lua"
    facts = {one.asset.digest: one for one in known}
    made = Push(source, timeline, f"{title} v{version}", folder, files, facts, (*told, *notices), dry_run)
    if not dry_run:
        write_documents(timeline, list(FORMATS.values()), folder, stem, _VERSION)
        table = lua_table(made.to_json())
        for path in (files["lua"], *(menu / TABLE for menu in menus)):
            make_folder(path.parent)
            with replacing(path) as part:
                part.write_bytes(table)
    return made


def rate_content(rate: FrameRate) -> dict[str, Any]:
    """A frame rate as the scripts are told it: exact, and as Resolve's project setting has it."""
    return {"rate": rate.ratio, "resolve_rate": rate.name, "drop": rate.drop}


def marker_content(markers: Sequence[Marker], frames: int) -> list[dict[str, Any]]:
    """The markers as the scripts set them, one a frame, each with a name of its own in ``custom``."""
    counts: dict[str, int] = {}
    found = []
    for mark in merged_markers(markers, frames):
        counts[mark.kind] = counts.get(mark.kind, 0) + 1
        found.append(
            {
                "frame": mark.frame,
                "colour": resolve_colour(mark.kind),
                "name": mark.name,
                "note": mark.note,
                "duration": 1,
                "custom": f"alice:{mark.kind}:{counts[mark.kind]}",
            }
        )
    return found


def planned_markers(source: PlanFile) -> dict[str, Any]:
    """The markers of a plan, with its rate and start, as ``alice resolve marks`` prints them; no file is looked at."""
    plan = source.plan
    markers = tuple(Marker(mark.frame, mark.kind, mark.label) for mark in plan.markers)
    return {
        "schema": "alice.resolve-marks/1",
        **rate_content(plan.rate),
        "start": plan.start,
        "markers": marker_content(markers, plan.frames),
        "plan": source.to_json(),
    }


def _folder(store: Store, source: PlanFile, out: Path | None) -> Path:
    if out is not None:
        return out.absolute()
    beside = source.path.parent / "resolve"
    within = source.path.is_relative_to(store.folder)
    own = store.folder / "resolve" / source.digest.removeprefix("sha256:")[:8]
    return own if within or (not str(beside).isascii() and str(own).isascii()) else beside


def _plainly_named(prepared: Prepared, folder: Path, *, dry_run: bool) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline on files with plain names, as far as that can be, and what is to be said."""
    timeline, notices = prepared.timeline, list(prepared.notices)
    odd = foreign_names(timeline)
    if odd and str(folder).isascii() and not dry_run:
        timeline, links = ascii_linked(timeline, folder / "links")
        notices.append(f"{len(links)} files have plain names in {folder / 'links'}")
    elif odd:
        notices.append(f"{len(odd)} paths hold other letters than ASCII; some versions of Resolve leave them offline")
    if prepared.conformed:
        notices.append(f"{len(prepared.conformed)} files were made anew at the timeline's rate")
    return timeline, tuple(notices)


def _next_version(title: str, pushed: Sequence[str]) -> int:
    """One more than the highest version of that title that was pushed."""
    ends = [name.removeprefix(f"{title} v") for name in pushed if name.startswith(f"{title} v")]
    return max((int(end) for end in ends if end.isdecimal()), default=0) + 1


def _metadata(shot: Shot, clip: Clip, known: Mapping[str, Card]) -> dict[str, str]:
    take = shot.take.digest if shot.take else ""
    card = known.get(take)
    said = (card.generation if card is not None else None) or {}
    recipe = (
        next((one.recipe for one in card.made_by if one.recipe.operation.startswith("provider.")), None)
        if card
        else None
    )
    cost = card.asset.cost if card is not None else None
    facts = {
        "alice_digest": clip.media.digest,
        "alice_take": take,
        "prompt": shot.prompt or said.get("prompt"),
        "seed": said.get("seed", shot.seed),
        "cost": cost,
        "provider": recipe.operation.split(".")[1] if recipe is not None else said.get("generator"),
        "model": said.get("model"),
    }
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str).strip('"')
