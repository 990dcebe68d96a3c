"""The lanes of a row that need smooth edges: waveform, curves, loudness, tempo and certainty."""

from __future__ import annotations

import bisect

import numpy as np

from alice_core.media.canvas import Point
from alice_core.music.features import Floats
from alice_core.music.loudness import QUIETEST
from alice_core.music.model import Analysis, Curve
from alice_core.music.palette import INK, LINES, RULE, label_color, lighter
from alice_core.music.strip import Strip
from alice_core.music.svg import Surface
from alice_core.music.waveform import OUTLINE_RATE, Waveform

LINED = {"curves": ("energy", "brightness", "density", "vocals"), "mood": ("mode", "valence", "arousal")}
"""The curves from 0 to 1 that each lane shows."""

_NUMBERS = 12  # pixels of the tempo lane that are kept for its numbers
_SOFT, _FULL = -45.0, -3.0  # LUFS at the lower and the upper edge of the loudness lane


def paint_shapes(surface: Surface, strip: Strip, analysis: Analysis, waveform: Waveform, loudest: float) -> None:
    """Draw the grounds and every lane that is a shape or a line."""
    rate = analysis.song.sample_rate
    top, height = strip.lane("waveform")
    for section in analysis.sections:
        start, end = section.start / rate, section.end / rate
        if start < strip.end and end > strip.start:
            color = lighter(label_color(section.label), 0.84)
            surface.rectangle((strip.x(start), top, strip.x(end), top + height), color)
    for silence in analysis.silences:
        start, end = silence.start / rate, silence.end / rate
        if start < strip.end and end > strip.start:
            surface.rectangle((strip.x(start), top, strip.x(end), top + height), LINES["silence"])
    _paint_waveform(surface, strip, waveform, loudest)
    for lane, names in LINED.items():
        upper, size = strip.lane(lane)
        surface.rectangle((strip.left, upper, strip.right, upper + size), (249, 250, 252))
        surface.line([(strip.left, upper + size / 2), (strip.right, upper + size / 2)], RULE)
        for curve in analysis.curves:
            if curve.name in names:
                _paint_curve(surface, strip, curve, lane)
    _paint_loudness(surface, strip, analysis)
    _paint_tempo(surface, strip, analysis)
    _paint_certainty(surface, strip, analysis)


def _paint_waveform(surface: Surface, strip: Strip, waveform: Waveform, loudest: float) -> None:
    """The peaks, each column parted by what share of it is low, middle and high."""
    top, height = strip.lane("waveform")
    middle, half = top + height / 2, (height / 2 - 2) / max(loudest, 1e-6)
    columns = max(2, int((strip.right - strip.left) * 2))
    peak = _columns(np.maximum(waveform.high, -waveform.low), strip, columns)
    bands = waveform.rms[None, :] if waveform.bands is None else waveform.bands
    shares = np.cumsum([_columns(band, strip, columns) for band in bands], axis=0)
    if peak.size < 2:  # noqa: PLR2004 - two points make an edge
        return
    shares = shares / np.maximum(shares[-1:], 1e-9)
    places = strip.left + (np.arange(peak.size) + 0.5) * (strip.right - strip.left) / columns
    for share, name in list(zip(shares, ("low", "mid", "high"), strict=False))[::-1]:
        reach = share * peak * half + 0.4
        above = [(float(x), float(middle - y)) for x, y in zip(places, reach, strict=True)]
        below = [(float(x), float(middle + y)) for x, y in zip(places, reach, strict=True)]
        surface.polygon([*above, *below[::-1]], LINES[name])


def _columns(values: Floats, strip: Strip, columns: int) -> Floats:
    """The highest of the values under each of the strip's columns that the song reaches."""
    edges = strip.start + np.arange(columns + 1) * (strip.right - strip.left) / strip.scale / columns
    index = np.floor(edges * OUTLINE_RATE).astype(np.int64)
    reached = int(np.searchsorted(index, values.size))
    starts = index[: min(reached, columns)]
    if not starts.size:
        return np.zeros(0)
    last = int(min(max(index[starts.size], starts[-1] + 1), values.size))
    return np.asarray(np.maximum.reduceat(values[:last], starts))


