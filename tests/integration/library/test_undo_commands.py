"""Undo rests on events: what a command did is taken back exactly, once, and never over what came later."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alice_core import projects
from alice_core.errors import Conflict
from alice_core.events.library_facts import Grouped
from alice_core.library import ingest_paths
from alice_core.library.curating import curation, membership, tags
from alice_core.library.curating.changes import Deed, carry_out
from alice_core.library.curating.history import history_of
from alice_core.library.curating.undo import redo, undo
from alice_core.library.discarding import trash
from alice_core.store import OPERATIONS, Actor, operation
from alice_core.store.labels import Curation


@pytest.fixture
def files(store, tmp_path):
    """Three known files, and the digest of each; what follows is another command."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"rain {name}")
    ingest_paths(store, [folder])
    next_command(store)
    with store.reading() as reader:
        return {one.path.stem: one.digest for one in reader.places.below(folder)}


def next_command(store, actor="user:test"):
    """What is done from now on belongs to another command."""
    store.actor = Actor(actor)


def do(store, call, *arguments, **options):
    """One command."""
    next_command(store)
    return call(store, *arguments, **options)


def state(store, files):
    """Everything that people say, of all assets."""
    with store.reading() as reader:
        numbers = reader.assets.known(files.values())
        some = list(numbers.values())
        labels = reader.labels
        said = (labels.curations(some), labels.tags(some), labels.collections(some), labels.synonyms())
        return (*said, labels.all_tags(), labels.all_collections())


def test_an_undo_brings_back_the_state_before_and_a_redo_the_state_after(store, files, events):
    every = tuple(files.values())
    do(store, membership.tag, every[:2], ("rain", "style/neon"))
    before = state(store, files)
    do(store, tags.rename_tag, "style", "rain")
    after = state(store, files)
    assert before != after
    (taken,) = do(store, undo)
    assert state(store, files) == before
    assert taken.skipped == ()
    fresh = events()
    assert fresh[-1].type == "alice.library.undone"
    assert list(fresh[-1].data["events"]) == [one.id for one in taken.events]
    answers = {one.causation: one for one in fresh if one.correlation == store.actor.correlation and one.causation}
    assert set(answers) == set(fresh[-1].data["events"])
    (again,) = do(store, redo)
    assert state(store, files) == after
    assert {one.id for one in again.again} == {one.id for one in taken.events}
    assert events()[-1].type == "alice.library.redone"


def test_commands_are_taken_back_newest_first_and_each_once(store, files):
    one = (files["a"],)
    for rating in (1, 2, 3):
        do(store, curation.rate, one, rating)
    rating = lambda: state(store, files)[0]  # noqa: E731 - read anew each time
    do(store, undo)
    assert [said.rating for said in rating().values()] == [2]
    assert len(do(store, undo, 2)) == 2
    assert rating() == {}
    assert do(store, undo) == ()
    assert len(do(store, redo, 2)) == 2
    assert [said.rating for said in rating().values()] == [2]
    do(store, redo)
    assert [said.rating for said in rating().values()] == [3]
    assert do(store, redo) == ()
    assert len(do(store, undo, 9)) == 3
    assert rating() == {}


def test_one_undo_of_several_commands_is_made_again_one_by_one(store, files):
    do(store, membership.tag, (files["a"],), ("a",))
    do(store, membership.tag, (files["a"],), ("b",))
    do(store, undo, 2)
    do(store, redo)
    assert set(state(store, files)[4]) == {"a"}
    do(store, redo)
    assert set(state(store, files)[4]) == {"a", "b"}


def test_later_changes_are_never_written_over(store, files):
    do(store, curation.rate, tuple(files.values()), 3)
    next_command(store, "user:ada")
    curation.rate(store, (files["a"],), 5)
    (taken,) = do(store, undo)
    assert {one.subject for one in taken.skipped} == {files["a"]}
    with store.reading() as reader:
        numbers = reader.assets.known(files.values())
        said = reader.labels.curations(list(numbers.values()))
    assert said == {numbers[files["a"]]: Curation(rating=5)}
    assert do(store, undo) == ()


def test_a_command_of_which_nothing_holds_is_refused_or_passed_over(store, files, events):
    do(store, curation.note, (files["a"],), "first")
    do(store, curation.rate, (files["b"],), 3)
    next_command(store, "user:ada")
    curation.rate(store, (files["b"],), 5)
    last = len(events())
    with pytest.raises(Conflict, match="changed again since"):
        do(store, undo)
    assert len(events()) == last
    (foreseen,) = do(store, undo, skip=True, dry_run=True)
    (taken,) = do(store, undo, skip=True)
    assert taken == foreseen
    assert [one.type for one in taken.events] == ["alice.library.noted"]


def test_only_ones_own_commands_are_taken_back(store, files):
    next_command(store, "user:ada")
    curation.favour(store, (files["a"],))
    assert do(store, undo) == ()
    next_command(store, "user:ada")
    assert len(undo(store)) == 1


def test_a_dry_run_takes_nothing_back_and_sees_through_several_commands(store, files, events):
    one = (files["a"],)
    for rating in (1, 2, 3):
        do(store, curation.rate, one, rating)
    last = len(events())
    foreseen = do(store, undo, 3, dry_run=True)
    assert [(len(one.events), one.skipped) for one in foreseen] == [(1, ())] * 3
    assert len(events()) == last
    assert do(store, undo, 3) == foreseen


