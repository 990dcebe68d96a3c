"""The analysis of a song as one picture that a person can check at a glance, and print.

Each row shows a stretch of the song: its sections, its waveform by band with downbeats (red
lines with bar numbers) and beats (red ticks, higher where surer), the attacks of kick, snare
and hats, the curves, loudness, tempo, how sure the beats are, and the time.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Literal

from alice_core.errors import UsageError
from alice_core.media.canvas import Canvas
from alice_core.music.lanes import LINED, paint_shapes
from alice_core.music.model import Analysis
from alice_core.music.palette import FAINT, INK, LINES, PAPER
from alice_core.music.strip import LANES, STRIP_HEIGHT, Strip, clock, paint_marks
from alice_core.music.svg import Drawing, Surface
from alice_core.music.waveform import Waveform

_MARGIN, _LEFT, _HEAD, _NOTICE = 24, 92, 66, 20
_SHORTEST_ROW, _USUAL_ROW, _MOST_ROWS = 4.0, 40.0, 8  # seconds, seconds, rows
_NARROWEST, _TALLEST = 480, 16_384


def draw_analysis(
    analysis: Analysis,
    waveform: Waveform,
    *,
    title: str = "",
    width: int = 1600,
    rows: int | None = None,
    form: Literal["png", "svg"] = "png",
) -> bytes:
    """The picture as the bytes of a PNG or SVG file.

    Args:
        analysis: What to show.
        waveform: The outline of the same song.
        title: The song's name, where the caller knows one.
        width: Of the picture in pixels, at least 480.
        rows: How many rows the song is laid in; a row for each 40 s, at most eight, where it is ``None``.
        form: The format.

    Raises:
        UsageError: So many rows make a picture taller than 16384 pixels.
    """
    width = max(width, _NARROWEST)
    first, last = _shown(analysis)
    rows = rows or min(_MOST_ROWS, max(1, math.ceil((last - first) / _USUAL_ROW)))
    length = max((last - first) / rows, _SHORTEST_ROW)
    notices = _notice_lines(analysis, width)
    top = _HEAD + len(notices) * _NOTICE
    height = top + rows * STRIP_HEIGHT + 6
    if height > _TALLEST:
        raise UsageError(f"{rows} rows make a picture of {height} pixels", hint="Take fewer --rows.")
    surface = Drawing(width, height, PAPER) if form == "svg" else Canvas(width, height, PAPER)
    strips = [_strip(row, length, (first, last), top, width) for row in range(rows)]
    strips = [strip for strip in strips if strip.end > strip.start]
    _paint(surface, strips, analysis, waveform)
    _paint_head(surface, analysis, title)
    for number, line in enumerate(notices):
        surface.text((_MARGIN, _HEAD - 4 + number * _NOTICE), line, 13, LINES["downbeat"], "la")
    return surface.to_svg() if isinstance(surface, Drawing) else surface.to_png()


def meter_of(analysis: Analysis) -> int:
    """Beats in the most usual bar; 0 where there are no whole bars."""
    sizes = Counter(beat.bar for beat in analysis.beats if beat.bar > 0)
    if not sizes:
        return 0
    counted = Counter(sizes.values())
    return max(counted, key=lambda size: (counted[size], -size))


def _paint(surface: Surface, strips: list[Strip], analysis: Analysis, waveform: Waveform) -> None:
    loudest = max(float(waveform.high.max(initial=0.0)), -float(waveform.low.min(initial=0.0)))
    for strip in strips:
        paint_shapes(surface, strip, analysis, waveform, loudest)
    surface.flatten()
    for strip in strips:
        paint_marks(surface, strip, analysis)
        _paint_names(surface, strip, analysis)


def _shown(analysis: Analysis) -> tuple[float, float]:
    """First and last second of the picture."""
    rate = analysis.song.sample_rate
    first, last = (analysis.window.start, analysis.window.end) if analysis.window else (0, analysis.song.samples)
    return first / rate, max(last / rate, first / rate + 1e-3)


def _strip(row: int, length: float, shown: tuple[float, float], top: float, width: int) -> Strip:
    right = width - _MARGIN
    scale = (right - _LEFT) / length
    start = shown[0] + row * length
    end = max(start, min(shown[1], start + length))
    return Strip(start, end, _LEFT, _LEFT + (end - start) * scale, top + row * STRIP_HEIGHT, scale)


def _notice_lines(analysis: Analysis, width: int) -> list[str]:
    ruler = Canvas(1, 1, smooth=False)
    return [line for notice in analysis.notices for line in ruler.wrap(notice, 13, width - 2 * _MARGIN, 3)]


def _paint_names(surface: Surface, strip: Strip, analysis: Analysis) -> None:
    """The name of every lane and line in the margin at its left."""
    known = {curve.name for curve in analysis.curves}
    bands = [band.band for band in reversed(analysis.onsets[:3])]
    names = {lane: [name for name in lines if name in known] for lane, lines in LINED.items()}
    names |= {"waveform": ["high", "mid", "low"], "onsets": bands}
    names |= {"loudness": ["loudness"] if analysis.loudness else []}
    names |= {"tempo": ["tempo"] if analysis.tempo_map else []}
    for lane, lines in names.items():
        below, height = LANES[lane]
        for number, name in enumerate(lines):
            y = strip.top + below + height * (number + 0.5) / len(lines)
            surface.text((_LEFT - 8, y), name, 10, LINES[name], "rm")
    plain = {"sections": "section", "beats": "bar"}
    plain |= {"certainty": "sure"} if analysis.beats else {}
    for lane, name in plain.items():
        below, height = LANES[lane]
        surface.text((_LEFT - 8, strip.top + below + height / 2), name, 10, FAINT, "rm")


def _paint_head(surface: Surface, analysis: Analysis, title: str) -> None:
    room = surface.width - 2 * _MARGIN
    name = (surface.wrap(title, 20, room, 1) or [""])[0]
    surface.text((_MARGIN, 10), name or _tempo_words(analysis), 20, INK, "la", bold=True)
    words = [_tempo_words(analysis)] if name else []
    others = [f"{other.bpm:.0f}" for other in analysis.tempo.alternatives[:2]]
    words += [f"or {', '.join(others)} bpm"] if others else []
    words += [_meter_words(analysis), _key_words(analysis), *_loudness_words(analysis)]
    words += [f"{len(analysis.beats)} beats", f"{len(analysis.sections)} sections", clock(float(analysis.song.seconds))]
    words += ["corrected by hand"] if analysis.corrected else []
    line = "   ·   ".join(word for word in words if word)
    surface.text((_MARGIN, 38), (surface.wrap(line, 13, room, 1) or [""])[0], 13, FAINT, "la")


def _tempo_words(analysis: Analysis) -> str:
    if not analysis.beats:
        return "no steady beat"
    tempi = [point.bpm for point in analysis.tempo_map]
    moving = f" ({min(tempi):.0f}–{max(tempi):.0f})" if tempi and max(tempi) / min(tempi) > 1.05 else ""  # noqa: PLR2004 - a change one hears
    return f"{analysis.tempo.bpm:.1f} bpm{moving}, confidence {analysis.tempo.confidence:.0%}"


def _meter_words(analysis: Analysis) -> str:
    meter = meter_of(analysis)
    return f"{meter} beats a bar" if meter else ""


def _key_words(analysis: Analysis) -> str:
    key = analysis.key
    return f"{key.tonic} {key.mode} ({key.confidence:.0%})" if key else ""


def _loudness_words(analysis: Analysis) -> list[str]:
    loudness = analysis.loudness
    if loudness is None or loudness.integrated is None:
        return []
    words = [f"{loudness.integrated:.1f} LUFS"]
    words += [f"range {loudness.range:.1f} LU"] if loudness.range is not None else []
    return words + ([f"peak {loudness.true_peak:.1f} dBTP"] if loudness.true_peak is not None else [])
