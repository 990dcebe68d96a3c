"""Objects of an AAF file, made without asking for the same definitions again; importing this loads pyaaf2.

pyaaf2 seeks a property's definition by name through all classes above an object's own each
time one is set, which is most of the time of a file of a thousand clips. Here each is sought
once a file, by pyaaf2 itself, and remembered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from aaf2.core import AAFObject
from aaf2.properties import Property, WeakRefProperty


class _Definition(NamedTuple):
    """Where a property of a class is kept and how its value becomes bytes."""

    pid: int
    format: int
    kind: Any
    typedef: Any
    definition: Any


class Objects:
    """Makes the objects of one file.

    Args:
        file: An open ``aaf2`` file.
    """

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - pyaaf2 has no types
        self._file = file
        self._classes: dict[str, Any] = {}
        self._definitions: dict[tuple[str, str], _Definition] = {}
        self._references: dict[tuple[str, str, str], Any] = {}
        self._datadefs: dict[str, Any] = {}

    def new(self, name: str, **values: Any) -> Any:  # noqa: ANN401
        """An object of the class with these properties, in their order.

        ``DataDefinition`` is given by its short name, such as ``picture``.
        """
        known = self._classes.get(name)
        if known is None:
            known = self._classes[name] = self._file.metadict.lookup_class(name)
        made = known.__new__(known)
        made.root = self._file
        if known is AAFObject:  # a class that pyaaf2 has no Python for
            made.class_id = self._file.metadict.lookup_classdef(name).auid
        for key, value in values.items():
            self._put(made, name, key, value)
        return made

    def _put(self, made: Any, name: str, key: str, value: Any) -> None:  # noqa: ANN401
        if key == "DataDefinition":
            self._put_datadef(made, name, value)
            return
        known = self._definition(made, name, key)
        held = known.kind(made, known.pid, known.format)
        held._propertydef = known.definition  # noqa: SLF001 - what pyaaf2 would find and keep there itself
        if known.kind is Property:
            held.data = known.typedef.encode(value)
            made.property_entries[known.pid] = held
        else:
            held.value = value

    def _put_datadef(self, made: Any, name: str, kind: str) -> None:  # noqa: ANN401
        """A reference to a data definition: of one class and kind always the same bytes."""
        known = self._definition(made, name, "DataDefinition")
        first = self._references.get((name, "DataDefinition", kind))
        held = WeakRefProperty(made, known.pid, known.format)
        held._propertydef = known.definition  # noqa: SLF001 - see above
        if first is None:
            if kind not in self._datadefs:
                self._datadefs[kind] = self._file.dictionary.lookup_datadef(kind)
            held.value = self._datadefs[kind]
            self._references[name, "DataDefinition", kind] = held
            return
        held.data, held.ref = first.data, first.ref
        held.weakref_index, held.key_pid, held.key_size = first.weakref_index, first.key_pid, first.key_size
        made.property_entries[known.pid] = held

    def _definition(self, made: Any, name: str, key: str) -> _Definition:  # noqa: ANN401
        known = self._definitions.get((name, key))
        if known is None:
            found = made[key]
            known = _Definition(found.pid, found.format, type(found), found.typedef, found.propertydef)
            self._definitions[name, key] = known
        return known
