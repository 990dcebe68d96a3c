"""Real and rendered songs of known beat, and songs of an hour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from alice_core.music.analyse import analyse, listen
from alice_core.music.document import from_document, to_document
from alice_core.music.picture import draw_analysis

SONGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "songs" / "open"
NEAR = 0.07  # seconds, as MIR evaluates beats

# VmHWM, not ru_maxrss: that one is never less than what the parent, a grown pytest, had when it forked.
PEAK = """
import sys
from pathlib import Path
from alice_core.music.analyse import listen
from alice_core.music.document import to_document
heard = listen(Path(sys.argv[1]))
to_document(heard.analysis)
print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0], len(heard.analysis.beats))
"""


def hit_rate(true, found):
    """F measure of found events against true ones, each matched once within 70 ms."""
    hits, at = 0, 0
    for moment in true:
        while at < len(found) and found[at] < moment - NEAR:
            at += 1
        if at < len(found) and found[at] <= moment + NEAR:
            hits += 1
            at += 1
    return 2 * hits / (len(true) + len(found))


@pytest.mark.skipif(not SONGS.is_dir(), reason="the shared songs are not here")
@pytest.mark.parametrize(
    ("name", "beats", "downbeats"),
    [
        ("band_zydeco", 0.95, 0.9),
        ("band_jazzwaltz", 0.95, 0.9),
        ("syn_ramp_up_80_160", 0.95, 0.9),
        ("syn_fast_210", 0.95, 0.9),
        ("syn_slow_52", 0.95, 0.9),
        ("syn_seven_q_112", 0.95, 0.9),
        ("syn_form3_174", 0.95, 0.9),
        ("real_mutilated_mime", 0.95, None),
    ],
)
def test_beats_of_songs(name, beats, downbeats):
    truth = json.loads((SONGS / f"{name}.json").read_text())
    analysis = analyse(SONGS / f"{name}.opus")
    rate = analysis.song.sample_rate
    assert hit_rate(truth["beats"], [beat.sample / rate for beat in analysis.beats]) > beats
    assert abs(analysis.tempo.bpm / truth["bpm"] - 1) < 0.04
    assert from_document(to_document(analysis)) == analysis
    if downbeats is not None:
        true = [time for time, place in zip(truth["beats"], truth["positions"], strict=True) if place == 1]
        found = [beat.sample / rate for beat in analysis.beats if beat.position == 1]
        assert hit_rate(true, found) > downbeats


@pytest.mark.skipif(not SONGS.is_dir(), reason="the shared songs are not here")
def test_the_form_of_a_song():
    sections = analyse(SONGS / "band_zydeco.opus").sections
    assert [section.label for section in sections][:5] == ["intro", "verse", "chorus", "verse", "chorus"]
    assert sections[-1].label == "outro"
    energies = {section.label: section.energy for section in sections}
    assert energies["chorus"] > energies["verse"] > energies["outro"]


def long_song(path, minutes):
    """Drums at 120 bpm, written bar by bar so that the test itself stays small."""
    rate = 22050
    time = np.arange(2 * rate) / rate
    bar = sum(
        np.where(time >= at, np.sin(2 * np.pi * tone * (time - at)) * np.exp(-(time - at) * 25), 0) * 0.4
        for at, tone in ((0, 60), (0.5, 190), (1, 70), (1.5, 190))
    )
    samples = np.rint(np.stack([bar, bar], axis=1) * 32767).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        for _ in range(minutes * 30):
            file.writeframes(samples)


def test_memory_stays_far_below_the_sound(tmp_path):
    peaks = []
    for minutes in (5, 60):
        long_song(tmp_path / "long.wav", minutes)
        command = [sys.executable, "-c", PEAK, str(tmp_path / "long.wav")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        kilobytes, beats = map(int, done.stdout.split())
        assert beats == pytest.approx(minutes * 120, rel=0.01)
        peaks.append(kilobytes / 1024)
    mono_signal = 55 * 60 * 22_000 * 4 / 2**20
    assert peaks[1] - peaks[0] < 0.75 * mono_signal


def test_an_hour_is_drawn(tmp_path):
    long_song(tmp_path / "long.wav", 61)
    heard = listen(tmp_path / "long.wav")
    assert heard.analysis.song.seconds == 3660
    assert draw_analysis(heard.analysis, heard.waveform).startswith(b"\x89PNG")
