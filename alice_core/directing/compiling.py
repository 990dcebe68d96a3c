"""What a generator is really told of a shot: the plan's words and the project's style in one, and where each is from.

There is one compiler, so that a shot can be explained word by word, and so that the same shot, sheet and model give
the same task, which is what its recipe is known by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alice_core.directing.draw import number
from alice_core.directing.model import Plan, Shot
from alice_core.directing.prompt import without_colours
from alice_core.directing.style import Character, SeedPolicy, StyleSheet

_WHOLE = 1 << 20


@dataclass(frozen=True, slots=True)
class Reach:
    """What a model can be told.

    Attributes:
        longest: Characters of a prompt.
        negative: Whether it takes a negative prompt.
        references: How many pictures it takes.
        seeds: Whether a seed means anything to it.
    """

    longest: int = _WHOLE
    negative: bool = True
    references: int = 0
    seeds: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a prompt, and where they come from: ``shot``, ``character Mia``, ``style.look``, ``note``."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Direction:
    """Everything that a generator is told of one shot.

    Attributes:
        shot: Its identifier.
        parts: The prompt in its pieces, in order.
        negative: What is not to be seen, where the model has a place for it.
        seed: For the generator.
        references: Digests of pictures to go by, those of characters first.
        notices: What the sheet asks for and this model cannot be told, in sentences.
    """

    shot: str
    parts: tuple[Part, ...]
    negative: str
    seed: int
    references: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def prompt(self) -> str:
        """The prompt."""
        return " ".join(part.text for part in self.parts)


def direct(plan: Plan, shot: Shot, sheet: StyleSheet, reach: Reach, note: str = "") -> Direction:
    """The direction of a shot.

    Args:
        plan: The plan it stands in.
        shot: The shot.
        sheet: The style of the project.
        reach: What the model can be told.
        note: What is asked of this take besides, such as ``darker``.
    """
    here = tuple(one for one in sheet.characters if _named(one, f"{shot.prompt} {note}"))
    parts, notices = _fitted(_parts(shot, sheet, here, reach, note), reach.longest)
    negative = ", ".join(sheet.negative) if reach.negative else ""
    wanted = [*(one.reference for one in here if one.reference), *sheet.references]
    references = tuple(dict.fromkeys(one for one in wanted if one))
    if len(references) > reach.references:
        left = len(references) - reach.references
        took = f"takes {reach.references} reference pictures" if reach.references else "takes no reference pictures"
        notices += (f"The model {took}; {left} of the style sheet {'is' if left == 1 else 'are'} left out.",)
    if not reach.seeds and sheet.seeds is not SeedPolicy.SHOT:
        notices += ("The model knows no seeds, so shots cannot share one.",)
    return Direction(shot.id, parts, negative, _seed(plan, shot, sheet), references[: reach.references], notices)


def _parts(
    shot: Shot, sheet: StyleSheet, here: tuple[Character, ...], reach: Reach, note: str
) -> tuple[tuple[int, Part], ...]:
    """The pieces of the prompt in order, each with its rank: the highest is given up first where there is no room."""
    words = without_colours(shot.prompt) if sheet.palette else shot.prompt
    found = [(0, Part("shot", words))]
    found += [(1, Part(f"character {one.name}", _sentence(f"{one.name} is {one.words}"))) for one in here]
    if note.strip():
        found.append((0, Part("note", _sentence(" ".join(note.split())))))
    if sheet.look:
        found.append((2, Part("style.look", _sentence(sheet.look))))
    if sheet.palette:
        found.append((3, Part("style.palette", _sentence(f"Colours: {', '.join(sheet.palette)}"))))
    if sheet.lens:
        found.append((4, Part("style.lens", _sentence(sheet.lens))))
    if sheet.negative and not reach.negative:
        found.append((5, Part("style.negative", _sentence(f"Without {', '.join(sheet.negative)}"))))
    return tuple(found)


def _fitted(parts: tuple[tuple[int, Part], ...], longest: int) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts that fit, and what was left out to make them fit."""
    left = list(parts)
    notices: list[str] = []
    while sum(len(part.text) + 1 for _, part in left) - 1 > longest:
        rank = max(rank for rank, _ in left)
        if rank == 0:
            break  # the provider's own check says what is too long
        last = max(index for index, (one, _) in enumerate(left) if one == rank)
        notices.append(f"The prompt has room for {longest} characters; {left.pop(last)[1].source} is left out.")
    return tuple(part for _, part in left), tuple(notices)


def _named(character: Character, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(character.name)}(?!\w)", text, re.IGNORECASE) is not None


def _seed(plan: Plan, shot: Shot, sheet: StyleSheet) -> int:
    if sheet.seeds is SeedPolicy.FILM:
        return plan.seed
    return number(plan.seed, "section", shot.section) if sheet.seeds is SeedPolicy.SECTION else shot.seed


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."
