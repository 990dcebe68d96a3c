"""Phrases and what they mean, found in a question by their first word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Spoken:
    """Words in small letters, one after the other; a phrase in quotes is an empty one."""

    def __init__(self, lows: Iterable[str]) -> None:
        self._lows = tuple(lows)

    def __len__(self) -> int:
        return len(self._lows)

    def low(self, at: int) -> str:
        """The word at a place; empty outside."""
        return self._lows[at] if 0 <= at < len(self._lows) else ""

    def lows(self, start: int, end: int) -> tuple[str, ...]:
        """The words between two places."""
        return self._lows[start:end]


def listed(text: str) -> tuple[str, ...]:
    """The phrases of a list with commas between them, with single spaces."""
    return tuple(" ".join(part.split()) for part in text.split(","))


def alike(text: str, meaning: V) -> dict[str, V]:
    """One meaning for every phrase of a list with commas."""
    return dict.fromkeys(listed(text), meaning)


class Phrases(Generic[V]):
    """What some phrases mean; the longest one that fits counts.

    Args:
        meanings: Phrases of words with single spaces, and their meanings.
    """

    def __init__(self, meanings: Mapping[str, V]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, meaning in meanings.items():
            words = tuple(phrase.split())
            self._by_first.setdefault(words[0], []).append((words, meaning))
        for some in self._by_first.values():
            some.sort(key=lambda one: -len(one[0]))

    def at(self, spoken: Spoken, at: int) -> tuple[V, int] | None:
        """The meaning of the phrase that begins at a place, and the place after it."""
        for words, meaning in self._by_first.get(spoken.low(at), ()):
            if spoken.lows(at, at + len(words)) == words:
                return meaning, at + len(words)
        return None
