"""XML from strangers: no entities, no files fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def parsed_xml(data: bytes) -> Element:
    """The root element of a document that declares no entity.

    Raises:
        ValueError: The document is no XML, or declares an entity.
    """
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - only when an XML file is read

    from defusedxml import DefusedXmlException  # noqa: PLC0415 - likewise
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - likewise

    try:
        root: Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        message = "it declares an entity"
        raise ValueError(message) from error
    except (ParseError, LookupError) as error:
        message = f"it is no XML ({error})"
        raise ValueError(message) from error
    return root


def child_text(element: Element | None, path: str, default: str = "") -> str:
    """The text of a child without blanks around it, or the default where there is none."""
    found = element.findtext(path) if element is not None else None
    return found.strip() if found and found.strip() else default
