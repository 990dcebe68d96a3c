"""REAPER projects (.rpp): their tempo map and markers.

A project's ``TEMPOENVEX`` holds points ``PT seconds bpm shape [signature]``; shape 1 holds the tempo,
shape 0 lets it run straight to the next point; a signature is 65536 * denominator + numerator.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import sqrt
from pathlib import PurePath, PureWindowsPath

from alice_core.errors import UsageError
from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.ruling import FIRST, LAST, inside, ruled
from alice_core.music.interchange.tempo import check_tempo
from alice_core.music.interchange.text import enough, exact, lines, plain_seconds, refusal

_TOLERANCE = Fraction(1, 4000)
_DIGITS = 10
_SHIFT = 65536
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Point:
    seconds: Fraction
    bpm: Fraction
    ramps: bool
    meter: int | None


@dataclass(slots=True)
class _Project:
    tempo: _Point | None = None
    points: list[_Point] = field(default_factory=list)
    marks: list[tuple[str, Words]] = field(default_factory=list)
    items: list[tuple[Fraction, str]] = field(default_factory=list)


def read(data: bytes, place: Place) -> Score:
    """The beats of the tempo map over the song, and the markers.

    Where exactly one item plays a file of the song's name, times count from its start; else from
    the start of the project.

    Raises:
        MediaError: It is no project, or a number in it is impossible.
    """
    project = _parsed(data, place.name)
    if project.tempo is None:
        raise refusal(place.name, "it is no REAPER project: it has no TEMPO")
    own = [start for start, file in project.items if place.song and _base(file) == _base(place.song)]
    offset = own[0] if len(own) == 1 else Fraction(0)
    points = project.points or [project.tempo]
    beats = _beats(points, project.tempo.meter or 4, offset + place.seconds, place.name)
    counted, words = inside(beats, [one for _, one in project.marks], offset + place.seconds)
    moved = tuple(
        replace(one, seconds=max(Fraction(0), one.seconds - offset))
        for one in counted
        if one.seconds >= offset - Fraction(1, 1000)
    )
    sections = tuple(
        Words(one.seconds - offset, one.text, None if one.end is None else one.end - offset)
        for one in words
        if one.seconds >= offset and one.text
    )
    return sorted_score(Score(moved, sections))


def write(score: Score, place: Place) -> bytes:
    """A project with the song, its tempo map, and its sections as markers.

    Raises:
        UsageError: There are fewer than two beats.
    """
    if len(score.beats) < _FEWEST:
        raise UsageError("a tempo map needs at least two beats", hint="Tap some: alice beats tap SONG")
    ruling = ruled(
        score.beats, _TOLERANCE, lambda period: 60 / (Fraction(round(60 / period * 10**_DIGITS), 10**_DIGITS))
    )
    signatures = dict(ruling.signatures)
    starts = sorted({one.index for one in ruling.tempi} | set(signatures))
    meter, rows = 4, []
    for index in starts:
        tempo = next(one for one in reversed(ruling.tempi) if one.index <= index)
        meter = signatures.get(index, meter)
        mark = f" {_SHIFT * 4 + meter}" if index in signatures else ""
        seconds = plain_seconds(ruling.seconds(index), 12)
        rows.append(f"    PT {seconds} {plain_seconds(tempo.bpm, _DIGITS)} 1{mark}")
    marks = [Words(ruling.seconds(ruling.lead), FIRST), Words(ruling.seconds(ruling.beats - 1), LAST), *score.sections]
    markers = [
        f"  MARKER {number} {plain_seconds(one.seconds, 9)} {_quoted(one.text)} 0"
        for number, one in enumerate(sorted(marks, key=lambda one: one.seconds), 1)
    ]
    first = plain_seconds(ruling.tempi[0].bpm, _DIGITS)
    head = ['<REAPER_PROJECT 0.1 "7.0/linux-x86_64" 0', f"  TEMPO {first} {signatures[0]} 4", "  TIMELOCKMODE 1"]
    song = [
        "  <TRACK",
        '    NAME "Song"',
        "    <ITEM",
        "      POSITION 0",
        f"      LENGTH {plain_seconds(place.seconds, 9)}",
        "      <SOURCE WAVE",
        f"        FILE {_quoted(place.song)}",
        "      >",
        "    >",
        "  >",
    ]
    envelope = ["  <TEMPOENVEX", "    ACT 1 -1", *rows, "  >"]
    return "\n".join([*head, *markers, *envelope, *(song if place.song else ()), ">", ""]).encode()


def _parsed(data: bytes, name: str) -> _Project:
    project, stack, position = _Project(), [], Fraction(0)
    skipped = Fraction(0)
    for number, words in _words(data, name):
        head = words[0].lstrip("<")
        if words[0].startswith("<"):
            stack.append(head)
            position, skipped = (Fraction(0), Fraction(0)) if head == "ITEM" else (position, skipped)
        elif words[0] == ">":
            stack = stack[:-1]
        elif head == "TEMPO" and len(stack) == 1 and len(words) > 2:  # noqa: PLR2004 - bpm and numerator
            tempo = exact(words[1], name, what="a tempo", line=number)
            project.tempo = _Point(Fraction(0), tempo, False, int(exact(words[2], name, line=number)))
        elif head == "PT" and stack[-1:] == ["TEMPOENVEX"]:
            project.points.append(_point(words, name, number))
        elif head == "MARKER" and len(words) > 3:  # noqa: PLR2004 - number, time, name
            _mark(project, words, exact(words[2], name, line=number))
        elif head in {"POSITION", "SOFFS"} and stack[-1:] == ["ITEM"] and len(words) > 1:
            value = exact(words[1], name, line=number)
            position, skipped = (value, skipped) if head == "POSITION" else (position, value)
        elif head == "FILE" and "ITEM" in stack and len(words) > 1:
            project.items.append((position - skipped, words[1]))
    return project


def _words(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines(data, name):
        plain = line.strip()
        first = plain.split(None, 1)[0]
        if first.lstrip("<") not in {"TEMPO", "PT", "MARKER", "POSITION", "SOFFS", "FILE"}:
            yield number, [first]
            continue
        try:
            yield number, shlex.split(plain.replace("\\", "\\\\"))
        except ValueError as error:
            raise refusal(name, f"a quoted name does not end ({error})", line=number) from error


def _point(words: list[str], name: str, number: int) -> _Point:
    if len(words) < 3:  # noqa: PLR2004 - time and tempo
        raise refusal(name, "a tempo point needs a time and a tempo", line=number)
    values = [exact(word, name, line=number) for word in words[1:5]]
    meter = int(values[3]) % _SHIFT if len(values) > 3 and values[3] > 0 else None  # noqa: PLR2004 - the signature
    check_tempo(values[1], meter or 4, f"{name}, line {number}")
    return _Point(values[0], values[1], len(values) > 2 and values[2] == 0, meter)  # noqa: PLR2004 - the shape


def _mark(project: _Project, words: list[str], seconds: Fraction) -> None:
    """A region stands there twice, the second time without a name, for its end."""
    number, text = words[1], words[3]
    if not text and len(words) > 4 and words[4] == "1":  # noqa: PLR2004 - the mark of a region
        for place in range(len(project.marks) - 1, -1, -1):
            if project.marks[place][0] == number:
                before = project.marks[place][1]
                project.marks[place] = (number, Words(before.seconds, before.text, seconds))
                return
    project.marks.append((number, Words(seconds, text)))


def _beats(points: list[_Point], meter: int, end: Fraction, name: str) -> list[TimedBeat]:
    beats: list[TimedBeat] = []
    passed, position, bar = Fraction(0), 1, 1  # part of a beat gone at a point
    points = sorted(points, key=lambda point: point.seconds)
    for number, point in enumerate(points):
        check_tempo(point.bpm, point.meter or meter, name)
        if point.meter is not None:
            bar, position = (bar, 1) if position == 1 and number == 0 else (bar + (position != 1), 1)
            meter, passed = point.meter, Fraction(0)
        until = points[number + 1].seconds if number + 1 < len(points) else max(end, point.seconds)
        slope = (
            (points[number + 1].bpm - point.bpm) / (until - point.seconds) if _ramps(points, number) else Fraction(0)
        )
        total = (until - point.seconds) * (point.bpm + slope * (until - point.seconds) / 2) / 60
        step = Fraction(0) if passed == 0 else 1 - passed
        near = Fraction(1, 1000)
        while step < total - near:
            beats.append(TimedBeat(point.seconds + _time(step, point.bpm, slope), position, bar))
            enough(len(beats), name)
            bar, position = (bar + 1, 1) if position >= meter else (bar, position + 1)
            step += 1
        rest = total - (step - 1)
        passed = Fraction(0) if abs(rest - 1) <= near else rest
    return beats


def _ramps(points: list[_Point], number: int) -> bool:
    return points[number].ramps and number + 1 < len(points) and points[number + 1].seconds > points[number].seconds


def _time(beats: Fraction, bpm: Fraction, slope: Fraction) -> Fraction:
    """Seconds after which so many beats have passed, where the tempo runs straight."""
    if slope == 0:
        return beats * 60 / bpm
    first, rise, wanted = float(bpm), float(slope), float(beats) * 60
    root = sqrt(max(0.0, first * first + 2 * rise * wanted))
    return Fraction(round(2 * wanted / (first + root) * 10**9), 10**9)


def _base(path: str) -> str:
    return PureWindowsPath(path).name if "\\" in path else PurePath(path).name


def _quoted(text: str) -> str:
    clean = "".join(sign for sign in text if sign.isprintable())
    return f'"{clean}"' if '"' not in clean else "'" + clean.replace("'", "’") + "'"
