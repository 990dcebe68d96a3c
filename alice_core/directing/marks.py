"""The points of the song that an editor wants to see on the timeline."""

from __future__ import annotations

from fractions import Fraction

from alice_core.directing.model import PlanMarker
from alice_core.music.model import Analysis
from alice_core.timing import FrameRate


def markers_of(analysis: Analysis, rate: FrameRate, frames: int, *, beats: bool = True) -> tuple[PlanMarker, ...]:
    """Sections, downbeats (labelled with their bar) and beats (with their place in it), by rising frame.

    Each lies on its nearest frame; of those on one frame a section stays before a downbeat,
    a downbeat before a beat. ``beats=False`` leaves beats and downbeats out.
    """
    at: dict[int, PlanMarker] = {}
    points = [(section.start, "section", section.label) for section in analysis.sections]
    if beats:
        points += [(beat.sample, "downbeat", str(beat.bar)) for beat in analysis.beats if beat.position == 1]
        points += [(beat.sample, "beat", str(beat.position)) for beat in analysis.beats]
    for sample, kind, label in points:
        frame = rate.nearest_frame(Fraction(sample, analysis.song.sample_rate))
        if 0 <= frame < frames:
            at.setdefault(frame, PlanMarker(frame, kind, label))
    return tuple(at[frame] for frame in sorted(at))
