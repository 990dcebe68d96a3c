"""Tempo maps of an hour, and tables as long as they may be."""

from __future__ import annotations

import gzip
from fractions import Fraction

import pytest
from grids import RATE, analysed

from alice_core.errors import MediaError
from alice_core.music.interchange.formats import FORMATS
from alice_core.music.interchange.model import Place, score_of

PLACE = Place("given", Fraction(10), RATE)


@pytest.mark.parametrize("name", ["midi", "reaper"])
def test_a_tempo_map_of_an_hour_stays_within_a_millisecond(name):
    at, now = [], 13371.3
    while now < 3600 * RATE:
        at.append(round(now))
        now += 60 * RATE / 128.013
    song = analysed(at, length=3600 * RATE)
    place = Place("file", song.song.seconds, RATE, analysis=song)
    back = FORMATS[name].read(FORMATS[name].write(score_of(song), place), place)
    assert len(back.beats) == len(at)
    error = max(abs(one.seconds - Fraction(sample, RATE)) for one, sample in zip(back.beats, at, strict=True))
    assert error <= Fraction(1, 1000)


def test_two_hundred_thousand_lines_are_read_and_no_more():
    text = "".join(f"{index / 10:.1f}\n" for index in range(200_000))
    assert len(FORMATS["csv"].read(text.encode(), PLACE).beats) == 200_000
    with pytest.raises(MediaError, match="more than 200000 beats"):
        FORMATS["csv"].read(b"0.5\n" * 200_001, PLACE)


def test_a_packed_bomb_is_not_unpacked_whole():
    with pytest.raises(MediaError, match="unpacked it is larger"):
        FORMATS["ableton"].read(gzip.compress(b" " * (65 * 2**20)), PLACE)
