"""Lyrics with times: LRC and SubRip (SRT).

LRC lines carry one or more stamps ``[mm:ss.xx]``; ``[offset:ms]`` moves all of them earlier where
it is positive, and stamps of single words (``<mm:ss.xx>``) are passed over.
"""

from __future__ import annotations

import re
from fractions import Fraction

from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.model import Place, Score, Words
from alice_core.music.interchange.text import decoded, enough, exact, lines, refusal

_STAMP = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_TAG = re.compile(r"\[([a-zA-Z#]+):(.*)\]\s*")
_WORD = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>\s?")
_ARROW = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d{2}):(\d{2})[,.](\d{1,3})(?:\s.*)?")
_MARKS = re.compile(r"</?[a-zA-Z][^>]{0,80}>|\{\\[^}]{0,80}\}")
_SIXTY = 60
_LAST = Fraction(4)  # seconds that the last line of an LRC stands in an SRT, and no line longer


def read_lrc(data: bytes, place: Place) -> Score:
    """The lines of a song; a line that is sung again stands there as often.

    Raises:
        MediaError: No line has a stamp, or a stamp is impossible.
    """
    offset = Fraction(0)
    found: list[Words] = []
    for number, line in lines(data, place.name):
        tag = _TAG.fullmatch(line)
        if tag is not None and tag[1].lower() == "offset":
            offset = exact(tag[2], place.name, what="an offset", line=number) / 1000
        at = 0
        stamps = []
        while (stamp := _STAMP.match(line, at)) is not None:
            stamps.append(_stamp(stamp, place.name, number))
            at = stamp.end()
        text = " ".join(_WORD.sub("", line[at:]).split())
        found += [Words(seconds, text) for seconds in stamps]
        enough(len(found), place.name)
    if not found:
        raise refusal(place.name, "no line has a time such as [01:23.45]")
    rising = sorted(found, key=lambda one: one.seconds)
    ends = [*(one.seconds for one in rising[1:]), None]
    moved = [
        Words(max(Fraction(0), one.seconds - offset), one.text, None if end is None else max(Fraction(0), end - offset))
        for one, end in zip(rising, ends, strict=True)
        if one.text
    ]
    return sorted_score(Score(lyrics=tuple(moved)))


def write_lrc(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """Lyrics as LRC, to a hundredth of a second; a gap after a line is written as an empty one."""
    rows: list[str] = []
    for number, one in enumerate(score.lyrics):
        rows.append(f"{_lrc(one.seconds)}{' '.join(one.text.split())}")
        later = score.lyrics[number + 1].seconds if number + 1 < len(score.lyrics) else None
        if one.end is not None and (later is None or one.end < later):
            rows.append(_lrc(one.end))
    return ("\n".join(rows) + "\n").encode()


def read_srt(data: bytes, place: Place) -> Score:
    """Subtitles as lines of lyrics, marks of style left out.

    Raises:
        MediaError: There is none, or one ends before it starts.
    """
    found: list[Words] = []
    for block in re.split(r"\n\s*\n", decoded(data, place.name).replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.strip().split("\n")
        at = next((index for index, row in enumerate(rows) if _ARROW.fullmatch(row.strip())), None)
        if at is None:
            continue
        arrow = _ARROW.fullmatch(rows[at].strip())
        if arrow is None:
            continue
        start, end = _clock(arrow.groups()[:4]), _clock(arrow.groups()[4:])
        if end < start:
            raise refusal(place.name, f"the subtitle at {rows[at].strip()!r} ends before it starts")
        text = " ".join(_MARKS.sub("", " ".join(rows[at + 1 :])).split())
        if text:
            found.append(Words(start, text, end))
        enough(len(found), place.name)
    if not found:
        raise refusal(place.name, "it holds no subtitle such as 00:01:02,300 --> 00:01:04,000")
    return sorted_score(Score(lyrics=tuple(found)))


def write_srt(score: Score, place: Place) -> bytes:
    """Lyrics as subtitles, to a millisecond; a line without an end stands until the next, at most 4 s."""
    rows: list[str] = []
    for number, one in enumerate(score.lyrics):
        later = score.lyrics[number + 1].seconds if number + 1 < len(score.lyrics) else place.seconds
        end = one.end if one.end is not None else min(max(later, one.seconds), one.seconds + _LAST)
        rows.append(f"{number + 1}\n{_srt(one.seconds)} --> {_srt(end)}\n{' '.join(one.text.split())}\n")
    return "\n".join(rows).encode()


def _stamp(stamp: re.Match[str], name: str, line: int) -> Fraction:
    if int(stamp[2]) >= _SIXTY:
        raise refusal(name, f"the time {stamp[0]} has more than 59 seconds", line=line)
    part = Fraction(int(stamp[3]), 10 ** len(stamp[3])) if stamp[3] else Fraction(0)
    return int(stamp[1]) * _SIXTY + int(stamp[2]) + part


def _clock(parts: tuple[str, ...]) -> Fraction:
    hours, minutes, seconds, rest = parts
    return (int(hours) * _SIXTY + int(minutes)) * _SIXTY + int(seconds) + Fraction(int(rest), 10 ** len(rest))


def _lrc(seconds: Fraction) -> str:
    hundredths = round(seconds * 100)
    return f"[{hundredths // 6000:02}:{hundredths // 100 % _SIXTY:02}.{hundredths % 100:02}]"


def _srt(seconds: Fraction) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % _SIXTY:02}:{whole // 1000 % _SIXTY:02},{whole % 1000:03}"
