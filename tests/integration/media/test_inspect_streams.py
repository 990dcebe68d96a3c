"""Sound and moving pictures: packets are told apart from tags, and nothing is decoded."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.media.facts import Kind
from alice_core.media.generation import Block
from alice_core.media.inspect import inspect
from alice_core.media.probe import probe

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "metadata"


def remuxed(path, target, *, streams=None, tags=None, **options):
    """Copy packets into another container."""
    with av.open(str(path)) as source, av.open(str(target), "w", **options) as container:
        pairs = {
            one.index: container.add_stream_from_template(one) for one in source.streams if streams in {None, one.type}
        }
        container.metadata.update(tags or {})
        for packet in source.demux([source.streams[index] for index in pairs]):
            if packet.dts is not None:
                packet.stream = pairs[packet.stream.index]
                container.mux(packet)
    return target


def places(found, key):
    return [(block.place, block.data) for block in found.blocks if block.key.casefold() == key]


SOUNDS = {
    "a.wav": "pcm_s16le",
    "a.flac": "flac",
    "a.mp3": "libmp3lame",
    "a.opus": "libopus",
    "a.m4a": "aac",
    "a.aiff": "pcm_s16be",
    "a.mka": "flac",
    "a.oga": "flac",
}


@pytest.mark.parametrize(("name", "codec"), SOUNDS.items())
def test_sounds(sound_file, name, codec):
    path = sound_file(name, codec, 48000)
    found = inspect(path)
    assert found.facts == probe(path)
    assert found.facts.kind is Kind.AUDIO
    assert found.findings == ()
    assert found.content.startswith("blake3:")
    copy = remuxed(path, path.with_name("copy" + path.suffix), tags={"title": "another"})
    again = inspect(copy)
    assert again.content == found.content
    assert again.digest != found.digest


def test_a_movie_keeps_its_content_in_another_container(movie_file, numbered, noise, tmp_path):
    path = movie_file("m.mp4", numbered(30), Fraction(24000, 1001), sound=noise(48000))
    found = inspect(path)
    assert found.facts == probe(path)
    assert found.facts.kind is Kind.VIDEO
    copies = [
        remuxed(path, tmp_path / "tags.mp4", tags={"title": "x" * 5000}),
        remuxed(path, tmp_path / "fast.mp4", options={"movflags": "faststart"}),
        remuxed(path, tmp_path / "pieces.mp4", options={"movflags": "frag_keyframe+empty_moov"}),
        remuxed(path, tmp_path / "m.mov"),
        remuxed(path, tmp_path / "m.mkv"),
    ]
    assert {inspect(copy).content for copy in copies} == {found.content}
    assert all(inspect(copy).facts == probe(copy) for copy in copies)
    silent = inspect(remuxed(path, tmp_path / "silent.mp4", streams="video"))
    assert silent.content not in {None, found.content}


def test_other_packets_are_another_content(movie_file, numbered):
    frames = numbered(12)
    one = inspect(movie_file("a.mp4", frames))
    two = inspect(movie_file("b.mp4", [*frames[:-1], frames[0]]))
    assert one.content != two.content


def test_tags_of_a_movie_are_kept(movie_file, numbered, tmp_path):
    path = movie_file("m.mp4", numbered(5))
    tags = {"prompt": '{"1": "größer"}', "workflow": "{}"}
    copy = remuxed(path, tmp_path / "t.mp4", tags=tags, options={"movflags": "use_metadata_tags"})
    found = inspect(copy)
    assert places(found, "prompt") == [("av:tag", '{"1": "größer"}'.encode())]
    assert places(found, "workflow") == [("av:tag", b"{}")]
    assert places(found, "handler_name")[0][0] == "av:stream0:tag"


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.opus", "a.mka"])
def test_tags_of_sounds_are_kept(sound_file, tmp_path, name):
    path = sound_file(name, SOUNDS[name], 48000)
    copy = tmp_path / f"tagged{path.suffix}"
    with av.open(str(path)) as source, av.open(str(copy), "w") as container:
        stream = container.add_stream_from_template(source.streams[0])
        container.metadata["prompt"] = '{"1": "größer"}'
        for packet in source.demux(source.streams[0]):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    assert [data for _, data in places(inspect(copy), "prompt")] == ['{"1": "größer"}'.encode()]


def test_bytes_of_a_tag_that_are_no_text_come_as_they_are(sound_file):
    path = sound_file("a.flac", "flac", samples=4000)
    with av.open(str(path.with_name("t.flac")), "w") as container, av.open(str(path)) as source:
        stream = container.add_stream_from_template(source.streams[0])
        container.metadata["title"] = "XYZW"
        for packet in source.demux(source.streams[0]):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    odd = path.with_name("odd.flac")
    odd.write_bytes(path.with_name("t.flac").read_bytes().replace(b"XYZW", b"\xff\xfeY\xe9"))
    assert places(inspect(odd), "title") == [("av:tag", b"\xff\xfeY\xe9")]


def test_nothing_is_decoded(movie_file, numbered, noise, monkeypatch):
    """PyAV's decoders cannot be patched: what was opened could decode nothing, because every frame is skipped."""
    path = movie_file("m.mp4", numbered(30), sound=noise(48000))
    opened = []
    real = av.open

    def watch(*args, **kwargs):
        opened.append(kwargs["options"])
        return real(*args, **kwargs)

    monkeypatch.setattr(av, "open", watch)
    inspect(path)
    assert opened
    assert all(options["skip_frame"] == "all" for options in opened)


