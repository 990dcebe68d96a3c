"""Camera moves: where they go, and that they go there smoothly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alice_core.directing.model import Move
from alice_core.errors import NotFound, UsageError
from alice_core.media.moves import MOVES, MovingStill, _aligned, window
from alice_core.media.planes import split

WIDTH, HEIGHT, FRAMES = 320, 180, 48
SPOT = (0.31, 0.62)  # where the bright spot lies in the picture
moving = pytest.mark.parametrize("move", [move for move in MOVES if move != "hold"])


@pytest.fixture
def spotted(tmp_path):
    """A dark picture with one soft spot, twice as large as the frame."""
    y, x = np.mgrid[0 : 2 * HEIGHT, 0 : 2 * WIDTH] + 0.5
    spread = ((x / (2 * WIDTH) - SPOT[0]) * WIDTH) ** 2 + ((y / (2 * HEIGHT) - SPOT[1]) * HEIGHT) ** 2
    bright = 220 * np.exp(-spread / (2 * 7.0**2))
    path = tmp_path / "spot.png"
    Image.fromarray(bright.astype(np.uint8)).convert("RGB").save(path)
    return path


def centre(plane):
    """Where the spot is seen, in pixels; its brightness weighed, which finds hundredths of a pixel."""
    weight = np.clip(plane.astype(float) - 30, 0, None)
    y, x = np.mgrid[0 : plane.shape[0], 0 : plane.shape[1]] + 0.5
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


def test_the_names_are_those_of_directing():
    assert set(MOVES) == {move.value for move in Move}


@pytest.mark.parametrize("move", MOVES)
def test_the_window_stays_inside_and_starts_gently(move):
    views = [window(move, step / 100) for step in range(101)]
    for view in views:
        assert view.left >= -1e-12
        assert view.top >= -1e-12
        assert view.left + view.size <= 1 + 1e-12
        assert view.top + view.size <= 1 + 1e-12
    if move != "hold":
        track = np.array([(view.left, view.top, view.size) for view in views])
        speed = np.abs(np.diff(track, axis=0)).sum(axis=1)
        assert speed[0] < speed[50]
        assert speed[-1] < speed[50]
        assert speed.min() > 0


def test_directions():
    def way(move):
        first, last = window(move, 0), window(move, 1)
        signs = (last.left - first.left, last.top - first.top, last.size - first.size)
        return tuple(int(np.sign(round(value, 9))) for value in signs)

    assert {move: way(move) for move in MOVES} == {
        "hold": (0, 0, 0),
        "push-in": (1, 1, -1),
        "pull-out": (-1, -1, 1),
        "pan-left": (-1, 0, 0),
        "pan-right": (1, 0, 0),
        "tilt-up": (0, -1, 0),
        "tilt-down": (0, 1, 0),
    }
    assert (window("push-in", 0).size, window("pull-out", 1).size) == (1, 1)


@moving
def test_every_frame_shows_what_the_window_says(spotted, move):
    """The spot is found within a tenth of a pixel of its place in every frame, in brightness and colour planes."""
    seen = list(MovingStill(spotted, WIDTH, HEIGHT, move).frames(FRAMES))
    assert len(seen) == FRAMES
    for index, planes in enumerate(seen):
        view = window(move, index / (FRAMES - 1))
        expected = np.array([(SPOT[0] - view.left) * WIDTH, (SPOT[1] - view.top) * HEIGHT]) / view.size
        assert centre(split(planes)[0]) == pytest.approx(expected, abs=0.1)


@moving
def test_it_moves_without_a_stutter(spotted, move):
    """From frame to frame the spot goes on by the same little more or less: no step off by a fifth of a pixel."""
    seen = MovingStill(spotted, WIDTH, HEIGHT, move).frames(FRAMES)
    track = np.array([centre(split(planes)[0]) for planes in seen])
    jerk = np.diff(track, n=2, axis=0)
    assert np.abs(jerk).max() < 0.2


def test_colours_move_with_the_picture(tmp_path):
    picture = Image.new("RGB", (WIDTH, HEIGHT), (200, 40, 40))
    picture.paste((40, 40, 200), (0, 0, WIDTH // 2, HEIGHT))
    picture.save(tmp_path / "halves.png")
    for planes in MovingStill(tmp_path / "halves.png", WIDTH, HEIGHT, "pan-right").frames(5):
        bright, blue, red = split(planes)
        for plane in (blue, red):
            steps = np.abs(np.diff(plane[40].astype(int)))
            edge = (np.argmax(np.abs(np.diff(bright[80].astype(int)))) + 1) / 2
            assert abs(np.argmax(steps) + 1 - edge) <= 1


def test_a_hold_is_one_picture(spotted):
    frames = list(MovingStill(spotted, WIDTH, HEIGHT, "hold").frames(3))
    assert frames[0] is frames[1] is frames[2]


def test_the_first_frame_of_a_push_is_the_picture(spotted):
    first = next(MovingStill(spotted, WIDTH, HEIGHT, "push-in").frames(24))
    still = next(MovingStill(spotted, WIDTH, HEIGHT, "hold").frames(1))
    assert np.abs(first.astype(int) - still).max() <= 3


@moving
def test_a_move_of_one_frame_is_at_its_middle(spotted, move):
    still = MovingStill(spotted, WIDTH, HEIGHT, move)
    (only,), middle = still.frames(1), list(still.frames(3))[1]
    assert np.array_equal(only, middle)


def test_the_same_frames_every_time(spotted):
    twice = [b"".join(f.tobytes() for f in MovingStill(spotted, 322, 182, "pull-out").frames(6)) for _ in range(2)]
    assert twice[0] == twice[1]


@settings(max_examples=100, deadline=None)
@given(st.integers(8, 4096), st.floats(40, 400), st.floats(1.15 / 1.08, 1.15))
def test_whole_pixels_come_near_enough(size, start, scale):
    first, taken, scaled, before = _aligned(size, start, scale)
    assert 0 <= before <= scaled - size <= 32
    assert first >= 0
    assert first + taken <= start + size * scale + 40
    for pixel in (0, size):
        assert abs(first + (before + pixel) * taken / scaled - (start + pixel * scale)) < 0.1


def test_what_cannot_be(spotted, tmp_path):
    with pytest.raises(UsageError, match="unknown camera move 'spin'"):
        MovingStill(spotted, WIDTH, HEIGHT, "spin")
    with pytest.raises(UsageError) as caught:
        MovingStill(spotted, 321, HEIGHT, "hold")
    assert caught.value.code == "ALICE-U02"
    with pytest.raises(NotFound):
        MovingStill(tmp_path / "no.png", WIDTH, HEIGHT, "hold")
