"""What each section does in the film: the dramatic arc from the first glimpse to the last light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from alice_core.directing.grid import Passage
from alice_core.directing.pacing import Level, level_of, levels_of


class Function(StrEnum):
    """What a section is for."""

    ESTABLISH = "establish"
    DEVELOP = "develop"
    LIFT = "lift"
    RELEASE = "release"
    BREATHE = "breathe"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Role:
    """A section's part in the film.

    Attributes:
        function: What it is for.
        level: How strong all sections of its label are together.
        occurrence: 1 for the first section of that label, 2 for the next.
        last: Whether no later section has the same label.
    """

    function: Function
    level: Level
    occurrence: int
    last: bool


_BY_LABEL = {
    "intro": Function.ESTABLISH,
    "verse": Function.DEVELOP,
    "chorus": Function.RELEASE,
    "drop": Function.RELEASE,
    "break": Function.BREATHE,
    "outro": Function.RESOLVE,
}


def roles_of(passages: Sequence[Passage]) -> tuple[Role, ...]:
    """The role of each section, in order."""
    labels = [passage.label for passage in passages]
    levels = [_shared_level(passages, label) for label in labels] if len(passages) > 1 else levels_of(passages)
    return tuple(
        Role(
            function=_function(label, levels, index),
            level=levels[index],
            occurrence=labels[: index + 1].count(label),
            last=label not in labels[index + 1 :],
        )
        for index, label in enumerate(labels)
    )


def _shared_level(passages: Sequence[Passage], label: str) -> Level:
    """The level of a label by its mean energy, so that repeated sections echo each other."""
    energies = [passage.energy for passage in passages if passage.label == label]
    return level_of(label, sum(energies) / len(energies))


def _function(label: str, levels: Sequence[Level], index: int) -> Function:
    """By the label where it says enough, else by the place and the neighbours."""
    if label in _BY_LABEL:
        return _BY_LABEL[label]
    before = levels[index - 1] if index else None
    after = levels[index + 1] if index + 1 < len(levels) else None
    if label != "bridge" and (placed := _by_place(before, levels[index], after)) is not None:
        return placed
    if after is not None and after > levels[index]:
        return Function.LIFT
    return Function.BREATHE if before is not None and before > levels[index] else Function.DEVELOP


def _by_place(before: Level | None, level: Level, after: Level | None) -> Function | None:
    """The function of a section with a neutral label that opens or ends the film, or is strong."""
    if before is None and after is not None:
        return Function.ESTABLISH
    if after is None and before is not None and level <= before:
        return Function.RESOLVE
    return Function.RELEASE if level >= Level.STRONG else None
