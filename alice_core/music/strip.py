"""One row of an analysis' picture: where each lane lies, and the marks that must be sharp."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from alice_core.music.model import Analysis, Beat, Section
from alice_core.music.palette import FAINT, INK, LINES, Rgb, label_color
from alice_core.music.svg import Surface

LANES = {
    "sections": (0, 22),
    "waveform": (24, 88),
    "beats": (112, 22),
    "onsets": (136, 36),
    "curves": (176, 46),
    "mood": (226, 46),
    "loudness": (276, 26),
    "tempo": (306, 34),
    "certainty": (344, 6),
    "axis": (353, 16),
}
"""Each lane's upper edge below the top of the strip, and its height, in pixels."""

STRIP_HEIGHT = 387
"""Pixels of one row with the gap below it."""

_BEAT_GAP, _BAR_GAP, _TIME_GAP = 3.5, 3.0, 70.0  # pixels between marks of each kind
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)  # seconds between the marks of the axis


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a stretch of the song lies in the picture.

    Attributes:
        start: First second.
        end: Last second.
        left: Pixel of the first second.
        right: Pixel of the last second.
        top: Pixel of the upper edge.
        scale: Pixels a second.
    """

    start: float
    end: float
    left: float
    right: float
    top: float
    scale: float

    def x(self, seconds: float) -> float:
        """The pixel of a second, held inside the strip."""
        return min(max(self.left + (seconds - self.start) * self.scale, self.left), self.right)

    def lane(self, name: str) -> tuple[float, float]:
        """The upper edge and the height of a lane."""
        below, height = LANES[name]
        return self.top + below, height


def paint_marks(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    """Draw on the flattened picture what must be sharp: section band, beats, attacks, times."""
    rate = analysis.song.sample_rate
    for section in analysis.sections:
        if section.start / rate < strip.end and section.end / rate > strip.start:
            _paint_section(surface, strip, section, rate)
    _paint_beats(surface, strip, analysis)
    _paint_attacks(surface, strip, analysis)
    _paint_axis(surface, strip)


def _paint_section(surface: Surface, strip: Strip, section: Section, rate: int) -> None:
    x0, x1 = strip.x(section.start / rate), strip.x(section.end / rate)
    top, height = strip.lane("sections")
    color = label_color(section.label)
    surface.rectangle((x0, top, max(x1 - 1, x0 + 1), top + height), color)
    sure = f"{section.label}  {section.confidence:.0%}"
    key = f"{sure}  ·  {section.key.tonic} {section.key.mode}" if section.key else sure
    for text in (key, sure, section.label, section.label[:2]):
        if surface.text_width(text, 12) + 12 <= x1 - x0:
            surface.text((x0 + 6, top + height / 2), text, 12, _readable(color), "lm", bold=True)
            return


def _readable(color: Rgb) -> Rgb:
    luma = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
    return (255, 255, 255) if luma < 120 else INK  # noqa: PLR2004 - half way between ink and paper


def _paint_beats(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    rate = analysis.song.sample_rate
    first = bisect.bisect_left(analysis.beats, strip.start, key=lambda beat: beat.sample / rate)
    last = bisect.bisect_left(analysis.beats, strip.end, key=lambda beat: beat.sample / rate)
    shown = analysis.beats[first:last]
    if not shown:
        return
    top, _ = strip.lane("beats")
    width = (strip.end - strip.start) * strip.scale
    bars = [beat for beat in shown if beat.position == 1]
    each = width / max(1, len(bars))
    room = max((surface.text_width(str(beat.bar), 11) for beat in bars), default=0.0) + 8
    every = next((step for step in (1, 2, 4, 8, 16, 32, 64, 128, 256) if step * each >= room), 512)
    free = strip.left
    for beat in shown:
        x = round(strip.x(beat.sample / rate))
        if beat.position == 1:
            free = _paint_downbeat(surface, strip, (x, free), beat, every)
        elif width / len(shown) >= _BEAT_GAP:
            surface.rectangle((x, top - 2 - 10 * beat.confidence, x + 1, top), LINES["beat"])


def _paint_downbeat(surface: Surface, strip: Strip, at: tuple[int, float], beat: Beat, every: int) -> float:
    """Draw a downbeat, with its number where there is room; from where on there is room again."""
    x, free = at
    wave, top = strip.lane("waveform")[0], strip.lane("beats")[0]
    numbered = (beat.bar - 1) % every == 0
    if every == 1 or numbered:
        surface.rectangle((x, wave, x + 1, top + 6), LINES["downbeat"])
    end = x + 3 + surface.text_width(str(beat.bar), 11)
    if not numbered or x + 3 < free or end > strip.right:
        return free
    surface.text((x + 3, top + 3), str(beat.bar), 11, (140, 20, 34), "la")
    return end + 4


def _paint_attacks(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    rate = analysis.song.sample_rate
    top, height = strip.lane("onsets")
    each = height / 3
    for row, band in enumerate(reversed(analysis.onsets[:3])):
        first = bisect.bisect_left(band.samples, strip.start * rate)
        last = bisect.bisect_left(band.samples, strip.end * rate)
        floor = round(top + (row + 1) * each)
        for sample, strength in zip(band.samples[first:last], band.strengths[first:last], strict=True):
            x = round(strip.x(sample / rate))
            surface.rectangle((x, floor - 1 - round((each - 2) * strength), x + 1, floor), LINES.get(band.band, INK))


def _paint_axis(surface: Surface, strip: Strip) -> None:
    axis, _ = strip.lane("axis")
    surface.rectangle((strip.left, axis, strip.right, axis + 1), FAINT)
    step = next((step for step in _STEPS if step * strip.scale >= _TIME_GAP), _STEPS[-1])
    mark = -(-strip.start // step) * step
    while mark < strip.end:
        x, text = strip.x(mark), clock(mark)
        surface.rectangle((round(x), axis, round(x) + 1, axis + 5), FAINT)
        if x + 3 + surface.text_width(text, 10) <= strip.right:
            surface.text((x + 3, axis + 3), text, 10, FAINT, "la")
        mark += step


def clock(seconds: float) -> str:
    """Seconds as people write them: ``3:07``, or ``1:02:07`` from an hour on.

    >>> clock(187)
    '3:07'
    >>> clock(3727)
    '1:02:07'
    """
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
