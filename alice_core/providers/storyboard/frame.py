"""One animatic frame, from its task to the bytes of a PNG."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from alice_core.media.canvas import Canvas
from alice_core.providers.storyboard.arrows import draw_move
from alice_core.providers.storyboard.details import DETAILS
from alice_core.providers.storyboard.options import ShotOptions
from alice_core.providers.storyboard.palette import mood_palette
from alice_core.providers.storyboard.places import PLACES
from alice_core.providers.storyboard.slate import draw_slate, picture_height, write_slate
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import Wish, read_prompt


def draw_frame(prompt: str, width: int, height: int, seed: int, shot: ShotOptions) -> bytes:
    """The PNG of a shot's frame; the same arguments give the same bytes.

    Args:
        prompt: Its words choose place, subject, framing and colours; it is written on the slate.
        width: In pixels.
        height: In pixels.
        seed: Chooses what the words leave open.
        shot: The shot's facts.
    """
    chance = Random(f"storyboard {seed}")
    wish = read_prompt(prompt, chance, shot.energy)
    turn = sha256(f"{shot.section_index} {seed}".encode()).digest()[0] / 127.5 - 1
    palette = mood_palette(shot.energy, shot.brightness, shot.valence, shot.section, wish.tint, turn)
    canvas = Canvas(width, height, palette.top)
    high = picture_height(width, height)
    stage = Stage(canvas, palette, chance, width, high, shot.energy, shot.arc)
    _scene(stage, wish)
    draw_move(stage, shot.move)
    draw_slate(canvas, palette)
    canvas.flatten()
    canvas.light(stage.light_map())
    canvas.grain(seed)
    write_slate(canvas, palette, prompt, shot)
    return canvas.to_png()


def _scene(stage: Stage, wish: Wish) -> None:
    if wish.framing == "close":
        DETAILS[wish.detail](stage, wish)
    else:
        PLACES[wish.place](stage, wish)
