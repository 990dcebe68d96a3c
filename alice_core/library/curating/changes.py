"""What people say of assets, as facts that can be carried out, checked and turned round.

Every kind of fact names the row it is about, what was there before and what is there after it. From
that alone come doing (write what is after), undoing (the inverse fact swaps the two) and the check
that nobody has changed the same since (what is there now is what is after).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from alice_core.events import Payload
from alice_core.events.facts import ProjectArchived, ProjectBriefed, ProjectReopened, ProjectStyled
from alice_core.events.library_facts import (
    Collected,
    Favoured,
    Grouped,
    Marked,
    Noted,
    Rated,
    SynonymSet,
    Tagged,
    Uncollected,
    Untagged,
)
from alice_core.events.music_facts import Corrected
from alice_core.events.projects_facts import Decided
from alice_core.events.take_facts import TakeJudged
from alice_core.library.curating.grids import Regridding
from alice_core.store import Reader, UnitOfWork
from alice_core.store.decisions import newest_decisions
from alice_core.store.labels import Curation
from alice_core.store.takes import takes_of_plan

T = TypeVar("T")


class Reversible(Protocol):
    """A kind of fact that can be turned round; each method is given many facts of that kind."""

    def inverse(self, fact: Any) -> Payload:  # noqa: ANN401 - a fact of the kind; the registry pairs the two
        """The fact that brings back what was there before."""
        ...

    def standing(self, reader: Reader, facts: Sequence[Any]) -> list[bool]:
        """For each fact, whether what it says still holds."""
        ...

    def apply(self, work: UnitOfWork, facts: Sequence[Any]) -> None:
        """Write what the facts say; no two of them are about the same row."""
        ...


@dataclass(frozen=True, slots=True)
class Deed:
    """A fact to carry out: its subject, its project, and the event that it answers."""

    fact: Payload
    subject: str
    project: str | None = None
    causation: str | None = None


def carry_out(work: UnitOfWork, deeds: Sequence[Deed]) -> None:
    """Write what facts say and publish them; the running operation must declare their types."""
    work.texts.refresh(publish(work, deeds))


def publish(work: UnitOfWork, deeds: Sequence[Deed]) -> set[str]:
    """The same, but for the words that assets are found by: gives those whose words are to be gathered anew."""
    digests: set[str] = set()
    for run in runs(deeds, lambda deed: deed.fact):
        facts = [deed.fact for deed in run]
        REVERSIBLE[type(facts[0])].apply(work, facts)
        for deed in run:
            work.emit(deed.fact, subject=deed.subject, project=deed.project, causation=deed.causation)
            if type(deed.fact) in _WORDED:
                digests.add(deed.subject)
    return digests


_ABOUT = ("digest", "tag", "collection", "synonym", "project", "key", "shot")
"""Fields that say what a fact is about."""


def runs(things: Sequence[T], fact_of: Callable[[T], Payload]) -> Iterator[list[T]]:
    """Things in a row whose facts are of one kind and about different rows, so that they can be done at once."""
    run: list[T] = []
    kind: type[Payload] | None = None
    met: set[tuple[Any, ...]] = set()
    for thing in things:
        fact = fact_of(thing)
        row = tuple(getattr(fact, name, None) for name in _ABOUT)
        if run and (type(fact) is not kind or row in met):
            yield run
            run, met = [], set()
        kind = type(fact)
        met.add(row)
        run.append(thing)
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class _Said:
    """Facts about fields of :class:`Curation`."""

    after: Callable[[Any], dict[str, Any]]
    inverse: Callable[[Any], Payload]

    def standing(self, reader: Reader, facts: Sequence[Any]) -> list[bool]:
        numbers = reader.assets.known(fact.digest for fact in facts)
        now = reader.labels.curations(list(numbers.values()))
        found = []
        for fact in facts:
            one = now.get(numbers.get(fact.digest, 0), Curation())
            found.append(fact.digest in numbers and replace(one, **self.after(fact)) == one)
        return found

    def apply(self, work: UnitOfWork, facts: Sequence[Any]) -> None:
        numbers = work.assets.known(fact.digest for fact in facts)
        now = work.labels.curations(list(numbers.values()))
        work.labels.set_curations(
            {
                number: replace(now.get(number, Curation()), **self.after(fact))
                for fact in facts
                for number in (numbers[fact.digest],)
            }
        )


@dataclass(frozen=True, slots=True)
class _Member:
    """Facts about an asset's being among those of a tag or a collection."""

    name: str
    inside: bool
    inverse: Callable[[Any], Payload]

    def standing(self, reader: Reader, facts: Sequence[Any]) -> list[bool]:
        numbers = reader.assets.known(fact.digest for fact in facts)
        labels = reader.labels
        now = (labels.tags if self.name == "tag" else labels.collections)(list(numbers.values()))
        return [
            fact.digest in numbers and (getattr(fact, self.name) in now.get(numbers[fact.digest], ())) is self.inside
            for fact in facts
        ]

    def apply(self, work: UnitOfWork, facts: Sequence[Any]) -> None:
        numbers = work.assets.known(fact.digest for fact in facts)
        named: dict[str, list[int]] = {}
        for fact in facts:
            named.setdefault(getattr(fact, self.name), []).append(numbers[fact.digest])
        for name, some in named.items():
            self._write(work, name, some)

    def _write(self, work: UnitOfWork, name: str, numbers: list[int]) -> None:
        if self.name == "tag":
            (work.labels.tag_many if self.inside else work.labels.untag_many)(numbers, name)
        elif self.inside:
            work.labels.collect_many(numbers, name, work.now)
        else:
            work.labels.uncollect_many(numbers, name)


