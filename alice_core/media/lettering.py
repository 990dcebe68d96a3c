"""Fonts that are always there: Pillow's embedded Aileron, then whatever the system has, then plain letters.

A text is drawn in one font that has all of its characters if there is one, so that a
Cyrillic or Japanese line looks like one line. A character that no installed font has is
spelled out (``Ж`` as ``Zh``, 🔥 as ``(fire)``), never drawn as an empty box.
"""

from __future__ import annotations

import functools
import os
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont, features

_PROBE = 20
"""Pixels of the size at which a font is asked for its characters."""

_SELECTORS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
_MOST_FONTS = 300
_PREFERRED = ("dejavusans.", "notosans-regular", "notosanscjk", "arialunicode", "arial unicode", "segoeui.", "pingfang")
_NEVER = ("bold", "italic", "oblique", "light", "mono", "condensed", "black", "thin", "emoji")

_CYRILLIC = "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh"
_CYRILLIC_END = "щ=shch ъ=' ы=y ь=' э=e ю=yu я=ya"
_GREEK = "α=a β=b γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r ς=s σ=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
_PLAIN = str.maketrans("—–−•×", "---·x")
"""Typographic signs that are not worth another font: the embedded one has their plain neighbours."""
_LETTERS = {pair[0]: pair[2:] for pair in f"{_CYRILLIC} {_CYRILLIC_END} {_GREEK}".split()}


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters that one font draws: the font at its size, the text, its advance in pixels."""

    font: ImageFont.FreeTypeFont
    text: str
    advance: float


@functools.lru_cache(maxsize=256)
def face(size: int, path: str | None = None) -> ImageFont.FreeTypeFont:
    """The font file at ``path``, or the embedded one, at a size in pixels."""
    if path is None:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):  # pragma: no cover - Pillow built without FreeType
            raise TypeError("Pillow has no FreeType, so it cannot draw text at a size")
        return font
    shaped = features.check("raqm")
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, size, layout_engine=engine)


@functools.lru_cache(maxsize=4096)
def runs(text: str, size: int) -> tuple[Run, ...]:
    """The text as it will be drawn, left to right, at a size in pixels (at least 1)."""
    clean = _clean(text)
    path = _font_for(clean)
    if path != "":
        return (_run(clean, size, path),)
    pieces: list[tuple[str | None, str]] = []
    for char in clean:
        own = _font_for(char)
        spelled = _spelled(char) if own == "" else char
        where = None if own == "" else own
        if pieces and pieces[-1][0] == where:
            pieces[-1] = (where, pieces[-1][1] + spelled)
        else:
            pieces.append((where, spelled))
    return tuple(_run(piece, size, where) for where, piece in pieces)


def _run(text: str, size: int, path: str | None) -> Run:
    font = face(size, path)
    return Run(font, text, font.getlength(text))


@functools.lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    """One line without what cannot be drawn: controls, lone surrogates, private and unassigned characters."""
    kept = []
    for char in unicodedata.normalize("NFC", text).translate(_PLAIN):
        kind = unicodedata.category(char)
        if char.isspace():
            kept.append(" ")
        elif kind in {"Cf", "Cc"} or char in _SELECTORS:
            continue  # joiners, direction marks, variation selectors: nothing to see
        elif kind in {"Cs", "Co", "Cn"}:
            kept.append(f"<{ord(char):X}>")
        else:
            kept.append(char)
    return "".join(kept)


@functools.lru_cache(maxsize=4096)
def _font_for(text: str) -> str | None:
    """The first font with every character of the text: ``None`` is the embedded one, ``""`` is none at all."""
    wanted = {char for char in text if not char.isspace()}
    if all(_has(None, char) for char in wanted):
        return None
    return next((path for path in _system_fonts() if all(_has(path, char) for char in wanted)), "")


@functools.lru_cache(maxsize=65536)
def _has(path: str | None, char: str) -> bool:
    """Whether a font draws a character as something else than its missing-character box."""
    box = _missing(path)
    if box is None:
        return False
    mask, _ = _probe_face(path).getmask2(char)
    drawn = (mask.size, bytes(mask))
    return drawn != box


@functools.lru_cache(maxsize=512)
def _missing(path: str | None) -> tuple[tuple[int, int], bytes] | None:
    """What a font draws for a character it lacks; ``None`` for a font that cannot be used."""
    try:
        mask, _ = _probe_face(path).getmask2("\U0010fffe")
    except OSError:  # bitmap-only fonts have no free size, damaged ones nothing at all
        return None
    return mask.size, bytes(mask)


@functools.lru_cache(maxsize=512)
def _probe_face(path: str | None) -> ImageFont.FreeTypeFont:
    if path is None:
        return face(_PROBE)
    return ImageFont.truetype(path, _PROBE, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=1)
def _system_fonts() -> tuple[str, ...]:
    """Installed font files, the plain and widely covering ones first."""
    found: list[Path] = []
    for folder in _font_folders():
        found += sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".ttf", ".otf", ".ttc"})
    found.sort(key=lambda path: (_rank(path.name.lower()), path.name, str(path)))
    return tuple(str(path) for path in found[:_MOST_FONTS])


def _rank(name: str) -> int:
    if name.startswith(_PREFERRED):
        return 0
    return 2 if any(word in name for word in _NEVER) else 1


def _font_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        folders = [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    elif sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
        folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts"]
    return [folder for folder in folders if folder.is_dir()]


def _spelled(char: str) -> str:
    """A character in letters that the embedded font has, readable where that is possible."""
    letters = _LETTERS.get(char.lower())
    if letters is not None:
        return letters.capitalize() if char.isupper() else letters
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    if plain != char and all(_has(None, part) for part in plain):
        return plain
    name = unicodedata.name(char, "")
    if unicodedata.category(char).startswith("M"):
        return ""
    last = name.rpartition(" ")[2].lower()
    if "CJK" in name or not name:
        return f"<{ord(char):X}>"
    if unicodedata.category(char).startswith("L"):
        return last
    return f"({name.lower()})" if len(name) < 20 else f"({last})"  # noqa: PLR2004 - a long name would fill the line
