"""Final Cut Pro 7 XML (xmeml version 5), which Premiere, Resolve and Avid read.

The shape follows Apple's "Final Cut Pro XML Interchange Format" and what Premiere writes:
every number is a whole frame at the sequence's rate, ``in`` and ``out`` count from the
file's first frame, ``<format>`` says the picture's size (without it Resolve makes no
timeline), and a file is written out where it is first used and named by its id after that.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from alice_core.timeline.markers import frame_markers
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timeline.sources import require_conformed, require_sources, song_frames, source_frame
from alice_core.timeline.text import legal_text
from alice_core.timeline.urls import file_url
from alice_core.timing import FrameRate, timecode_of

_FALLBACK_RATE = 48_000


def write_xmeml(timeline: Timeline) -> bytes:
    """The timeline as an xmeml document in UTF-8; the same timeline gives the same bytes.

    Pictures lie on one video track, each channel of the song on an audio track of its own,
    linked; stills are marked as still frames. The prompt and the digest stand in the clip's
    master comments, markers on the sequence, one a frame.

    Raises:
        ExportError: See :func:`~alice_core.timeline.sources.require_sources` and
            :func:`~alice_core.timeline.sources.require_conformed`.
    """
    require_sources(timeline)
    require_conformed(timeline, "xmeml")
    root = ET.Element("xmeml", version="5")
    sequence = ET.SubElement(root, "sequence", id="sequence-1")
    _text(sequence, "name", legal_text(timeline.name))
    _text(sequence, "duration", timeline.frames)
    _rate(sequence, timeline.rate)
    _timecode(sequence, timeline.start, timeline.rate)
    media = ET.SubElement(sequence, "media")
    files = _Files(timeline)
    _video(ET.SubElement(media, "video"), timeline, files)
    _audio(ET.SubElement(media, "audio"), timeline, files)
    for marker in frame_markers(timeline):
        element = ET.SubElement(sequence, "marker")
        _text(element, "name", legal_text(marker.name))
        _text(element, "comment", legal_text(marker.note))
        _text(element, "in", marker.frame)
        _text(element, "out", -1)
    ET.indent(root, space=" ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{body}\n'.encode()


class _Files:
    """The ``<file>`` elements: whole at their first use, by id after that."""

    def __init__(self, timeline: Timeline) -> None:
        self._rate = timeline.rate
        self._known: dict[Media, str] = {}
        self._holds: dict[Media, int] = {}
        for clip in timeline.clips:
            self._holds[clip.media] = max(self._holds.get(clip.media, 0), clip.source_start + clip.frames)

    def length(self, media: Media) -> int:
        """Frames of the file; of a still as many as its longest use."""
        held = self._holds.get(media, 1)
        return held if media.duration is None else max(1, self._rate.nearest_frame(media.duration))

    def add(self, parent: ET.Element, media: Media) -> None:
        """Name the file under an element."""
        if media in self._known:
            ET.SubElement(parent, "file", id=self._known[media])
            return
        self._known[media] = f"file-{len(self._known) + 1}"
        element = ET.SubElement(parent, "file", id=self._known[media])
        _text(element, "name", legal_text(media.path.name))
        _text(element, "pathurl", file_url(media.path))
        _rate(element, self._rate)
        _text(element, "duration", self.length(media))
        own = FrameRate(self._rate.value, media.rate.drop if media.rate else False)
        _timecode(element, source_frame(media, own), own)
        content = ET.SubElement(element, "media")
        if media.width and media.kind is not MediaKind.SOUND:
            _picture_facts(ET.SubElement(content, "video"), media.width, media.height, self._rate)
        if media.sample_rate or media.kind is MediaKind.SOUND:
            audio = ET.SubElement(content, "audio")
            _sound_facts(audio, media)
            _text(audio, "channelcount", max(1, media.channels))


def _video(video: ET.Element, timeline: Timeline, files: _Files) -> None:
    _picture_facts(ET.SubElement(video, "format"), timeline.width, timeline.height, timeline.rate)
    track = ET.SubElement(video, "track")
    for index, clip in enumerate(timeline.clips, start=1):
        still = clip.media.kind is MediaKind.STILL
        place = (clip.start, clip.end, clip.source_start, clip.source_start + clip.frames)
        element = _clipitem(track, f"clipitem-{index}", clip.name, files.length(clip.media), timeline.rate, place)
        _text(element, "alphatype", "none")
        if still:
            _text(element, "stillframe", "TRUE")
        files.add(element, clip.media)
        _comments(element, clip)
    _track_state(track)


def _audio(audio: ET.Element, timeline: Timeline, files: _Files) -> None:
    song, channels = timeline.song, max(1, timeline.song.channels)
    _text(audio, "numOutputChannels", channels)
    sources = [(song, "song", channel, channels) for channel in range(1, channels + 1)]
    if timeline.click is not None:
        sources.append((timeline.click, "click", 1, 1))
    _sound_facts(ET.SubElement(audio, "format"), song)
    outputs = ET.SubElement(audio, "outputs")
    for channel in range(1, channels + 1):
        group = ET.SubElement(outputs, "group")
        _text(group, "index", channel)
        _text(group, "numchannels", 1)
        _text(group, "downmix", 0)
        _text(ET.SubElement(group, "channel"), "index", channel)
    frames = song_frames(timeline)
    for heard, kind, channel, linked in sources:
        track = ET.SubElement(audio, "track")
        place = (0, frames, 0, frames)
        name, whole = legal_text(heard.path.name), max(frames, files.length(heard))
        element = _clipitem(track, f"{kind}-{channel}", name, whole, timeline.rate, place)
        files.add(element, heard)
        source = ET.SubElement(element, "sourcetrack")
        _text(source, "mediatype", "audio")
        _text(source, "trackindex", channel)
        for other in range(1, linked + 1) if linked > 1 else ():
            link = ET.SubElement(element, "link")
            _text(link, "linkclipref", f"{kind}-{other}")
            _text(link, "mediatype", "audio")
            _text(link, "trackindex", other)
            _text(link, "clipindex", 1)
        _track_state(track)
        _text(track, "outputchannelindex", channel)


def _clipitem(
    track: ET.Element, name: str, title: str, whole: int, rate: FrameRate, place: tuple[int, int, int, int]
) -> ET.Element:
    element = ET.SubElement(track, "clipitem", id=name)
    _text(element, "name", legal_text(title))
    _text(element, "enabled", "TRUE")
    _text(element, "duration", whole)
    _rate(element, rate)
    for tag, frame in zip(("start", "end", "in", "out"), place, strict=True):
        _text(element, tag, frame)
    return element


def _comments(element: ET.Element, clip: Clip) -> None:
    comments = ET.SubElement(element, "comments")
    if clip.note:
        _text(comments, "mastercomment1", legal_text(clip.note))
    _text(comments, "mastercomment2", legal_text(clip.media.digest))


def _track_state(track: ET.Element) -> None:
    _text(track, "enabled", "TRUE")
    _text(track, "locked", "FALSE")


def _picture_facts(parent: ET.Element, width: int, height: int, rate: FrameRate) -> None:
    facts = ET.SubElement(parent, "samplecharacteristics")
    _rate(facts, rate)
    _text(facts, "width", width)
    _text(facts, "height", height)
    _text(facts, "anamorphic", "FALSE")
    _text(facts, "pixelaspectratio", "square")
    _text(facts, "fielddominance", "none")


def _sound_facts(parent: ET.Element, media: Media) -> None:
    facts = ET.SubElement(parent, "samplecharacteristics")
    _text(facts, "depth", 16)
    _text(facts, "samplerate", media.sample_rate or _FALLBACK_RATE)


def _timecode(parent: ET.Element, frame: int, rate: FrameRate) -> None:
    element = ET.SubElement(parent, "timecode")
    _rate(element, rate)
    _text(element, "string", timecode_of(frame, rate))
    _text(element, "frame", frame)
    _text(element, "displayformat", "DF" if rate.drop else "NDF")


def _rate(parent: ET.Element, rate: FrameRate) -> None:
    element = ET.SubElement(parent, "rate")
    _text(element, "timebase", rate.nominal)
    _text(element, "ntsc", "TRUE" if rate.ntsc else "FALSE")


def _text(parent: ET.Element, tag: str, value: str | int) -> None:
    ET.SubElement(parent, tag).text = str(value)
