"""The registry of formats: names, endings, what each can do, and which one a file is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from alice_core.errors import UsageError
from alice_core.music.interchange.model import Place, Score

_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: What ``--format`` calls it.
        title: What people call it.
        suffixes: Endings of its files, the usual one first.
        module: Module of this package that knows it.
        reader: Its function that reads, or empty.
        writer: Its function that writes, or empty.
        looks: Whether the first bytes of a file are of it, where its ending does not say so.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str
    reader: str = "read"
    writer: str = "write"
    looks: re.Pattern[bytes] | None = None

    def read(self, data: bytes, place: Place) -> Score:
        """What a file of the format says.

        Raises:
            UsageError: The format is only written.
            MediaError: The bytes are not of the format.
        """
        if not self.reader:
            raise UsageError(f"{self.title} is only written", hint=_choices(), code="ALICE-U04")
        return cast("Callable[[bytes, Place], Score]", self._function(self.reader))(data, place)

    def write(self, score: Score, place: Place) -> bytes:
        """The bytes of a file of the format.

        Raises:
            UsageError: The format is only read, or the score has not what it needs.
        """
        if not self.writer:
            raise UsageError(f"{self.title} is only read", hint=_choices(), code="ALICE-U04")
        return cast("Callable[[Score, Place], bytes]", self._function(self.writer))(score, place)

    def _function(self, name: str) -> object:
        return getattr(import_module(f"alice_core.music.interchange.{self.module}"), name)


def _like(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("json", "Alice analysis", (".json",), "alice_json", looks=_like(rb'\s*\{\s*"schema"\s*:\s*"alice\.')),
        Format("jams", "JAMS", (".jams",), "jams", looks=_like(rb'\s*\{.*"(?:annotations|file_metadata)"\s*:')),
        Format("midi", "MIDI tempo map", (".mid", ".midi"), "midi", looks=_like(rb"MThd")),
        Format("svl", "Sonic Visualiser layer", (".svl", ".sv"), "sonic_visualiser", looks=_like(rb".*<sv>|BZh")),
        Format("rekordbox", "rekordbox XML", (".xml",), "rekordbox", looks=_like(rb".*<DJ_PLAYLISTS")),
        Format("traktor", "Traktor collection", (".nml",), "traktor", looks=_like(rb".*<NML[ >]")),
        Format(
            "ableton", "Ableton Live set", (".als",), "ableton", writer="", looks=_like(rb"\x1f\x8b|.*<Ableton[ >]")
        ),
        Format("reaper", "REAPER project", (".rpp",), "reaper", looks=_like(rb"\s*<REAPER_PROJECT")),
        Format(
            "reaper-csv",
            "REAPER list of markers and regions",
            (".csv",),
            "reaper_list",
            looks=_like(rb"(?:\xef\xbb\xbf)?#,Name,Start"),
        ),
        Format("edl", "DaVinci Resolve marker EDL", (".edl",), "marker_edl", looks=_like(rb".*\|C:ResolveColor")),
        Format(
            "serato",
            "Serato grid in a sound file",
            (".mp3", ".flac", ".m4a", ".aif", ".aiff", ".wav", ".ogg", ".beatgrid"),
            "serato",
            looks=_like(rb"\x01\x00\x00"),
        ),
        Format("lrc", "LRC lyrics", (".lrc",), "lyrics", "read_lrc", "write_lrc", _like(rb".*\[\d{1,3}:\d\d[.:]\d")),
        Format("srt", "SubRip subtitles", (".srt",), "lyrics", "read_srt", "write_srt", _like(rb".*\d --> \d\d:")),
        Format("audacity", "Audacity labels", (".txt",), "audacity", looks=_like(rb"\s*[\d.,]+\t[\d.,]+(?:\t|\r?\n)")),
        Format("csv", "table of beats", (".csv", ".beats", ".tsv"), "csv_table", looks=_like(rb"\s*[\w.\"]+[,;\t\n]")),
        Format("sv-csv", "Sonic Visualiser layer as CSV", (".csv",), "sonic_visualiser", "read_csv", "write_csv"),
    )
}
"""Every format by name; of several that a file may be of, the first."""


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: There is none.
    """
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}", hint=_choices(), code="ALICE-U04")
    return FORMATS[name]


def format_of(file: str, data: bytes | None = None) -> Format:
    """The format of a file by its ending and, where that leaves a choice, by its first bytes.

    Raises:
        UsageError: It cannot be told.
    """
    suffix = "." + file.rsplit(".", 1)[-1].lower() if "." in file else ""
    ending = [one for one in FORMATS.values() if suffix in one.suffixes]
    if data is None:
        ending = [one for one in ending if one.writer and (one.name != "serato" or suffix == ".beatgrid")]
        ending.sort(key=lambda one: one.name != "csv" if suffix == ".csv" else False)
        if ending:
            return ending[0]
        raise UsageError(f"no format ends in {suffix!r}", hint=_choices(), code="ALICE-U04")
    head = data[:_HEAD]
    for one in [*ending, *(one for one in FORMATS.values() if one not in ending)]:
        if one.looks is not None and one.looks.match(head):
            return one
    if ending:
        return ending[0]
    raise UsageError(f"{file} is of no format that is known here", hint=_choices(), code="ALICE-U04")


def _choices() -> str:
    return f"Say --format, one of {', '.join(FORMATS)}."
