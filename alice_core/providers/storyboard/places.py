"""The places that a wide or medium shot can show, by the names that :mod:`.words` gives."""

from __future__ import annotations

from collections.abc import Callable

from alice_core.providers.storyboard import built, glow, outdoors
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import Wish

PLACES: dict[str, Callable[[Stage, Wish], None]] = {
    "sea": outdoors.sea,
    "mountains": outdoors.mountains,
    "forest": outdoors.forest,
    "plain": outdoors.plain,
    "sky": outdoors.sky,
    "stars": outdoors.stars,
    "city": built.city,
    "road": built.road,
    "stage": built.theatre,
    "corridor": built.corridor,
    "window": built.window,
    "neon": glow.neon,
    "abstract": glow.movement,
}
