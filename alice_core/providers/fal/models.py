"""The models of fal that we know, as data. Sources: the ``llms.txt`` pages of fal.ai/models, read 2026-11-24."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alice_core.providers.card import Limits, ModelCard, OptionRule

NAME = "fal"
TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif")


@dataclass(frozen=True, slots=True)
class Shape:
    """How an endpoint names what a task says.

    Attributes:
        card: What it can do.
        size: ``pixels`` (``image_size``), ``aspect`` (``aspect_ratio``), or nothing.
        aspects: The ratios that it knows, wide to high.
        first: The field of the first picture.
        needs_picture: Whether a picture must be given.
        last: The field of the last frame.
        many: The field of a list of pictures.
        negative: Whether it takes ``negative_prompt``.
        audio: The field that turns sound on and off.
        seed: Whether it takes ``seed``.
        whole: Whether ``duration`` is a number; it is a text otherwise.
        fields: The only names of arguments that it knows; empty for those that its kind always has.
        priced_by_book: Whether the price book alone says what it is priced by.
    """

    card: ModelCard
    size: Literal["pixels", "aspect", ""] = ""
    aspects: tuple[str, ...] = ()
    first: str = ""
    needs_picture: bool = False
    last: str = ""
    many: str = ""
    negative: bool = False
    audio: str = ""
    seed: bool = True
    whole: bool = False
    fields: frozenset[str] = frozenset()
    priced_by_book: bool = False


_STEPS = OptionRule("whole", least=1, most=50, about="How many steps it takes.")
_GUIDANCE = OptionRule("number", least=1, most=20, about="How closely it follows the prompt.")
_CHECKER = OptionRule("flag", about="Whether pictures are checked for what may not be shown.")
_TOLERANCE = OptionRule("text", ("1", "2", "3", "4", "5", "6"), about="From strict (1) to permissive.")
_ENHANCE = OptionRule("flag", about="Whether the provider rewrites the prompt.")
_CFG = OptionRule("number", least=0, most=1, about="How closely it follows the prompt.")
_KEEP = {"expires_in": OptionRule("whole", least=60, about="After so many seconds fal deletes the files.")}
_OPEN = {"num_inference_steps": _STEPS, "guidance_scale": _GUIDANCE, "enable_safety_checker": _CHECKER} | _KEEP
_CLOSED = {"safety_tolerance": _TOLERANCE, "enhance_prompt": _ENHANCE} | _KEEP
_KONTEXT = {"guidance_scale": _GUIDANCE} | _CLOSED
_KLING = {"cfg_scale": _CFG} | _KEEP

_WIDE = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
_FILM = ("16:9", "9:16", "1:1")
_FORMATS = ("jpeg", "png")
_PICTURE_BYTES = 10_000_000


def _flux(model: str, title: str, options: dict[str, OptionRule], *, megapixels: bool = True) -> Shape:
    ignores = ("negative", "quality", "background", "references")
    limits = Limits(least_side=64, most_side=2048, count=4, formats=_FORMATS, ignores=ignores)
    meter = "megapixel" if megapixels else "image"
    return Shape(_card(model, title, "image", meter, limits, options, steady=megapixels), size="pixels")


def _kontext(model: str, title: str, *, pictures: int, first: str = "", many: str = "") -> Shape:
    ignores = ("negative", "quality", "background", *(() if pictures else ("references",)))
    roles = ("reference", "first-frame", "last-frame") if pictures else ()
    limits = Limits(
        count=4, references=pictures, reference_bytes=_PICTURE_BYTES, formats=_FORMATS, roles=roles, ignores=ignores
    )
    card = _card(model, title, "image", "image", limits, _KONTEXT)
    return Shape(card, size="aspect", aspects=_WIDE, first=first, needs_picture=bool(first or many), many=many)


def _kling(model: str, title: str, *, last: bool = False) -> Shape:
    """Version 2.1: five or ten seconds, silent; ``image_url`` and ``tail_image_url``."""
    moving = model.endswith("image-to-video")
    limits = Limits(
        prompt=2500,
        seconds=(5, 10),
        least_seconds=5,
        references=(1 + last) if moving else 0,
        reference_bytes=_PICTURE_BYTES,
        formats=("mp4",),
        roles=_frames(last=last) if moving else (),
        ignores=("seed", "quality", "resolution", "audio", *(() if moving else ("references",))),
    )
    card = _card(model, title, "video", "second", limits, _KLING)
    aspects = () if moving else _FILM
    first, tail = ("image_url" if moving else ""), ("tail_image_url" if moving and last else "")
    size: Literal["aspect", ""] = "" if moving else "aspect"
    return Shape(card, size, aspects, first, moving, tail, negative=True, seed=False)


def _kling4(model: str, title: str) -> Shape:
    """Version 4: 3 to 30 seconds, with or without sound; ``start_image_url`` and ``end_image_url``."""
    moving = model.endswith("image-to-video")
    limits = Limits(
        prompt=2500,
        least_seconds=3,
        most_seconds=30,
        references=2 if moving else 0,
        reference_bytes=_PICTURE_BYTES,
        resolutions=("720p", "1080p"),
        formats=("mp4",),
        roles=_frames(last=True) if moving else (),
        ignores=("seed", "quality", *(() if moving else ("references",))),
    )
    card = _card(model, title, "video", "second", limits, _KLING)
    aspects = () if moving else _FILM
    first, tail = ("start_image_url", "end_image_url") if moving else ("", "")
    size: Literal["aspect", ""] = "" if moving else "aspect"
    return Shape(card, size, aspects, first, moving, tail, negative=True, audio="generate_audio", seed=False)


def _frames(*, last: bool) -> tuple[str, ...]:
    return ("first-frame", "last-frame") if last else ("first-frame",)


def _card(
    model: str,
    title: str,
    kind: Literal["image", "video"],
    meter: str,
    limits: Limits,
    options: dict[str, OptionRule],
    *,
    steady: bool = False,
) -> ModelCard:
    return ModelCard(
        NAME,
        model,
        (kind,),
        (meter,),
        title,
        limits=limits,
        options=options,
        delivery="queued",
        cancel="queued",
        deterministic_seed=steady,
        concurrency=2,
    )


SHAPES: tuple[Shape, ...] = (
    _flux("fal-ai/flux/dev", "FLUX.1 dev", _OPEN),
    _flux("fal-ai/flux/schnell", "FLUX.1 schnell", _OPEN),
    _flux("fal-ai/flux-pro/v1.1", "FLUX1.1 pro", _CLOSED),
    _kontext("fal-ai/flux-pro/kontext", "FLUX.1 Kontext pro", pictures=1, first="image_url"),
    _kontext("fal-ai/flux-pro/kontext/multi", "FLUX.1 Kontext pro, several pictures", pictures=4, many="image_urls"),
    _kontext("fal-ai/flux-pro/kontext/text-to-image", "FLUX.1 Kontext pro, from words", pictures=0),
    _kontext("fal-ai/flux-pro/kontext/max", "FLUX.1 Kontext max", pictures=1, first="image_url"),
    _kling4("kling/v4/text-to-video", "Kling 4, from words"),
    _kling4("kling/v4/image-to-video", "Kling 4, from a picture"),
    _kling("fal-ai/kling-video/v2.1/master/text-to-video", "Kling 2.1 master, from words"),
    _kling("fal-ai/kling-video/v2.1/master/image-to-video", "Kling 2.1 master, from a picture"),
    _kling("fal-ai/kling-video/v2.1/pro/image-to-video", "Kling 2.1 pro, from a picture", last=True),
    _kling("fal-ai/kling-video/v2.1/standard/image-to-video", "Kling 2.1 standard, from a picture"),
)
"""Its own choice for each kind of task first."""
