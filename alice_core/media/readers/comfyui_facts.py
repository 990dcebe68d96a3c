"""What a ComfyUI graph says of the file that one of its nodes saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alice_core.media.generation import Candidate, Certainty, Generation, ModelUse
from alice_core.media.readers.comfyui_graph import Node
from alice_core.media.readers.comfyui_models import models_of, number_text, others_of
from alice_core.media.readers.comfyui_samplers import SEED, Made, Sampler, fact, made_by, size_of
from alice_core.media.readers.comfyui_text import NEGATIVE, POSITIVE, Spoken, Words
from alice_core.media.readers.comfyui_walk import Walk, first_present, upstream
from alice_core.media.readers.comfyui_widgets import UNNAMED

_PROMPTS = {
    POSITIVE: (
        "positive",
        "cond1",
        "conditioning",
        "text_embeds",
        "prompt",
        "positive_prompt",
        "text_prompt",
        "tags",
        "instruction",
        "text",
    ),
    NEGATIVE: ("negative", "text_embeds", "negative_prompt"),
}
_STEPS = ("steps", "steps_total", "num_steps", "num_inference_steps", "sampling_steps")
_CFG = ("cfg", "cfg_conds", "cfg_scale", "guidance_scale", "true_cfg_scale")
_SAMPLER = ("sampler_name", "sampler", "scheduler_sampler")
_SCHEDULER = ("scheduler", "scheduler_name")
_LOADED = ("image", "video", "audio", "file")
_FRAMES = ("length", "video_frames", "num_frames", "frames", "frame_count")
_RATES = ("fps", "frame_rate")
_AROUND = frozenset({*_RATES, "stop_at_clip_layer", "seconds"})
_MOST_SEED = 1 << 64
_MOST_TOLD = 60
_FIELDS = ("prompt", "negative", "seed", "steps", "cfg", "sampler", "scheduler", "width", "height")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one saving node's part of the graph says.

    Attributes:
        generation: The facts.
        saver: The saving node.
        met: The ids of the samplers behind it.
        size: The size of what it saved, where the graph says so.
    """

    generation: Generation
    saver: Node
    met: frozenset[str]
    size: tuple[int | None, int | None]


def facts_of(walk: Walk, words: Words, saver: Node, base: Generation, *, alone: bool) -> Facts:
    """What the graph upstream of a saving node says.

    Args:
        walk: The walk through the graph.
        words: The texts found on it so far.
        saver: The saving node.
        base: Generator, reader and the certainty of the graph itself.
        alone: Whether no other node may have saved the file, so that its size need not tell them apart.
    """
    made = made_by(walk, saver)
    near = upstream(walk.graph, [saver], walk.budget)
    parts = _Parts(walk, words, made, base.certainty)
    found = parts.told(base, near)
    last = made.met[0] if made.met else None
    size = (None, None) if alone else _saved_size(walk, made, last)
    found = replace(found, extra={**found.extra, "saved by": saver.where})
    if walk.budget.left < 0:
        found = replace(found, certainty=Certainty.UNCERTAIN)
    return Facts(found, saver, frozenset(one.node.id for one in made.met), size)


