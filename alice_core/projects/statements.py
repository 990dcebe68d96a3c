"""Comparing a provider's own statement with the ledger: its word on what was billed is the last one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path

from alice_core.errors import NotFound, UsageError
from alice_core.events.ledger_facts import ChargeCorrected, DoubtResolved, StatementImported
from alice_core.projects import ledger
from alice_core.store import Store, UnitOfWork, operation
from alice_core.store.ledger import OPEN, ProviderJob
from alice_core.store.money import amount_of, billionths, money_text

_REQUEST = ("request", "request_id", "request id", "requestid", "id")
_AMOUNT = ("amount", "cost", "total", "price")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a provider says that it billed.

    Attributes:
        source: Name of the file.
        digest: Of its bytes.
        amounts: By the provider's name of the request; several lines of one request are added up.
    """

    source: str
    digest: str
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What comparing a statement gave; each a list of requests.

    Attributes:
        agreed: As they stood.
        corrected: Settled otherwise before; (request, before, after).
        resolved: In doubt before.
        under_way: Not finished yet; they are settled when they are.
        strange: Not sent by Alice, or in another store.
    """

    agreed: tuple[str, ...]
    corrected: tuple[tuple[str, Decimal, Decimal], ...]
    resolved: tuple[str, ...]
    under_way: tuple[str, ...]
    strange: tuple[str, ...]


def read_statement(path: Path) -> Statement:
    """A statement from a table of comma-separated values with columns for the request and the amount.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        UsageError: It is no such table; the message names the line.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}", hint="Check the name.", code="ALICE-N01") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text: {error}", hint="Give a CSV file.") from error
    rows = csv.DictReader(io.StringIO(text))
    heads = {(head or "").strip().lower(): head for head in rows.fieldnames or ()}
    request = next((heads[one] for one in _REQUEST if one in heads), None)
    amount = next((heads[one] for one in _AMOUNT if one in heads), None)
    if request is None or amount is None:
        raise UsageError(
            f"{path} has no columns for the request and the amount; it has: {', '.join(heads) or 'none'}",
            hint="Name them request and amount in its first line.",
        )
    amounts: dict[str, Decimal] = {}
    for number, row in enumerate(rows, 2):
        name = (row[request] or "").strip()
        if name:
            amounts[name] = amounts.get(name, Decimal(0)) + _amount(row[amount], path, number)
    return Statement(path.name, f"sha256:{sha256(data).hexdigest()}", amounts)


def foresee_statement(store: Store, statement: Statement, provider: str) -> Reconciliation:
    """What importing a statement would do; nothing is written."""
    with store.reading() as reader:
        return _compared(reader.ledger.of_requests(provider, list(statement.amounts)), statement)


@operation("statement.import", emits=(StatementImported, ChargeCorrected, DoubtResolved), permission="money.resolve")
def import_statement(work: UnitOfWork, statement: Statement, provider: str) -> Reconciliation:
    """Take a provider's word for what it billed: settle doubts by it, and correct what was settled otherwise."""
    work.ledger.hold()
    jobs = work.ledger.of_requests(provider, list(statement.amounts))
    found = _compared(jobs, statement)
    for request in found.resolved:
        amount = statement.amounts[request]
        ledger.resolve(work, jobs[request].id, charged=bool(amount), amount=amount, how="statement")
    for request, _before, after in found.corrected:
        ledger.correct(work, jobs[request].id, after, statement.source)
    fact = StatementImported(
        provider=provider,
        source=statement.source,
        digest=statement.digest,
        lines=len(statement.amounts),
        agreed=len(found.agreed),
        corrected=len(found.corrected),
        resolved=len(found.resolved),
        strange=found.strange,
    )
    work.emit(fact, subject=provider)
    return found


def said(found: Reconciliation) -> str:
    """A comparison as people read it."""
    parts = [f"{len(found.agreed)} agree", f"{len(found.corrected)} corrected", f"{len(found.resolved)} doubts closed"]
    parts += [f"{len(found.under_way)} under way"] if found.under_way else []
    parts += [f"{len(found.strange)} that Alice did not send"] if found.strange else []
    moved = sum((after - before for _request, before, after in found.corrected), Decimal(0))
    return ", ".join(parts) + (f"; the ledger moved by {money_text(abs(moved))}" if moved else "")


def _compared(jobs: Mapping[str, ProviderJob], statement: Statement) -> Reconciliation:
    agreed: list[str] = []
    corrected: list[tuple[str, Decimal, Decimal]] = []
    resolved: list[str] = []
    under_way: list[str] = []
    for request, job in jobs.items():
        amount = amount_of(billionths(statement.amounts[request]))
        if job.state in OPEN:
            under_way.append(request)
        elif job.state == "doubt":
            resolved.append(request)
        elif job.spent == amount:
            agreed.append(request)
        else:
            corrected.append((request, job.spent, amount))
    strange = tuple(sorted(statement.amounts.keys() - jobs.keys()))
    return Reconciliation(tuple(agreed), tuple(corrected), tuple(resolved), tuple(under_way), strange)


def _amount(value: str | None, path: Path, number: int) -> Decimal:
    text = (value or "").strip().lstrip("$")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"{path}, line {number}: {value!r} is no amount", hint="Write it as 0.025.")
    return amount
