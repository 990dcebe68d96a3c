"""rekordbox's XML: the tempo marks and named cues of one track of a collection.

Source: "XML format list" of AlphaTheta: ``TEMPO`` has ``Inizio`` (seconds), ``Bpm``, ``Metro`` (4/4)
and ``Battito`` (the beat of the bar that lies there).
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.markup import attribute, parsed
from alice_core.music.interchange.model import Place, Score, Words
from alice_core.music.interchange.tempo import TempoMark, beats_of, meters, stretches
from alice_core.music.interchange.text import exact, moment, plain_seconds, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TOLERANCE = Fraction(2, 1000)
_METER = re.compile(r"(\d{1,2})/(\d{1,2})")
_FEWEST = 2
NOTICE = "Programs for DJs begin to count an MP3 up to 50 ms apart; listen, and shift the beats if they are off."
"""Said wherever a grid comes from such a program."""


def read(data: bytes, place: Place) -> Score:
    """The grid and the named cues of the track that is the song.

    Raises:
        MediaError: It is no collection, or the song is not in it.
    """
    root = parsed(data, place.name)
    tracks = [track for track in root.iter("TRACK") if track.find("TEMPO") is not None or track.get("Location")]
    track = chosen([(_file(one), one) for one in tracks], place)
    marks = sorted((_mark(one, place.name) for one in track.iter("TEMPO")), key=lambda mark: mark.seconds)
    if not marks:
        raise refusal(place.name, "the track has no TEMPO: it was not analysed")
    cues = tuple(
        Words(moment(cue.get("Start", ""), place.name), cue.get("Name", ""))
        for cue in track.iter("POSITION_MARK")
        if cue.get("Name") and cue.get("Type", "0") == "0"
    )
    notices = (NOTICE,) if _file(track).lower().endswith(".mp3") else ()
    return sorted_score(Score(beats_of(marks, place.seconds, place.name), cues, notices=notices))


def write(score: Score, place: Place) -> bytes:
    """A collection of one track; a tempo of two decimals holds as long as it is true to 2 ms."""
    rows: list[str] = []
    lengths = dict(meters(score.beats))
    bpm = Fraction(0)
    meter = next(iter(lengths.values()), 4)
    for mark in stretches([beat.seconds for beat in score.beats], _TOLERANCE, _hundredths):
        meter = next((lengths[index] for index in range(mark.index, -1, -1) if index in lengths), meter)
        bpm = bpm or mark.bpm
        position = score.beats[mark.index].position or 1
        rows.append(
            f'      <TEMPO Inizio="{plain_seconds(mark.seconds, 3)}" Bpm="{plain_seconds(mark.bpm, 2)}" '
            f'Metro="{meter}/4" Battito="{position}"/>'
        )
    rows += [
        f'      <POSITION_MARK Name="{attribute(one.text)}" Type="0" Start="{plain_seconds(one.seconds, 3)}" Num="-1"/>'
        for one in score.sections
    ]
    name = attribute(PurePath(place.song).stem or "song")
    track = (
        f'    <TRACK TrackID="1" Name="{name}" TotalTime="{int(place.seconds)}" SampleRate="{place.sample_rate}" '
        f'AverageBpm="{plain_seconds(bpm, 2)}" Location="file://localhost/{quote(place.song.lstrip("/"))}">'
    )
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<DJ_PLAYLISTS Version="1.0.0">',
        '  <PRODUCT Name="AliceMultiverse" Version="1" Company=""/>',
        '  <COLLECTION Entries="1">',
        track,
    ]
    return "\n".join([*head, *rows, "    </TRACK>", "  </COLLECTION>", "</DJ_PLAYLISTS>", ""]).encode()


def chosen(tracks: list[tuple[str, Element]], place: Place) -> Element:
    """The track whose file has the song's name; the only one there is.

    Raises:
        MediaError: There is none, or several might be meant.
    """
    wanted = PurePath(place.song).name.lower()
    named = [track for file, track in tracks if wanted and file.lower() == wanted]
    if len(named) == 1 or (named and len({file for file, _ in tracks if file.lower() == wanted}) == 1):
        return named[0]
    if len(tracks) == 1:
        return tracks[0][1]
    if not tracks:
        raise refusal(place.name, "it holds no track")
    some = ", ".join(repr(file) for file, _ in tracks[:3])
    message = f"none of its {len(tracks)} tracks is a file named {wanted!r} (it has {some} ...)"
    raise refusal(place.name, message, hint="Export the one track by itself, or give the song the name it has there.")


def _file(track: Element) -> str:
    return unquote(track.get("Location", "")).rsplit("/", 1)[-1]


def _mark(tempo: Element, name: str) -> TempoMark:
    metro = _METER.fullmatch(tempo.get("Metro", "4/4").strip())
    if metro is None:
        raise refusal(name, f"Metro {tempo.get('Metro')!r} is no meter")
    position = exact(tempo.get("Battito", "1"), name, what="a place in a bar")
    if position.denominator != 1 or not 1 <= position <= int(metro[1]):
        raise refusal(name, f"Battito {tempo.get('Battito')!r} is not in a bar of {metro[0]}")
    seconds = moment(tempo.get("Inizio", ""), name)
    return TempoMark(seconds, exact(tempo.get("Bpm", ""), name, what="a tempo"), int(metro[1]), int(position))


def _hundredths(period: Fraction) -> Fraction:
    return 60 / max(Fraction(1, 100), Fraction(round(60 / period * 100), 100)) if period > 0 else Fraction(60)
