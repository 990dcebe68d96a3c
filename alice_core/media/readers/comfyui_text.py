"""The words behind a conditioning: from a sampler's ``positive`` or ``negative`` back to the text.

Conditionings that are combined, joined or averaged give their texts joined by line ends, in the
order of the inputs. A text that is only made when the graph runs (by a language model, a tagger, a
wildcard) is not known: what is known of it becomes an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from alice_core.media.readers.comfyui_graph import Link, Node, natural, said_of
from alice_core.media.readers.comfyui_walk import Walk

POSITIVE = "positive"
NEGATIVE = "negative"

_MOST_DEPTH = 60
_MOST_LETTERS = 1 << 20

_SIDE_TEXTS = {
    POSITIVE: ("positive_prompt", "text_positive", "prompt_positive", "positive_text", "pos_prompt", "positive"),
    NEGATIVE: ("negative_prompt", "text_negative", "prompt_negative", "negative_text", "neg_prompt", "negative"),
}
_SIDE_LINKS = {
    POSITIVE: re.compile(r"^(pos|positive|base_positive|conditioning\+)(_|$|\d)", re.IGNORECASE),
    NEGATIVE: re.compile(r"^(neg|negative|base_negative|conditioning-)(_|$|\d)", re.IGNORECASE),
}
_OTHER = {POSITIVE: NEGATIVE, NEGATIVE: POSITIVE}
_ENCODER_TEXTS = ("llama", "t5xxl", "mt5xl", "text_g", "clip_g", "text_l", "clip_l", "bert")
_TEXTS = (
    *("populated_text", "text", "user_prompt", "prompt", "prompts", "string", "value", "tags", "caption", "Text"),
    *(
        "prompt_text",
        "input_text",
        "text_input",
        "wildcard_text",
        "String",
        "STRING",
        "multi_line_prompt",
        "description",
    ),
    *("instruction", "text_prompt", "text1", "text_1", "Prompt"),
)
_CONDITIONING = re.compile(r"^cond(itioning)?(_|\d|$)", re.IGNORECASE)
_JOIN = re.compile(r"concat|join|combine|merge|append", re.IGNORECASE)
_JOIN_OPTIONS = frozenset({"delimiter", "separator", "clean_whitespace", "inputcount", "linebreak_addition", "mode"})
_SHOWS = re.compile(r"^show|^preview|^display|debug|showtext", re.IGNORECASE)
_MADE_LATER = re.compile(
    r"llm|ollama|gpt|gemini|claude|florence|joycaption|tagger|caption|interrogat|deepseek|chat|vlm|moondream|blip|random"
    r"|wildcard|dynamic",
    re.IGNORECASE,
)
_MADE_LATER_INPUTS = frozenset(
    {"temperature", "max_tokens", "max_new_tokens", "api_key", "top_p", "top_k", "llm_model", "num_ctx", "seed", "url"}
)
_ENCODERS = frozenset({"clip", "t5", "text_encoder", "text_encoders", "tokenizer", "bert_model", "t5_model"})
_SILENT = re.compile(r"^(ConditioningZeroOut|LotusConditioning|Hunyuan3Dv2Conditioning|SVD_|SV3D_|StableZero123_)")
_NO_WORDS = re.compile(
    r"image|mask|latent|pixels|^vae|^clip|^model|control|style|audio|video|embed|sampl|noise|sigma|^(front|left|back|right)$",
    re.IGNORECASE,
)
_NEUTRAL = (*_ENCODER_TEXTS, *_TEXTS)
_SIDED = frozenset(name for names in _SIDE_TEXTS.values() for name in names)
_ALL_TEXTS = frozenset({*_SIDED, *_NEUTRAL})
_is_side = {side: said_of(pattern) for side, pattern in _SIDE_LINKS.items()}
_is_conditioning, _is_join, _is_shown = said_of(_CONDITIONING), said_of(_JOIN), said_of(_SHOWS)
_is_later, _is_wordless, _is_silent = said_of(_MADE_LATER), said_of(_NO_WORDS), said_of(_SILENT)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words found in a graph.

    Attributes:
        value: The text; ``None`` where there is none or it is not known.
        where: The nodes that hold it.
        sure: Whether it can be nothing else.
        options: What it may be instead (text, node), where it is not sure.
        notes: What else was met on the way (name, text): texts for other encoders, lyrics, guidance.
        joined: How many texts it is joined of.
    """

    value: str | None
    where: str = ""
    sure: bool = True
    options: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    joined: int = 1


_SILENCE = Spoken(None)
_LOST = Spoken(None, sure=False)


