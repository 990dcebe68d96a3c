"""Which of one's own pictures and clips stands for which shot: by words, mood and length, each stretch once.

The best pair of a shot and a stretch is taken first, then the best of what is left. Such a greedy matching has at
least half the weight of the best one (D. Avis, "A survey of heuristics for the weighted matching problem", 1983), and
why a shot got its picture can be said in one line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log

from alice_core.directing.draw import number
from alice_core.directing.model import Mood, Plan, Shot

_WORDS, _MOOD, _MOVING, _LIKED = 2.0, 0.5, 0.15, 0.15
_LEAST = Fraction(1, 2)
"""Seconds at the beginning and the end of a clip that are rather not used: cameras are being switched there."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A picture or clip that may stand for shots.

    Attributes:
        digest: The asset.
        seconds: Its length; ``None`` for a still.
        light: How bright it is, from 0 to 1 among all that there are.
        warmth: How warm its colours are, likewise.
        liked: How much somebody liked it, from 0 to 1.
    """

    digest: str
    seconds: Fraction | None
    light: float = 0.5
    warmth: float = 0.5
    liked: float = 0.0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What stands for a shot: an asset, from a second on.

    Attributes:
        shot: Place of the shot in the plan.
        digest: The asset.
        start: Second of the clip; 0 for a still.
        score: How well it suits, about 0 to 2.
        words: Of the prompt that the library found it by.
        again: Whether the same stretch stands for another shot too.
    """

    shot: int
    digest: str
    start: Fraction
    score: float
    words: tuple[str, ...]
    again: bool = False


def matched(plan: Plan, footage: Sequence[Footage], found: Mapping[str, Mapping[str, None]]) -> tuple[Excerpt, ...]:
    """An excerpt for every shot; empty where there is no footage.

    Args:
        plan: The plan.
        footage: What there is.
        found: For each word of the prompts, the digests that the library finds by it.
    """
    if not footage or not plan.shots:
        return ()
    rare = {word: log(1 + len(footage) / len(some)) for word, some in found.items() if some}
    chosen: dict[int, Excerpt] = {}
    used: dict[str, list[tuple[Fraction, Fraction]]] = {}
    rounds = 0
    while len(chosen) < len(plan.shots):
        pairs = sorted(
            (-_score(plan, place, one, words), number(plan.seed, "match", place, one.digest), place, index, words)
            for place, shot in enumerate(plan.shots)
            if place not in chosen
            for index, one in enumerate(footage)
            for words in (_shared(shot, one.digest, found, rare),)
        )
        before = len(chosen)
        for negative, _, place, index, words in pairs:
            if place in chosen:
                continue
            one = footage[index]
            start = _free(one, used.get(one.digest, []), _seconds(plan, place))
            if start is None:
                continue
            used.setdefault(one.digest, []).append((start, start + _seconds(plan, place)))
            chosen[place] = Excerpt(place, one.digest, start, -negative, tuple(word for word, _ in words), rounds > 0)
        if len(chosen) == before or len(chosen) < len(plan.shots):
            rounds += 1
            used.clear()  # everything was used: from here on stretches come again
        if rounds > len(plan.shots):
            break
    return tuple(chosen[place] for place in sorted(chosen))


def words_of(plan: Plan) -> tuple[str, ...]:
    """The words of a plan's prompts that a library may be asked for, each once, in small letters."""
    found: dict[str, None] = {}
    for shot in plan.shots:
        for word in _tokens(shot.prompt):
            found[word] = None
    return tuple(found)


def _tokens(prompt: str) -> tuple[str, ...]:
    plain = "".join(char.lower() if char.isalnum() else " " for char in prompt)
    return tuple(word for word in plain.split() if len(word) > 2 and word not in _EMPTY)  # noqa: PLR2004 - "of", "to"


def _shared(
    shot: Shot, digest: str, found: Mapping[str, Mapping[str, None]], rare: Mapping[str, float]
) -> tuple[tuple[str, float], ...]:
    return tuple((word, rare[word]) for word in dict.fromkeys(_tokens(shot.prompt)) if digest in found.get(word, {}))


def _score(plan: Plan, place: int, one: Footage, words: Sequence[tuple[str, float]]) -> float:
    weight = sum(value for _, value in words)
    mood: Mood = plan.shots[place].mood
    alike = 1 - (abs(mood.brightness - one.light) + abs(mood.valence - one.warmth)) / 2
    moving = 1.0 if one.seconds is not None else 0.0
    return _WORDS * weight / (weight + 2) + _MOOD * alike + _MOVING * moving + _LIKED * one.liked


def _seconds(plan: Plan, place: int) -> Fraction:
    return plan.shots[place].frames / plan.rate.value


def _free(one: Footage, used: Sequence[tuple[Fraction, Fraction]], length: Fraction) -> Fraction | None:
    """Where in a clip a stretch of that length lies that nobody has; ``None`` where there is none."""
    if one.seconds is None:
        return None if used else Fraction(0)
    spare = one.seconds - length
    if spare < 0:
        return None
    first = min(_LEAST, spare / 2)
    ends = [first, *(end for _, end in used)]
    last = one.seconds - length
    for start in sorted(ends):
        if start <= last and all(start >= end or start + length <= begin for begin, end in used):
            return start
    return None


_EMPTY = frozenset(
    word
    for line in (
        "the and with from into over under that this for its are was not one two out off then than where when only",
        "shot wide medium close extreme closeup high low sweeping above behind profile handheld tilted horizon",
        "shallow focus motion blur light shadow trace edge",
    )
    for word in line.split()
)
"""Words of every prompt that say how a shot is framed, not what is seen."""
