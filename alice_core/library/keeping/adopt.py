"""Taking over what was said of assets elsewhere: in another library, or in the files beside them.

What people said here is never written over: tags, collections and projects are united, and a rating,
mark or note that is here stays, and the difference is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alice_core.errors import UsageError
from alice_core.events import Payload
from alice_core.events.facts import Derived, ProductFact, ProjectArchived, ProjectCreated, ProjectStyled
from alice_core.events.library_facts import Collected, Favoured, Marked, Noted, Rated, SynonymSet, Tagged
from alice_core.ids import uuid7
from alice_core.library.curating.curation import BEST, MARKS, settle
from alice_core.library.curating.membership import collection_meant
from alice_core.library.curating.tags import meant
from alice_core.media.files import path_said
from alice_core.store import Asset, Derivation, Project, UnitOfWork, operation
from alice_core.store.catalogue import join_project
from alice_core.store.labels import Curation


@dataclass(frozen=True, slots=True)
class Remarks:
    """What people say of one asset.

    Attributes:
        curation: Rating, favourite, mark with its reason, note.
        tags: Full names of its tags.
        collections: Names of the collections it is in.
        projects: Names of the projects it belongs to, each with the part it plays there.
    """

    curation: Curation = field(default_factory=Curation)
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    projects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is said here and otherwise elsewhere; what is said here stays."""

    digest: str
    field: str
    here: str
    there: str


@operation(
    "asset.adopt",
    emits=(Tagged, Rated, Favoured, Marked, Noted, Collected, ProjectCreated),
    permission="asset.write",
)
def adopt(work: UnitOfWork, remarks: Mapping[str, Remarks]) -> tuple[Difference, ...]:
    """Unite what was said of known assets elsewhere with what is said here.

    Args:
        work: The unit of work, or a store.
        remarks: What was said, by digest; of assets that are not known nothing is taken.

    Returns:
        Where the two differ; what was said here stayed.
    """
    known = work.assets.known(remarks)
    here = work.labels.curations(list(known.values()))
    differences: list[Difference] = []
    facts: list[tuple[str, Payload]] = []
    names = _Names(work, differences)
    for digest, number in known.items():
        one = remarks[digest]
        facts += [(digest, Tagged(digest=digest, tag=tag)) for tag in names.tags(digest, one.tags)]
        chosen = names.collections(digest, one.collections)
        facts += [(digest, Collected(digest=digest, collection=name)) for name in chosen]
        now = here.get(number, Curation())
        facts += [(digest, fact) for fact in _curated(digest, now, one.curation)]
        differences += _differing(digest, now, one.curation)
        for name, role in one.projects:
            join_project(work, _project(work, name), digest, role)
    facts.sort(key=lambda pair: pair[1].type_name)  # alike ones in a row are written at once
    settle(work, known, facts, dry_run=False)
    return tuple(differences)


@operation("project.adopt", emits=(ProjectCreated, ProjectStyled, ProjectArchived), permission="project.write")
def adopt_project(work: UnitOfWork, project: Project) -> tuple[Difference, ...]:
    """Begin a project as it was begun elsewhere, unless there is one of that name."""
    here = work.projects.named(project.name)
    if here is None:
        work.projects.add(project)
        fact = ProjectCreated(project=project.id, name=project.name, brief=project.brief)
        work.emit(fact, subject=project.id, project=project.name)
        if project.style:
            styled = ProjectStyled(project=project.id, before="", after=project.style)
            work.emit(styled, subject=project.id, project=project.name)
        if project.archived:
            work.emit(ProjectArchived(project=project.id), subject=project.id, project=project.name)
        return ()
    pairs = (("brief", here.brief, project.brief), ("style", here.style, project.style))
    return tuple(Difference(project.name, what, ours, theirs) for what, ours, theirs in pairs if ours != theirs)


@operation("tag.adopt-synonyms", emits=(SynonymSet,), permission="asset.write")
def adopt_synonyms(work: UnitOfWork, synonyms: Mapping[str, str]) -> tuple[Difference, ...]:
    """Let words mean the tags that they mean elsewhere, unless they mean one here."""
    here = work.labels.synonyms()
    differences: list[Difference] = []
    for word, tag in sorted(synonyms.items()):
        if word not in here:
            work.labels.set_synonym(word, tag)
            work.emit(SynonymSet(synonym=word, tag=tag, before=None), subject=word)
        elif here[word] != tag:
            differences.append(Difference(word, "synonym", here[word], tag))
    return tuple(differences)


