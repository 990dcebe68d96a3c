#!/usr/bin/env python3
"""The figures of timelines: exactness at every rate, and the time of each writer.

::

    python bench/timeline.py              all of it, about five minutes
    python bench/timeline.py --quick      two rates and one round, to see that it works

Exactness: an 800-cut song of ten minutes whose tempo ramps, and one of sixty minutes; the
error is the distance of each cut, read back from each format, to its beat, in frames.
Speed: 800 shots through each writer, and AAF against a bare pyaaf2 writer of the same mobs
and clips without locators, markers or sizes, side by side in one process.
Preview: stills with their camera moves and a song, against encoding the same frames ready in
memory without sound, by turns; plain, and with timecode, shot and flash burnt in.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path, PurePosixPath
from typing import cast

import aaf2
import numpy as np

from alice_core.media.canvas import Canvas
from alice_core.media.encode import MovieWriter
from alice_core.media.moves import MOVES
from alice_core.media.sound import write_wav
from alice_core.timeline import FORMATS, documents, read_edit
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timeline.preview import PLAIN, BurnIn, preview_frames, render_preview
from alice_core.timing import FrameRate, frames_of

RATES = ("23.976", "24", "25", "29.97", "29.97ndf", "30", "47.952", "48", "50", "59.94", "60", "100", "119.88", "120")
TEXTS = ("fcpxml", "otio", "edl", "xml")
SAMPLE_RATE = 48_000


def beats(minutes: int, cuts: int) -> list[Fraction]:
    """Moments of beats whose tempo goes up and down, as sample numbers over the sample rate."""
    total = minutes * 60 * SAMPLE_RATE
    weights = [100 + abs(index % 160 - 80) for index in range(cuts)]
    whole, at, found = sum(weights), 0, [Fraction(0)]
    for weight in weights:
        at += weight
        found.append(Fraction(at * total // whole, SAMPLE_RATE))
    return found


def media(name: str, kind: MediaKind, **facts: object) -> Media:
    digest = "sha256:" + sha256(name.encode()).hexdigest()
    return Media(cast("PurePosixPath", PurePosixPath("/films") / name), digest, kind, **facts)  # type: ignore[arg-type]


def cut(moments: list[Fraction], rate: FrameRate) -> Timeline:
    """A shot from each beat to the next: stills and movies by turns, a marker on every beat."""
    frames = [rate.nearest_frame(moment) for moment in moments]
    clips = []
    for index, (start, end) in enumerate(pairwise(frames)):
        still = index % 3 == 0
        length = None if still else rate.seconds(end - start + 24)
        kind = MediaKind.STILL if still else MediaKind.MOVIE
        name = f"shot-{index:04}.{'png' if still else 'mp4'}"
        take = media(name, kind, width=1280, height=720, rate=None if still else rate, duration=length)
        clips.append(Clip(f"shot-{index + 1:04}", start, end - start, take, 0, "hold", "a street in the rain"))
    song = media("song.wav", MediaKind.SOUND, duration=moments[-1], sample_rate=SAMPLE_RATE, channels=2)
    markers = tuple(Marker(frame, "beat", str(index)) for index, frame in enumerate(frames[:-1]))
    start = frames_of("01:00:00:00", rate)
    return Timeline("Song", rate, start, 1280, 720, tuple(clips), song, markers)


def exactness(minutes: int, cuts: int, rates: tuple[str, ...], formats: tuple[str, ...]) -> None:
    """Print the worst error over all cuts, and that of the last one."""
    moments = beats(minutes, cuts)
    print(f"\n{cuts} cuts in {minutes} minutes; worst error in frames, last cut's, formats that agree")
    for text in rates:
        rate = FrameRate.parse(text)
        timeline = cut(moments, rate)
        wanted = [(clip.start, clip.end) for clip in timeline.clips]
        agree = []
        for name in formats:
            spans = []
            for part in documents(timeline, name, "cut"):
                edit = read_edit(part.data, name, rate)
                base = int(edit.start) - timeline.start
                spans += [(base + int(item.start), base + int(item.end)) for item in edit.pictures]
            agree += [name] if spans == wanted else []
        errors = [abs(clip.start - moment * rate.value) for clip, moment in zip(timeline.clips, moments, strict=False)]
        errors.append(abs(timeline.frames - moments[-1] * rate.value))
        worst, last = float(max(errors)), float(errors[-2])
        print(f"  {text:9} {worst:.4f}  {last:.4f}  {len(agree)} of {len(formats)}" + (" WRONG" if worst > 0.5 else ""))


def timed(work: Callable[[], object], rounds: int) -> float:
    """The median processor time in seconds; the writers run on one core, and others may be using the rest."""
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return statistics.median(found)


def bare_aaf(timeline: Timeline) -> int:
    """What any pyaaf2 writer must do: two mobs a file, a clip a shot, a timecode."""
    file = aaf2.open()
    create, rate = file.create, f"{timeline.rate.value.numerator}/{timeline.rate.value.denominator}"
    edit = create.CompositionMob("cut")
    edit.usage = "Usage_TopLevel"
    slot = edit.create_timeline_slot(rate)
    slot.segment = create.Timecode(fps=timeline.rate.nominal, drop=timeline.rate.drop, length=timeline.frames)
    pictures = create.Sequence(media_kind="picture")
    for clip in timeline.clips:
        source = create.SourceMob(clip.media.path.name)
        source.descriptor = create.ImportDescriptor()
        held = source.create_timeline_slot(rate)
        held.segment = create.SourceClip(length=clip.frames, media_kind="picture")
        master = create.MasterMob(clip.media.path.name)
        shown = master.create_timeline_slot(rate)
        shown.segment = create.SourceClip(0, clip.frames, source.mob_id, held.slot_id, "picture")
        file.content.mobs.append(source)
        file.content.mobs.append(master)
        pictures.components.append(create.SourceClip(0, clip.frames, master.mob_id, shown.slot_id, "picture"))
    edit.create_timeline_slot(rate).segment = pictures
    file.content.mobs.append(edit)
    memory = file.f
    file.save()
    file.cfb.close()
    return len(memory.getvalue())


def speed(rounds: int) -> None:
    """Print the time of 800 shots in each format, and AAF against the bare writer."""
    timeline = cut(beats(10, 800), FrameRate.parse("29.97"))
    documents(timeline, "otio", "cut")  # loads opentimelineio, which is not the writer's time
    print("\n800 shots with a marker each, median processor seconds")
    total = 0.0
    for name in TEXTS:
        took = timed(lambda name=name: documents(timeline, name, "cut"), rounds)
        total += took
        print(f"  {name:8} {took:.3f}")
    print(f"  together {total:.3f}  (at most 0.5)")
    pairs = [
        (timed(lambda: bare_aaf(timeline), 1), timed(lambda: documents(timeline, "aaf", "cut"), 1))
        for _ in range(rounds)
    ]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    size = len(documents(timeline, "aaf", "cut")[0].data) / 1e6
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"  aaf {ours:.2f}, bare pyaaf2 {bare:.2f}, ratio {ratio:.2f}  (at most 1.5); {size:.1f} MB")


def drawn(folder: Path, shots: int, seconds: int) -> Timeline:
    """A film of drawn stills at 1280x720 and 24 frames a second, with a beat every half second."""
    rate = FrameRate.parse("24")
    clips = []
    length = seconds * 24 // shots
    for index in range(shots):
        canvas = Canvas(1280, 720, (30, 20 + index * 5 % 60, 60))
        for ring in range(12):
            box = (100 + 90 * ring, 80 + ring * 13 * (index % 4), 260 + 90 * ring, 300 + ring * 13)
            canvas.ellipse(box, ((index * 37 + ring * 20) % 256, (ring * 31) % 256, 140))
        canvas.flatten()
        canvas.grain(index)
        canvas.text(
            (60, 620), "A street in the rain, neon on wet asphalt, a woman under an umbrella", 34, (230, 230, 230)
        )
        path = folder / f"still-{index}.png"
        path.write_bytes(canvas.to_png())
        take = Media(path, "", MediaKind.STILL, 1280, 720)
        clips.append(Clip(f"shot-{index + 1:04}", index * length, length, take, 0, MOVES[index % len(MOVES)]))
    noise = np.random.default_rng(1).standard_normal((seconds * SAMPLE_RATE, 2)).astype(np.float32) * 0.1
    write_wav(folder / "song.wav", noise.clip(-1, 1), SAMPLE_RATE)
    song = Media(folder / "song.wav", "", MediaKind.SOUND, duration=Fraction(seconds), sample_rate=SAMPLE_RATE,
                 channels=2)  # fmt: skip
    markers = tuple(Marker(frame, "beat" if frame % 48 else "downbeat", "1") for frame in range(0, seconds * 24, 12))
    return Timeline("bench", rate, frames_of("01:00:00:00", rate), 1280, 720, tuple(clips), song, markers)


def bare_encode(timeline: Timeline, folder: Path, burn: BurnIn) -> tuple[float, float]:
    """Wall and processor seconds of encoding the same frames, ready in memory; their making is not counted."""
    wall = processor = 0.0
    frames = preview_frames(timeline, burn)
    with MovieWriter(folder / "bare.mp4", timeline.width, timeline.height, timeline.rate.value) as movie:
        while ready := list(islice(frames, 100)):
            begun = time.perf_counter(), time.process_time()
            for planes, cut in ready:
                movie.write(planes, cut=cut)
            wall, processor = wall + time.perf_counter() - begun[0], processor + time.process_time() - begun[1]
    return wall, processor


def whole_preview(timeline: Timeline, folder: Path, burn: BurnIn) -> tuple[float, float]:
    """Wall and processor seconds of a whole preview."""
    begun = time.perf_counter(), time.process_time()
    render_preview(timeline, folder / "preview.mp4", burn=burn)
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def previews(rounds: int, seconds: int) -> None:
    """Print the ratio of a preview to the bare encode of its frames, in rounds by turns."""
    looks = {"plain": PLAIN, "timecode, shots and flash": BurnIn(timecode=True, shots=True, flash=True)}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in looks}
    with tempfile.TemporaryDirectory(prefix="alice-bench-") as scratch:
        folder = Path(scratch)
        timeline = drawn(folder, 14, seconds)
        for _ in range(rounds):
            for name, burn in looks.items():
                bare = bare_encode(timeline, folder, burn)
                took = whole_preview(timeline, folder, burn)
                found[name].append((took[0] / bare[0], took[1] / bare[1]))
    print(f"\npreview of {timeline.frames} frames at 1280x720 against their bare encode  (at most 1.3)")
    for name, ratios in found.items():
        wall, processor = (statistics.median(column) for column in zip(*ratios, strict=True))
        print(f"  {name:26} {wall:.2f} of the time, {processor:.2f} of the processor")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two rates, one round")
    quick = parser.parse_args().quick
    every = tuple(name for name in FORMATS if name != "markers.edl")
    exactness(10, 800, ("29.97", "25") if quick else RATES, every if quick else tuple(n for n in every if n != "aaf"))
    if not quick:
        exactness(10, 800, ("23.976", "29.97", "59.94"), ("aaf",))
    exactness(60, 4800, ("29.97",) if quick else RATES, TEXTS)
    speed(1 if quick else 5)
    previews(1 if quick else 5, 7 if quick else 28)


if __name__ == "__main__":
    main()
