"""Even strokes of one kind are a metronome; anything else is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.music.features import BANDS, FRAMES
from alice_core.music.strokes import plain_strokes
from alice_core.music.tempogram import Onsets


def struck(at, strengths=None, frames=3000):
    """Onsets of strokes at these frames, each three frames wide."""
    total = np.zeros(frames)
    for place, strength in zip(at, np.full(len(at), 5.0) if strengths is None else strengths, strict=True):
        total[place - 1 : place + 2] = np.maximum(total[place - 1 : place + 2], strength * np.array([0.5, 1.0, 0.4]))
    return Onsets(np.tile(total[:, None] / 3, BANDS), total, np.ones(frames))


@settings(deadline=None, max_examples=40)
@given(st.floats(40.0, 240.0))
def test_each_click_is_a_stroke_at_any_tempo(bpm):
    at = np.rint(np.arange(50, 2950, 60 * FRAMES / bpm)).astype(int)
    found = plain_strokes(struck(at))
    assert found is not None
    assert found.tolist() == at.tolist()


@pytest.mark.parametrize("bar", [3, 4, 7])
def test_the_first_of_a_bar_may_be_accented(bar):
    at = np.arange(50, 2950, 50)
    found = plain_strokes(struck(at, np.where(np.arange(at.size) % bar == 0, 9.0, 5.0)))
    assert found.tolist() == at.tolist()
    assert plain_strokes(struck(at, np.where(np.arange(at.size) % 8 == 0, 9.0, 4.0))) is None, "no bar that is counted"


def test_what_follows_a_stroke_at_once_is_its_ringing():
    at = np.arange(50, 2950, 50)
    both = np.sort(np.concatenate([at, at + 10]))
    found = plain_strokes(struck(both, np.where(np.isin(both, at), 5.0, 3.0)))
    assert found.tolist() == at.tolist()


@pytest.mark.parametrize(
    ("at", "strengths"),
    [
        (np.arange(50, 2950, 25), [8.0, 3.0] * 58),  # accents mark another level
        (np.arange(50, 2950, 25), [5.0, 1.5] * 58),  # something sounds between
        (np.cumsum([60, 40] * 29), None),  # long and short
        (np.cumsum(np.random.default_rng(0).integers(30, 90, 45)), None),  # no regular distance
        (np.array([100, 200, 300]), None),  # too few to tell
        (np.arange(50, 2950, 200), None),  # slower than any beat
        (np.array([], int), None),
    ],
    ids=["accents", "between", "dotted", "irregular", "few", "slow", "nothing"],
)
def test_what_is_no_metronome_is_left_to_the_music(at, strengths):
    assert plain_strokes(struck(at, strengths)) is None


def test_two_drums_in_turn_are_no_metronome():
    at = np.arange(50, 2950, 50)
    onsets = struck(at)
    for turn, place in enumerate(at):
        onsets.bands[place - 1 : place + 2, 2 * (turn % 2)] *= 0.1
    assert plain_strokes(onsets) is None