class Words:
    """Finds texts, and remembers what it found.

    Args:
        walk: The walk whose graph and budget are used.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._known: dict[tuple[Link, str], Spoken] = {}
        self._open: set[tuple[Link, str]] = set()

    def said(self, value: object, side: str, depth: int = 0) -> Spoken:
        """The text behind an input.

        Args:
            value: The input: a text itself, or a link to a conditioning, a text or a pipe.
            side: :data:`POSITIVE` or :data:`NEGATIVE`, for nodes that hold both.
            depth: How deep the caller is in itself.
        """
        link = self._walk.graph.link(value)
        if link is None:
            return Spoken(value) if isinstance(value, str) else _SILENCE
        key = (link, side)
        if key in self._known:
            return self._known[key]
        if key in self._open or depth > _MOST_DEPTH or not self._walk.budget.spend():
            return _LOST
        self._open.add(key)
        found = self._at(self._walk.graph.nodes[link.node], link.slot, side, depth + 1)
        self._open.discard(key)
        self._known[key] = found
        return found

    def _at(self, node: Node, slot: int, side: str, depth: int) -> Spoken:
        if _is_silent(node.kind):
            return _SILENCE
        ways = self._walk.passed(node, (*_SIDE_TEXTS[side], "conditioning"), depth)
        if ways is not None:
            return one_of([self.said(value, side, depth) for _, value in ways.values])
        texts = self._texts(node, side)
        if self._is_made_later(node):
            return self._later(node, texts, side, depth)
        operation = self._operation(node, side, depth)
        if operation is None and texts:
            return self._encoded(node, texts, side, depth)
        return operation or self._conditioned(node, slot, side, depth)

    def _texts(self, node: Node, side: str) -> list[str]:
        """The names of the inputs that hold the text for a side."""
        present = node.inputs.keys() & _ALL_TEXTS
        if not present:
            return []
        own = [name for name in _SIDE_TEXTS[side] if name in present and self._is_text(node, name)]
        if own:
            return own[:1]
        if any(name in present and self._is_text(node, name) for name in _SIDE_TEXTS[_OTHER[side]]):
            return []
        return [name for name in _NEUTRAL if name in present and self._is_text(node, name, linked=True)]

    def _is_text(self, node: Node, name: str, *, linked: bool = False) -> bool:
        value = node.inputs.get(name)
        if isinstance(value, str):
            return True
        return (linked or name not in {POSITIVE, NEGATIVE}) and self._walk.graph.link(value) is not None

    def _is_made_later(self, node: Node) -> bool:
        names = node.inputs.keys()
        if "populated_text" in names or names & _ENCODERS:
            return False
        return bool(names & _MADE_LATER_INPUTS) or _is_later(node.kind)

    def _later(self, node: Node, texts: Iterable[str], side: str, depth: int) -> Spoken:
        known = [self.said(node.inputs[name], side, depth).value for name in texts]
        options = tuple((text, node.where) for text in known if text)
        return Spoken(None, node.where, sure=False, options=options or (("", node.where),))

    def _operation(self, node: Node, side: str, depth: int) -> Spoken | None:
        """The outcome of a node that works on texts, ``None`` where it is no such node."""
        if node.kind == "StringReplace":
            return self._replaced(node, side, depth)
        if node.kind in {"StringTrim", "StringSubstring", "CaseConverter", "RegexReplace", "RegexExtract"}:
            source = self.said(node.inputs.get("string"), side, depth)
            return replace(source, sure=False, options=((source.value or "", node.where),))
        if _is_shown(node.kind):
            links = self._walk.graph.links(node)
            return self.said(node.inputs[links[0][0]], side, depth) if links else None
        if _is_join(node.kind) and not any(map(_is_conditioning, node.inputs)):
            return self._concatenated(node, side, depth)
        return None

    def _replaced(self, node: Node, side: str, depth: int) -> Spoken:
        source, find, new = (self.said(node.inputs.get(name), side, depth) for name in ("string", "find", "replace"))
        if source.value is None or not find.value or new.value is None:
            return source
        if source.value.count(find.value) * len(new.value) > _MOST_LETTERS:
            return replace(source, sure=False)
        return replace(source, value=source.value.replace(find.value, new.value), sure=source.sure and new.sure)

    def _concatenated(self, node: Node, side: str, depth: int) -> Spoken | None:
        graph = self._walk.graph
        parts = [
            name
            for name, value in node.inputs.items()
            if name not in _JOIN_OPTIONS and (isinstance(value, str) or graph.link(value) is not None)
        ]
        found = [self.said(node.inputs[name], side, depth) for name in sorted(parts, key=natural)]
        if not found:
            return None
        delimiter = self._walk.constant(node.inputs.get("delimiter", node.inputs.get("separator", "")))
        glue = delimiter.replace("\\n", "\n") if isinstance(delimiter, str) else ""
        whole = join(found, glue, skip_empty="clean_whitespace" in node.inputs)
        return replace(whole, where=node.where, joined=1)

    def _encoded(self, node: Node, texts: list[str], side: str, depth: int) -> Spoken:
        """The text of an encoder or of a node that only holds a text."""
        said = {name: self.said(node.inputs[name], side, depth) for name in texts}
        main = next((name for name in texts if said[name].value or not said[name].sure), texts[0])
        found = said[main]
        notes = [
            (name, one.value)
            for name, one in said.items()
            if name in _ENCODER_TEXTS and one.value and one.value != found.value
        ]
        if "lyrics" in node.inputs:
            notes.append(("lyrics", self.said(node.inputs["lyrics"], side, depth).value or ""))
        notes += self._guidance(node)
        if found.sure and "style" in node.inputs and main in _SIDE_TEXTS[side]:
            found = replace(found, sure=False, options=((found.value or "", node.where),))
        found = replace(found, where=found.where or node.where, notes=(*found.notes, *notes))
        return self._with_links(node, found, side, depth)

    def _with_links(self, node: Node, found: Spoken, side: str, depth: int) -> Spoken:
        """An encoder that adds its text to a conditioning which has words of its own."""
        before = node.inputs.get("conditioning_to")
        return found if before is None else join([self.said(before, side, depth), found], "\n")

    def _guidance(self, node: Node) -> list[tuple[str, str]]:
        value = self._walk.constant(node.inputs.get("guidance"), ("guidance",))
        return [] if value is None or isinstance(value, (str, bool)) else [("guidance", repr(value))]

    def _conditioned(self, node: Node, slot: int, side: str, depth: int) -> Spoken:
        links = self._walk.graph.links(node)
        sides = {one: [name for name, _ in links if fits(name)] for one, fits in _is_side.items()}
        if sides[POSITIVE] or sides[NEGATIVE]:
            by_slot = all(sides.values()) and slot in {0, 1, 2} and "ckpt_name" not in node.inputs
            names = sides[(POSITIVE if slot == 0 else NEGATIVE) if by_slot else side]
        else:
            names = [name for name, _ in links if _is_conditioning(name) and "empty" not in name]
        if names:
            found = join([self.said(node.inputs[name], side, depth) for name in names], "\n")
            return replace(found, notes=(*found.notes, *self._guidance(node)))
        if sides[POSITIVE] or sides[NEGATIVE]:
            return _SILENCE
        return self._anything(node, links, side, depth)

    def _anything(self, node: Node, links: list[tuple[str, Link]], side: str, depth: int) -> Spoken:
        """The words behind a node of unknown meaning."""
        rest = [name for name, _ in links if not _is_wordless(name)]
        if not rest:
            return replace(_LOST, where=node.where, options=(("", node.where),))
        found = one_of([self.said(node.inputs[name], side, depth) for name in rest])
        options = found.options or (((found.value, found.where),) if found.value else ())
        return replace(found, sure=False, options=options)


def join(found: Iterable[Spoken], glue: str, *, skip_empty: bool = False) -> Spoken:
    """Several texts as one; those that are silent do not count."""
    heard = [one for one in found if one.value is not None or not one.sure]
    if len(heard) == 1:
        return heard[0]
    values: list[str] = []
    for one in heard:
        text = one.value
        if text is not None and not (skip_empty and not text.strip()) and not (glue == "\n" and text in values):
            values.append(text)
    whole = glue.join(values) if values else None
    long = whole is not None and len(whole) > _MOST_LETTERS
    return Spoken(
        whole[:_MOST_LETTERS] if whole is not None else None,
        ", ".join(dict.fromkeys(one.where for one in heard if one.where))[:1000],
        sure=all(one.sure for one in heard) and not long,
        options=tuple(option for one in heard for option in one.options)[:64],
        notes=tuple(dict.fromkeys(note for one in heard for note in one.notes))[:64],
        joined=len(values),
    )


def one_of(found: Iterable[Spoken]) -> Spoken:
    """One of several texts, nobody knows which: sure only where all say the same."""
    heard: list[Spoken] = [one for one in found if one.value is not None or not one.sure]
    values: dict[Any, Spoken] = {one.value: one for one in reversed(heard)}
    if len(values) <= 1:
        return heard[0] if heard else _SILENCE
    options = [(one.value or "", one.where) for one in heard if one.value is not None]
    options += [option for one in heard for option in one.options]
    return Spoken(None, sure=False, options=tuple(dict.fromkeys(options))[:64])
