"""Which corrections of a song's beats hold: the log of events says it, no table does."""

from __future__ import annotations

from collections.abc import Sequence

from alice_core.events import Payload
from alice_core.events.envelope import SOURCE
from alice_core.events.music_facts import Corrected
from alice_core.store import Reader, UnitOfWork
from alice_core.store.log import EventFilter

_PAGE = 500
_BACK = "taken back: "


def standing_corrections(reader: Reader, song: str) -> str | None:
    """The digest of the corrections of a song that hold now; ``None`` where it was never corrected."""
    standing: str | None = None
    after = 0
    wanted = EventFilter(type=Corrected.type_name, subject=song)
    while page := reader.events.after(after, wanted=wanted, limit=_PAGE):
        for event in page:
            fact = event.payload
            if isinstance(fact, Corrected) and event.source == SOURCE:
                standing = fact.after
        after = page[-1].seq or 0
    return standing


class Regridding:
    """A correction as a kind of fact that can be turned round."""

    def inverse(self, fact: Corrected) -> Payload:
        """The corrections that held before hold again."""
        what = fact.what.removeprefix(_BACK) if fact.what.startswith(_BACK) else _BACK + fact.what
        return Corrected(digest=fact.digest, before=fact.after, after=fact.before, what=what)

    def standing(self, reader: Reader, facts: Sequence[Corrected]) -> list[bool]:
        """For each fact, whether nobody has corrected the song since."""
        return [standing_corrections(reader, fact.digest) == fact.after for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[Corrected]) -> None:
        """Nothing to write: the event itself is what holds."""
