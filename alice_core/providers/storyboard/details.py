"""What a close-up can show, by the names that :mod:`.words` gives."""

from __future__ import annotations

from collections.abc import Callable

from alice_core.providers.storyboard import near, things
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import Wish

DETAILS: dict[str, Callable[[Stage, Wish], None]] = {
    "profile": near.profile,
    "eye": near.eye,
    "hands": near.hands,
    "flame": things.flame,
    "ripples": things.ripples,
    "gauge": things.gauge,
    "petals": things.petals,
}
