"""Erasing what events say of somebody, for good; that they happened stays, and the chain over them holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from alice_core.errors import NotFound, UsageError
from alice_core.events.audit_facts import Erased
from alice_core.events.chain import payload_digest
from alice_core.store.operations import operation
from alice_core.store.tables import EventRow
from alice_core.store.unit import UnitOfWork


@operation("audit.erase", emits=(Erased,), permission="audit.erase")
def erase_payloads(work: UnitOfWork, ids: Sequence[str], reason: str) -> int:
    """Erase the payloads of events; says of how many, without those that were erased before.

    Raises:
        NotFound: There is no such event; none was erased.
        UsageError: No reason is given.
    """
    if not reason.strip():
        raise UsageError("say why the payloads are erased", hint="Example: --why 'Ada asked for it'")
    connection = work._connection  # noqa: SLF001 - this room's own
    count = 0
    for wanted in dict.fromkeys(ids):
        query = select(EventRow.type, EventRow.position, EventRow.data, EventRow.erased).where(EventRow.id == wanted)
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"there is no event {wanted!r}", hint="Identifiers are shown by: alice events tail --json")
        if row.erased is not None:
            continue
        digest = payload_digest(row.data)
        connection.execute(update(EventRow).where(EventRow.id == wanted).values(data="{}", erased=digest))
        fact = Erased(event=wanted, type=row.type, position=row.position, payload=digest, reason=reason)
        work.emit(fact, subject=wanted, causation=wanted)
        count += 1
    return count