def _means(strip: Strip, curve: Curve) -> list[tuple[float, float]]:
    """(pixel, value) of the curve in the strip; several values a pixel are averaged."""
    first, last = max(0, int(strip.start * curve.rate)), int(np.ceil(strip.end * curve.rate)) + 1
    values = np.asarray(curve.values[first:last], float)
    width = max(1, int(curve.rate / strip.scale))
    whole = values.size // width * width
    if whole < 2 * width:
        return []
    means = values[:whole].reshape(-1, width).mean(axis=1)
    times = (first + (np.arange(means.size) + 0.5) * width) / curve.rate
    return [(strip.x(float(time)), float(value)) for time, value in zip(times, means, strict=True)]


def _paint_curve(surface: Surface, strip: Strip, curve: Curve, lane: str) -> None:
    top, height = strip.lane(lane)
    floor, reach = top + height - 2, height - 4
    line = [(x, floor - min(max(value, 0.0), 1.0) * reach) for x, value in _means(strip, curve)]
    if line:
        surface.line(line, LINES.get(curve.name, INK), 1.5)


def _paint_loudness(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    curve = next((one for one in analysis.curves if one.name == "loudness"), None)
    top, height = strip.lane("loudness")
    surface.rectangle((strip.left, top, strip.right, top + height), (249, 250, 252))
    if curve is None:
        return

    def y(lufs: float) -> float:
        return top + height - min(max((lufs - _SOFT) / (_FULL - _SOFT), 0.0), 1.0) * height

    points = [(x, y(max(value, QUIETEST))) for x, value in _means(strip, curve)]
    if points:
        base = top + height
        surface.polygon([(points[0][0], base), *points, (points[-1][0], base)], lighter(LINES["loudness"], 0.45))
    if analysis.loudness and analysis.loudness.integrated is not None:
        level = y(analysis.loudness.integrated)
        surface.line([(strip.left, level), (strip.right, level)], LINES["loudness"])


def _paint_tempo(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    top, height = strip.lane("tempo")
    tempi = [point.bpm for point in analysis.tempo_map]
    if not tempi:
        return
    low, high = min(tempi), max(tempi)
    spare = max(0.0, 0.1 * high - (high - low))
    low, span = low - spare / 2, max(high - low + spare, 1.0)
    steps = _tempo_steps(strip, analysis)
    line: list[Point] = []
    free = strip.left
    for index, (time, bpm) in enumerate(steps):
        y = top + height - 2 - (bpm - low) / span * (height - _NUMBERS - 3)
        until = steps[index + 1][0] if index + 1 < len(steps) else strip.end
        line += [(strip.x(time), y), (strip.x(until), y)]
        x, text = strip.x(time) + 3, f"{bpm:.1f}"
        end = x + surface.text_width(text, 9)
        if x >= free and end <= strip.right:
            surface.text((x, top), text, 9, LINES["tempo"], "la")
            free = end + 10
    if line:
        surface.line(line, LINES["tempo"], 1.5)


def _tempo_steps(strip: Strip, analysis: Analysis) -> list[tuple[float, float]]:
    """(second, bpm) of the tempo points in the strip, the one in force at its start first."""
    times = [point.sample / analysis.song.sample_rate for point in analysis.tempo_map]
    first = max(0, bisect.bisect_right(times, strip.start) - 1)
    last = bisect.bisect_left(times, strip.end)
    points = analysis.tempo_map[first:last]
    return [(max(strip.start, time), point.bpm) for time, point in zip(times[first:last], points, strict=True)]


def _paint_certainty(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    """The darker, the surer the beats: of each stretch, or where none were weighed of each beat."""
    rate = analysis.song.sample_rate
    top, height = strip.lane("certainty")
    surface.rectangle((strip.left, top, strip.right, top + height), (244, 245, 248))
    spans = [(one.start, one.end, min(one.octave, one.phase, one.meter)) for one in analysis.stretches]
    if not spans:
        pairs = zip(analysis.beats, analysis.beats[1:], strict=False)
        spans = [(one.sample, after.sample, one.confidence) for one, after in pairs]
    for start, end, sure in spans:
        if start / rate < strip.end and end / rate > strip.start:
            box = (strip.x(start / rate), top, strip.x(end / rate), top + height)
            surface.rectangle(box, lighter(LINES["sure"], 1.0 - min(max(sure, 0.0), 1.0)))
