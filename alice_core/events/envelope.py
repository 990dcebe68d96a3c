"""The envelope around every fact, in the shape of CloudEvents 1.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from alice_core.errors import IntegrityError
from alice_core.events.registry import Payload, Raw, newest
from alice_core.events.versions import downcast, payload_of, upcast

SOURCE = "/alice"
"""The ``source`` attribute of events that this program publishes."""

canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode
"""The JSON text that this program writes for a payload: keys in order, no spaces, no escapes but JSON's own."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that happened.

    Attributes:
        id: UUIDv7, unique for ever; readers drop repeats by it.
        type: ``alice.<room>.<past-tense fact>``.
        schema: Version of the payload's shape; 0 where an event of another program does not say one.
        subject: What it happened to, usually a digest or an identifier.
        time: RFC 3339, UTC.
        actor: Who did it, such as ``user:ada``.
        data: The payload; empty where its text is not a JSON object.
        project: Name of the project, where there is one.
        correlation: The same for all events of one command or run.
        causation: Identifier of the event that caused this one.
        seq: Number of its row in this store, once written.
        source: Which program published it.
        position: Place in the order of commits, without gaps, from 1; every reader's cursor. ``None`` until
            it is known to all readers.
        text: The payload's JSON exactly as it was stored or received; ``None`` where there is none yet, or
            where the payload was lifted since. ``null`` stands for no payload at all.
        erased: The digest of the payload, where that was erased.
        problem: Why the payload is not what its type and version say, where it is not; such an event is as it was
            stored, and not lifted.
        extensions: Attributes of another program's event that have no field here, in their order.
    """

    id: str
    type: str
    schema: int
    subject: str
    time: str
    actor: str
    data: Raw
    project: str | None = None
    correlation: str | None = None
    causation: str | None = None
    seq: int | None = None
    source: str = SOURCE
    position: int | None = None
    text: str | None = field(default=None, compare=False)
    erased: str | None = None
    problem: str | None = None
    extensions: tuple[tuple[str, str | int | bool], ...] = ()

    @property
    def payload_text(self) -> str:
        """The payload's JSON: the very text that was stored or received, as long as it was not lifted."""
        return canonical(self.data) if self.text is None else self.text

    @property
    def payload(self) -> Payload | None:
        """The payload as its model.

        ``None`` for types and versions not known here, for one that was erased, and where :attr:`problem` says
        why it cannot be read.

        Raises:
            IntegrityError: It is of a version known here, and not of its shape (``ALICE-I05``).
        """
        if self.erased is not None or self.problem is not None:
            return None
        try:
            return payload_of(self.type, self.schema, self.data)
        except ValidationError as error:
            what = f"the payload of event {self.id} is not that of {self.type} version {self.schema}: {_first(error)}"
            raise IntegrityError(what, hint="Compare it with: alice events schema", code="ALICE-I05") from error

    def to_cloudevent(self) -> dict[str, Any]:
        """The event as a CloudEvents 1.0 JSON object; absent attributes are left out.

        A text that is no JSON at all goes out as what it is, plain text.
        """
        if self.data or self.text is None:
            return {**self._attributes(), "data": self.data}
        value, readable = _parsed(self.text)
        if not readable:
            return {**self._attributes(), "datacontenttype": "text/plain", "data": self.text}
        return self._attributes() if value is None else {**self._attributes(), "data": value}

    def to_cloudevent_json(self) -> str:
        """The same as JSON text, on one line, around the very text of the payload: byte for byte as it came.

        Only line breaks between its members, which mean nothing in JSON, become spaces.
        """
        text = self.payload_text
        if not self.data and (text.strip() == "null" or not _parsed(text)[1]):
            return canonical(self.to_cloudevent())
        text = text.replace("\r", " ").replace("\n", " ")
        return f'{canonical(self._attributes())[:-1]},"data":{text}}}'

    def _attributes(self) -> dict[str, str | int | bool]:
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject or None,
            "time": self.time or None,
            "datacontenttype": "application/json",
            "schemaversion": self.schema or None,
            "actor": self.actor or None,
            "project": self.project,
            "correlationid": self.correlation,
            "causationid": self.causation,
            "sequence": None if self.position is None else str(self.position),
            "erased": self.erased,
            **dict(self.extensions),
        }
        return {name: value for name, value in attributes.items() if value is not None}


def decode(event: Event) -> Event:
    """The event with its payload read from its text, and lifted to the newest version this program knows.

    This is the one way in: every reader (store, file, network) passes what it read through here, with the ``text`` as
    it was, and ``data`` empty or the :func:`payload_data` of it. Unknown types and newer versions pass unchanged. It
    never raises: a payload that is not what its type and version say stays as it is, and :attr:`Event.problem` says
    what is wrong with it.
    """
    if event.erased is not None:
        return event
    if event.text is not None and not event.data:
        value, readable = _parsed(event.text)
        model = newest(event.type)
        known = model is not None and event.schema <= model.schema_version
        if not readable or (known and not isinstance(value, dict)):
            return replace(event, problem=f"the payload of event {event.id} is not a JSON object")
        if isinstance(value, dict) and value:
            event = replace(event, data=value)
    try:
        schema, data = upcast(event.type, event.schema, event.data)
    except IntegrityError as error:
        return replace(event, problem=f"event {event.id}: {error.message}")
    return event if schema == event.schema else replace(event, schema=schema, data=data, text=None)


def payload_data(text: str) -> Raw:
    """The payload that a text is; empty where it is not a JSON object, which :func:`decode` then looks into."""
    value, _ = _parsed(text)
    return value if isinstance(value, dict) else {}


def lowered(event: Event, targets: Mapping[str, int]) -> Event:
    """The event in the version of its type that a target declared it understands.

    Types that ``targets`` does not name, older events and payloads with a :attr:`Event.problem` come back as they are.

    Raises:
        ExportError: It cannot be written in that version (``ALICE-E04``).
        IntegrityError: The payload is not of the shape of its version (``ALICE-I05``).
    """
    if event.problem is not None or event.erased is not None:
        return event
    schema, data = downcast(event.type, event.schema, event.data, targets)
    return event if schema == event.schema else replace(event, schema=schema, data=data, text=None)


def _parsed(text: str) -> tuple[object, bool]:
    """The value of a JSON text and whether it is one."""
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def _first(error: ValidationError) -> str:
    """What is wrong and where, without the value, which may be long or nobody's business."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place or 'payload'}: {first['msg']}"
