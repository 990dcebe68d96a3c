"""What every writer asks of a timeline before it writes a byte."""

from __future__ import annotations

from fractions import Fraction

from alice_core.errors import ExportError
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timing import FrameRate


def require_sources(timeline: Timeline) -> None:
    """Refuse a timeline that an editor could not open as it is meant.

    Raises:
        ExportError: The cut is not whole, or a movie is shorter than the shot it fills
            (``ALICE-E03``); a path is relative, a picture is a sound, or the song has no
            length (``ALICE-E00``).
    """
    timeline.check()
    if timeline.start < 0 or timeline.width < 1 or timeline.height < 1:
        message = f"timeline {timeline.name!r} starts before 00:00:00:00 or has no picture size"
        raise ExportError(message, hint="Give a start timecode and a picture size.")
    for sound in timeline.sounds:
        _require_absolute(sound)
        if not sound.duration or sound.duration < 0:
            message = f"the length of the song {sound.path.name!r} is not known"
            raise ExportError(message, hint="Analyse the song again.")
    for clip in timeline.clips:
        _require_picture(clip, timeline)


def song_frames(timeline: Timeline) -> int:
    """How many frames of the timeline the song fills: to its nearest frame, never past the last."""
    duration = timeline.song.duration or Fraction(0)
    return max(1, min(timeline.frames, timeline.rate.nearest_frame(duration)))


def source_frame(media: Media, rate: FrameRate) -> int:
    """The first frame of a file counted in its own timecode, at a rate; 0 for a still and where it has none."""
    return 0 if media.kind is MediaKind.STILL else rate.nearest_frame(media.start)


def require_conformed(timeline: Timeline, format_name: str) -> None:
    """Refuse movies of another rate, for formats that count a file's frames at its own rate.

    Raises:
        ExportError: A movie has another rate than the timeline (``ALICE-E03``); the count is said.
    """
    other = {
        clip.media.path.name: clip.media.rate.name
        for clip in timeline.clips
        if clip.media.rate is not None and clip.media.rate.value != timeline.rate.value
    }
    if other:
        name, rate = next(iter(other.items()))
        message = (
            f"{len(other)} files have another rate than the timeline's {timeline.rate.name}, first {name!r} ({rate})"
        )
        raise ExportError(message, hint=f"Conform them first; {format_name} counts source frames.", code="ALICE-E03")


def _require_picture(clip: Clip, timeline: Timeline) -> None:
    media = clip.media
    _require_absolute(media)
    if media.kind is MediaKind.SOUND:
        message = f"{clip.name} shows {media.path.name!r}, which is a sound"
        raise ExportError(message, hint="Choose a still or a movie for the shot.")
    if media.kind is MediaKind.STILL:
        return
    needed = timeline.rate.seconds(clip.source_start + clip.frames)
    if clip.source_start < 0 or media.duration is None or media.duration + timeline.rate.frame / 2 < needed:
        has = "an unknown length" if media.duration is None else f"{float(media.duration):.3f} s"
        message = f"{clip.name} needs {float(needed):.3f} s of {media.path.name!r}, which has {has}"
        raise ExportError(message, hint="Choose a longer take for the shot.", code="ALICE-E03")


def _require_absolute(media: Media) -> None:
    if not media.path.is_absolute():
        message = f"the media path {str(media.path)!r} is relative, so no editor could find it"
        raise ExportError(message, hint="Give the absolute path of the file.")
