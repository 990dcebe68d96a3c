"""The analysis of a song as one picture that a person can check at a glance, and print.

Each row shows a stretch of the song: its sections, its waveform with downbeats (red lines with
bar numbers) and beats (red ticks, higher where surer), the curves, the tempo and the time.
"""

from __future__ import annotations

import math
from collections import Counter

from alice_core.media.canvas import Canvas
from alice_core.music.model import Analysis
from alice_core.music.palette import CURVES, FAINT, INK, PAPER, TEMPO, Rgb
from alice_core.music.strip import STRIP_HEIGHT, Strip, clock, paint_marks, paint_shapes
from alice_core.music.waveform import Waveform

_MARGIN, _HEAD, _NOTICE = 24, 66, 20
_SHORTEST_ROW, _USUAL_ROW, _MOST_ROWS = 4.0, 40.0, 8  # seconds, seconds, rows
_NARROWEST = 480


def draw_analysis(analysis: Analysis, waveform: Waveform, *, title: str = "", width: int = 1600) -> bytes:
    """The picture as the bytes of a PNG file.

    The height follows from the length of the song: a row for each 40 s, at most eight rows.

    Args:
        analysis: What to show.
        waveform: The outline of the same song.
        title: The song's name, where the caller knows one.
        width: Of the picture in pixels, at least 480.
    """
    width = max(width, _NARROWEST)
    seconds = max(float(analysis.song.seconds), 1e-3)
    rows = min(_MOST_ROWS, max(1, math.ceil(seconds / _USUAL_ROW)))
    length = max(seconds / rows, _SHORTEST_ROW)
    notices = _notice_lines(analysis, width)
    height = _HEAD + len(notices) * _NOTICE + rows * STRIP_HEIGHT + 6
    canvas = Canvas(width, height, PAPER)
    top = _HEAD + len(notices) * _NOTICE
    strips = [_strip(row, length, seconds, top, width) for row in range(rows)]
    loudest = max(float(waveform.high.max(initial=0.0)), -float(waveform.low.min(initial=0.0)))
    for strip in strips:
        paint_shapes(canvas, strip, analysis, waveform, loudest)
    canvas.flatten()
    for strip in strips:
        paint_marks(canvas, strip, analysis)
    _paint_head(canvas, analysis, title)
    for number, line in enumerate(notices):
        canvas.text((_MARGIN, _HEAD - 4 + number * _NOTICE), line, 13, (176, 24, 40), "la")
    return canvas.to_png()


def meter_of(analysis: Analysis) -> int:
    """Beats in the most usual bar; 0 where there are no whole bars."""
    sizes = Counter(beat.bar for beat in analysis.beats if beat.bar > 0)
    if not sizes:
        return 0
    counted = Counter(sizes.values())
    return max(counted, key=lambda size: (counted[size], -size))


def _strip(row: int, length: float, seconds: float, top: float, width: int) -> Strip:
    left, right = _MARGIN, width - _MARGIN
    scale = (right - left) / length
    start, end = row * length, min(seconds, (row + 1) * length)
    return Strip(start, end, left, left + (end - start) * scale, top + row * STRIP_HEIGHT, scale)


def _notice_lines(analysis: Analysis, width: int) -> list[str]:
    ruler = Canvas(1, 1, smooth=False)
    return [line for notice in analysis.notices for line in ruler.wrap(notice, 13, width - 2 * _MARGIN, 3)]


def _paint_head(canvas: Canvas, analysis: Analysis, title: str) -> None:
    room = canvas.width - 2 * _MARGIN
    name = (canvas.wrap(title, 20, room * 0.55, 1) or [""])[0]
    canvas.text((_MARGIN, 10), name or _tempo_words(analysis), 20, INK, "la", bold=True)
    length = clock(float(analysis.song.seconds))
    words = [_tempo_words(analysis)] if name else []
    words += [_meter_words(analysis), f"{len(analysis.beats)} beats", f"{len(analysis.sections)} sections", length]
    others = [f"{other.bpm:.0f}" for other in analysis.tempo.alternatives[:2]]
    words += [f"or {', '.join(others)} bpm"] if others else []
    line = "   ·   ".join(word for word in words if word)
    canvas.text((_MARGIN, 38), (canvas.wrap(line, 13, room, 1) or [""])[0], 13, FAINT, "la")
    _paint_legend(canvas, analysis)


def _tempo_words(analysis: Analysis) -> str:
    if not analysis.beats:
        return "no steady beat"
    tempi = [point.bpm for point in analysis.tempo_map]
    moving = f" ({min(tempi):.0f}–{max(tempi):.0f})" if tempi and max(tempi) / min(tempi) > 1.05 else ""  # noqa: PLR2004 - a change one hears
    return f"{analysis.tempo.bpm:.1f} bpm{moving}, confidence {analysis.tempo.confidence:.0%}"


def _meter_words(analysis: Analysis) -> str:
    meter = meter_of(analysis)
    return f"{meter} beats a bar" if meter else ""


def _paint_legend(canvas: Canvas, analysis: Analysis) -> None:
    """From the right edge: a mark and a name for each line of the rows."""
    marks: list[tuple[str, Rgb]] = [(curve.name, CURVES.get(curve.name, INK)) for curve in analysis.curves]
    marks += [("tempo", TEMPO)] if analysis.tempo_map else []
    marks += [("bars and beats", (176, 24, 40))] if analysis.beats else []
    x = float(canvas.width - _MARGIN)
    for name, color in reversed(marks):
        x -= canvas.text_width(name, 12)
        canvas.text((x, 14), name, 12, INK, "la")
        x -= 22
        canvas.rectangle((x, 20, x + 16, 23), color)
        x -= 14
