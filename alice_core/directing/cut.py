"""From a plan and its takes to a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alice_core.directing.model import Plan, Shot, Take
from alice_core.errors import ExportError, NotFound
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timing import frames_of


def with_takes(plan: Plan, takes: Mapping[str, Take]) -> Plan:
    """The plan with these takes chosen, by shot id; other shots keep theirs.

    Raises:
        NotFound: A take is for a shot that the plan has not.
    """
    unknown = sorted(takes.keys() - {shot.id for shot in plan.shots})
    if unknown:
        message = f"the plan has no shot {unknown[0]!r}"
        raise NotFound(message, hint=f"Its shots run from {plan.shots[0].id} to {plan.shots[-1].id}.")
    return replace(plan, shots=tuple(replace(shot, take=takes.get(shot.id, shot.take)) for shot in plan.shots))


def timeline_of(plan: Plan, media: Mapping[str, Media], song: Media, name: str) -> Timeline:
    """The timeline on which each shot shows its media from its first frame, over the whole song.

    Args:
        plan: The cut.
        media: The media of every shot, by shot id.
        song: The sound, laid from the first frame.
        name: Of the timeline.

    Raises:
        NotFound: A shot has no media.
        ExportError: The media of a shot is sound, or shorter than the shot (``ALICE-E03``).
    """
    timeline = Timeline(
        name=name,
        rate=plan.rate,
        start=frames_of(plan.start, plan.rate),
        width=plan.width,
        height=plan.height,
        clips=tuple(_clip(plan, shot, media) for shot in plan.shots),
        song=song,
        markers=tuple(Marker(marker.frame, marker.kind, marker.label) for marker in plan.markers),
    )
    timeline.check()
    return timeline


def _clip(plan: Plan, shot: Shot, media: Mapping[str, Media]) -> Clip:
    found = media.get(shot.id)
    if found is None:
        message = f"{shot.id} has no take"
        raise NotFound(message, hint="Generate the shots of the plan first.")
    if found.kind is MediaKind.SOUND:
        message = f"the take of {shot.id} is a sound: {found.path}"
        raise ExportError(message, hint="Choose a picture or a clip for the shot.", code="ALICE-E03")
    if found.kind is MediaKind.MOVIE and found.duration is not None:
        frames = plan.rate.nearest_frame(found.duration)
        if frames < shot.frames:
            message = f"the take of {shot.id} has {frames} frames, the shot needs {shot.frames}: {found.path}"
            raise ExportError(message, hint="Generate the shot again, or choose a longer take.", code="ALICE-E03")
    return Clip(shot.id, shot.start, shot.frames, found, move=shot.move.value, note=shot.prompt)
