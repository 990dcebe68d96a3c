"""Which decisions about something hold: the log of events says it, no table does."""

from __future__ import annotations

from alice_core.events.envelope import SOURCE
from alice_core.events.projects_facts import Decided
from alice_core.store.log import EventFilter
from alice_core.store.unit import Reader

_PAGE = 500


def newest_decisions(reader: Reader, about: str) -> dict[str, Decided]:
    """The newest word on every decision about a plan, an asset or a project, by its key, the oldest key first.

    Those whose ``holds`` is false were taken back.
    """
    newest: dict[str, Decided] = {}
    after = 0
    wanted = EventFilter(type=Decided.type_name, subject=about)
    while page := reader.events.after(after, wanted=wanted, limit=_PAGE):
        for event in page:
            fact = event.payload
            if isinstance(fact, Decided) and event.source == SOURCE:
                newest[fact.key] = fact
        after = page[-1].seq or 0
    return newest
