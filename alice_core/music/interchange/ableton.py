"""Ableton Live sets (.als): the warp markers of the song's clip, or the set's tempo; and the locators.

A set is XML under gzip. A warp marker says which beat lies at which second of the sound; between two
the tempo is even, and after the last it goes on. Without a clip of the song the automation of
the tempo counts, which Live lets run straight from beat to beat. A set is only read: one that Live
would open holds all of its own devices.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, log
from pathlib import PurePath
from typing import TYPE_CHECKING

from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.markup import parsed
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.tempo import check_tempo
from alice_core.music.interchange.text import LARGEST, enough, exact, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SIGNATURES = 99  # numerators that one denominator has in Live's number of a signature
_FEWEST = 2


def read(data: bytes, place: Place) -> Score:
    """The beats over the song and the named locators.

    Raises:
        MediaError: It is no Live set, or its tempo cannot be understood.
    """
    root = parsed(_unpacked(data, place.name), place.name)
    live = root.find("LiveSet")
    if live is None:
        raise refusal(place.name, "it is no Live set")
    meter = _meter(live, place.name)
    clip = _clip(live, place)
    notices: tuple[str, ...] = ()
    if clip is not None:
        points = _warps(clip, place.name)
        start = _value(clip.find("CurrentStart"), place.name) - _value(clip.find("Loop/LoopStart"), place.name)
        meter = int(_number(clip, "TimeSignature/TimeSignatures/RemoteableTimeSignature/Numerator", place.name, meter))
    else:
        points, start = _tempo(live, place), Fraction(0)
        notices = ("No clip in the set plays this song; its beats are those of the set from its beginning.",)
    to_seconds, to_beats = _course(points)
    first = ceil(to_beats(Fraction(0)) - Fraction(1, 10**6))
    last = ceil(to_beats(place.seconds) - Fraction(1, 10**6))
    enough(last - first, place.name)
    check_tempo(Fraction(120), meter, place.name)
    beats = tuple(
        TimedBeat(max(Fraction(0), to_seconds(Fraction(beat))), beat % meter + 1, beat // meter + 1)
        for beat in range(first, last)
    )
    sections = [
        Words(to_seconds(_value(one.find("Time"), place.name) - start), name)
        for one in live.iter("Locator")
        if (name := _text(one.find("Name")))
    ]
    inside = tuple(one for one in sections if 0 <= one.seconds < place.seconds)
    return sorted_score(Score(beats, inside, notices=notices))


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(data, LARGEST + 1)
    except zlib.error as error:
        raise refusal(name, f"it cannot be unpacked ({error})") from error
    if len(whole) > LARGEST:
        raise refusal(name, f"unpacked it is larger than {LARGEST // 2**20} MiB")
    return whole


def _clip(live: Element, place: Place) -> Element | None:
    """The first warped clip of the arrangement or session whose file has the song's name."""
    wanted = PurePath(place.song).name.lower()
    for clip in live.iter("AudioClip"):
        file = clip.find("SampleRef/FileRef")
        names = [] if file is None else [_text(file.find(tag)) for tag in ("Name", "Path", "RelativePath")]
        ours = wanted and any(name.replace("\\", "/").rsplit("/", 1)[-1].lower() == wanted for name in names)
        warped = clip.find("IsWarped")
        if (
            ours
            and (warped is None or warped.get("Value") == "true")
            and len(clip.findall("WarpMarkers/WarpMarker")) >= _FEWEST
        ):
            return clip
    return None


def _warps(clip: Element, name: str) -> list[tuple[Fraction, Fraction]]:
    found = {
        exact(mark.get("BeatTime", ""), name): exact(mark.get("SecTime", ""), name)
        for mark in clip.findall("WarpMarkers/WarpMarker")
    }
    points = [(beat, found[beat]) for beat in sorted(found)]
    for (beat, second), (later, after) in pairwise(points):
        if after <= second:
            raise refusal(name, "its warp markers do not rise")
        check_tempo(60 * (later - beat) / (after - second), 4, name)
    if len(points) < _FEWEST:
        raise refusal(name, "the clip of the song has fewer than two warp markers")
    return points


