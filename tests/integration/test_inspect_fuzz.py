"""Five thousand damaged files: each is read to its end, in bounded time, with the right identity."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.media.inspect import inspect
from alice_core.media.whole import is_whole

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "metadata"
MUTATIONS = 5000
SOUNDS = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "opus": "libopus", "m4a": "aac", "aiff": "pcm_s16be"}
LONGEST = 5.0  # seconds for a file of at most a megabyte or two; a hang takes for ever


def pictures():
    picture = Image.effect_noise((90, 60), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0110], exif[0x010F] = 'prompt:{"1": {}}', "workflow:{}"
    more = {"save_all": True, "append_images": [picture.rotate(90)]}
    forms = [("png", {}), ("png", more), ("jpeg", {}), ("jpeg", {"progressive": True}), ("mpo", more), ("webp", {})]
    forms += [("webp", more), ("webp", {"lossless": True}), ("gif", more), ("tiff", {}), ("avif", {}), ("bmp", {})]
    for form, options in forms:
        file = io.BytesIO()
        picture.save(file, form, exif=exif, **options)
        yield file.getvalue()


def movies(folder):
    for name, video, audio in [
        ("a.mp4", "libx264", "aac"),
        ("a.mov", "libx264", "pcm_s16le"),
        ("a.mkv", "libx264", "flac"),
        ("a.webm", "libvpx", "libopus"),
        ("a.avi", "mpeg4", "libmp3lame"),
        ("a.ts", "libx264", "aac"),
        *((f"a.{name}", None, codec) for name, codec in SOUNDS.items()),
    ]:
        with av.open(str(folder / name), "w") as container:
            container.metadata["title"] = "a title"
            seen = container.add_stream(video, rate=24) if video else None
            heard = container.add_stream(audio, rate=48000, layout="stereo")
            if seen:
                seen.width, seen.height, seen.pix_fmt = 64, 48, "yuv420p"
            for number in range(12 if seen else 0):
                frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), "rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 24)
                container.mux(seen.encode(frame))
            if seen:
                container.mux(seen.encode(None))
            samples = np.random.default_rng(1).normal(0, 0.1, (1, 48000)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples, "flt", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
            codec = heard.codec_context
            convert = av.AudioResampler(codec.format.name, "stereo", 48000, frame_size=codec.frame_size or 4096)
            for piece in convert.resample(frame) + convert.resample(None):
                container.mux(heard.encode(piece))
            container.mux(heard.encode(None))
        yield (folder / name).read_bytes()


def mutated(data, others, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        room = min(len(data), 2000) if rng.random() < 0.6 else len(data)
        at = rng.randrange(room or 1)
        what = rng.randrange(7)
        if what == 0:
            del data[at:]
        elif what == 1:
            data[at : at + 1] = rng.randbytes(1)
        elif what == 2:
            data[at : at + 4] = rng.choice(
                (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\0\0\0\1", rng.randbytes(4))
            )
        elif what == 3:
            data[at:at] = data[at : at + rng.randrange(1, 400)]
        elif what == 4:
            del data[at : at + rng.randrange(1, 400)]
        elif what == 5:
            data[at : at + 1] = bytes((data[at] ^ 1 << rng.randrange(8),)) if data else b""
        else:
            other = rng.choice(others)
            start, count = rng.randrange(len(other) or 1), rng.randrange(1, 3000)
            data[at : at + count] = other[start : start + count]
    return bytes(data)


def run(folder, seed, count):
    """Read mutations; in a process of its own, because a crash of a library would take the tests with it."""
    files = [*pictures(), *movies(folder)]
    if SAMPLES.is_dir():
        files += [path.read_bytes() for path in sorted(SAMPLES.rglob("*.*")) if path.stat().st_size < 1_500_000]
    rng, path, slow = random.Random(seed), folder / "mutated.bin", []
    for number in range(count):
        data = mutated(files[number % len(files)], files, rng)
        path.write_bytes(data)
        start = time.thread_time()
        found = inspect(path)
        is_whole(path)
        if time.thread_time() - start > LONGEST:
            slow.append(number)
        assert found.digest == "sha256:" + hashlib.sha256(data).hexdigest(), number
        found.facts.to_json()
    assert not slow, slow


@pytest.mark.parametrize("seed", [11, 12])
def test_mutations(tmp_path, seed):
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path), str(seed), str(MUTATIONS // 2)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3000:]


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
