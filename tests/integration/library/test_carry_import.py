"""An import takes everything over, checks it first, writes over nothing, and changes nothing when done again."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core import projects
from alice_core.errors import AliceError, IntegrityError
from alice_core.library.curating import curation, membership, tags
from alice_core.library.files import ingest_paths
from alice_core.library.keeping import importing
from alice_core.library.keeping.export import export
from alice_core.library.keeping.importing import import_folder
from alice_core.library.keeping.manifest import read_manifest
from alice_core.library.keeping.verify import verify
from alice_core.library.show import card, cards
from alice_core.media.digest import digest_of_bytes, digest_of_file
from alice_core.store import Actor, Ingredient, Job, Recipe, Target, derive, open_store
from alice_core.store.catalogue import join_project
from alice_core.store.check import check
from alice_core.store.wanted import Text, Wanted

WORDS = digest_of_bytes(b"words")


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A folder with files, the store that knows them, its export, and what it says of each asset."""
    tmp_path = tmp_path_factory.mktemp("origin")
    picture = tmp_path / "pictures" / "day 1" / "a b.png"
    picture.parent.mkdir(parents=True)
    words = PngInfo()
    words.add_text("parameters", "neon rain\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 11, Size: 8x8")
    Image.new("RGB", (8, 8), "red").save(picture, pnginfo=words)
    (tmp_path / "pictures" / "note.txt").write_text("words")
    os.utime(tmp_path / "pictures" / "note.txt", (1_600_000_000, 1_600_000_000))
    odd = tmp_path / "pictures" / os.fsdecode(b"odd \xff name.txt")
    odd.write_text("odd")
    with open_store(tmp_path / "first", actor=Actor("user:ada")) as store:
        ingest_paths(store, [tmp_path / "pictures"])
        digest = digest_of_file(picture)
        curation.rate(store, [digest, WORDS], 4)
        curation.favour(store, [digest])
        curation.mark(store, [digest], "hero", "the light")
        curation.note(store, [WORDS], "keep")
        membership.tag(store, [digest, WORDS], ["style/neon"])
        membership.collect(store, [digest], "Best")
        tags.set_synonym(store, "glow", "style/neon")
        join_project(store, projects.create(store, "Neon", "rain and neon"), digest, "shot")
        recipe = Recipe("test.make", 1, {"prompt": "neon", "sizes": (1, 2)}, (Ingredient("picture", digest),))
        targets = (Target("text", tmp_path / "out" / "made.txt"), Target("kept", Path("kept.txt")))
        derive(store, Job(recipe, targets, lambda paths: [path.write_text(f"made {path.suffix}") for path in paths]))
        export(store, tmp_path / "export")
        return tmp_path, everything(store)


@pytest.fixture
def exported(origin, tmp_path):
    """The export, to do with as a test likes, and what its store said of each asset."""
    folder, said = origin
    return shutil.copytree(folder / "export", tmp_path / "export"), said


def everything(store):
    """What a store says of all its assets, without what differs from store to store."""
    with store.reading() as reader:
        known = {one.asset.digest: one.to_json() for one in cards(reader, reader.assets.after(-1))}
        numbers = {asset.digest: asset.number for asset in reader.assets.after(-1)}
        blocks = {digest: reader.metadata.blocks(number) for digest, number in numbers.items()}
    for one in known.values():
        one.pop("locations")
        for derivation in (*one["made_by"], *one["used_by"]):
            derivation.pop("event")
    return known, numbers, blocks


def test_everything_comes_over(exported, store, tmp_path):
    folder, said = exported
    report = import_folder(store, folder)
    assert (len(report.new), report.known, len(report.files), report.recipes) == (4, 0, 4, 1)
    assert everything(store) == said
    assert all(path.is_relative_to(store.folder / "blobs") for path in report.files)
    assert verify(store).damages == ()
    assert check(store).findings == ()
    with store.reading() as reader:
        assert reader.labels.synonyms() == {"glow": "style/neon"}
        assert reader.projects.named("Neon").brief == "rain and neon"
        assert reader.search.count(Wanted(Text("neon"))) >= 1