class _Synonym:
    def inverse(self, fact: SynonymSet) -> Payload:
        return SynonymSet(synonym=fact.synonym, tag=fact.before, before=fact.tag)

    def standing(self, reader: Reader, facts: Sequence[SynonymSet]) -> list[bool]:
        now = reader.labels.synonyms()
        return [now.get(fact.synonym) == fact.tag for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[SynonymSet]) -> None:
        for fact in facts:
            work.labels.set_synonym(fact.synonym, fact.tag)


class _Leader:
    def inverse(self, fact: Grouped) -> Payload:
        return Grouped(digest=fact.digest, leader=fact.before, before=fact.leader)

    def standing(self, reader: Reader, facts: Sequence[Grouped]) -> list[bool]:
        now = reader.assets.many(fact.digest for fact in facts)
        return [fact.digest in now and now[fact.digest].leader == fact.leader for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[Grouped]) -> None:
        for fact in facts:
            work.assets.set_leader(fact.digest, fact.leader)


class _Brief:
    def inverse(self, fact: ProjectBriefed) -> Payload:
        return ProjectBriefed(project=fact.project, before=fact.after, after=fact.before)

    def standing(self, reader: Reader, facts: Sequence[ProjectBriefed]) -> list[bool]:
        now = {project.id: project.brief for project in reader.projects.all()}
        return [now.get(fact.project) == fact.after for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[ProjectBriefed]) -> None:
        for fact in facts:
            work.projects.set_brief(fact.project, fact.after)


class _Style:
    def inverse(self, fact: ProjectStyled) -> Payload:
        return ProjectStyled(project=fact.project, before=fact.after, after=fact.before)

    def standing(self, reader: Reader, facts: Sequence[ProjectStyled]) -> list[bool]:
        now = {project.id: project.style for project in reader.projects.all()}
        return [now.get(fact.project) == fact.after for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[ProjectStyled]) -> None:
        for fact in facts:
            work.projects.set_style(fact.project, fact.after)


