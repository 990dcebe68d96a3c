"""Tags of a song or film, from whatever its container calls them."""

from __future__ import annotations

from alice_core.media.generation import Block
from alice_core.media.readers.base import Given, decoded

VERSION = 1
"""Raised whenever :func:`song_tags` says something else of the same blocks."""

_LONGEST = 65536
_NAMES = {
    "title": ("title", "tit2", "inam", "©nam", "name"),
    "artist": ("artist", "tpe1", "iart", "©art", "author"),
    "album": ("album", "talb", "iprd", "©alb"),
    "album_artist": ("album_artist", "albumartist", "tpe2", "album artist"),
    "composer": ("composer", "tcom", "©wrt"),
    "genre": ("genre", "tcon", "ignr", "©gen"),
    "date": ("date", "year", "tdrc", "tyer", "icrd", "©day"),
    "track": ("track", "tracknumber", "trck", "trkn"),
    "disc": ("disc", "discnumber", "tpos", "disk"),
    "bpm": ("bpm", "tbpm", "tempo", "tmpo"),
    "key": ("initialkey", "initial_key", "tkey"),
    "comment": ("comment", "comments", "comm", "icmt", "description", "©cmt"),
    "copyright": ("copyright", "tcop", "icop", "cprt"),
    "publisher": ("publisher", "tpub", "organization", "label"),
    "isrc": ("isrc", "tsrc"),
    "encoder": ("encoder", "encoded_by", "tsse", "isft", "©too"),
    "creation_time": ("creation_time",),
}
_KNOWN = {own: (rank, tag) for tag, owns in _NAMES.items() for rank, own in enumerate(owns)}


def song_tags(given: Given) -> dict[str, str]:
    """The tags by lower-case name: ``title``, ``artist``, ``album``, ``date``, ``track``, ``bpm``, ``comment``, ...

    In Ogg they lie on the first stream that has any; elsewhere a stream's tags are about the stream alone. A
    plain name goes before its stand-ins (``date`` before ``year``). JSON, in which generators write, and what is
    longer than 64 KiB is no tag.
    """
    found: dict[str, tuple[int, str]] = {}
    for block in _tagged(given):
        known = _KNOWN.get(block.key.casefold())
        text = _text(block) if known else None
        if known and text:
            rank, tag = known
            if tag not in found or rank < found[tag][0]:
                found[tag] = (rank, text)
    return {tag: found[tag][1] for tag in _NAMES if tag in found}


def _tagged(given: Given) -> list[Block]:
    own = [one for one in given.blocks if one.place == "av:tag"]
    streams = [one for one in given.blocks if one.place.startswith("av:stream")]
    if "ogg" not in given.mime or not streams:
        return own
    return own + [one for one in streams if one.place == streams[0].place]


def _text(block: Block) -> str | None:
    if len(block.data) > _LONGEST:
        return None
    text = (decoded(block) or "").strip()
    return None if text.startswith(("{", "[{")) else text
