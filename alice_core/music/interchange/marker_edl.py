"""DaVinci Resolve's markers as an EDL (Timelines, Export, Timeline Markers to EDL; and back).

One marker a frame: a section before a downbeat before a beat before lyrics; what else lies on the
frame stands in its note. The colour says what a marker is.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import groupby

from alice_core.errors import UsageError
from alice_core.music.interchange.labels import read_label, sorted_score, write_label
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.text import enough, lines, refusal
from alice_core.timing import frames_of, timecode_of

_EVENT = re.compile(r"\s*\d+\s+\S+\s+\S+\s+\S+\s+(\S+)\s+\S+\s+(\S+)\s+(\S+)\s*")
_MARKER = re.compile(r"(?P<note>.*?)\s*\|C:(?P<colour>\w+)\s*\|M:(?P<name>.*?)\s*\|D:(?P<frames>\d{1,9})\s*")
_PURPLE, _GREEN, _BLUE, _CREAM = ("ResolveColor" + name for name in ("Purple", "Green", "Blue", "Cream"))


def read(data: bytes, place: Place) -> Score:
    """Markers as beats where their names count, as lyrics where they are cream, else as sections.

    Raises:
        MediaError: There is no marker, or a timecode is none at the frame rate.
    """
    beats: list[TimedBeat] = []
    sections: list[Words] = []
    lyrics: list[Words] = []
    at: Fraction | None = None
    for number, line in lines(data, place.name):
        event = _EVENT.fullmatch(line)
        if event is not None:
            at = _seconds(event[2], place, number)
            continue
        marker = _MARKER.fullmatch(line)
        if marker is None or at is None:
            continue
        name, length = marker["name"].strip(), int(marker["frames"])
        end = at + length / place.rate.value if length > 1 else None
        parts = [part.strip() for part in marker["note"].split(";")]
        beat = next((said for said in map(read_label, [name, *filter(None, parts)]) if said is not None), None)
        if beat is not None:
            beats.append(TimedBeat(at, beat[1], beat[0]))
        if read_label(name) is None:
            (lyrics if marker["colour"] == _CREAM else sections).append(Words(at, name, end))
        lyrics += [Words(at, part.removeprefix("lyrics ")) for part in parts if part.startswith("lyrics ")]
        enough(len(beats) + len(sections), place.name)
        at = None
    if not beats and not sections and not lyrics:
        raise refusal(place.name, "it holds no marker")
    return sorted_score(Score(tuple(beats), tuple(sections), tuple(lyrics)))


def write(score: Score, place: Place) -> bytes:
    """Everything as markers at the place's frame rate, from its start."""
    found = [(_frame(one.seconds, place), 0, _PURPLE, one.text, _length(one, place)) for one in score.sections]
    for beat in score.beats:
        rank, colour = (1, _GREEN) if beat.position == 1 else (2, _BLUE)
        found.append((_frame(beat.seconds, place), rank, colour, write_label(beat), 1))
    found += [(_frame(one.seconds, place), 3, _CREAM, one.text, _length(one, place)) for one in score.lyrics]
    rows = ["TITLE: Beats", f"FCM: {'DROP FRAME' if place.rate.drop else 'NON-DROP FRAME'}", ""]
    for number, (frame, group) in enumerate(groupby(sorted(found), key=lambda entry: entry[0]), 1):
        first, *others = group
        start, end = (timecode_of(place.start + frame + more, place.rate) for more in (0, 1))
        note = "; ".join(("lyrics " if colour == _CREAM else "") + _plain(text) for _, _, colour, text, _ in others)
        rows.append(f"{number:03}  001      V     C        {start} {end} {start} {end}  ")
        rows += [f"{note} |C:{first[2]} |M:{_plain(first[3])} |D:{first[4]}", ""]
    return "\n".join(rows).encode()


def _seconds(timecode: str, place: Place, line: int) -> Fraction:
    try:
        frames = frames_of(timecode, place.rate) - place.start
    except UsageError as error:
        hint = "Say the frame rate of the timeline with --fps."
        raise refusal(place.name, error.message, line=line, hint=hint) from error
    if frames < 0:
        hint = "Say where the song begins on the timeline with --start."
        raise refusal(place.name, f"the marker at {timecode} lies before the song", line=line, hint=hint)
    return frames / place.rate.value


def _frame(seconds: Fraction, place: Place) -> int:
    return place.rate.nearest_frame(seconds)


def _length(one: Words, place: Place) -> int:
    return 1 if one.end is None else max(1, _frame(one.end, place) - _frame(one.seconds, place))


def _plain(text: str) -> str:
    return " ".join(text.replace("|", "/").replace(";", ",").split())