class _Parts:
    """Gathers the facts, what is doubtful about them, and what else is worth telling."""

    def __init__(self, walk: Walk, words: Words, made: Made, certainty: Certainty) -> None:
        self._walk = walk
        self._made = made
        self._words = words
        self._candidates: list[Candidate] = []
        self._certainty = certainty if made.sure else Certainty.LIKELY
        self._extra: dict[str, str] = {}
        self._size_from: Node | None = None

    def told(self, base: Generation, near: list[Node]) -> Generation:
        """The whole of it, given all nodes upstream."""
        prompt, negative = self._asked()
        main = self._made.main
        values: dict[str, Any] = {} if main is None else self._settings(main)
        models = self._models(near)
        if main is not None:
            self._more(main)
        self._around(near)
        values["cfg"] = values.get("cfg") or self._extra.get("guidance")
        found = replace(base, prompt=prompt, negative=negative, models=models, **values)
        self._guessed(near, found)
        certainty = Certainty.UNCERTAIN if self._candidates else self._certainty
        return replace(found, certainty=certainty, candidates=tuple(self._candidates), extra=self._extra)

    def _doubt(self, field: str, options: Iterable[tuple[object, str]] = ()) -> None:
        self._certainty = Certainty.UNCERTAIN
        known = [Candidate(field, str(value), where) for value, where in options]
        self._candidates += [one for one in dict.fromkeys(known) if one not in self._candidates]

    def _less_sure(self) -> None:
        if self._certainty is Certainty.CERTAIN:
            self._certainty = Certainty.LIKELY

    def _asked(self) -> tuple[str | None, str | None]:
        """Prompt and negative of the sampler next to the saving node that has any words."""
        for sampler in self._made.met:
            positive = self._side(sampler, POSITIVE)
            if positive.value is None and positive.sure:
                continue
            negative = self._negative(sampler, positive)
            for name, one in (("prompt", positive), ("negative", negative)):
                if not one.sure:
                    self._doubt(name, one.options)
                if one.joined > 1:
                    self._extra[f"{name} joined of"] = one.where
            self._extra.update(
                {f"prompt {name}" if name.endswith(("_l", "_g")) else name: text for name, text in positive.notes}
            )
            return positive.value, negative.value
        return None, None

    def _side(self, sampler: Sampler, side: str) -> Spoken:
        held = sampler.holder(_PROMPTS[side])
        return Spoken(None) if held is None else self._words.said(held[0].inputs[held[1]], side)

    def _negative(self, sampler: Sampler, positive: Spoken) -> Spoken:
        negative = self._side(sampler, NEGATIVE)
        middle = next((facet for facet in sampler.facets if "cond2" in facet.inputs), None)
        if middle is None or negative.value != positive.value:
            return negative
        second = self._words.said(middle.inputs["cond2"], NEGATIVE)  # two guidances, the other one says what not
        options = ((negative.value or "", negative.where), (second.value or "", second.where))
        return replace(second, sure=second.value == negative.value, options=options)

    def _settings(self, main: Sampler) -> dict[str, Any]:
        """Seed, steps, guidance, sampler, scheduler and size of the main sampler."""
        values: dict[str, Any] = {}
        for name, read in _READERS.items():
            value, known = read(self._walk, main)
            values[name] = value
            if not known:
                self._doubt(name, self._near_values(main, name))
            rivals = [(read(self._walk, one)[0], one.node.where) for one in self._made.rivals]
            if len({one for one, _ in rivals}) > 1:
                self._doubt(name, [(one, where) for one, where in rivals if one is not None])
        values["width"], values["height"], self._size_from = size_of(self._walk, main)
        return values

    def _near_values(self, main: Sampler, name: str) -> list[tuple[object, str]]:
        """The numbers on the node that a setting comes from, where that node's meaning is not known."""
        held = main.holder(_NAMES[name])
        source = None if held is None else self._walk.node(held[0].inputs[held[1]])
        if source is None:
            return []
        plain = [value for value in source[0].inputs.values() if type(value) in {int, float}]
        return [(value, source[0].where) for value in plain][:8]

    def _models(self, near: list[Node]) -> tuple[ModelUse, ...]:
        """The main sampler's models first, then those of the other samplers and all the rest."""
        models: list[ModelUse] = []
        for sampler in sorted(self._made.met, key=lambda one: one is not self._made.main):
            found, sure = models_of(self._walk, sampler)
            mains = [one for one in found if one.role != "lora"]
            if not mains and not _is_driven(self._walk, sampler):
                found = (ModelUse("model", sampler.node.kind), *found)
            elif sampler is self._made.main and not sure:
                self._less_sure() if mains else self._doubt("models")
            if sampler is self._made.main and len({one.name for one in mains}) > 1:
                self._extra["merged of"] = ", ".join(one.name for one in mains)
            models += found
        models.sort(key=lambda one: one.role == "lora")
        return tuple(dict.fromkeys([*models, *others_of(self._walk, near)]))[:_MOST_TOLD]

    def _more(self, main: Sampler) -> None:
        """What else samplers were told."""
        denoise = number_text(fact(self._walk, main, ("denoise", "denoise_strength")))
        if denoise not in (None, "1"):
            self._extra["denoise"] = str(denoise)
        for one in self._made.met[:_MOST_TOLD]:
            if one is not main:
                said = ((name, read(self._walk, one)[0]) for name, read in _READERS.items())
                told = [f"{name} {value}" for name, value in said if value is not None]
                self._extra[one.node.where] = ", ".join(told)
        source = self._size_from
        if source is not None:
            self._number("frames", source, _FRAMES)
            self._number("batch size", source, ("batch_size",), beyond="1")

    def _around(self, near: list[Node]) -> None:
        """Frame rate, clip skip, length of sound and the files that went in."""
        for node in near:
            if node.inputs.keys() & _AROUND:
                self._number("fps", node, _RATES)
                self._number("clip skip", node, ("stop_at_clip_layer",))
                if "audio" in node.kind.lower():
                    self._number("seconds", node, ("seconds",))
        loaded = [
            value
            for node in near
            if node.kind.startswith(("Load", "VHS_Load"))
            for name in _LOADED
            if isinstance(value := node.inputs.get(name), str)
        ]
        if loaded:
            self._extra["made from"] = ", ".join(dict.fromkeys(loaded[:_MOST_TOLD]))

    def _number(self, name: str, node: Node, names: Sequence[str], beyond: str | None = None) -> None:
        present = first_present(node, names)
        if present is None or name in self._extra:
            return
        text = number_text(self._walk.constant(node.inputs[present], names))
        if text is not None and text != beyond:
            self._extra[name] = text

    def _guessed(self, near: list[Node], found: Generation) -> None:
        """Links that are only supposed make the fields that hang on them doubtful."""
        supposed = self._walk.graph.guessed
        for node in near if supposed else ():
            for name, field, value in (
                ("positive", "prompt", found.prompt),
                ("negative", "negative", found.negative),
                ("model", "models", found.model),
            ):
                if (node.id, name) in supposed and value is not None:
                    self._doubt(field, [(value, f"{node.where} (Anything Everywhere)")])
            if (node.id, "text") in supposed and node.inputs["text"] in {found.prompt, found.negative}:
                texts = [
                    text for name, text in node.inputs.items() if name.startswith("text") and isinstance(text, str)
                ]
                self._doubt(
                    "prompt" if node.inputs["text"] == found.prompt else "negative",
                    [(text, node.where) for text in texts],
                )
        if not self._made.met and any(f"{UNNAMED}0" in node.inputs for node in near):
            self._certainty = Certainty.UNCERTAIN
        elif supposed:
            self._less_sure()


