"""XML of any origin, parsed without entities, external files or surprises in size."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from alice_core.errors import MissingExtra
from alice_core.music.interchange.text import LARGEST, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parsed(data: bytes, name: str) -> Element:
    """The root of an XML document.

    Raises:
        MediaError: It is too large, no XML, or declares entities, which no beat grid needs.
        MissingExtra: defusedxml is not installed.
    """
    try:
        from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - only when XML is read
        from defusedxml.ElementTree import fromstring  # noqa: PLC0415
    except ImportError as error:
        hint = 'Install it: pip install "alicemultiverse[beats-formats]"'
        raise MissingExtra("reading XML needs the package defusedxml", hint=hint) from error
    if len(data) > LARGEST:
        raise refusal(name, f"it is larger than {LARGEST // 2**20} MiB")
    try:
        root: Element = fromstring(data)
    except ParseError as error:
        raise refusal(name, f"it is no XML ({error})") from error
    except (DefusedXmlException, LookupError, ValueError) as error:
        raise refusal(name, f"it is XML that is not read ({type(error).__name__})") from error
    return root


def attribute(text: str) -> str:
    """Text as it stands in an attribute of XML, control characters left out."""
    clean = "".join(sign for sign in text if sign.isprintable() or sign == " ")
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        clean = clean.replace(sign, name)
    return clean
