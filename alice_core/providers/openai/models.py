"""The models of OpenAI that we know, as data.

Sources: the types and docstrings of the SDK openai 3.57, read 2026-11-24.
"""

from __future__ import annotations

from alice_core.providers.card import Limits, ModelCard, OptionRule

NAME = "openai"
VISION_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
EDIT_TYPES = ("image/png", "image/jpeg", "image/webp")
MASK_BYTES = 4_000_000

_METERS = ("text-in", "image-in", "image-out")
_PROMPT = 32_000
_QUALITIES = ("low", "medium", "high", "auto")
_MORE_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto")
_STANDARD = ((1024, 1024), (1536, 1024), (1024, 1536))
_FORMATS = ("png", "webp", "jpeg")
_OPTIONS = {
    "moderation": OptionRule("text", ("auto", "low"), about="How strictly the prompt is filtered."),
    "output_compression": OptionRule("whole", least=0, most=100, about="Of WebP and JPEG, in per cent."),
    "safety_identifier": OptionRule("text", about="A stable name of your end user, hashed."),
}
_FIDELITY = {"input_fidelity": OptionRule("text", ("high", "low"), about="How closely faces of references are kept.")}
_EFFORT = {
    "effort": OptionRule("text", ("none", "minimal", "low", "medium", "high"), about="How long it thinks first."),
    "detail": OptionRule("text", ("auto", "low", "high", "original"), about="How closely it looks at the pictures."),
}
_BOTH = {
    "prompt": _PROMPT,
    "count": 10,
    "references": 17,
    "reference_bytes": 50_000_000,
    "formats": _FORMATS,
    "roles": ("reference", "mask"),
    "ignores": ("seed", "negative"),
}


def _free(model: str, title: str, qualities: tuple[str, ...]) -> ModelCard:
    limits = Limits(
        **_BOTH,  # type: ignore[arg-type]
        side_step=16,
        most_side=3840,
        most_pixels=3840 * 2160,
        most_ratio=3,
        qualities=qualities,
    )
    return ModelCard(NAME, model, ("image",), _METERS, title, limits=limits, options=_OPTIONS, concurrency=4)


def _fixed(model: str, title: str, options: dict[str, OptionRule]) -> ModelCard:
    limits = Limits(**_BOTH, sizes=_STANDARD, qualities=_QUALITIES)  # type: ignore[arg-type]
    return ModelCard(NAME, model, ("image",), _METERS, title, limits=limits, options=_OPTIONS | options, concurrency=4)


def _vision(model: str, title: str) -> ModelCard:
    limits = Limits(prompt=200_000, references=100, reference_bytes=50_000_000, roles=("picture", "reference"))
    return ModelCard(NAME, model, ("vision",), ("text-in", "text-out"), title, limits=limits, options=_EFFORT)


def _retired(model: str, day: str, instead: str) -> ModelCard:
    return ModelCard(NAME, model, ("image",), _METERS, model, "retired", retired_on=day, use_instead=instead)


CARDS: tuple[ModelCard, ...] = (
    _free("gpt-image-2", "GPT Image 2", _QUALITIES),
    _free("gpt-image-2.5-flare", "GPT Image 2.5 Flare", _MORE_QUALITIES),
    _free("gpt-image-2.5-sunburst", "GPT Image 2.5 Sunburst", _MORE_QUALITIES),
    _fixed("gpt-image-1.5", "GPT Image 1.5", _FIDELITY),
    _fixed("gpt-image-1-mini", "GPT Image 1 mini", {}),
    _vision("gpt-6.1-terra", "GPT 6.1 Terra"),
    _vision("gpt-6.1-sol", "GPT 6.1 Sol"),
    _vision("gpt-6-luna", "GPT 6 Luna"),
    _vision("gpt-5.4-mini", "GPT 5.4 mini"),
    _retired("gpt-image-1", "2026-10-23", "gpt-image-2.5-sunburst or gpt-image-2.5-flare"),
    _retired("dall-e-3", "2026-05-12", "gpt-image-2"),
    _retired("dall-e-2", "2026-05-12", "gpt-image-2"),
)
"""Its own choice first, retired ones last."""
