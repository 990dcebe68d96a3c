"""Pictures: what is seen is told apart from what is written about it, and nothing is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile, PngImagePlugin

from alice_core.media.facts import Kind, PictureFacts
from alice_core.media.generation import Block
from alice_core.media.inspect import inspect
from alice_core.media.probe import probe

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks, size=(5, 4)):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(chunks) + chunk(b"IEND")


def segment(code, data=b""):
    return bytes((0xFF, code)) + struct.pack(">H", len(data) + 2) + data


def noise(width=60, height=40):
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8))


def saved(picture, form, **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def jpeg(*segments, **options):
    """A JPEG file with segments put in after its start."""
    data = saved(noise(), "jpeg", **options)
    return data[:2] + b"".join(segments) + data[2:]


def riff(*chunks):
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """Inspects bytes as a file; whoever decodes pixels meanwhile fails the test."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("pixels were decoded")

    def look(data):
        path = tmp_path / "picture.bin"
        path.write_bytes(data)
        with monkeypatch.context() as patch:
            patch.setattr(Image.Image, "load", refuse)
            patch.setattr(ImageFile.ImageFile, "load", refuse)
            return inspect(path)

    return look


FORMS = ["png", "jpeg", "webp", "gif", "tiff", "bmp", "avif", "mpo"]


@pytest.mark.parametrize("form", FORMS)
def test_pictures_of_every_form(seen, tmp_path, form):
    more = {"save_all": True, "append_images": [noise()]} if form == "mpo" else {}
    data = saved(noise(), form, **more)
    found = seen(data)
    (tmp_path / "again").write_bytes(data)
    assert found.facts == probe(tmp_path / "again")
    assert found.facts.picture == PictureFacts(form, 60, 40, None, 1, None)
    assert found.findings == ()
    assert (found.content is None) == (form in {"tiff", "bmp", "avif"})


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp_of_every_kind_is_measured(seen, mode, lossless):
    plain = saved(noise().convert(mode), "webp", lossless=lossless)
    tagged = saved(noise().convert(mode), "webp", lossless=lossless, exif=b"II*\0", xmp=b"<x/>")
    assert seen(plain).facts.picture.width == seen(tagged).facts.picture.width == 60
    assert seen(plain).content == seen(tagged).content
    assert seen(tagged).blocks == (Block("webp:exif", "", b"II*\0"), Block("webp:xmp", "", b"<x/>"))


def test_moving_webp_has_its_canvas_and_frames(seen):
    frames = {"save_all": True, "append_images": [noise().rotate(90)], "duration": 100}
    plain, tagged = saved(noise(), "webp", **frames), saved(noise(), "webp", **frames, exif=b"II*\0")
    assert seen(plain).content == seen(tagged).content
    slower = saved(noise(), "webp", **(frames | {"duration": 200}))
    assert seen(slower).content != seen(plain).content
    assert (seen(plain).facts.picture.width, seen(plain).facts.picture.frames) == (60, 1)


def test_content_credentials_of_webp(seen):
    assert seen(riff((b"C2PA", b"jumbf"), (b"VP8L", b"\x2f" + bytes(9)))).blocks == (Block("webp:C2PA", "", b"jumbf"),)


def test_texts_of_png_on_both_sides_of_the_picture(seen):
    found = seen(
        png(
            chunk(b"tEXt", b"prompt\0{\xe9}"),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
            chunk(b"eXIf", b"II*\0"),
            chunk(b"iCCP", b"ignored"),
            chunk(b"IDAT", b"pixels"),
            chunk(b"zTXt", b"workflow\0\0" + zlib.compress(b"{1}")),
            chunk(b"iTXt", b"parameters\0\1\0en\0\xc3\xbc\0" + zlib.compress("größer".encode())),
            chunk(b"comf", b"prompt\0{2}"),
            chunk(b"caBX", b"jumbf"),
        )
    )
    assert found.blocks == (
        Block("png:tEXt", "prompt", b"{\xe9}"),
        Block("png:iTXt", "XML:com.adobe.xmp", b"<x/>"),
        Block("png:eXIf", "", b"II*\0"),
        Block("png:zTXt", "workflow", b"{1}"),
        Block("png:iTXt", "parameters", "größer".encode()),
        Block("png:comf", "prompt", b"{2}"),
        Block("png:caBX", "", b"jumbf"),
    )
    assert found.findings == ()
    assert found.content is not None


