"""What is burnt into a preview lies on its frames, the sound is in step to the sample, and it is found again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from planned_film import film, write_movie

from alice_core.cli.entry import run
from alice_core.errors import UsageError
from alice_core.media.encoders import HARDWARE, choose_encoder, encoder_fault
from alice_core.media.footage import footage_of
from alice_core.media.overlay import Burn, Overlay
from alice_core.media.planes import blank, split

__all__ = ["film"]


@pytest.fixture
def told(capsys, tmp_path):
    def call(*words: object) -> tuple[int, dict]:
        capsys.readouterr()
        status = run(["--home", str(tmp_path / "home"), "-q", *(str(word) for word in words), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def frames_of(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def sound_of(path, rate):
    """The sound of a film as a player hears it, at its presentation times, in one channel."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        out = np.zeros(int(container.duration / 1e6 * rate) + rate, np.float32)
        for frame in container.decode(stream):
            at = round(frame.pts * Fraction(frame.time_base) * rate)
            for piece in resampler.resample(frame):
                plain = piece.to_ndarray().ravel()
                first = max(0, -at)
                out[max(0, at) : at + plain.size] = plain[first:]
    return out


@pytest.mark.parametrize("rate", ["24", "29.97", "59.94"])
def test_flashes_lie_on_the_beats_and_nowhere_else(film, told, rate):
    made = film(seconds=8, rate=rate, size=(320, 180))
    words = (
        "preview",
        made.plan_file,
        "--song",
        made.song,
        "--flash",
        "--timecode",
        "--shots",
        "--encoder",
        "software",
    )
    status, said = told(*words)
    assert status == 0
    assert Path(said["preview"]).name == "preview-timecode-shots-flash.mp4"
    frames = frames_of(said["preview"])
    assert len(frames) == said["frames"] == made.plan.frames
    left, top, right, bottom = Overlay(320, 180).flash_box
    levels = [frame[top + 4 : bottom - 4, left + 4 : right - 4].mean() for frame in frames]
    lit = [at for at, level in enumerate(levels) if level > 150]
    assert lit == sorted({mark.frame for mark in made.plan.markers})
    strong = [at for at, level in enumerate(levels) if level > 225]
    assert strong == sorted({mark.frame for mark in made.plan.markers if mark.kind != "beat"})


@pytest.mark.parametrize("rate", ["24", "29.97"])
def test_the_sound_is_in_step_to_the_sample(film, told, rate):
    made = film(seconds=8, rate=rate, size=(128, 72))
    _, said = told("preview", made.plan_file, "--song", made.song, "--encoder", "software")
    from alice_core.media.sound import open_sound

    with open_sound(made.song) as reader:
        song = np.concatenate(list(reader.blocks())).mean(axis=1)
    heard = sound_of(said["preview"], 48000)[: song.size]
    size = 1 << 20
    spectrum = np.fft.rfft(song, size).conj() * np.fft.rfft(heard, size)
    correlation = np.fft.irfft(spectrum)
    assert int(np.argmax(correlation)) == 0


def test_a_preview_is_found_again_and_the_plain_one_is_that_of_make(film, told):
    made = film(seconds=6, size=(128, 72))
    words = ("preview", made.plan_file, "--song", made.song, "--encoder", "software")
    status, said = told(*words, "--dry-run")
    assert (status, said["reused"], Path(said["preview"]).exists()) == (0, False, False)
    assert [told(*words)[1]["reused"] for _ in range(2)] == [False, True]
    status, small = told(*words, "--size", "64x64", "-o", made.folder / "small.mp4")
    assert (footage_of(Path(small["preview"])).width, small["reused"]) == (64, False)


def test_a_take_of_another_rate_is_seen_at_ours(film, told):
    made = film(seconds=6, size=(128, 72))
    first = made.plan.shots[0]
    made.cast(
        {first.id: write_movie(made.folder / "shots" / "slow.mp4", list(range(20)), Fraction(12), size=(128, 72))}
    )
    status, said = told("preview", made.plan_file, "--song", made.song, "--encoder", "software")
    assert status == 0
    frames = frames_of(said["preview"])
    shown = [round(frame.mean() * 219 / 255 / 10) for frame in frames[: min(first.frames, 38)]]
    assert shown == [at // 2 for at in range(len(shown))]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--size", "63x64"), "ALICE-U02"),
        (("--encoder", "magic"), "ALICE-U00"),
        (("-o", "x.avi"), "ALICE-U00"),
    ],
)
def test_wishes_that_make_no_sense(film, told, words, code):
    made = film(seconds=4, size=(128, 72))
    status, said = told("preview", made.plan_file, "--song", made.song, *words)
    assert (status, said["error"]["code"]) == (2, code)


def test_an_encoder_is_used_only_if_it_opens():
    chosen = choose_encoder()
    if chosen.hardware:
        assert encoder_fault(chosen.name) == ""
    else:
        assert chosen.name == "libx264"
        assert all(encoder_fault(name) for name in HARDWARE)
        assert chosen.words.startswith("x264 encodes: ")
        absent = next(name for name in HARDWARE if encoder_fault(name))
        with pytest.raises(UsageError, match="does not open"):
            choose_encoder(absent)
    assert choose_encoder("software").name == "libx264"


def test_text_of_any_letters_and_frames_of_any_size():
    for width, height in ((16, 16), (64, 36), (128, 226), (1280, 720)):
        planes = blank(width, height)
        planes[:] = 90
        overlay = Overlay(width, height)
        laid = overlay.laid(planes, Burn("shot é 夜 🎬" * 30, "01:00:00;00", 0.5))
        assert laid.shape == planes.shape
        assert (planes == 90).all()
        assert not (split(laid)[0] == 90).all()
        assert overlay.laid(planes, Burn()) is planes
