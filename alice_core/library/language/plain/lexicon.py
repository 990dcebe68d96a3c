"""The names that the store knows, for finding them in questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from alice_core.library.language.plain.phrases import alike, listed
from alice_core.library.language.plain.sentence import Sentence, squeezed
from alice_core.store.wanted import Vocabulary

_SHORTEST = 3
"""A family of models has a name of so many letters at least."""

_SEGMENT = re.compile(r"[^\W\d_]+|\d+")
_ENDING = re.compile(r"\.(?:safetensors|ckpt|pt|pth|bin|gguf|onnx|sft)$", re.IGNORECASE)

_ENGLISH = frozenset(
    listed(
        """anything, pony, illustrious, deliberate, dream, real, realistic, vivid, ghost, lightning, turbo, base,
        model, noob, chroma, photon, cinematic, epic, analog, canvas, firefly, ray, gen, aurora, playground,
        stable, dev, pro, ultra, fast, new, art, the, mix, fusion, motion, runway, image, video, music, sound,
        light, dark, anime, cartoon, photo, style, vision, absolute, counterfeit, perfect, cyber, fantasy,
        crystal, clear, magic, world, nova, alpha, omega, hyper, super, mega, mini, edge, animate, inpaint,
        upscale, refiner"""
    )
)
"""First parts of names of models that are also words of English; alone they are words to be searched for."""

_VARIANTS = frozenset(
    listed(
        """dev, schnell, pro, base, turbo, lightning, xl, refiner, fp8, fp16, bf16, ultra, max, mini, large,
        medium, small, fast, lite, preview, krea, kontext, fill, i2v, t2v, hyper, distilled, standard, master"""
    )
)
_VERSION = re.compile(r"v?\d+(?:\.\d+)?")

GENERATORS = listed(
    "ComfyUI, A1111, Forge, InvokeAI, NovelAI, Fooocus, SwarmUI, EasyDiffusion, DrawThings, Midjourney, Alice"
)
"""Generators that are known without being in the store."""

_OTHER_GENERATORS = {
    **alike("automatic1111, auto1111, automatic, webui", "A1111"),
    **alike("swarm, stableswarmui", "SwarmUI"),
    "comfy": "ComfyUI",
    "invoke": "InvokeAI",
    "novel": "NovelAI",
    "mj": "Midjourney",
}
_OTHER_SAMPLERS = {"eulera": ("eulerancestral", "eulera"), "eulerancestral": ("eulerancestral", "eulera")}


class Lexicon:
    """The names of a vocabulary by what they look like in a question.

    Args:
        vocabulary: The names.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._names: dict[str, dict[str, list[str]]] = {
            "project": _by_look((name, name) for name in vocabulary.projects),
            "collection": _by_look((name, name) for name in vocabulary.collections),
            "sampler": _by_look((name, name) for name in vocabulary.samplers),
            "scheduler": _by_look((name, name) for name in vocabulary.schedulers),
            "generator": _by_look((name, name) for name in (*vocabulary.generators, *GENERATORS)),
            "tag": _by_look(
                [(name, name) for name in vocabulary.tags]
                + [(name.rpartition("/")[2], name) for name in vocabulary.tags if "/" in name]
                + list(vocabulary.synonyms)
            ),
            "synonym": _by_look(iter(vocabulary.synonyms)),
        }
        for look, name in _OTHER_GENERATORS.items():
            self._names["generator"].setdefault(look, self._names["generator"].get(squeezed(name), [name]))
        self._models = _Models(vocabulary.models)
        self._loras = _Models(vocabulary.loras)

    def name(self, field: str, sentence: Sentence, at: int) -> tuple[tuple[str, ...], int] | None:
        """The names of a field that the words from a place on are, and the place after them; the longest."""
        names = self._names[field]
        for look, end in sentence.looks(at):
            found = names.get(look) or (names.get(look[:-1]) if field == "tag" and look.endswith("s") else None)
            if field == "sampler" and look in _OTHER_SAMPLERS:
                found = [name for other in _OTHER_SAMPLERS[look] for name in names.get(other, ())]
            if found:
                return tuple(found), end
        return None

    def models(
        self, sentence: Sentence, at: int, *, anywhere: bool, lora: bool = False
    ) -> tuple[tuple[str, ...], int] | None:
        """Globs for the models whose names begin with the words from a place on, and the place after them.

        Args:
            sentence: The question.
            at: The place.
            anywhere: Whether the words may also stand inside the name, or be words of English.
            lora: Whether LoRAs are meant.
        """
        models = self._loras if lora else self._models
        for look, end in sentence.looks(at):
            if patterns := models.patterns(look, anywhere=anywhere):
                return models.variant(patterns, sentence, end)
        return None


