"""The terms of a query as conditions on assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import ColumnElement, Connection, Numeric, and_, cast, func, literal_column, or_, select, text, true

from alice_core.store.fields import match
from alice_core.store.fits import Column, Fits, all_of, any_of, none_of, own, through
from alice_core.store.library_tables import AssetTagRow, AssetTextRow, CurationRow, LocationRow, ReadingRow
from alice_core.store.numbers import number_of
from alice_core.store.tables import AssetRow
from alice_core.store.wanted import All, AnyOf, Match, Not, Range, State, Term, Text

SHORTEST_LIKE = 4
"""Shorter words are not taken for misspelt ones."""

LIKED = 4
"""From this rating on an asset is liked."""

_ALIKE = 0.72
_WORDS = re.compile(r"\w+", re.UNICODE)


def is_text(term: Term) -> bool:
    """Whether a term is about words alone, so that the full-text index can answer it whole."""
    if isinstance(term, Text):
        return bool(_WORDS.findall(term.words))
    return isinstance(term, AnyOf | All) and bool(term.terms) and all(is_text(one) for one in term.terms)


def match_expression(words: Sequence[Term], *, sqlite: bool) -> str:
    """The words as a query of FTS5, or of ``to_tsquery``; every term must be about words."""
    return (" AND " if sqlite else " & ").join(_expression(one, sqlite=sqlite) for one in words)


def _expression(term: Term, *, sqlite: bool) -> str:
    if isinstance(term, Text):
        parts = _WORDS.findall(term.words)
        if sqlite:
            return f'"{" ".join(parts)}"{"*" if term.prefix else ""}'
        quoted = [f"'{part}'" for part in parts]
        quoted[-1] += ":*" if term.prefix else ""
        return "(" + " <-> ".join(quoted) + ")"
    if not isinstance(term, AnyOf | All):
        raise TypeError(f"{term} is not about words")
    sign = (" OR ", " | ") if isinstance(term, AnyOf) else (" AND ", " & ")
    return "(" + sign[not sqlite].join(_expression(one, sqlite=sqlite) for one in term.terms) + ")"


def fits(term: Term, connection: Connection) -> Fits:
    """A term as a condition on assets.

    Raises:
        ValueError: A field or state is none.
    """
    if isinstance(term, All):
        return all_of(fits(one, connection) for one in term.terms)
    if isinstance(term, AnyOf):
        return any_of(fits(one, connection) for one in term.terms)
    if isinstance(term, Not):
        return none_of(fits(term.term, connection))
    if isinstance(term, Text):
        return _holds_words(term, connection)
    if isinstance(term, Match):
        return match(term, connection)
    return _range(term) if isinstance(term, Range) else _state(term)


def _holds_words(term: Text, connection: Connection) -> Fits:
    if not _WORDS.findall(term.words):
        return Fits(true())
    sqlite = connection.dialect.name == "sqlite"
    expression = match_expression((term,), sqlite=sqlite)
    if sqlite:
        hit = literal_column("asset_search").op("MATCH")(expression)
        number: Column = literal_column("rowid", AssetRow.number.type).label("number")
        hits: Any = select(number).select_from(text("asset_search")).where(hit)
    else:
        hits = select(AssetTextRow.number).where(
            literal_column("asset_texts.document").op("@@")(func.to_tsquery("alice", expression))
        )
    return Fits(AssetRow.number.in_(hits), hits)


_OWN: dict[str, Column] = {
    "size": AssetRow.size,
    "width": AssetRow.width,
    "height": AssetRow.height,
    "seconds": AssetRow.seconds,
    "fps": AssetRow.fps,
    "cost": AssetRow.cost,
    "added": AssetRow.added,
}
_THROUGH: dict[str, tuple[Any, Column]] = {
    "rating": (CurationRow, CurationRow.rating),
    "steps": (ReadingRow, ReadingRow.steps),
    "cfg": (ReadingRow, ReadingRow.cfg),
}


def _range(term: Range) -> Fits:
    if term.field == "made":
        return own(_made(term))
    if term.field == "seed":
        return through(ReadingRow, _seed(term))
    if term.field == "copies":
        copies = select(func.count()).select_from(LocationRow).where(LocationRow.digest == AssetRow.digest)
        return Fits(_between(copies.scalar_subquery(), term))
    if term.field in _OWN:
        of = _OWN[term.field]
        return own(and_(of.is_not(None), _between(of, term)))
    if term.field in _THROUGH:
        table, of = _THROUGH[term.field]
        return through(table, of.is_not(None), _between(of, term))
    raise ValueError(f"there is no number or time {term.field}")


_LEAST = "sha256:" + "0" * 64


def spans(conjuncts: Sequence[Term], number: Column) -> list[ColumnElement[bool]]:
    """The times of making among terms that all must hold, as conditions on another column with the numbers."""
    return [_made(one, number) for one in conjuncts if isinstance(one, Range) and one.field == "made"]


def _made(term: Range, number: Column = AssetRow.number) -> ColumnElement[bool]:
    """Times of making, by the number that grows with them: that is what the index is on."""
    found: list[ColumnElement[bool]] = [true()]
    if isinstance(term.low, str):
        found.append(number >= number_of(term.low, _LEAST))
    if isinstance(term.high, str):
        found.append(number < number_of(term.high, _LEAST))
    return and_(*found)


def _seed(term: Range) -> ColumnElement[bool]:
    if term.low is not None and term.low == term.high and not term.above and not term.below:
        return ReadingRow.seed == str(int(Decimal(term.low)))
    # Seeds are text, as some have 64 bits without a sign; ranges of them are rare.
    return and_(ReadingRow.seed.is_not(None), _between(cast(ReadingRow.seed, Numeric(24, 0)), term))


def _between(of: Column, term: Range) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [true()]
    if term.low is not None:
        low = _end(term.low)
        found.append(of > low if term.above else of >= low)
    if term.high is not None:
        high = _end(term.high)
        found.append(of < high if term.below or isinstance(high, str) else of <= high)
    return and_(*found)


def _end(value: Decimal | str) -> float | str:
    return value if isinstance(value, str) else float(value)


_other = AssetRow.__table__.alias("other")
_STATES: dict[str, Fits] = {
    "favourite": through(CurationRow, CurationRow.favourite.is_(True)),
    "liked": through(
        CurationRow,
        or_(CurationRow.favourite.is_(True), CurationRow.mark == "hero", CurationRow.rating >= LIKED),
    ),
    "rated": through(CurationRow, CurationRow.rating.is_not(None)),
    "tagged": through(AssetTagRow),
    "marked": through(CurationRow, CurationRow.mark.is_not(None)),
    "noted": through(CurationRow, CurationRow.note.is_not(None)),
    "missing": Fits(
        ~select(literal_column("1")).select_from(LocationRow).where(LocationRow.digest == AssetRow.digest).exists()
    ),
    "trashed": own(AssetRow.trashed.is_not(None)),
    "duplicate": Fits(
        select(literal_column("1"))
        .select_from(_other)
        .where(_other.c.content == AssetRow.content, _other.c.digest != AssetRow.digest)
        .exists()
    ),
    "generated": through(ReadingRow, ReadingRow.generator.is_not(None)),
    "prompted": through(AssetTextRow, AssetTextRow.prompt != ""),
    "uncertain": through(ReadingRow, ReadingRow.certainty == "uncertain"),
    # Nearly no asset is a companion: the test must not tempt SQLite to use the index on leaders.
    "companion": Fits(
        func.coalesce(AssetRow.leader, "") != "", select(AssetRow.number).where(AssetRow.leader.is_not(None))
    ),
}


def _state(term: State) -> Fits:
    if term.name not in _STATES:
        raise ValueError(f"there is no state {term.name}")
    return _STATES[term.name]


def likest(word: str, candidates: Iterable[str], limit: int) -> tuple[str, ...]:
    """The candidates that are spelt most like a word, likest first; nothing that is not much alike."""
    ratios = []
    for one in candidates:
        if abs(len(one) - len(word)) <= max(2, len(word) // 3):
            matcher = SequenceMatcher(None, word, one, autojunk=False)
            if matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                ratios.append((-matcher.ratio(), one))
    return tuple(one for _, one in sorted(ratios)[:limit])