@pytest.mark.parametrize("how", ["blobs", "files_to", "in_place"])
def test_again_changes_nothing(exported, store, tmp_path, events, how):
    folder, _ = exported
    where = {"files_to": {"files_to": tmp_path / "mine"}, "in_place": {"in_place": True}}.get(how, {})
    import_folder(store, folder, **where)
    cursor, before = len(events()), sorted(tmp_path.rglob("*"))
    report = import_folder(store, folder, **where)
    assert (report.new, report.known, report.recipes, report.differences) == ((), 4, 0, ())
    assert len(events()) == cursor
    assert sorted(tmp_path.rglob("*")) == before


def test_files_are_copied_into_the_folders_they_lay_in(exported, store, tmp_path):
    folder, _ = exported
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("my own, which stays")
    import_folder(store, folder, files_to=tmp_path / "mine")
    names = sorted(os.fsencode(path.relative_to(tmp_path / "mine")) for path in (tmp_path / "mine").rglob("*.*"))
    assert names[:5] == [b"day 1/a b.png", b"made.txt", b"note-2.txt", b"note.txt", b"odd \xff name.txt"]
    assert (tmp_path / "mine" / "note.txt").read_text() == "my own, which stays"
    assert (tmp_path / "mine" / "note-2.txt").stat().st_mtime == 1_600_000_000
    assert card(store, str(tmp_path / "mine" / "day 1" / "a b.png")).tags == ("style/neon",)


def test_files_can_stay_in_the_export(exported, store):
    folder, _ = exported
    report = import_folder(store, folder, in_place=True)
    assert all(path.parent == folder / "files" for path in report.files)
    assert not (store.folder / "blobs").exists()


def test_what_is_here_stays_and_the_difference_is_told(exported, store, tmp_path):
    folder, _ = exported
    mine = tmp_path / "here" / "note.txt"
    mine.parent.mkdir()
    mine.write_text("words")
    ingest_paths(store, [mine.parent])
    curation.rate(store, [WORDS], 1)
    curation.note(store, [WORDS], "mine")
    membership.tag(store, [WORDS], ["Style/Other"])
    projects.create(store, "Neon", "another brief")
    tags.set_synonym(store, "glow", "light")
    report = import_folder(store, folder)
    one = card(store, WORDS)
    assert (one.curation.rating, one.curation.note) == (1, "mine")
    assert one.tags == ("Style/Other", "Style/neon")  # united, written as it is here
    assert [place.path for place in one.locations] == [mine]  # there is a file already; no copy was made
    told = {(diff.field, diff.here, diff.there) for diff in report.differences}
    assert told == {
        ("rating", "1", "4"),
        ("note", "mine", "keep"),
        ("brief", "another brief", "rain and neon"),
        ("synonym", "light", "style/neon"),
    }


def test_a_bad_file_stops_everything_before_anything_is_registered(exported, store, events):
    folder, _ = exported
    cursor = len(events())
    files = {path.name.partition("-")[2]: path for path in (folder / "files").iterdir()}
    files["note.txt"].write_text("wordz")
    files["a b.png"].unlink()
    made = files["made.txt"]
    made.write_text("longer than it was")
    for dry_run in (True, False):
        with pytest.raises(IntegrityError, match="3 files") as caught:
            import_folder(store, folder, dry_run=dry_run)
        assert caught.value.code == "ALICE-I04"
        assert "holds other bytes" in caught.value.message
        assert "not there" in caught.value.message
    assert len(events()) == cursor
    report = import_folder(store, folder, partial=True)
    assert (len(report.new), len(report.files), len(report.bad)) == (4, 1, 3)
    assert len(card(store, WORDS).locations) == 0
    assert verify(store).damages == ()


