"""What a prompt's words ask of a drawing: place, subject, framing, colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from alice_core.providers.storyboard.palette import Tint

_PLACES = {
    "sea": "sea ocean beach tide shore wave waves surf pier boat lighthouse island harbour water lake foam salt spray",
    "mountains": "mountain mountains cliff cliffs peak peaks ridge valley hill hills rocks rock summit canyon snow",
    "forest": "forest wood woods tree trees birch birches trunks moss leaf leaves deer garden ivy jungle branches",
    "plain": "desert dune dunes plain field fields meadow dust flat steppe savannah prairie horizon grass",
    "city": "city town roof roofs rooftop skyline tower towers building buildings antennas skyscraper downtown parapet",
    "road": "road highway street driver driving car motorway lane rails railway pylons path bonnet dashboard wheel",
    "stage": "stage theatre band concert spotlight curtain club dancer ballet singer audience guitar drums rig barre",
    "corridor": "corridor stairs staircase tunnel hall balcony balconies door hallway platform station aisle train",
    "window": "window windows rain raindrops glass drops pane fogged carriage seats café room",
    "neon": "neon sign signs bar arcade karaoke letters puddle puddles alley",
    "stars": "star stars galaxy space moon cosmos planet fireflies lantern lanterns universe midnight comet",
    "sky": "bird birds gull gulls wings sky cloud clouds flying kite balloon plane planes wind",
}
_CLOSE = {
    "profile": "face cheek profile lips breath head hair listening headphones portrait smile",
    "eye": "eye eyes gaze look tear tears iris stare lens",
    "hands": "hand hands finger fingers fist sleeve palm touch touching holding rope ticket",
    "flame": "flame candle lantern lamp bulb bulbs fire match glow light lamps sparks torch",
    "ripples": "ripple ripples drop drops puddle water footprint foam rain reflection mirror mirrors",
    "gauge": "needle gauge speed dial clock record vinyl wheel wheels speaker number radio",
    "petals": "flower petal petals leaf leaves feather wing wings moth ribbon dress sheet dust texture",
}
_CROWD = {
    "one": "woman girl lady man boy dancer driver singer child rider stranger somebody she he her his",
    "couple": "couple two lovers strangers together kiss pair hand-in-hand",
    "crowd": "crowd audience people everyone festival party dancers fans choir",
    "band": "band musicians guitarist drummer orchestra",
}
_POSES = {
    "run": "run running runs racing chase sprint fleeing splashing",
    "leap": "leap leaping jump jumping flying falling dancing dance spinning whirling turning turns kicking",
    "arms": "arms shouting singing laughing reaching lifting throwing raised summit release",
    "sit": "sitting sit kneeling lying leaning waiting asleep seated",
    "walk": "walk walking climbing crossing following stepping dragging circling path",
}
_GARMENTS = {
    "coat": "coat jacket cape",
    "dress": "dress bride dancer skirt gown ballerina",
    "lantern": "lantern torch",
}
_HUES = {
    27.0: "red crimson scarlet ruby blood",
    40.0: "rust terracotta copper ember coral",
    57.0: "orange tangerine peach sunset",
    73.0: "amber honey ochre brass",
    88.0: "gold golden lantern yellow lemon",
    145.0: "green bottle emerald olive moss jade",
    195.0: "teal turquoise cyan aqua",
    240.0: "sky ice electric",
    258.0: "blue slate navy steel sea cobalt",
    278.0: "indigo midnight ultramarine",
    305.0: "violet purple lilac lavender",
    350.0: "pink magenta rose fuchsia hot velvet",
}
_PALE = frozenset(
    {"grey", "gray", "white", "bone", "slate", "pale", "bleached", "silver", "black", "ash", "monochrome"}
)
_THINGS = frozenset(
    {"sky", "sea", "ice", "hot", "lantern", "ember", "sunset", "moss", "bottle", "rose", "honey", "peach", "midnight"}
)
"""Words of colours that name a thing when they stand in what is to be seen."""
_COLOR = {word: hue for hue, words in _HUES.items() for word in words.split()}
_FRAMING = (
    ("close", r"close[- ]?up|macro|detail|telling|texture|glint"),
    ("wide", r"\bwide\b|panorama|landscape|establishing|aerial|far off|wide space|deep perspective|high above"),
    ("medium", r"\bmedium\b|half[- ]length|portrait of"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to draw.

    Attributes:
        framing: ``wide``, ``medium`` or ``close``.
        place: Name of a place to draw.
        detail: Name of a close-up to draw.
        people: ``one``, ``couple``, ``crowd``, ``band`` or ``none``.
        pose: Name of a pose, or empty.
        garment: ``coat``, ``dress``, ``lantern`` or empty.
        tilted: Whether the horizon is tilted.
        tint: Of the colours.
    """

    framing: str
    place: str
    detail: str
    people: str
    pose: str
    garment: str
    tilted: bool
    tint: Tint


