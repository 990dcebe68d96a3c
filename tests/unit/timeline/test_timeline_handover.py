"""Names and paths for other machines."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timeline_builder import HARD_NAMES

from alice_core.errors import UsageError
from alice_core.timeline import documents, read_edit
from alice_core.timeline.handover import parse_root, plain_name, rerooted
from alice_core.timeline.urls import path_of_url, url_fault

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_every_name_has_a_plain_one(name) -> None:
    plain = plain_name(PurePosixPath("/films") / name, "0a1b2c3d")
    assert SAFE.fullmatch(plain)
    assert len(plain) < 100
    assert not PurePosixPath(plain).stem[-1].isdigit()


@settings(deadline=None, max_examples=150)
@given(st.text(min_size=1, max_size=250).filter(lambda text: "/" not in text and text not in (".", "..")))
def test_any_name_at_all(name) -> None:
    assert SAFE.fullmatch(plain_name(PurePosixPath("/films") / name, "ffffffff"))


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        ("/films=D:\\films", "D:/films/shot-0.png"),
        ("/films=\\\\nas\\films", "//nas/films/shot-0.png"),
        ("/films=/Volumes/My Disk", "/Volumes/My Disk/shot-0.png"),
        ("/=E:/", "E:/films/shot-0.png"),
        ("/film=D:/x", "/films/shot-0.png"),
    ],
)
def test_a_posix_root_becomes_any_other_in_every_format(build, pair, wanted) -> None:
    moved = rerooted(build.timeline((24,)), [parse_root(pair)])
    for name in ("fcpxml", "xml", "otio", "edl"):
        edit = read_edit(documents(moved, name, "cut")[0].data, name, moved.rate)
        urls = {item.source.url for item in edit.pictures}
        assert {path_of_url(url).replace("\\", "/") for url in urls} == {wanted}
        assert [url_fault(url) for url in urls] == [None]


def test_roots_of_windows_become_posix_ones(build) -> None:
    share, drive = build.still(PureWindowsPath("//nas/films/a.png")), build.still(PureWindowsPath("D:/films/b.png"))
    cut = build.timeline((24, 24), medias=(share, drive))
    moved = rerooted(cut, [parse_root("\\\\nas\\films=/mnt/films"), parse_root("D:\\=/mnt/d")])
    assert [clip.media.path for clip in moved.clips] == [
        PurePosixPath("/mnt/films/a.png"),
        PurePosixPath("/mnt/d/films/b.png"),
    ]


def test_a_proxy_and_a_click_move_too(build) -> None:
    cut = build.timeline((24,), medias=(replace(build.movie(), proxy=PurePosixPath("/films/proxies/take.mp4")),))
    cut = replace(cut, click=build.song(cut.song.duration, "/films/click.wav"))
    moved = rerooted(cut, [parse_root("/films=D:/f")])
    assert moved.click.path == PureWindowsPath("D:/f/click.wav")
    text = documents(moved, "fcpxml", "cut")[0].data.decode()
    assert '<media-rep kind="proxy-media" src="file:///D:/f/proxies/take.mp4"' in text


@pytest.mark.parametrize("text", ["", "=", "/a", "/a=", "=/b", "a=/b", "/a=b", "C:=D:/"])
def test_what_is_no_pair_of_roots(text) -> None:
    with pytest.raises(UsageError):
        parse_root(text)