def test_the_picture_of_a_png_is_the_same_however_it_is_cut_and_tagged(seen):
    plain = png(chunk(b"PLTE", b"abc"), chunk(b"IDAT", b"pixels"))
    cut = png(
        chunk(b"tEXt", b"a\0b"), chunk(b"PLTE", b"abc"), chunk(b"IDAT", b"pix"), chunk(b"IDAT"), chunk(b"IDAT", b"els")
    )
    assert seen(plain).content == seen(cut).content == seen(plain + b"behind the end").content
    others = [
        png(chunk(b"PLTE", b"abd"), chunk(b"IDAT", b"pixels")),
        png(chunk(b"IDAT", b"pixels")),
        png(chunk(b"PLTE", b"abc"), chunk(b"tRNS", b"\0"), chunk(b"IDAT", b"pixels")),
        png(chunk(b"PLTE", b"abc"), chunk(b"IDAT", b"pixels"), size=(4, 5)),
    ]
    assert len({seen(data).content for data in [plain, *others]}) == 5


def test_frames_of_a_moving_png(seen):
    def moving(*frames, times=0):
        parts = [chunk(b"acTL", struct.pack(">II", 2, times)), chunk(b"IDAT", b"first")]
        number = 0
        for delay, pieces in frames:
            parts.append(chunk(b"fcTL", struct.pack(">I", number) + delay))
            for piece in pieces:
                number += 1
                parts.append(chunk(b"fdAT", struct.pack(">I", number) + piece))
            number += 1
        return seen(png(*parts)).content

    plain = moving((b"one", [b"second"]), (b"two", [b"third"]))
    assert moving((b"one", [b"sec", b"ond"]), (b"two", [b"third"])) == plain
    assert len({plain, moving((b"one", [b"second"]), (b"2", [b"third"])), moving((b"one", [b"second"]), times=1)}) == 3


@pytest.mark.parametrize(
    ("bad", "finding"),
    [
        (chunk(b"zTXt", b"a\0\0rubbish"), "cannot be decompressed"),
        (chunk(b"zTXt", b"a\0\0" + zlib.compress(b"text" * 99)[:-9]), "its end is missing"),
        (chunk(b"iTXt", b"a\0\0\0en"), "its end is missing"),
        (chunk(b"tEXt", b"no keyword"), "without a keyword"),
    ],
)
def test_a_damaged_text_is_a_finding_and_the_picture_stays(seen, bad, finding):
    found = seen(png(bad, chunk(b"IDAT", b"pixels")))
    assert finding in found.findings[0]
    assert found.content == seen(png(chunk(b"IDAT", b"pixels"))).content


