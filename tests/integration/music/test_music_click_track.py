"""The click track is as long as the song, its clicks lie on their samples; an excerpt is cut to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from alice_core.errors import MediaError
from alice_core.media.excerpt import write_excerpt
from alice_core.media.sound import open_sound, write_wav
from alice_core.music.click_track import Click, write_click_track


def samples_of(path):
    with open_sound(path) as reader:
        return np.concatenate(list(reader.blocks()))


@pytest.mark.parametrize("rate", [44100, 48000])
def test_every_click_begins_on_its_sample(tmp_path, rate):
    clicks = [Click(-5), Click(0, downbeat=True), Click(rate - 1), Click(262_100), Click(262_144, section=True),
              Click(8 * rate - 3), Click(9 * rate)]  # fmt: skip
    write_click_track(clicks, 8 * rate, rate, tmp_path / "click.wav")
    sound = samples_of(tmp_path / "click.wav")[:, 0]
    assert sound.size == 8 * rate
    for click in clicks[1:-1]:
        assert abs(sound[click.sample]) > 0.3
        before = sound[max(0, click.sample - 20) : click.sample]
        assert click.sample == 262_144 or np.abs(before).max(initial=0) < 0.3
    assert np.abs(sound[2 * rate : 5 * rate]).max() == 0


def test_an_excerpt_is_cut_to_the_sample(tmp_path):
    song = np.random.default_rng(3).uniform(-1, 1, (30_000, 2)).astype(np.float32)
    write_wav(tmp_path / "song.wav", song, 44100)
    whole = samples_of(tmp_path / "song.wav")
    write_excerpt(tmp_path / "song.wav", tmp_path / "part.wav", 1234, 20_001, 44100, (0, 0))
    assert np.array_equal(samples_of(tmp_path / "part.wav"), whole[1234:20_001].clip(-32767 / 32768, 1))
    write_excerpt(tmp_path / "song.wav", tmp_path / "end.wav", 29_000, 31_000, 44100, (10, 100))
    end = samples_of(tmp_path / "end.wav")
    assert len(end) == 2000
    assert np.abs(end[1000:]).max() == 0
    assert np.abs(end[0]).max() <= 0.11
    with pytest.raises(MediaError, match="samples a second"):
        write_excerpt(tmp_path / "song.wav", tmp_path / "x.wav", 0, 10, 48000, (0, 0))
    assert not (tmp_path / "x.wav").exists()