def test_several_changes_in_one_command_are_one_step(store, files):
    one = (files["a"],)
    next_command(store)
    curation.rate(store, one, 1)
    curation.rate(store, one, 2)
    membership.collect(store, one, "best")
    (taken,) = do(store, undo)
    assert len(taken.events) == 3
    assert state(store, files) == ({}, {}, {}, {}, {}, {})
    next_command(store)
    curation.rate(store, one, 4)
    assert len(undo(store)) == 1  # in the same command as what it takes back
    assert state(store, files)[0] == {}
    assert undo(store) == ()


def test_briefs_synonyms_and_companions_come_back_too(store, files):
    @operation("test.group", emits=(Grouped,), permission="test.write")
    def group(work, digest, leader):
        """Make one a companion of the other."""
        carry_out(work, (Deed(Grouped(digest=digest, leader=leader, before=None), digest),))

    try:
        do(store, projects.create, "Neon", "rain")
        do(store, projects.brief, "Neon", "sun")
        do(store, tags.set_synonym, "glow", "neon")
        do(store, group, files["b"], files["a"])
        assert len(do(store, undo, 5)) == 3
    finally:
        del OPERATIONS["test.group"]
    with store.reading() as reader:
        assert reader.projects.named("Neon").brief == "rain"
        assert reader.labels.synonyms() == {}
        assert reader.assets.get(files["b"]).leader is None


def test_groups_that_came_of_taking_files_in_stay(store, files, tmp_path):
    @operation("test.group", emits=(Grouped,), permission="test.write")
    def group(work, digest, leader):
        """Make one a companion of the other."""
        carry_out(work, (Deed(Grouped(digest=digest, leader=leader, before=None), digest),))

    try:
        next_command(store)
        (tmp_path / "d.txt").write_text("d")
        ingest_paths(store, [tmp_path / "d.txt"])
        group(store, files["b"], files["a"])
        assert do(store, undo) == ()
    finally:
        del OPERATIONS["test.group"]


def test_a_throw_and_a_restore_are_taken_back_by_moving_files(store, files, tmp_path):
    path = tmp_path / "in" / "a.txt"
    do(store, trash.throw, [str(path)])
    assert not path.exists()
    (foreseen,) = do(store, undo, dry_run=True)
    assert not path.exists()
    (taken,) = do(store, undo)
    assert taken == foreseen
    assert path.read_text() == "rain a"
    assert trash.in_trash(store) == ()
    do(store, redo)
    assert not path.exists()
    (item,) = trash.in_trash(store)
    do(store, trash.restore, [item.item.id])
    assert path.exists()
    do(store, undo)
    assert not path.exists()
    assert len(trash.in_trash(store)) == 1
    with store.reading() as reader:
        assert reader.assets.get(files["a"]).trashed


def test_a_throw_whose_file_was_deleted_for_good_is_refused(store, files, tmp_path):
    do(store, trash.throw, [str(tmp_path / "in" / "a.txt")])
    trash.empty(store, everything=True)
    with pytest.raises(Conflict):
        do(store, undo)


def test_the_history_tells_everything_in_order_and_what_took_it_back(store, files, tmp_path):
    path = tmp_path / "in" / "a.txt"
    do(store, curation.rate, (files["a"],), 5)
    do(store, curation.rate, (files["b"],), 1)
    do(store, undo, 2)
    do(store, redo, 2)
    do(store, trash.throw, [str(path)])
    digest, told = history_of(store, files["a"])
    assert digest == files["a"]
    assert [one.event.seq for one in told] == sorted(one.event.seq for one in told)
    texts = [(one.text, one.by) for one in told]
    assert texts[1:4] == [("rated 5", None), ("rating 5 taken away", "undo"), ("rated 5", "redo")]
    assert texts[4][0].startswith(f"put into the trash from {path}")
    assert told[1].undone == told[2].event
    assert told[2].undone == told[3].event
    assert told[3].undone is None
    as_json = told[1].to_json()
    assert as_json["undone"]["id"] == told[2].event.id
    assert (as_json["text"], as_json["actor"]) == ("rated 5", "user:test")


_CALLS = (
    lambda store, some: curation.rate(store, some, 3),
    lambda store, some: curation.rate(store, some, None),
    curation.favour,
    lambda store, some: curation.mark(store, some, "hero", "why"),
    lambda store, some: curation.mark(store, some, "maybe"),
    lambda store, some: curation.note(store, some, "x"),
    lambda store, some: membership.tag(store, some, ("a/b", "c")),
    lambda store, some: membership.untag(store, some, ("c",)),
    lambda store, some: membership.collect(store, some, "best"),
    lambda store, some: membership.uncollect(store, some, "best"),
    lambda store, some: tags.rename_tag(store, "a", "c") if "a/b" in names(store) else None,
)


def names(store):
    with store.reading() as reader:
        return reader.labels.tag_names()


@given(st.lists(st.tuples(st.integers(0, len(_CALLS) - 1), st.integers(1, 3)), max_size=8))
@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_done_undo_leads_back_through_every_state_and_redo_forward(store, files, steps):
    every = tuple(files.values())
    while do(store, undo, 50):
        pass  # what an earlier example left
    states = [state(store, files)]
    for number, count in steps:
        do(store, _CALLS[number], every[:count])
        if state(store, files) != states[-1]:
            states.append(state(store, files))
    for expected in reversed(states[:-1]):
        assert len(do(store, undo)) == 1
        assert state(store, files) == expected
    for expected in states[1:]:
        assert len(do(store, redo)) == 1
        assert state(store, files) == expected
