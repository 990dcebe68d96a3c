"""Songs for the whole job, and the command as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from alice_core.media.digest import digest_of_file
from alice_core.media.sound import write_wav


@dataclass
class Command:
    """``alice`` with a home of its own."""

    home: Path
    folder: Path

    small = ("--size", "320x180")

    def argv(self, *words):
        return [sys.executable, "-m", "alice_core.cli", "--home", str(self.home), *map(str, words)]

    def __call__(self, *words, status=0, timeout=280, **more):
        done = subprocess.run(
            self.argv(*words), capture_output=True, text=True, cwd=self.folder, timeout=timeout, check=False, **more
        )
        assert done.returncode == status, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
        return done

    def json(self, *words, **more):
        return json.loads(self(*words, "--json", **more).stdout)

    def start(self, *words, **more):
        return subprocess.Popen(
            self.argv(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, **more
        )


@pytest.fixture
def alice(tmp_path):
    return Command(tmp_path / "home", tmp_path)


def drums(seconds=12.0, bpm=120.0, rate=44100, strong_from=6.0):
    """Kick, snare and hats in 4/4 over one bass note a bar, louder and denser from ``strong_from`` on."""
    count = int(seconds * rate)
    sound = np.zeros(count + rate, np.float64)
    random = np.random.default_rng(7)
    step = 60 / bpm

    def lay(at, tone):
        start = int(at * rate)
        sound[start : start + tone.size] += tone

    t = np.arange(int(0.12 * rate)) / rate
    kick = np.sin(2 * np.pi * (50 * t + 8 * np.exp(-t * 40))) * np.exp(-t * 22)
    snare = random.standard_normal(t.size) * np.exp(-t * 28) * 0.5
    hat = np.diff(random.standard_normal(t.size // 3 + 1)) * np.exp(-t[: t.size // 3] * 90) * 0.2
    bar_time = np.arange(int(4 * step * rate)) / rate
    for beat in range(int(seconds / step)):
        at = beat * step
        strong = at >= strong_from
        lay(at, (kick if beat % 2 == 0 else snare) * (1.0 if strong else 0.6))
        lay(at + step / 2, hat * (1.0 if strong else 0.4))
        if beat % 4 == 0:
            note = 55 * 2 ** ((0, 5, 7, 3)[beat // 4 % 4] / 12)
            lay(at, 0.25 * np.sign(np.sin(2 * np.pi * note * bar_time)) * np.exp(-bar_time * 0.6) * (1 + strong))
    return (0.5 * sound[:count] / np.abs(sound).max()).astype(np.float32)[:, None].repeat(2, axis=1)


@pytest.fixture(scope="session")
def song(tmp_path_factory):
    """Twelve seconds at 120 beats a minute."""
    path = tmp_path_factory.mktemp("songs") / "song.wav"
    write_wav(path, drums(), 44100)
    return path


@pytest.fixture(scope="session")
def made_once(song, tmp_path_factory):
    """One finished make that tests may look at but not change."""
    folder = tmp_path_factory.mktemp("made")
    command = Command(folder / "home", folder)
    result = command.json("make", song, *command.small, "--brief", "rain over a neon city", "--project", "Neon")
    return command, result


@pytest.fixture(scope="session")
def tree():
    """Says every file below a folder with the digest of its bytes."""

    def look(folder):
        files = (path for path in sorted(Path(folder).rglob("*")) if path.is_file())
        return {str(path.relative_to(folder)): digest_of_file(path) for path in files}

    return look


@pytest.fixture(scope="session")
def song_of():
    """Gives the samples of a song of any length and tempo, see :func:`drums`."""
    return drums


@pytest.fixture(scope="session")
def is_root():
    """Whether permissions are no obstacle here."""
    return os.name != "nt" and os.geteuid() == 0
