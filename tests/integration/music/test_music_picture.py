"""The picture of an analysis: its size, its marks where they belong, and odd songs."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint
from alice_core.music.palette import label_color
from alice_core.music.picture import draw_analysis, meter_of
from alice_core.music.strip import STRIP_HEIGHT, clock
from alice_core.music.waveform import OUTLINE_RATE, Waveform

RATE = 1000


def song(seconds, beat=0.5, labels=("intro", "verse", "chorus", "odd"), notices=()):
    samples = round(seconds * RATE)
    beats = tuple(
        Beat(round(n * beat * RATE), n // 4 + 1, n % 4 + 1, 0.8) for n in range(int(seconds / beat) if beat else 0)
    )
    edges = [round(samples * n / len(labels)) for n in range(len(labels) + 1)]
    sections = tuple(Section(*pair, label, 0.5, 0.5) for *pair, label in zip(edges, edges[1:], labels, strict=False))
    curves = tuple(
        Curve(name, 10, tuple(np.linspace(0, 1, max(1, int(seconds * 10))).tolist()))
        for name in ("energy", "brightness", "valence")
    )
    tempo = Tempo(120.0, 0.9, (TempoAlternative(60.0, 0.1),)) if beats else Tempo(0.0, 0.0)
    points = (TempoPoint(0, 100.0), TempoPoint(samples // 2, 140.0)) if beats else ()
    analysis = Analysis(Song(RATE, samples), tempo, points, beats, sections, curves, notices)
    wave = np.abs(np.sin(np.arange(int(seconds * OUTLINE_RATE)))) * 0.5
    return analysis, Waveform(-wave, wave, wave / 2)


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def near(picture, color, tolerance=12):
    return (np.abs(picture - np.array(color)) <= tolerance).all(axis=2)


@pytest.mark.parametrize(("seconds", "rows"), [(5, 1), (39, 1), (100, 3), (10_800, 8)])
def test_rows_follow_the_length(seconds, rows):
    picture = pixels(draw_analysis(*song(seconds, beat=0.5 if seconds < 1000 else 30.0)))
    assert picture.shape[1] == 1600
    assert rows * STRIP_HEIGHT < picture.shape[0] < rows * STRIP_HEIGHT + 100


def test_sections_have_their_colours_in_order():
    picture = pixels(draw_analysis(*song(20)))
    band = picture[66 + 4]
    places = [
        np.flatnonzero(near(band[None], label_color(label), 2)[0]).mean() for label in ("intro", "verse", "chorus")
    ]
    assert places == sorted(places)
    assert places[1] == pytest.approx(24 + (1600 - 48) * 3 / 8, abs=40)


def test_bars_are_red_lines_at_their_time():
    picture = pixels(draw_analysis(*song(20, beat=1.0)))
    wave = near(picture[66 + 30 : 66 + 90], (176, 24, 40))
    columns = np.flatnonzero(wave.mean(axis=0) > 0.9)
    assert columns.tolist() == pytest.approx([24 + (1600 - 48) * time / 20 for time in (0, 4, 8, 12, 16)], abs=1)


def test_notices_take_room_and_are_drawn():
    plain, noted = (pixels(draw_analysis(*song(20, notices=notices))) for notices in ((), ("Mind this. " * 40,)))
    assert noted.shape[0] > plain.shape[0]
    assert near(noted[60:100, :800], (176, 24, 40)).sum() > 100


def test_songs_without_beats_and_with_any_title_are_drawn():
    analysis, waveform = song(20, beat=0, labels=("A",))
    for title in ("", "Fünf “Lieder” 🔥 " + "x" * 400):
        assert pixels(draw_analysis(analysis, waveform, title=title, width=640)).shape[1] == 640
    assert meter_of(analysis) == 0


def test_the_same_analysis_gives_the_same_picture():
    assert draw_analysis(*song(12), title="a") == draw_analysis(*song(12), title="a")


def test_the_meter_is_the_usual_bar():
    assert meter_of(song(20)[0]) == 4


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (187, "3:07"), (3727, "1:02:07")])
def test_the_clock_reads_as_people_write(seconds, text):
    assert clock(seconds) == text