@operation("recipe.adopt", emits=(Derived,), permission="asset.write")
def adopt_recipes(work: UnitOfWork, derivations: Sequence[Derivation]) -> int:
    """Record derivations that were carried out elsewhere; says how many were new.

    Those that read an asset that is not known, or gave none that is, and those whose key is not that of their
    recipe, are left out.
    """
    known = work.recipes.many(one.key for one in derivations)
    named = {item.digest for one in derivations for item in (*one.recipe.inputs, *one.outputs)}
    assets = work.assets.many(named)
    fresh: dict[str, Derivation] = {}
    for one in derivations:
        outputs = tuple(item for item in one.outputs if item.digest in assets)
        whole = outputs and all(item.digest in assets for item in one.recipe.inputs)
        if one.key not in known and whole and one.key == one.recipe.key:
            fresh.setdefault(one.key, replace(one, outputs=outputs))
    for one in fresh.values():
        event = work.emit(_derived(work, one, assets), subject=one.key)
        work.recipes.add(Derivation(one.key, one.recipe, one.outputs, one.made or work.now, one.actor, event.id))
    work.texts.refresh({item.digest for one in fresh.values() for item in one.outputs})
    return len(fresh)


class _Names:
    """Names of tags and collections as they are here; one that cannot be kept is told as a difference."""

    def __init__(self, work: UnitOfWork, differences: list[Difference]) -> None:
        self._work = work
        self._differences = differences
        self._tags: dict[str, str | None] = {}
        self._collections: dict[str, str | None] = {}

    def tags(self, digest: str, names: Sequence[str]) -> dict[str, None]:
        """The tags that names mean here, each once."""
        for name in names:
            if name not in self._tags:
                try:
                    self._tags[name] = meant(self._work, name)
                except UsageError:
                    self._tags[name] = None
        return self._usable(digest, "tag", {name: self._tags[name] for name in names})

    def collections(self, digest: str, names: Sequence[str]) -> dict[str, None]:
        """The collections that names mean here, each once."""
        for name in names:
            if name not in self._collections:
                try:
                    self._collections[name] = collection_meant(self._work, name)
                except UsageError:
                    self._collections[name] = None
        return self._usable(digest, "collection", {name: self._collections[name] for name in names})

    def _usable(self, digest: str, kind: str, found: Mapping[str, str | None]) -> dict[str, None]:
        self._differences += [Difference(digest, kind, "", name) for name, one in found.items() if one is None]
        return {one: None for one in found.values() if one is not None}


def _curated(digest: str, here: Curation, there: Curation) -> Iterator[Payload]:
    """What is said there and was never said here."""
    if here.rating is None and there.rating is not None and 0 <= there.rating <= BEST:
        yield Rated(digest=digest, rating=there.rating, before=None)
    if here.mark is None and there.mark in MARKS:
        yield Marked(digest=digest, mark=there.mark, reason=there.reason, before=None, before_reason=here.reason)
    if here.note is None and there.note:
        yield Noted(digest=digest, note=there.note, before=None)
    if there.favourite and not here.favourite:
        yield Favoured(digest=digest, favourite=True, before=False)


def _differing(digest: str, here: Curation, there: Curation) -> Iterator[Difference]:
    for name in ("rating", "mark", "note"):
        mine, theirs = getattr(here, name), getattr(there, name)
        if mine is not None and theirs is not None and mine != theirs:
            yield Difference(digest, name, str(mine), str(theirs))


def _project(work: UnitOfWork, name: str) -> Project:
    found = work.projects.named(name)
    if found is None:
        found = Project(uuid7(), name, "", work.now)
        work.projects.add(found)
        work.emit(ProjectCreated(project=found.id, name=name, brief=""), subject=found.id, project=name)
    return found


def _derived(work: UnitOfWork, one: Derivation, assets: Mapping[str, Asset]) -> Derived:
    products = []
    for item in one.outputs:
        asset = assets[item.digest]
        place = next(iter(work.places.of(item.digest)), None)
        products.append(
            ProductFact(
                role=item.role,
                digest=item.digest,
                kind=asset.kind,
                size=asset.facts.size,
                path=path_said(place.path) if place else "",
                content=asset.content,
                made=asset.made,
            )
        )
    recipe = one.recipe
    return Derived(
        recipe=one.key,
        operation=recipe.operation,
        version=recipe.version,
        take=recipe.take,
        inputs=tuple(item.digest for item in recipe.inputs),
        outputs=tuple(products),
    )
