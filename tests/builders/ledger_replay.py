"""Reading the log of money again from its first event, and seeing at every one that no budget was overdrawn."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal


class Overdrawn(AssertionError):
    """At some event more was committed than a budget allows."""


class Replay:
    """The ledger as the events tell it."""

    def __init__(self) -> None:
        self.jobs: dict[str, dict] = {}
        self.budgets: dict[tuple[str, str, str], dict] = {}
        self.seen: Counter[str] = Counter()

    def take(self, event) -> None:
        """One more event, after which every budget must still hold."""
        name = event.type.rpartition(".")[2]
        take = getattr(self, "_" + name.replace("-", "_"), None)
        if take is not None:
            self.seen[name] += 1
            take(event.data, event.time)
            self._check(event)

    def spent(self) -> Decimal:
        """All that was settled."""
        return sum((job["spent"] for job in self.jobs.values()), Decimal(0))

    def held(self) -> Decimal:
        """All that is set aside or in doubt."""
        return sum((job["held"] for job in self.jobs.values()), Decimal(0))

    def _budget_set(self, data, _time):
        key = (data["project"], data["run"], data["shot"])
        if data["after"] is None:
            self.budgets.pop(key, None)
        else:
            self.budgets[key] = data["after"]

    def _money_reserved(self, data, time):
        assert data["job"] not in self.jobs
        self.jobs[data["job"]] = data | {"held": Decimal(data["amount"]), "spent": Decimal(0), "day": time[:10]}

    def _money_settled(self, data, _time):
        job = self.jobs[data["job"]]
        assert job["held"] - Decimal(data["amount"]) <= Decimal(data["released"])
        job["held"], job["spent"] = Decimal(0), Decimal(data["amount"])

    def _money_released(self, data, _time):
        job = self.jobs[data["job"]]
        assert job["held"] == Decimal(data["released"])
        job["held"] = Decimal(0)

    def _money_doubted(self, data, _time):
        assert self.jobs[data["job"]]["held"] == Decimal(data["amount"])

    def _doubt_resolved(self, data, time):
        self._money_settled(data, time)

    def _charge_corrected(self, data, _time):
        job = self.jobs[data["job"]]
        assert job["spent"] == Decimal(data["before"])
        job["spent"] = Decimal(data["after"])

    def _check(self, event) -> None:
        for (project, run, shot), limits in self.budgets.items():
            mine = [
                job
                for job in self.jobs.values()
                if job["project"] == (project or job["project"])
                and job["run"] == (run or job["run"])
                and job["shot"] == (shot or job["shot"])
                and job["currency"] == limits["currency"]
            ]
            today = [job for job in mine if job["day"] == event.time[:10]]
            for name, some in (("most", mine), ("daily", today)):
                committed = sum((job["held"] + job["spent"] for job in some), Decimal(0))
                if limits[name] is not None and committed > Decimal(limits[name]):
                    raise Overdrawn(f"{committed} of {limits[name]} ({name}, {project}, {run}, {shot}) at {event}")


def replay(store) -> Replay:
    """The whole log of a store, replayed in the order of its positions."""
    found, position = Replay(), 0
    while True:
        events = store.following(position, limit=5000)
        if not events:
            return found
        for event in events:
            found.take(event)
            position = event.position
