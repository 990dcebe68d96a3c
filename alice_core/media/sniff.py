"""What a file seems to be from its first bytes.

Signatures are those of the formats' specifications, as collected in the magic databases of
file(1) and the WHATWG MIME Sniffing standard.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from alice_core.media.facts import Kind

HEAD = 65536
"""How many bytes of a file :func:`seems` wants to see."""

_DOCUMENTS = {"alice.analysis/1": Kind.ANALYSIS, "alice.analysis/2": Kind.ANALYSIS, "alice.plan/1": Kind.PLAN}
_SCHEMA = re.compile(r'^\s*\{(?:[^{}\[\]]*?,)?\s*"schema"\s*:\s*"([^"\\]{1,64})"', re.DOTALL)
_EDL = re.compile(r"^\s*(?:TITLE:.*\s+)?(?:FCM:.*\s+)?\d{3,6}\s+\S+\s+(?:B|V\d*|A+\d*|AA/V|NONE)\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A first impression.

    Attributes:
        kind: ``None`` for a container that must be opened to know whether it holds sound or moving pictures.
        mime: Media type.
        name: What people call it, with an article where it needs one.
    """

    kind: Kind | None
    mime: str
    name: str


EMPTY = Seen(Kind.OTHER, "application/x-empty", "an empty file")
UNKNOWN = Seen(Kind.OTHER, "application/octet-stream", "a file of unknown format")
_BMP = Seen(Kind.IMAGE, "image/bmp", "a BMP picture")
_TEXT = Seen(Kind.DOCUMENT, "text/plain", "a text file")
_JSON = Seen(Kind.DOCUMENT, "application/json", "a JSON document")
_XML = Seen(Kind.DOCUMENT, "text/xml", "an XML document")
_MARKUP = (
    ("<fcpxml", Seen(Kind.TIMELINE, "application/vnd.apple.fcpxml+xml", "an FCPXML timeline")),
    ("<xmeml", Seen(Kind.TIMELINE, "application/xml", "a Final Cut Pro 7 timeline")),
    ("<html", Seen(Kind.DOCUMENT, "text/html", "an HTML document")),
    ("<svg", Seen(Kind.IMAGE, "image/svg+xml", "an SVG drawing")),
)

_SIGNATURES: tuple[tuple[int, bytes, Seen], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", Seen(Kind.IMAGE, "image/png", "a PNG picture")),
    (0, b"\xff\xd8\xff", Seen(Kind.IMAGE, "image/jpeg", "a JPEG picture")),
    (0, b"GIF8", Seen(Kind.IMAGE, "image/gif", "a GIF picture")),
    (8, b"WEBP", Seen(Kind.IMAGE, "image/webp", "a WebP picture")),
    (0, b"II*\0", Seen(Kind.IMAGE, "image/tiff", "a TIFF picture")),
    (0, b"MM\0*", Seen(Kind.IMAGE, "image/tiff", "a TIFF picture")),
    (4, b"ftypavif", Seen(Kind.IMAGE, "image/avif", "an AVIF picture")),
    (4, b"ftypavis", Seen(Kind.IMAGE, "image/avif", "a moving AVIF picture")),
    (4, b"ftypheic", Seen(Kind.IMAGE, "image/heic", "a HEIC picture")),
    (4, b"ftypheix", Seen(Kind.IMAGE, "image/heic", "a HEIC picture")),
    (4, b"ftypmif1", Seen(Kind.IMAGE, "image/heif", "a HEIF picture")),
    (0, b"8BPS", Seen(Kind.IMAGE, "image/vnd.adobe.photoshop", "a Photoshop picture")),
    (0, b"%PDF-", Seen(Kind.DOCUMENT, "application/pdf", "a PDF document")),
    (0, b"PK\x03\x04", Seen(Kind.OTHER, "application/zip", "a ZIP archive or an office document")),
    (0, b"\x1f\x8b", Seen(Kind.OTHER, "application/gzip", "a gzip archive")),
    (0, b"SQLite format 3\0", Seen(Kind.OTHER, "application/vnd.sqlite3", "an SQLite database")),
    (0, b"\x7fELF", Seen(Kind.OTHER, "application/x-executable", "a program")),
    (8, b"WAVE", Seen(None, "audio/wav", "a WAV file")),
    (8, b"AVI ", Seen(None, "video/x-msvideo", "an AVI file")),
    (8, b"AIFF", Seen(None, "audio/aiff", "an AIFF file")),
    (8, b"AIFC", Seen(None, "audio/aiff", "an AIFF file")),
    (0, b"fLaC", Seen(None, "audio/flac", "a FLAC file")),
    (0, b"OggS", Seen(None, "audio/ogg", "an Ogg file")),
    (0, b"ID3", Seen(None, "audio/mpeg", "an MP3 file")),
    (4, b"ftypM4A", Seen(None, "audio/mp4", "an M4A file")),
    (4, b"ftypqt", Seen(None, "video/quicktime", "a QuickTime movie")),
    (4, b"ftyp", Seen(None, "video/mp4", "an MP4 file")),
    (4, b"moov", Seen(None, "video/quicktime", "a QuickTime movie")),
    (4, b"mdat", Seen(None, "video/quicktime", "a QuickTime movie")),
    (0, b"\x1a\x45\xdf\xa3", Seen(None, "video/x-matroska", "a Matroska or WebM file")),
    (0, b"FLV\x01", Seen(None, "video/x-flv", "an FLV file")),
    (0, b"caff", Seen(None, "audio/x-caf", "a CAF file")),
    (0, b"wvpk", Seen(None, "audio/x-wavpack", "a WavPack file")),
    (0, b"MAC ", Seen(None, "audio/x-ape", "a Monkey's Audio file")),
    (0, b"\x30\x26\xb2\x75", Seen(None, "video/x-ms-asf", "a Windows Media file")),
    (0, b"\x00\x00\x01\xba", Seen(None, "video/mpeg", "an MPEG file")),
)