def read_prompt(prompt: str, chance: Random, energy: float) -> Wish:
    """What the words ask for; what they leave open is drawn from ``chance``, wilder where the energy is high."""
    seen, _, rest = prompt.lower().partition(". ")
    words = re.findall(r"[\w'-]+", seen)
    framing = next((name for name, pattern in _FRAMING if re.search(pattern, seen)), "")
    framing = framing or chance.choice(("wide", "wide", "medium", "medium", "close"))
    place = _mostly(_PLACES, words, chance, 0.9 if framing == "wide" else 0.65)
    detail = _mostly(_CLOSE, words, chance, 0.5)
    pose = _named(_POSES, words, chance) or chance.choice(
        ("run", "leap", "arms", "walk") if energy > 0.6 else ("stand", "walk", "sit", "stand")
    )
    return Wish(
        framing=framing,
        place=place or chance.choice((*_PLACES, "abstract")),
        detail=detail or chance.choice(tuple(_CLOSE)),
        people=_named(_CROWD, words, chance) or chance.choice(("one", "one", "one", "couple", "none")),
        pose=pose,
        garment=_named(_GARMENTS, words, chance),
        tilted="tilted" in seen or "handheld" in seen,
        tint=_tint_of(words, re.findall(r"\w+", rest)),
    )


def _named(lexicon: dict[str, str], words: list[str], chance: Random) -> str:
    """The entry that most words name; between equals the seed decides, and no word names nothing."""
    known = set(words)
    hits = {name: len(known.intersection(entry.split())) for name, entry in lexicon.items()}
    best = max(hits.values())
    return chance.choice([name for name, count in hits.items() if count == best]) if best else ""


def _mostly(lexicon: dict[str, str], words: list[str], chance: Random, share: float) -> str:
    """As :func:`_named`, but only in a share of the cases: a film of one brief must not show one thing."""
    return _named(lexicon, words, chance) if chance.random() < share else ""


def _tint_of(subject: list[str], light: list[str]) -> Tint:
    """The colours that the light's words ask for; a colour of the subject itself (a red coat) becomes the accent."""
    ground, thing = _tint(light), _tint([word for word in subject if word not in _THINGS])
    if ground is None or thing is None or thing.lead is None:
        return ground or thing or Tint()
    return Tint(lead=ground.lead, accent=thing.lead, chroma=ground.chroma)


def _tint(words: list[str]) -> Tint | None:
    hues = [_COLOR[word] for word in words if word in _COLOR]
    chroma = 0.62 if _PALE.intersection(words) else 1.0
    if not hues:
        return Tint(chroma=chroma) if chroma < 1 else None
    # Words of one pair of colours follow each other ("slate blue"): the first leads, the last contrasts.
    apart = [hue for hue in hues if abs((hue - hues[0] + 180) % 360 - 180) > 35]
    return Tint(lead=hues[0], accent=apart[-1] if apart else None, chroma=chroma)
