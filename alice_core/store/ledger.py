"""Rows of money: budgets, and requests to providers with what was set aside and spent for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, or_, select, text, update

from alice_core.store.ledger_tables import BudgetRow, JobRow
from alice_core.store.money import amount_of, billionths

JobState: TypeAlias = Literal["submitting", "submitted", "made", "refused", "failed", "cancelled", "doubt", "abandoned"]

OPEN: tuple[JobState, ...] = ("submitting", "submitted")
"""States of a job that the money is still set aside for."""

_LOCK = 0x616C6D6F
"""The advisory lock under which money is moved on PostgreSQL ("almo")."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a budget is for, or what a job belongs to; what is empty means any.

    Attributes:
        project: Identifier of a project.
        run: Name of a run.
        shot: Identifier of a shot.
    """

    project: str = ""
    run: str = ""
    shot: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit.

    Attributes:
        scope: What it is for.
        currency: ISO 4217.
        most: In all.
        daily: A day.
        ask_above: For one request without approval.
        warn: Per cent of ``most`` from which on to warn.
    """

    scope: Scope
    currency: str
    most: Decimal | None = None
    daily: Decimal | None = None
    ask_above: Decimal | None = None
    warn: int = 80


@dataclass(frozen=True, slots=True)
class ProviderJob:
    """One request to a provider; the columns are those of :class:`~alice_core.store.ledger_tables.JobRow`."""

    id: str
    recipe: str
    attempt: int
    scope: Scope
    person: str
    provider: str
    model: str
    kind: str
    words: str
    state: JobState
    currency: str
    held: Decimal
    spent: Decimal
    quote: str
    day: str
    began: str
    changed: str
    settled_by: str = ""
    operation: str | None = None
    request: str | None = None
    outputs: str | None = None
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of one currency.

    Attributes:
        reserved: Set aside for requests that are under way.
        in_doubt: Of requests whose answer was lost.
        spent: Settled.
    """

    reserved: Decimal = Decimal(0)
    in_doubt: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)

    @property
    def committed(self) -> Decimal:
        """All of it: what a budget must cover."""
        return self.reserved + self.in_doubt + self.spent


class Ledger:
    """The money of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self) -> None:
        """Let no other transaction move money until this one ends; call it before anything is written.

        SQLite has one writer anyway. On PostgreSQL the order of transactions is thereby the order of commits,
        so that the log, read in order, never shows more than a budget allows.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def budgets(self, scope: Scope | None = None) -> tuple[Budget, ...]:
        """The budgets that a scope falls under, widest first; all where none is given."""
        query = select(*BudgetRow.__table__.columns)
        if scope is not None:
            for name in ("project", "run", "shot"):
                query = query.where(BudgetRow.__table__.columns[name].in_({"", getattr(scope, name)}))
        rows = self._connection.execute(query.order_by(BudgetRow.shot, BudgetRow.run, BudgetRow.project)).mappings()
        return tuple(_budget(row) for row in rows)

    def budget(self, scope: Scope) -> Budget | None:
        """The budget of exactly that scope."""
        return next((one for one in self.budgets(scope) if one.scope == scope), None)

    def set_budget(self, budget: Budget, now: str) -> None:
        """Write a budget anew; one without any limit is removed."""
        scope = budget.scope
        exactly = and_(BudgetRow.project == scope.project, BudgetRow.run == scope.run, BudgetRow.shot == scope.shot)
        self._connection.execute(delete(BudgetRow).where(exactly))
        limits = {"most": budget.most, "daily": budget.daily, "ask_above": budget.ask_above}
        if all(one is None for one in limits.values()):
            return
        values: dict[str, Any] = {name: None if one is None else billionths(one) for name, one in limits.items()}
        values |= {"project": scope.project, "run": scope.run, "shot": scope.shot}
        values |= {"currency": budget.currency, "warn": budget.warn, "changed": now}
        self._connection.execute(insert(BudgetRow).values(values))

    def sums(self, scope: Scope, currency: str, day: str | None = None) -> Sums:
        """The money of a scope in one currency, of one day or in all."""
        doubt = JobRow.state == "doubt"
        query = select(
            func.coalesce(func.sum(JobRow.held).filter(~doubt), 0),
            func.coalesce(func.sum(JobRow.held).filter(doubt), 0),
            func.coalesce(func.sum(JobRow.spent), 0),
        ).where(*_within(scope), JobRow.currency == currency)
        row = self._connection.execute(query if day is None else query.where(JobRow.day == day)).one()
        return Sums(*(amount_of(int(one)) for one in row))

    def currencies(self, scope: Scope) -> tuple[str, ...]:
        """The currencies in which money was ever set aside, sorted."""
        query = select(JobRow.currency).where(*_within(scope)).distinct()
        return tuple(self._connection.scalars(query.order_by(JobRow.currency)))

    def job(self, name: str) -> ProviderJob | None:
        """The job of that identifier."""
        return next(iter(self._jobs(JobRow.id == name)), None)

    def begun_with(self, start: str) -> tuple[ProviderJob, ...]:
        """The jobs whose identifier or request begins like this."""
        starts = (JobRow.id.startswith(start, autoescape=True), JobRow.request.startswith(start, autoescape=True))
        return self._jobs(or_(*starts))

    def of_recipe(self, key: str) -> tuple[ProviderJob, ...]:
        """The jobs that were begun for a recipe, oldest first."""
        return self._jobs(JobRow.recipe == key)

    def of_requests(self, provider: str, requests: Sequence[str]) -> dict[str, ProviderJob]:
        """The jobs of a provider's requests, by request."""
        found: dict[str, ProviderJob] = {}
        for start in range(0, len(requests), 500):
            some = list(requests[start : start + 500])
            for job in self._jobs(JobRow.provider == provider, JobRow.request.in_(some)):
                found[job.request or ""] = job
        return found

    def in_state(self, *states: JobState) -> tuple[ProviderJob, ...]:
        """The jobs in any of some states, oldest first."""
        return self._jobs(JobRow.state.in_(states))

    def jobs(self, scope: Scope) -> tuple[ProviderJob, ...]:
        """The jobs of a scope, oldest first."""
        return self._jobs(*_within(scope))

    def add(self, job: ProviderJob) -> None:
        """Begin a job."""
        self._connection.execute(insert(JobRow).values(_values(job)))

    def change(self, job: ProviderJob, **changes: Any) -> ProviderJob:  # noqa: ANN401 - fields of the job
        """The job with some fields changed, written."""
        changed = replace(job, **changes)
        values = _values(changed)
        del values["id"]
        self._connection.execute(update(JobRow).where(JobRow.id == job.id).values(values))
        return changed

    def _jobs(self, *conditions: ColumnElement[bool]) -> tuple[ProviderJob, ...]:
        query = select(*JobRow.__table__.columns).where(*conditions).order_by(JobRow.began, JobRow.id)
        return tuple(_job(row) for row in self._connection.execute(query).mappings())


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    columns = JobRow.__table__.columns
    return [columns[name] == value for name in ("project", "run", "shot") if (value := getattr(scope, name))]


def _budget(row: RowMapping) -> Budget:
    most, daily, ask = (None if row[name] is None else amount_of(row[name]) for name in ("most", "daily", "ask_above"))
    return Budget(Scope(row["project"], row["run"], row["shot"]), row["currency"], most, daily, ask, row["warn"])


_PLAIN = tuple(one.name for one in fields(ProviderJob) if one.name not in {"scope", "held", "spent"})


def _job(row: RowMapping) -> ProviderJob:
    known: dict[str, Any] = {name: row[name] for name in _PLAIN}
    scope = Scope(row["project"], row["run"], row["shot"])
    return ProviderJob(**known, scope=scope, held=amount_of(row["held"]), spent=amount_of(row["spent"]))


def _values(job: ProviderJob) -> dict[str, Any]:
    values: Mapping[str, Any] = {name: getattr(job, name) for name in _PLAIN}
    amounts = {"held": billionths(job.held, up=True), "spent": billionths(job.spent)}
    return {**values, **amounts, "project": job.scope.project, "run": job.scope.run, "shot": job.scope.shot}
