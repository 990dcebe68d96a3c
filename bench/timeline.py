#!/usr/bin/env python3
"""The figures of timelines: exactness at every rate, and the time of each writer.

::

    python bench/timeline.py              all of it, about two minutes
    python bench/timeline.py --quick      two rates and one round, to see that it works

Exactness: an 800-cut song of ten minutes whose tempo ramps, and one of sixty minutes; the
error is the distance of each cut, read back from each format, to its beat, in frames.
Speed: 800 shots through each writer, and AAF against a bare pyaaf2 writer of the same mobs
and clips without locators, markers or sizes, side by side in one process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from pathlib import PurePosixPath
from typing import cast

import aaf2

from alice_core.timeline import FORMATS, documents, read_edit
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
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


if __name__ == "__main__":
    main()
