"""Builders of real media, and a way to be somebody without rights."""

from __future__ import annotations

import os
from contextlib import contextmanager
from fractions import Fraction

import av
import numpy as np
import pytest


def _encode(container, stream, samples, rate, layout):
    """Mux float samples of shape (n, channels) through any audio encoder."""
    codec = stream.codec_context
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32).reshape(1, -1), "flt", layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    convert = av.AudioResampler(format=codec.format.name, layout=layout, rate=rate, frame_size=codec.frame_size or 4096)
    for piece in convert.resample(frame) + convert.resample(None):
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


@pytest.fixture
def noise():
    """Says ``samples`` x ``channels`` of quiet noise, the same every time."""

    def make(samples, channels=2):
        return (np.random.default_rng(5).standard_normal((samples, channels)) * 0.1).astype(np.float32)

    return make


@pytest.fixture
def sound_file(tmp_path, noise):
    """Writes a sound file and says where: name, codec, rate, layout, number of samples or the samples."""

    def make(name, codec, rate=44100, layout="stereo", samples=44100, **options):
        path = tmp_path / name
        if isinstance(samples, int):
            samples = noise(samples, av.AudioLayout(layout).nb_channels)
        with av.open(str(path), "w", **options) as container:
            stream = container.add_stream(codec, rate=rate, layout=layout)
            _encode(container, stream, samples, rate, layout)
        return path

    return make


@pytest.fixture
def movie_file(tmp_path):
    """Writes a movie of given frames (arrays of RGB) and says where, with a second of sound if wanted."""

    def make(name, frames, rate=Fraction(24), codec="libx264", *, sound=None, **options):
        path = tmp_path / name
        high, wide = frames[0].shape[:2]
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=rate, options={"crf": "10", **options})
            stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
            listen = container.add_stream("aac", rate=48000, layout="stereo") if sound is not None else None
            for index, pixels in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                frame.pts, frame.time_base = index, 1 / rate
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
            if listen is not None:
                _encode(container, listen, sound, 48000, "stereo")
        return path

    return make


@pytest.fixture
def numbered():
    """Says ``count`` RGB frames, each with its number in 8 stripes of black and white."""

    def make(count, width=128, height=64):
        frames = []
        for number in range(count):
            bits = [(number >> bit & 1) * 255 for bit in range(8)]
            row = np.repeat(np.array(bits, np.uint8), width // 8)
            frames.append(np.repeat(np.broadcast_to(row, (height, width))[:, :, None], 3, axis=2).copy())
        return frames

    return make


@pytest.fixture
def number_of():
    """Reads the number of a frame back from its brightness, whatever its size."""

    def read(brightness):
        width = brightness.shape[1]
        centres = [int((bit + 0.5) * width / 8) for bit in range(8)]
        middle = brightness[brightness.shape[0] // 2]
        return sum(1 << bit for bit, at in enumerate(centres) if middle[at] > 128)

    return read


@pytest.fixture
def unprivileged():
    """A block in which the process has no rights that the file system does not grant to anybody."""

    @contextmanager
    def block():
        if os.name != "posix":
            pytest.skip("needs POSIX permissions")
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    return block
