"""The tables, as typed SQLAlchemy models.

Reading and bulk writing go through Core statements over these models (the ORM's unit of
work costs seven times as much a row); the models give names and types.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DIGEST = String(71)
"""``sha256:`` and 64 hexadecimal digits."""

SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")
"""A rising number that both databases give by themselves."""


_UNSEALED = text("position IS NULL")
_CAUSED = text("causation IS NOT NULL")


class Base(DeclarativeBase):
    """Common naming of constraints, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AssetRow(Base):
    """Some bytes, known by their digest.

    ``number`` grows with ``made`` (see :func:`alice_core.store.numbers.number_of`); the numbers of
    ``width`` to ``fps`` only serve to filter, ``facts`` has them exact. ``leader`` is the asset whose
    companion this one is, ``likeness`` the perceptual hash, ``looked`` how far the later looks went.
    """

    __tablename__ = "assets"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[str | None] = mapped_column(DIGEST, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    mime: Mapped[str] = mapped_column(String(127))
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[float | None] = mapped_column(Double)
    fps: Mapped[float | None] = mapped_column(Double)
    facts: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    made: Mapped[str] = mapped_column(String(32))
    added: Mapped[str] = mapped_column(String(32), index=True)
    leader: Mapped[str | None] = mapped_column(DIGEST, index=True)
    trashed: Mapped[str | None] = mapped_column(String(32))
    likeness: Mapped[int | None] = mapped_column(BigInteger)
    looked: Mapped[int] = mapped_column(Integer)
    cost: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))

    __table_args__ = (
        Index("uq_assets_number", "number", unique=True),
        Index("ix_assets_kind_number", "kind", "number"),
        Index("ix_assets_looked", "looked"),
    )


class ProjectRow(Base):
    """A film in the making."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    brief: Mapped[str] = mapped_column(Text)
    created: Mapped[str] = mapped_column(String(32))
    style: Mapped[str] = mapped_column(Text, server_default="")
    archived: Mapped[str | None] = mapped_column(String(32))


class ProjectAssetRow(Base):
    """An asset's place in a project."""

    __tablename__ = "project_assets"

    project: Mapped[str] = mapped_column(String(36), ForeignKey("projects.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(DIGEST, ForeignKey("assets.digest"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_project_assets_digest", "digest"),)


class RecipeRow(Base):
    """One derivation that was carried out."""

    __tablename__ = "recipes"

    key: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    operation: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int] = mapped_column(Integer)
    parameters: Mapped[str] = mapped_column(Text)
    take: Mapped[int] = mapped_column(Integer)
    made: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(255))
    event: Mapped[str] = mapped_column(String(36))


class RecipeInputRow(Base):
    """What a derivation read, in order."""

    __tablename__ = "recipe_inputs"

    recipe: Mapped[str] = mapped_column(DIGEST, ForeignKey("recipes.key"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    role: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(DIGEST, ForeignKey("assets.digest"), index=True)


class RecipeOutputRow(Base):
    """What a derivation gave, in order."""

    __tablename__ = "recipe_outputs"

    recipe: Mapped[str] = mapped_column(DIGEST, ForeignKey("recipes.key"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    role: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(DIGEST, ForeignKey("assets.digest"), index=True)


class EventRow(Base):
    """The log of everything that happened, which is also the outbox.

    ``position`` counts the committed events from 1 without a gap, and is the cursor of every reader; ``hash``
    chains them in that order (:mod:`alice_core.events.chain`). SQLite, with its one writer, gives both in the
    transaction; on PostgreSQL they come after the commit (:mod:`alice_core.store.seal`), in the order of ``xid``,
    the transaction. ``erased`` is the digest of a payload that was erased.
    """

    __tablename__ = "events"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    type: Mapped[str] = mapped_column(String(128), index=True)
    schemaversion: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(Text)
    time: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(255))
    project: Mapped[str | None] = mapped_column(String(255))
    correlation: Mapped[str | None] = mapped_column(String(36), index=True)
    causation: Mapped[str | None] = mapped_column(String(36))
    data: Mapped[str] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased: Mapped[str | None] = mapped_column(String(64))
    xid: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_events_subject", "subject"),
        # SQLite goes by seq, which is the same there: this index has no rows then, and costs a commit nothing.
        Index("uq_events_position", "position", unique=True, sqlite_where=_UNSEALED),
        Index("ix_events_causation", "causation", sqlite_where=_CAUSED, postgresql_where=_CAUSED),
        Index("ix_events_unsealed", "xid", "seq", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),
        {"sqlite_autoincrement": True},
    )
