"""Cuts moved to the nearest beats, with an honest account of every cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from alice_core.errors import ExportError
from alice_core.timeline.model import Clip, MediaKind, Timeline


class Outcome(StrEnum):
    """What became of a cut."""

    MOVED = "moved"
    ON = "already on"
    COLLISION = "skipped: collision"
    TOO_FAR = "skipped: too far"
    TOO_SHORT = "skipped: media too short"


@dataclass(frozen=True, slots=True)
class Snapped:
    """One cut, by the clip that begins with it: where it was, and the beat it lies on or would have gone to."""

    name: str
    frame: int
    beat: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SnapReport:
    """Every cut between two clips, by frame."""

    cuts: tuple[Snapped, ...]

    def count(self, outcome: Outcome) -> int:
        """How many cuts had this outcome."""
        return sum(cut.outcome is outcome for cut in self.cuts)

    @property
    def whole(self) -> bool:
        """Whether there were cuts and every one now lies on a beat."""
        return bool(self.cuts) and all(cut.outcome in (Outcome.MOVED, Outcome.ON) for cut in self.cuts)


def snap(timeline: Timeline, beats: Sequence[int], *, within: int | None = None) -> tuple[Timeline, SnapReport]:
    """The timeline with each cut on the beat nearest to it.

    The cut between two clips rolls: the first clip grows or shrinks at its end, the second
    at its head, so what is seen elsewhere stays in its place. Where two cuts want one beat
    the nearer gets it; no clip gets shorter than a frame.

    Args:
        timeline: The cut.
        beats: Frames of the beats, rising.
        within: The farthest that a cut is moved, in frames.

    Raises:
        ExportError: There is nothing to snap, or no cut could be put on a beat (``ALICE-E03``).
    """
    wanted = sorted({beat for beat in beats if 0 < beat < timeline.frames})
    if len(timeline.clips) == 1 or not wanted:
        what = "the timeline has no cut" if len(timeline.clips) == 1 else "the song has no beat inside the timeline"
        raise ExportError(f"nothing was snapped: {what}", hint="Check the file and the song.", code="ALICE-E03")
    goals = [_nearest(clip.start, wanted) for clip in timeline.clips[1:]]
    winners = _winners(timeline, goals)
    clips = list(timeline.clips)
    report: list[Snapped] = []
    for index, goal in enumerate(goals, start=1):
        clip = timeline.clips[index]
        outcome = Outcome.ON if goal == clip.start else Outcome.MOVED
        if winners[goal] != index:
            outcome = Outcome.COLLISION
        elif within is not None and abs(goal - clip.start) > within:
            outcome = Outcome.TOO_FAR
        elif outcome is Outcome.MOVED:
            outcome = _roll(clips, index, goal, timeline)
        report.append(Snapped(clip.name, clip.start, goal, outcome))
    found = SnapReport(tuple(report))
    if not found.count(Outcome.MOVED) and not found.count(Outcome.ON):
        message = f"nothing was snapped: none of {len(report)} cuts could be put on a beat"
        raise ExportError(message, hint="Allow a greater distance, or use more beats.", code="ALICE-E03")
    snapped = replace(timeline, clips=tuple(clips))
    snapped.check()
    return snapped, found


def _nearest(frame: int, beats: Sequence[int]) -> int:
    place = bisect_left(beats, frame)
    around = beats[max(0, place - 1) : place + 1]
    return min(around, key=lambda beat: (abs(beat - frame), -beat))


def _winners(timeline: Timeline, goals: Sequence[int]) -> dict[int, int]:
    """Which cut gets each beat: the nearest, of equals the first."""
    winners: dict[int, int] = {}
    for index, goal in enumerate(goals, start=1):
        known = winners.get(goal)
        start = timeline.clips[index].start
        if known is None or abs(goal - start) < abs(goal - timeline.clips[known].start):
            winners[goal] = index
    return winners


def _roll(clips: list[Clip], index: int, goal: int, timeline: Timeline) -> Outcome:
    """Move one cut in ``clips`` if both sides have the room and the media."""
    before, after = clips[index - 1], clips[index]
    shift = goal - after.start
    left = replace(before, frames=before.frames + shift)
    used = after.source_start + shift if after.media.kind is MediaKind.MOVIE else after.source_start
    right = replace(after, start=goal, frames=after.frames - shift, source_start=used)
    if left.frames < 1 or right.frames < 1:
        return Outcome.COLLISION
    if used < 0 or _lacks(left, timeline):
        return Outcome.TOO_SHORT
    clips[index - 1], clips[index] = left, right
    return Outcome.MOVED


def _lacks(clip: Clip, timeline: Timeline) -> bool:
    length = clip.media.duration
    if clip.media.kind is not MediaKind.MOVIE or length is None:
        return False
    return timeline.rate.nearest_frame(length) < clip.source_start + clip.frames