def _is_driven(walk: Walk, sampler: Sampler) -> bool:
    """Whether a model is put into a sampler; else it is a service that makes pictures by itself."""
    graph = walk.graph
    return any(
        graph.link(facet.inputs.get(name)) is not None
        for facet in sampler.facets
        for name in ("model", "positive", "guider", "pipe", "basic_pipe", "context", "text_embeds", "conditioning")
    )


def _seed(walk: Walk, sampler: Sampler) -> tuple[int | None, bool]:
    value, known = _value(walk, sampler, SEED)
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < len(str(_MOST_SEED)) + 2:
        value = int(value)
    whole = _whole(value)
    return whole if whole is not None and abs(whole) < _MOST_SEED else None, known


def _steps(walk: Walk, sampler: Sampler) -> tuple[int | None, bool]:
    value, known = _value(walk, sampler, _STEPS)
    return _whole(value), known


def _cfg(walk: Walk, sampler: Sampler) -> tuple[str | None, bool]:
    value, known = _value(walk, sampler, _CFG)
    return number_text(value), known


def _named(names: Sequence[str], facet: str) -> Callable[[Walk, Sampler], tuple[str | None, bool]]:
    """Reads a name, or else the class of the node that stands for it (``LTXVScheduler``)."""

    def read(walk: Walk, sampler: Sampler) -> tuple[str | None, bool]:
        for one in sampler.facets:
            for name in names:
                value = one.inputs.get(name)
                if isinstance(value, str):
                    return value, True
                told = walk.constant(value, names) if walk.graph.link(value) is not None else None
                if isinstance(told, str):
                    return told, True
        kind = next((one.kind for one in sampler.facets if facet in one.kind and one is not sampler.node), None)
        return kind, True

    return read


