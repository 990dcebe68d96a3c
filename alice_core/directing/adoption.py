"""From a cut to a plan, and a plan as a cut to hold others against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from alice_core.directing.model import CutStyle, Mood, Move, Plan, PlanMarker, Shot, SongReference, Take
from alice_core.timeline.flat import Span, flattened, nearest
from alice_core.timeline.reading import Edit, Item, Mark, Source
from alice_core.timing import FrameRate, frames_of, timecode_of

_KINDS = ("beat", "downbeat", "section")
_NEUTRAL = Mood(0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Adopted:
    """A plan made of a cut, and a sentence for everything in it that the plan says otherwise."""

    plan: Plan
    notices: tuple[str, ...]


def plan_of_edit(edit: Edit, song: SongReference, takes: Sequence[Take | None], size: tuple[int, int]) -> Adopted:
    """The plan of a cut that somebody made by hand, to be generated again or scored anew.

    Every stretch that is seen becomes a shot, a black one a shot without take; cuts between
    frames go to the nearest. Shots after the song's end are left out, one that crosses it is
    cut there, and the last one is held to the song's end, since a plan tiles its song.

    Args:
        edit: The cut.
        song: What it is cut to.
        takes: The file behind each span of :func:`~alice_core.timeline.flat.flattened`
            (without the sound), ``None`` where there is none.
        size: Of the picture, where the cut does not say it.
    """
    notices = []
    off = sum(item.start.denominator != 1 or item.end.denominator != 1 for item in edit.pictures)
    if off:
        notices.append(f"{off} clips lay between frames; their cuts went to the nearest frame")
    end = max(1, edit.rate.nearest_frame(song.seconds))
    spans = [span for span in flattened(edit, whole=False) if span.start < end]
    dark = sum(span.item is None for span in spans)
    if dark:
        notices.append(f"{dark} black stretches became shots without a take")
    last = spans[-1].end if spans else 0
    if last != end or not spans:
        notices.append(f"the picture ends at frame {last}, the song at {end}; the last shot ends with the song")
    retimed = sum(span.item is not None and span.item.speed != 1 for span in spans)
    if retimed:
        notices.append(f"{retimed} clips are retimed; a plan knows no speed")
    marks = _markers(edit, end)
    shots = tuple(
        _shot(place, span, end if place == len(spans) else span.end, takes, edit, marks)
        for place, span in enumerate(spans, start=1)
    ) or (_shot(1, Span(0, end, None), end, (), edit, marks),)
    width, height = (edit.width, edit.height) if edit.width and edit.height else size
    start = timecode_of(nearest(edit.start), edit.rate)
    plan = Plan(edit.rate, start, width, height, song, edit.name, CutStyle.AUTO, 0, shots, marks, tuple(notices))
    return Adopted(plan, tuple(notices))


def edit_of_plan(plan: Plan) -> Edit:
    """A plan as a cut that others are compared with: each shot shows its take, whole frames, no gaps."""
    items = [
        Item(
            shot.id,
            "V1",
            Fraction(shot.start),
            Fraction(shot.end),
            Source(shot.take.path.rpartition("/")[2], shot.take.path, shot.take.digest) if shot.take else None,
        )
        for shot in plan.shots
    ]
    start = Fraction(frames_of(plan.start, plan.rate))
    shown = [mark for mark in plan.markers if 0 <= mark.frame < plan.frames]
    marks = tuple(Mark(Fraction(mark.frame), mark.label, mark.kind) for mark in shown)
    return Edit("plan", "", plan.rate, start, tuple(items), marks, width=plan.width, height=plan.height)


def _shot(
    place: int, span: Span, end: int, takes: Sequence[Take | None], edit: Edit, marks: Sequence[PlanMarker]
) -> Shot:
    item = span.item
    section = [mark.label for mark in marks if mark.kind == "section" and mark.frame <= span.start]
    return Shot(
        id=f"shot-{place:04}",
        start=span.start,
        end=end,
        beat=_moment(span.start, edit.rate),
        bar=0,
        beats=sum(mark.kind != "section" and span.start <= mark.frame < end for mark in marks),
        section=section[-1] if section else "",
        prompt=(item.note or item.name) if item is not None else "",
        seed=0,
        move=Move.HOLD,
        mood=_NEUTRAL,
        take=takes[place - 1] if place <= len(takes) else None,
    )


def _moment(frame: int, rate: FrameRate) -> Fraction:
    return rate.seconds(frame)


def _markers(edit: Edit, end: int) -> tuple[PlanMarker, ...]:
    """The markers whose note or name says that they are ours; others have no kind that a plan knows."""
    found = []
    for mark in edit.marks:
        kind = next((word for word in _KINDS if word == (mark.note or mark.name).split(" ", 1)[0]), None)
        if kind is not None and 0 <= nearest(mark.frame) < end:
            found.append(PlanMarker(nearest(mark.frame), kind, mark.name))
    return tuple(found)
