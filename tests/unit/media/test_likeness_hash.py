"""How alike pictures look: copies are near, others far, flat ones neither; groups are what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alice_core.media.colours import APART, apart, colours_of
from alice_core.media.likeness import THRESHOLD, Member, distance, groups, likeness_of
from alice_core.media.thumbnail import thumbnail_of


def blobs(seed, width=512, height=320):
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def test_copies_of_half_the_size_and_low_quality_are_near_and_others_far(tmp_path):
    wholes, copies, colours = [], [], []
    for seed in range(24):
        blobs(seed).save(tmp_path / "a.png")
        blobs(seed).resize((256, 160)).save(tmp_path / "a.jpg", quality=60)
        whole, copy = thumbnail_of(tmp_path / "a.png"), thumbnail_of(tmp_path / "a.jpg")
        wholes.append(likeness_of(whole))
        copies.append(likeness_of(copy))
        colours.append(colours_of(whole))
        assert apart(colours_of(whole), colours_of(copy)) < 3
    assert max(distance(one, other) for one, other in zip(wholes, copies, strict=True)) <= 4
    pairs = [(one, other) for one in range(24) for other in range(one)]
    assert min(distance(wholes[one], wholes[other]) for one, other in pairs) > 2 * THRESHOLD - 2
    assert min(apart(colours[one], colours[other]) for one, other in pairs) > APART


def test_bits_run_from_the_top_left():
    falling = np.zeros((8, 9, 3), np.uint8)
    falling[:, ::2] = 200
    assert likeness_of(falling) == int("10" * 32, 2)
    falling[0] = 0
    assert likeness_of(falling) == int("00000000" + "10" * 28, 2)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_pictures_without_detail_have_no_likeness(value):
    assert likeness_of(np.full((90, 160, 3), value, np.uint8)) is None


def test_a_gradient_is_no_detail():
    rising = np.broadcast_to(np.arange(160, dtype=np.uint8)[None, :, None], (90, 160, 3))
    assert likeness_of(np.ascontiguousarray(rising)) is None
    assert likeness_of(np.ascontiguousarray(rising[:, ::-1])) is None
    assert likeness_of(np.ascontiguousarray(np.swapaxes(rising, 0, 1))) is None


def test_groups_of_none_one_and_the_same():
    assert groups([]) == ()
    assert groups([5]) == ()
    assert groups([5, 0xFFFF << 40, 5]) == ((Member(0, 0), Member(2, 0)),)


def test_the_first_is_the_one_that_most_are_alike_to():
    middle = 0b1111
    (group,) = groups([0b0011, middle, 0b1100, 0xFFFF << 40], threshold=2)
    assert group[0] == Member(1, 0)
    assert {one.place for one in group} == {0, 1, 2}
    assert {one.distance for one in group[1:]} == {2}


def test_a_chain_of_small_steps_does_not_join_everything():
    chain = [(1 << length) - 1 for length in range(0, 64, 3)]
    found = groups(chain, threshold=4)
    assert len(found) > 2
    assert all(one.distance <= 8 for group in found for one in group)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.lists(st.integers(0, 63), max_size=4)), max_size=40),
    st.integers(0, 10),
)
def test_groups_are_what_they_promise(bases, copies, threshold):
    hashes = list(bases)
    for base, bits in copies:
        if base < len(bases):
            value = bases[base]
            for bit in bits:
                value ^= 1 << bit
            hashes.append(value)
    found = groups(hashes, threshold)
    places = [one.place for group in found for one in group]
    assert len(places) == len(set(places))
    for group in found:
        assert len(group) > 1
        first = hashes[group[0].place]
        assert group[0].distance == 0
        for one in group:
            assert one.distance == distance(first, hashes[one.place]) <= 2 * threshold
            near = [distance(hashes[one.place], hashes[other.place]) for other in group if other is not one]
            assert min(near) <= threshold
    left = [value for place, value in enumerate(hashes) if place not in places]
    assert all(distance(one, other) > threshold for at, one in enumerate(left) for other in left[:at])
    assert found == groups(hashes, threshold)
