"""Other lengths and shapes of one plan: which part of the song, and where its cuts lie then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from alice_core.directing.model import Plan, PlanMarker, Shot, SongReference
from alice_core.errors import UsageError

LEAST = Fraction(4, 5)
"""The least part of the wanted length that whole sections must fill to be taken."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a song, in samples, and a sentence that says why it is this one.

    Attributes:
        first: First sample.
        end: Sample after the last.
        sample_rate: Samples a second.
        words: What it begins with and ends on.
        whole_sections: Whether it begins and ends on section borders.
    """

    first: int
    end: int
    sample_rate: int
    words: str
    whole_sections: bool

    @property
    def start(self) -> Fraction:
        """Its first moment in the song, in exact seconds."""
        return Fraction(self.first, self.sample_rate)

    @property
    def seconds(self) -> Fraction:
        """The exact length."""
        return Fraction(self.end - self.first, self.sample_rate)


@dataclass(frozen=True, slots=True, order=True)
class _Border:
    """A place of the song: its frame in the plan, its exact moment, the section that begins there."""

    frame: int
    moment: Fraction
    label: str = ""


def excerpt_of(plan: Plan, seconds: Fraction) -> Excerpt:
    """The part of the song for a cut-down of at most ``seconds``.

    Of all stretches from one section border to another that fill four fifths of the length
    or more and are not longer, the one whose shots have the most energy is taken; of equals
    the longest, then the first. Where none fits, it begins on a section border and ends on
    the last bar line that fits; where there are no bars, on the last frame.

    Raises:
        UsageError: The length is not above 0.
    """
    if seconds <= 0:
        raise UsageError("a cut-down needs a length above 0", hint="Write --length 30.")
    rate, song = plan.rate, plan.song
    if song.seconds <= seconds:
        words = f"the whole song: it lasts {_said(song.seconds)}, not more than {_said(seconds)}"
        return Excerpt(0, song.samples, song.sample_rate, words, whole_sections=True)
    borders = _borders(plan)
    most = seconds + rate.frame / 2
    fitting = [
        (one, two)
        for place, one in enumerate(borders)
        for two in borders[place + 1 :]
        if LEAST * seconds <= two.moment - one.moment <= most
    ]
    if fitting:
        one, two = max(fitting, key=lambda pair: (*_weight(plan, *pair), -pair[0].frame))
        words = f"from the {_name(one)} at {_clock(one.moment)} to {_ending(plan, two)}"
        return _excerpt(plan, one, two, words, whole=True)
    return _on_bars(plan, borders, seconds)


def cut_down(plan: Plan, excerpt: Excerpt, digest: str) -> Plan:
    """The plan of a part of its song.

    Every boundary is rounded anew from the clock of the excerpt, so that each cut lies on the
    frame nearest to its beat again; a shot may be a frame longer or shorter than it was.

    Args:
        plan: Of the whole song.
        excerpt: The part.
        digest: Of the sound that holds it.
    """
    song = SongReference(digest, excerpt.sample_rate, excerpt.end - excerpt.first)
    end = max(1, plan.rate.nearest_frame(song.seconds))
    places = _places(plan, excerpt, end)
    markers = tuple(
        PlanMarker(frame, mark.kind, mark.label)
        for mark in plan.markers
        if 0 <= (frame := _moved(plan, mark.frame, excerpt, places)) < end
    )
    kept = [shot for shot in plan.shots if shot.start in places]
    first = kept[0] if kept else plan.shots[0]
    if not any(mark.kind == "section" and mark.frame == 0 for mark in markers) and first.section:
        markers = (PlanMarker(0, "section", first.section), *(mark for mark in markers if mark.frame > 0))
    ends = [places[shot.start] for shot in kept[1:]] + [end]
    shots = tuple(
        _cut(plan, shot, places[shot.start], until, (excerpt, markers)) for shot, until in zip(kept, ends, strict=True)
    )
    return replace(plan, song=song, shots=shots, markers=markers, notices=(*plan.notices, excerpt.words))


def size_for(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    """The picture size of another shape: the short side stays, the long one follows, both even.

    >>> size_for(1280, 720, Fraction(9, 16))
    (720, 1280)
    >>> size_for(1920, 1080, Fraction(1))
    (1080, 1080)
    """
    short = min(width, height)
    long = max(aspect, 1 / aspect) * short
    other = 2 * round(long / 2)
    return (other, short) if aspect > 1 else (short, other)


def parse_aspect(text: str) -> Fraction:
    """The shape of ``16:9``, ``9:16``, ``1:1`` or any other two whole numbers.

    Raises:
        UsageError: The text is no shape, or one of more than 4 to 1.
    """
    wide, sign, high = text.partition(":")
    plain = all(part.isascii() and part.isdigit() and 0 < len(part) < 5 for part in (wide, high))  # noqa: PLR2004
    if not sign or not plain or not int(wide) or not int(high):
        raise UsageError(f"{text!r} is no shape of a picture", hint="Write it as 16:9, 9:16 or 1:1.")
    shape = Fraction(int(wide), int(high))
    if max(shape, 1 / shape) > 4:  # noqa: PLR2004 - wider than any screen
        raise UsageError(f"a picture of {text} is too narrow", hint="Write it as 16:9, 9:16 or 1:1.")
    return shape


def _borders(plan: Plan) -> list[_Border]:
    """Where sections begin, on the cut that belongs to each, and the end of the song."""
    reach = _half_bar(plan)
    starts = [shot.start for shot in plan.shots]
    found = {0: _Border(0, Fraction(0), plan.shots[0].section)}
    for mark in plan.markers:
        if mark.kind == "section" and mark.frame > 0:
            near = _nearest(starts, mark.frame)
            frame = near if abs(near - mark.frame) <= reach else mark.frame
            found.setdefault(frame, _Border(frame, _moment(plan, frame), mark.label))
    end = _Border(plan.frames, plan.song.seconds)
    return [*(found[frame] for frame in sorted(found) if frame < plan.frames), end]


def _nearest(starts: Sequence[int], frame: int) -> int:
    return min(starts, key=lambda start: abs(start - frame))


def _half_bar(plan: Plan) -> int:
    bars = [mark.frame for mark in plan.markers if mark.kind == "downbeat"]
    gaps = [two - one for one, two in pairwise(bars)]
    return median_low(gaps) // 2 if gaps else 0


def _on_bars(plan: Plan, borders: Sequence[_Border], seconds: Fraction) -> Excerpt:
    """From a section border to the last bar line that fits."""
    bars = [
        _Border(mark.frame, _moment(plan, mark.frame)) for mark in plan.markers if mark.kind in ("downbeat", "section")
    ]
    choices = []
    for one in borders[:-1]:
        if plan.song.seconds - one.moment < LEAST * seconds:
            continue
        frame = one.frame + plan.rate.nearest_frame(seconds)
        last = _Border(frame, one.moment + seconds)
        if last.moment > plan.song.seconds:
            last = borders[-1]
        inside = [bar for bar in bars if one.moment + seconds * LEAST <= bar.moment <= last.moment]
        choices.append((one, inside[-1] if inside else last, bool(inside)))
    one, two, bar = max(choices, key=lambda choice: (choice[2], *_weight(plan, choice[0], choice[1]), -choice[0].frame))
    fits = f"no sections fill {_said(LEAST * seconds)} to {_said(seconds)}"
    ends = "ends on a bar line" if bar else "ends where the length does, for there is no bar line near"
    words = f"{fits}; it begins with the {_name(one)} at {_clock(one.moment)} and {ends} at {_clock(two.moment)}"
    return _excerpt(plan, one, two, words, whole=False)


def _excerpt(plan: Plan, one: _Border, two: _Border, words: str, *, whole: bool) -> Excerpt:
    rate = plan.song.sample_rate
    first, end = (int(border.moment * rate + Fraction(1, 2)) for border in (one, two))
    return Excerpt(first, min(end, plan.song.samples), rate, f"{words}, {_said(two.moment - one.moment)}", whole)


def _weight(plan: Plan, one: _Border, two: _Border) -> tuple[float, Fraction]:
    """How much goes on between two places, to a hundredth, and how long that is."""
    energy, frames = 0.0, 0
    for shot in plan.shots:
        inside = min(shot.end, two.frame) - max(shot.start, one.frame)
        if inside > 0:
            energy, frames = energy + shot.mood.energy * inside, frames + inside
    return round(energy / max(1, frames), 2), two.moment - one.moment


def _moment(plan: Plan, frame: int) -> Fraction:
    """The exact second that a frame of the plan stands for: the beat of the shot that begins there, if one does."""
    place = bisect_right(plan.shots, frame, key=lambda shot: shot.start) - 1
    shot = plan.shots[max(0, place)]
    if frame >= plan.frames:
        return plan.song.seconds
    near = abs(shot.beat * plan.rate.value - frame) <= Fraction(1, 2)
    return shot.beat if shot.start == frame and near else plan.rate.seconds(frame)


def _places(plan: Plan, excerpt: Excerpt, end: int) -> dict[int, int]:
    """Where the shots of the excerpt begin, by where they began."""
    places: dict[int, int] = {}
    last = -1
    for shot in reversed(plan.shots):
        at = plan.rate.nearest_frame(_moment(plan, shot.start) - excerpt.start)
        if at >= end or (places and at >= last):
            continue
        last = places[shot.start] = max(0, at)
        if at <= 0:
            break
    return places


def _moved(plan: Plan, frame: int, excerpt: Excerpt, places: dict[int, int]) -> int:
    at = plan.rate.nearest_frame(_moment(plan, frame) - excerpt.start)
    return places.get(frame, at) if at >= 0 else at


def _cut(plan: Plan, shot: Shot, start: int, end: int, rest: tuple[Excerpt, Sequence[PlanMarker]]) -> Shot:
    excerpt, markers = rest
    moment = _moment(plan, shot.start) - excerpt.start
    beats = sum(mark.kind != "section" and start <= mark.frame < end for mark in markers)
    return replace(shot, start=start, end=end, beat=max(Fraction(0), moment) if start else Fraction(0), beats=beats)


def _name(border: _Border) -> str:
    return border.label or "part"


def _ending(plan: Plan, border: _Border) -> str:
    return "the end of the song" if border.frame >= plan.frames else f"the {_name(border)}"


def _clock(moment: Fraction) -> str:
    minutes, seconds = divmod(round(float(moment), 1), 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def _said(seconds: Fraction) -> str:
    return f"{float(seconds):.1f} s"
