"""File URLs of every kind of path."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ExportError
from alice_core.timeline.urls import file_url

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        (PurePosixPath("/a/b.png"), "file:///a/b.png"),
        (PurePosixPath("/a b/c#1?.png"), "file:///a%20b/c%231%3F.png"),
        (PurePosixPath("/100%25.png"), "file:///100%2525.png"),
        (PurePosixPath('/it\'s "so" & <so>.png'), "file:///it%27s%20%22so%22%20%26%20%3Cso%3E.png"),
        (PurePosixPath("/cafe\u0301.png"), "file:///caf%C3%A9.png"),
        (PurePosixPath("/夜.png"), "file:///%E5%A4%9C.png"),
        (PurePosixPath("//double/a.png"), "file:///double/a.png"),
        (PurePosixPath("/C:/a.png"), "file:///C%3A/a.png"),
        (PurePosixPath("/back\\slash.png"), "file:///back%5Cslash.png"),
        (PureWindowsPath(r"C:\films\a b.png"), "file:///C:/films/a%20b.png"),
        (PureWindowsPath(r"d:\ü\50%.png"), "file:///d:/%C3%BC/50%25.png"),
        (PureWindowsPath(r"\\nas\films\a b.png"), "file://nas/films/a%20b.png"),
        (PureWindowsPath("\\\\?\\C:\\long\\a.png"), "file:///C:/long/a.png"),
        (PureWindowsPath("\\\\?\\UNC\\nas\\films\\a.png"), "file://nas/films/a.png"),
    ],
)
def test_urls(path: PurePosixPath | PureWindowsPath, url: str) -> None:
    assert file_url(path) == url


def test_bytes_that_are_no_utf8_are_kept() -> None:
    assert file_url(PurePosixPath("/a/caf\udce9.png")) == "file:///a/caf%E9.png"


@pytest.mark.parametrize("path", [PurePosixPath("a.png"), PureWindowsPath("a.png"), PureWindowsPath(r"\films\a.png")])
def test_a_relative_path_is_refused(path: PurePosixPath | PureWindowsPath) -> None:
    with pytest.raises(ExportError, match="relative"):
        file_url(path)


@settings(deadline=None, max_examples=66)
@given(names)
def test_a_url_is_ascii_and_decodes_once_to_the_composed_path(name: str) -> None:
    path = PurePosixPath("/films") / f"x{name}"
    split = urlsplit(file_url(path))
    assert (split.scheme, split.netloc, split.query, split.fragment) == ("file", "", "", "")
    assert split.path.isascii()
    assert unquote_to_bytes(split.path).decode() == unicodedata.normalize("NFC", str(path))