@lru_cache(maxsize=4)
def lexicon_of(vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of a vocabulary; made once."""
    return Lexicon(vocabulary)


def _by_look(names: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, meant in names:
        some = found.setdefault(squeezed(name), [])
        if meant not in some:
            some.append(meant)
    found.pop("", None)
    return found


class _Models:
    """Names of models, and the parts of them that people call them by."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = tuple(dict.fromkeys(_ENDING.sub("", re.split(r"[/\\]", name)[-1]).lower() for name in names))
        self._humps = {
            shown.lower(): shown for name in names for shown in [_ENDING.sub("", re.split(r"[/\\]", name)[-1])]
        }
        self._looks = [squeezed(name) for name in self._names]
        self._all = "\n".join(self._looks)

    def patterns(self, look: str, *, anywhere: bool) -> tuple[str, ...]:
        if len(look) < _SHORTEST - anywhere or look.isdecimal() or look not in self._all:
            return ()
        if not anywhere and look in _ENGLISH:
            return ()
        found: list[str] = []
        for name, whole in zip(self._names, self._looks, strict=True):
            if look in whole and (part := self._part(name, look, anywhere=anywhere)) and f"*{part}*" not in found:
                found.append(f"*{part}*")
        return _without_needless(found)

    def variant(self, patterns: tuple[str, ...], sentence: Sentence, end: int) -> tuple[tuple[str, ...], int]:
        """The patterns, narrowed by the words for a variant that follow: ``flux dev`` gives ``*flux*dev*``."""
        while (word := sentence.low(end)) in _VARIANTS or _VERSION.fullmatch(word):
            narrowed = tuple(
                f"{pattern}{word}*"
                for pattern in patterns
                if any(fnmatchcase(name, f"{pattern}{word}*") for name in self._names)
            )
            if not narrowed:
                break
            patterns, end = narrowed, end + 1
        return patterns, end

    def _part(self, name: str, look: str, *, anywhere: bool) -> str | None:
        """The part of a name that looks like some words: whole segments, at its start or anywhere."""
        segments = list(_SEGMENT.finditer(name))
        for first in range(len(segments) if anywhere else 1):
            text = ""
            for segment in segments[first:]:
                text += segment.group()
                if text == look:
                    return name[segments[first].start() : segment.end()]
                if not look.startswith(text):
                    break
            if text.startswith(look) and self._ends_at_hump(name, segments[first].start(), look):
                return name[segments[first].start() : segments[first].start() + len(look)]
        return None

    def _ends_at_hump(self, name: str, start: int, look: str) -> bool:
        """Whether a part of a word ends where a capital begins the next: ``juggernaut`` in ``juggernautXL``."""
        shown = self._humps[name]
        end = start + len(look)
        return name.startswith(look, start) and end < len(shown) and shown[end].isupper() and shown[end - 1].islower()


def _without_needless(patterns: list[str]) -> tuple[str, ...]:
    """The patterns without those that fit only what a shorter one fits already."""
    return tuple(
        one for one in patterns if not any(other != one and other.strip("*") in one.strip("*") for other in patterns)
    )
