"""Pictures of one film are alike, those of another stand out, and size and place do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from alice_core.media.consistency import alike, consistency_of, look_of


def picture(seed, tint, contrast=60, size=(64, 96)):
    """Soft shapes in shades of one tint."""
    noise = np.random.default_rng(seed).normal(0, 1, (6, 8))
    shade = np.asarray(Image.fromarray(noise.astype(np.float32)).resize(size[::-1], Image.Resampling.BICUBIC))
    return np.clip(np.array(tint) * (1 + contrast / 100 * shade[..., None] / 2), 0, 255).astype(np.uint8)


TEAL, EMBER = (40, 130, 130), (190, 80, 30)


def test_pictures_of_one_film_are_alike():
    teal = [look_of(picture(seed, TEAL)) for seed in range(6)]
    ember = [look_of(picture(seed, EMBER)) for seed in range(6)]
    one, mixed = consistency_of(teal), consistency_of([*teal[:3], *ember[:3]])
    assert one.score > 0.8
    assert mixed.score < 0.6
    assert one.odd == ()
    assert min(alike(a, b) for a in teal for b in teal) > max(alike(a, b) for a in teal for b in ember)


def test_the_one_that_stands_out_is_named():
    looks = [look_of(picture(seed, TEAL)) for seed in range(6)]
    found = consistency_of([*looks[:2], look_of(picture(9, EMBER)), *looks[2:]])
    assert found.odd == (2,)
    assert min(found.each) == found.each[2]


def test_a_picture_is_wholly_like_itself_at_any_size_and_turned_over():
    pixels = picture(1, TEAL, size=(192, 288))
    look = look_of(pixels)
    small = np.asarray(Image.fromarray(pixels).resize((144, 96), Image.Resampling.BOX))
    assert alike(look, look) == pytest.approx(1, abs=2e-3)
    assert alike(look, look_of(small)) > 0.95
    assert alike(look, look_of(pixels[:, ::-1])) > 0.99


def test_few_pictures_are_consistent():
    look = look_of(picture(1, TEAL))
    assert consistency_of([]).score == consistency_of([look]).score == 1
    pair = consistency_of([look, look_of(picture(1, EMBER))])
    assert pair.odd == ()
    assert pair.each[0] == pair.each[1] == pytest.approx(pair.score)


def test_black_and_white_are_as_far_apart_as_it_goes():
    black, white = np.zeros((32, 32, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    assert alike(look_of(black), look_of(white)) < 0.15
