"""The picture of an analysis: its size, its marks where they belong, and odd songs."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from alice_core.errors import UsageError
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint
from alice_core.music.palette import label_color
from alice_core.music.picture import draw_analysis, meter_of
from alice_core.music.strip import STRIP_HEIGHT, clock
from alice_core.music.traits import BandOnsets, Key, Loudness, Passage, Stretch
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
    assert places[1] == pytest.approx(92 + (1600 - 116) * 3 / 8, abs=40)


def test_bars_are_red_lines_at_their_time():
    picture = pixels(draw_analysis(*song(20, beat=1.0)))
    wave = near(picture[66 + 30 : 66 + 90], (176, 24, 40))
    columns = np.flatnonzero(wave.mean(axis=0) > 0.9)
    assert columns.tolist() == pytest.approx([92 + (1600 - 116) * time / 20 for time in (0, 4, 8, 12, 16)], abs=1)


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


def test_the_svg_holds_the_same_words_within_its_edges():
    analysis, waveform = song(60, labels=("intro", "verse", "<odd & 'quoted'>", "chorus"))
    drawn = draw_analysis(analysis, waveform, title="A & B", rows=3, form="svg")
    root = ET.fromstring(drawn)
    width, height = float(root.get("width")), float(root.get("height"))
    texts = [part for part in root if part.tag.endswith("text")]
    assert {"A & B", "energy", "0:20"} <= {text.text for text in texts}
    assert any("<odd & 'quoted'>" in text.text for text in texts)
    for text in texts:
        assert 0 <= float(text.get("x")) <= width - float(text.get("textLength"))
        assert 0 <= float(text.get("y")) <= height
    assert draw_analysis(analysis, waveform, title="A & B", rows=3, form="svg") == drawn


@pytest.mark.parametrize(("seconds", "beat", "width"), [(60, 0.5, 1600), (300, 0.3, 480), (10_800, 0.5, 900)])
def test_no_two_texts_overlap(seconds, beat, width):
    analysis, waveform = song(seconds, beat=beat, labels=("intro", "verse") * 9)
    tempi = tuple(TempoPoint(round(n * seconds * RATE / 50), 90.0 + n % 7) for n in range(50))
    analysis = replace(analysis, tempo_map=tempi, notices=("Mind this.",))
    root = ET.fromstring(draw_analysis(analysis, waveform, title="a song", width=width, form="svg"))
    boxes = []
    for text in (part for part in root if part.tag.endswith("text")):
        x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
        boxes.append((x, y - 0.75 * size, x + float(text.get("textLength")), y, text.text))
    boxes.sort()
    for place, (_, top, right, bottom, text) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            if other[0] >= right:
                break
            assert other[3] <= top + 0.2 or other[1] >= bottom - 0.2, (text, other)


def test_a_stretch_is_drawn_alone_and_every_trait_has_its_lane():
    analysis, waveform = song(100)
    rich = replace(
        analysis,
        window=Passage(20 * RATE, 40 * RATE),
        onsets=tuple(BandOnsets(name, (21 * RATE, 30 * RATE), (1.0, 0.5)) for name in ("kick", "snare", "hats")),
        key=Key("A", "minor", 0.8),
        loudness=Loudness(-14.2, 5.0, -1.0),
        silences=(Passage(38 * RATE, 40 * RATE),),
        stretches=(Stretch(20 * RATE, 40 * RATE, 0.9, 0.8, 0.2),),
        curves=(*analysis.curves, Curve("loudness", 10, (-14.0,) * 1000), Curve("vocals", 10, (0.5,) * 1000)),
        corrected=True,
    )
    words = {part.text for part in ET.fromstring(draw_analysis(rich, waveform, form="svg")) if part.text}
    assert {"kick", "snare", "hats", "loudness", "vocals", "0:20", "0:38"} <= words
    assert not {"0:00", "0:42"} & words
    assert any("A minor (80%)" in word and "-14.2 LUFS" in word and "corrected by hand" in word for word in words)


def test_too_many_rows_are_refused():
    with pytest.raises(UsageError, match="rows"):
        draw_analysis(*song(100), rows=100)