def seems(head: bytes, *, whole: bool) -> Seen:
    """The first impression of a file.

    Args:
        head: Its first :data:`HEAD` bytes, or all of them.
        whole: Whether that is all of it.
    """
    if not head:
        return EMPTY
    for offset, signature, seen in _SIGNATURES:
        if head.startswith(signature, offset):
            return seen
    if head.startswith(b"BM") and head[6:10] == bytes(4):  # two letters alone could be any text
        return _BMP
    text = _text_of(head, whole=whole)
    return UNKNOWN if text is None else _document(text)


_UNSIGNED_STARTS = (
    b"#!AMR", b"DKIF", b".snd", b"TTA1", b"MPCK", b"MP+", b"riff", b"RF64", b"BW64", b"Creative Voice", b".RMF",
    b"DSD ", b"\x06\x0e\x2b\x34", b"\x00\x00\x01\xb3", b"\x0b\x77", b"\x7f\xfe\x80\x01",
)  # fmt: skip
_UNSIGNED_NAMES = frozenset(
    {
        ".mp3",
        ".mp2",
        ".aac",
        ".ac3",
        ".eac3",
        ".dts",
        ".ts",
        ".m2ts",
        ".mts",
        ".mpg",
        ".mpeg",
        ".vob",
        ".mxf",
        ".amr",
        ".au",
    }
)
_PACKET = 188  # bytes of MPEG-TS; 192 where each has a time stamp before it


def may_play(head: bytes, name: str) -> bool:
    """Whether a file of unknown format may be sound or film all the same: some formats have no signature.

    FFmpeg takes a twentieth of a second to find that random bytes are nothing, so it is asked only about
    files that begin like the frames of such a format, or are called so.

    Args:
        head: The first bytes of the file.
        name: Its name or path.
    """
    if head.startswith(_UNSIGNED_STARTS) or name[name.rfind(".") :].lower() in _UNSIGNED_NAMES:
        return True
    start = head.lstrip(b"\0")[:2]
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0:  # noqa: PLR2004 - the sync word of MPEG sound
        return True
    return any(
        len(head) > first + 2 * step and all(head[first + turn * step] == 0x47 for turn in range(3))  # noqa: PLR2004 - TS
        for first, step in ((0, _PACKET), (4, _PACKET + 4))
    )


def _text_of(head: bytes, *, whole: bool) -> str | None:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for cut in range(1 if whole else 4):  # the head may end inside a character
        try:
            text = head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(1 for sign in text if sign < " " and sign not in "\t\n\r\f\x1b")
        return None if controls else text
    return None


def _document(text: str) -> Seen:
    start = text.lstrip()
    if start.startswith("{"):
        return _json_document(start)
    if start.startswith("<"):
        return next((seen for mark, seen in _MARKUP if mark in start[:4096].lower()), _XML)
    if _EDL.search(start[:8192]) and ":" in start[:8192]:
        return Seen(Kind.TIMELINE, "text/x-edl", "an edit decision list")
    return _TEXT


def _json_document(text: str) -> Seen:
    found = _SCHEMA.match(text)
    if found and found.group(1) in _DOCUMENTS:
        kind = _DOCUMENTS[found.group(1)]
        return Seen(kind, "application/json", f"an Alice {kind.value} document")
    if '"OTIO_SCHEMA"' in text[:4096]:
        return Seen(Kind.TIMELINE, "application/vnd.otio+json", "an OpenTimelineIO timeline")
    try:
        json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        cut_off = re.match(r'\{\s*"[^"\\]*"\s*:', text)
        return _JSON if cut_off else _TEXT
    return _JSON
