"""Folding the log: the library at any moment, from the events alone.

This is what makes the log the truth about the past: a long random session folded gives what the tables
say (``tests/integration/test_event_fold.py``). Only events that this program published count; those that
were imported from another log tell of another library.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeAlias

from alice_core.errors import IntegrityError
from alice_core.events import Event, Payload
from alice_core.events import facts as projects
from alice_core.events import library_facts as library
from alice_core.events.envelope import SOURCE
from alice_core.events.music_facts import Corrected
from alice_core.library.past import (
    LibraryState,
    PastAsset,
    PastFinding,
    PastItem,
    PastProject,
    PastRecipe,
    PastRoot,
)

Key: TypeAlias = tuple[int, str]
"""A root's number and a path in it; root 0 stands for none."""


def state_at(events: Iterable[Event], moment: str | None = None) -> LibraryState:
    """The library as a log says it was.

    Args:
        events: In the order of the log. A part of it gives a part of the library: the events about one
            asset, with those about roots, give that asset.
        moment: RFC 3339 time in UTC as the store writes it; later events are left out.
    """
    fold = _Fold()
    for event in events:
        if event.source == SOURCE and (moment is None or event.time <= moment):
            fold.take(event)
    return fold.state()


class _Fold:
    """A library that is changed by one event after another, as the store's tables are."""

    def __init__(self) -> None:
        self._assets: dict[str, PastAsset] = {}
        self._places: dict[Key, str] = {}
        self._holding: dict[str, set[Key]] = {}
        self._roots: dict[int, PastRoot] = {}
        self._root_at: dict[str, int] = {}
        self._findings: dict[Key, PastFinding] = {}
        self._trash: dict[str, PastItem] = {}
        self._synonyms: dict[str, str] = {}
        self._projects: dict[str, PastProject] = {}
        self._members: dict[str, dict[str, str]] = {}
        self._recipes: dict[str, PastRecipe] = {}
        self._unread = 0

    def take(self, event: Event) -> None:
        try:
            fact = event.payload
        except IntegrityError:
            fact = None  # somebody changed the row; verifying the chain says so
        if fact is None:
            self._unread += 1
            return
        told = _TOLD.get(type(fact))
        if told is not None:
            told(self, fact, event)

    def state(self) -> LibraryState:
        return LibraryState(
            assets=MappingProxyType(self._assets),
            places=MappingProxyType({self._path(key): digest for key, digest in self._places.items()}),
            roots=MappingProxyType(self._roots),
            findings=MappingProxyType({self._path(key): one for key, one in self._findings.items()}),
            trash=MappingProxyType(self._trash),
            synonyms=MappingProxyType(self._synonyms),
            projects=MappingProxyType(
                {key: replace(one, members=MappingProxyType(self._members[key])) for key, one in self._projects.items()}
            ),
            recipes=MappingProxyType(self._recipes),
            unread=self._unread,
        )

    # Assets and where they lie

    def ingested(self, fact: library.Ingested, _event: Event) -> None:
        self._know(fact.digest, kind=fact.kind, size=fact.size, content=fact.content)
        self._place(fact.path, fact.digest)

    def imported(self, fact: library.Imported, _event: Event) -> None:
        self._know(fact.digest, kind=fact.kind, size=fact.size, content=fact.content)
        self._say(fact.digest, leader=fact.leader, trashed=fact.trashed, likeness=fact.likeness)

    def derived(self, fact: projects.Derived, _event: Event) -> None:
        for one in fact.outputs:
            self._know(one.digest, kind=one.kind, size=one.size, content=one.content)
            if one.path:
                self._place(one.path, one.digest)
        known = self._recipes.get(fact.recipe)
        outputs = tuple((one.role, one.digest) for one in fact.outputs)
        if known is not None:
            outputs = (*known.outputs, *outputs)
        self._recipes[fact.recipe] = PastRecipe(fact.operation, fact.version, fact.take, fact.inputs, outputs)

    def located(self, fact: library.Located, _event: Event) -> None:
        if fact.previous is not None and fact.previous != fact.path:
            self._leave(fact.previous, fact.digest)
        self._place(fact.path, fact.digest)

    def lost(self, fact: library.LocationLost, _event: Event) -> None:
        self._leave(fact.path, fact.digest)

    def grouped(self, fact: library.Grouped, _event: Event) -> None:
        self._say(fact.digest, leader=fact.leader)

    def looked(self, fact: library.Looked, _event: Event) -> None:
        self._say(fact.digest, likeness=fact.likeness)

    # Roots and findings

    def root_added(self, fact: library.RootAdded, _event: Event) -> None:
        outer = self._root_of(fact.path)
        self._roots[fact.root] = PastRoot(fact.path)
        self._root_at[fact.path] = fact.root
        # What was known inside it by an outer root is known by it from now on.
        for key in [key for key in self._places if key[0] == outer and _is_in(self._path(key), fact.path)]:
            path, digest = self._path(key), self._places[key]
            self._clear_place(key)
            self._put((fact.root, _rest(path, fact.path)), digest)
        for key in [key for key in self._findings if key[0] == outer and _is_in(self._path(key), fact.path)]:
            self._findings[fact.root, _rest(self._path(key), fact.path)] = self._findings.pop(key)

    def root_moved(self, fact: library.RootMoved, _event: Event) -> None:
        before = self._roots.get(fact.root, PastRoot(fact.before))
        self._root_at.pop(before.path, None)
        self._roots[fact.root] = replace(before, path=fact.after)
        self._root_at[fact.after] = fact.root

    def root_watched(self, fact: library.RootWatched, _event: Event) -> None:
        self._roots[fact.root] = PastRoot(fact.path, fact.watched)

    def refused(self, fact: library.Refused, _event: Event) -> None:
        self._findings[self._key(fact.path)] = PastFinding(fact.state, fact.code, fact.reason)

    def cleared(self, fact: library.RefusalCleared, _event: Event) -> None:
        self._findings.pop(self._key(fact.path), None)

    # The trash

    def trashed(self, fact: library.Trashed, event: Event) -> None:
        self._clear_place(self._key(fact.path))
        if not self._holding.get(fact.digest):
            self._say(fact.digest, trashed=event.time)
        self._trash[fact.item] = PastItem(fact.digest, fact.path, fact.kept, fact.until)

    def restored(self, fact: library.Restored, _event: Event) -> None:
        self._trash.pop(fact.item, None)
        self._place(fact.path, fact.digest)

    def purged(self, fact: library.Purged, _event: Event) -> None:
        item = self._oldest(fact) if fact.item == "" else fact.item
        if item is None:
            self._leave(fact.path, fact.digest)
        else:
            self._trash.pop(item, None)

    def _oldest(self, fact: library.Purged) -> str | None:
        """The item that version 1 meant: of several of one path, the one that was thrown first."""
        fitting = (key for key, one in self._trash.items() if (one.digest, one.path) == (fact.digest, fact.path))
        return min(fitting, default=None)

    # What people say

    def tagged(self, fact: library.Tagged, _event: Event) -> None:
        self._say(fact.digest, tags=self._asset(fact.digest).tags | {fact.tag})

    def untagged(self, fact: library.Untagged, _event: Event) -> None:
        self._say(fact.digest, tags=self._asset(fact.digest).tags - {fact.tag})

    def collected(self, fact: library.Collected, _event: Event) -> None:
        self._say(fact.digest, collections=self._asset(fact.digest).collections | {fact.collection})

    def uncollected(self, fact: library.Uncollected, _event: Event) -> None:
        self._say(fact.digest, collections=self._asset(fact.digest).collections - {fact.collection})

    def rated(self, fact: library.Rated, _event: Event) -> None:
        self._say(fact.digest, rating=fact.rating)

    def favoured(self, fact: library.Favoured, _event: Event) -> None:
        self._say(fact.digest, favourite=fact.favourite)

    def marked(self, fact: library.Marked, _event: Event) -> None:
        self._say(fact.digest, mark=fact.mark, reason=fact.reason)

    def noted(self, fact: library.Noted, _event: Event) -> None:
        self._say(fact.digest, note=fact.note)

    def corrected(self, fact: Corrected, _event: Event) -> None:
        self._say(fact.digest, beats=fact.after)

    def synonym(self, fact: library.SynonymSet, _event: Event) -> None:
        if fact.tag is None:
            self._synonyms.pop(fact.synonym, None)
        else:
            self._synonyms[fact.synonym] = fact.tag

    # Projects

    def project_created(self, fact: projects.ProjectCreated, _event: Event) -> None:
        self._projects[fact.project] = PastProject(fact.name, fact.brief)
        self._members.setdefault(fact.project, {})

    def briefed(self, fact: projects.ProjectBriefed, event: Event) -> None:
        self._projects[fact.project] = replace(self._project(fact.project, event), brief=fact.after)

    def styled(self, fact: projects.ProjectStyled, event: Event) -> None:
        self._projects[fact.project] = replace(self._project(fact.project, event), style=fact.after)

    def archived(self, fact: projects.ProjectArchived | projects.ProjectReopened, event: Event) -> None:
        away = isinstance(fact, projects.ProjectArchived)
        self._projects[fact.project] = replace(self._project(fact.project, event), archived=away)

    def joined(self, fact: projects.ProjectAssetAdded, event: Event) -> None:
        self._project(fact.project, event)
        self._members[fact.project][fact.digest] = fact.role

    def _project(self, number: str, event: Event) -> PastProject:
        self._members.setdefault(number, {})
        return self._projects.setdefault(number, PastProject(event.project or ""))

    # How the tables do it

    def _asset(self, digest: str) -> PastAsset:
        return self._assets.get(digest) or PastAsset(digest)

    def _say(self, digest: str, **changes: Any) -> None:  # noqa: ANN401 - the fields of PastAsset
        self._assets[digest] = replace(self._asset(digest), **changes)

    def _know(self, digest: str, *, kind: str, size: int, content: str | None) -> None:
        if not self._asset(digest).kind:
            self._say(digest, kind=kind, size=size, content=content)

    def _place(self, path: str, digest: str) -> None:
        self._put(self._key(path), digest)
        if self._asset(digest).trashed is not None:
            self._say(digest, trashed=None)

    def _leave(self, path: str, digest: str) -> None:
        """A path no longer holds an asset, unless it holds another one by now."""
        key = self._key(path)
        if self._places.get(key) == digest:
            self._clear_place(key)

    def _put(self, key: Key, digest: str) -> None:
        self._clear_place(key)
        self._places[key] = digest
        self._holding.setdefault(digest, set()).add(key)

    def _clear_place(self, key: Key) -> None:
        digest = self._places.pop(key, None)
        if digest is not None:
            self._holding[digest].discard(key)

    def _key(self, path: str) -> Key:
        root = self._root_of(path)
        return (root, _rest(path, self._roots[root].path)) if root else (0, path)

    def _root_of(self, path: str) -> int:
        """The number of the deepest root that contains a path, or is it; 0 where there is none."""
        while path not in self._root_at:
            above = os.path.dirname(path)  # noqa: PTH120 - called for every place; pathlib is ten times slower
            if above == path:
                return 0
            path = above
        return self._root_at[path]

    def _path(self, key: Key) -> str:
        root, rest = key
        if not root:
            return rest
        start = self._roots[root].path
        return start if rest == "." else start.rstrip(os.sep) + os.sep + rest


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _rest(path: str, folder: str) -> str:
    return path[len(folder.rstrip(os.sep)) + 1 :] or "."


