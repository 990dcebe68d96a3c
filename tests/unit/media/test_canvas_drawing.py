"""The canvas: every shape, smoothing, light, and any text that a person can type."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from alice_core.errors import UsageError
from alice_core.media import lettering
from alice_core.media.canvas import Canvas, png

RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)


def is_red(canvas, x, y):
    r, g, b = canvas.to_array()[y, x]
    return bool(r > 150 and g < 90 and b < 90)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (20_000, 10)])
def test_sizes_that_cannot_be(size):
    with pytest.raises(UsageError):
        Canvas(*size)


@pytest.mark.parametrize("smooth", [True, False])
def test_shapes_lie_where_they_are_drawn(smooth):
    canvas = Canvas(60, 40, WHITE, smooth=smooth)
    canvas.rectangle((5, 5, 15, 15), RED)
    canvas.rectangle((20, 5, 35, 15), outline=RED, width=2)
    canvas.polygon([(40, 5), (55, 5), (55, 15), (40, 15)], RED)
    canvas.ellipse((5, 20, 17, 32), RED)
    canvas.ellipse((20, 20, 36, 36), outline=RED, width=2)
    canvas.arc((40, 20, 56, 36), 0, 360, RED, width=2)
    canvas.line([(2, 38), (58, 38)], RED, 2)
    canvas.ellipse((1, 1, 1.2, 1.2), RED)
    canvas.arc((1, 1, 1.2, 1.2), 0, 90, RED)
    canvas.flatten()
    assert is_red(canvas, 10, 10)
    assert is_red(canvas, 20, 10)
    assert not is_red(canvas, 27, 10)
    assert is_red(canvas, 47, 10)
    assert is_red(canvas, 11, 26)
    assert not is_red(canvas, 5, 20)
    assert not is_red(canvas, 28, 28)
    assert is_red(canvas, 30, 38)
    assert not is_red(canvas, 48, 28)


def test_colours_with_opacity_are_mixed():
    canvas = Canvas(20, 20, WHITE)
    canvas.rectangle((0, 0, 20, 20), (*RED, 128))
    canvas.polygon([(-5, -5), (-1, -5), (-1, -1)], (*BLUE, 128))
    r, g, _ = canvas.to_array()[10, 10]
    assert 230 < r <= 255
    assert 120 < g < 160


def test_gradients():
    canvas = Canvas(40, 40, WHITE)
    canvas.vertical_gradient(((0, (0, 0, 0)), (1, (200, 0, 0))))
    column = canvas.to_array()[:, 20, 0].astype(int)
    assert (np.diff(column) >= 0).all()
    assert column[-1] > 180
    canvas.vertical_gradient(((0, WHITE), (1, WHITE)), (10, 10, 20, 20))
    assert canvas.to_array()[15, 15].tolist() == [255, 255, 255]
    before = canvas.to_array()
    canvas.vertical_gradient(((0, RED), (1, RED)), (30, 30, 20, 20))
    canvas.radial_gradient((20, 20), 0.1, RED)
    assert (canvas.to_array() == before).all()
    canvas.radial_gradient((20, 30), 8, (0, 0, 255, 200))
    pixels = canvas.to_array().astype(int)
    assert pixels[30, 20, 2] > pixels[24, 20, 2] >= before[24, 20, 2]


@pytest.mark.parametrize("smooth", [True, False])
def test_arrays_are_pasted(smooth):
    canvas = Canvas(20, 20, WHITE, smooth=smooth)
    canvas.paste(np.full((5, 5, 3), (220, 20, 20), np.uint8), (2, 3))
    half = np.full((4, 4, 4), (20, 20, 220, 0), np.uint8)
    canvas.paste(half, (12, 12))
    assert is_red(canvas, 4, 5)
    assert canvas.to_array()[13, 13].tolist() == [255, 255, 255]


def test_light_and_grain():
    canvas = Canvas(40, 40, (128, 128, 128))
    canvas.light(np.array([[[0] * 3, [255] * 3]], np.uint8))
    row = canvas.to_array()[20, :, 0].astype(int)
    assert row[2] < 60
    assert row[-3] > 200
    plain = Canvas(300, 300, (128, 128, 128))
    plain.grain(1)
    other = Canvas(300, 300, (128, 128, 128))
    other.grain(1)
    assert (plain.to_array() == other.to_array()).all()
    assert 0 < plain.to_array().std() < 12


def test_the_png_is_the_picture():
    pixels = np.random.default_rng(1).integers(0, 255, (17, 23, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(png(pixels))) as picture:
        assert (np.asarray(picture) == pixels).all()
    assert png(pixels) == png(pixels)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "夜のネオン",
        "Дождь",
        "مطر غزير",
        "🎬🌧️👩‍🎤",
        "e\u0301a\u0308",
        "\x00\x07\u202e",
        "\ud800",
        "",
        "𝔘𝔫𝔦",
        "\U0010fffd",
    ],
)
def test_any_text_is_drawn_and_measured(text):
    canvas = Canvas(400, 40, WHITE)
    for anchor in ("la", "mm", "rs", "ld"):
        canvas.text((200, 20), text, 16, RED, anchor=anchor, bold=anchor == "mm")
    canvas.flatten()
    canvas.text((5, 5), text, 16, RED)
    assert canvas.text_width(text, 16) >= 0
    if text.strip("\x00\x07\u202e\ud800"):
        assert (canvas.to_array() != 255).any()


def test_without_any_system_font_nothing_is_tofu(monkeypatch):
    monkeypatch.setattr(lettering, "_system_fonts", lambda: ())
    caches = (lettering.runs, lettering._font_for, lettering._run)
    for one in caches:
        if hasattr(one, "cache_clear"):
            one.cache_clear()
    try:
        drawn = "".join(piece.text for piece in lettering.runs("夜 ñ", 16))
        assert "夜" not in drawn
        assert "n" in drawn
        assert drawn.strip()
    finally:
        for one in caches:
            if hasattr(one, "cache_clear"):
                one.cache_clear()


def test_text_is_wrapped_and_shortened():
    canvas = Canvas(300, 100, WHITE)
    lines = canvas.wrap("one two three four five six seven eight nine ten", 16, 100, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(canvas.text_width(line, 16) <= 100 for line in lines)
    long = canvas.wrap("x" * 20_000 + " end", 16, 100, 4)
    assert len(long) == 4
    assert all(canvas.text_width(line, 16) <= 100 for line in long)
    assert canvas.wrap("short", 16, 100, 2) == ["short"]
    assert canvas.wrap("", 16, 100, 2) == []
    assert canvas.wrap("ab", 16, 1, 5) == ["a", "b"]


@pytest.fixture
def fonts(monkeypatch):
    """Say which system fonts there are; what was found out about others is forgotten before and after."""
    caches = [one for one in vars(lettering).values() if hasattr(one, "cache_clear")]

    def choose(*paths):
        for one in caches:
            one.cache_clear()
        monkeypatch.setattr(lettering, "_system_fonts", lambda: tuple(str(path) for path in paths))

    yield choose
    for one in caches:
        one.cache_clear()


SCRIPTS = {
    "CJK": "夜のネオン街 雨 한국어",
    "Cyrillic": "Дождь над городом, щёлк",
    "Arabic": "مطر غزير",
    "Hebrew": "גשם",
    "Devanagari": "बारिश की रात",
    "Thai": "ฝนตก",
    "Greek": "Ωραία νύχτα ς",
    "emoji": "🎬🌧️👩‍🎤🇩🇪",
    "signs": "½ ﬁ ₤ ℡ ♫ ∮ 𝔘",
    "private": "\ue000\U0010fffd\ud800",
}


@pytest.mark.parametrize("script", sorted(SCRIPTS))
@pytest.mark.parametrize("bare", [True, False], ids=["bare", "this system"])
def test_no_script_is_drawn_as_empty_boxes(script, bare, fonts):
    if bare:
        fonts()
    pieces = lettering.runs(SCRIPTS[script], 20)
    assert "".join(piece.text for piece in pieces).strip()
    for piece in pieces:
        box = piece.font.getmask2("\U0010fffe")[0]
        for char in piece.text.replace(" ", ""):
            mask = piece.font.getmask2(char)[0]
            assert (mask.size, bytes(mask)) != (box.size, bytes(box)), f"{char!r} of {piece.text!r} is a box"
    canvas = Canvas(900, 40, WHITE)
    canvas.text((5, 5), SCRIPTS[script], 20, RED)
    assert (canvas.to_array() != 255).any()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Жук", "Zhuk"),
        ("Ωω", "Oo"),
        ("夜", "<591C>"),
        ("🔥", "(fire)"),
        ("א", "alef"),
        ("a\u20d2", "a"),
        ("\ue000", "<E000>"),
        ("🇩", "(d)"),
        ("a\u200db", "ab"),
        ("—", "-"),
    ],
)
def test_without_a_font_a_character_is_spelled_out(text, spelled, fonts):
    fonts()
    assert "".join(piece.text for piece in lettering.runs(text, 20)) == spelled


def test_a_damaged_font_is_passed_over(tmp_path, fonts):
    damaged = tmp_path / "broken.ttf"
    damaged.write_bytes(b"not a font at all")
    fonts(damaged, tmp_path / "gone.ttf")
    assert "".join(piece.text for piece in lettering.runs("夜", 20)) == "<591C>"


def test_a_system_font_draws_what_the_embedded_one_lacks(tmp_path, fonts):
    installed = next((path for path in lettering._system_fonts() if lettering._has(path, "Ж")), None)
    if installed is None:
        pytest.skip("no installed font has Cyrillic")
    fonts(installed)
    (line,) = lettering.runs("Жук ab", 20)
    assert line.text == "Жук ab"
    mixed = lettering.runs("Ж夜a", 20)
    assert "".join(piece.text for piece in mixed).startswith("Ж")
    assert sum(piece.advance for piece in mixed) > 0


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_fonts_are_looked_for_where_the_system_has_them(platform, tmp_path, monkeypatch):
    home = {
        "linux": tmp_path / ".fonts",
        "darwin": tmp_path / "Library" / "Fonts",
        "win32": tmp_path / "AppData" / "Local" / "Microsoft" / "Windows" / "Fonts",
    }[platform]
    home.mkdir(parents=True)
    for name in ("zeta-bold.ttf", "alpha.otf", "dejavusans.ttf", "readme.txt"):
        (home / name).write_bytes(b"")
    monkeypatch.setattr(lettering.sys, "platform", platform)
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "WINDIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(lettering.Path, "home", lambda: tmp_path)
    found = lettering._system_fonts.__wrapped__()
    own = [path for path in found if path.startswith(str(tmp_path))]
    names = [path.replace("\\", "/").rpartition("/")[2] for path in own]
    assert "readme.txt" not in names
    assert [name for name in names if name != "zeta-bold.ttf"] == ["dejavusans.ttf", "alpha.otf"]


def test_very_large_pictures_are_drawn_at_their_own_size():
    canvas = Canvas(4000, 2300, WHITE)
    canvas.polygon([(10, 10), (30, 10), (30, 30), (10, 30)], RED)
    with Image.open(io.BytesIO(canvas.to_png())) as picture:
        assert picture.size == (4000, 2300)
    assert is_red(canvas, 20, 20)


def test_what_lies_outside_or_is_empty_draws_nothing():
    canvas = Canvas(20, 20, WHITE)
    canvas.rectangle((10, 10, 10, 15), RED)
    canvas.rectangle((2, 2, 12, 12))
    canvas.text((5, 30), "below", 4, (*RED, 128))
    assert (canvas.to_array() == 255).all()
