"""One packet of XMP as a tree that can be changed and written again, with all that is not understood kept.

Only what is changed is touched: comments, other namespaces and what stands before and after the tree
stay. A document type or an entity has no business in a packet; one that has any is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, cast
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LONGEST = 4 << 20
"""The longest packet that is read, in bytes."""

_META = "{adobe:ns:meta/}"
_XML = "http://www.w3.org/XML/1998/namespace"
_KNOWN = {RDF[1:-1]: "rdf", _META[1:-1]: "x"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml\s[^>]{0,200}\?>")
_BEFORE = re.compile(r"(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->)*", re.DOTALL)
_END = re.compile(r"</[^<>]*>(?!.*</)", re.DOTALL)
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 100
_TOOLKIT = "AliceMultiverse"
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FINISH = '\n<?xpacket end="w"?>\n'


class Packet:
    """A packet; use :meth:`parse` or :meth:`empty`."""

    def __init__(self, root: ET.Element, prefixes: Mapping[str, str], around: tuple[str, str]) -> None:
        self._root = root
        self._prefixes = prefixes
        self._around = around
        found = root if root.tag == f"{RDF}RDF" else root.find(f"{RDF}RDF")
        if found is None:
            raise ValueError("it holds no RDF")
        self._rdf = found

    @classmethod
    def empty(cls) -> Packet:
        """A packet that says nothing."""
        root = ET.Element(f"{_META}xmpmeta", {f"{_META}xmptk": _TOOLKIT})
        rdf = ET.SubElement(root, f"{RDF}RDF")
        ET.SubElement(rdf, f"{RDF}Description", {f"{RDF}about": ""})
        return cls(root, {}, (_BEGIN, _FINISH))

    @classmethod
    def parse(cls, data: bytes) -> Packet:
        """The packet that bytes hold.

        Raises:
            ValueError: They hold none, it is too long or too deep, or has a document type or an entity.
        """
        if len(data) > LONGEST:
            raise ValueError("it is longer than 4 MiB")
        codec = next((codec for mark, codec in _BOMS if data.startswith(mark)), "utf-8")
        said = data.decode(codec).strip("\0\ufeff").lstrip()
        text = _DECLARED.sub("", said, count=1).lstrip()
        if _FORBIDDEN.search(text):
            raise ValueError("it has a document type or an entity")
        try:
            prefixes = _prefixes(text)
            builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
            root: ET.Element = ET.XML(text, ET.XMLParser(target=builder))  # noqa: S314 - entities are refused above
        except ET.ParseError as error:
            raise ValueError(f"it is no XML: {error}") from error
        before = _BEFORE.match(text)
        end = _END.search(text)
        declaration = _DECLARATION if len(text) < len(said) else ""
        around = (declaration + (text[: before.end()] if before else ""), text[end.end() :] if end else "")
        return cls(root, prefixes, around)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a property (``{namespace}name``): of a list each item, else one; none where it is not there."""
        found: list[str] = []
        for description in self._rdf.iterfind(f"{RDF}Description"):
            if description.get(name) is not None:
                found.append(description.get(name, ""))
            for element in description.iterfind(name):
                found += _values(element)
        return tuple(dict.fromkeys(value for value in found if value))

    def put(self, name: str, element: ET.Element | None) -> None:
        """Let a property be this element, whatever it was before; ``None`` takes it away."""
        for description in self._rdf.iterfind(f"{RDF}Description"):
            description.attrib.pop(name, None)
            for one in description.findall(name):
                description.remove(one)
        if element is None:
            return
        description_for_it = self._rdf.find(f"{RDF}Description")
        if description_for_it is None:
            description_for_it = ET.SubElement(self._rdf, f"{RDF}Description", {f"{RDF}about": ""})
        element.tail = "\n"
        description_for_it.append(element)

    def to_bytes(self, prefixes: Mapping[str, str]) -> bytes:
        """The packet as UTF-8.

        Args:
            prefixes: Prefixes for namespaces that it did not have before.

        Raises:
            ValueError: What would be written could not be read back.
        """
        if self._root.get(f"{_META}xmptk") == _TOOLKIT:
            ET.indent(self._root, " ")
        chosen = _chosen(self._root, {**prefixes, **self._prefixes})
        parts: list[str] = []
        _write(self._root, chosen, parts, top=True)
        data = (self._around[0] + "".join(parts) + self._around[1]).encode()
        try:
            ET.XML(data)
        except ET.ParseError as error:
            raise ValueError(f"it cannot be written again: {error}") from error
        return data


def _prefixes(text: str) -> dict[str, str]:
    """The prefix that a packet uses for each namespace.

    Raises:
        ValueError: It is too deep.
        xml.etree.ElementTree.ParseError: It is no XML.
    """
    parser: ET.XMLPullParser[Any] = ET.XMLPullParser(("start-ns", "start", "end"))
    parser.feed(text)
    parser.close()
    found: dict[str, str] = {}
    depth = 0
    for event, value in cast("Iterator[tuple[str, Any]]", parser.read_events()):
        if event == "start-ns":
            prefix, uri = value
            if prefix and prefix not in found.values():
                found.setdefault(uri, prefix)
            continue
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise ValueError("it is too deep")
    return found


def _values(element: ET.Element) -> list[str]:
    resource = element.get(f"{RDF}resource")
    if resource is not None:
        return [resource]
    items = [(item.text or "").strip() for item in element.iter(f"{RDF}li")]
    return items or [(element.text or "").strip()]


def _chosen(root: ET.Element, wanted: Mapping[str, str]) -> dict[str, str]:
    """A prefix for every namespace in a tree, no two alike."""
    chosen = {_XML: "xml"}
    numbers = count()
    for element in root.iter():
        names = [element.tag, *element.attrib] if isinstance(element.tag, str) else []
        for uri in (name[1:].partition("}")[0] for name in names if name.startswith("{")):
            if uri not in chosen:
                prefix = wanted.get(uri) or _KNOWN.get(uri)
                while prefix is None or prefix in chosen.values():
                    prefix = f"ns{next(numbers)}"
                chosen[uri] = prefix
    return chosen


def _write(element: ET.Element, prefixes: Mapping[str, str], parts: list[str], *, top: bool = False) -> None:
    if not isinstance(element.tag, str):  # a comment or a processing instruction
        mark = ("<!--", "-->") if element.tag is ET.Comment else ("<?", "?>")
        parts.append(mark[0] + (element.text or "") + mark[1])
    else:
        tag = _name(element.tag, prefixes)
        parts.append(f"<{tag}")
        if top:
            parts += [f' xmlns:{one}="{escape(uri)}"' for uri, one in prefixes.items() if uri != _XML]
        parts += [f" {_name(name, prefixes)}={quoteattr(_fit(value))}" for name, value in element.attrib.items()]
        if len(element) or element.text:
            parts.append(">" + _said(element.text))
            for one in element:
                _write(one, prefixes, parts)
            parts.append(f"</{tag}>")
        else:
            parts.append("/>")
    if not top:
        parts.append(_said(element.tail))


def _name(name: str, prefixes: Mapping[str, str]) -> str:
    if not name.startswith("{"):
        return name
    uri, _, rest = name[1:].partition("}")
    return f"{prefixes[uri]}:{rest}"


def _said(text: str | None) -> str:
    return escape(_fit(text or ""), {"\r": "&#13;"})


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
