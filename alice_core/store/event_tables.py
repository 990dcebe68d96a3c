"""The tables of what reads the log: sinks, how far each is, and what one would not take.

With these all tables are known, so here it is said which of them are the domain's.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alice_core.store import ledger_tables  # noqa: F401 - its tables are the domain's too
from alice_core.store.library_tables import INDEX_TABLES
from alice_core.store.tables import Base, EventRow


class SinkRow(Base):
    """A place that events are sent to.

    ``settings`` is JSON without secrets, ``pattern`` says which types are sent, ``state`` is ``on`` or ``paused``.
    """

    __tablename__ = "sinks"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    settings: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    added: Mapped[str] = mapped_column(String(32))


class SinkProgressRow(Base):
    """How far a sink is: ``position`` is that of the last event it took; ``failures`` counts tries in a row."""

    __tablename__ = "sink_progress"

    sink: Mapped[str] = mapped_column(ForeignKey("sinks.name"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)
    tried: Mapped[str | None] = mapped_column(String(32))
    delivered: Mapped[str | None] = mapped_column(String(32))


class UndeliveredRow(Base):
    """An event that a sink refused for good; the rest went on without it."""

    __tablename__ = "undelivered"

    sink: Mapped[str] = mapped_column(ForeignKey("sinks.name"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event: Mapped[str] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer)
    time: Mapped[str] = mapped_column(String(32))


DOMAIN_TABLES = frozenset(Base.metadata.tables) - INDEX_TABLES - {EventRow.__tablename__, SinkProgressRow.__tablename__}
"""Tables whose rows may change only together with an event; how far a sink is, is no fact that anyone is told of."""
