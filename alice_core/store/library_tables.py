"""The tables of the library: where files lie, what they say of themselves, and what people say of them.

Rows here are keyed by an asset's *number* (:attr:`alice_core.store.tables.AssetRow.number`), which
grows with the time the asset was made: an index on ``(something, number)`` gives the newest first
without sorting, also over a million assets.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Double, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alice_core.store.tables import DIGEST, SEQUENCE, Base

NUMBER = BigInteger()
"""An asset's number."""


class RootRow(Base):
    """A folder in which files are known by their path relative to it; when it moves, this one row changes."""

    __tablename__ = "roots"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    path: Mapped[str] = mapped_column(Text, unique=True)
    device: Mapped[int | None] = mapped_column(BigInteger)
    inode: Mapped[int | None] = mapped_column(BigInteger)
    watched: Mapped[bool] = mapped_column(Boolean)
    added: Mapped[str] = mapped_column(String(32))


class LocationRow(Base):
    """A place that holds an asset's bytes, with the stat that vouches for it."""

    __tablename__ = "locations"

    root: Mapped[int] = mapped_column(BigInteger, ForeignKey("roots.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(DIGEST, ForeignKey("assets.digest"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    ctime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[int] = mapped_column(BigInteger, index=True)
    seen: Mapped[str] = mapped_column(String(32))


class FindingRow(Base):
    """A file that is there and could not be taken in, and why."""

    __tablename__ = "findings"

    root: Mapped[int] = mapped_column(BigInteger, ForeignKey("roots.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    ctime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[str] = mapped_column(String(32))


class BlockRow(Base):
    """A block of embedded metadata, byte for byte, once however many files carry it."""

    __tablename__ = "blocks"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class AssetBlockRow(Base):
    """Which blocks an asset carries, in the order of the file."""

    __tablename__ = "asset_blocks"

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    place: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(Text)
    block: Mapped[str] = mapped_column(DIGEST, ForeignKey("blocks.digest"), index=True)


class ReadingRow(Base):
    """What the readers made of an asset's blocks; derived again when there are better readers."""

    __tablename__ = "readings"

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    readers: Mapped[str] = mapped_column(String(32), index=True)
    generator: Mapped[str | None] = mapped_column(String(64))
    certainty: Mapped[str | None] = mapped_column(String(16))
    seed: Mapped[str | None] = mapped_column(String(24))
    steps: Mapped[int | None] = mapped_column(Integer)
    cfg: Mapped[float | None] = mapped_column(Double)
    sampler: Mapped[str | None] = mapped_column(String(64))
    scheduler: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_readings_generator_number", "generator", "number"),
        Index("ix_readings_seed_number", "seed", "number"),
    )


class ModelRow(Base):
    """A model that some asset names, in one role."""

    __tablename__ = "models"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    role: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("uq_models_role_name", "role", "name", unique=True),)


class ModelUseRow(Base):
    """Which assets name which model."""

    __tablename__ = "model_uses"

    model: Mapped[int] = mapped_column(BigInteger, ForeignKey("models.id"), primary_key=True)
    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, index=True)


class CurationRow(Base):
    """What people think of an asset; no row means that nobody has said anything."""

    __tablename__ = "curations"

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    rating: Mapped[int | None] = mapped_column(Integer)
    favourite: Mapped[bool] = mapped_column(Boolean)
    mark: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_curations_rating_number", "rating", "number"),
        Index("ix_curations_favourite_number", "favourite", "number"),
        Index("ix_curations_mark_number", "mark", "number"),
    )


class TagRow(Base):
    """A tag by its full name, ``style/neon`` below ``style``."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)


class TagSynonymRow(Base):
    """Another word for a tag."""

    __tablename__ = "tag_synonyms"

    synonym: Mapped[str] = mapped_column(String(255), primary_key=True)
    tag: Mapped[int] = mapped_column(BigInteger, ForeignKey("tags.id"))


class AssetTagRow(Base):
    """Which assets carry which tag."""

    __tablename__ = "asset_tags"

    tag: Mapped[int] = mapped_column(BigInteger, ForeignKey("tags.id"), primary_key=True)
    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, index=True)


class CollectionRow(Base):
    """A named choice of assets."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    created: Mapped[str] = mapped_column(String(32))


class CollectionAssetRow(Base):
    """Which assets are in which collection."""

    __tablename__ = "collection_assets"

    collection: Mapped[int] = mapped_column(BigInteger, ForeignKey("collections.id"), primary_key=True)
    number: Mapped[int] = mapped_column(NUMBER, primary_key=True, index=True)


class TrashRow(Base):
    """A file that was put into the trash, from where to where, and until when it is kept."""

    __tablename__ = "trash"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    digest: Mapped[str] = mapped_column(DIGEST, ForeignKey("assets.digest"), index=True)
    path: Mapped[str] = mapped_column(Text)
    kept: Mapped[str] = mapped_column(Text)
    thrown: Mapped[str] = mapped_column(String(32))
    until: Mapped[str] = mapped_column(String(32))


class AssetTextRow(Base):
    """The words an asset is found by; the search index lies over these columns."""

    __tablename__ = "asset_texts"

    number: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    prompt: Mapped[str] = mapped_column(Text)
    models: Mapped[str] = mapped_column(Text)
    labels: Mapped[str] = mapped_column(Text)
    places: Mapped[str] = mapped_column(Text)


class SearchWordRow(Base):
    """Every word that occurs, for finding the one that was meant by a misspelt one."""

    __tablename__ = "search_words"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    word: Mapped[str] = mapped_column(String(64), unique=True)


class SearchNameRow(Base):
    """Every generator, sampler and scheduler that some asset names: the vocabulary of questions."""

    __tablename__ = "search_names"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)


class AssetPromptRow(Base):
    """Which prompt an asset was made with, by the number of the prompt; none where it has no prompt."""

    __tablename__ = "asset_prompts"

    number: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=False)
    prompt: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_asset_prompts_prompt_number", "prompt", "number"),)


class PromptVectorRow(Base):
    """What a prompt means, as a model of language says: half floats, little-endian."""

    __tablename__ = "prompt_vectors"

    id: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    model: Mapped[str] = mapped_column(String(64))
    prompt: Mapped[int] = mapped_column(BigInteger)
    vector: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("uq_prompt_vectors_model_prompt", "model", "prompt", unique=True),
        Index("ix_prompt_vectors_model_id_prompt", "model", "id", "prompt"),
    )


INDEX_TABLES = frozenset(
    row.__tablename__ for row in (SearchNameRow, AssetTextRow, SearchWordRow, AssetPromptRow, PromptVectorRow)
)
"""Tables that only repeat, for searching, what others hold."""
