"""Traktor's collection (.nml): the grid markers and named cues of one track, times in milliseconds.

A grid marker is a ``CUE_V2`` of type 4 and lies on the first beat of a bar; its tempo stands in its
``GRID``, in older files in the track's ``TEMPO``. The grid of a single marker goes on to both ends.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.markup import attribute, parsed
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.rekordbox import NOTICE, chosen
from alice_core.music.interchange.tempo import TempoMark, beats_of, stretches
from alice_core.music.interchange.text import enough, exact, moment, plain_seconds, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TOLERANCE = Fraction(2, 1000)
_GRID, _CUE = "4", "0"
_METER = 4  # Traktor counts no other
_UNNAMED = frozenset({"", "n.n.", "AutoGrid", "Beat Marker"})


def read(data: bytes, place: Place) -> Score:
    """The grid and the named cues of the track that is the song.

    Raises:
        MediaError: It is no collection, the song is not in it, or has no grid.
    """
    root = parsed(data, place.name)
    entry = chosen([(_file(one), one) for one in root.iter("ENTRY") if one.find("LOCATION") is not None], place)
    marks = sorted(_marks(entry, place.name), key=lambda mark: mark.seconds)
    if not marks:
        raise refusal(place.name, "the track has no grid marker")
    beats = beats_of(marks, place.seconds, place.name)
    if len(marks) == 1:
        beats = (*_before(marks[0], place.name), *beats)
    cues = tuple(
        Words(moment(cue.get("START", ""), place.name, per=1000), cue.get("NAME", ""))
        for cue in entry.iter("CUE_V2")
        if cue.get("TYPE") == _CUE and cue.get("NAME", "") not in _UNNAMED
    )
    notices = (NOTICE,) if _file(entry).lower().endswith(".mp3") else ()
    return sorted_score(Score(beats, cues, notices=notices))


def write(score: Score, place: Place) -> bytes:
    """A collection of one track, a marker on the first downbeat and wherever the tempo changes by bars."""
    first = next((index for index, beat in enumerate(score.beats) if beat.position == 1), 0)
    moments = [beat.seconds for beat in score.beats[first:]]
    marks = stretches(moments, _TOLERANCE, _millionths)
    rows = [
        f'      <CUE_V2 NAME="AutoGrid" DISPL_ORDER="0" TYPE="4" START="{plain_seconds(one.seconds * 1000)}" '
        f'LEN="0.000000" REPEATS="-1" HOTCUE="-1"><GRID BPM="{plain_seconds(one.bpm)}"></GRID></CUE_V2>'
        for one in marks
    ]
    rows += [
        f'      <CUE_V2 NAME="{attribute(one.text)}" DISPL_ORDER="0" TYPE="0" '
        f'START="{plain_seconds(one.seconds * 1000)}" LEN="0.000000" REPEATS="-1" HOTCUE="-1"></CUE_V2>'
        for one in score.sections
    ]
    path = PurePath(place.song)
    folder = "/:" + "".join(f"{attribute(part)}/:" for part in path.parts[1:-1])
    bpm = plain_seconds(marks[0].bpm if marks else Fraction(0))
    head = [
        '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>',
        '<NML VERSION="19"><HEAD COMPANY="AliceMultiverse" PROGRAM="AliceMultiverse"></HEAD>',
        '  <COLLECTION ENTRIES="1">',
        f'    <ENTRY TITLE="{attribute(path.stem)}" ARTIST="">',
        f'      <LOCATION DIR="{folder}" FILE="{attribute(path.name)}" VOLUME="" VOLUMEID=""></LOCATION>',
        f'      <TEMPO BPM="{bpm}" BPM_QUALITY="100.000000"></TEMPO>',
    ]
    return "\n".join([*head, *rows, "    </ENTRY>", "  </COLLECTION>", "</NML>", ""]).encode()


def _file(entry: Element) -> str:
    location = entry.find("LOCATION")
    return "" if location is None else location.get("FILE", "")


def _marks(entry: Element, name: str) -> list[TempoMark]:
    tempo = entry.find("TEMPO")
    usual = tempo.get("BPM", "") if tempo is not None else ""
    found: list[TempoMark] = []
    for cue in entry.iter("CUE_V2"):
        if cue.get("TYPE") != _GRID:
            continue
        grid = cue.find("GRID")
        bpm = grid.get("BPM", usual) if grid is not None else usual
        seconds = moment(cue.get("START", ""), name, per=1000)
        found.append(TempoMark(seconds, exact(bpm, name, what="a tempo"), _METER, 1 if not found else 0))
    return found


def _before(mark: TempoMark, name: str) -> list[TimedBeat]:
    period = 60 / mark.bpm
    count = int(mark.seconds // period)
    enough(count, name)
    return [TimedBeat(mark.seconds - step * period, _METER - (step - 1) % _METER) for step in range(count, 0, -1)]


def _millionths(period: Fraction) -> Fraction:
    return 60 / max(Fraction(1, 10**6), Fraction(round(60 / period * 10**6), 10**6)) if period > 0 else Fraction(60)
