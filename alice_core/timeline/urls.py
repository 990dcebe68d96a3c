"""File URLs (RFC 8089) of POSIX, Windows and UNC paths."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote

from alice_core.errors import ExportError

_LONG, _LONG_UNC = "//?/", "//?/UNC/"


def file_url(path: PurePath) -> str:
    """The file URL of an absolute path: UTF-8 in NFC, percent-encoded once.

    Every local path gets three slashes; only a UNC share puts its server in the host.
    Bytes of a POSIX name that are no UTF-8 are kept as they are on disk. Nothing is read
    from the disk, and paths of another system may be given as pure paths.

    Raises:
        ExportError: The path is relative (``ALICE-E00``).

    >>> from pathlib import PurePosixPath
    >>> file_url(PurePosixPath("/films/shot 1#a.png"))
    'file:///films/shot%201%23a.png'
    >>> file_url(PureWindowsPath("C:/films/100%.png"))
    'file:///C:/films/100%25.png'
    >>> file_url(PureWindowsPath("//nas/films/a.png"))
    'file://nas/films/a.png'
    """
    if not path.is_absolute():
        message = f"the media path {str(path)!r} is relative, so no editor could find it"
        raise ExportError(message, hint="Give the absolute path of the file.")
    text = path.as_posix()
    if not isinstance(path, PureWindowsPath):
        return "file://" + _encoded("/" + text.lstrip("/"))
    if text.startswith(_LONG_UNC):
        text = "//" + text[len(_LONG_UNC) :]
    elif text.startswith(_LONG):
        text = text[len(_LONG) :]
    if text.startswith("//"):
        return "file:" + _encoded(text)
    drive, rest = text[:2], text[2:]
    return f"file:///{drive}{_encoded(rest)}"


def _encoded(text: str) -> str:
    raw = unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")
    return quote(raw, safe="/-._~")
