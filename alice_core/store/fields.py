"""The text fields of a query (:class:`~alice_core.store.wanted.Match`) as conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, false, func, literal_column, or_, select

from alice_core.store.fits import Column, Fits, around, by_digest, glob, globs, own, through
from alice_core.store.library_tables import (
    AssetTagRow,
    AssetTextRow,
    CollectionAssetRow,
    CollectionRow,
    CurationRow,
    LocationRow,
    ModelRow,
    ModelUseRow,
    ReadingRow,
    RootRow,
    TagRow,
    TagSynonymRow,
)
from alice_core.store.tables import AssetRow, ProjectAssetRow, ProjectRow, RecipeOutputRow, RecipeRow
from alice_core.store.wanted import Match

Build = Callable[[Sequence[str], Connection], Fits]


def match(term: Match, connection: Connection) -> Fits:
    """A text field that fits any of several patterns.

    Raises:
        ValueError: There is no such field.
    """
    if term.field not in _BUILDERS:
        raise ValueError(f"there is no text field {term.field}")
    return _BUILDERS[term.field](term.patterns, connection)


def _kinds(patterns: Sequence[str], _connection: Connection) -> Fits:
    return own(AssetRow.kind.in_([pattern.lower() for pattern in patterns]))


def _own(of: Column) -> Build:
    return lambda patterns, _connection: own(globs(of, patterns))


def _models(role: Callable[[Column], Column]) -> Build:
    def build(patterns: Sequence[str], connection: Connection) -> Fits:
        wanted = globs(ModelRow.name, [_model_pattern(one) for one in patterns])
        ids = list(connection.scalars(select(ModelRow.id).where(role(ModelRow.role), wanted)))
        return through(ModelUseRow, ModelUseRow.model.in_(ids))

    return build


def _model_pattern(pattern: str) -> str:
    """A model is also meant by its name without folder and ending."""
    return pattern if re.search(r"[*?.\\/]", pattern) else f"*{pattern}*"


def _projects(patterns: Sequence[str], _connection: Connection) -> Fits:
    member = select(ProjectAssetRow.digest).join(ProjectRow, ProjectRow.id == ProjectAssetRow.project)
    return by_digest(member.where(globs(ProjectRow.name, patterns)))


def _tags(patterns: Sequence[str], connection: Connection) -> Fits:
    """A tag, everything below it, and what its synonyms mean."""
    meant = list(patterns)
    synonyms = select(TagRow.name).join(TagSynonymRow, TagSynonymRow.tag == TagRow.id)
    meant += connection.scalars(synonyms.where(globs(TagSynonymRow.synonym, patterns)))
    wanted = [glob(TagRow.name, form) for one in meant for form in (one, f"{one}/*")]
    ids = list(connection.scalars(select(TagRow.id).where(or_(false(), *wanted))))
    return through(AssetTagRow, AssetTagRow.tag.in_(ids))


def _collections(patterns: Sequence[str], connection: Connection) -> Fits:
    ids = list(connection.scalars(select(CollectionRow.id).where(globs(CollectionRow.name, patterns))))
    return through(CollectionAssetRow, CollectionAssetRow.collection.in_(ids))


def _digests(of: Column, algorithm: str) -> Build:
    def build(patterns: Sequence[str], _connection: Connection) -> Fits:
        lowered = (pattern.lower() for pattern in patterns)
        starts = [one if ":" in one else f"{algorithm}:{one}" for one in lowered]
        # Digests are hexadecimal, so that the next text after all of a start is easily named.
        return own(or_(false(), *((of >= start) & (of < start + "g") for start in starts)))

    return build


def _read(of: Column) -> Build:
    return lambda patterns, _connection: through(ReadingRow, globs(of, patterns))


def _read_json(*path: str) -> Build:
    def build(patterns: Sequence[str], connection: Connection) -> Fits:
        value = _json(ReadingRow.data, "readings.data", path, connection)
        return through(ReadingRow, globs(value, [around(one) for one in patterns]))

    return build


def _json(of: Column, name: str, path: Sequence[str], connection: Connection) -> Column:
    if connection.dialect.name == "sqlite":
        return func.json_extract(of, "$." + ".".join(path))
    return func.jsonb_extract_path_text(literal_column(f"{name}::jsonb"), *path)


def _said(of: Column) -> Build:
    return lambda patterns, _connection: through(CurationRow, globs(of, patterns))


def _notes(patterns: Sequence[str], _connection: Connection) -> Fits:
    return through(CurationRow, globs(CurationRow.note, [around(one) for one in patterns]))


def _paths(patterns: Sequence[str], _connection: Connection) -> Fits:
    return _somewhere([around(one) for one in patterns])


def _folders(patterns: Sequence[str], _connection: Connection) -> Fits:
    clean = [pattern.rstrip("/") for pattern in patterns]
    return _somewhere([f"{one}/*" if one.startswith("/") else f"*/{one}/*" for one in clean])


def _somewhere(patterns: Sequence[str]) -> Fits:
    whole = RootRow.path + "/" + LocationRow.path
    places = select(LocationRow.digest).join(RootRow, RootRow.id == LocationRow.root)
    return by_digest(places.where(globs(whole, patterns)))


def _extensions(patterns: Sequence[str], _connection: Connection) -> Fits:
    return own(globs(AssetRow.name, [f"*.{pattern.lstrip('.')}" for pattern in patterns]))


def _operations(patterns: Sequence[str], _connection: Connection) -> Fits:
    made = select(RecipeOutputRow.digest).join(RecipeRow, RecipeRow.key == RecipeOutputRow.recipe)
    return by_digest(made.where(globs(RecipeRow.operation, patterns)))


def _codecs(patterns: Sequence[str], connection: Connection) -> Fits:
    parts = (_json(AssetRow.facts, "assets.facts", (part, "codec"), connection) for part in ("picture", "sound"))
    return own(or_(*(func.coalesce(globs(value, patterns), false()) for value in parts)))


def _prompts(patterns: Sequence[str], _connection: Connection) -> Fits:
    return through(AssetTextRow, globs(AssetTextRow.prompt, [around(one) for one in patterns]))


_BUILDERS: dict[str, Build] = {
    "kind": _kinds,
    "model": _models(lambda role: role != "lora"),
    "lora": _models(lambda role: role == "lora"),
    "project": _projects,
    "tag": _tags,
    "collection": _collections,
    "digest": _digests(AssetRow.digest, "sha256"),
    "content": _digests(AssetRow.content, "blake3"),
    "name": _own(AssetRow.name),
    "path": _paths,
    "in": _folders,
    "ext": _extensions,
    "mime": _own(AssetRow.mime),
    "sampler": _read(ReadingRow.sampler),
    "scheduler": _read(ReadingRow.scheduler),
    "generator": _read(ReadingRow.generator),
    "mark": _said(CurationRow.mark),
    "note": _notes,
    "prompt": _prompts,
    "negative": _read_json("generation", "negative"),
    "codec": _codecs,
    "operation": _operations,
    "camera": _read_json("camera", "Model"),
    "artist": _read_json("tags", "artist"),
}
