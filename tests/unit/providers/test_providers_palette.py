"""Colours: inside their bands, even to the eye, and as the mood asks."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.providers.storyboard.palette import Tint, mix, mood_palette, oklch, section_turn

SHARE = st.floats(0, 1)
BAND = st.integers(9, 246)
COLOR = st.tuples(BAND, BAND, BAND)


def luma(color):
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]


def contrast(first, second):
    """Of WCAG 2.2: 1 to 21."""
    linear = [
        sum(
            share * (band / 255 / 12.92 if band / 255 <= 0.04045 else ((band / 255 + 0.055) / 1.055) ** 2.4)
            for share, band in zip((0.2126, 0.7152, 0.0722), color, strict=True)
        )
        for color in (first, second)
    ]
    return (max(linear) + 0.05) / (min(linear) + 0.05)


@settings(deadline=None, max_examples=25)
@given(SHARE, SHARE, SHARE, st.sampled_from(["intro", "Chorus 2", "drop", "", "ß"]), st.floats(-1, 1))
def test_any_mood_has_colours_within_the_bands_and_type_that_can_be_read(energy, brightness, valence, section, turn):
    palette = mood_palette(energy, brightness, valence, section, Tint(), turn)
    *colors, night = astuple(palette)
    assert isinstance(night, bool)
    assert all(9 <= band <= 246 for color in colors for band in color)
    assert contrast(palette.paper, palette.ink) > 7
    if brightness > 0.25:  # in the darkest pictures the layers differ by hue more than by light
        assert luma(palette.near) < luma(palette.far)
    assert palette == mood_palette(energy, brightness, valence, section, Tint(), turn)


@settings(deadline=None, max_examples=25)
@given(COLOR, COLOR)
def test_a_mixture_begins_and_ends_at_its_colours_and_lies_between(first, second):
    assert mix(first, second, 0.0) == pytest.approx(first, abs=1)
    assert mix(first, second, 1.0) == pytest.approx(second, abs=1)
    steps = [contrast(mix(first, second, step / 4), (0, 0, 0)) for step in range(5)]
    assert min(steps[0], steps[4]) * 0.6 - 1 <= steps[2] <= max(steps[0], steps[4]) * 1.6 + 1


@settings(deadline=None, max_examples=26)
@given(st.floats(0.05, 0.98), st.floats(0, 0.4), st.floats(-720, 720))
def test_a_colour_that_a_screen_cannot_show_loses_chroma_and_not_lightness(lightness, chroma, hue):
    grey, color = oklch(lightness, 0.0, hue), oklch(lightness, chroma, hue)
    assert max(grey) - min(grey) <= 1
    assert all(9 <= band <= 246 for band in color)
    if 0.25 < lightness < 0.9:
        assert abs(mix(color, color, 0)[1] - color[1]) <= 1
        assert min(color) - 1 <= grey[0] <= max(color) + 1


def test_known_colours():
    """Ottosson's own numbers for sRGB red, green and blue."""
    assert oklch(0.62796, 0.25768, 29.23) == pytest.approx((246, 9, 9), abs=4)
    assert oklch(0.86644, 0.29483, 142.5) == pytest.approx((9, 246, 9), abs=4)
    assert oklch(0.45201, 0.31321, 264.05) == pytest.approx((9, 9, 246), abs=4)


def test_layers_darken_towards_us():
    palette = mood_palette(0.5, 0.6, 0.5, "verse", Tint(), 0)
    lumas = [luma(palette.tone(step / 5)) for step in range(6)]
    assert lumas == sorted(lumas, reverse=True)
    assert palette.tone(0.0) == pytest.approx(palette.far, abs=1)
    assert palette.tone(1.0) == pytest.approx(palette.near, abs=1)


def test_words_set_the_hue_and_the_accent():
    plain, teal = (mood_palette(0.8, 0.6, 0.5, "", tint, 0) for tint in (Tint(), Tint(lead=195.0, accent=27.0)))
    assert teal.accent[0] > max(teal.accent[1:])
    assert teal.top[0] < min(teal.top[1:])
    assert plain.top != teal.top
    pale = mood_palette(0.8, 0.6, 0.5, "", Tint(chroma=0.2), 0)
    assert max(pale.top) - min(pale.top) < max(plain.top) - min(plain.top)


def test_sections_of_one_label_share_their_turn():
    assert section_turn("Pre-Chorus 1") == section_turn("pre-chorus") != section_turn("chorus")
    assert section_turn(" VERSE ") == section_turn("verse 3")
    assert section_turn("breakdown") == section_turn("break")
    assert -45 <= section_turn("Ж") <= 45
    assert section_turn("A") != section_turn("B")
    assert section_turn("   ") == 0.0
