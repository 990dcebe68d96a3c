"""Events in words for people: one sentence for each type, and one for every type not known here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from alice_core.errors import IntegrityError
from alice_core.events import Event, Payload
from alice_core.events import facts as projects
from alice_core.events import library_facts as library
from alice_core.events import music_facts as music
from alice_core.events import relay_facts as relay
from alice_core.events import take_facts as takes
from alice_core.events.audit_facts import Erased
from alice_core.events.exchange_facts import EventsImported
from alice_core.events.projects_facts import Decided
from alice_core.events.resolve_facts import Reported
from alice_core.library.curating.money_sentences import SENTENCES as MONEY
from alice_core.media.digest import short

_LONGEST = 200


def sentence(event: Event) -> str:
    """What happened, as a phrase: ``rated 5 (was 3)``."""
    try:
        fact = event.payload
    except IntegrityError:
        fact = None  # what is not of its type's shape is told as it is
    told = _SENTENCES.get(type(fact)) if fact is not None else None
    if told is not None:
        return _cut(told(fact))
    name = event.type.removeprefix("alice.").replace(".", ": ").replace("-", " ")
    return _cut(f"{name} {json.dumps(event.data, ensure_ascii=False, sort_keys=True)}")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _was(before: object) -> str:
    return "" if before is None else f" (was {before})"


def _located(fact: library.Located) -> str:
    return f"moved from {fact.previous} to {fact.path}" if fact.previous else f"found at {fact.path}"


def _grouped(fact: library.Grouped) -> str:
    return f"became a companion of {short(fact.leader)}" if fact.leader else "stands by itself again"


def _synonym(fact: library.SynonymSet) -> str:
    return f"{fact.synonym} means the tag {fact.tag}" if fact.tag else f"{fact.synonym} no longer means a tag"


def _rated(fact: library.Rated) -> str:
    return f"rating {fact.before} taken away" if fact.rating is None else f"rated {fact.rating}{_was(fact.before)}"


def _marked(fact: library.Marked) -> str:
    if fact.mark is None:
        return f"mark {fact.before} taken away"
    return f"marked {fact.mark}{f': {fact.reason}' if fact.reason else ''}{_was(fact.before)}"


def _noted(fact: library.Noted) -> str:
    return "note taken away" if fact.note is None else f"note written: {fact.note}"


def _described(fact: library.Described) -> str:
    return f"its metadata was read ({fact.generator or 'no generator'}, from the {fact.origin})"


def _decided(fact: Decided) -> str:
    reason = f": {fact.reason}" if fact.reason else ""
    told = f"{fact.part or fact.about} {fact.kind} ({fact.source}){reason}"
    return f"decided: {told}" if fact.holds else f"decision taken back: {told}"


def _derived(fact: projects.Derived) -> str:
    return f"{fact.operation} read {len(fact.inputs)} and gave {len(fact.outputs)}"


_SENTENCES: dict[type[Payload], Callable[[Any], str]] = {
    library.Ingested: lambda fact: f"taken in from {fact.path} ({fact.mime}, {fact.size} bytes)",
    library.Located: _located,
    library.LocationLost: lambda fact: f"no longer at {fact.path}",
    library.Described: _described,
    library.Looked: lambda _: "its pixels were looked at",
    library.Grouped: _grouped,
    library.Tagged: lambda fact: f"tagged {fact.tag}",
    library.Untagged: lambda fact: f"tag {fact.tag} taken away",
    library.SynonymSet: _synonym,
    library.Rated: _rated,
    library.Favoured: lambda fact: "made a favourite" if fact.favourite else "no longer a favourite",
    library.Marked: _marked,
    library.Noted: _noted,
    library.Collected: lambda fact: f"put into the collection {fact.collection}",
    library.Uncollected: lambda fact: f"taken out of the collection {fact.collection}",
    library.Trashed: lambda fact: f"put into the trash from {fact.path}, kept until {fact.until[:10]}",
    library.Restored: lambda fact: f"back from the trash at {fact.path}",
    library.Purged: lambda fact: f"deleted for good: {fact.path} ({fact.size} bytes)",
    library.Undone: lambda fact: f"{len(fact.events)} changes taken back",
    library.Redone: lambda fact: f"{len(fact.events)} changes made again",
    music.Corrected: lambda fact: f"beats corrected: {fact.what}",
    library.RootAdded: lambda fact: f"files in {fact.path} are known by their place in it",
    library.RootMoved: lambda fact: f"the folder {fact.before} is at {fact.after} now",
    library.RootWatched: lambda fact: f"{fact.path} is {'watched' if fact.watched else 'no longer watched'}",
    library.Refused: lambda fact: f"not taken in ({fact.state}): {fact.path}: {fact.reason}",
    library.RefusalCleared: lambda fact: f"nothing more against {fact.path}",
    library.Imported: lambda fact: f"known from {fact.source} as {fact.name} ({fact.mime}, {fact.size} bytes)",
    library.Verified: lambda fact: f"{fact.files} files compared, {fact.damaged} damaged",
    library.Repaired: lambda fact: f"{fact.path} has its bytes again, from {fact.source}",
    library.BlockRepaired: lambda fact: f"metadata read anew from {fact.path}",
    library.Exported: lambda fact: f"{fact.assets} assets and {fact.files} files written to {fact.folder}",
    library.SidecarWritten: lambda fact: f"{fact.path} written",
    library.MeaningsKept: lambda fact: (
        f"meanings of {fact.prompts} prompts and {fact.assets} assets kept ({fact.model})"
    ),
    EventsImported: lambda fact: f"{fact.taken} events taken from {fact.path}, {fact.refused} lines refused",
    Erased: lambda fact: f"the payload of event {fact.position or fact.event} was erased: {fact.reason}",
    relay.SinkAdded: lambda fact: f"events {fact.pattern} go to the sink {fact.sink} ({fact.kind}) from now on",
    relay.SinkRemoved: lambda fact: f"the sink {fact.sink} ({fact.kind}) was taken away",
    relay.SinkPaused: lambda fact: f"the sink {fact.sink} gets nothing for now",
    relay.SinkResumed: lambda fact: f"the sink {fact.sink} gets events again",
    relay.Undeliverable: lambda fact: f"{fact.sink} refused event {fact.position} for good: {fact.reason}",
    relay.Redelivered: lambda fact: f"{fact.sink} took {len(fact.positions)} events that it had refused",
    projects.Migrated: lambda fact: f"tables brought from {fact.before or 'nothing'} to {fact.after}",
    projects.Derived: _derived,
    Decided: _decided,
    Reported: lambda fact: f"{fact.did} in DaVinci Resolve, timeline {fact.timeline!r}",
    projects.ProjectCreated: lambda fact: f"project {fact.name} begun",
    projects.ProjectBriefed: lambda fact: f"brief written: {fact.after}",
    takes.TakeProposed: lambda fact: f"a take of {fact.shot}" + (f": {fact.note}" if fact.note else ""),
    takes.TakeJudged: lambda fact: f"take of {fact.shot} {fact.after}" + (f": {fact.reason}" if fact.reason else ""),
    projects.ProjectStyled: lambda fact: "style sheet written" if fact.after else "style sheet taken away",
    projects.ProjectArchived: lambda _: "project put away",
    projects.ProjectReopened: lambda _: "project taken up again",
    projects.ProjectAssetAdded: lambda fact: f"made part of a project as {fact.role}",
    **MONEY,
}
