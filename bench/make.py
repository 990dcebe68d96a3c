#!/usr/bin/env python3
"""The figures of the main job, each as a ratio of two things measured in one run.

::

    python bench/make.py              all of it, about ten minutes on two cores
    python bench/make.py --quick      one rate and short songs, to see that it works

It prints the frame error of every cut at all rates, the time and memory of ``make`` against
encoding the same number of ready frames with the same encoder settings in the same process,
the cost of doing nothing again, and the start of the command against a bare ``import click``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

import alice_core
from alice_core.directing.cut import timeline_of
from alice_core.directing.model import CutStyle, Plan
from alice_core.directing.plan import plan_shots
from alice_core.media.encode import MovieWriter
from alice_core.media.moves import MovingStill
from alice_core.media.sound import write_wav
from alice_core.music.analyse import listen
from alice_core.music.model import Analysis
from alice_core.timeline.formats import documents
from alice_core.timeline.model import Media, MediaKind
from alice_core.timeline.reading import read_cuts
from alice_core.timing import RATES, FrameRate
from alice_core.workflows import MakeRequest, MakeResult

SAMPLE_RATE = 44100
FORMATS = ("otio", "fcpxml", "edl")


def compose(path: Path, seconds: int, bpm: float = 127.3) -> None:
    """A drum song whose tempo is no whole number of frames, loud and quiet by turns of eight bars."""
    random = np.random.default_rng(5)
    t = np.arange(int(0.12 * SAMPLE_RATE)) / SAMPLE_RATE
    kick = np.sin(2 * np.pi * (50 * t + 8 * np.exp(-t * 40))) * np.exp(-t * 22)
    snare = random.standard_normal(t.size) * np.exp(-t * 28) * 0.5
    sound = np.zeros((seconds + 1) * SAMPLE_RATE, np.float32)
    step = 60 / bpm
    for beat in range(int(seconds / step)):
        at = int(beat * step * SAMPLE_RATE)
        hit = kick if beat % 2 == 0 else snare
        sound[at : at + t.size] += hit * (1.0 if beat // 32 % 2 else 0.5)
        if beat % 4 == 0:
            bar = np.arange(int(4 * step * SAMPLE_RATE)) / SAMPLE_RATE
            note = 55 * 2 ** ((0, 5, 7, 3)[beat // 4 % 4] / 12)
            end = min(at + bar.size, sound.size)
            sound[at:end] += (0.3 * np.sin(2 * np.pi * note * bar) * np.exp(-bar * 0.6))[: end - at]
    write_wav(path, (sound[: seconds * SAMPLE_RATE, None] * 0.4).repeat(2, axis=1), SAMPLE_RATE)


def frame_errors(name: str, analysis: Analysis, rates: tuple[str, ...]) -> None:
    """Print, for every rate, the largest distance of a cut from its beat, in every written format."""
    digest = "sha256:" + "0" * 64
    print(f"\nframe error, {name} ({float(analysis.song.seconds):.0f} s, {len(analysis.beats)} beats)")
    print("  rate       shots  largest error (frames)  gaps  overlaps  formats that read back equal")
    for text in rates:
        rate = FrameRate.parse(text)
        plan = plan_shots(
            analysis, rate=rate, start="01:00:00:00", width=1280, height=720, brief="", cut=CutStyle.AUTO, seed=1
        )
        error = max(abs(shot.start - shot.beat * rate.value) for shot in plan.shots)
        cuts = [(shot.start, shot.end) for shot in plan.shots]
        gaps = sum(one[1] < two[0] for one, two in pairwise(cuts))
        overlaps = sum(one[1] > two[0] for one, two in pairwise(cuts))
        equal = [name for name in FORMATS if _reads_back(plan, analysis, digest, name) == cuts]
        end = abs(plan.frames - analysis.song.seconds * rate.value)
        assert error <= Fraction(1, 2), error
        assert end <= Fraction(1, 2), end
        print(f"  {text:<9} {len(cuts):>6}  {float(error):>22.4f}  {gaps:>4}  {overlaps:>8}  {', '.join(equal)}")


def _reads_back(plan: Plan, analysis: Analysis, digest: str, name: str) -> list[tuple[int, int]]:
    folder = Path(tempfile.gettempdir()).resolve()
    song = Media(
        folder / "song.wav",
        digest,
        MediaKind.SOUND,
        duration=analysis.song.seconds,
        sample_rate=SAMPLE_RATE,
        channels=2,
    )
    media = {
        shot.id: Media(folder / f"{shot.id}.png", f"sha256:{index:064x}", MediaKind.STILL, 1280, 720)
        for index, shot in enumerate(plan.shots)
    }
    timeline = timeline_of(plan, media, song, "bench")
    found = []
    for part in documents(timeline, name, "bench"):
        cuts = read_cuts(part.data, name, plan.rate)
        # An edit decision list holds 999 events; each of its parts starts with its own first one.
        found += [
            (clip.start + cuts.start - timeline.start, clip.end + cuts.start - timeline.start) for clip in cuts.clips
        ]
    return found


def bare_encode(result: MakeResult, folder: Path) -> float:
    """Seconds to encode the same frames, ready in memory, with the same settings; their making is not counted."""
    plan = result.plan
    spent = 0.0
    target = folder / "bare.mp4"
    begun = time.perf_counter()
    writer = MovieWriter(target, plan.width, plan.height, plan.rate.value)
    movie = writer.__enter__()
    spent += time.perf_counter() - begun
    for made in result.shots:
        still = MovingStill(made.path, plan.width, plan.height, made.shot.move.value)
        ready = [frame.copy() for frame in still.frames(made.shot.frames)]
        begun = time.perf_counter()
        for frame in ready:
            movie.write(frame)
        spent += time.perf_counter() - begun
    begun = time.perf_counter()
    writer.__exit__(None, None, None)
    return spent + time.perf_counter() - begun


def make_once(song: Path, folder: Path, size: tuple[int, int]) -> tuple[MakeResult, float]:
    """The result of ``make`` and the seconds it took, opening of the store included."""
    request = MakeRequest(song, FrameRate.parse("24"), *size, out=folder / "out", project="bench")
    begun = time.perf_counter()
    with alice_core.open(folder / "home") as alice:
        result = alice.make(request)
    return result, time.perf_counter() - begun


def peak_of_make(song: Path, folder: Path, size: str) -> float:
    """Peak memory in MB of ``alice make`` as a process of its own."""
    command = [sys.executable, "-m", "alice_core.cli", "--home", str(folder / "home"), "-q", "make", str(song)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    code = (
        "import json, resource, subprocess, sys\n"
        "status = subprocess.call(sys.argv[1:])\n"
        "print(json.dumps([status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))"
    )
    argv = [sys.executable, "-c", code, *command, "--size", size, "--out", str(folder / "out")]
    status, peak = json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)
    assert status == 0, status
    assert before >= 0
    return peak / 1024


def start_ratio(runs: int) -> tuple[float, float]:
    """Median seconds of ``alice --help`` and of a bare ``import click``, taken in turns."""
    alice = Path(sys.executable).with_name("alice")
    commands = ([str(alice), "--help"], [sys.executable, "-c", "import click"])
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for command, list_of_times in zip(commands, times, strict=True):
            begun = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            list_of_times.append(time.perf_counter() - begun)
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="short songs and one rate")
    quick = parser.parse_args().quick
    short, long = (20, 60) if quick else (180, 3600)
    with tempfile.TemporaryDirectory(prefix="alice-bench-") as scratch:
        folder = Path(scratch)
        songs = {f"{length} s": folder / f"song-{length}.wav" for length in (short, long)}
        for length, song in zip((short, long), songs.values(), strict=True):
            compose(song, length)
        for name, song in songs.items():
            frame_errors(name, listen(song).analysis, RATES[1:2] if quick else RATES)

        first = next(iter(songs.values()))
        size = (320, 180) if quick else (1280, 720)
        rounds = []
        for number in range(1 if quick else 3):
            # In turns, for the speed of a shared machine drifts; each round makes everything anew.
            result, made = make_once(first, folder / f"timed-{number}", size)
            rounds.append((made, bare_encode(result, folder)))
        again, nothing = make_once(first, folder / f"timed-{number}", size)
        made, bare = (statistics.median(times) for times in zip(*rounds, strict=True))
        ratios = [one / two for one, two in rounds]
        frames = result.plan.frames
        print(f"\nmake of {short} s at {size[0]}x{size[1]} and 24 fps: {frames} frames, {len(result.shots)} shots")
        print(f"  make {made:.2f} s, bare encode of the same ready frames {bare:.2f} s (medians of {len(rounds)})")
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"  ratio {statistics.median(ratios):.2f} (<= 1.5); each round: {each}")
        print(f"  made again {nothing:.2f} s; ratio {nothing / made:.3f} (< 0.1); recipes run: {len(again.ran)} (0)")

        peaks = [peak_of_make(song, folder / f"peak-{name}", "160x90") for name, song in songs.items()]
        at_size = peak_of_make(first, folder / "peak", f"{size[0]}x{size[1]}")
        signal = (long - short) * 22050 * 4 / 2**20
        print(f"  peak memory {at_size:.0f} MB (< 800)")
        print(
            f"\npeak memory at 160x90: {peaks[0]:.0f} MB for {short} s, {peaks[1]:.0f} MB for {long} s; "
            f"growth {peaks[1] - peaks[0]:.0f} MB of {signal:.0f} MB that the decoded mono signal grew"
        )
        ours, click = start_ratio(5 if quick else 15)
        print(
            f"\nalice --help {ours * 1000:.0f} ms; import click {click * 1000:.0f} ms; ratio {ours / click:.2f} (<= 2)"
        )


if __name__ == "__main__":
    main()
