"""The ``<resources>`` of an FCPXML document: formats and assets, each once."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as ET

from alice_core.timeline.grid import Grid, seconds_text
from alice_core.timeline.model import Media, MediaKind, Timeline
from alice_core.timeline.text import legal_text
from alice_core.timeline.urls import file_url
from alice_core.timing import FrameRate

_UNDEFINED = "FFVideoFormatRateUndefined"
_APPLE_SIZES = {
    (1280, 720): "720p",
    (1920, 1080): "1080p",
    (3840, 2160): "3840x2160p",
    (4096, 2160): "4096x2160p",
}
_APPLE_RATES = {
    "23.976": "2398",
    "24": "24",
    "25": "25",
    "29.97": "2997",
    "30": "30",
    "50": "50",
    "59.94": "5994",
    "60": "60",
}
_SEQUENCE_RATES = {
    32000: "32k",
    44100: "44.1k",
    48000: "48k",
    88200: "88.2k",
    96000: "96k",
    176400: "176.4k",
    192000: "192k",
}
_STEREO = 2


class Resources:
    """Formats and assets under one ``<resources>`` element, added when they are first asked for."""

    def __init__(self, element: ET.Element, timeline: Timeline, *, media_rep: bool = True) -> None:
        self._element = element
        self._media_rep = media_rep
        self._formats: dict[tuple[tuple[str, str], ...], str] = {}
        self._assets: dict[Media, str] = {}
        picture = picture_format(timeline.width, timeline.height, timeline.rate)
        self.sequence_format = self._format(picture | {"colorSpace": "1-1-1 (Rec. 709)"})

    def movie_format(self, media: Media) -> str:
        """The id of a movie's own format."""
        wanted = picture_format(media.width, media.height, media.rate)
        same = tuple((wanted | {"colorSpace": "1-1-1 (Rec. 709)"}).items())
        return self.sequence_format if same in self._formats else self._format(wanted)

    def still_format(self, media: Media) -> str:
        """The id of the rate-undefined format of a still of this size."""
        return self._format({"name": _UNDEFINED, "width": str(media.width), "height": str(media.height)})

    def sound_format(self) -> str:
        """The id of the format that Final Cut gives to a connected sound."""
        return self._format({"name": _UNDEFINED})

    def asset(self, media: Media) -> str:
        """The id of the asset of a file."""
        known = self._assets.get(media)
        if known is not None:
            return known
        facts = self._asset_facts(media)
        name = self._assets[media] = self._next_id()
        asset = ET.SubElement(self._element, "asset", {"id": name} | facts)
        if self._media_rep:
            ET.SubElement(asset, "media-rep", kind="original-media", src=file_url(media.path))
            if media.proxy is not None:
                ET.SubElement(asset, "media-rep", kind="proxy-media", src=file_url(media.proxy))
        else:  # version 1.8
            asset.set("src", file_url(media.path))
            asset.attrib.pop("videoSources", None)
        metadata = ET.SubElement(asset, "metadata")
        ET.SubElement(
            metadata, "md", key="alicemultiverse.digest", value=legal_text(media.digest), displayName="Alice digest"
        )
        return name

    def _asset_facts(self, media: Media) -> dict[str, str]:
        facts = {"name": legal_text(media.path.stem), "start": _start_text(media)}
        if media.kind is MediaKind.STILL:
            return facts | {
                "duration": "0s",
                "hasVideo": "1",
                "format": self.still_format(media),
                "videoSources": "1",
            }
        facts["duration"] = seconds_text(length_of(media), media.sample_rate)
        if media.kind is MediaKind.MOVIE and media.width:
            facts |= {"hasVideo": "1", "format": self.movie_format(media), "videoSources": "1"}
        if media.sample_rate:
            facts |= {
                "hasAudio": "1",
                "audioSources": "1",
                "audioChannels": str(max(1, media.channels)),
                "audioRate": str(media.sample_rate),
            }
        elif media.kind is MediaKind.SOUND:
            facts["hasAudio"] = "1"
        return facts

    def _format(self, facts: dict[str, str]) -> str:
        key = tuple(facts.items())
        if key not in self._formats:
            self._formats[key] = self._next_id()
            ET.SubElement(self._element, "format", {"id": self._formats[key]} | facts)
        return self._formats[key]

    def _next_id(self) -> str:
        return f"r{len(self._formats) + len(self._assets) + 1}"


def picture_format(width: int, height: int, rate: FrameRate | None) -> dict[str, str]:
    """The attributes of a format, with Apple's name where Apple has one."""
    facts = {}
    if rate is not None:
        size, spoken = _APPLE_SIZES.get((width, height)), _APPLE_RATES.get(rate.name)
        if size and spoken:
            facts["name"] = f"FFVideoFormat{size}{spoken}"
        grid = Grid.of(rate)
        facts["frameDuration"] = f"{grid.unit}/{grid.scale}s"
    return facts | {"width": str(width), "height": str(height)}


def _start_text(media: Media) -> str:
    """The file's own start timecode, on its frame grid where it has frames."""
    if media.kind is MediaKind.MOVIE and media.rate is not None:
        return Grid.of(media.rate).text(media.rate.nearest_frame(media.start))
    return "0s" if media.kind is MediaKind.STILL else seconds_text(media.start, media.sample_rate)


def length_of(media: Media) -> Fraction:
    """The exact length of a sound or a movie; 0 where it is not known."""
    return media.duration or Fraction(0)


def layout_of(song: Media) -> str:
    """The sequence's ``audioLayout`` for a song: stereo holds mono too."""
    return "surround" if song.channels > _STEREO else "stereo"


def sequence_rate_of(song: Media) -> str:
    """The sequence's ``audioRate``: the song's own where the DTD lists it, else 48k."""
    return _SEQUENCE_RATES.get(song.sample_rate, "48k")