_TOLD: dict[type[Payload], Callable[[_Fold, Any, Event], None]] = {
    library.Ingested: _Fold.ingested,
    library.Imported: _Fold.imported,
    projects.Derived: _Fold.derived,
    library.Located: _Fold.located,
    library.LocationLost: _Fold.lost,
    library.Grouped: _Fold.grouped,
    library.Looked: _Fold.looked,
    library.RootAdded: _Fold.root_added,
    library.RootMoved: _Fold.root_moved,
    library.RootWatched: _Fold.root_watched,
    library.Refused: _Fold.refused,
    library.RefusalCleared: _Fold.cleared,
    library.Trashed: _Fold.trashed,
    library.Restored: _Fold.restored,
    library.Purged: _Fold.purged,
    library.Tagged: _Fold.tagged,
    library.Untagged: _Fold.untagged,
    library.Collected: _Fold.collected,
    library.Uncollected: _Fold.uncollected,
    library.Rated: _Fold.rated,
    library.Favoured: _Fold.favoured,
    library.Marked: _Fold.marked,
    library.Noted: _Fold.noted,
    Corrected: _Fold.corrected,
    library.SynonymSet: _Fold.synonym,
    projects.ProjectCreated: _Fold.project_created,
    projects.ProjectBriefed: _Fold.briefed,
    projects.ProjectStyled: _Fold.styled,
    projects.ProjectArchived: _Fold.archived,
    projects.ProjectReopened: _Fold.archived,
    projects.ProjectAssetAdded: _Fold.joined,
}
"""What each type of event changes; all others change nothing that a state holds."""
