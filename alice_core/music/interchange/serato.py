"""Serato's beat grid, from the tag that it writes into sound files.

MP3, AIFF and WAV hold it in an ID3 frame GEOB named ``Serato BeatGrid``; FLAC, MP4 and Ogg hold the
same bytes in base64. The payload is 01 00, the number of markers (big-endian), a marker of eight
bytes each (position in seconds as a float, and the beats until the next marker, or the tempo as a
float in the last), and a byte. Source: the notes of J. Holthuis on Serato's tags (2019).
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from fractions import Fraction
from math import isfinite

from alice_core.music.interchange.model import Place, Score, TimedBeat
from alice_core.music.interchange.rekordbox import NOTICE
from alice_core.music.interchange.tempo import TempoMark, beats_of, check_tempo, stretches
from alice_core.music.interchange.text import enough, refusal

NAME = b"Serato BeatGrid\0"
"""What stands before the payload in every kind of file."""

_HEAD = b"\x01\x00"
_BASE64 = re.compile(rb"YXBwbGljYXRpb24vb2N0ZXQtc3RyZWFtA[A-Za-z0-9+/=\r\n]{8,8000000}")
_TOLERANCE = Fraction(2, 1000)
_METER = 4  # Serato counts no other


def read(data: bytes, place: Place) -> Score:
    """The grid of a sound file's tag, or of its bare payload; the first marker is a downbeat.

    Raises:
        MediaError: There is no such tag, or it is damaged.
    """
    payload = data if data.startswith(_HEAD) else _tagged(data)
    if payload is None:
        hint = "Analyse the song in Serato, so that it writes its grid into the file."
        raise refusal(place.name, "it has no Serato grid", hint=hint)
    (count,) = struct.unpack_from(">I", payload, 2) if len(payload) >= 6 else (0,)  # noqa: PLR2004 - head and count
    enough(count, place.name)
    if count == 0 or len(payload) < 6 + 8 * count:
        raise refusal(place.name, "its Serato grid is empty or cut short")
    beats: list[TimedBeat] = []
    marks = [struct.unpack_from(">fI", payload, 6 + 8 * number) for number in range(count)]
    times = [_seconds(position, place.name) for position, _ in marks]
    for start, end, (_, until) in zip(times, times[1:], marks, strict=False):
        if end <= start or until < 1:
            raise refusal(place.name, "the markers of its Serato grid do not rise")
        enough(len(beats) + until, place.name)
        check_tempo(60 * until / (end - start), _METER, place.name)
        beats += [TimedBeat(start + (end - start) * step / until) for step in range(until)]
    (tempo,) = struct.unpack_from(">f", payload, 6 + 8 * (count - 1) + 4)
    bpm = Fraction(tempo) if isfinite(tempo) else Fraction(0)
    beats += beats_of([TempoMark(times[-1], bpm)], place.seconds, place.name)
    counted = tuple(TimedBeat(beat.seconds, index % _METER + 1) for index, beat in enumerate(beats))
    return Score(counted, notices=(NOTICE,) if place.name.lower().endswith(".mp3") else ())


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """The bare payload, from the first downbeat on; Alice does not write into sound files."""
    first = next((index for index, beat in enumerate(score.beats) if beat.position == 1), 0)
    marks = stretches([beat.seconds for beat in score.beats[first:]], _TOLERANCE)
    rows = [struct.pack(">fI", one.seconds, one.beats) for one in marks[:-1]]
    rows += [struct.pack(">ff", one.seconds, one.bpm) for one in marks[-1:]]
    return _HEAD + struct.pack(">I", len(rows)) + b"".join(rows) + b"\0"


def _tagged(data: bytes) -> bytes | None:
    at = data.find(NAME + _HEAD)
    if at >= 0:
        return data[at + len(NAME) :]
    for found in _BASE64.finditer(data):
        text = re.sub(rb"[\r\n=]", b"", found[0])
        text = text[: len(text) - (len(text) % 4 == 1)]
        try:
            whole = base64.b64decode(text + b"=" * (-len(text) % 4))
        except binascii.Error:
            continue
        at = whole.find(NAME + _HEAD)
        if at >= 0:
            return whole[at + len(NAME) :]
    return None


def _seconds(position: float, name: str) -> Fraction:
    if not isfinite(position) or not 0 <= position < 10**6:
        raise refusal(name, f"a marker of its Serato grid lies at {position} s")
    return Fraction(position)
