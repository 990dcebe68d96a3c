"""The library as a log says it was: what cannot be read is counted, and what is not ours does not count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alice_core.events import Event, decode
from alice_core.events import library_facts as library
from alice_core.events.facts import ProjectAssetAdded, ProjectBriefed
from alice_core.events.music_facts import Corrected
from alice_core.library.folding import state_at
from alice_core.library.past import LibraryState, PastAsset, PastProject

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def event(fact, number=1, *, time="2026-11-24T10:00:00.000Z", project=None):
    return Event(
        id=f"{number:08}", type=fact.type_name, schema=fact.schema_version, subject="x", time=time, actor="user:ada",
        data=fact.model_dump(mode="json"), project=project, seq=number, position=number,
    )  # fmt: skip


def ingested(path="/a/x.png", digest=A):
    return library.Ingested(
        digest=digest, kind="image", mime="image/png", size=3, path=path, content=B, made=None, name=None
    )


def test_an_empty_log_is_an_empty_library():
    assert state_at(()) == LibraryState()


def test_only_what_happened_by_then_counts():
    log = [
        event(ingested()),
        event(library.Rated(digest=A, rating=3, before=None), 2, time="2026-11-24T11:00:00.000Z"),
        event(library.Rated(digest=A, rating=5, before=3), 3, time="2026-11-24T12:00:00.000Z"),
    ]
    ratings = {
        hour: state_at(log, f"2026-11-24T{hour}:00:00.000Z").assets.get(A, PastAsset(A)).rating
        for hour in ("09", "10", "11", "12")
    }
    assert ratings == {"09": None, "10": None, "11": 3, "12": 5}
    assert state_at(log, "2026-11-24T09:59:59.999Z") == LibraryState()


def test_what_cannot_be_read_is_counted_and_the_rest_holds():
    known, rated = event(ingested()), event(library.Rated(digest=A, rating=3, before=None), 2)
    newer = replace(rated, schema=99, data={"what": "ever"})
    unknown = replace(rated, type="alice.library.sung", data={})
    erased = replace(rated, data={}, erased="0" * 64)
    state = state_at([known, newer, unknown, erased])
    assert state.unread == 3
    assert state.assets[A] == PastAsset(A, "image", 3, B)


def test_what_another_program_published_is_not_ours():
    foreign = replace(event(library.Rated(digest=A, rating=1, before=None), 2), source="/elsewhere")
    assert state_at([event(ingested()), foreign]).assets[A].rating is None
    assert state_at([replace(foreign, schema=99)]).unread == 0


def test_a_purge_of_version_1_means_the_file_that_was_thrown_first():
    thrown = [
        event(library.Trashed(digest=A, path="/a/x.png", kept=f"trash/{one}", item=one, until="later"), number)
        for number, one in enumerate(("01", "02"), 1)
    ]
    old = replace(event(library.Purged(digest=A, path="/a/x.png", size=3, item=""), 3), schema=1)
    del old.data["item"]
    assert set(state_at([*thrown, decode(old)]).trash) == {"02"}
    assert set(state_at([*thrown, decode(old), decode(old)]).trash) == set()
    # In a log of that time it could also be a copy of the store's own.
    assert state_at([event(ingested()), decode(old)]).places == {}


def test_a_part_of_a_log_gives_a_part_of_the_library():
    log = [
        event(library.Tagged(digest=A, tag="rain")),
        event(ProjectBriefed(project="1", before="", after="sun"), 2, project="Neon"),
        event(ProjectAssetAdded(project="2", digest=A, role="song"), 3, project="Other"),
        event(library.Located(digest=A, path="/a/y.png"), 4),
        event(library.RefusalCleared(path="/a/z.png"), 5),
        event(Corrected(digest=A, before=None, after=B, what="one beat"), 5),
        event(library.RootMoved(root=7, before="/old", after="/a"), 6),
    ]
    state = state_at(log)
    assert state.assets[A].tags == {"rain"}
    assert state.assets[A].beats == B
    assert state.projects["1"] == PastProject("Neon", "sun")
    assert state.projects["2"].members == {A: "song"}
    assert state.places == {"/a/y.png": A}
    assert state.roots[7].path == "/a"


@pytest.mark.parametrize("inner", ["/a/b", "/a"])
def test_what_lies_in_a_root_moves_with_it(inner):
    log = [
        event(library.RootAdded(root=1, path="/a")),
        event(ingested("/a/b/x.png"), 2),
        event(library.Refused(path="/a/b/y.png", state="broken", code="ALICE-M05", reason="cut"), 3),
        event(library.RootAdded(root=2, path="/a/b"), 4),
        event(library.RootMoved(root=1 if inner == "/a" else 2, before=inner, after="/new"), 5),
    ]
    state = state_at(log)
    # The inner folder is a root of its own from then on, and a move of the outer one does not move it.
    where = "/a/b" if inner == "/a" else "/new"
    assert state.places == {f"{where}/x.png": A}
    assert set(state.findings) == {f"{where}/y.png"}
