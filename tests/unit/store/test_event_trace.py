"""What caused an event and what it caused, however long, wide or broken the chain is; and the log counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alice_core import projects
from alice_core.errors import NotFound, UsageError
from alice_core.events.facts import ProjectCreated
from alice_core.library import ingest_paths
from alice_core.library.curating import curation
from alice_core.library.curating.history import history_of
from alice_core.library.curating.undo import redo, undo
from alice_core.library.looking.companions import Change, group
from alice_core.library.looking.seen import Seen, record_looks
from alice_core.media.generation import Generation
from alice_core.store import OPERATIONS, Actor, Ingredient, Job, Recipe, Target, derive, operation
from alice_core.store.numbers import stamp


@pytest.fixture
def say(store):
    """Publishes an event with a cause, in a command of its own unless one is named, and gives it."""

    @operation("test.say", emits=(ProjectCreated,), permission="test.write")
    def publish(work, causes):
        """Say something for each cause."""
        fact = ProjectCreated(project="1", name="x", brief="")
        return [work.emit(fact, subject="1", causation=cause) for cause in causes]

    def many(*causes, command=None):
        store.actor = Actor("user:test") if command is None else Actor("user:test", command)
        return publish(store, causes)

    yield many
    del OPERATIONS["test.say"]


def explain(store, event):
    with store.reading() as reader:
        return reader.traces.explain(event.id)


def shape(effect):
    return [shape(one) for one in effect.effects] + ([effect.more] if effect.more else [])


def test_causes_and_effects_are_a_tree(store, say):
    (first,) = say(None)
    (second,) = say(first.id)
    left, _right = say(second.id, second.id)
    say(left.id)
    found = explain(store, second)
    assert [one.id for one in found.causes] == [first.id]
    assert found.unknown is None
    assert shape(found.tree) == [[[]], []]
    assert (found.command, found.others) == ((), 0)
    assert shape(explain(store, first).tree) == [[[[]], []]]


def test_other_events_of_the_command_are_told_and_counted(store, say):
    (first, *_) = say(*[None] * 60, command="c" * 36)
    (effect,) = say(first.id, command="c" * 36)
    found = explain(store, first)
    assert [one.event.id for one in found.tree.effects] == [effect.id]
    assert found.others == 59
    assert len(found.command) == 50
    assert {first.id, effect.id}.isdisjoint(one.id for one in found.command)
    below = explain(store, effect)
    assert [one.id for one in below.causes] == [first.id]
    assert below.others == 59


def test_a_cause_that_is_not_in_this_log_is_named(store, say):
    (event,) = say("nobody")
    found = explain(store, event)
    assert (found.causes, found.unknown) == ((), "nobody")


def test_a_wide_and_a_deep_tree_are_cut_and_counted(store, say):
    (root,) = say(None)
    say(*[root.id] * 700)
    wide = explain(store, root).tree
    assert (len(wide.effects), wide.more) == (500, 200)
    (one,) = say(None)
    top = one
    for _ in range(130):
        (one,) = say(one.id)
    deep = explain(store, top).tree
    depth = 0
    while deep.effects:
        (deep,) = deep.effects
        depth += 1
    assert (depth, deep.more) == (99, 1)
    assert len(explain(store, one).causes) == 130


def test_events_that_cause_each_other_end(store, say):
    ids = [f"00000000-0000-7000-8000-00000000000{number}" for number in (1, 2)]
    with pytest.MonkeyPatch.context() as patch:
        given = iter(ids)
        patch.setattr("alice_core.store.unit.uuid7", lambda: next(given))
        say(ids[1], ids[0])
    with store.reading() as reader:
        found = reader.traces.explain(ids[0])
    assert [one.id for one in found.causes] == [ids[1]]
    assert [one.event.id for one in found.tree.effects] == [ids[1]]
    assert shape(found.tree) == [[]]


def test_an_event_is_named_by_number_identifier_or_its_start(store, say):
    (event,) = say(None)
    with store.reading() as reader:
        traces = reader.traces
        position = reader.events.position()
        named = (event.id, event.id.upper(), f" {event.id[:-1]} ", str(position))
        assert {traces.named(one).id for one in named} == {event.id}
        for wrong in ("", "4711", "x", "9" * 40, "%", "-1"):
            with pytest.raises(NotFound):
                traces.named(wrong)
    say(None, None)
    with store.reading() as reader, pytest.raises(UsageError):
        reader.traces.named(event.id[:1])


@pytest.fixture
def files(store, tmp_path):
    """Digests of three files that were just taken in."""
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(name)
    ingest_paths(store, [tmp_path / f"{name}.txt" for name in "abc"])
    with store.reading() as reader:
        return [reader.places.at(tmp_path / f"{name}.txt").digest for name in "abc"]


def of_type(events, name):
    return [one for one in events() if one.type == f"alice.{name}"]


def test_a_derivation_was_caused_by_what_gave_its_newest_input(store, events, files):
    def job(name, inputs, because=()):
        def make(paths):
            paths[0].write_text(name)

        recipe = Recipe("test.copy", 1, {"name": name}, tuple(Ingredient("part", one) for one in inputs))
        return Job(recipe, (Target("copy", store.folder / f"{name}.txt"),), make, because)

    film = projects.create(store, "Neon")
    first = derive(store, job("first", files[:2]), project=film)
    derive(store, job("second", [files[2], first.products[0].digest]))
    derive(store, job("third", [], because=(first.products[0].digest,)))
    derive(store, job("fourth", []))
    ingested = {one.subject: one.id for one in of_type(events, "library.ingested")}
    one, two, three, four = of_type(events, "store.derived")
    assert one.causation == max(ingested[digest] for digest in files[:2])
    assert two.causation == three.causation == one.id
    assert four.causation is None
    (joined,) = of_type(events, "projects.asset-added")
    assert joined.causation == one.id


def test_looks_and_groups_were_caused_by_taking_the_file_in(store, events, files):
    ingested = {one.subject: one.id for one in of_type(events, "library.ingested")}
    generation = Generation("ComfyUI", "test", 1, prompt="rain")
    record_looks(store, (Seen(files[0], likeness=5, generation=generation),))
    group(store, (Change(files[1], files[0], spoken=generation),))
    (looked,), (grouped,) = of_type(events, "library.looked"), of_type(events, "library.grouped")
    assert looked.causation == ingested[files[0]]
    assert grouped.causation == ingested[files[1]]
    seen, told = of_type(events, "library.described")
    assert (seen.causation, told.causation) == (looked.id, ingested[files[1]])
    for digest in files:
        _, happenings = history_of(store, digest)
        assert all(one.by is None and one.undone is None for one in happenings)


def test_an_undo_was_caused_by_what_it_took_back(store, events, files):
    store.actor = Actor("user:test")
    curation.rate(store, files, 4)
    rated = of_type(events, "library.rated")
    store.actor = Actor("user:test")
    undo(store)
    (undone,) = of_type(events, "library.undone")
    assert undone.causation == rated[-1].id
    found = explain(store, rated[0])
    assert [one.event.type for one in found.tree.effects] == ["alice.library.rated"]
    store.actor = Actor("user:test")
    redo(store)
    again = explain(store, rated[0]).tree
    assert shape(again) == [[[], []]]
    _, happenings = history_of(store, files[0])
    assert [one.by for one in happenings if one.event.type.endswith("rated")] == [None, "undo", "redo"]


def test_the_log_is_counted_by_type_and_hour(store, say):
    say(None, None)
    now = datetime.now(UTC)
    with store.reading() as reader:
        rates = reader.rates
        size = rates.size()
        assert (size.events, size.position, size.unsealed) == (3, 3, 0)
        assert size.bytes == sum(len(one.payload_text.encode()) for one in reader.events.following(0))
        assert size.first <= size.last <= stamp(now)
        assert [(one.type, one.count) for one in rates.by_type()] == [
            ("alice.projects.created", 2),
            ("alice.store.migrated", 1),
        ]
        later = stamp(now + timedelta(hours=1))
        assert rates.by_type(later) == ()
        assert (rates.count(size.first), rates.count(later)) == (3, 0)
        hours = rates.by_hour(now - timedelta(hours=2), now)
        assert len(hours) == 3
        assert sum(hours) == 3
