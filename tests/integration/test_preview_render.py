"""The preview of a whole timeline: every clip in its place, the song in sync, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.errors import ExportError, MediaError, NotFound
from alice_core.media.digest import digest_of_file
from alice_core.media.encode import MovieWriter
from alice_core.media.moves import MOVES
from alice_core.media.sound import write_wav
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timeline.preview import render_preview
from alice_core.timing import RATES, FrameRate

WIDTH, HEIGHT = 160, 90


class Counting:
    """A progress that counts."""

    def __init__(self):
        self.total = self.done = 0

    def stage(self, _name, total=None, _unit=""):
        self.total = total
        return self

    def note(self, text):
        raise AssertionError(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def advance(self, amount=1):
        self.done += amount


@pytest.fixture
def still(tmp_path):
    def make(level, name=None):
        path = tmp_path / (name or f"still-{level}.png")
        Image.new("L", (200, 100), level).convert("RGB").save(path)
        return Media(path, "sha256:0", MediaKind.STILL, 200, 100)

    return make


@pytest.fixture
def click_track(tmp_path):
    """Clicks at the moments asked for, and nothing else."""

    def make(moments, seconds, rate=44100):
        samples = np.zeros(int(seconds * rate), np.float32)
        burst = np.sin(np.arange(rate // 200) / rate * 2 * np.pi * 3000) * 0.9
        for moment in moments:
            at = int(moment * rate)
            samples[at : at + len(burst)] = burst
        path = tmp_path / "clicks.wav"
        write_wav(path, samples, rate)
        return Media(path, "sha256:1", MediaKind.SOUND, sample_rate=rate, channels=1)

    return make


def timeline(clips, song, rate="24"):
    return Timeline("cut", FrameRate.parse(rate), 86400, WIDTH, HEIGHT, tuple(clips), song)


def levels(path):
    with av.open(str(path)) as movie:
        return [float(frame.to_ndarray()[:HEIGHT].mean()) for frame in movie.decode(video=0)]


def heard(path):
    """Sound of the movie as (time of each sample, samples) on the movie's clock."""
    times, samples = [], []
    with av.open(str(path)) as movie:
        for frame in movie.decode(audio=0):
            start = float(frame.pts * frame.time_base)
            times.append(start + np.arange(frame.samples) / frame.sample_rate)
            samples.append(frame.to_ndarray()[0])
    return np.concatenate(times), np.concatenate(samples)


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("rate", RATES)
def test_clicks_and_cuts_coincide(tmp_path, still, click_track, rate):
    """Each cut goes from dark to light or back on a click: seen and heard at the same moment to a millisecond."""
    real = FrameRate.parse(rate)
    lengths = [real.nominal // 3 + 2 * number % 5 + 3 for number in range(12)]
    starts = [sum(lengths[:number]) for number in range(12)]
    clips = [
        Clip(f"shot-{number}", start, length, still(40 if number % 2 else 210), move=MOVES[number % 7])
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]
    total = sum(lengths)
    song = click_track([real.seconds(start) for start in starts], real.seconds(total) + 1)
    watch = Counting()
    render_preview(timeline(clips, song, rate), tmp_path / "preview.mp4", watch)
    assert (watch.total, watch.done) == (total, total)
    assert names(tmp_path) == {"preview.mp4", "clicks.wav", "still-40.png", "still-210.png"}

    with av.open(str(tmp_path / "preview.mp4")) as movie:
        picture, sound = movie.streams.video[0], movie.streams.audio[0]
        assert picture.average_rate == real.value
        assert picture.duration * picture.time_base == real.seconds(total)
        assert abs(sound.duration * sound.time_base - real.seconds(total)) <= Fraction(1, 48000)
        seen = [(frame.pts * frame.time_base, frame.to_ndarray()[:HEIGHT].mean()) for frame in movie.decode(video=0)]
    assert len(seen) == total
    cuts = [now for (_, before), (now, after) in pairwise(seen) if (before > 120) != (after > 120)]
    assert cuts == [real.seconds(start) for start in starts[1:]]

    times, samples = heard(tmp_path / "preview.mp4")
    for cut in cuts:
        near = np.abs(times - float(cut)) < 0.04
        first = times[near][np.argmax(np.abs(samples[near]) > 0.3)]
        assert abs(first - float(cut)) < 0.001


def test_movies_stills_and_a_movie_that_is_too_short(tmp_path, still, click_track):
    clip_path = tmp_path / "clip.mp4"
    rate = FrameRate.parse("25")
    brightness = [30 + 6 * number for number in range(30)]
    with MovieWriter(clip_path, WIDTH, HEIGHT, rate.value) as clip:
        for level in brightness:
            planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            planes[:HEIGHT] = level
            clip.write(planes)
    movie = Media(clip_path, "sha256:2", MediaKind.MOVIE, WIDTH, HEIGHT, rate, rate.seconds(30))
    clips = [
        Clip("a", 0, 10, movie, source_start=5),
        Clip("b", 10, 5, still(50)),
        Clip("c", 15, 20, movie, source_start=25),
    ]
    render_preview(timeline(clips, click_track([], 3), "25"), tmp_path / "p.mp4")
    expected = brightness[5:15] + [16 + 50 * 219 / 255] * 5 + brightness[25:] + [brightness[-1]] * 15
    assert levels(tmp_path / "p.mp4") == pytest.approx(expected, abs=2)


def test_the_same_bytes_twice(tmp_path, still, click_track):
    clips = [Clip(f"s{n}", n * 9, 9, still(30 + 20 * n), move=move) for n, move in enumerate(MOVES)]
    cut = timeline(clips, click_track([0.5], 2))
    for name in ("a.mp4", "b.mp4"):
        render_preview(cut, tmp_path / name)
    assert digest_of_file(tmp_path / "a.mp4") == digest_of_file(tmp_path / "b.mp4")


def test_errors_leave_the_old_preview(tmp_path, still, click_track):
    target = tmp_path / "p.mp4"
    target.write_bytes(b"old")
    song, good = click_track([], 1), still(50)
    gone = Media(tmp_path / "gone.png", "sha256:0", MediaKind.STILL)
    broken = still(60, "broken.png")
    broken.path.write_bytes(broken.path.read_bytes()[:60])
    before = names(tmp_path)
    for second, error in ((gone, NotFound), (broken, MediaError)):
        with pytest.raises(error, match=second.path.name):
            render_preview(timeline([Clip("a", 0, 5, good), Clip("b", 5, 5, second)], song), target)
    with pytest.raises(ExportError, match="gap") as caught:
        render_preview(timeline([Clip("a", 0, 5, good), Clip("b", 6, 5, good)], song), target)
    assert caught.value.code == "ALICE-E03"
    assert names(tmp_path) == before
    assert target.read_bytes() == b"old"


ENDLESS = """
import sys
from pathlib import Path
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timeline.preview import render_preview
from alice_core.timing import FrameRate
folder = Path(sys.argv[1])
still = Media(folder / "still-90.png", "", MediaKind.STILL)
clips = tuple(Clip(str(n), n * 24, 24, still, move="push-in") for n in range(20000))
song = Media(folder / "clicks.wav", "", MediaKind.SOUND)
class Say:
    def stage(self, *_): return self
    def note(self, _): pass
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def advance(self, amount=1): print("frame", flush=True)
try:
    render_preview(Timeline("t", FrameRate.parse("24"), 0, 640, 360, clips, song), folder / "p.mp4", Say())
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_stops_soon_and_leaves_nothing(tmp_path, still, click_track):
    still(90)
    click_track([], 3)
    before = names(tmp_path)
    command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        for _ in range(60):
            assert running.stdout.readline() == "frame\n"
        assert len(names(tmp_path)) == len(before) + 1
        pressed = time.monotonic()
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
        stopped = time.monotonic()
    assert running.returncode == 130, errors
    assert errors == ""
    assert stopped - pressed < 30  # not the hours that the rest would take
    assert names(tmp_path) == before


# VmHWM, not ru_maxrss: that one is never less than what the parent, a grown pytest, had when it forked.
GROWTH = """
import sys
from pathlib import Path
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timeline.preview import render_preview
from alice_core.timing import FrameRate
folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
still = Media(folder / "still-90.png", "", MediaKind.STILL)
clips = tuple(Clip(str(n), n * 24, 24, still, move="pan-left") for n in range(seconds))
song = Media(folder / "clicks.wav", "", MediaKind.SOUND)
render_preview(Timeline("t", FrameRate.parse("24"), 0, 160, 90, clips, song), folder / "p.mp4")
print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])  # in KiB
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads peak memory in KiB")
def test_memory_does_not_grow_with_length(tmp_path, still, click_track):
    still(90)
    click_track([], 240)
    peaks = []
    for seconds in (10, 240):
        command = [sys.executable, "-c", GROWTH, str(tmp_path), str(seconds)]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] < 12 * 1024
    assert peaks[1] < 400 * 1024