def cover(path):
    """An M4A file with a picture in it."""
    target = path.with_name("covered.m4a")
    with av.open(str(path)) as source, av.open(str(target), "w", format="mp4") as container:
        sound = container.add_stream_from_template(source.streams[0])
        art = container.add_stream("mjpeg", rate=1)
        art.width = art.height = 16
        art.pix_fmt = "yuvj420p"
        art.disposition = av.stream.Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), "rgb24")
        for packet in art.encode(frame) + art.encode(None):
            packet.stream = art
            container.mux(packet)
        for packet in source.demux(source.streams[0]):
            if packet.dts is not None:
                packet.stream = sound
                container.mux(packet)
    return target


def test_cover_art_is_no_content(sound_file):
    path = sound_file("a.m4a", "aac", 48000)
    covered = cover(path)
    assert inspect(covered).facts.kind is Kind.AUDIO
    assert inspect(covered).content == inspect(path).content


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("name", ["m.mkv", "fast.mp4", "pieces.mp4", "a.wav", "m.mp4"])
def test_what_is_cut_off_has_no_content(movie_file, numbered, noise, tmp_path, sound_file, name, share):
    path = sound_file(name, "pcm_s16le") if name == "a.wav" else movie_file("o.mp4", numbered(30), sound=noise(48000))
    options = {"fast.mp4": "faststart", "pieces.mp4": "frag_keyframe+empty_moov"}
    if name != "a.wav":
        path = remuxed(path, tmp_path / name, options={"movflags": options[name]} if name in options else {})
    os.truncate(path, int(path.stat().st_size * share))
    found = inspect(path)
    assert found.content is None
    assert found.findings
    assert found.digest.startswith("sha256:")


def test_damaged_packets_are_found(movie_file, numbered, tmp_path):
    path = movie_file("m.ts", numbered(60))
    data = bytearray(path.read_bytes())
    del data[188 * 20 : 188 * 24]
    path.write_bytes(data)
    assert "packets are not whole" in inspect(path).findings[0]


def box(name, data):
    return struct.pack(">I4s", 8 + len(data), name) + data


