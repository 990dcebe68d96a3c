"""What a plan tells the storyboard about a shot, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from alice_core.errors import ProviderRefused
from alice_core.providers.task import OptionValue

Kind: TypeAlias = type[str] | type[int] | type[float]

MOVES = ("hold", "push-in", "pull-out", "pan-left", "pan-right", "tilt-up", "tilt-down")
"""The camera moves that can be drawn, as a plan names them."""


@dataclass(frozen=True, slots=True)
class ShotOptions:
    """The facts of a shot that are drawn or written on its frame; what is empty or 0 is left out.

    Attributes:
        shot: Number of the shot, from 1.
        shots: How many there are.
        section: Label of the section.
        section_index: Of the section in the song, from 0.
        bar: Number of the bar that the shot starts in.
        beats: Beats that begin inside the shot.
        timecode: Of the first frame.
        frames: Length in frames.
        seconds: Length in seconds, as it is to be read.
        move: One of :data:`MOVES`.
        energy: Of the music, 0 to 1.
        brightness: Of the music, 0 to 1.
        valence: Of the music, 0 to 1.
        arc: Place of the shot in the song, 0 to 1.
        title: Of the song.
    """

    shot: int = 0
    shots: int = 0
    section: str = ""
    section_index: int = 0
    bar: int = 0
    beats: int = 0
    timecode: str = ""
    frames: int = 0
    seconds: str = ""
    move: str = "hold"
    energy: float = 0.5
    brightness: float = 0.5
    valence: float = 0.5
    arc: float = 0.0
    title: str = ""


OPTIONS = {
    "shot": "number of the shot, from 1",
    "shots": "how many there are",
    "section": "label of the section",
    "section_index": "number of the section, from 0",
    "bar": "bar that the shot starts in",
    "beats": "beats that begin inside the shot",
    "timecode": "of the first frame",
    "frames": "length in frames",
    "seconds": "length in seconds, as it is to be read",
    "move": "hold, push-in, pull-out, pan-left, pan-right, tilt-up, tilt-down",
    "energy": "of the music, 0 to 1",
    "brightness": "of the music, 0 to 1",
    "valence": "of the music, 0 to 1",
    "arc": "place of the shot in the song, 0 to 1",
    "title": "of the song",
}
"""What each option is, in a line."""

_SHARES = frozenset({"energy", "brightness", "valence", "arc"})
_KINDS: dict[str, Kind] = {field.name: type(field.default) for field in fields(ShotOptions)}  # type: ignore[misc]


def shot_options(options: Mapping[str, OptionValue]) -> ShotOptions:
    """The options of a task.

    Raises:
        ProviderRefused: An option is unknown, of the wrong kind or out of its range; the message names it.
    """
    known: dict[str, str | int | float] = {}
    for name, value in options.items():
        if name not in _KINDS:
            raise ProviderRefused(
                f"The storyboard has no option {name!r}.", hint=f"It has: {', '.join(sorted(_KINDS))}."
            )
        known[name] = _checked(name, value)
    return ShotOptions(**known)  # type: ignore[arg-type]  # each was just checked against its kind


def _checked(name: str, value: OptionValue) -> str | int | float:
    kind = _KINDS[name]
    if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
        raise _refused(name, value, {str: "a text", int: "a whole number", float: "a number"}[kind])
    if name in _SHARES and not (0 <= float(value) <= 1):
        raise _refused(name, value, "a number from 0 to 1")
    if name == "move" and value not in MOVES:
        raise _refused(name, value, f"one of {', '.join(MOVES)}")
    if kind is int and int(value) < 0:
        raise _refused(name, value, "0 or more")
    return float(value) if kind is float else value


def _refused(name: str, value: OptionValue, wanted: str) -> ProviderRefused:
    return ProviderRefused(
        f"The storyboard's option {name!r} cannot be {value!r}.", hint=f"Give it {wanted}, or leave it out."
    )
