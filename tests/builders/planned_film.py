"""A plan on disk with its song and its takes, made without listening to anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from grids import analysed
from PIL import Image

from alice_core.directing import document as plans
from alice_core.directing.cut import with_takes
from alice_core.directing.model import Plan, Take
from alice_core.directing.plan import plan_shots
from alice_core.media.digest import digest_of_file
from alice_core.media.sound import write_wav
from alice_core.music.model import Analysis, Section
from alice_core.timing import FrameRate

SAMPLE_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Film:
    """Where everything lies."""

    folder: Path
    plan_file: Path
    song: Path
    plan: Plan
    analysis: Analysis

    def cast(self, takes: dict[str, Path]) -> Plan:
        """Choose other takes for some shots and write the plan again."""
        chosen = {}
        for shot, path in takes.items():
            near = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path
            chosen[shot] = Take(digest_of_file(path), near.as_posix())
        plan = with_takes(plans.from_document(self.plan_file.read_bytes()), chosen)
        self.plan_file.write_bytes(plans.to_document(plan))
        return plan


def write_movie(path: Path, times: list[int], rate: Fraction, base: Fraction | None = None, *, timecode: str = "",
                size: tuple[int, int] = (64, 48), codec: str = "libx264") -> Path:  # fmt: skip
    """Write a movie whose frames are shown at these times; frame k has brightness 16 + 10k modulo 200."""
    clock = base or 1 / rate
    options = {"write_tmcd": "1"} if timecode and path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=rate, options={"crf": "8"} if codec == "libx264" else {})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = stream.time_base = clock
        if timecode:
            stream.metadata["timecode"] = timecode
        for number, time in enumerate(times):
            planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
            planes[: size[1]] = 16 + 10 * number % 200
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = time, clock
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def song_with_clicks(path: Path, samples: list[int], length: int) -> None:
    """Write a stereo song: a short burst on each sample, noise below it that never repeats."""
    sound = np.random.default_rng(7).standard_normal((length, 2)).astype(np.float32) * 0.05
    burst = (np.sin(np.arange(400) / SAMPLE_RATE * 2 * np.pi * 2500) * 0.8).astype(np.float32)
    for sample in samples:
        end = min(length, sample + burst.size)
        sound[sample:end] += burst[: end - sample, None]
    write_wav(path, sound.clip(-1, 1), SAMPLE_RATE)


@pytest.fixture
def film(tmp_path):
    """Makes a film: a song with a beat every ``gap`` samples, sections of ``bars`` bars each, a still a shot."""

    def make(seconds=20, rate="24", gap=23_456, bars=(4, 4, 4), size=(96, 54), name="song", folder="film",
             energies=(0.3, 0.9, 0.5), **options):  # fmt: skip
        place = tmp_path / folder
        (place / "shots").mkdir(parents=True)
        length = seconds * SAMPLE_RATE
        beats = list(range(gap // 2, length - 100, gap))
        edges = [0]
        for count in bars:
            edges.append(edges[-1] + count * 4)
        starts = [0, *(beats[edge] for edge in edges[1:] if edge < len(beats))]
        labels = ("intro", "chorus", "verse", "outro", "bridge", "drop")
        sections = tuple(
            Section(start, end, labels[place % 6], energies[place % len(energies)], 0.9)
            for place, (start, end) in enumerate(zip(starts, [*starts[1:], length], strict=True))
        )
        song = place / f"{name}.wav"
        song_with_clicks(song, beats, length)
        heard = analysed(beats, length=length, sections=sections)
        heard = replace(heard, song=replace(heard.song, digest=str(digest_of_file(song))))
        curve = tuple(
            next(energies[index % len(energies)] for index, one in enumerate(sections)
                 if one.end > second * SAMPLE_RATE or one is sections[-1])
            for second in range(seconds + 1)
        )  # fmt: skip
        heard = replace(heard, curves=(replace(heard.curves[0], values=curve),))
        plan = plan_shots(
            heard, rate=FrameRate.parse(rate), start=options.pop("start", "01:00:00:00"), width=size[0],
            height=size[1], **options,
        )  # fmt: skip
        made = Film(place, place / "plan.json", song, plan, heard)
        made.plan_file.write_bytes(plans.to_document(plan))
        stills = {}
        for number, shot in enumerate(plan.shots):
            path = place / "shots" / f"{shot.id}-take.png"
            Image.new("RGB", size, ((number * 53) % 100, (number * 101) % 100, 90)).save(path)
            stills[shot.id] = path
        return replace(made, plan=made.cast(stills))

    return make
