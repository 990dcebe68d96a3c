"""The objects of an AAF file; importing this module loads pyaaf2.

The structure follows the AAF Edit Protocol: composition mob, master mobs, file source mobs
with a network locator each. Resolve wants a primary timecode slot (one whose physical track
number is 1) and a locator; markers are descriptive markers in an event slot, as Avid writes
them. Identifiers come from digests and dates from a constant, so that the bytes depend on
nothing but the timeline.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any
from uuid import UUID

import aaf2
from aaf2.mobid import MobID

from alice_core.timeline.aaf_objects import Objects
from alice_core.timeline.markers import frame_markers, resolve_colour
from alice_core.timeline.model import Media, Timeline
from alice_core.timeline.sources import source_frame
from alice_core.timeline.text import legal_text
from alice_core.timeline.urls import file_url
from alice_core.timing import FrameRate

_DAWN = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # AAF's time stamps have no zone
_FALLBACK_RATE = 48_000
_RGB = {"Purple": (32_000, 0, 52_000), "Green": (13_000, 52_000, 13_000), "Blue": (13_000, 13_000, 52_000)}
_SAMPLE_BITS = 16
_COLOURS = 8


def aaf_bytes(timeline: Timeline) -> bytes:
    """The timeline as the bytes of an AAF file; it has been checked before."""
    file = aaf2.open()  # in memory; closing it would close the memory before its bytes are taken
    memory = file.f
    _Writer(file, timeline).write()
    file.save()
    file.manager.remove_temp()
    file.cfb.close()
    content: bytes = memory.getvalue()
    return content + bytes(-len(content) % file.cfb.sector_size)  # pyaaf2 may leave the last sector short


class _Writer:
    """One file being written."""

    def __init__(self, file: Any, timeline: Timeline) -> None:  # noqa: ANN401 - pyaaf2 has no types
        self.file, self.timeline = file, timeline
        self.new = Objects(file).new
        self.made: dict[Media, tuple[MobID, int]] = {}
        self.mobs: list[Any] = []
        self.holds: dict[Media, int] = {}
        for clip in timeline.clips:
            self.holds[clip.media] = max(self.holds.get(clip.media, 0), clip.source_start + clip.frames)

    def write(self) -> None:
        """Fill the file."""
        self._identify()
        timeline, rate = self.timeline, self.timeline.rate
        pictures = [self._clip(clip.media, clip.source_start, clip.frames, "picture") for clip in timeline.clips]
        slots = [
            self._slot(1, "TC1", rate.value, self._timecode(timeline.start, rate, timeline.frames)),
            self._slot(2, "Video 1", rate.value, self._sequence("picture", timeline.frames, pictures)),
        ]
        for number, sound in enumerate(timeline.sounds, start=1):
            slots.append(self._sounding(sound, number, len(slots) + 1))
        slots += self._markers()
        seed = f"composition {timeline.name} {timeline.song.digest} {timeline.frames}"
        self._mob("CompositionMob", timeline.name, seed, Slots=slots, UsageCode="Usage_TopLevel")
        self.file.content.mobs.extend(self.mobs)

    def _identify(self) -> None:
        header = self.file.header
        for entry in header["IdentificationList"].value:
            entry["ProductName"].value = "AliceMultiverse"
            entry["CompanyName"].value = "AliceMultiverse"
            entry["ProductVersionString"].value = "1"
            entry["Date"].value = _DAWN
            entry["Platform"].value = "any"
            entry["GenerationAUID"].value = _uuid("generation")
        header["LastModified"].value = _DAWN

    def _mob(self, kind: str, name: str, seed: str, **rest: Any) -> MobID:  # noqa: ANN401 - pyaaf2 has no types
        number = MobID.new()
        number.material = _uuid(seed)
        facts = {"Name": legal_text(name), "MobID": number, "CreationTime": _DAWN, "LastModified": _DAWN}
        self.mobs.append(self.new(kind, **facts, **rest))
        return number

    def _timecode(self, start: int, rate: FrameRate, length: int) -> Any:  # noqa: ANN401
        return self.new(
            "Timecode", DataDefinition="Timecode", Length=length, Start=start, FPS=rate.nominal, Drop=rate.drop
        )

    def _slot(self, number: int, name: str, rate: Fraction | int, segment: Any, track: int = 1) -> Any:  # noqa: ANN401
        return self.new(
            "TimelineMobSlot",
            SlotID=number,
            SlotName=name,
            Segment=segment,
            PhysicalTrackNumber=track,
            Origin=0,
            EditRate=_ratio(rate),
        )

    def _sequence(self, kind: str, length: int, parts: list[Any]) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        return self.new("Sequence", DataDefinition=kind, Length=length, Components=parts)

    def _sounding(self, song: Media, track: int, number: int) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        timeline = self.timeline
        rate = song.sample_rate or _FALLBACK_RATE
        heard = min(song.duration or Fraction(0), timeline.rate.seconds(timeline.frames))
        samples = max(1, round(heard * rate))
        sounds = self._sequence("sound", samples, [self._clip(song, 0, samples, "sound")])
        return self._slot(number, f"Audio {track}", rate, sounds, track)

    def _clip(self, media: Media, start: int, length: int, kind: str) -> Any:  # noqa: ANN401
        master = self.made.get(media)
        if master is None:
            master = self.made[media] = self._master(media, kind)
        return self._source_clip(master, start, length, kind)

    def _source_clip(self, source: tuple[MobID, int], start: int, length: int, kind: str) -> Any:  # noqa: ANN401
        mob, slot = source
        return self.new(
            "SourceClip", DataDefinition=kind, Length=length, StartTime=start, SourceID=mob, SourceMobSlotID=slot
        )

    def _master(self, media: Media, kind: str) -> tuple[MobID, int]:
        name = media.path.name
        rate: Fraction | int = self.timeline.rate.value if kind == "picture" else media.sample_rate or _FALLBACK_RATE
        length = self.holds.get(media, 1) if media.duration is None else max(1, round(media.duration * rate))
        own = FrameRate(self.timeline.rate.value, media.rate.drop if media.rate else False)
        frames = length if kind == "picture" else max(1, own.nearest_frame(Fraction(length) / rate))
        held = self._slot(1, "", rate, self._source_clip((MobID(), 0), 0, length, kind))
        code = self._slot(2, "TC1", own.value, self._timecode(source_frame(media, own), own, frames))
        locator = self.new("NetworkLocator", URLString=file_url(media.path))
        describe = self._picture if kind == "picture" else self._sound
        source = self._mob(
            "SourceMob",
            name,
            f"file {media.digest} {media.path}",
            Slots=[held, code],
            EssenceDescription=describe(media, length, locator),
        )
        shown = self._slot(1, "", rate, self._source_clip((source, 1), 0, length, kind))
        digest = self.new("TaggedValue", Name="Alice digest", Value=legal_text(media.digest))
        seed = f"master {media.digest} {media.path}"
        return self._mob("MasterMob", name, seed, Slots=[shown], UserComments=[digest]), 1

    def _picture(self, media: Media, length: int, locator: Any) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        width, height = media.width or self.timeline.width, media.height or self.timeline.height
        return self.new(
            "CDCIDescriptor",
            Locator=[locator],
            SampleRate=_ratio(self.timeline.rate.value),
            Length=length,
            ComponentWidth=_COLOURS,
            HorizontalSubsampling=2,
            VerticalSubsampling=2,
            ImageAspectRatio=_ratio(Fraction(width, height)),
            StoredWidth=width,
            StoredHeight=height,
            FrameLayout="FullFrame",
            VideoLineMap=[0, 0],
        )

    def _sound(self, media: Media, length: int, locator: Any) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        rate, channels = media.sample_rate or _FALLBACK_RATE, max(1, media.channels)
        return self.new(
            "PCMDescriptor",
            Locator=[locator],
            SampleRate=f"{rate}/1",
            AudioSamplingRate=f"{rate}/1",
            Channels=channels,
            QuantizationBits=_SAMPLE_BITS,
            BlockAlign=channels * _SAMPLE_BITS // 8,
            AverageBPS=rate * channels * _SAMPLE_BITS // 8,
            Length=length,
        )

    def _markers(self) -> list[Any]:
        marks = frame_markers(self.timeline)
        if not marks:
            return []
        events = []
        for mark in marks:
            colour = _RGB.get(resolve_colour(mark.kind), (52_000, 52_000, 40_000))
            events.append(
                self.new(
                    "DescriptiveMarker",
                    DataDefinition="DescriptiveMetadata",
                    Length=1,
                    Position=mark.frame,
                    Comment=legal_text(f"{mark.name}: {mark.note}"),
                    DescribedSlots={2},
                    CommentMarkerColor=dict(zip(("red", "green", "blue"), colour, strict=True)),
                )
            )
        rows = self._sequence("DescriptiveMetadata", self.timeline.frames, events)
        # Its track is that of the pictures it describes.
        return [
            self.new(
                "EventMobSlot",
                SlotID=1000,
                SlotName="Markers",
                PhysicalTrackNumber=1,
                EditRate=_ratio(self.timeline.rate.value),
                Segment=rows,
            )
        ]


def _ratio(value: Fraction | int) -> str:
    exact = Fraction(value)
    return f"{exact.numerator}/{exact.denominator}"


def _uuid(seed: str) -> UUID:
    return UUID(bytes=sha256(seed.encode("utf-8", "surrogatepass")).digest()[:16], version=4)
