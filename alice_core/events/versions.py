"""Reading old versions of a payload, and writing old ones for readers that ask for them.

An *upcaster* lifts a payload by one version and is applied when an event is read; a *downcaster* lowers it by
one and is applied only for a target that declared which version it understands. Both are pure functions from
dict to dict, registered beside the payload class of the type. The scheme is that of stored facts in event
sourcing (Young, *Versioning in an Event Sourced System*, 2017) and of OpenTimelineIO's schema versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alice_core.errors import ExportError, IntegrityError
from alice_core.events.registry import Payload, Raw, newest

Step = Callable[[Raw], Raw]
"""Gives the payload of the next, or the last, version; leaves its argument as it is."""

_UPCASTERS: dict[tuple[str, int], Step] = {}
_DOWNCASTERS: dict[tuple[str, int], Step] = {}

_GARBAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What a step, which expects the shape of its version, raises when it meets something else."""


def upcaster(name: str, version: int) -> Callable[[Step], Step]:
    """Register a pure function that lifts a stored payload of ``version`` to the next version."""
    return _registrar(_UPCASTERS, name, version, "upcasters")


def downcaster(name: str, version: int) -> Callable[[Step], Step]:
    """Register a pure function that lowers a payload of ``version`` to the version before it."""
    return _registrar(_DOWNCASTERS, name, version, "downcasters")


def _registrar(steps: dict[tuple[str, int], Step], name: str, version: int, what: str) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        if (name, version) in steps:
            raise ValueError(f"{name} version {version} has two {what}")
        steps[name, version] = step
        return step

    return register


def upcast(name: str, version: int, data: Raw) -> tuple[int, Raw]:
    """The payload lifted as far as this version of Alice can, with the version it then has.

    Unknown types and versions newer than ours come back as they are.

    Raises:
        IntegrityError: There never was such a version, or the payload is not of its shape (``ALICE-I05``).
    """
    model = newest(name)
    while model is not None and version < model.schema_version:
        step = _UPCASTERS.get((name, version))
        if step is None:
            raise _misshapen(f"there is no version {version} of {name}")
        data = _stepped(step, name, version, data)
        version += 1
    return version, data


def payload_of(name: str, version: int, data: Raw) -> Payload | None:
    """The checked payload, or ``None`` where the type or its version is not known here.

    Raises:
        pydantic.ValidationError: The type and version are ours but the data is not of that shape.
        IntegrityError: An old version could not be lifted (``ALICE-I05``).
    """
    version, data = upcast(name, version, data)
    model = newest(name)
    if model is None or version != model.schema_version:
        return None
    return model.model_validate(data)


def downcast(name: str, version: int, data: Raw, targets: Mapping[str, int]) -> tuple[int, Raw]:
    """The payload lowered to the version that ``targets`` asks for its type, with the version it then has.

    Types that ``targets`` does not name, and versions that are old enough, come back as they are.

    Raises:
        ExportError: No step leads to that version (``ALICE-E04``).
        IntegrityError: The payload is not of the shape of its version (``ALICE-I05``).
    """
    wanted = targets.get(name, version)
    while version > wanted:
        step = _DOWNCASTERS.get((name, version))
        if step is None:
            raise ExportError(
                f"{name} version {version} cannot be written as version {wanted}",
                hint=f"Ask for a version that can be written: {', '.join(map(str, writable(name))) or 'none'}.",
                code="ALICE-E04",
            )
        data = _stepped(step, name, version, data)
        version -= 1
    return version, data


def writable(name: str) -> tuple[int, ...]:
    """The versions in which events of a type can be written, newest first; none where the type is not known."""
    model = newest(name)
    if model is None:
        return ()
    version = model.schema_version
    found = [version]
    while (name, version) in _DOWNCASTERS:
        version -= 1
        found.append(version)
    return tuple(found)


def _stepped(step: Step, name: str, version: int, data: Raw) -> Raw:
    try:
        return step(data)
    except _GARBAGE as error:
        what = f"the payload is not that of {name} version {version}: {type(error).__name__}: {error}"
        raise _misshapen(what) from error


def _misshapen(what: str) -> IntegrityError:
    return IntegrityError(what, hint="The event is kept as it is; ask whoever wrote it.", code="ALICE-I05")
