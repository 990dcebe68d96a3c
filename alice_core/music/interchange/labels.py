"""What people and programs write beside a beat: ``1``, ``12.3``, ``downbeat``, or a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alice_core.music.grid.document import LONGEST_METER
from alice_core.music.interchange.model import Score, TimedBeat, Words
from alice_core.music.interchange.text import enough, refusal

_NUMBERS = re.compile(r"(?:(?P<bar>-?\d{1,6})\s*[.|:/]\s*)?(?P<position>\d{1,2})(?:\.0+)?")
_DOWN = frozenset({"downbeat", "down", "bar", "measure", "d"})
_BEAT = frozenset({"", "beat", "b", "x", "new point", "tempo", "none"})
_SUNG = "\u266a "
_MARKER = re.compile(r"marker \d+|\d{3,6}", re.IGNORECASE)
_NAMED_BAR = re.compile(r"(?:bar|measure)\s+(?P<bar>-?\d{1,6})", re.IGNORECASE)


def read_label(text: str) -> tuple[int | None, int] | None:
    """Bar and position that a label says (position 0 where it says none); None where it is a name."""
    plain = text.strip()
    found = _NUMBERS.fullmatch(plain)
    if found and int(found["position"]) <= LONGEST_METER:
        bar = None if found["bar"] is None else int(found["bar"])
        return bar, int(found["position"])
    found = _NAMED_BAR.fullmatch(plain)
    if found:
        return int(found["bar"]), 1
    if _MARKER.fullmatch(plain):  # a program's own name or number for a mark that nobody named
        return None, 0
    word = plain.lower()
    if word in _DOWN:
        return None, 1
    return (None, 0) if word in _BEAT else None


def write_label(beat: TimedBeat) -> str:
    """``12.3`` for the third beat of bar 12; the position alone where the bar is not known."""
    return f"{beat.bar}.{beat.position}" if beat.bar is not None else str(beat.position)


def score_from(words: Iterable[Words], name: str) -> Score:
    """Labelled moments told apart: beats where the label counts, sections where it is a name.

    Raises:
        MediaError: There is nothing, or more than a song can have.
    """
    beats: list[TimedBeat] = []
    named: list[Words] = []
    sung: list[Words] = []
    for one in words:
        said = read_label(one.text)
        if one.text.startswith(_SUNG):
            sung.append(Words(one.seconds, one.text.removeprefix(_SUNG), one.end))
        elif said is None:
            named.append(one)
        else:
            beats.append(TimedBeat(one.seconds, said[1], said[0]))
        enough(len(beats) + len(named) + len(sung), name)
    if not beats and not named and not sung:
        raise refusal(name, "it holds no moment")
    return sorted_score(Score(tuple(beats), tuple(named), tuple(sung)))


def labelled(score: Score) -> list[Words]:
    """Everything in a score as labelled moments by rising time; lyrics begin with a note sign.

    Of those at one moment a section comes first, then the beat, then what is sung.
    """
    ranked = [(one.seconds, 0, one) for one in score.sections]
    ranked += [(beat.seconds, 1, Words(beat.seconds, write_label(beat))) for beat in score.beats]
    ranked += [(one.seconds, 2, Words(one.seconds, _SUNG + one.text, one.end)) for one in score.lyrics]
    return [one for _, _, one in sorted(ranked, key=lambda entry: entry[:2])]


def sorted_score(score: Score) -> Score:
    """The score with every part by rising time and one beat a moment; says so where that changed anything."""
    beats = {beat.seconds: beat for beat in reversed(score.beats)}
    rising = tuple(beats[seconds] for seconds in sorted(beats))
    notices = score.notices
    if len(rising) < len(score.beats):
        notices = (*notices, f"{len(score.beats) - len(rising)} beats at the same time as another were left out.")
    elif rising != score.beats:
        notices = (*notices, "The beats were not in order of time and were sorted.")
    return Score(
        rising,
        tuple(sorted(score.sections, key=lambda one: one.seconds)),
        tuple(sorted(score.lyrics, key=lambda one: one.seconds)),
        notices,
    )
