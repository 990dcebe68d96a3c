"""Finding assets: a :class:`~alice_core.store.wanted.Wanted` as SQL for SQLite and PostgreSQL.

The newest assets that fit are wanted almost always, so no plan may sort what it found. Numbers grow
with time (:mod:`alice_core.store.numbers`): walking an index on numbers backwards gives the newest
first. The choice is between walking all assets and testing each (good where many fit), and gathering
the few that fit the rarest term (good where few do); a capped count of each term decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)

from alice_core.store import terms
from alice_core.store.fits import Fits
from alice_core.store.library_tables import (
    CollectionRow,
    CurationRow,
    ModelRow,
    SearchNameRow,
    SearchWordRow,
    TagRow,
    TagSynonymRow,
)
from alice_core.store.tables import AssetRow, ProjectRow
from alice_core.store.wanted import All, Term, Text, Vocabulary, Wanted

FEW = 5_000
"""So many candidates are gathered and sorted without being felt."""

MANY = 100_000
"""Beyond so many a term is not counted further."""

RANKED = 30_000
"""Of more hits than this only the newest are ranked, unless too few of them fit the rest of the query."""

_MATCH: ColumnElement[Any] = literal_column("asset_search")

_NAMES = 5_000


class Search:
    """The catalogue as it can be searched in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def numbers(self, wanted: Wanted) -> tuple[int, ...]:
        """The numbers of the assets that are wanted, in the order asked for."""
        conjuncts = _conjuncts(wanted.term)
        words = [one for one in conjuncts if terms.is_text(one)]
        plain = [terms.fits(one, self._connection) for one in conjuncts if not terms.is_text(one)]
        if not words:
            return self._without_text(wanted, plain)
        match = terms.match_expression(words, sqlite=self._sqlite)
        conditions = [one.test for one in plain]
        if not self._sqlite:
            return self._with_text_postgresql(wanted, match, conditions)
        conditions += terms.spans(conjuncts, literal_column("asset_search.rowid"))
        few = self._few(plain)
        if few is not None:
            conditions[few] = plain[few].leading
        if wanted.sort == "relevance":
            return self._ranked_sqlite(wanted, match, conditions, led=few is not None)
        return self._with_text_sqlite(wanted, match, conditions)

    def count(self, wanted: Wanted) -> int:
        """How many assets are wanted, whatever the limit."""
        found = [terms.fits(one, self._connection).test for one in _conjuncts(wanted.term)]
        return self._connection.scalar(select(func.count()).select_from(AssetRow).where(*found)) or 0

    def vocabulary(self) -> Vocabulary:
        """The names that questions may use; all of it lies in small tables, however many assets there are."""
        known = select(ModelRow.role, ModelRow.name).order_by(ModelRow.id)
        models = self._connection.execute(known.limit(_NAMES)).all()
        synonyms = select(TagSynonymRow.synonym, TagRow.name).join(TagRow, TagRow.id == TagSynonymRow.tag)
        names: dict[str, list[str]] = {}
        for kind, name in self._connection.execute(select(SearchNameRow.kind, SearchNameRow.name).limit(_NAMES)):
            names.setdefault(kind, []).append(name)
        return Vocabulary(
            models=tuple(dict.fromkeys(name for role, name in models if role != "lora")),
            loras=tuple(dict.fromkeys(name for role, name in models if role == "lora")),
            tags=tuple(self._connection.scalars(select(TagRow.name).order_by(TagRow.id).limit(_NAMES))),
            synonyms=tuple((synonym, tag) for synonym, tag in self._connection.execute(synonyms.limit(_NAMES))),
            projects=tuple(self._connection.scalars(select(ProjectRow.name).limit(_NAMES))),
            collections=tuple(self._connection.scalars(select(CollectionRow.name).limit(_NAMES))),
            generators=tuple(sorted(names.get("generator", ()))),
            samplers=tuple(sorted(names.get("sampler", ()))),
            schedulers=tuple(sorted(names.get("scheduler", ()))),
        )

    def occurs(self, words: Text) -> bool:
        """Whether any asset has these words."""
        return bool(self.numbers(Wanted(words, limit=1)))

    def alike(self, word: str, *, limit: int = 5) -> tuple[str, ...]:
        """Words that occur and are spelt like this one, by shared groups of three letters, likest first."""
        if len(word) < terms.SHORTEST_LIKE:
            return ()
        lowered = word.lower()
        if self._sqlite:
            parts = dict.fromkeys(lowered[at : at + 3] for at in range(len(lowered) - 2))
            query = " OR ".join(f'"{part}"' for part in parts if part.isalpha())
            if not query:
                return ()
            statement = text("SELECT word FROM word_search WHERE word_search MATCH :query LIMIT 5000")
            found = self._connection.execute(statement, {"query": query}).scalars()
        else:
            like = func.similarity(SearchWordRow.word, lowered)
            choice = select(SearchWordRow.word).where(SearchWordRow.word.op("%")(lowered))
            found = self._connection.scalars(choice.order_by(like.desc()).limit(200))
        return terms.likest(lowered, found, limit)

    def _without_text(self, wanted: Wanted, plain: Sequence[Fits]) -> tuple[int, ...]:
        conditions = [one.test for one in plain]
        lead = self._lead(plain, wanted)
        if lead is not None:
            conditions[lead] = plain[lead].leading
        return tuple(self._connection.scalars(_ordered(select(AssetRow.number).where(*conditions), wanted)))

    def _few(self, plain: Sequence[Fits]) -> int | None:
        """The place of a condition that leaves few candidates."""
        counted = ((self._capped(one, FEW), place) for place, one in enumerate(plain) if one.numbers is not None)
        return next((place for count, place in counted if count < FEW), None)

    def _lead(self, plain: Sequence[Fits], wanted: Wanted) -> int | None:
        """The place of the condition that should lead the query, ``None`` to walk all assets newest first."""
        few = self._few(plain)
        if few is not None or wanted.limit is None or not plain:
            return few
        counted = [(self._capped(one, MANY), place) for place, one in enumerate(plain) if one.numbers is not None]
        if not counted:
            return None
        least, place = min(counted)
        if wanted.sort not in {"newest", "oldest", "relevance"}:
            return place
        share = 1.0
        for count, _ in counted:
            share *= count / self._total() if count < MANY else 1.0
        # Walking looks at so many assets until the limit is reached, leading at all candidates.
        return place if least < MANY and least < wanted.limit / share else None

    def _total(self) -> int:
        if self._sqlite:
            # Assets are never removed, so that the last row's number is their count, at no cost.
            last = self._connection.scalar(select(func.max(literal_column("rowid"))).select_from(AssetRow))
        else:
            last = self._connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'assets'"))
        return max(MANY, int(last or 0))

    def _capped(self, one: Fits, most: int) -> int:
        if one.numbers is None:
            return most
        some = one.numbers.limit(most).subquery()
        return self._connection.scalar(select(func.count()).select_from(some)) or 0

    def _with_text_sqlite(
        self, wanted: Wanted, match: str, conditions: Sequence[ColumnElement[bool]]
    ) -> tuple[int, ...]:
        hits = table("asset_search", column("rowid"), column("rank"))
        found = _MATCH.op("MATCH")(match)
        query = select(hits.c.rowid.label("number")).where(found)
        if conditions or wanted.sort not in {"newest", "oldest"}:
            # CROSS JOIN keeps SQLite from turning the two round: the hits come newest first.
            joined = hits.join(AssetRow, literal_column("+asset_search.rowid") == AssetRow.number)
            query = select(AssetRow.number).select_from(joined).where(found, *conditions)
        if wanted.sort in {"newest", "oldest"}:
            order = hits.c.rowid.desc() if wanted.sort == "newest" else hits.c.rowid
            query = query.order_by(order)
            query = query if wanted.limit is None else query.limit(wanted.limit)
        else:
            query = _ordered(query, wanted)
        return tuple(self._connection.scalars(query))

    def _ranked_sqlite(
        self, wanted: Wanted, match: str, conditions: Sequence[ColumnElement[bool]], *, led: bool
    ) -> tuple[int, ...]:
        """The likest hits first. Of a very common word only the newest hits are ranked, as ranking is the cost."""
        newest = None if led or wanted.limit is None else self._floor(match)
        found = self._likest(wanted, match, conditions, newest)
        if newest is not None and len(found) < (wanted.limit or 0):
            found = self._likest(wanted, match, conditions, None)
        return found

    def _floor(self, match: str) -> int | None:
        """The number down to which hits are ranked; ``None`` for all of them."""
        statement = text(
            "SELECT rowid FROM asset_search WHERE asset_search MATCH :match ORDER BY rowid DESC LIMIT 1 OFFSET :most"
        )
        floor: int | None = self._connection.scalar(statement, {"match": match, "most": RANKED})
        return floor

    def _likest(
        self, wanted: Wanted, match: str, conditions: Sequence[ColumnElement[bool]], newest: int | None
    ) -> tuple[int, ...]:
        hits = table("asset_search", column("rowid"), column("rank"))
        joined = hits.join(AssetRow, literal_column("+asset_search.rowid") == AssetRow.number)
        query = select(AssetRow.number).select_from(joined).where(_MATCH.op("MATCH")(match), *conditions)
        if newest is not None:
            query = query.where(hits.c.rowid >= newest)
        query = query.order_by(hits.c.rank, hits.c.rowid.desc())
        return tuple(self._connection.scalars(query if wanted.limit is None else query.limit(wanted.limit)))

    def _with_text_postgresql(
        self, wanted: Wanted, match: str, conditions: Sequence[ColumnElement[bool]]
    ) -> tuple[int, ...]:
        words = table("asset_texts", column("number"), column("document"))
        asked = func.to_tsquery("alice", match)
        query = (
            select(AssetRow.number)
            .join(words, words.c.number == AssetRow.number)
            .where(words.c.document.op("@@")(asked), *conditions)
        )
        if wanted.sort == "relevance":
            query = query.order_by(func.ts_rank(words.c.document, asked).desc(), AssetRow.number.desc())
            query = query if wanted.limit is None else query.limit(wanted.limit)
        else:
            query = _ordered(query, wanted)
        return tuple(self._connection.scalars(query))


def _conjuncts(term: Term | None) -> tuple[Term, ...]:
    """The terms that all must hold, flat; what is trashed or belongs to a bigger result is told apart elsewhere."""
    if term is None:
        return ()
    if isinstance(term, All):
        return tuple(inner for one in term.terms for inner in _conjuncts(one))
    return (term,)


_RATING = select(CurationRow.rating).where(CurationRow.number == AssetRow.number).scalar_subquery()
_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": (AssetRow.number.desc(),),
    "relevance": (AssetRow.number.desc(),),
    "oldest": (AssetRow.number,),
    "best": (func.coalesce(_RATING, -1).desc(), AssetRow.number.desc()),
    "biggest": (AssetRow.size.desc(), AssetRow.number.desc()),
    "smallest": (AssetRow.size, AssetRow.number.desc()),
    "longest": (func.coalesce(AssetRow.seconds, 0).desc(), AssetRow.number.desc()),
    "shortest": (func.coalesce(AssetRow.seconds, 1e12), AssetRow.number.desc()),
    "name": (func.lower(AssetRow.name), AssetRow.number.desc()),
}


def _ordered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = query.order_by(*_ORDERS[wanted.sort])
    return query if wanted.limit is None else query.limit(wanted.limit)
