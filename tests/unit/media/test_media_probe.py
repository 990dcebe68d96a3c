"""What a file is, by its content."""

from __future__ import annotations

import json
import os
import shutil
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.errors import MediaError, NotFound
from alice_core.media.facts import Kind, PictureFacts
from alice_core.media.probe import probe
from alice_core.media.sound import open_sound

FCPXML = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.10"></fcpxml>\n'
EDL = (
    "TITLE: cut\nFCM: NON-DROP FRAME\n\n001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
)


SOUNDS = {
    ("a.wav", "pcm_s16le", 44100, "stereo"): "audio/wav",
    ("a.flac", "flac", 96000, "5.1"): "audio/flac",
    ("a.mp3", "libmp3lame", 44100, "stereo"): "audio/mpeg",
    ("a.opus", "libopus", 48000, "mono"): "audio/ogg",
    ("a.m4a", "aac", 48000, "stereo"): "audio/mp4",
    ("a.aiff", "pcm_s16be", 8000, "mono"): "audio/aiff",
    ("a.mka", "flac", 44100, "stereo"): "audio/x-matroska",
}


@pytest.mark.parametrize(("form", "mime"), SOUNDS.items())
def test_sounds(sound_file, form, mime):
    name, codec, rate, layout = form
    path = sound_file(name, codec, rate, layout, rate)
    facts = probe(path.rename(path.with_suffix("")))  # the name says nothing
    assert (facts.kind, facts.mime, facts.size) == (Kind.AUDIO, mime, path.with_suffix("").stat().st_size)
    assert facts.picture is None
    assert (facts.sound.sample_rate, facts.sound.channels) == (rate, av.AudioLayout(layout).nb_channels)
    assert abs(facts.sound.seconds - 1) < Fraction(1, 20)


def test_an_exact_length(sound_file):
    assert probe(sound_file("a.wav", "pcm_s16le", 44100, samples=12345)).sound.seconds == Fraction(12345, 44100)


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "gif", "tiff", "bmp"])
def test_pictures(tmp_path, form):
    path = tmp_path / "picture.bin"
    Image.new("RGB", (31, 17), "teal").save(path, form)
    facts = probe(path)
    assert (facts.kind, facts.mime) == (Kind.IMAGE, Image.MIME[form.upper()])
    assert facts.picture == PictureFacts(form, 31, 17, None, 1, None)


def test_a_picture_is_not_decoded(tmp_path):
    path = tmp_path / "cut.png"
    Image.effect_noise((400, 400), 50).save(path)
    os.truncate(path, 2000)
    assert probe(path).picture.width == 400


def test_a_movie_with_sound(movie_file, numbered, noise):
    facts = probe(movie_file("m.mp4", numbered(12), Fraction(24000, 1001), sound=noise(24000)))
    assert (facts.kind, facts.mime) == (Kind.VIDEO, "video/mp4")
    assert facts.picture == PictureFacts("h264", 128, 64, Fraction(24000, 1001), 12, Fraction(12 * 1001, 24000))
    assert (facts.sound.codec, facts.sound.sample_rate) == ("aac", 48000)


def test_a_movie_whose_container_counts_no_frames(movie_file, numbered):
    facts = probe(movie_file("m.mkv", numbered(24)))
    assert (facts.kind, facts.mime, facts.sound) == (Kind.VIDEO, "video/x-matroska", None)
    assert (facts.picture.rate, facts.picture.frames) == (24, 24)


def test_a_song_with_a_cover_is_a_song(tmp_path, sound_file):
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), "red").save(cover)
    plain = sound_file("plain.mp3", "libmp3lame")
    song = tmp_path / "song.mp3"
    with av.open(str(plain)) as source, av.open(str(cover)) as art, av.open(str(song), "w") as out:
        sound = out.add_stream_from_template(source.streams.audio[0])
        picture = out.add_stream_from_template(art.streams.video[0])
        picture.disposition = av.stream.Disposition.attached_pic
        for origin, stream in ((art, picture), (source, sound)):
            for packet in origin.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    with av.open(str(song)) as check:
        assert check.streams.video
    facts = probe(song)
    assert (facts.kind, facts.mime, facts.picture) == (Kind.AUDIO, "audio/mpeg", None)