BROKEN = {
    "png without pixels": png(),
    "png cut off": png(chunk(b"IDAT", b"pixels"))[:-3],
    "png with another first chunk": SIGNATURE + chunk(b"IDAT", b"pixels"),
    "png of rubbish": png(chunk(b"\0\1\2\3", b"pixels")),
    "jpeg cut off": jpeg()[:-2],
    "jpeg cut off in a segment": jpeg()[:30],
    "jpeg of rubbish": jpeg(segment(0xE5) + b"rubbish"),
    "jpeg with a short segment": jpeg(b"\xff\xe5\0\1"),
    "jpeg without a picture": b"\xff\xd8" + segment(0xE0, b"JFIF") + b"\xff\xd9",
    "gif cut off": saved(noise(), "gif")[:-1],
    "gif of rubbish": saved(noise(), "gif")[:-1] + b"\x99",
    "gif without a picture": b"GIF89a\5\0\4\0\0\0\0;",
    "webp cut off": saved(noise(), "webp")[:-4],
    "webp without a picture": riff((b"EXIF", b"II*\0")),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_picture_has_an_identity_and_a_finding_but_no_content(seen, data):
    found = seen(data)
    assert found.content is None
    assert len(found.findings) == 1
    assert found.facts.kind in {Kind.IMAGE, Kind.OTHER}


@pytest.mark.parametrize("form", ["tiff", "avif", "bmp"])
def test_a_broken_header_of_another_picture_is_a_finding(seen, form):
    found = seen(saved(noise(), form)[:20])
    assert (found.facts.kind, found.content) == (Kind.OTHER, None)
    assert "header" in found.findings[-1]


def test_segments_of_jpeg(seen):
    exif, adobe = segment(0xE1, b"Exif\0\0II*\0"), segment(0xEE, b"Adobe\0d\0\0\0\0\1")
    found = seen(
        jpeg(
            exif,
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            segment(0xFE, b"a comment"),
            segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0"),
            segment(0xED, b"Photoshop 3.0\0more"),
            segment(0xED, b"Adobe_CM"),
            segment(0xE2, b"ICC_PROFILE\0\1\1profile"),
            segment(0xE1, b"unknown"),
        )
    )
    assert found.blocks == (
        Block("jpeg:exif", "", b"II*\0"),
        Block("jpeg:xmp", "", b"<x/>"),
        Block("jpeg:comment", "", b"a comment"),
        Block("jpeg:iptc", "", b"8BIM\4\4\0\0more"),
    )
    assert found.content == seen(jpeg()).content == seen(jpeg() + b"behind the end").content
    assert seen(jpeg(adobe)).content != found.content
    assert seen(jpeg(b"\xff\xff\xff", exif)).content == found.content


def test_extended_xmp_is_put_together(seen):
    def part(offset, text, whole=10, name=b"0123456789ABCDEF" * 2):
        return segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">II", whole, offset) + text)

    found = seen(jpeg(part(6, b"6789"), part(0, b"012345")))
    assert found.blocks == (Block("jpeg:xmp", "0123456789ABCDEF" * 2, b"0123456789"),)
    assert "not whole" in seen(jpeg(part(0, b"012345"))).findings[0]
    assert seen(jpeg(part(0, b"012345", whole=1 << 31))).blocks == ()


def test_content_credentials_are_put_together(seen):
    def part(number, data, box=b"\0\1"):
        return segment(0xEB, b"JP" + box + struct.pack(">I", number) + data)

    head, long_head = struct.pack(">I4s", 16, b"jumb"), struct.pack(">I4sQ", 1, b"jumb", 24)
    found = seen(jpeg(part(2, head + b"efgh"), part(1, head + b"abcd"), part(1, long_head + b"x", b"\0\2")))
    assert found.blocks == (Block("jpeg:c2pa", "", head + b"abcdefgh"), Block("jpeg:c2pa", "", long_head + b"x"))
    again = seen(jpeg(part(1, long_head + b"abcd"), part(2, long_head + b"efgh")))
    assert again.blocks[0].data == long_head + b"abcdefgh"


def test_progressive_jpeg_with_a_comment_between_scans(seen):
    data = saved(noise(600, 600), "jpeg", progressive=True, quality=95)
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    table = data.rindex(b"\xff\xc4", 0, second)
    tagged = data[:table] + segment(0xFE, b"between") + data[table:]
    assert seen(tagged).content == seen(data).content
    assert seen(tagged).blocks[0].data == b"between"


