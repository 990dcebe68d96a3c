"""Names for the parts of a song, from what repeats and how energetic it is.

A chorus is the repeated material with the most energy, a verse what else repeats most or leads
to the first chorus; the
first and last parts are intro and outro where they are short or quieter than what is beside them; a break is a quiet
hole in the middle, a drop the chorus material that follows breaks, a bridge the single part
that comes once after a chorus. All else keeps a neutral letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_HEARD = 0.15  # level of a part that is more than silence
_QUIET = 0.35  # relative energy below which a part can be a break
_STEP = 0.25  # by which a break is quieter than its neighbours
_SHORT = 0.15  # of the song: an end so short leads in or out
_FULL = 0.6  # relative energy of a drop
_MIN_SPREAD = 0.12  # of the raw energies: less is no contrast


@dataclass(frozen=True, slots=True)
class Draft:
    """A part before it has a name.

    Attributes:
        group: Parts of one group are repetitions of each other.
        bars: Its length.
        energy: Relative to the other parts, from 0 to 1.
        level: On the energy curve itself, from 0 (silence) to 1.
    """

    group: int
    bars: int
    energy: float
    level: float = 1.0


def relative_energy(raw: Sequence[float]) -> list[float]:
    """Raw energies spread over 0 to 1; around the middle if they hardly differ."""
    if not raw:
        return []
    low, high = min(raw), max(raw)
    middle, spread = (low + high) / 2, max(high - low, _MIN_SPREAD)
    return [min(1.0, max(0.0, 0.5 + (value - middle) / spread)) for value in raw]


def name_parts(parts: Sequence[Draft]) -> list[str]:
    """A label for each part: ``intro verse chorus bridge drop break outro`` or a letter."""
    if len(parts) == 1:
        return ["A"]
    roles = _roles(parts)
    labels: list[str | None] = [roles.get(part.group) for part in parts]
    _name_ends(parts, labels)
    _name_breaks(parts, labels)
    _name_drops(parts, labels)
    _name_bridge(parts, labels)
    return _lettered(parts, labels)


def letter_parts(parts: Sequence[Draft]) -> list[str]:
    """Letters only, one for each group: for speech, noise and whatever has no song's form."""
    return _lettered(parts, [None] * len(parts))


def _lettered(parts: Sequence[Draft], labels: Sequence[str | None]) -> list[str]:
    letters: dict[int, str] = {}
    for part, label in zip(parts, labels, strict=True):
        if label is None and part.group not in letters:
            letters[part.group] = _letter(len(letters))
    return [label or letters[part.group] for part, label in zip(parts, labels, strict=True)]


def _roles(parts: Sequence[Draft]) -> dict[int, str]:
    """Which group is the chorus and which the verse."""
    times = Counter(part.group for part in parts)
    heard = {part.group for part in parts if part.level >= _HEARD}
    repeated = [group for group, count in times.items() if count > 1 and group in heard]
    if not repeated:
        return {}

    def energy(group: int) -> float:
        own = [(part.energy, part.bars) for part in parts if part.group == group]
        return sum(value * bars for value, bars in own) / sum(bars for _, bars in own)

    chorus = max(repeated, key=lambda group: (round(energy(group), 2), times[group], -group))
    others = [part.energy for part in parts if part.group != chorus]
    if len(repeated) == 1 and others and energy(chorus) < sum(others) / len(others):
        return {chorus: "verse"}
    verse = _verse(parts, chorus, [group for group in repeated if group != chorus], energy)
    return {chorus: "chorus"} if verse is None else {chorus: "chorus", verse: "verse"}


def _verse(parts: Sequence[Draft], chorus: int, repeated: Sequence[int], energy: Callable[[int], float]) -> int | None:
    """The group of the verses: what repeats and is not quiet, or leads to the first chorus, or repeats at all."""
    length = Counter[int]()
    for part in parts:
        length[part.group] += part.bars
    full = [group for group in repeated if energy(group) >= _QUIET]
    if full:
        return max(full, key=lambda group: (length[group], -group))
    first = next(index for index, part in enumerate(parts) if part.group == chorus)
    if first > 1 and parts[first - 1].energy >= _QUIET and parts[first - 1].group not in repeated:
        return parts[first - 1].group
    return max(repeated, key=lambda group: (length[group], -group), default=None)


def _name_ends(parts: Sequence[Draft], labels: list[str | None]) -> None:
    total = sum(part.bars for part in parts)
    for end, beside, name in ((0, 1, "intro"), (-1, -2, "outro")):
        part = parts[end]
        quieter = part.energy < parts[beside].energy - _STEP
        short = part.bars <= _SHORT * total
        if (labels[end] is None and (short or quieter)) or (quieter and _odd_one(parts, part)):
            labels[end] = name


def _name_breaks(parts: Sequence[Draft], labels: list[str | None]) -> None:
    for index in range(1, len(parts) - 1):
        around = min(parts[index - 1].energy, parts[index + 1].energy)
        odd = labels[index] is None or _odd_one(parts, parts[index])
        if odd and parts[index].energy < min(_QUIET, around - _STEP):
            labels[index] = "break"


def _odd_one(parts: Sequence[Draft], part: Draft) -> bool:
    """Whether a part is much quieter than the others of its group, so not simply one of them."""
    others = [other.energy for other in parts if other.group == part.group and other is not part]
    return bool(others) and part.energy < sum(others) / len(others) - _STEP


def _name_drops(parts: Sequence[Draft], labels: list[str | None]) -> None:
    choruses = [index for index, label in enumerate(labels) if label == "chorus"]
    after = [index for index in choruses if index and labels[index - 1] == "break" and parts[index].energy > _FULL]
    if len(after) > 1 and 2 * len(after) >= len(choruses):
        for index in choruses:
            labels[index] = "drop"


def _name_bridge(parts: Sequence[Draft], labels: list[str | None]) -> None:
    strong = [index for index, label in enumerate(labels) if label in {"chorus", "drop"}]
    single = [
        index
        for index in range(1, len(parts) - 1)
        if labels[index] is None and strong and index > strong[0] and 2 * index >= len(parts) - 1
    ]
    if single:
        labels[single[-1]] = "bridge"


def _letter(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