def _tempo(live: Element, place: Place) -> list[tuple[Fraction, Fraction]]:
    """Points of beat and second from the automation of the tempo, or from the one tempo."""
    main = live.find("MainTrack") if live.find("MainTrack") is not None else live.find("MasterTrack")
    tempo = None if main is None else main.find(".//Mixer/Tempo")
    if main is None or tempo is None:
        raise refusal(place.name, "the set has no tempo")
    manual = _value(tempo.find("Manual"), place.name)
    target = tempo.find("AutomationTarget")
    events = [] if target is None else _events(main, target.get("Id", ""), place.name)
    steps = [(max(Fraction(0), beat), bpm) for beat, bpm in events] or [(Fraction(0), manual)]
    for _, bpm in steps:
        check_tempo(bpm, 4, place.name)
    points = [(Fraction(0), Fraction(0))]
    before = steps[0]
    for beat, bpm in steps[1:]:
        points += _ramp(points[-1], before, (beat, bpm))
        enough(len(points), place.name)
        before = (beat, bpm)
    beat, second = points[-1]
    return [*points, (beat + 1, second + 60 / before[1])]


def _ramp(
    at: tuple[Fraction, Fraction], before: tuple[Fraction, Fraction], after: tuple[Fraction, Fraction]
) -> list[tuple[Fraction, Fraction]]:
    """Points at every beat of a stretch over which the tempo runs straight from one event to the next."""
    length = after[0] - before[0]
    if length <= 0:
        return []
    if before[1] == after[1]:
        return [(after[0], at[1] + length * 60 / before[1])]
    slope = float((after[1] - before[1]) / length)
    first = float(before[1])
    stops = [*range(int(before[0]) + 1, min(ceil(after[0]), int(before[0]) + 100_000)), after[0]]
    return [
        (
            Fraction(stop),
            at[1] + Fraction(round(60 / slope * log(1 + slope * float(stop - before[0]) / first) * 10**9), 10**9),
        )
        for stop in stops
    ]


def _events(main: Element, target: str, name: str) -> list[tuple[Fraction, Fraction]]:
    for envelope in main.iter("AutomationEnvelope"):
        pointee = envelope.find("EnvelopeTarget/PointeeId")
        if pointee is not None and pointee.get("Value") == target:
            found = [
                (exact(event.get("Time", ""), name), exact(event.get("Value", ""), name))
                for event in envelope.iter("FloatEvent")
            ]
            return sorted(found, key=lambda event: event[0])
    return []


def _course(
    points: Sequence[tuple[Fraction, Fraction]],
) -> tuple[Callable[[Fraction], Fraction], Callable[[Fraction], Fraction]]:
    """From beats to seconds and from seconds to beats, going on evenly before the first point and after the last."""
    from bisect import bisect_right  # noqa: PLC0415 - only here

    def along(value: Fraction, here: int) -> Fraction:
        place = bisect_right(points, value, key=lambda point: point[here])
        first, second = points[max(0, min(place - 1, len(points) - 2)) :][:2]
        there = 1 - here
        return first[there] + (value - first[here]) * (second[there] - first[there]) / (second[here] - first[here])

    return (lambda beat: along(beat, 0)), (lambda seconds: along(seconds, 1))


def _meter(live: Element, name: str) -> int:
    signature = live.find(".//Mixer/TimeSignature/Manual")
    if signature is None:
        return 4
    return int(_value(signature, name)) % _SIGNATURES + 1


def _number(element: Element, path: str, name: str, usual: int) -> Fraction:
    found = element.find(path)
    return Fraction(usual) if found is None else _value(found, name)


def _value(element: Element | None, name: str) -> Fraction:
    return Fraction(0) if element is None else exact(element.get("Value", ""), name)


def _text(element: Element | None) -> str:
    return "" if element is None else element.get("Value", "").strip()
