"""The words that assets are found by, kept beside the tables they come from.

SQLite searches them with FTS5, PostgreSQL with a generated ``tsvector`` column. Whoever changes what
an asset is called, where it lies or what people say of it calls :meth:`Texts.refresh`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, text

from alice_core.media.packed import clean
from alice_core.store.assets import Asset, Assets
from alice_core.store.labels import Labels
from alice_core.store.library_tables import AssetTextRow, SearchWordRow
from alice_core.store.metadata import Metadata, Reading
from alice_core.store.places import Places
from alice_core.store.tables import RecipeOutputRow, RecipeRow
from alice_core.store.upsert import insert_new
from alice_core.store.vectors import Vectors

COLUMNS = ("name", "prompt", "models", "labels", "places")
_MANY = 400
_WORD = re.compile(r"[^\W\d_]{4,24}")
_LONGEST = 100_000
"""Of a prompt so many characters are searched; nobody looks for the words after them."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one asset, by where they come from: names, prompts, models, labels, folders."""

    name: str
    prompt: str
    models: str
    labels: str
    places: str

    def columns(self) -> dict[str, str]:
        """The words by column."""
        return {name: getattr(self, name) for name in COLUMNS}


def words_of(asset: Asset, names: Sequence[str], reading: Reading | None, labels: Sequence[str]) -> Words:
    """The words that an asset is found by.

    Args:
        asset: The asset.
        names: The relative or whole paths it lies at.
        reading: What its file says of itself.
        labels: Tags, collections, mark, reason, note and operations. A project is asked for by its field:
            its name says nothing of the single asset.
    """
    generation = reading.embedded.generation if reading else None
    tags = " ".join(reading.embedded.tags.values()) if reading else ""
    prompt = " ".join(part for part in (asset.words, generation.prompt if generation else None, tags) if part)
    models = " ".join(use.name for use in generation.models) if generation else ""
    generator = generation.generator if generation else ""
    files = dict.fromkeys([asset.name, *(_last(name) for name in names)])
    folders = dict.fromkeys(part for name in names for part in _folders(name))
    return Words(
        clean(_spaced(" ".join(files))),
        clean(prompt[:_LONGEST]),
        clean(_spaced(f"{models} {generator}")),
        clean(" ".join(labels)),
        clean(_spaced(" ".join(folders))),
    )


class Texts:
    """The search words of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._fts = connection.dialect.name == "sqlite"

    def add(self, words: dict[int, Words]) -> None:
        """Keep the words of assets that had none."""
        if not words:
            return
        rows = [{"number": number, **one.columns()} for number, one in words.items()]
        self._connection.execute(insert(AssetTextRow), rows)
        if self._fts:
            self._connection.execute(_FTS_ADD, rows)
        self._learn(f"{one.prompt} {one.models} {one.labels} {one.name}" for one in words.values())

    def refresh(self, digests: Iterable[str]) -> None:
        """Gather the words of assets anew from everything that is known of them."""
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), _MANY):
            assets = Assets(self._connection).many(wanted[start : start + _MANY])
            if assets:
                self._replace(list(assets.values()))

    def _replace(self, assets: list[Asset]) -> None:
        numbers = [asset.number for asset in assets]
        digests = [asset.digest for asset in assets]
        readings = Metadata(self._connection).readings(numbers)
        places = Places(self._connection).of_many(digests)
        labels = self._labels(assets)
        fresh = {
            asset.number: words_of(
                asset,
                [str(place.path) for place in places.get(asset.digest, ())],
                readings.get(asset.number),
                labels.get(asset.number, ()),
            )
            for asset in assets
        }
        query = select(*AssetTextRow.__table__.columns).where(AssetTextRow.number.in_(numbers))
        before = {row["number"]: dict(row) for row in self._connection.execute(query).mappings()}
        same = {
            number for number, row in before.items() if {name: row[name] for name in COLUMNS} == fresh[number].columns()
        }
        stale = [row for number, row in before.items() if number not in same]
        if stale:
            if self._fts:
                self._connection.execute(_FTS_DELETE, stale)
            self._connection.execute(
                delete(AssetTextRow).where(AssetTextRow.number.in_([row["number"] for row in stale]))
            )
            other = [row["number"] for row in stale if row["prompt"] != fresh[row["number"]].prompt]
            Vectors(self._connection).forget(other)
        self.add({number: words for number, words in fresh.items() if number not in same})

    def _labels(self, assets: list[Asset]) -> dict[int, tuple[str, ...]]:
        numbers = {asset.digest: asset.number for asset in assets}
        known = Labels(self._connection)
        found: dict[int, tuple[str, ...]] = {}
        for some in (known.tags(list(numbers.values())), known.collections(list(numbers.values()))):
            for number, names in some.items():
                found[number] = (*found.get(number, ()), *names)
        for number, one in known.curations(list(numbers.values())).items():
            said = (part for part in (one.mark, one.reason, one.note) if part)
            found[number] = (*found.get(number, ()), *said)
        made = select(RecipeOutputRow.digest, RecipeRow.operation).join(
            RecipeRow, RecipeRow.key == RecipeOutputRow.recipe
        )
        for digest, name in self._connection.execute(made.where(RecipeOutputRow.digest.in_(list(numbers))).distinct()):
            found[numbers[digest]] = (*found.get(numbers[digest], ()), name.replace(".", " "))
        return found

    def _learn(self, texts: Iterable[str]) -> None:
        """Remember the words that occur, for finding the one that was meant by a misspelt one."""
        words = {word.lower() for some in texts for word in _WORD.findall(some)}
        wanted = sorted(words)
        fresh: list[str] = []
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            query = select(SearchWordRow.word).where(SearchWordRow.word.in_(some))
            known = set(self._connection.scalars(query))
            fresh += [word for word in some if word not in known]
        if not fresh:
            return
        insert_new(self._connection, SearchWordRow, [{"word": word} for word in fresh])
        if self._fts:
            for start in range(0, len(fresh), _MANY):
                pairs = select(SearchWordRow.id, SearchWordRow.word)
                rows = self._connection.execute(pairs.where(SearchWordRow.word.in_(fresh[start : start + _MANY])))
                self._connection.execute(_WORD_ADD, [{"id": number, "word": word} for number, word in rows])


_FTS_ADD = text(
    "INSERT INTO asset_search (rowid, name, prompt, models, labels, places)"
    " VALUES (:number, :name, :prompt, :models, :labels, :places)"
)
_FTS_DELETE = text(
    "INSERT INTO asset_search (asset_search, rowid, name, prompt, models, labels, places)"
    " VALUES ('delete', :number, :name, :prompt, :models, :labels, :places)"
)
_WORD_ADD = text("INSERT INTO word_search (rowid, word) VALUES (:id, :word)")


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _folders(path: str) -> list[str]:
    return re.split(r"[/\\]", path)[:-1][-4:]


def _spaced(name: str) -> str:
    """A name with its parts beside it: people look for ``tiger`` in ``NeonTiger_00012.png`` too."""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    parts = re.sub(r"[_\-.+]", " ", parts)
    parts = re.sub(r"([^\W\d_])(\d)", r"\1 \2", parts)
    return name if parts == name else f"{name} {parts}"
