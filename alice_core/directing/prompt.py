"""The words of a shot: framing, what is seen, light and colour, and its place in the arc.

A prompt reads ``Framing: what is seen. Light; colours. Arc.`` and then the style that the
brief asks for. What is seen depends on the plan's seed, the section's label and the shot's
place in the section, so a repeated section comes back to the same images; the light follows
the mood, and the last words say where in the film we are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from alice_core.directing.arc import Function, Role
from alice_core.directing.draw import pick
from alice_core.directing.model import Mood
from alice_core.directing.pacing import Level
from alice_core.directing.worlds import WORLDS, World

LONGEST_BRIEF = 600
"""Characters of a brief that go into every prompt."""


class Framing(StrEnum):
    """How much of the world a shot shows."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the words of one shot follow from.

    Attributes:
        label: Of the section.
        role: Of the section.
        place: Of the shot in its section, from 0.
        closing: Whether the shot is the last of its section.
        leading: Whether a release comes right after it.
        through: How far into the song it begins, from 0 to 1.
        mood: Each measure relative to the whole song, from 0 to 1.
    """

    label: str
    role: Role
    place: int
    closing: bool
    leading: bool
    through: float
    mood: Mood


_CYCLES: tuple[tuple[Framing, ...], ...] = (
    (Framing.WIDE, Framing.MEDIUM, Framing.CLOSE, Framing.MEDIUM),
    (Framing.WIDE, Framing.CLOSE, Framing.MEDIUM, Framing.CLOSE),
    (Framing.WIDE, Framing.MEDIUM, Framing.CLOSE),
)
_NEXT = {Framing.WIDE: Framing.MEDIUM, Framing.MEDIUM: Framing.CLOSE, Framing.CLOSE: Framing.MEDIUM}
_CAMERAS: Mapping[Framing, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Framing.WIDE: (
        ("Wide shot", "Extreme wide shot", "High wide shot"),
        ("Low wide shot", "Wide shot from above", "Sweeping wide shot"),
    ),
    Framing.MEDIUM: (
        ("Medium shot", "Medium shot in profile", "Medium shot from behind"),
        ("Low medium shot", "Handheld medium shot", "Medium shot, tilted horizon"),
    ),
    Framing.CLOSE: (
        ("Close-up", "Extreme close-up", "Close-up, shallow focus"),
        ("Close-up, motion blur", "Extreme close-up", "Handheld close-up"),
    ),
}
_LIGHT: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("Deep shadow, a cold edge of light", "Near darkness, one cold gleam"),
        ("Low light, long soft shadows", "Dim light, shapes half hidden"),
        ("Darkness around one warm glow", "Low warm light in deep shadow"),
    ),
    (
        ("Flat grey light", "Cool diffuse light"),
        ("Soft even light", "Quiet light from one side"),
        ("Warm slanting light", "Soft golden light"),
    ),
    (
        ("Hard pale light, bleached edges", "Cold glare"),
        ("Clear bright light", "High contrast light from behind"),
        ("Brilliant warm light, glowing edges", "Light flooding in, warm flare"),
    ),
)
_OPENING: Mapping[Function, tuple[str, ...]] = {
    Function.ESTABLISH: ("A quiet beginning", "A beginning again"),
    Function.DEVELOP: ("The story begins", "The story deepens", "The story at its turn"),
    Function.LIFT: ("The climb begins", "The climb again", "The last climb"),
    Function.RELEASE: ("The first release", "Released again, wilder", "Past all restraint"),
    Function.BREATHE: ("A held breath", "Stillness again"),
    Function.RESOLVE: ("The last light", "Almost gone"),
}
_WITHIN: Mapping[Function, tuple[str, ...]] = {
    Function.ESTABLISH: ("Waiting for the first step", "The place takes shape", "Nothing has happened yet"),
    Function.DEVELOP: ("One thing leads to another", "Curiosity", "A question without an answer", "On the way"),
    Function.LIFT: ("Tension rising", "No way back", "Higher still"),
    Function.RELEASE: ("Everything let loose", "Pure abandon", "No holding back", "Joy close to pain"),
    Function.BREATHE: ("Time standing still", "An echo of what was", "The calm inside the storm"),
    Function.RESOLVE: ("Letting go", "What remains", "A last look back"),
}
_BRIEF_WIDE = (
    "seen whole from far off",
    "small against a wide space",
    "framed by its surroundings",
    "in deep perspective",
    "seen from high above",
)
_BRIEF_MANNER: tuple[tuple[str, ...], ...] = (
    ("a moment of stillness", "in silence", "time slowed down", "an inward moment"),
    ("in flowing movement", "caught in mid-gesture", "seen through something near", "a turn of mood", "unhurried"),
    ("in full motion", "a burst of movement", "everything whirling", "breaking free", "the air full of motion"),
)
_BRIEF_CLOSE = (
    "seen as a reflection",
    "down to one telling detail",
    "reduced to texture",
    "as a passing shadow",
    "as a glint of light",
    "one gesture filling the frame",
)
_BRIEF_PALETTES = (
    ("slate blue", "ember"),
    ("indigo", "amber"),
    ("deep teal", "gold"),
    ("bone white", "rust"),
    ("violet", "honey"),
)


class Writer:
    """The writer of one plan's prompts, who keeps to one world and never frames two shots alike in a row.

    Args:
        brief: What the maker wants; may be empty.
        seed: Of the plan.
    """

    def __init__(self, brief: str, seed: int) -> None:
        self._seed = seed
        self._subject, self._style = read_brief(brief)
        self._world: World = pick(WORLDS, seed, "world")
        self._palette = pick(_BRIEF_PALETTES if self._subject else self._world.palettes, seed, "palette")
        self._framing: Framing | None = None
        self._ranks: dict[str, int] = {}
        self._seen_before = dict.fromkeys(Framing, 0)

    def prompt(self, scene: Scene) -> str:
        """The prompt of the next shot."""
        framing = self._frame(scene)
        step = self._seen_before[framing]
        self._seen_before[framing] += 1
        cameras = _CAMERAS[framing][scene.role.level >= Level.STRONG]
        camera = pick(cameras, self._seed, "camera", scene.label, framing, step=step)
        sentences = [f"{camera}: {self._seen(scene, framing, step)}", self._light(scene), self._arc(scene), self._style]
        return " ".join(sentence.rstrip(".") + "." for sentence in sentences if sentence)

    def _frame(self, scene: Scene) -> Framing:
        """The framing of the next shot; a section ends on something near, so that the next can open wide."""
        if scene.place == 0:
            self._seen_before = dict.fromkeys(Framing, 0)
        cycle = pick(_CYCLES, self._seed, "framing", scene.label)
        framing = cycle[scene.place % len(cycle)]
        if framing is Framing.WIDE and scene.place and scene.closing:
            framing = Framing.CLOSE
        if framing is self._framing:
            framing = _NEXT[framing]
        self._framing = framing
        return framing

    def _seen(self, scene: Scene, framing: Framing, step: int) -> str:
        """What is to be seen: each label sets out from its own place in the motifs and walks on."""
        level = min(scene.role.level, Level.STRONG)
        step += 2 * self._ranks.setdefault(scene.label, len(self._ranks))
        if self._subject:
            options = {Framing.WIDE: _BRIEF_WIDE, Framing.MEDIUM: _BRIEF_MANNER[level], Framing.CLOSE: _BRIEF_CLOSE}
            return f"{self._subject}, {pick(options[framing], self._seed, framing, step=step)}"
        world = self._world
        if framing is Framing.CLOSE:
            return pick(world.details, self._seed, framing, step=step)
        actions = (world.calm, world.steady, world.strong)[level]
        action = pick(actions, self._seed, "action", step=step + 2 * (framing is Framing.WIDE))
        if framing is Framing.MEDIUM:
            return f"{world.subject} {action}"
        hour = world.hours[min(len(world.hours) - 1, int(scene.through * len(world.hours)))]
        return f"{pick(world.wides, self._seed, framing, step=step)}, {hour}; {world.subject} {action}"

    def _light(self, scene: Scene) -> str:
        tone = _third(scene.mood.valence)
        light = pick(_LIGHT[_third(scene.mood.brightness)][tone], self._seed, "light", scene.label)
        return f"{light}; {_colours(*self._palette)[tone]}"

    def _arc(self, scene: Scene) -> str:
        """Where in the film we are; the last return of a release is its summit."""
        role = scene.role
        if scene.leading:
            return "On the edge of release"
        if scene.place:
            return pick(_WITHIN[role.function], self._seed, "arc", scene.label, step=scene.place)
        if role.function is Function.RELEASE and role.last and role.occurrence > 1:
            return "The summit of the film"
        words = _OPENING[role.function]
        return words[min(role.occurrence, len(words)) - 1]


def read_brief(brief: str) -> tuple[str, str]:
    """The subject of a brief, and the style that its further sentences ask for; both may be empty.

    White space is made plain, a leading article is written small, and what goes beyond
    :data:`LONGEST_BRIEF` characters is cut between words.
    """
    plain = " ".join(brief.split())
    if len(plain) > LONGEST_BRIEF:
        plain = plain[: LONGEST_BRIEF + 1].rsplit(" ", 1)[0][:LONGEST_BRIEF]
    found = re.split(r"(?<=[.!?;])\s+", plain, maxsplit=1)
    subject = found[0].rstrip(".!?;, ")
    style = found[1].rstrip(".!?;, ") if len(found) > 1 else ""
    if re.match(r"(A|An|The|Two|Three|Some|My|Our)\s", subject):
        subject = subject[0].lower() + subject[1:]
    return subject, style


def without_colours(prompt: str) -> str:
    """A prompt of :class:`Writer` without the colours that the planner chose; other prompts stay as they are."""
    found = next((one for one in _all_colours() if f"; {one}." in prompt), None)
    return prompt if found is None else prompt.replace(f"; {found}.", ".", 1)


def _colours(cold: str, warm: str) -> tuple[str, str, str]:
    return f"{cold} with a trace of {warm}", f"{cold} and {warm}", f"{warm} over {cold}"


def _all_colours() -> Iterator[str]:
    for palette in (*_BRIEF_PALETTES, *(palette for world in WORLDS for palette in world.palettes)):
        yield from _colours(*palette)


def _third(value: float) -> int:
    return min(2, int(value * 3))
