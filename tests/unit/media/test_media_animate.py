"""A still as a clip."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest
from PIL import Image

from alice_core.errors import UsageError
from alice_core.media.animate import animate_still
from alice_core.media.decode import open_movie
from alice_core.media.moves import MovingStill


class Watching:
    """A progress that remembers."""

    def __init__(self):
        self.stages, self.done = [], 0

    def stage(self, name, total=None, unit=""):
        self.stages.append((name, total, unit))
        return self

    def note(self, text):
        raise AssertionError(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def advance(self, amount=1):
        self.done += amount


def test_a_clip_has_the_frames_of_the_move(tmp_path):
    still = tmp_path / "still.png"
    Image.linear_gradient("L").resize((160, 90)).rotate(30).convert("RGB").save(still)
    watch, rate = Watching(), Fraction(30000, 1001)
    size = {"width": 160, "height": 90}
    animate_still(still, tmp_path / "m.mp4", move="pan-left", **size, frames=20, rate=rate, progress=watch)
    assert (watch.stages, watch.done) == ([("animate still.png", 20, "frames")], 20)
    expected = MovingStill(still, 160, 90, "pan-left").frames(20)
    with open_movie(tmp_path / "m.mp4") as movie:
        got = list(movie.frames(160, 90, rate))
    assert len(got) == 20
    for decoded, drawn in zip(got, expected, strict=True):
        assert abs(decoded.astype(int) - drawn).mean() < 2
    with av.open(str(tmp_path / "m.mp4")) as movie:
        assert not movie.streams.audio


def test_an_unknown_move_leaves_nothing(tmp_path):
    with pytest.raises(UsageError):
        animate_still(tmp_path / "s.png", tmp_path / "m.mp4", move="x", width=32, height=32, frames=2, rate=Fraction(1))
    assert not list(tmp_path.iterdir())
