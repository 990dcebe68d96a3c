"""What ``alice analyze`` understands of its options."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from alice_core.cli.analyzing import _sheet, _wish, parse_time
from alice_core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("75.5", Fraction(151, 2)), ("1:15.5", Fraction(151, 2)), ("0:01:15.5", Fraction(151, 2)), (" 0 ", Fraction(0))],
)
def test_times_are_exact(text, seconds):
    assert parse_time(text) == seconds


@pytest.mark.parametrize("text", ["", "x", "-3", "1:2:3:4", "1..2", "1:", "."])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(UsageError, match="no time"):
        parse_time(text)


def test_stems_have_a_name_and_a_file():
    wish = _wish({"start": None, "end": "10", "stems": ("drums=a=b.wav",), "engine": "alice"})
    assert wish.stems == {"drums": Path("a=b.wav")}
    assert wish.window.end == 10
    for text in ("drums", "drums="):
        with pytest.raises(UsageError, match="names no stem"):
            _wish({"start": None, "end": None, "stems": (text,), "engine": "alice"})


def test_pictures_are_png_or_svg():
    assert _sheet({"picture": None, "rows": None, "width": 1600}) is None
    assert _sheet({"picture": Path("a.SVG"), "rows": 3, "width": 900}).rows == 3
    with pytest.raises(UsageError, match="neither"):
        _sheet({"picture": Path("a.gif"), "rows": None, "width": 1600})
