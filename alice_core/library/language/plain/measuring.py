"""The words of amounts: comparisons, units, and what is counted."""

from __future__ import annotations

from decimal import Decimal

from alice_core.library.language.measures import LENGTHS, MONEY, SIZES
from alice_core.library.language.plain.phrases import Phrases, alike
from alice_core.store.wanted import AnyOf, Range, Term

ONE = Decimal(1)
_ZERO = Decimal(0)

_COMPARED: dict[str, tuple[str, str | None]] = {
    **alike("more than, over, above, greater than, higher than, better than, >, beyond", (">", None)),
    **alike(
        """at least, no less than, not less than, no fewer than, minimum, a minimum of, minimum of, min, not under,
        not below, >=""",
        (">=", None),
    ),
    **alike("less than, under, below, fewer than, lower than, worse than, <", ("<", None)),
    **alike(
        """at most, no more than, not more than, up to, max, maximum, a maximum of, maximum of, not over, not
        above, <=""",
        ("<=", None),
    ),
    **alike("exactly, precisely, =, equal to", ("=", None)),
    **alike("about, around, roughly, approximately, approx, circa, some, nearly, ~", ("~", None)),
    **alike("bigger than, larger than, heavier than, greater in size than", (">", "size")),
    **alike("smaller than, lighter than", ("<", "size")),
    **alike("no bigger than, not bigger than, no larger than, not larger than", ("<=", "size")),
    **alike("longer than", (">", "seconds")),
    **alike("shorter than", ("<", "seconds")),
    **alike("no longer than, not longer than", ("<=", "seconds")),
    **alike("no shorter than, not shorter than", (">=", "seconds")),
    **alike("wider than", (">", "width")),
    **alike("narrower than", ("<", "width")),
    **alike("taller than", (">", "height")),
    **alike("cheaper than", ("<", "cost")),
    **alike("more expensive than", (">", "cost")),
}
COMPARISONS = Phrases(_COMPARED)
"""Signs that stand before a number, and the field that they alone are about."""

SUFFIXES = Phrases(
    alike(
        """or more, or higher, or better, or above, or up, and up, and above, and higher, and more, and over, or
        longer, or bigger, or larger, or over, plus, +, upwards, and better, at least, minimum, or greater, or
        wider, or taller, and upwards""",
        ">=",
    )
    | alike(
        """or less, or fewer, or lower, or below, or under, and below, and under, and lower, or shorter, or
        smaller, at most, max, maximum, tops, or worse, and less, or cheaper""",
        "<=",
    )
)
"""Signs that stand after a number."""

COUNTED = Phrases(
    {
        **alike("rated, rating, ratings, a rating, rating is", "rating"),
        **alike("seed, seeds, seed number", "seed"),
        **alike("cfg, cfg scale, guidance, guidance scale", "cfg"),
        **alike("steps, step count", "steps"),
        **alike("width", "width"),
        **alike("height", "height"),
        **alike("fps, framerate, frame rate, frames per second", "fps"),
        **alike("cost, costs, costing, cost me, priced, price, worth, for", "cost"),
        **alike("size, file size, weighing", "size"),
        **alike("length, duration, lasting, lasts, last, running", "seconds"),
        **alike("copies", "copies"),
    }
)
"""Fields that are named before a number."""

_UNITS: dict[str, tuple[str, Decimal]] = {
    **{name: ("size", Decimal(factor)) for name, factor in SIZES.items() if name not in {"k", "m", "g", "t"}},
    **{name: ("seconds", seconds) for name, seconds in LENGTHS.items() if name != "m"},
    **{name: ("cost", dollars) for name, dollars in MONEY.items() if name != "c"},
    **alike("star, stars, star rating, stars rating", ("rating", ONE)),
    **alike("fps, frames per second, frames a second, frames/second", ("fps", ONE)),
    **alike("steps, step, sampling steps, sampler steps", ("steps", ONE)),
    **alike("copies, copy", ("copies", ONE)),
    **alike("wide, in width, px wide, pixels wide, pixel wide, px in width, pixels in width", ("width", ONE)),
    **alike(
        "high, tall, in height, px high, pixels high, pixel high, px tall, pixels tall, px in height, p",
        ("height", ONE),
    ),
    **alike("px, pixels, pixel", ("px", ONE)),
    **alike("megapixels, megapixel, mp, dpi, kbps, mbps, percent, %", ("?", ONE)),
}
UNITS = Phrases(_UNITS)
"""Units, their fields, and how many of the field's own unit they are."""

AFTERTHOUGHTS = Phrases(
    alike("long, in length, in size, in duration, of length, each, or so, big, large", meaning=True)
)
"""Words after an amount that add nothing."""


def _exactly(width: int, height: int) -> tuple[Term, ...]:
    return Range("width", Decimal(width), Decimal(width)), Range("height", Decimal(height), Decimal(height))


def _at_least(side: int) -> tuple[Term, ...]:
    return (AnyOf((Range("width", Decimal(side)), Range("height", Decimal(side)))),)


NAMED_AMOUNTS = Phrases(
    {
        **alike("full hd, fullhd, fhd", _exactly(1920, 1080)),
        **alike("qhd", _exactly(2560, 1440)),
        **alike("4k, uhd, ultra hd, 4k uhd, 2160 p", _at_least(3840)),
        **alike("8k", _at_least(7680)),
        **alike("hd", (Range("width", Decimal(1280)), Range("height", Decimal(720)))),
        **alike(
            "cost nothing, costs nothing, cost me nothing, for free, free of charge", (Range("cost", _ZERO, _ZERO),)
        ),
    }
)
"""Amounts that have names."""
