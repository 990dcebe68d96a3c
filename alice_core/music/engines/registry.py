"""The engines by name: those built in, and those that other packages bring.

A package brings one by an entry point of the group ``alice.analysers`` that names a class
without constructor arguments which has the members of :class:`~alice_core.music.engines.heard.Analyser`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from alice_core.errors import ConfigError, UsageError
from alice_core.music.engines.heard import Analyser

GROUP = "alice.analysers"

DEFAULT = "alice"
"""The engine that needs nothing installed."""

_BUILT_IN = {
    DEFAULT: ("built_in", "BuiltIn"),
    "beat-this": ("with_beat_this", "BeatThis"),
    "librosa": ("with_librosa", "Librosa"),
    "madmom": ("with_madmom", "Madmom"),
}
_MEMBERS = ("name", "version", "licence", "hear")


def analyser_names() -> tuple[str, ...]:
    """The names that :func:`get_analyser` knows, sorted; their packages need not be installed."""
    return tuple(sorted({*_BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))}))


def get_analyser(name: str = DEFAULT) -> Analyser:
    """The engine of that name; a built-in one is never replaced by another package's.

    Raises:
        UsageError: There is none (``ALICE-U00``).
        MissingExtra: Its package is not installed.
        ConfigError: A package's entry point leads to something that is no engine.
    """
    if name in _BUILT_IN:
        module, kind = _BUILT_IN[name]
        made: Analyser = getattr(import_module(f"alice_core.music.engines.{module}"), kind)()
        return made
    found = next((entry for entry in entry_points(group=GROUP) if entry.name == name), None)
    if found is None:
        raise UsageError(f"there is no engine {name!r}", hint=f"There is: {', '.join(analyser_names())}.")
    return _loaded(found)


def _loaded(entry: EntryPoint) -> Analyser:
    hint = f"Update or remove the package {entry.dist.name if entry.dist else entry.value}."
    try:
        analyser: Analyser = entry.load()()
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"the engine {entry.name!r} cannot be loaded from {entry.value}: {error}", hint=hint
        ) from error
    missing = [member for member in _MEMBERS if not hasattr(analyser, member)]
    if missing:
        raise ConfigError(f"the engine {entry.name!r} from {entry.value} has no {', '.join(missing)}", hint=hint)
    return analyser
