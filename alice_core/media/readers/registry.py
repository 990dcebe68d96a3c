"""All readers of metadata, ours and those that are installed, and what they say of one file together.

A package adds a reader by an entry point of the group ``alice.readers`` that names a
:class:`~alice_core.media.readers.base.Reader` or a class of one without arguments.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from types import NoneType
from typing import Any

from alice_core.media.generation import Candidate, Certainty, Credentials, Embedded, Generation, ModelUse
from alice_core.media.packed import clean
from alice_core.media.readers import exif, tags, xmp
from alice_core.media.readers.a1111 import A1111
from alice_core.media.readers.alice import Alice
from alice_core.media.readers.base import Given, Reader
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.drawthings import DrawThings
from alice_core.media.readers.easydiffusion import EasyDiffusion
from alice_core.media.readers.fooocus import Fooocus
from alice_core.media.readers.invokeai import InvokeAI
from alice_core.media.readers.midjourney import Midjourney
from alice_core.media.readers.novelai import NovelAI
from alice_core.media.readers.swarmui import SwarmUI

READERS: tuple[Reader, ...] = (
    Alice(),
    SwarmUI(),
    InvokeAI(),
    NovelAI(),
    Fooocus(),
    DrawThings(),
    Midjourney(),
    EasyDiffusion(),
    ComfyUI(),
    A1111(),
)
"""Our own, those that know their file by a mark of its own first, the one that takes any infotext last."""

READERS_VERSION: str
"""A short digest over the names and versions of all readers: where it differs, one of them may say something else."""

DEADLINE = 2.0
"""Seconds for all readers of one file: when they are over, no further reader is asked."""

_GROUP = "alice.readers"
_KINDS: dict[str, tuple[type, ...]] = {
    "generator": (str,),
    "reader": (str,),
    "version": (int,),
    "models": (tuple,),
    **dict.fromkeys(("seed", "steps", "width", "height"), (int, NoneType)),
    "certainty": (Certainty,),
    "candidates": (tuple,),
    "extra": (Mapping,),
}
_CREDENTIALS = ("cabx", "c2pa", "jumbf")
_FACTS = (("exif", exif.VERSION), ("xmp", xmp.VERSION), ("tags", tags.VERSION))


@dataclass(frozen=True, slots=True)
class Installed:
    """The readers of this installation.

    Attributes:
        readers: In the order in which they are asked: others' just before the one that takes any infotext.
        findings: Which readers of others could not be used, and why.
    """

    readers: tuple[Reader, ...]
    findings: tuple[str, ...] = ()


def read_embedded(given: Given, installed: Installed | None = None) -> Embedded:
    """What the blocks of a file say, as far as the readers understand it; content credentials stay unread.

    All text of it can be stored: without zero bytes and halves of characters.

    Args:
        given: The blocks.
        installed: Other readers than those of this installation.
    """
    findings: list[str] = []
    generation = _first(given, (installed or installed_readers()).readers, findings)
    if any(xmp.read_xmp(one.data) is None for one in xmp.xmp_blocks(given)):
        findings.append("The XMP packet is damaged, too long or has a document type, and was not read.")
    embedded = Embedded(
        generation=generation,
        source_type=xmp.source_type(xmp.xmp_of(given).source_type),
        credentials=Credentials("unread") if _has_credentials(given) else None,
        camera=exif.camera_facts(given),
        tags=tags.song_tags(given),
        findings=tuple(findings),
    )
    clean: Embedded = _storable(embedded)
    return clean


@cache
def installed_readers() -> Installed:
    """Our readers and those of other packages; found out once a process.

    A reader that cannot be loaded, is no reader, or has a name that is taken is left out with a finding.
    """
    *ours, last = READERS
    found: list[Reader] = []
    findings: list[str] = []
    for entry in sorted(entry_points(group=_GROUP), key=lambda one: one.name):
        reader = _loaded(entry, findings)
        if reader is None:
            continue
        if any(reader.name == one.name for one in (*READERS, *found)):
            findings.append(f"The reader {entry.name} ({entry.value}) is not used: {reader.name} is taken.")
        else:
            found.append(reader)
    return Installed((*ours, *found, last), tuple(findings))


def __getattr__(name: str) -> str:
    if name == "READERS_VERSION":  # others' readers count too, and are looked for only when somebody asks
        return _version(installed_readers())
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _version(installed: Installed) -> str:
    lines = [f"{one.name} {one.version}" for one in installed.readers] + [f"{name} {of}" for name, of in _FACTS]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _first(given: Given, readers: tuple[Reader, ...], findings: list[str]) -> Generation | None:
    """What the first reader says that has something to say."""
    until = time.monotonic() + DEADLINE
    for reader in readers:
        if time.monotonic() > until:
            findings.append(f"Reading took too long; {reader.name} and later readers were not asked.")
            return None
        try:
            generation = reader.read(given)
            if generation is None:
                continue
            wrong = _wrong(generation)
        except Exception as error:  # noqa: BLE001 - a reader may be anybody's code, and no file may stop an ingest
            findings.append(f"The reader {reader.name} failed: {type(error).__name__}: {error}")
            continue
        if wrong is None:
            return generation
        findings.append(f"The reader {reader.name} gave no generation that can be used: {wrong}.")
    return None


def _wrong(generation: Generation) -> str | None:
    """What keeps a reader's answer from being stored; ``None`` where nothing does."""
    if not isinstance(generation, Generation):
        return f"it is {type(generation).__name__}"
    for name in Generation.__dataclass_fields__:
        value = getattr(generation, name)
        kind = _KINDS.get(name, (str, NoneType))
        if not isinstance(value, kind) or isinstance(value, bool):
            return f"its {name} is {type(value).__name__}"
    parts = all(isinstance(one, ModelUse) for one in generation.models) and all(
        isinstance(one, Candidate) for one in generation.candidates
    )
    named = all(isinstance(key, str) and isinstance(value, str) for key, value in generation.extra.items())
    return None if parts and named else "a part of it has the wrong type"


def _storable(value: Any) -> Any:  # noqa: ANN401 - any part of what was read
    """The same with every text cleaned as databases want it; the very same object where there is nothing to clean."""
    kind: type[object] = type(value)
    if kind is str:
        return clean(value)
    if kind is tuple:
        parts = tuple(map(_storable, value))
        return value if all(map(operator.is_, parts, value)) else parts
    if isinstance(value, Mapping):
        return {_storable(key): _storable(one) for key, one in value.items()} if value else value
    names = getattr(kind, "__dataclass_fields__", ())
    changed = {name: new for name in names if (new := _storable(old := getattr(value, name))) is not old}
    return replace(value, **changed) if changed else value


def _loaded(entry: EntryPoint, findings: list[str]) -> Reader | None:
    try:
        loaded = entry.load()
        reader = loaded() if isinstance(loaded, type) else loaded
        fits = isinstance(reader.name, str) and type(reader.version) is int and callable(reader.read)
    except Exception as error:  # noqa: BLE001 - importing foreign code may fail in any way
        findings.append(f"The reader {entry.name} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}")
        return None
    if not fits:
        findings.append(f"The reader {entry.name} ({entry.value}) is none: it needs a name, a version and read().")
        return None
    checked: Reader = reader
    return checked


def _has_credentials(given: Given) -> bool:
    return any(one.place.casefold().rpartition(":")[2] in _CREDENTIALS for one in given.blocks)
