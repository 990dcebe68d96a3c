"""The look of a film, kept in one place: the style sheet of a project, ``alice.style/1``.

People write it in TOML, programs in JSON; both have the same names::

    look = "hand-tinted 16 mm film, soft halation"
    palette = ["deep teal", "gold"]
    lens = "35 mm, shallow focus"
    negative = ["text", "watermark"]
    references = ["sha256:..."]
    seeds = "shot"
    chain = false

    [[characters]]
    name = "Mia"
    words = "a woman of thirty with a red coat and short black hair"
    reference = "sha256:..."
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alice_core.errors import UsageError

SCHEMA = "alice.style/1"
LONGEST = 2000
"""Characters of one entry."""

_MOST = 32
_HINT = "See the form: alice project style --help"
_TEXTS = ("look", "lens")
_LISTS = ("palette", "negative", "references")
_NAMES = frozenset({*_TEXTS, *_LISTS, "seeds", "chain", "characters", "schema"})
_CHARACTER = frozenset({"name", "words", "reference"})


class SeedPolicy(StrEnum):
    """Which shots share a seed: none, those of sections of one label, or all."""

    SHOT = "shot"
    SECTION = "section"
    FILM = "film"


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody, or something, that must look the same in every shot that names it.

    Attributes:
        name: As prompts name it.
        words: What it looks like.
        reference: Digest of a picture of it, if there is one.
    """

    name: str
    words: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """What every shot of a film shares.

    Attributes:
        look: Medium, light, texture, in words.
        palette: Colours, in words or as ``#rrggbb``; they take the place of those that the planner chose.
        lens: Focal length, depth, movement, in words.
        characters: Who appears; only those that a prompt names go into it.
        references: Digests of pictures whose style is meant.
        negative: What must not be seen.
        seeds: Which shots share a seed.
        chain: Whether a clip ends on the picture with which the next shot of its section begins.
    """

    look: str = ""
    palette: tuple[str, ...] = ()
    lens: str = ""
    characters: tuple[Character, ...] = ()
    references: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    seeds: SeedPolicy = SeedPolicy.SHOT
    chain: bool = False

    @property
    def empty(self) -> bool:
        """Whether it asks for nothing."""
        return self == StyleSheet()


def to_document(sheet: StyleSheet) -> bytes:
    """The sheet as JSON in UTF-8; the same sheet gives the same bytes."""
    content = {
        "schema": SCHEMA,
        "look": sheet.look,
        "palette": list(sheet.palette),
        "lens": sheet.lens,
        "characters": [_character_content(one) for one in sheet.characters],
        "references": list(sheet.references),
        "negative": list(sheet.negative),
        "seeds": sheet.seeds.value,
        "chain": sheet.chain,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read_style(text: str, name: str) -> StyleSheet:
    """The sheet that a text in TOML or JSON holds.

    Args:
        text: The text.
        name: What it is called in messages.

    Raises:
        UsageError: It is neither, or says something that a sheet does not know; the message names it.
    """
    try:
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} cannot be read: {error}", hint=_HINT) from error
    return style_of(content, name)


def style_of(content: Mapping[str, object], name: str) -> StyleSheet:
    """The sheet of names and values; what is missing is empty.

    Raises:
        UsageError: A name is unknown, or a value is none that it can have.
    """
    _known(content, _NAMES, name)
    if content.get("schema", SCHEMA) != SCHEMA:
        raise UsageError(f"{name}: schema is {content['schema']!r}; this version reads {SCHEMA!r}", hint=_HINT)
    texts = {one: _text(content, one, name) for one in _TEXTS}
    lists = {one: _texts(content, one, name) for one in _LISTS}
    chain = content.get("chain", False)
    if not isinstance(chain, bool):
        raise UsageError(f"{name}: chain is {chain!r}, not true or false", hint=_HINT)
    try:
        seeds = SeedPolicy(str(content.get("seeds", "shot")))
    except ValueError as error:
        choices = ", ".join(SeedPolicy)
        raise UsageError(f"{name}: seeds is {content['seeds']!r}; it can be {choices}", hint=_HINT) from error
    return StyleSheet(
        look=texts["look"],
        palette=lists["palette"],
        lens=texts["lens"],
        characters=_characters(content, name),
        references=tuple(_digest(one, f"{name}: references") for one in lists["references"]),
        negative=lists["negative"],
        seeds=seeds,
        chain=chain,
    )


def _characters(content: Mapping[str, object], name: str) -> tuple[Character, ...]:
    value = content.get("characters", [])
    if not isinstance(value, list) or len(value) > _MOST or not all(isinstance(one, dict) for one in value):
        raise UsageError(f"{name}: characters is no list of at most {_MOST} tables", hint=_HINT)
    found = tuple(_character(one, f"{name}: characters[{index}]") for index, one in enumerate(value))
    names = [one.name.casefold() for one in found]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise UsageError(f"{name}: two characters are named {twice!r}", hint="Give each a name of its own.")
    return found


def _character(content: Mapping[str, object], where: str) -> Character:
    _known(content, _CHARACTER, where)
    who, words = _text(content, "name", where), _text(content, "words", where)
    if not who or not words:
        raise UsageError(f"{where}: a character needs a name and words", hint=_HINT)
    reference = _text(content, "reference", where)
    return Character(who, words, _digest(reference, f"{where}.reference") if reference else None)


def _character_content(one: Character) -> dict[str, object]:
    content: dict[str, object] = {"name": one.name, "words": one.words}
    return content if one.reference is None else {**content, "reference": one.reference}


def _known(content: Mapping[str, object], names: frozenset[str], where: str) -> None:
    unknown = next((one for one in content if one not in names), None)
    if unknown is not None:
        known = ", ".join(sorted(names - {"schema"}))
        raise UsageError(f"{where}: {unknown!r} is unknown", hint=f"There is: {known}.")


def _text(content: Mapping[str, object], name: str, where: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise UsageError(f"{where}: {name} is no text of at most {LONGEST} characters", hint=_HINT)
    return " ".join(value.split())


def _texts(content: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
    value = content.get(name, [])
    if not isinstance(value, list) or len(value) > _MOST:
        raise UsageError(f"{where}: {name} is no list of at most {_MOST} texts", hint=_HINT)
    found = tuple(_text({name: one}, name, where) for one in value)
    return tuple(one for one in found if one)


def _digest(text: str, where: str) -> str:
    hexadecimal = text.removeprefix("sha256:")
    if len(hexadecimal) != 64 or hexadecimal.strip("0123456789abcdef"):  # noqa: PLR2004 - digits of a sha256
        raise UsageError(f"{where}: {text[:80]!r} is no digest", hint="Find it with: alice show PICTURE")
    return f"sha256:{hexadecimal}"
