"""One row of an analysis' picture: a stretch of the song from section band to time axis."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np

from alice_core.media.canvas import Canvas, Point
from alice_core.music.features import Floats
from alice_core.music.model import Analysis, Beat, Curve
from alice_core.music.palette import CURVES, FAINT, INK, RULE, TEMPO, Rgb, label_color, lighter
from alice_core.music.waveform import OUTLINE_RATE, Waveform

STRIP_HEIGHT = 236
"""Pixels of one row with the gap below it."""

_BAND, _WAVE, _BEATS, _CURVES, _TEMPO, _AXIS = 22, 84, 20, 54, 22, 16
_BEAT_GAP, _BAR_GAP, _NUMBER_GAP, _TIME_GAP = 3.5, 3.0, 30.0, 70.0  # pixels between marks of each kind
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

    def tops(self) -> tuple[float, float, float, float, float]:
        """Upper edges of waveform, beats, curves, tempo and axis."""
        wave = self.top + _BAND + 2
        beats = wave + _WAVE
        curves = beats + _BEATS + 4
        tempo = curves + _CURVES + 2
        return wave, beats, curves, tempo, tempo + _TEMPO


def paint_shapes(canvas: Canvas, strip: Strip, analysis: Analysis, waveform: Waveform, loudest: float) -> None:
    """Draw what needs smooth edges: grounds, waveform, curves and tempo line."""
    wave, _, curves, tempo, axis = strip.tops()
    rate = analysis.song.sample_rate
    canvas.rectangle((strip.left, wave, strip.right, wave + _WAVE), (247, 248, 250))
    canvas.rectangle((strip.left, curves, strip.right, curves + _CURVES), (250, 250, 252))
    for section in analysis.sections:
        start, end = section.start / rate, section.end / rate
        if start < strip.end and end > strip.start:
            color = lighter(label_color(section.label), 0.84)
            canvas.rectangle((strip.x(start), wave, strip.x(end), wave + _WAVE), color)
    _paint_waveform(canvas, strip, waveform, wave, loudest)
    half = curves + _CURVES / 2
    canvas.line([(strip.left, half), (strip.right, half)], RULE)
    for curve in analysis.curves:
        _paint_curve(canvas, strip, curve, curves)
    _paint_tempo(canvas, strip, analysis, tempo)
    canvas.line([(strip.left, axis), (strip.right, axis)], FAINT)


def paint_marks(canvas: Canvas, strip: Strip, analysis: Analysis) -> None:
    """Draw on the flattened picture what must be sharp: section band, beats, numbers, times."""
    _paint_sections(canvas, strip, analysis)
    _paint_beats(canvas, strip, analysis)
    _paint_tempo_numbers(canvas, strip, analysis)
    _paint_axis(canvas, strip)


def _paint_waveform(canvas: Canvas, strip: Strip, waveform: Waveform, top: float, loudest: float) -> None:
    middle, half = top + _WAVE / 2, (_WAVE / 2 - 2) / max(loudest, 1e-6)
    columns = max(2, int((strip.right - strip.left) * 2))
    high = _columns(waveform.high, strip, columns, np.maximum)
    low = _columns(waveform.low, strip, columns, np.minimum)
    power = _columns(waveform.rms, strip, columns, np.maximum)
    places = strip.left + (np.arange(high.size) + 0.5) * (strip.right - strip.left) / columns
    for upper, lower, color in ((high, low, (132, 140, 156)), (power, -power, (66, 74, 92))):
        above = [(float(x), float(middle - y * half) - 0.4) for x, y in zip(places, upper, strict=True)]
        below = [(float(x), float(middle - y * half) + 0.4) for x, y in zip(places, lower, strict=True)]
        if len(above) > 1:
            canvas.polygon([*above, *below[::-1]], color)


def _columns(values: Floats, strip: Strip, columns: int, extreme: np.ufunc) -> Floats:
    """The extreme of the values under each of the strip's columns that the song reaches."""
    edges = strip.start + np.arange(columns + 1) * (strip.right - strip.left) / strip.scale / columns
    index = np.floor(edges * OUTLINE_RATE).astype(np.int64)
    reached = int(np.searchsorted(index, values.size))
    starts = index[: min(reached, columns)]
    if not starts.size:
        return np.zeros(0)
    last = int(min(max(index[starts.size], starts[-1] + 1), values.size))
    return np.asarray(extreme.reduceat(values[:last], starts))


def _paint_curve(canvas: Canvas, strip: Strip, curve: Curve, top: float) -> None:
    first, last = int(strip.start * curve.rate), int(np.ceil(strip.end * curve.rate)) + 1
    values = np.asarray(curve.values[first:last], float)
    width = max(1, int(curve.rate / strip.scale))  # several values a pixel are averaged
    whole = values.size // width * width
    if whole < 2 * width:
        return
    means = values[:whole].reshape(-1, width).mean(axis=1)
    times = (first + (np.arange(means.size) + 0.5) * width) / curve.rate
    floor, height = top + _CURVES - 2, _CURVES - 4
    line = [(strip.x(float(t)), floor - float(v) * height) for t, v in zip(times, means, strict=True)]
    canvas.line(line, CURVES.get(curve.name, INK), 1.6)


