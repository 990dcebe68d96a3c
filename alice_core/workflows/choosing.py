"""Which shots of a plan somebody means: sections, numbers, spans, identifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alice_core.directing.model import Plan
from alice_core.errors import NotFound


def chosen_places(plan: Plan, words: Sequence[str]) -> tuple[int, ...]:
    """The places of the shots that words mean, in the order of the plan; all of them where there are no words.

    Args:
        plan: The plan.
        words: Each a section (``chorus``), a number from 1 (``12``), a span (``3-7``), an identifier
            (``shot-0012``), or several of them between commas.

    Raises:
        NotFound: A word means no shot.
    """
    if not words:
        return tuple(range(len(plan.shots)))
    wanted = [part for word in words for part in re.split(r"[,\s]+", word) if part]
    places = {place for part in wanted for place in _meant(plan, part)}
    return tuple(sorted(places))


def _meant(plan: Plan, word: str) -> list[int]:
    found = [place for place, shot in enumerate(plan.shots) if word in (shot.id, shot.section)]
    span = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", word, re.ASCII)
    if not found and span:
        first, last = int(span[1]), int(span[2] or span[1])
        found = [number - 1 for number in range(first, last + 1) if 1 <= number <= len(plan.shots)]
    if not found:
        sections = ", ".join(dict.fromkeys(shot.section for shot in plan.shots))
        message = f"no shot of the plan is meant by {word!r}"
        raise NotFound(message, hint=f"It has {len(plan.shots)} shots; sections: {sections}.")
    return found
