"""A lost store is built anew from files, the copies it kept itself, and sidecars."""

from __future__ import annotations

from pathlib import Path

import pytest

from alice_core.errors import Conflict, UsageError
from alice_core.library.curating import curation, membership
from alice_core.library.files import ingest_paths
from alice_core.library.keeping.rebuild import rebuild
from alice_core.library.keeping.sidecar import sidecar_of, write_sidecars
from alice_core.library.show import card
from alice_core.media.digest import digest_of_file
from alice_core.store import Actor, Ingredient, Job, Recipe, Target, derive, open_store


@pytest.fixture
def lost(tmp_path):
    """A home whose database is gone, and the folder of files it knew."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    with open_store(tmp_path / "old", actor=Actor("user:test")) as store:
        ingest_paths(store, [folder])
        digest = digest_of_file(folder / "a.txt")
        curation.rate(store, [digest], 5)
        membership.tag(store, [digest], ["style/neon"])
        for name in ("told.txt", "untold.txt"):
            recipe = Recipe("test.make", 1, {"n": name}, (Ingredient("t", digest),))
            made = derive(
                store, Job(recipe, (Target("out", Path(name)),), lambda paths, n=name: paths[0].write_text(n))
            )
        write_sidecars(store)
        sidecar_of(made.products[0].path).unlink()
    (tmp_path / "old" / "alice.db").unlink()
    return tmp_path / "old", folder


def test_a_store_is_built_in_its_old_home(lost):
    home, folder = lost
    with open_store(home) as store:
        foreseen = rebuild(store, [folder], dry_run=True)
        assert len(foreseen.ingested.new) == 4
        report = rebuild(store, [folder])
        assert (len(report.ingested.new), report.applied.read) == (4, 2)
        one = card(store, str(folder / "a.txt"))
        assert (one.curation.rating, one.tags) == (5, ("style/neon",))
        assert [recipe.recipe.operation for recipe in one.used_by] == ["test.make"]
        assert report.missing[0].startswith("how 1 of the store's own files were made")
        assert any("undo" in line for line in report.missing)
        with pytest.raises(Conflict, match="knows 4 assets"):
            rebuild(store, [folder])


def test_a_new_home_takes_the_copies_of_the_old_one(lost, tmp_path):
    home, folder = lost
    with open_store(tmp_path / "new") as store:
        report = rebuild(store, [folder], own=[home / "blobs", tmp_path / "new" / "blobs"])
        assert len(report.ingested.new) == 4
        assert card(store, str(folder / "a.txt")).used_by


def test_there_must_be_something_to_build_from(tmp_path):
    with open_store(tmp_path / "new") as store, pytest.raises(UsageError, match="nothing to build"):
        rebuild(store)
