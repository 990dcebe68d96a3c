"""A library moves between SQLite and PostgreSQL, in both directions, and is the same afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core import projects
from alice_core.library.curating import curation, membership
from alice_core.library.files import ingest_paths
from alice_core.library.keeping.export import export
from alice_core.library.keeping.importing import import_folder
from alice_core.library.keeping.repair import repair
from alice_core.library.keeping.sidecar import write_sidecars
from alice_core.library.keeping.verify import verify
from alice_core.library.show import cards
from alice_core.media.digest import digest_of_file
from alice_core.store import Ingredient, Job, Recipe, Target, derive, open_store
from alice_core.store.catalogue import join_project
from alice_core.store.check import check


def said(store):
    """Everything that a store says of its assets, without what belongs to the store itself."""
    with store.reading() as reader:
        known = [one.to_json() for one in cards(reader, reader.assets.after(-1))]
    for one in known:
        for name in ("locations", "added"):
            one.pop(name)
        for derivation in (*one["made_by"], *one["used_by"]):
            derivation.pop("event")
    return known


def fill(store, folder):
    words = PngInfo()
    words.add_text("parameters", "neon rain\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 11, Size: 8x8")
    folder.mkdir()
    Image.new("RGB", (8, 8), "red").save(folder / "a.png", pnginfo=words)
    (folder / "b.txt").write_text("words")
    ingest_paths(store, [folder])
    digest = digest_of_file(folder / "a.png")
    curation.rate(store, [digest], 4)
    curation.mark(store, [digest], "hero", "the light")
    membership.tag(store, [digest], ["style/neon"])
    membership.collect(store, [digest], "Best")
    join_project(store, projects.create(store, "Neon", "rain"), digest, "shot")
    recipe = Recipe("test.make", 1, {"prompt": "neon"}, (Ingredient("picture", digest),))
    derive(store, Job(recipe, (Target("out", Path("made.txt")),), lambda paths: paths[0].write_text("made")))


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_a_library_is_the_same_in_the_other_database(postgresql_url, tmp_path, back):
    urls = [None, postgresql_url]
    first, second = reversed(urls) if back else urls
    with open_store(tmp_path / "one", url=first) as store:
        fill(store, tmp_path / "files")
        export(store, tmp_path / "export")
        before = said(store)
    with open_store(tmp_path / "two", url=second) as store:
        report = import_folder(store, tmp_path / "export")
        assert (len(report.new), report.recipes, report.differences) == (3, 1, ())
        assert said(store) == before
        assert import_folder(store, tmp_path / "export").new == ()
        assert check(store).findings == ()
        assert verify(store).damages == ()


def test_verify_repair_and_sidecars_in_every_database(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url) as store:
        fill(store, tmp_path / "files")
        shutil.copytree(tmp_path / "files", tmp_path / "copy")
        ingest_paths(store, [tmp_path / "copy"])
        found = verify(store)
        assert (found.files, found.damages, found.blocks) == (5, (), 1)
        picture = tmp_path / "files" / "a.png"
        picture.write_bytes(picture.read_bytes()[:-8])
        (damage,) = verify(store).damages
        assert damage.what == "truncated"
        assert repair(store, [damage])[0].done
        assert verify(store).damages == ()
        assert len(write_sidecars(store).written) == 3
