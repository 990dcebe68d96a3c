"""The exact bytes of a small timeline in every format, so that a change of output is seen.

``ALICE_REWRITE_GOLDEN=1 pytest tests/golden/test_timeline_golden.py`` writes the files anew;
look at what changed before you commit them.
"""

from __future__ import annotations

import os
from fractions import Fraction
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import cast

import opentimelineio as otio
import pytest

from alice_core.timeline import FORMATS, documents, read_cuts
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timing import FrameRate, frames_of

FOLDER = Path(__file__).parent / "timelines"
RATES = ("24", "29.97")


def media(name: str, kind: MediaKind, **facts: object) -> Media:
    digest = "sha256:" + sha256(name.encode()).hexdigest()
    return Media(cast("Path", PurePosixPath("/films/rain") / name), digest, kind, **facts)  # type: ignore[arg-type]


def small_timeline(rate: str) -> Timeline:
    """Two stills, a movie and one of the stills again over 4.3 s of song, with markers."""
    own = FrameRate.parse(rate)
    city = media("shot-0001 city.png", MediaKind.STILL, width=1280, height=720)
    face = media("shot-0002 naïve #1 & 100%.png", MediaKind.STILL, width=1024, height=1024)
    run = media(
        "shot-0003.mp4",
        MediaKind.MOVIE,
        width=1280,
        height=720,
        rate=own,
        duration=own.seconds(60),
        sample_rate=48000,
        channels=2,
    )
    song = media("song.flac", MediaKind.SOUND, duration=Fraction(189_630, 44_100), sample_rate=44_100, channels=2)
    beats = [own.nearest_frame(Fraction(60 * index, 112)) for index in range(8)]
    edges = [0, beats[2], beats[4], beats[6], own.nearest_frame(song.duration or Fraction(0))]
    shots = [
        (city, 0, "push-in", 'A city in the rain, <neon> & "wet" streets'),
        (face, 0, "hold", "Ein Gesicht am Fenster"),
        (run, 12, "hold", ""),
        (city, 0, "pan-left", "The city again"),
    ]
    clips = tuple(
        Clip(f"shot-{index + 1:04}", start, end - start, what, skip, move, note)
        for index, ((what, skip, move, note), start, end) in enumerate(zip(shots, edges, edges[1:], strict=False))
    )
    markers = [Marker(0, "section", "verse"), Marker(beats[4], "section", "chorus")]
    for index, frame in enumerate(beats):
        kind = "beat" if index % 4 else "downbeat"
        markers.append(Marker(frame, kind, f"{index // 4 + 1}.{index % 4 + 1}"))
    return Timeline(
        "Rain – demo",
        own,
        frames_of("01:00:00:00", own),
        1280,
        720,
        clips,
        song,
        tuple(sorted(markers, key=lambda marker: marker.frame)),
    )


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "aaf"])  # half a megabyte of dictionary
def test_bytes_are_those_that_were_looked_at(name: str, rate: str) -> None:
    (document,) = documents(small_timeline(rate), name, rate)
    path = FOLDER / document.name
    if os.environ.get("ALICE_REWRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(document.data)
        pytest.skip(f"{path.name} was written anew")
    assert document.data == path.read_bytes()


@pytest.mark.parametrize("rate", RATES)
def test_the_files_say_the_same_cuts(rate: str) -> None:
    timeline = small_timeline(rate)
    wanted = [(clip.name, clip.start, clip.end) for clip in timeline.clips]
    for name in ("otio", "fcpxml", "xml", "edl", "aaf"):
        stored = FOLDER / f"{rate}.{name}"
        data = documents(timeline, name, rate)[0].data if name == "aaf" else stored.read_bytes()
        cuts = read_cuts(data, name, timeline.rate)
        assert [(cut.start, cut.end) for cut in cuts.clips] == [(start, end) for _, start, end in wanted]
        assert name == "aaf" or [cut.name for cut in cuts.clips] == [shot for shot, _, _ in wanted]
        assert cuts.faults() == ()
        assert cuts.song is not None
        assert (cuts.song.start, cuts.song.end) == (0, timeline.frames)


@pytest.mark.parametrize("rate", RATES)
def test_opentimelineio_reads_the_stored_file(rate: str) -> None:
    timeline = small_timeline(rate)
    stored = otio.adapters.read_from_file(str(FOLDER / f"{rate}.otio"))
    spans = [clip.range_in_parent() for clip in stored.tracks[0]]
    assert [span.start_time.value for span in spans] == [clip.start for clip in timeline.clips]
    assert stored.duration().value == timeline.frames
    assert len(stored.tracks.markers) == len(timeline.markers)