@pytest.mark.parametrize("name", ["library.jsonl", "blocks.zip", "events.jsonl", "manifest.json"])
def test_a_bad_part_stops_everything_even_a_partial_import(exported, store, events, name):
    folder, _ = exported
    cursor = len(events())
    (folder / name).write_bytes(b"{}\n")
    with pytest.raises(IntegrityError):
        import_folder(store, folder, partial=True)
    (folder / name).unlink()
    with pytest.raises(AliceError):
        import_folder(store, folder, partial=True)
    assert len(events()) == cursor


def remade(folder, name, change):
    """Change a part of an export and let its manifest vouch for it, as a bad program would."""
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    manifest = json.loads((folder / "manifest.json").read_text())
    for part in manifest["parts"]:
        if part["name"] == name:
            part.update(digest=digest_of_file(folder / name), size=(folder / name).stat().st_size)
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "line",
    [b"no json\n", b"[]\n", b'{"record": "asset"}\n', b'{"record": "recipe", "key": 1}\n', b'{"record": "project"}\n'],
)
def test_a_record_that_is_none_is_said(exported, store, line):
    folder, _ = exported
    remade(folder, "library.jsonl", lambda data: line + data)
    with pytest.raises(IntegrityError) as caught:
        import_folder(store, folder)
    assert caught.value.code == "ALICE-I04"


def test_raw_metadata_that_is_not_what_its_name_says_is_refused(exported, store):
    folder, _ = exported
    remade(folder, "blocks.zip", lambda _: b"PK no archive")
    with pytest.raises(IntegrityError, match="zip"):
        import_folder(store, folder)


@pytest.mark.parametrize("name", ["../escape.txt", "/etc/passwd", "files/../../x", "C:\\x", "files\\x", ""])
def test_a_manifest_that_leads_out_of_its_folder_is_refused(exported, store, name):
    folder, _ = exported
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][0]["name"] = name
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IntegrityError, match="manifest"):
        read_manifest(folder)


def test_paths_that_lead_out_are_not_followed(exported, store, tmp_path):
    folder, _ = exported
    remade(folder, "library.jsonl", lambda data: data.replace(b'"path":"note.txt"', b'"path":"../../note.txt"'))
    import_folder(store, folder, files_to=tmp_path / "deep" / "mine")
    assert not list(tmp_path.glob("note*"))
    assert len(list((tmp_path / "deep" / "mine").rglob("*note.txt"))) == 1


def test_a_recipe_whose_key_is_not_its_own_is_left_out(exported, store):
    folder, _ = exported
    remade(folder, "library.jsonl", lambda data: data.replace(b'"prompt":"neon","sizes"', b'"prompt":"oil","sizes"'))
    assert import_folder(store, folder).recipes == 0


def test_a_dry_run_tells_and_writes_nothing(exported, store, tmp_path, events):
    folder, _ = exported
    cursor, before = len(events()), sorted(tmp_path.rglob("*"))
    report = import_folder(store, folder, files_to=tmp_path / "mine", dry_run=True)
    assert (len(report.new), len(report.files)) == (4, 4)
    assert (len(events()), sorted(tmp_path.rglob("*"))) == (cursor, before)


def test_an_import_that_was_stopped_is_gone_on_with(exported, store, monkeypatch):
    folder, said = exported
    monkeypatch.setattr(importing, "_BATCH", 2)
    real, calls = importing.carry_copy, []

    def stop(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(importing, "carry_copy", stop)
    with pytest.raises(KeyboardInterrupt):
        import_folder(store, folder)
    assert check(store).findings == ()
    import_folder(store, folder)
    assert everything(store) == said


def test_an_export_without_files_brings_what_is_known(origin, store, tmp_path):
    folder, _ = origin
    with open_store(folder / "first") as first:
        export(first, tmp_path / "bare", with_files=False)
    report = import_folder(store, tmp_path / "bare")
    assert (len(report.new), report.files) == (4, ())
    assert all(one["missing"] == [] for one in everything(store)[0].values())
    ingest_paths(store, [folder / "pictures"])
    assert card(store, str(folder / "pictures" / "day 1" / "a b.png")).curation.rating == 4
