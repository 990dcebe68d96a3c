"""Bad input: a clear sentence, a stable code, a non-zero exit, and nothing left half-written."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from alice_core.media.sound import write_wav


@pytest.fixture
def refused(alice, tmp_path):
    """Says the error of a make that must fail, after looking that nothing was left."""

    def call(*words, status, **more):
        done = alice("make", *words, "--json", status=status, **more)
        error = json.loads(done.stdout)["error"]
        assert error["message"] in done.stderr
        assert error["code"].startswith("ALICE-")
        assert error["hint"]
        left = [path for path in tmp_path.rglob("*") if ".part" in path.name]
        assert left == []
        return error

    return call


def test_no_file(refused, tmp_path):
    assert refused(tmp_path / "none.wav", status=3)["code"] == "ALICE-N01"
    assert list(tmp_path.glob("*-alice")) == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.wav", b"", "ALICE-M01"),
        ("letter.wav", b"Dear aunt, the weather is fine. " * 40, "ALICE-M02"),
        ("noise.mp3", np.random.default_rng(1).bytes(20_000), "ALICE-M02"),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00", "ALICE-M0"),
        ("page.html", b"<!doctype html><html><body>song</body></html>", "ALICE-M02"),
    ],
)
def test_a_file_without_sound(refused, tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    error = refused(tmp_path / name, status=6)
    assert error["code"].startswith(code)
    assert name in error["message"]
    assert list(tmp_path.glob("*-alice")) == []


def test_a_picture_and_a_folder_are_no_songs(refused, tmp_path):
    from PIL import Image

    Image.new("RGB", (64, 64)).save(tmp_path / "cover.png")
    assert refused(tmp_path / "cover.png", status=6)["code"] == "ALICE-M02"
    (tmp_path / "album").mkdir()
    refused(tmp_path / "album", status=6)


def test_an_enormous_file_is_refused_at_once(refused, tmp_path):
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        file.write(b"RIFF\xff\xff\xff\xffWAVE")
        file.truncate(200 * 2**30)
    refused(huge, status=6, timeout=60)


def test_a_song_of_many_hours_is_refused_at_once(refused, tmp_path):
    long = tmp_path / "long.wav"
    write_wav(long, np.zeros((8000, 1), np.float32), 8000)
    data = bytearray(long.read_bytes())
    size = 2 * 8000 * 3600 * 6
    data[4:8] = (size + 36).to_bytes(4, "little")
    data[40:44] = size.to_bytes(4, "little")
    with long.open("wb") as file:
        file.write(data[:44])
        file.truncate(size + 44)
    assert refused(long, status=6, timeout=20)["code"] == "ALICE-M04"


def test_a_song_that_may_not_be_read(alice, song, tmp_path, is_root):
    if is_root:
        pytest.skip("this user may read everything")
    closed = tmp_path / "closed.wav"
    closed.write_bytes(song.read_bytes())
    closed.chmod(0)
    assert json.loads(alice("make", closed, "--json", status=6).stdout)["error"]["code"] == "ALICE-M03"


def test_silence_gets_even_shots_and_says_so(alice, tmp_path):
    write_wav(tmp_path / "silence.wav", np.zeros((44100 * 10, 2), np.float32), 44100)
    done = alice("make", tmp_path / "silence.wav", *alice.small, "--json")
    result = json.loads(done.stdout)
    assert result["notices"]
    assert any(notice in done.stderr for notice in result["notices"])
    lengths = {shot["end"] - shot["start"] for shot in result["shots"]}
    assert max(lengths) - min(lengths) <= 1
    assert result["shots"][-1]["end"] == 240


def test_noise_without_a_beat_gets_even_shots_and_says_so(alice, tmp_path):
    noise = np.random.default_rng(3).standard_normal((44100 * 20, 1)).astype(np.float32) * 0.1
    swell = np.hanning(noise.size)[:, None].astype(np.float32)
    write_wav(tmp_path / "rain.wav", noise * swell, 44100)
    result = alice.json("make", tmp_path / "rain.wav", *alice.small)
    assert result["notices"]
    lengths = [shot["end"] - shot["start"] for shot in result["shots"]]
    assert max(lengths) - min(lengths) <= 1


def test_a_damaged_song_is_cut_as_far_as_it_goes_and_says_so(alice, song, tmp_path):
    cut = tmp_path / "cut.wav"
    cut.write_bytes(song.read_bytes()[: 44 + 44100 * 4 * 6])
    done = alice("make", cut, *alice.small, "--json")
    result = json.loads(done.stdout)
    assert result["shots"][-1]["end"] == 6 * 24
    assert result["notices"], "a song that ends before its time is told of"


def test_one_second_is_a_song(alice, song_of, tmp_path):
    write_wav(tmp_path / "short.wav", song_of(1.0), 44100)
    result = alice.json("make", tmp_path / "short.wav", *alice.small)
    assert result["shots"][-1]["end"] == 24


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--fps", "23.5"), "ALICE-U01"),
        (("--fps", "0"), "ALICE-U01"),
        (("--fps", "fast"), "ALICE-U01"),
        (("--size", "1x1"), "ALICE-U02"),
        (("--size", "641x361"), "ALICE-U02"),
        (("--size", "0x720"), "ALICE-U02"),
        (("--size", "99999x99999"), "ALICE-U02"),
        (("--size", "big"), "ALICE-U02"),
        (("--start", "25:00:00:00"), "ALICE-U03"),
        (("--start", "one"), "ALICE-U03"),
        (("--fps", "29.97", "--start", "00:01:00;00"), "ALICE-U03"),
        (("--provider", "nobody"), "ALICE-U04"),
        (("--cut", "often"), "ALICE-U00"),
        (("--seed", "-1"), "ALICE-U00"),
        (("--project", "  "), "ALICE-U00"),
    ],
)
def test_options_that_cannot_be(refused, song, tmp_path, words, code):
    assert refused(song, *words, status=2)["code"] == code
    assert list(tmp_path.glob("*-alice")) == []


@pytest.mark.parametrize(
    "name",
    [
        "a song with spaces.wav",
        'it\'s "quoted" & <tagged>.wav',
        "neon 🎬🌧️ rain.wav",
        "夜のネオン.wav",
        "дождь над городом.wav",
        "مطر.wav",
        "50% #1 [live].wav",
        "x" * 196 + ".wav",
        "ü" * 98 + ".wav",
    ],
)
def test_names_of_every_kind(alice, song, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(song.read_bytes()[: 44 + 44100 * 4 * 3])
    result = alice.json("make", path, *alice.small, "--brief", name)
    for written in (result["plan"], result["preview"], *result["timelines"].values()):
        assert Path(written).is_file()
    assert alice.json("make", path, *alice.small, "--brief", name)["ran"] == []


def test_a_folder_that_cannot_be_written(refused, song, tmp_path, is_root):
    (tmp_path / "file").write_text("I am no folder")
    assert refused(song, "--out", tmp_path / "file" / "out", status=10)["code"] == "ALICE-E01"
    assert refused(song, "--out", tmp_path / "file", status=10)["code"] == "ALICE-E01"
    if is_root and Path("/sys/kernel").is_dir():
        assert refused(song, "--out", "/sys/kernel/alice", status=10)["code"] == "ALICE-E01"
        return
    (tmp_path / "closed").mkdir(mode=0o555)
    assert refused(song, "--out", tmp_path / "closed", status=10)["code"] == "ALICE-E01"


def test_a_full_disk_leaves_nothing_half_written_and_then_it_goes_on(alice, song, tmp_path):
    """A limit on the size of files stops the writing of the film as a full disk would."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    (tmp_path / "home").mkdir()
    alice("db", "upgrade")
    argv = alice.argv("make", song, *alice.small, "--json")
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, preexec_fn=limit, check=False)
    assert done.returncode == 10, done.stderr[-3000:]
    assert json.loads(done.stdout)["error"]["code"] == "ALICE-E02"
    left = [path.name for path in (tmp_path / "song-alice").rglob("*") if path.name.startswith(".")]
    assert left == []
    result = alice.json("make", song, *alice.small)
    assert Path(result["preview"]).stat().st_size > 0
    assert alice.json("db", "check")["findings"] == []


def test_a_full_disk_for_real(alice, song, tmp_path, is_root):
    if not is_root or sys.platform != "linux":
        pytest.skip("mounting a small disk needs root on Linux")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        error = json.loads(alice("make", song, *alice.small, "--out", disk / "out", "--json", status=10).stdout)[
            "error"
        ]
        assert error["code"] == "ALICE-E02"
        assert [path.name for path in disk.rglob("*") if ".part" in path.name] == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_user_file_in_the_way_is_left_alone(alice, song, tmp_path):
    folder = tmp_path / "song-alice"
    folder.mkdir()
    (folder / "preview.mp4").write_bytes(b"my own film")
    (folder / "plan.json").write_text("my own plan")
    result = alice.json("make", song, *alice.small)
    assert (folder / "preview.mp4").read_bytes() == b"my own film"
    assert (folder / "plan.json").read_text() == "my own plan"
    assert Path(result["preview"]).name == "preview-2.mp4"
    assert Path(result["plan"]).name == "plan-2.json"
    assert alice.json("make", song, *alice.small)["ran"] == []
