"""Reading a JSON document field by field, with words for what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import TypeVar

from alice_core.errors import AliceError, MediaError
from alice_core.timing import parse_exact

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a document; reading a field that is missing or of another kind raises MediaError.

    Attributes:
        content: What JSON gave.
        where: Path of the object in the document, such as ``plan.shots[3]``.
    """

    content: dict[str, object]
    where: str

    @classmethod
    def of(cls, content: object, where: str) -> Fields:
        """The object at a place of the document."""
        if not isinstance(content, dict):
            raise _wrong(where, "an object", content)
        return cls(content, where)

    def text(self, name: str) -> str:
        """A text."""
        value = self._get(name)
        if not isinstance(value, str):
            raise _wrong(self._at(name), "a text", value)
        return value

    def whole(self, name: str, *, least: int | None = None) -> int:
        """A whole number."""
        value = self._get(name)
        if not isinstance(value, int) or isinstance(value, bool) or (least is not None and value < least):
            raise _wrong(self._at(name), "a whole number" + ("" if least is None else f" from {least}"), value)
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._get(name)
        if not isinstance(value, bool):
            raise _wrong(self._at(name), "true or false", value)
        return value

    def share(self, name: str) -> float:
        """A number from 0 to 1."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not (isfinite(value) and 0 <= value <= 1):
            raise _wrong(self._at(name), "a number from 0 to 1", value)
        return float(value)

    def exact(self, name: str) -> Fraction:
        """An exact number, written as text."""
        return self.read(name, parse_exact, 'an exact number as text, such as "1001/24000"')

    def read(self, name: str, parse: Callable[[str], T], expected: str) -> T:
        """A text, as ``parse`` understands it."""
        text = self.text(name)
        try:
            return parse(text)
        except (ArithmeticError, LookupError, ValueError, AliceError) as error:
            raise _wrong(self._at(name), expected, text) from error

    def nested(self, name: str) -> Fields:
        """An object."""
        return Fields.of(self._get(name), self._at(name))

    def optional(self, name: str) -> Fields | None:
        """An object, or ``None`` for null."""
        return None if self._get(name) is None else self.nested(name)

    def objects(self, name: str) -> Iterator[Fields]:
        """The objects of a list."""
        for index, item in enumerate(self._list(name)):
            yield Fields.of(item, f"{self._at(name)}[{index}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        items = self._list(name)
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise _wrong(f"{self._at(name)}[{index}]", "a text", item)
        return tuple(str(item) for item in items)

    def _list(self, name: str) -> list[object]:
        value = self._get(name)
        if not isinstance(value, list):
            raise _wrong(self._at(name), "a list", value)
        return value

    def _get(self, name: str) -> object:
        if name not in self.content:
            message = f"{self._at(name)} is missing"
            raise MediaError(message, hint="Plan the song again, or restore the document.")
        return self.content[name]

    def _at(self, name: str) -> str:
        return f"{self.where}.{name}"


def _wrong(where: str, expected: str, found: object) -> MediaError:
    shown = repr(found)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."  # noqa: PLR2004 - one line of a message
    return MediaError(
        f"{where} should be {expected}, not {shown}", hint="Plan the song again, or restore the document."
    )