def test_xmp_and_credentials_of_a_movie(movie_file, numbered):
    path = movie_file("m.mp4", numbered(5))
    content = inspect(path).content
    xmp, c2pa = "be7acfcb97a942e89c71999491e3afac", "d8fec3d61b0e483c92975828877ec481"
    with path.open("ab") as file:
        file.write(box(b"uuid", bytes.fromhex(xmp) + b"<x/>") + box(b"uuid", bytes.fromhex(c2pa) + b"jumbf"))
        file.write(box(b"uuid", bytes(20)))
    found = inspect(path)
    assert found.blocks[:2] == (Block("bmff:xmp", "", b"<x/>"), Block("bmff:C2PA", "", b"jumbf"))
    assert found.content == content


def test_xmp_among_the_user_data_of_a_movie(tmp_path):
    path = tmp_path / "m.mov"
    udta = box(b"udta", box(b"name", b"x") + box(b"XMP_", b"<x/>") + box(b"XMP_", b""))
    path.write_bytes(box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", box(b"free", b"") + udta))
    assert inspect(path).blocks == (Block("bmff:xmp", "", b"<x/>"),)


def test_xmp_and_credentials_of_a_wave(sound_file):
    path = sound_file("a.wav", "pcm_s16le", samples=4000)
    content = inspect(path).content
    data = path.read_bytes() + b"_PMX\5\0\0\0<x/> \0C2PA\5\0\0\0jumbf\0"
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    found = inspect(path)
    assert found.blocks[:2] == (Block("riff:xmp", "", b"<x/> "), Block("riff:C2PA", "", b"jumbf"))
    assert found.content == content


@pytest.mark.parametrize(
    "data",
    [
        b"just some text",
        b'{"schema": "alice.plan/1"}',
        b"\0" * 3000,
        bytes(range(256)) * 30,
        b"",
        b"PK\3\4" + bytes(900),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_other_files_have_an_identity_and_no_content(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    found = inspect(path)
    assert (found.content, found.blocks, found.findings) == (None, (), ())
    assert found.facts == probe(path)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs the shared samples")
def test_the_samples_are_read_as_they_are_known(tmp_path):
    known = {
        "text_to_video_wan-1.webp": [("webp:exif", "")],
        "audio_stable_audio_example-1.mp3": [("av:tag", "prompt"), ("av:tag", "workflow")],
        "video1.mp4": [("bmff:C2PA", ""), ("bmff:xmp", "")],
        "sample1_signed.wav": [("riff:C2PA", "")],
        "CA.jpg": [("jpeg:c2pa", "")],
        "QuickTime.mov": [("bmff:xmp", "")],
    }
    for path in sorted(SAMPLES.rglob("*.*")):
        found = inspect(path)
        assert found.facts == probe(path), path
        assert [(one.place, one.key) for one in found.blocks][: len(known.get(path.name, []))] == known.get(
            path.name, []
        )
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        assert inspect(copy).digest == found.digest


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool to compare with")
def test_content_survives_what_exiftool_strips(tmp_path, movie_file, numbered):
    movie = remuxed(movie_file("m.mp4", numbered(5)), tmp_path / "t.mp4", tags={"title": "x"})
    pictures = []
    for form in ("png", "jpeg", "webp"):
        exif = Image.Exif()
        exif[0x010E] = "a description"
        pictures.append(tmp_path / f"p.{form}")
        Image.effect_noise((40, 30), 50).convert("RGB").save(pictures[-1], form, exif=exif)
    files = [movie, *pictures]
    before = [inspect(path) for path in files]
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-all=", *map(str, files)], check=True)
    after = [inspect(path) for path in files]
    assert [one.content for one in after] == [one.content for one in before]
    assert all(one.digest != two.digest for one, two in zip(before, after, strict=True))


def test_the_common_pictures_need_no_heavy_library(tmp_path):
    for form in ("png", "jpeg", "webp", "gif"):
        Image.new("RGB", (4, 4)).save(tmp_path / f"p.{form}", form)
    program = """if True:
        import sys
        from pathlib import Path
        from alice_core.media.inspect import inspect
        assert all(inspect(path).content for path in Path(sys.argv[1]).glob("p.*"))
        print(sorted({"PIL", "av", "numpy"} & sys.modules.keys()))
    """
    said = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
