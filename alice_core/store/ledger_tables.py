"""The tables of money: budgets, and one row for each request to a provider with what it cost.

Amounts are billionths of their currency (:mod:`alice_core.store.money`). What is empty text
means "any": a budget without a run is for all runs of its project.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alice_core.store.tables import DIGEST, Base


class BudgetRow(Base):
    """A limit: of everything, a project, a run of it, or a shot.

    ``most`` in all, ``daily`` a day, ``ask_above`` for one request without approval; warned at ``warn`` per cent.
    """

    __tablename__ = "budgets"

    project: Mapped[str] = mapped_column(String(36), primary_key=True)
    run: Mapped[str] = mapped_column(String(64), primary_key=True)
    shot: Mapped[str] = mapped_column(String(64), primary_key=True)
    currency: Mapped[str] = mapped_column(String(8))
    most: Mapped[int | None] = mapped_column(BigInteger)
    daily: Mapped[int | None] = mapped_column(BigInteger)
    ask_above: Mapped[int | None] = mapped_column(BigInteger)
    warn: Mapped[int] = mapped_column(Integer)
    changed: Mapped[str] = mapped_column(String(32))


class JobRow(Base):
    """One request to a provider, from the moment that money was set aside for it.

    ``state`` is ``submitting``, ``submitted``, ``made``, ``refused``, ``failed``, ``cancelled``, ``doubt`` or
    ``abandoned``; ``held`` is money set aside or in doubt, ``spent`` what it cost. ``quote``, ``operation``
    and ``outputs`` are JSON; ``day`` is the UTC day on which the money was set aside.
    """

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    recipe: Mapped[str] = mapped_column(DIGEST, index=True)
    attempt: Mapped[int] = mapped_column(Integer)
    project: Mapped[str] = mapped_column(String(36))
    run: Mapped[str] = mapped_column(String(64))
    shot: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), index=True)
    currency: Mapped[str] = mapped_column(String(8))
    held: Mapped[int] = mapped_column(BigInteger)
    spent: Mapped[int] = mapped_column(BigInteger)
    settled_by: Mapped[str] = mapped_column(String(16))
    quote: Mapped[str] = mapped_column(Text)
    operation: Mapped[str | None] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(String(255), index=True)
    outputs: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    day: Mapped[str] = mapped_column(String(10))
    began: Mapped[str] = mapped_column(String(32))
    changed: Mapped[str] = mapped_column(String(32))

    __table_args__ = (Index("ix_jobs_project_day", "project", "day"),)
