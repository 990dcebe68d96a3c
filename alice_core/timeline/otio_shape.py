"""The OTIO objects of a timeline; importing this module loads opentimelineio.

Resolve makes no timeline, and says nothing, of a document that is valid OTIO but not of
the shape that it writes itself: ``Clip.2`` with a map of media references, an
``available_range`` on each, source ranges counted in the media's own timecode, bare paths
for URLs, its own track names and a ``global_start_time`` (samuelgursky/davinci-resolve-mcp,
``docs/reference/api-limitations.md``, bisected on 19.1.3). It reads a marker's note from
``metadata.Resolve_OTIO.Note``, not from ``comment``.
"""

from __future__ import annotations

import opentimelineio as otio

from alice_core.errors import ExportError
from alice_core.timeline.markers import otio_colour, visible_markers
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timeline.sources import song_frames, source_frame
from alice_core.timeline.text import legal_text
from alice_core.timing import FrameRate

_AUDIO_TYPES = {1: "Mono", 2: "Stereo"}


def otio_timeline(timeline: Timeline) -> otio.schema.Timeline:
    """The timeline as an OTIO object: one picture track, one sound track, markers on the stack."""
    rate = timeline.rate
    holds = _still_holds(timeline)
    pictures = otio.schema.Track("Video 1", kind=otio.schema.TrackKind.Video)
    pictures.metadata["Resolve_OTIO"] = {"Locked": False}
    pictures.extend([_picture(clip, rate, holds) for clip in timeline.clips])
    heard = []
    for number, media in enumerate(timeline.sounds, start=1):
        sound = otio.schema.Track(f"Audio {number}", kind=otio.schema.TrackKind.Audio)
        sound.metadata["Resolve_OTIO"] = _audio_track_facts(media)
        sound.append(_sound(media, timeline))
        heard.append(sound)
    document = otio.schema.Timeline(
        legal_text(timeline.name),
        tracks=[pictures, *heard],
        global_start_time=otio.opentime.RationalTime(timeline.start, float(rate.value)),
        metadata={"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}, "alice": _facts(timeline)},
    )
    document.tracks.markers.extend([_marker(marker, rate) for marker in visible_markers(timeline)])
    return document


def serialized(document: otio.schema.Timeline) -> bytes:
    """The document as otio_json writes it, in the newest schemas whatever the environment asks for."""
    return f"{otio.core.serialize_json_to_string(document, indent=4)}\n".encode()


def _facts(timeline: Timeline) -> dict[str, object]:
    return {
        "schema": "alice.timeline/1",
        "rate": timeline.rate.ratio,
        "drop": timeline.rate.drop,
        "width": timeline.width,
        "height": timeline.height,
        "song": legal_text(timeline.song.digest),
    }


def _still_holds(timeline: Timeline) -> dict[Media, int]:
    """How long each still must last so that none of its uses leaves its range."""
    holds: dict[Media, int] = {}
    for clip in timeline.clips:
        holds[clip.media] = max(holds.get(clip.media, 0), clip.source_start + clip.frames)
    return holds


def _picture(clip: Clip, rate: FrameRate, holds: dict[Media, int]) -> otio.schema.Clip:
    media = clip.media
    if media.kind is MediaKind.STILL or media.duration is None:
        available = _range(0, holds[media], rate)
    else:
        own = media.rate or rate
        available = _range(source_frame(media, own), max(1, own.nearest_frame(media.duration)), own)
    facts = {
        "shot": legal_text(clip.name),
        "digest": legal_text(media.digest),
        "prompt": legal_text(clip.note),
        "move": legal_text(clip.move),
    }
    source = source_frame(media, rate) + clip.source_start
    return _clip(clip.name, media, _range(source, clip.frames, rate), available, {"alice": facts})


def _sound(song: Media, timeline: Timeline) -> otio.schema.Clip:
    rate, frames = timeline.rate, song_frames(timeline)
    whole = max(frames, rate.nearest_frame(song.duration or rate.seconds(frames)))
    channels = [{"Source Channel ID": index, "Source Track ID": 0} for index in range(song.channels)]
    metadata: dict[str, object] = {"alice": {"digest": legal_text(song.digest)}}
    if channels:
        metadata["Resolve_OTIO"] = {"Channels": channels}
    first = source_frame(song, rate)
    return _clip(song.path.name, song, _range(first, frames, rate), _range(first, whole, rate), metadata)


def _clip(
    name: str,
    media: Media,
    source: otio.opentime.TimeRange,
    available: otio.opentime.TimeRange,
    metadata: dict[str, object],
) -> otio.schema.Clip:
    reference = otio.schema.ExternalReference(
        target_url=_bare_path(media),
        available_range=available,
        metadata={"alice": {"digest": legal_text(media.digest)}},
    )
    reference.name = legal_text(media.path.name)
    return otio.schema.Clip(legal_text(name), media_reference=reference, source_range=source, metadata=metadata)


def _bare_path(media: Media) -> str:
    path = str(media.path)
    try:
        path.encode()
    except UnicodeEncodeError as error:
        message = f"OTIO cannot hold the path {path!r}: its name is no UTF-8"
        raise ExportError(message, hint="Rename the file.") from error
    return path


def _marker(marker: Marker, rate: FrameRate) -> otio.schema.Marker:
    kind, label = legal_text(marker.kind), legal_text(marker.label)
    return otio.schema.Marker(
        label or kind,
        _range(marker.frame, 1, rate),
        otio_colour(marker.kind),
        metadata={"Resolve_OTIO": {"Keywords": [], "Note": kind}, "alice": {"kind": kind, "label": label}},
        comment=kind,
    )


def _range(start: int, frames: int, rate: FrameRate) -> otio.opentime.TimeRange:
    value = float(rate.value)
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, value), otio.opentime.RationalTime(frames, value))


def _audio_track_facts(song: Media) -> dict[str, object]:
    facts: dict[str, object] = {"Locked": False, "SoloOn": False}
    if song.channels in _AUDIO_TYPES:
        facts["Audio Type"] = _AUDIO_TYPES[song.channels]
    return facts
