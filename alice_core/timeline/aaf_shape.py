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
        self.made: dict[Media, Any] = {}
        self.holds: dict[Media, int] = {}
        for clip in timeline.clips:
            self.holds[clip.media] = max(self.holds.get(clip.media, 0), clip.source_start + clip.frames)

    def write(self) -> None:
        """Fill the file."""
        self._identify()
        timeline, create = self.timeline, self.file.create
        edit = create.CompositionMob(legal_text(timeline.name))
        self._name_mob(edit, f"composition {timeline.name} {timeline.song.digest} {timeline.frames}")
        edit.usage = "Usage_TopLevel"
        self._timecode(edit, timeline.start, timeline.rate, timeline.frames)
        pictures = create.Sequence(media_kind="picture")
        pictures.components.extend(
            [self._clip(clip.media, clip.source_start, clip.frames, "picture") for clip in timeline.clips]
        )
        pictures.length = timeline.frames
        self._slot(edit, pictures, timeline.rate.value, "Video 1")
        self._song(edit)
        self._markers(edit)
        self.file.content.mobs.append(edit)

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

    def _name_mob(self, mob: Any, seed: str) -> None:  # noqa: ANN401 - pyaaf2 has no types
        found = MobID.new()
        found.material = _uuid(seed)
        mob.mob_id = found
        mob["CreationTime"].value = mob["LastModified"].value = _DAWN

    def _timecode(self, mob: Any, start: int, rate: FrameRate, length: int) -> None:  # noqa: ANN401
        code = self.file.create.Timecode(fps=rate.nominal, drop=rate.drop, length=length)
        code.start = start
        self._slot(mob, code, rate.value, "TC1")

    def _slot(self, mob: Any, segment: Any, rate: Fraction | int, name: str, number: int = 1) -> Any:  # noqa: ANN401
        slot = mob.create_timeline_slot(edit_rate=f"{Fraction(rate).numerator}/{Fraction(rate).denominator}")
        slot.name = name
        slot.segment = segment
        slot["PhysicalTrackNumber"].value = number
        return slot

    def _song(self, edit: Any) -> None:  # noqa: ANN401 - pyaaf2 has no types
        song, timeline = self.timeline.song, self.timeline
        rate = song.sample_rate or _FALLBACK_RATE
        heard = min(song.duration or Fraction(0), timeline.rate.seconds(timeline.frames))
        samples = max(1, round(heard * rate))
        sounds = self.file.create.Sequence(media_kind="sound")
        sounds.components.append(self._clip(song, 0, samples, "sound"))
        sounds.length = samples
        self._slot(edit, sounds, rate, "Audio 1")

    def _clip(self, media: Media, start: int, length: int, kind: str) -> Any:  # noqa: ANN401
        master = self.made.get(media)
        if master is None:
            master = self.made[media] = self._master(media, kind)
        mob_id, slot_id = master
        return self.file.create.SourceClip(start=start, length=length, mob_id=mob_id, slot_id=slot_id, media_kind=kind)

    def _master(self, media: Media, kind: str) -> tuple[Any, int]:
        create, name = self.file.create, legal_text(media.path.name)
        rate: Fraction | int = self.timeline.rate.value if kind == "picture" else media.sample_rate or _FALLBACK_RATE
        length = self.holds.get(media, 1) if media.duration is None else max(1, round(media.duration * rate))
        source = create.SourceMob(name)
        self._name_mob(source, f"file {media.digest} {media.path}")
        source.descriptor = self._picture(media, length) if kind == "picture" else self._sound(media, length)
        locator = create.NetworkLocator()
        locator["URLString"].value = file_url(media.path)
        source.descriptor["Locator"].append(locator)
        slot = self._slot(source, create.SourceClip(length=length, media_kind=kind), rate, "")
        own = FrameRate(self.timeline.rate.value, media.rate.drop if media.rate else False)
        frames = length if kind == "picture" else max(1, own.nearest_frame(Fraction(length) / rate))
        self._timecode(source, source_frame(media, own), own, frames)
        master = create.MasterMob(name)
        self._name_mob(master, f"master {media.digest} {media.path}")
        clip = create.SourceClip(start=0, length=length, mob_id=source.mob_id, slot_id=slot.slot_id, media_kind=kind)
        held = self._slot(master, clip, rate, "")
        master.comments["Alice digest"] = legal_text(media.digest)
        self.file.content.mobs.append(source)
        self.file.content.mobs.append(master)
        return master.mob_id, held.slot_id

    def _picture(self, media: Media, length: int) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        width, height = media.width or self.timeline.width, media.height or self.timeline.height
        shape = Fraction(width, height)
        facts = self.file.create.CDCIDescriptor()
        facts["ComponentWidth"].value = _COLOURS
        facts["HorizontalSubsampling"].value = 2
        facts["VerticalSubsampling"].value = 2
        facts["ImageAspectRatio"].value = f"{shape.numerator}/{shape.denominator}"
        facts["StoredWidth"].value, facts["StoredHeight"].value = width, height
        facts["FrameLayout"].value = "FullFrame"
        facts["VideoLineMap"].value = [0, 0]
        rate = self.timeline.rate.value
        facts["SampleRate"].value = f"{rate.numerator}/{rate.denominator}"
        facts["Length"].value = length
        return facts

    def _sound(self, media: Media, length: int) -> Any:  # noqa: ANN401 - pyaaf2 has no types
        rate, channels = media.sample_rate or _FALLBACK_RATE, max(1, media.channels)
        facts = self.file.create.PCMDescriptor()
        facts["SampleRate"].value = facts["AudioSamplingRate"].value = f"{rate}/1"
        facts["Channels"].value = channels
        facts["QuantizationBits"].value = _SAMPLE_BITS
        facts["BlockAlign"].value = channels * _SAMPLE_BITS // 8
        facts["AverageBPS"].value = rate * channels * _SAMPLE_BITS // 8
        facts["Length"].value = length
        return facts

    def _markers(self, edit: Any) -> None:  # noqa: ANN401 - pyaaf2 has no types
        marks = frame_markers(self.timeline)
        if not marks:
            return
        create = self.file.create
        events = []
        for mark in marks:
            event = create.DescriptiveMarker()
            event["Position"].value = mark.frame
            event["Length"].value = 1
            event["Comment"].value = legal_text(f"{mark.name}: {mark.note}")
            event["DescribedSlots"].value = {2}
            colour = _RGB.get(resolve_colour(mark.kind), (52_000, 52_000, 40_000))
            event["CommentMarkerColor"].value = dict(zip(("red", "green", "blue"), colour, strict=True))
            events.append(event)
        rows = create.Sequence(media_kind="DescriptiveMetadata")
        rows.components.extend(events)
        rows.length = self.timeline.frames
        slot = create.EventMobSlot()
        slot.slot_id = 1000
        slot.name = "Markers"
        slot["PhysicalTrackNumber"].value = 1  # that of the pictures it describes
        rate = self.timeline.rate.value
        slot.edit_rate = f"{rate.numerator}/{rate.denominator}"
        slot.segment = rows
        edit.slots.append(slot)


def _uuid(seed: str) -> UUID:
    return UUID(bytes=sha256(seed.encode("utf-8", "surrogatepass")).digest()[:16], version=4)
