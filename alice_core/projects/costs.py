"""What was spent: request by request, or added up by day, model, shot or person."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from alice_core.providers.quote import Quote
from alice_core.store import Reader, Store
from alice_core.store.ledger import ProviderJob, Scope, Sums
from alice_core.store.money import money_text

By: TypeAlias = Literal["day", "model", "shot", "person"]
BY: tuple[By, ...] = ("day", "model", "shot", "person")
_CENT = Decimal("0.0001")
_FIELDS = ("began", "state", "provider", "model", "task", "project", "run", "shot", "person", "request", "reason")
_MONEY = ("spent", "reserved", "in_doubt")


@dataclass(frozen=True, slots=True)
class CostReport:
    """Money of one scope, by currency; the currency of most requests comes first.

    Attributes:
        sums: Money by currency.
        jobs: Every request, oldest first.
        projects: Names of projects by identifier.
        seconds: Length of the newest finished film of the project, where there is one.
    """

    sums: dict[str, Sums]
    jobs: tuple[ProviderJob, ...]
    projects: dict[str, str] = field(default_factory=dict)
    seconds: Fraction | None = None

    @property
    def currency(self) -> str:
        """The currency of most requests."""
        return next(iter(self.sums), "USD")

    @property
    def per_second(self) -> Decimal | None:
        """What a second of the finished film cost, in the first currency."""
        if not self.seconds:
            return None
        spent = self.sums.get(self.currency, Sums()).spent
        return (spent * self.seconds.denominator / self.seconds.numerator).quantize(_CENT)

    def items(self, by: By | None = None) -> list[dict[str, Any]]:
        """Each request, or each day, model, shot or person, as ``alice cost --json`` lists them."""
        if by is None:
            return [self._item(job) for job in self.jobs]
        groups: dict[tuple[str, str], list[ProviderJob]] = {}
        for job in self.jobs:
            groups.setdefault((_key(job, by), job.currency), []).append(job)
        return [
            {by: key, "requests": len(some), "currency": currency} | _said(_added(some))
            for (key, currency), some in sorted(groups.items())
        ]

    def to_json(self, by: By | None = None) -> dict[str, Any]:
        """The object that ``alice cost --json`` prints."""
        first, *others = [*self.sums] or ["USD"]
        whole: dict[str, Any] = {"currency": first} | _said(self.sums.get(first, Sums())) | {"items": self.items(by)}
        whole["per_finished_second"] = None if self.per_second is None else money_text(self.per_second)
        whole["other_currencies"] = [{"currency": one} | _said(self.sums[one]) for one in others]
        return whole

    def to_csv(self, by: By | None = None) -> str:
        """The same items as a table of comma-separated values."""
        items = self.items(by)
        heads = list(items[0]) if items else [by or "id", *_MONEY]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([head for head in heads if head != "prices"])
        writer.writerows([_cell(one[head]) for head in heads if head != "prices"] for one in items)
        return out.getvalue()

    def _item(self, job: ProviderJob) -> dict[str, Any]:
        said = {"id": job.id, "currency": job.currency} | _said(_added((job,))) | {"settled_by": job.settled_by}
        known = {name: getattr(job, name, None) for name in _FIELDS}
        known |= {"task": job.kind, "run": job.scope.run, "shot": job.scope.shot}
        known["project"] = self.projects.get(job.scope.project, job.scope.project)
        lines = Quote.from_json(job.quote).lines
        prices = [{"entry": one.entry, "digest": one.digest, "checked_on": str(one.checked_on)} for one in lines]
        return said | known | {"prices": prices}


def cost_report(store: Store, scope: Scope) -> CostReport:
    """What was spent, set aside and is in doubt in a scope."""
    with store.reading() as reader:
        jobs = reader.ledger.jobs(scope)
        names = {one.id: one.name for one in reader.projects.all()}
        seconds = _finished(reader, scope.project) if scope.project else None
    counts: dict[str, int] = {}
    for job in jobs:
        counts[job.currency] = counts.get(job.currency, 0) + 1
    order = sorted(counts, key=lambda one: (-counts[one], one))
    sums = {one: _added([job for job in jobs if job.currency == one]) for one in order}
    return CostReport(sums, jobs, names, seconds)


def _finished(reader: Reader, project: str) -> Fraction | None:
    members = sorted(reader.projects.members(project))
    name = reader.projects.with_id(project)
    roles = reader.projects.roles(members)
    previews = [digest for digest, some in roles.items() if name and (name.name, "preview") in some]
    films = sorted(reader.assets.many(previews).values(), key=lambda one: one.added)
    lengths = [film.facts.picture.seconds for film in films if film.facts.picture]
    return next((one for one in reversed(lengths) if one), None)


def _key(job: ProviderJob, by: By) -> str:
    names = {
        "day": job.day,
        "model": f"{job.provider} {job.model}",
        "shot": job.scope.shot,
        "person": job.person,
    }
    return names[by]


def _added(jobs: Sequence[ProviderJob]) -> Sums:
    doubt = sum((job.held for job in jobs if job.state == "doubt"), Decimal(0))
    held = sum((job.held for job in jobs), Decimal(0))
    return Sums(held - doubt, doubt, sum((job.spent for job in jobs), Decimal(0)))


def _said(sums: Sums) -> dict[str, str]:
    return {name: money_text(getattr(sums, name)) for name in _MONEY}


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
