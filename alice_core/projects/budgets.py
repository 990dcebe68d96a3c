"""Budgets: what may be spent, by whom nobody asks twice.

Budgets nest: of everything, of a project, of a run of it, of a shot. A request must fit under all
that it falls under. A limit cannot be set below what is spent, in doubt or set aside already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from alice_core.errors import BudgetExceeded, UsageError
from alice_core.events.ledger_facts import BudgetSet, BudgetWarned, LimitsFact
from alice_core.store import Reader, Store, UnitOfWork, operation
from alice_core.store.ledger import Budget, Scope, Sums
from alice_core.store.money import billionths, money_text

_CODES = {"most": "ALICE-B00", "daily": "ALICE-B01"}
_ALL = 100
_CODE = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands.

    Attributes:
        budget: The limits.
        whole: Money of its scope in all.
        today: Money of its scope of this day.
    """

    budget: Budget
    whole: Sums
    today: Sums

    @property
    def left(self) -> Decimal | None:
        """What may still be set aside; ``None`` without a limit."""
        limits = ((self.budget.most, self.whole), (self.budget.daily, self.today))
        return min((most - sums.committed for most, sums in limits if most is not None), default=None)

    @property
    def percent(self) -> int | None:
        """How much of the whole limit is committed."""
        if self.budget.most is None:
            return None
        return int(self.whole.committed * _ALL / self.budget.most) if self.budget.most else _ALL

    @property
    def warned(self) -> bool:
        """Whether so much is committed that people should know."""
        return self.percent is not None and self.percent >= self.budget.warn


def parse_amount(text: str) -> Decimal:
    """An amount of money from text such as ``5`` or ``4.71``.

    Raises:
        UsageError: It is none.
    """
    try:
        amount = Decimal(text.strip())
        billionths(amount)
    except (InvalidOperation, ValueError) as error:
        raise UsageError(f"{text!r} is no amount of money", hint="Write it as 5 or 4.71.") from error
    return amount


@operation("budget.set", emits=(BudgetSet,), permission="budget.write", undo="budget.set")
def set_budget(work: UnitOfWork, budget: Budget) -> Standing:
    """Set the limits of a scope; a budget without any limit is removed.

    Raises:
        UsageError: A limit is below 0, or below what is committed already.
    """
    work.ledger.hold()
    before = work.ledger.budget(budget.scope)
    standing = standing_of(work, budget, work.now[:10])
    _demand_possible(standing)
    if before == budget:
        return standing
    work.ledger.set_budget(budget, work.now)
    fact = BudgetSet(
        project=budget.scope.project,
        run=budget.scope.run,
        shot=budget.scope.shot,
        before=_fact(before),
        after=_fact(work.ledger.budget(budget.scope)),
    )
    work.emit(fact, subject=said(budget.scope), project=name_of(work, budget.scope.project))
    return standing


def changed_budget(store: Store, scope: Scope, wanted: Mapping[str, str | int | None]) -> Budget:
    """The budget of a scope with some limits changed; a limit of ``none`` is taken away.

    Args:
        store: Where the budget is.
        scope: What it is for.
        wanted: ``most``, ``daily`` and ``ask_above`` as text, ``warn`` as a number, ``currency``; ``None`` to keep.

    Raises:
        UsageError: A text is no amount, or the currency of a budget would change below its limits.
    """
    with store.reading() as reader:
        known = reader.ledger.budget(scope) or Budget(scope, "USD")
    limits = {name: getattr(known, name) for name in ("most", "daily", "ask_above")}
    for name in limits:
        text = wanted.get(name)
        if text is not None:
            limits[name] = None if str(text).lower() == "none" else parse_amount(str(text))
    currency = str(wanted.get("currency") or known.currency).upper()
    if not (len(currency) == _CODE and currency.isalpha()):
        raise UsageError(f"{currency!r} is no currency", hint="Write its three letters, such as USD.")
    return Budget(scope, currency, **limits, warn=int(wanted.get("warn") or known.warn))


def foresee_budget(store: Store, budget: Budget) -> Standing:
    """How a budget would stand; nothing is written.

    Raises:
        UsageError: It cannot be set.
    """
    with store.reading() as reader:
        standing = standing_of(reader, budget, datetime.now(UTC).date().isoformat())
    _demand_possible(standing)
    return standing


def standing_of(reader: Reader, budget: Budget, day: str) -> Standing:
    """How a budget stands on a day (``2026-11-24``)."""
    whole = reader.ledger.sums(budget.scope, budget.currency)
    return Standing(budget, whole, reader.ledger.sums(budget.scope, budget.currency, day))


def standings(store: Store, scope: Scope, day: str) -> tuple[Standing, ...]:
    """How every budget stands that a scope falls under, widest first."""
    with store.reading() as reader:
        return tuple(standing_of(reader, one, day) for one in reader.ledger.budgets(scope))


