"""An analysis after corrections: beats, bars, tempo and the borders of sections follow."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from statistics import fmean, median

from alice_core.music.grid.applying import applied
from alice_core.music.grid.bars import gap_at, nearest, numbered
from alice_core.music.grid.decisions import Correction, Named, Replace
from alice_core.music.grid.model import grid_of
from alice_core.music.model import Analysis, Beat, Section, Tempo, TempoPoint

_SAME, _OTHER = 0.04, 0.02  # relative: near the usual distance / another tempo in the map


def corrected(analysis: Analysis, corrections: Sequence[Correction]) -> Analysis:
    """The analysis as these corrections leave it; without any it is the same one.

    Beats and bars are counted anew, the tempo and its map follow where beats have moved, and a
    border of a section that lay on a beat goes with it. Where all beats were set by hand, the
    confidence of the tempo is 1.
    """
    if not corrections:
        return analysis
    grid = applied(grid_of(analysis), corrections)
    beats = numbered(grid)
    moved = [beat.sample for beat in beats] != [beat.sample for beat in analysis.beats]
    tempo, course = (
        (_tempo(analysis, beats), _course(analysis, beats)) if moved else (analysis.tempo, analysis.tempo_map)
    )
    if beats and all(beat.confidence == 1 for beat in beats):
        tempo = replace(tempo, confidence=1.0)
    result = replace(
        analysis,
        beats=beats,
        tempo=tempo,
        tempo_map=course,
        sections=_sections(analysis, beats),
        corrected=True,
    )
    named = next((one.sections for one in reversed(corrections) if isinstance(one, Replace) and one.sections), ())
    return replace(result, sections=_renamed(result, named)) if named else result


def lyrics_of(corrections: Sequence[Correction]) -> tuple[Named, ...]:
    """The words of the song as the newest import of lyrics gave them."""
    return next((one.lyrics for one in reversed(corrections) if isinstance(one, Replace) and one.lyrics), ())


def _tempo(analysis: Analysis, beats: Sequence[Beat]) -> Tempo:
    bpm = _usual(beats, analysis.song.sample_rate)
    before = analysis.tempo
    if bpm == 0:
        return Tempo(0.0, 0.0)
    others = tuple(one for one in before.alternatives if abs(one.bpm / bpm - 1) > _SAME)
    return replace(before, bpm=bpm, alternatives=others)


def _usual(beats: Sequence[Beat], sample_rate: int) -> float:
    gaps = [after.sample - before.sample for before, after in itertools.pairwise(beats)]
    if not gaps:
        return 0.0
    middle = median(gaps)
    usual = [gap for gap in gaps if abs(gap / middle - 1) < _SAME] or gaps
    return round(60 * sample_rate / fmean(usual), 3)


def _course(analysis: Analysis, beats: Sequence[Beat]) -> tuple[TempoPoint, ...]:
    gaps = [after.sample - before.sample for before, after in itertools.pairwise(beats)]
    if not gaps:
        return ()
    padded = [gaps[0], *gaps, gaps[-1]]
    smooth = [median(padded[index : index + 3]) for index in range(len(gaps))]
    starts = [0]
    for index, gap in enumerate(smooth):
        if abs(smooth[starts[-1]] / gap - 1) > _OTHER:
            starts.append(index)
    ends = [*starts[1:], len(gaps)]
    rate = analysis.song.sample_rate
    return tuple(
        TempoPoint(beats[start].sample, round(60 * rate / fmean(gaps[start:end]), 3))
        for start, end in zip(starts, ends, strict=True)
    )


def _sections(analysis: Analysis, beats: Sequence[Beat]) -> tuple[Section, ...]:
    """The sections, each inner border that lay on a beat now on the beat that came of it."""
    old = {beat.sample for beat in analysis.beats}
    marks = grid_of(replace(analysis, beats=tuple(beats))).marks

    def border(sample: int) -> int:
        index = nearest(marks, sample)
        if sample not in old or index is None:
            return sample
        near = marks[index].sample
        return near if 2 * abs(near - sample) <= gap_at(marks, sample) else sample

    borders = [border(section.start) for section in analysis.sections[1:]]
    if not analysis.sections:
        return ()
    edges = [analysis.sections[0].start, *borders, analysis.sections[-1].end]
    if any(after <= before for before, after in itertools.pairwise(edges)):
        return analysis.sections
    return tuple(
        replace(section, start=start, end=end)
        for section, (start, end) in zip(analysis.sections, itertools.pairwise(edges), strict=True)
    )


def _renamed(analysis: Analysis, named: Sequence[Named]) -> tuple[Section, ...]:
    """Sections as another program names them; before the first named one the song has an intro."""
    length, rate = analysis.song.samples, analysis.song.sample_rate
    starts = {one.sample: one.text for one in sorted(named, key=lambda one: one.sample) if 0 <= one.sample < length}
    if not starts:
        return analysis.sections
    borders = sorted(starts)
    if borders[0] > 0:
        starts[0], borders = "intro", [0, *borders]
    ends = [*borders[1:], length]
    energy = next((curve for curve in analysis.curves if curve.name == "energy"), None)
    return tuple(
        Section(
            start,
            end,
            starts[start],
            round(energy.mean(Fraction(start, rate), Fraction(end, rate)), 6) if energy else 0.0,
            1.0,
        )
        for start, end in zip(borders, ends, strict=True)
    )
