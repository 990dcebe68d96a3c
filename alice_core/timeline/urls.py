"""File URLs (RFC 8089) of POSIX, Windows and UNC paths."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote, unquote_to_bytes

from alice_core.errors import ExportError

_DRIVE = re.compile(r"/?[A-Za-z]:[/\\]")
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


def path_of_url(url: str) -> str:
    """The path that a URL or a bare path means, with forward slashes; empty for no file.

    Two slashes before a drive and backslashes, which some programs write, are understood;
    :func:`url_fault` says what is wrong with them.

    >>> path_of_url("file:///films/shot%201.png")
    '/films/shot 1.png'
    >>> path_of_url("file://localhost/C%3a/films/a.png")
    'C:/films/a.png'
    >>> path_of_url("file://nas/films/a.png")
    '//nas/films/a.png'
    """
    if not url.lower().startswith("file:"):
        return "" if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", url) else url
    raw = url[5:].replace("\\", "/")
    text = unquote_to_bytes(raw).decode("utf-8", "surrogateescape")
    text = re.sub("^//localhost/", "/", text, flags=re.IGNORECASE)
    if text.startswith("///"):
        text = text[2:]
    if _DRIVE.match(text.lstrip("/")):
        return text.lstrip("/")
    return text


def url_fault(url: str) -> str | None:
    """What is wrong with a file URL, in words; ``None`` for a good one, a bare path or no URL.

    >>> url_fault("file://d:/films/a.png")
    'a drive needs three slashes before it'
    """
    if not url.lower().startswith("file:"):
        return None
    rest = url[5:]
    plain = unquote_to_bytes(rest).decode("utf-8", "replace")
    wrong = {
        "it holds backslashes": "\\" in rest,
        "it holds letters that should be percent-encoded": not url.isascii() or any(sign in url for sign in ' "<>'),
        "a per cent sign in it is no escape": re.search("%(?![0-9A-Fa-f]{2})", rest) is not None,
        "a drive needs three slashes before it": re.match(r"/{0,2}[A-Za-z]:[/\\]", plain) is not None,
        "it is relative": not rest.startswith("/"),
    }
    return next((words for words, holds in wrong.items() if holds), None)


def _encoded(text: str) -> str:
    raw = unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")
    return quote(raw, safe="/-._~")
