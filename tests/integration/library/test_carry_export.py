"""An export is whole or is not one: its digests are right, it goes on where it was killed, and harms nothing."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core import projects
from alice_core.errors import Conflict, ExportError, IntegrityError, NotFound, UsageError
from alice_core.library.curating import curation, membership, tags
from alice_core.library.files import ingest_paths
from alice_core.library.keeping import copies
from alice_core.library.keeping import export as export_module
from alice_core.library.keeping.copies import carry_copy, difference
from alice_core.library.keeping.export import export
from alice_core.library.keeping.manifest import file_names, read_manifest
from alice_core.media.digest import digest_of_bytes, digest_of_file
from alice_core.store import Ingredient, Job, Recipe, Target, derive
from alice_core.store.catalogue import join_project


@pytest.fixture
def picture(tmp_path):
    words = PngInfo()
    words.add_text("parameters", "neon rain\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 11, Size: 8x8")
    path = tmp_path / "pictures" / "day 1" / "a b.png"
    path.parent.mkdir(parents=True)
    Image.new("RGB", (8, 8), "red").save(path, pnginfo=words)
    return path


@pytest.fixture
def library(store, tmp_path, picture):
    """A picture that is said much of, a text made of it, a copy that only the store keeps, and one more text."""
    (tmp_path / "pictures" / "note.txt").write_text("words")
    ingest_paths(store, [tmp_path / "pictures"])
    digest = digest_of_file(picture)
    curation.rate(store, [digest], 4)
    curation.mark(store, [digest], "hero", "the light")
    membership.tag(store, [digest], ["style/neon"])
    membership.collect(store, [digest], "Best")
    tags.set_synonym(store, "glow", "style/neon")
    neon = projects.create(store, "Neon", "rain and neon")
    join_project(store, neon, digest, "shot")

    def make(paths):
        paths[0].write_text("made of it")
        paths[1].write_text("kept by the store")

    targets = (Target("text", tmp_path / "out" / "made.txt"), Target("kept", Path("kept.txt")))
    derive(store, Job(Recipe("test.make", 1, {"prompt": "neon"}, (Ingredient("picture", digest),)), targets, make))
    return store


def records(folder):
    lines = (folder / "library.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_everything_is_in_the_folder_and_every_digest_is_right(library, tmp_path, picture, events):
    cursor = len(events())
    report = export(library, tmp_path / "export")
    assert (report.assets, report.named, len(report.files), report.failed, report.fileless) == (4, 0, 4, (), ())
    manifest = read_manifest(tmp_path / "export")
    for part in (*manifest.parts, *manifest.files):
        path = tmp_path / "export" / part.name
        assert (digest_of_file(path), path.stat().st_size) == (part.digest, part.size)
    digest = digest_of_file(picture)
    name = next(part.name for part in manifest.files if part.digest == digest)
    assert name == f"files/{digest[7:19]}-a b.png"
    assert (tmp_path / "export" / name).stat().st_mtime_ns == picture.stat().st_mtime_ns
    said = next(one for one in records(tmp_path / "export") if one.get("digest") == digest)
    assert said["curation"]["rating"] == 4
    assert (said["tags"], said["collections"], said["projects"]) == (
        ["style/neon"],
        ["Best"],
        [{"name": "Neon", "role": "shot"}],
    )
    assert said["paths"] == [{"root": str(tmp_path / "pictures"), "path": "day 1/a b.png"}]
    assert said["reading"]["embedded"]["generation"]["seed"] == 11
    with zipfile.ZipFile(tmp_path / "export" / "blocks.zip") as blocks:
        data = blocks.read(said["blocks"][0]["digest"].removeprefix("sha256:"))
    assert data.startswith(b"neon rain")
    kinds = [one["record"] for one in records(tmp_path / "export")]
    assert sorted(set(kinds)) == ["asset", "project", "recipe", "synonym"]
    happened = [json.loads(line) for line in (tmp_path / "export" / "events.jsonl").read_text().splitlines()]
    assert {one["type"] for one in happened} >= {"alice.library.rated", "alice.store.derived", "alice.projects.created"}
    assert all(one["specversion"] == "1.0" for one in happened)
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == [
        "blocks.zip",
        "events.jsonl",
        "files",
        "library.jsonl",
        "manifest.json",
    ]
    (told,) = events(cursor)
    assert (told.type, told.data["assets"], told.data["choice"]) == ("alice.library.exported", 4, "everything")


def test_a_choice_brings_its_ancestry_by_name_only(library, tmp_path):
    report = export(library, tmp_path / "export", query="name:made*")
    assert (report.assets, report.named, len(report.files)) == (1, 2, 1)
    said = {one["name"]: (one["chosen"], one["file"]) for one in records(tmp_path / "export") if "chosen" in one}
    assert said["a b.png"] == (False, None)
    report = export(library, tmp_path / "neon", project="Neon", with_files=False)
    assert (report.assets, report.files) == (1, ())
    with pytest.raises(NotFound, match="no project"):
        export(library, tmp_path / "x", project="None")
    with pytest.raises(UsageError):
        export(library, tmp_path / "x", project="Neon", query="rain")
    assert not (tmp_path / "x").exists()


def test_a_dry_run_tells_and_writes_nothing(library, tmp_path, events, picture):
    digest = digest_of_file(picture)
    picture.unlink()
    cursor = len(events())
    report = export(library, tmp_path / "export", dry_run=True)
    assert (report.assets, len(report.files), report.fileless) == (4, 3, (digest,))
    assert not (tmp_path / "export").exists()
    assert len(events()) == cursor


def test_a_stopped_export_never_looks_complete_and_is_gone_on_with(library, tmp_path, monkeypatch):
    folder = tmp_path / "export"
    real = export_module.write_events

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(export_module, "write_events", stop)
    with pytest.raises(KeyboardInterrupt):
        export(library, folder)
    assert (folder / "incomplete").is_file()
    with pytest.raises(IntegrityError, match="not complete") as caught:
        read_manifest(folder)
    assert caught.value.code == "ALICE-I04"
    (folder / "files" / ".x.png.999999999.part.png").write_bytes(b"left by a killed process")
    (cut,) = [path for path in (folder / "files").iterdir() if path.name.endswith("note.txt")]
    cut.write_text("wo")
    monkeypatch.setattr(export_module, "write_events", real)
    report = export(library, folder)
    assert (report.kept, len(report.files)) == (3, 4)
    assert cut.read_text() == "words"
    assert not (folder / "incomplete").exists()
    assert len(list((folder / "files").iterdir())) == 4


def test_an_export_is_brought_up_to_date(library, tmp_path, monkeypatch):
    folder = tmp_path / "export"
    export(library, folder)
    (folder / "files" / "mine.txt").write_text("somebody's own")
    monkeypatch.setattr(export_module, "write_events", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(library, folder, query="kind:image")
    with pytest.raises(IntegrityError, match="not complete"):
        read_manifest(folder)  # the earlier manifest no longer vouches for it
    monkeypatch.undo()
    report = export(library, folder, query="kind:image")
    names = sorted(path.name for path in (folder / "files").iterdir())
    assert len(report.files) == 1
    assert names == sorted([Path(report.files[0].name).name, "mine.txt"])


def test_other_folders_are_not_written_into(library, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("x")
    with pytest.raises(Conflict, match="not empty"):
        export(library, tmp_path / "full")
    (tmp_path / "full" / "manifest.json").write_text('{"schema": "other"}')
    with pytest.raises(IntegrityError, match="schema"):
        export(library, tmp_path / "full")
    (tmp_path / "full" / "manifest.json").write_text("{}")
    with pytest.raises(IntegrityError, match="cannot be read as a manifest"):
        export(library, tmp_path / "full")
    assert sorted(path.name for path in (tmp_path / "full").iterdir()) == ["manifest.json", "thesis.txt"]
    with pytest.raises(NotFound, match="holds no export"):
        read_manifest(tmp_path / "pictures")


def test_damaged_and_lost_files_are_said_and_good_copies_are_taken(library, tmp_path, picture):
    note = tmp_path / "pictures" / "note.txt"
    shutil.copy(picture, tmp_path / "out" / "copy.png")
    ingest_paths(library, [tmp_path / "out"])
    picture.write_bytes(picture.read_bytes()[:-1])
    note.write_text("other")
    report = export(library, tmp_path / "export")
    assert len(report.files) == 3
    ((digest, reason),) = report.failed
    assert digest == digest_of_bytes(b"words")
    assert "no longer holds" in reason
    note.unlink()
    ingest_paths(library, [tmp_path / "pictures"])
    report = export(library, tmp_path / "export")
    assert digest in report.fileless
    assert next(one for one in records(tmp_path / "export") if one.get("digest") == digest)["file"] is None


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("a.png", "a.png"),
        ('q: "x"/<y>?.png', "q_ _x___y__.png"),
        ("nul\udcff\x00\n.png", "nul___.png"),
        ("x" * 400 + ".safetensors", "x" * 138 + ".safetensors"),
        ("ä" * 200 + ".png", "ä" * 73 + ".png"),
        ("...", "file"),
    ],
)
def test_names_fit_every_file_system(name, fit):
    digest = digest_of_bytes(name.encode("utf-8", "surrogateescape"))
    assert file_names({digest: name}) == {digest: f"files/{digest[7:19]}-{fit}"}


def test_two_files_whose_names_would_be_one_get_two():
    one, other = "sha256:" + "a" * 64, "sha256:" + "a" * 63 + "b"
    names = file_names({one: "X.png", other: "x.png"})
    assert len({name.casefold() for name in names.values()}) == 2


def test_a_copy_shares_blocks_where_it_can_and_is_plain_where_not(tmp_path, monkeypatch):
    source, target = tmp_path / "a", tmp_path / "b" / "c"
    source.write_bytes(os.urandom(3000))
    digest = digest_of_file(source)
    carry_copy(source, target, digest)
    assert digest_of_file(target) == digest

    def refuse(*_):
        raise OSError(22, "not here")

    monkeypatch.setattr(copies.os, "copy_file_range", refuse, raising=False)
    carry_copy(source, tmp_path / "d", digest)
    monkeypatch.delattr(copies.os, "copy_file_range")
    carry_copy(source, tmp_path / "e", digest)
    assert digest_of_file(tmp_path / "d") == digest_of_file(tmp_path / "e") == digest

    def full(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(copies.os, "copy_file_range", full, raising=False)
    with pytest.raises(ExportError) as caught:
        carry_copy(source, tmp_path / "f", digest)
    assert caught.value.code == "ALICE-E02"
    assert not (tmp_path / "f").exists()


def test_how_two_files_differ(tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(bytes(3_000_000))
    for data, expected in (
        (bytes(3_000_000), (0, 0, 3_000_000, 0)),
        (bytes(2_000_000) + b"\x05" + bytes(999_999), (1, 2, 2_000_000, 0)),
        (bytes(1_500_000), (0, 0, 1_500_000, -1_500_000)),
        (bytes(3_000_001), (0, 0, 3_000_000, 1)),
    ):
        bad.write_bytes(data)
        one = difference(good, bad)
        assert (one.size, one.bits, one.first, one.longer) == expected
    bad.write_bytes(b"\xff" * 3_000_000)
    assert not difference(good, bad).slight


def test_a_folder_that_cannot_be_made_is_said_plainly(library, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError) as caught:
        export(library, tmp_path / "file" / "below")
    assert caught.value.code == "ALICE-E01"
