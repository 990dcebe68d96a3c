"""Delivered files: whole pictures, clips, sounds and texts are told from everything else by decoding them once."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from drawn_media import clip, picture
from PIL import Image

from alice_core.errors import MediaError
from alice_core.media.delivery import check_delivery
from alice_core.media.facts import Kind
from alice_core.media.sound import write_wav


@pytest.fixture
def deliver(tmp_path):
    def check(data, kind, media_type="", name="delivered"):
        path = tmp_path / name
        path.write_bytes(data)
        return check_delivery(path, kind, media_type)

    return check


def animation():
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 90, 180)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.fixture
def wav(tmp_path):
    write_wav(tmp_path / "a.wav", np.zeros((4000, 1), np.float32), 8000)
    return (tmp_path / "a.wav").read_bytes()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("png", "image/png"), ("jpeg", "image/jpg"), ("jpeg", "image/jpeg; q=1"), ("webp", "image/webp"), ("png", "")],
)
def test_whole_pictures(deliver, kind, media_type):
    assert deliver(picture(32, 24, "rain", kind), Kind.IMAGE, media_type).picture.width == 32


def test_whole_clips_sounds_and_texts(deliver, wav):
    assert deliver(clip(32, 24, 6), Kind.VIDEO, "video/mp4").picture.height == 24
    assert deliver(clip(32, 24, 6), Kind.VIDEO, "application/octet-stream").kind is Kind.VIDEO
    assert deliver(wav, Kind.AUDIO, "audio/x-wav").sound.sample_rate == 8000
    assert deliver(b'{"a": 1}', Kind.DOCUMENT, "application/json").kind is Kind.DOCUMENT
    assert deliver(b"a lighthouse in the rain", Kind.DOCUMENT, "text/plain").kind is Kind.DOCUMENT
    assert deliver(animation(), Kind.IMAGE, "image/gif").kind is Kind.IMAGE


@pytest.mark.parametrize(
    ("data", "kind", "media_type", "code"),
    [
        (b"", Kind.IMAGE, "image/png", "ALICE-M01"),
        (b"<html>sorry</html>", Kind.IMAGE, "image/png", "ALICE-M00"),
        (picture(32, 24, "rain"), Kind.IMAGE, "image/jpeg", "ALICE-M00"),
        (picture(32, 24, "rain"), Kind.VIDEO, "video/mp4", "ALICE-M00"),
        (clip(32, 24, 6), Kind.VIDEO, "image/png", "ALICE-M00"),
        (clip(32, 24, 6), Kind.IMAGE, "image/png", "ALICE-M00"),
        (picture(32, 24, "rain")[:-9], Kind.IMAGE, "image/png", "ALICE-M05"),
        (picture(32, 24, "rain", "jpeg")[:-40], Kind.IMAGE, "image/jpeg", "ALICE-M05"),
        (clip(32, 24, 6)[:-30], Kind.VIDEO, "video/mp4", None),
        (b'{"a": ', Kind.DOCUMENT, "application/json", None),
        (b"\xff\xfe\x00\x01 not text", Kind.DOCUMENT, "text/plain", None),
    ],
)
def test_everything_else(deliver, data, kind, media_type, code):
    with pytest.raises(MediaError) as caught:
        deliver(data, kind, media_type)
    assert code in {None, caught.value.code}


def test_damage_inside_a_picture_of_the_right_length(deliver):
    data = bytearray(picture(64, 64, "rain"))
    middle = len(data) // 2
    data[middle : middle + 8] = b"\x00" * 8
    with pytest.raises(MediaError, match="damaged") as caught:
        deliver(bytes(data), Kind.IMAGE, "image/png")
    assert caught.value.code == "ALICE-M05"


def noisy_clip():
    out, chance = io.BytesIO(), np.random.default_rng(1)
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(12):
            pixels = chance.integers(0, 255, (48, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(("at", "count"), [(900, 300), (2000, 50), (5000, 8)])
def test_damage_inside_a_clip_of_the_right_length(deliver, at, count):
    """FFmpeg plays such a clip and hides the damage; its marks on the frames tell of it."""
    data = bytearray(noisy_clip())
    assert deliver(bytes(data), Kind.VIDEO, "video/mp4").picture.frames == 12
    start = data.index(b"mdat") + at
    data[start : start + count] = bytes(count)
    with pytest.raises(MediaError, match="damaged") as caught:
        deliver(bytes(data), Kind.VIDEO, "video/mp4")
    assert caught.value.code == "ALICE-M05"


def test_a_bomb_is_refused(deliver, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(MediaError, match="cannot be read"):
        deliver(picture(32, 24, "rain"), Kind.IMAGE, "image/png")