def _tempo_steps(strip: Strip, analysis: Analysis) -> list[tuple[float, float]]:
    """(second, bpm) of the tempo points in the strip, the one in force at its start first."""
    times = [point.sample / analysis.song.sample_rate for point in analysis.tempo_map]
    first = max(0, bisect.bisect_right(times, strip.start) - 1)
    last = bisect.bisect_left(times, strip.end)
    points = analysis.tempo_map[first:last]
    return [(max(strip.start, time), point.bpm) for time, point in zip(times[first:last], points, strict=True)]


def _tempo_heights(analysis: Analysis) -> tuple[float, float]:
    """Lowest tempo and span of the picture's tempo axis, at least a tenth of the tempo."""
    tempi = [point.bpm for point in analysis.tempo_map] or [120.0]
    low, high = min(tempi), max(tempi)
    spare = max(0.0, 0.1 * high - (high - low))
    return low - spare / 2, max(high - low + spare, 1.0)


def _paint_tempo(canvas: Canvas, strip: Strip, analysis: Analysis, top: float) -> None:
    low, span = _tempo_heights(analysis)
    steps = _tempo_steps(strip, analysis)
    line: list[Point] = []
    for index, (time, bpm) in enumerate(steps):
        y = top + _TEMPO - 4 - (bpm - low) / span * (_TEMPO - 8)
        until = steps[index + 1][0] if index + 1 < len(steps) else strip.end
        line += [(strip.x(time), y), (strip.x(until), y)]
    if line:
        canvas.line(line, TEMPO, 1.6)


def _paint_tempo_numbers(canvas: Canvas, strip: Strip, analysis: Analysis) -> None:
    top = strip.tops()[3]
    low, span = _tempo_heights(analysis)
    free = -1.0
    for time, bpm in _tempo_steps(strip, analysis):
        x, text = strip.x(time) + 3, f"{bpm:.1f}"
        if x < free or x + 30 > strip.right:
            continue
        y = top + _TEMPO - 4 - (bpm - low) / span * (_TEMPO - 8)
        above = y > top + _TEMPO / 2
        canvas.text((x, y - 2 if above else y + 2), text, 9, TEMPO, "ld" if above else "la")
        free = x + canvas.text_width(text, 9) + 12


def _paint_sections(canvas: Canvas, strip: Strip, analysis: Analysis) -> None:
    rate = analysis.song.sample_rate
    for section in analysis.sections:
        start, end = section.start / rate, section.end / rate
        if start >= strip.end or end <= strip.start:
            continue
        x0, x1 = strip.x(start), strip.x(end)
        color = label_color(section.label)
        canvas.rectangle((x0, strip.top, max(x1 - 1, x0 + 1), strip.top + _BAND), color)
        room = x1 - x0 - 12
        texts = (f"{section.label}  {section.energy:.0%}", section.label, section.label[:2])
        text = next((text for text in texts if canvas.text_width(text, 12) <= room), "")
        canvas.text((x0 + 6, strip.top + _BAND / 2), text, 12, _readable(color), "lm", bold=True)


def _readable(color: Rgb) -> Rgb:
    luma = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
    return (255, 255, 255) if luma < 120 else INK  # noqa: PLR2004 - half way between ink and paper


def _paint_beats(canvas: Canvas, strip: Strip, analysis: Analysis) -> None:
    rate = analysis.song.sample_rate
    first = bisect.bisect_left(analysis.beats, strip.start, key=lambda beat: beat.sample / rate)
    last = bisect.bisect_left(analysis.beats, strip.end, key=lambda beat: beat.sample / rate)
    shown = analysis.beats[first:last]
    if not shown:
        return
    wave, top, *_ = strip.tops()
    width = (strip.end - strip.start) * strip.scale
    bars = sum(beat.position == 1 for beat in shown)
    gap = width / len(shown) if bars * _BEAT_GAP < width else 0.0
    every = _bar_step(width / max(1, bars))
    for beat in shown:
        x = round(strip.x(beat.sample / rate))
        if beat.position == 1:
            _paint_downbeat(canvas, (x, wave, top), beat, every)
        elif gap >= _BEAT_GAP:
            canvas.rectangle((x, top - 7 - 8 * beat.confidence, x + 1, top), (200, 60, 60))


def _paint_downbeat(canvas: Canvas, at: tuple[int, float, float], beat: Beat, every: int) -> None:
    x, wave, top = at
    numbered = (beat.bar - 1) % every == 0
    if every == 1 or numbered:
        canvas.rectangle((x, wave, x + 1, top + 5), (176, 24, 40))
    if numbered and x + 24 < canvas.width:
        canvas.text((x + 3, top + 3), str(beat.bar), 11, (140, 20, 34), "la")


def _bar_step(pixels: float) -> int:
    """Bars between two bar numbers when a bar is so many pixels wide."""
    return next((step for step in (1, 2, 4, 8, 16, 32, 64, 128, 256) if step * pixels >= _NUMBER_GAP), 512)


def _paint_axis(canvas: Canvas, strip: Strip) -> None:
    axis = strip.tops()[4]
    step = next((step for step in _STEPS if step * strip.scale >= _TIME_GAP), _STEPS[-1])
    mark = -(-strip.start // step) * step
    while mark < strip.end:
        x = strip.x(mark)
        canvas.rectangle((round(x), axis, round(x) + 1, axis + 4), FAINT)
        if x + 36 < strip.right:
            canvas.text((x + 3, axis + 2), clock(mark), 10, FAINT, "la")
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