def _value(walk: Walk, sampler: Sampler, names: Sequence[str]) -> tuple[Any, bool]:
    """A setting's plain value, and whether it is known whether and how it is set."""
    held = sampler.holder(names)
    if held is None:
        return None, True
    given = held[0].inputs[held[1]]
    value = walk.constant(given, names)
    return value, value is not None or walk.graph.link(given) is None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None


_READERS: dict[str, Callable[[Walk, Sampler], tuple[Any, bool]]] = {
    "seed": _seed,
    "steps": _steps,
    "cfg": _cfg,
    "sampler": _named(_SAMPLER, "Sampler"),
    "scheduler": _named(_SCHEDULER, "Scheduler"),
}
_NAMES = {"seed": SEED, "steps": _STEPS, "cfg": _CFG, "sampler": _SAMPLER, "scheduler": _SCHEDULER}


def _saved_size(walk: Walk, made: Made, last: Sampler | None) -> tuple[int | None, int | None]:
    """The size of the saved picture, where no node between changes it by an unknown measure."""
    for node in made.path:
        wide, high = (walk.constant(node.inputs.get(name), (name,)) for name in ("width", "height"))
        if type(wide) is int and type(high) is int:
            return wide, high
        if "upscale" in node.kind.lower() or "scale" in node.kind.lower():
            return None, None
    return (None, None) if last is None else size_of(walk, last)[:2]


def merged(found: Sequence[Facts], size: tuple[int | None, int | None]) -> Generation:
    """The facts of a file that one of several nodes saved.

    Where they all say the same there is no doubt. Where the size of just one fits the file's, it is
    likely that one. Else the fields that differ become candidates; their value is that of the node
    furthest down the graph, where all the others lie on its way, and ``None`` otherwise.

    Args:
        found: The facts of each node, at least one.
        size: Width and height of the file, as far as known.
    """
    whole = found[0].generation
    if len(found) == 1:
        return whole
    if all(_same(whole, one.generation) for one in found[1:]):
        return replace(whole, extra=_unnamed(whole))
    fitting = [one for one in found if None not in size and one.size == size]
    if len(fitting) == 1:
        best = fitting[0].generation
        return replace(best, certainty=Certainty.LIKELY) if best.certainty is Certainty.CERTAIN else best
    furthest = max(found, key=lambda one: len(one.met))
    ordered = all(one.met <= furthest.met for one in found) and sum(one.met == furthest.met for one in found) == 1
    whole = furthest.generation
    values: dict[str, Any] = {}
    candidates = list(whole.candidates)
    for name in _FIELDS:
        told = [(getattr(one.generation, name), one.saver.where) for one in found]
        if len({value for value, _ in told}) > 1:
            values[name] = getattr(whole, name) if ordered else None
            candidates += [Candidate(name, str(value), where) for value, where in told if value is not None]
    if len({one.generation.model for one in found}) > 1:
        values["models"] = whole.models if ordered else ()
        told = [(one.generation.model, one.saver.where) for one in found]
        candidates += [Candidate("models", value, where) for value, where in told if value is not None]
    elif not ordered:
        values["models"] = tuple(use for use in whole.models if all(use in one.generation.models for one in found))
    return replace(
        whole,
        certainty=Certainty.UNCERTAIN,
        candidates=tuple(dict.fromkeys(candidates)),
        extra=_unnamed(whole),
        **values,
    )


def _same(one: Generation, other: Generation) -> bool:
    return one.models == other.models and all(getattr(one, name) == getattr(other, name) for name in _FIELDS)


def _unnamed(one: Generation) -> dict[str, str]:
    """What else is told, less which node saved the file."""
    return {name: text for name, text in one.extra.items() if name != "saved by"}
