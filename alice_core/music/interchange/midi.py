"""MIDI tempo maps: a file of tempo, time signature and marker events, without notes.

Source: "Standard MIDI Files 1.0" of the MIDI Association. A tempo is a whole number of microseconds
a quarter; each is chosen against the true beat, so that the error stays under a quarter of a
millisecond over any length.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from alice_core.errors import MissingExtra, UsageError
from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.ruling import FIRST, LAST, Ruling, inside, ruled
from alice_core.music.interchange.tempo import check_tempo
from alice_core.music.interchange.text import enough, refusal

if TYPE_CHECKING:
    import mido

_TICKS = 960  # a quarter
_MICRO = 1_000_000
_TOLERANCE = Fraction(1, 4000)
_LARGEST = 8 * 1024 * 1024
_SLOWEST = 0xFFFFFF  # microseconds that three bytes hold
_FEWEST = 2


def read(data: bytes, place: Place) -> Score:
    """The beats that the tempo map means up to the end of the song, markers as sections, lyrics as words.

    A beat is a quarter, in 2/2 a half, in 6/8, 9/8 and 12/8 three eighths, in other eighths one.

    Raises:
        MediaError: It is no MIDI file with a tempo map.
        MissingExtra: mido is not installed.
    """
    mido = _mido()
    if len(data) > _LARGEST:
        raise refusal(place.name, f"it is larger than {_LARGEST // 2**20} MiB")
    try:
        song = mido.MidiFile(file=io.BytesIO(data))
    except (EOFError, OSError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise refusal(place.name, f"it is no MIDI file ({error})") from error
    if song.type == 2 or not 0 < song.ticks_per_beat < 0x8000:  # noqa: PLR2004 - type 2 holds many songs
        raise refusal(place.name, "it holds independent songs, or counts frames instead of beats")
    events = _events(song.tracks)
    tempi = _tempi(events, song.ticks_per_beat, place.name)
    counted = _beats(events, tempi, song.ticks_per_beat, place)
    words = [(kind, Words(_seconds(tempi, tick), text)) for tick, kind, text in events if kind in {"marker", "lyrics"}]
    beats, sections = inside(counted, [one for kind, one in words if kind == "marker"], place.seconds)
    lyrics = tuple(one for kind, one in words if kind == "lyrics" and one.text.strip())
    return sorted_score(Score(beats, sections, lyrics))


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """A tempo map of type 1; bar lines and beats lie on its quarters.

    Raises:
        UsageError: There are fewer than two beats.
        MissingExtra: mido is not installed.
    """
    mido = _mido()
    if len(score.beats) < _FEWEST:
        raise UsageError("a tempo map needs at least two beats", hint="Tap some: alice beats tap SONG")
    ruling = ruled(score.beats, _TOLERANCE, _microseconds)
    events: list[tuple[int, int, Any]] = [
        (one.index * _TICKS, 1, mido.MetaMessage("set_tempo", tempo=int(one.period * _MICRO))) for one in ruling.tempi
    ]
    for index, meter in ruling.signatures:
        events.append((index * _TICKS, 0, mido.MetaMessage("time_signature", numerator=meter, denominator=4)))
    events.append((ruling.lead * _TICKS, 2, mido.MetaMessage("marker", text=FIRST)))
    events.append(((ruling.beats - 1) * _TICKS, 4, mido.MetaMessage("marker", text=LAST)))
    for kind, words in (("marker", score.sections), ("lyrics", score.lyrics)):
        events += [(_tick(ruling, one.seconds), 3, mido.MetaMessage(kind, text=one.text)) for one in words]
    track = mido.MidiTrack()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, ruling.beats * _TICKS - now)))
    song = mido.MidiFile(type=1, ticks_per_beat=_TICKS, charset="utf-8")
    song.tracks.append(track)
    whole = io.BytesIO()
    song.save(file=whole)
    return whole.getvalue()


def _mido() -> Any:  # noqa: ANN401 - a module
    try:
        import mido  # noqa: PLC0415 - only when MIDI is read or written
    except ImportError as error:
        hint = 'Install it: pip install "alicemultiverse[beats-formats]"'
        raise MissingExtra("MIDI needs the package mido", hint=hint) from error
    return mido


def _microseconds(period: Fraction) -> Fraction:
    return Fraction(min(max(1, round(period * _MICRO)), _SLOWEST), _MICRO)


def _tick(ruling: Ruling, seconds: Fraction) -> int:
    index = ruling.tempi[max(0, bisect_right(ruling.tempi, seconds, key=lambda one: one.seconds) - 1)]
    return max(0, round((index.index + (seconds - index.seconds) / index.period) * _TICKS))


def _events(tracks: Sequence[mido.MidiTrack]) -> list[tuple[int, str, Any]]:
    """Tick, kind and content of every event that counts, by rising tick."""
    found: list[tuple[int, str, Any]] = []
    for track in tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "set_tempo":
                found.append((tick, "tempo", message.tempo))
            elif message.type == "time_signature":
                found.append((tick, "signature", (message.numerator, message.denominator)))
            elif message.type in {"marker", "lyrics"}:
                found.append((tick, message.type, _text(message.text)))
        found.append((tick, "end", None))
    return sorted(found, key=lambda event: event[0])


def _text(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _tempi(events: Sequence[tuple[int, str, Any]], ticks: int, name: str) -> list[tuple[int, Fraction, Fraction]]:
    """Tick, seconds and seconds a tick of each tempo; 120 bpm holds until the first."""
    found = [(0, Fraction(0), Fraction(1, 2) / ticks)]
    for tick, kind, value in events:
        if kind != "tempo":
            continue
        check_tempo(Fraction(60 * _MICRO, value) if value else Fraction(0), 4, name)
        last = found[-1]
        entry = (tick, last[1] + (tick - last[0]) * last[2], Fraction(value, _MICRO) / ticks)
        if tick == last[0]:
            found.pop()
        found.append(entry)
    return found


def _seconds(tempi: Sequence[tuple[int, Fraction, Fraction]], tick: int) -> Fraction:
    chosen = tempi[max(0, bisect_right(tempi, tick, key=lambda one: one[0]) - 1)]
    return chosen[1] + (tick - chosen[0]) * chosen[2]


def _beats(
    events: Sequence[tuple[int, str, Any]], tempi: Sequence[tuple[int, Fraction, Fraction]], ticks: int, place: Place
) -> list[TimedBeat]:
    signatures = [(0, (4, 4))]
    for tick, kind, value in events:
        if kind == "signature":
            if signatures[-1][0] == tick:
                signatures.pop()
            signatures.append((tick, value))
    beats: list[TimedBeat] = []
    bar, now = 1, 0
    for number, (start, (top, bottom)) in enumerate(signatures):
        until = signatures[number + 1][0] if number + 1 < len(signatures) else None
        meter, step = _counted(top, bottom, ticks)
        check_tempo(Fraction(120), meter, place.name)
        if step < 1:
            raise refusal(place.name, f"a signature of {top}/{bottom} is finer than its ticks")
        tick, position = start, 1
        while until is None or tick < until:
            while now + 1 < len(tempi) and tempi[now + 1][0] <= tick:
                now += 1
            seconds = tempi[now][1] + (tick - tempi[now][0]) * tempi[now][2]
            if seconds >= place.seconds:
                return beats
            beats.append(TimedBeat(seconds, position, bar))
            enough(len(beats), place.name)
            bar, position = (bar + 1, 1) if position == meter else (bar, position + 1)
            tick += step
        bar += position > 1
    return beats


def _counted(top: int, bottom: int, ticks: int) -> tuple[int, int]:
    """Beats a bar, and ticks a beat."""
    if bottom >= 8 and top > 3 and top % 3 == 0:  # noqa: PLR2004 - compound time
        return top // 3, ticks * 12 // bottom
    return top, ticks * 4 // bottom
