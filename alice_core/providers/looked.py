"""The answers to :mod:`alice_core.providers.looks`, read strictly: what does not fit is an error, not a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alice_core.errors import ProviderBadAnswer
from alice_core.providers.looks import CRITERIA

_LONGEST = 2000
_MOST = 50
_LEAST_SCORE, _MOST_SCORE = 1, 5


@dataclass(frozen=True, slots=True)
class Description:
    """What is to be seen, in words.

    Attributes:
        caption: One sentence.
        subjects: Who and what.
        setting: Where.
        light: Of what kind.
        mood: In a few words.
        colours: The main ones.
    """

    caption: str
    subjects: tuple[str, ...]
    setting: str
    light: str
    mood: str
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a take answers what was asked for.

    Attributes:
        scores: From 1 to 5, by each of :data:`~alice_core.providers.looks.CRITERIA`.
        reason: One sentence.
        keep: Whether it is worth keeping.
    """

    scores: Mapping[str, int]
    reason: str
    keep: bool

    @property
    def total(self) -> int:
        """The sum of the scores."""
        return sum(self.scores.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """The order of several takes.

    Attributes:
        order: Their places in what was asked, from 0, best first.
        reason: One sentence.
    """

    order: tuple[int, ...]
    reason: str


def read_description(data: bytes) -> Description:
    """The answer to :func:`~alice_core.providers.looks.describe`.

    Raises:
        ProviderBadAnswer: It is something else.
    """
    told = _object(data)
    one = {name: _text(told, name) for name in ("caption", "setting", "light", "mood")}
    return Description(subjects=_texts(told, "subjects"), colours=_texts(told, "colours"), **one)


def read_tags(data: bytes, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """The answer to :func:`~alice_core.providers.looks.tag`, in the order of the vocabulary.

    Raises:
        ProviderBadAnswer: It is something else, or names a tag that was not asked about.
    """
    found = set(_texts(_object(data), "tags"))
    strange = sorted(found - set(vocabulary))
    if strange:
        raise _wrong(f"there is no tag {strange[0][:40]!r}")
    return tuple(one for one in dict.fromkeys(vocabulary) if one in found)


def read_judgement(data: bytes) -> Judgement:
    """The answer to :func:`~alice_core.providers.looks.judge`.

    Raises:
        ProviderBadAnswer: It is something else.
    """
    told = _object(data)
    scores = told.get("scores")
    if not isinstance(scores, dict):
        raise _wrong("there are no scores")
    for name in CRITERIA:
        score = scores.get(name)
        if not isinstance(score, int) or isinstance(score, bool) or not _LEAST_SCORE <= score <= _MOST_SCORE:
            raise _wrong(f"{name} has no score from 1 to 5")
    if not isinstance(told.get("keep"), bool):
        raise _wrong("it does not say whether to keep it")
    return Judgement({name: scores[name] for name in CRITERIA}, _text(told, "reason"), told["keep"])


def read_comparison(data: bytes, count: int) -> Comparison:
    """The answer to :func:`~alice_core.providers.looks.compare` of so many takes.

    Raises:
        ProviderBadAnswer: It is something else, or does not name every take once.
    """
    told = _object(data)
    order = told.get("order")
    numbers = [one for one in order if type(one) is int] if isinstance(order, list) else []
    if numbers != order or sorted(numbers) != list(range(1, count + 1)):
        raise _wrong("it does not name every take once")
    return Comparison(tuple(number - 1 for number in numbers), _text(told, "reason"))


def _object(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _wrong("it is no JSON object")
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise _wrong(f"{name} is no text")
    return value[:_LONGEST]


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(f"{name} is no list of texts")
    return tuple(one[:_LONGEST] for one in value[:_MOST])


def _wrong(why: str) -> ProviderBadAnswer:
    message = f"the answer about the picture cannot be used: {why}"
    return ProviderBadAnswer(message, hint="Ask again, or ask another model.", billed="yes")