def test_coded_data_full_of_stuffing_and_restarts(seen):
    frame = segment(0xC0, b"\x08\0\x10\0\x10\1\1\x11\0")
    start, end = b"\xff\xd8" + frame + segment(0xDA), b"\xff\xd9"
    for size in (1, 70_000, 131_071, 131_072, 300_001):
        body = (b"\xff\0\xff\xd0\xff\xff\0" * (size // 7 + 1))[:size].rstrip(b"\xff") + b"\0"
        found = seen(start + body + b"\xff" + end + b"\xff\xfe\0\5abc")
        assert (found.content is not None, found.blocks, found.findings) == (True, (), ())


def test_comments_and_texts_of_gif(seen):
    plain = saved(noise(), "gif", save_all=True, append_images=[noise().rotate(180)], loop=2)
    screen = 13 + 3 * (2 << (plain[10] & 7)) * (plain[10] >> 7)

    def tagged(*extensions):
        return plain[:screen] + b"".join(extensions) + plain[screen:]

    def blocks(data):
        parts = [data[at : at + 255] for at in range(0, len(data), 255)]
        return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"

    comment = b"\x21\xfe" + blocks(b"c" * 300)
    tail = b"\1" + bytes(range(255, -1, -1))
    xmp = b"\x21\xff\x0bXMP DataXMP" + b"<x>" + bytes(range(1, 60)) + b"</x>" + tail + b"\0"
    credentials = b"\x21\xff\x0bC2PA_GIF\1\0\0" + blocks(b"jumbf" * 100)
    other = b"\x21\xff\x0bOTHERAPP1.0" + blocks(b"ignored")
    found = seen(tagged(comment, xmp, credentials, other))
    assert found.blocks == (
        Block("gif:comment", "", b"c" * 300),
        Block("gif:xmp", "", b"<x>" + bytes(range(1, 60)) + b"</x>"),
        Block("gif:c2pa", "", b"jumbf" * 100),
    )
    assert found.content == seen(plain).content
    assert seen(plain.replace(b"\3\1\2\0\0", b"\3\1\3\0\0")).content != found.content  # played more often


def test_texts_of_tiff(seen):
    tags = {270: "a prompt", 305: "ComfyUI", 272: "abc", 700: b"<x/>longer", 258: 8}
    found = seen(saved(noise(), "tiff", tiffinfo=tags))
    assert set(found.blocks) == {
        Block("tiff:tag", "ImageDescription", b"a prompt"),
        Block("tiff:tag", "Software", b"ComfyUI"),
        Block("tiff:tag", "Model", b"abc"),
        Block("tiff:xmp", "", b"<x/>longer"),
    }


def test_texts_of_avif(seen):
    exif = Image.Exif()
    exif[0x0110] = "prompt:{}"
    found = seen(saved(noise(), "avif", exif=exif, xmp=b"<x/>"))
    assert [(block.place, block.key) for block in found.blocks] == [("heif:exif", ""), ("heif:xmp", "")]
    assert b"prompt:{}" in found.blocks[0].data
    assert found.blocks[1].data == b"<x/>"


def test_a_long_picture_of_few_bytes_in_every_piece(seen):
    """Sub-blocks and chunks that lie across the ends of what is read at a time."""
    frames = [noise(300, 200).rotate(turn) for turn in range(0, 180, 60)]
    data = saved(frames[0], "gif", save_all=True, append_images=frames[1:])
    assert len(data) > 131072
    assert seen(data).content is not None
    many = [chunk(b"IDAT", bytes(size)) for size in range(1, 900)]
    assert seen(png(*many)).content == seen(png(chunk(b"IDAT", bytes(sum(range(900)))))).content


def test_a_png_that_pillow_wrote(seen):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("prompt", "{}")
    texts.add_itxt("parameters", "größer", zip=True)
    found = seen(saved(noise(900, 700), "png", pnginfo=texts))
    assert [block.data for block in found.blocks] == [b"{}", "größer".encode()]
    assert found.content == seen(saved(noise(900, 700), "png")).content