@pytest.mark.parametrize(
    ("text", "kind", "mime"),
    [
        ('{"schema": "alice.analysis/1", "song": {}}', Kind.ANALYSIS, "application/json"),
        ('{"schema": "alice.analysis/2", "song": {}}', Kind.ANALYSIS, "application/json"),
        ('\n{\n  "schema": "alice.plan/1", "shots": []}', Kind.PLAN, "application/json"),
        ('{"rate": "24", "schema": "alice.plan/1"}', Kind.PLAN, "application/json"),
        ('{"schema": "alice.plan/99"}', Kind.DOCUMENT, "application/json"),
        ('{"note": {"schema": "alice.plan/1"}}', Kind.DOCUMENT, "application/json"),
        ('{"OTIO_SCHEMA": "Timeline.1", "name": "cut"}', Kind.TIMELINE, "application/vnd.otio+json"),
        ("{not json at all", Kind.DOCUMENT, "text/plain"),
        (FCPXML, Kind.TIMELINE, "application/vnd.apple.fcpxml+xml"),
        ("<xmeml version='5'/>", Kind.TIMELINE, "application/xml"),
        (EDL, Kind.TIMELINE, "text/x-edl"),
        ("<!doctype html><html></html>", Kind.DOCUMENT, "text/html"),
        ("<a/>", Kind.DOCUMENT, "text/xml"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", Kind.IMAGE, "image/svg+xml"),
        ("Dear diary, 001 things happened.\n", Kind.DOCUMENT, "text/plain"),
        ("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n", Kind.DOCUMENT, "text/plain"),
        ("ffconcat version 1.0\nfile /etc/passwd\n", Kind.DOCUMENT, "text/plain"),
    ],
)
def test_documents(tmp_path, text, kind, mime):
    path = tmp_path / "file.mp4"  # the name lies
    for encoding in ("utf-8", "utf-8-sig"):
        path.write_text(text, encoding=encoding)
        facts = probe(path)
        assert (facts.kind, facts.mime, facts.sound, facts.picture) == (kind, mime, None, None)


def test_a_long_document_is_read_at_its_head(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"schema": "alice.plan/1", "shots": ["ü" * 99] * 3000}, ensure_ascii=False), "utf-8")
    assert path.stat().st_size > 200_000
    assert probe(path).kind is Kind.PLAN


def test_text_that_is_cut_inside_a_character(tmp_path):
    for shift in range(3):
        (tmp_path / "t").write_text("x" * shift + "\N{EURO SIGN}" * 40000, "utf-8")
        assert probe(tmp_path / "t").mime == "text/plain"
    (tmp_path / "t").write_text("long live UTF-16", "utf-16")
    assert probe(tmp_path / "t").mime == "text/plain"


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"", "application/x-empty"),
        (b"PK\x03\x04" + bytes(99), "application/zip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x1a\x45\xdf\xa3" + bytes(50), "video/x-matroska"),
        (b"OggS" + bytes(500), "audio/ogg"),
        (bytes(5000), "application/octet-stream"),
        (b"\xfe\xed\xfa\xce" * 999, "application/octet-stream"),
        (b"broken \xff text", "application/octet-stream"),
    ],
)
def test_what_is_broken_or_unknown_is_other(tmp_path, head, mime):
    for name in ("file", "file.mp3", "file.png"):
        (tmp_path / name).write_bytes(head)
        facts = probe(tmp_path / name)
        assert (facts.kind, facts.mime, facts.size) == (Kind.OTHER, mime, len(head))


def test_every_truncation_is_survived(tmp_path, sound_file, movie_file, numbered):
    """No cut of a real file raises, whatever it is then."""
    whole = [sound_file("a.flac", "flac", samples=3000), sound_file("b.m4a", "aac", samples=9000)]
    whole += [sound_file("c.mp3", "libmp3lame", samples=9000), movie_file("m.mkv", numbered(3))]
    part = tmp_path / "part"
    for path in whole:
        for size in np.unique(np.geomspace(1, path.stat().st_size - 1, 12).astype(int)):
            shutil.copyfile(path, part)
            os.truncate(part, size)
            assert probe(part).size == size


def test_what_cannot_be_probed(tmp_path, unprivileged):
    with pytest.raises(NotFound) as caught:
        probe(tmp_path / "no")
    assert caught.value.code == "ALICE-N01"
    with pytest.raises(MediaError, match="folder"):
        probe(tmp_path)
    (tmp_path / "locked").write_bytes(b"x")
    (tmp_path / "locked").chmod(0)
    with unprivileged(), pytest.raises(MediaError) as refused:
        probe(tmp_path / "locked")
    assert refused.value.code == "ALICE-M03"


def test_a_wave_file_of_nothing_but_a_header_is_refused_at_once(tmp_path):
    hollow = tmp_path / "hollow.wav"
    with hollow.open("wb") as file:
        file.write(b"RIFF\xff\xff\xff\xffWAVE")
        file.truncate(200 * 2**30)
    with pytest.raises(MediaError) as caught:
        open_sound(hollow).__enter__()
    assert caught.value.code == "ALICE-M05"