class _Archive:
    """Projects put away, or with ``away`` false taken up again."""

    def __init__(self, *, away: bool) -> None:
        self._away = away

    def inverse(self, fact: ProjectArchived | ProjectReopened) -> Payload:
        other = ProjectReopened if self._away else ProjectArchived
        return other(project=fact.project)

    def standing(self, reader: Reader, facts: Sequence[ProjectArchived | ProjectReopened]) -> list[bool]:
        now = {project.id: project.archived is not None for project in reader.projects.all()}
        return [now.get(fact.project) is self._away for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[ProjectArchived | ProjectReopened]) -> None:
        for fact in facts:
            work.projects.set_archived(fact.project, work.now if self._away else None)


class _Decision:
    """A decision as a kind of fact that can be turned round: taken back it no longer holds."""

    def inverse(self, fact: Decided) -> Payload:
        return fact.model_copy(update={"holds": not fact.holds})

    def standing(self, reader: Reader, facts: Sequence[Decided]) -> list[bool]:
        now = {about: newest_decisions(reader, about) for about in {fact.about for fact in facts}}
        newest = [now[fact.about].get(fact.key) for fact in facts]
        return [last is not None and last.holds == fact.holds for last, fact in zip(newest, facts, strict=True)]

    def apply(self, work: UnitOfWork, facts: Sequence[Decided]) -> None:
        """Nothing to write: the event itself is what holds."""


class _Take:
    """What is thought of a take."""

    def inverse(self, fact: TakeJudged) -> Payload:
        return fact.model_copy(update={"before": fact.after, "after": fact.before, "reason": None})

    def standing(self, reader: Reader, facts: Sequence[TakeJudged]) -> list[bool]:
        takes = {root: takes_of_plan(reader, root) for root in {fact.plan for fact in facts}}
        now = {(root, one.shot, one.digest): one.state for root, some in takes.items() for one in some}
        return [now.get((fact.plan, fact.shot, fact.digest)) == fact.after for fact in facts]

    def apply(self, work: UnitOfWork, facts: Sequence[TakeJudged]) -> None:
        """Nothing to write: the event itself is what holds."""


REVERSIBLE: dict[type[Payload], Reversible] = {
    Tagged: _Member("tag", True, lambda fact: Untagged(digest=fact.digest, tag=fact.tag)),
    Untagged: _Member("tag", False, lambda fact: Tagged(digest=fact.digest, tag=fact.tag)),
    Collected: _Member("collection", True, lambda fact: Uncollected(digest=fact.digest, collection=fact.collection)),
    Uncollected: _Member("collection", False, lambda fact: Collected(digest=fact.digest, collection=fact.collection)),
    Rated: _Said(
        lambda fact: {"rating": fact.rating},
        lambda fact: Rated(digest=fact.digest, rating=fact.before, before=fact.rating),
    ),
    Favoured: _Said(
        lambda fact: {"favourite": fact.favourite},
        lambda fact: Favoured(digest=fact.digest, favourite=fact.before, before=fact.favourite),
    ),
    Marked: _Said(
        lambda fact: {"mark": fact.mark, "reason": fact.reason},
        lambda fact: Marked(
            digest=fact.digest,
            mark=fact.before,
            reason=fact.before_reason,
            before=fact.mark,
            before_reason=fact.reason,
        ),
    ),
    Noted: _Said(
        lambda fact: {"note": fact.note},
        lambda fact: Noted(digest=fact.digest, note=fact.before, before=fact.note),
    ),
    SynonymSet: _Synonym(),
    Grouped: _Leader(),
    ProjectBriefed: _Brief(),
    ProjectStyled: _Style(),
    ProjectArchived: _Archive(away=True),
    ProjectReopened: _Archive(away=False),
    Corrected: Regridding(),
    Decided: _Decision(),
    TakeJudged: _Take(),
}
"""Every kind of fact that rows alone undo; what is in the trash is undone by moving files."""

_WORDED = (Tagged, Untagged, Collected, Uncollected, Marked, Noted)
