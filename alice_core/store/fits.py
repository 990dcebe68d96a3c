"""One condition on assets in its two forms: as a test of a row, and as the numbers that pass it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal_column, not_, or_, select, true

from alice_core.store.tables import AssetRow

Column = Any
"""A mapped column or an SQL expression; SQLAlchemy's own types for them do not share one that is useful here."""


@dataclass(frozen=True, slots=True)
class Fits:
    """A condition.

    Attributes:
        test: The condition on a row of ``assets``; for walking many assets that mostly pass.
        numbers: The numbers of the assets that pass, found by an index; for leading a query when they
            are few. ``None`` where there is no such way.
    """

    test: ColumnElement[bool]
    numbers: Select[Any] | None = None

    @property
    def leading(self) -> ColumnElement[bool]:
        """The condition in the form that leads a query, where there is one."""
        return self.test if self.numbers is None else AssetRow.number.in_(self.numbers)


def own(condition: ColumnElement[bool]) -> Fits:
    """A condition on columns of ``assets`` itself."""
    return Fits(condition, select(AssetRow.number).where(condition))


def through(table: Any, *conditions: ColumnElement[bool]) -> Fits:  # noqa: ANN401 - a mapped class
    """A condition on a row of another table with the asset's number."""
    test = exists(select(literal_column("1")).select_from(table).where(table.number == AssetRow.number, *conditions))
    return Fits(test, select(table.number).where(*conditions))


def by_digest(selected: Select[Any]) -> Fits:
    """A condition by digest: the assets whose digests a query gives."""
    numbers = select(AssetRow.number).where(AssetRow.digest.in_(selected))
    return Fits(AssetRow.digest.in_(selected), numbers)


def all_of(parts: Iterable[Fits]) -> Fits:
    """What passes every one."""
    some = list(parts)
    leading = next((one.numbers for one in some if one.numbers is not None), None)
    return Fits(and_(true(), *(one.test for one in some)), leading if len(some) == 1 else None)


def any_of(parts: Iterable[Fits]) -> Fits:
    """What passes at least one."""
    some = list(parts)
    test = or_(false(), *(one.test for one in some))
    ways = [one.numbers for one in some if one.numbers is not None]
    if not some or len(ways) < len(some):
        return Fits(test)
    together = ways[0].union(*ways[1:]).subquery() if len(ways) > 1 else ways[0].subquery()
    return Fits(test, select(together.c.number))


def none_of(part: Fits) -> Fits:
    """What does not pass."""
    return Fits(not_(part.test))


def glob(of: Column, pattern: str) -> ColumnElement[bool]:
    """Whether text fits a pattern with ``*`` and ``?``, without regard to case."""
    lowered = pattern.lower()
    if not re.search(r"[*?]", lowered):
        return func.lower(of) == lowered
    escaped = re.sub(r"([\\%_])", r"\\\1", lowered).replace("*", "%").replace("?", "_")
    return func.lower(of).like(escaped, escape="\\")


def globs(of: Column, patterns: Iterable[str]) -> ColumnElement[bool]:
    """Whether text fits any of several patterns."""
    return or_(false(), *(glob(of, pattern) for pattern in patterns))


def around(pattern: str) -> str:
    """A pattern that may stand anywhere in a text, unless it says where."""
    return pattern if re.search(r"[*?]", pattern) else f"*{pattern}*"