def demand_room(
    work: Reader, scope: Scope, amount: Decimal, currency: str, *, day: str, approved: bool
) -> Sequence[Standing]:
    """Refuse money that is not there; gives how the budgets stand before it is set aside.

    Raises:
        BudgetExceeded: A limit (``ALICE-B00``), a daily cap (``ALICE-B01``), an approval that is missing
            (``ALICE-B02``), or a budget in another currency (``ALICE-B03``).
    """
    found = [standing_of(work, one, day) for one in work.ledger.budgets(scope)]
    for standing in found if amount else ():
        budget = standing.budget
        where = said(budget.scope, name_of(work, budget.scope.project))
        if budget.currency != currency:
            message = f"the budget of {where} is kept in {budget.currency}, and this costs {currency}"
            hint = f"Set a budget in {currency}: alice project budget NAME LIMIT --currency {currency}"
            raise BudgetExceeded(message, hint=hint, code="ALICE-B03")
        for name, most, sums in _limits(standing):
            if sums.committed + amount > most:
                raise _too_much(where, name, most, sums, amount, currency)
        if budget.ask_above is not None and amount > budget.ask_above and not approved:
            raise BudgetExceeded(
                f"{money_text(amount)} {currency} is more than the {money_text(budget.ask_above)} that {where}"
                " allows for one request without approval",
                hint="Approve it with --approve.",
                code="ALICE-B02",
            )
    return found


def tell_crossed(work: UnitOfWork, before: Sequence[Standing], amount: Decimal) -> tuple[str, ...]:
    """Publish which budgets crossed their warning line by an amount; gives it as sentences."""
    told: list[str] = []
    for standing in before if amount else ():
        budget = standing.budget
        if budget.most is None or standing.warned:
            continue
        committed = standing.whole.committed + amount
        after = int(committed * _ALL / budget.most) if budget.most else _ALL
        if after < budget.warn:
            continue
        scope, name = budget.scope, name_of(work, budget.scope.project)
        fact = BudgetWarned(
            project=scope.project,
            run=scope.run,
            shot=scope.shot,
            currency=budget.currency,
            committed=money_text(committed),
            most=money_text(budget.most),
            percent=after,
        )
        work.emit(fact, subject=said(scope), project=name)
        told.append(f"{after} % of the budget of {said(scope, name)} ({money_text(budget.most)} {budget.currency})")
    return tuple(told)


def said(scope: Scope, name: str | None = None) -> str:
    """A scope as people read it."""
    parts = [f"project {name or scope.project}"] if scope.project else []
    parts += [f"{what} {value}" for what, value in (("run", scope.run), ("shot", scope.shot)) if value]
    return ", ".join(parts) or "everything"


def name_of(reader: Reader, project: str) -> str | None:
    """The name of a project by its identifier."""
    found = reader.projects.with_id(project) if project else None
    return found.name if found else None


def _demand_possible(standing: Standing) -> None:
    for name, most, sums in _limits(standing):
        if most < sums.committed:
            raise UsageError(
                f"{money_text(sums.committed)} {standing.budget.currency} are spent, in doubt or set aside already"
                f"{' today' if name == 'daily' else ''}: the limit cannot be {money_text(most)}",
                hint=f"Set it to {money_text(sums.committed)} or more; nothing further is spent then.",
            )


def _limits(standing: Standing) -> list[tuple[str, Decimal, Sums]]:
    budget = standing.budget
    pairs = (("most", budget.most, standing.whole), ("daily", budget.daily, standing.today))
    return [(name, most, sums) for name, most, sums in pairs if most is not None]


def _too_much(where: str, name: str, most: Decimal, sums: Sums, amount: Decimal, currency: str) -> BudgetExceeded:
    day = " today" if name == "daily" else ""
    parts = [f"{money_text(sums.spent)} spent", f"{money_text(sums.reserved)} set aside"]
    parts += [f"{money_text(sums.in_doubt)} in doubt"] if sums.in_doubt else []
    left = money_text(most - sums.committed)
    return BudgetExceeded(
        f"the budget of {where} is {money_text(most)} {currency}{' a day' if day else ''}, of which {left} are left"
        f"{day} ({', '.join(parts)}); this may cost {money_text(amount)}",
        hint="Raise it with alice project budget, wait until tomorrow, or ask for less."
        if day
        else "Raise it with alice project budget, or ask for less.",
        code=_CODES[name],
    )


def _fact(budget: Budget | None) -> LimitsFact | None:
    if budget is None:
        return None
    most, daily, ask = (
        None if one is None else money_text(one) for one in (budget.most, budget.daily, budget.ask_above)
    )
    return LimitsFact(currency=budget.currency, most=most, daily=daily, ask_above=ask, warn=budget.warn)
