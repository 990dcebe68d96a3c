"""Names as the formats can carry them."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline.reels import reel_names
from alice_core.timeline.text import ascii_line, escaped_line, legal_text

anything = st.text(st.characters(), max_size=200)


@settings(deadline=None, max_examples=66)
@given(anything)
def test_legal_text_goes_through_xml_and_utf8(text: str) -> None:
    legal = legal_text(text)
    assert len(legal) == len(text)
    element = ET.Element("e", name=legal)
    assert ET.fromstring(ET.tostring(element, encoding="utf-8")).get("name") == legal


def test_legal_text_changes_only_what_is_illegal() -> None:
    assert legal_text("a\tb\nc — 夜 🎬 \ufffd") == "a\tb\nc — 夜 🎬 \ufffd"
    assert legal_text("a\0b\x1bc\ud800d\uffff") == "a\ufffdb\ufffdc\ufffdd\ufffd"


@settings(deadline=None, max_examples=66)
@given(anything)
def test_ascii_line_is_one_printable_line(text: str) -> None:
    line = ascii_line(text)
    assert all(" " <= char <= "~" for char in line)
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("naïve café", "naive cafe"),
        ("a\r\n b", "a b"),
        ("夜", "_"),
        ("🎬 x", "_ x"),
        ("ﬁn²", "fin2"),
        ("“a” — ‘b’", "'a' - 'b'"),
        ("a\u2028b\x85c", "a b_c"),
        ("", ""),
    ],
)
def test_ascii_line_keeps_what_it_can(text: str, line: str) -> None:
    assert ascii_line(text) == line


@settings(deadline=None, max_examples=66)
@given(st.text(max_size=100))
def test_escaped_line_is_ascii_and_reads_back(text: str) -> None:
    line = escaped_line(text)
    assert all(" " <= char <= "~" for char in line)
    assert unquote_to_bytes(line).decode() == text


def test_escaped_line_keeps_undecodable_bytes_and_survives_lone_surrogates() -> None:
    assert escaped_line("/a/\udce9") == "/a/%E9"
    assert escaped_line("/a/\ud800") == "/a/?"


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from("abcd").map(lambda char: "sha256:" + char * 64) | anything, max_size=40))
def test_reels_are_eight_ascii_characters_and_unique(digests: list[str]) -> None:
    reels = reel_names(digests)
    assert set(reels) == set(digests)
    assert len(set(reels.values())) == len(reels)
    assert all(
        len(reel) == 8 and reel.isascii() and reel.isalnum() and reel.isupper() | reel.isdigit()
        for reel in reels.values()
    )


def test_a_reel_is_the_start_of_the_digest_unless_another_file_has_it() -> None:
    digests = [f"sha256:{'0123abcd'}{index:056x}" for index in range(60)]
    reels = reel_names(digests)
    assert reels[digests[0]] == "0123ABCD"
    assert len(set(reels.values())) == len(digests)
    assert reels == reel_names(digests), "the same digests give the same reels"


def test_files_whose_digests_share_every_window_still_get_their_own_reels() -> None:
    first, second = "sha256:" + "a" * 64, "a" * 64
    assert len(set(reel_names([first, second]).values())) == 2
