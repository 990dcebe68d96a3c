"""Taking files in: each known by its bytes, none moved, the odd ones told of."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from alice_core import projects
from alice_core.errors import NotFound, UsageError
from alice_core.library import card, find, ingest_paths, lineage_of, resolve


def test_a_file_that_changed_is_another_asset_at_the_same_place(store, events, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    ingest_paths(store, [path])
    path.write_text("three")
    assert len(ingest_paths(store, [path]).new) == 1
    kinds = [event.type for event in events()]
    assert kinds.count("alice.library.location-lost") == 1
    assert len(find(store, "a.txt").cards) == 2
    os.utime(path, ns=(1, 1))
    assert len(ingest_paths(store, [path]).found) == 1
    assert ingest_paths(store, [path]).unchanged == 1


def test_copies_are_one_asset_at_several_places(store, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("same")
    report = ingest_paths(store, [tmp_path / "a.txt", tmp_path / "b.txt"])
    assert (len(report.new), len(report.found)) == (1, 1)
    (one,) = find(store, "").cards
    assert {place.path.name for place in one.locations} == {"a.txt", "b.txt"}


def test_hidden_and_unfinished_files_are_passed_over(store, tmp_path):
    folder = tmp_path / "in"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_text("x")
    (folder / ".secret").write_text("x")
    (folder / f".film.mp4.{os.getpid()}.part.mp4").write_text("x")
    (folder / "seen.txt").write_text("x")
    assert [path.name for path in ingest_paths(store, [folder]).new] == ["seen.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows any bytes in a name")
def test_odd_names_and_things_that_are_no_files(store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "new\nline 🎵 'quoted' e\u0301.txt").write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("y")
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    (folder / "broken").symlink_to(folder / "nowhere")
    report = ingest_paths(store, [folder])
    assert len(report.new) == 2
    assert report.findings == ()
    with store.reading() as reader:
        places = {one.path for one in reader.places.below(folder)}
    assert places == set(report.new)
    assert all(path.is_file() for path in places)
    fifo = ingest_paths(store, [folder / "pipe"])
    assert "no regular file" in fifo.findings[0].reason


def test_a_path_that_is_not_there_stops_before_anything(store, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(NotFound):
        ingest_paths(store, [tmp_path / "a.txt", tmp_path / "none"])
    assert find(store, "").cards == ()


def test_a_dry_run_changes_nothing(store, events, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    cursor = len(events())
    assert len(ingest_paths(store, [tmp_path / "a.txt"], dry_run=True).new) == 1
    assert len(events()) == cursor


def test_known_files_join_a_project(store, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    ingest_paths(store, [tmp_path / "a.txt"])
    neon = projects.create(store, "Neon")
    ingest_paths(store, [tmp_path / "a.txt"], project=neon)
    assert [one.projects for one in find(store, "project:Neon").cards] == [("Neon",)]


def test_naming_an_asset(store, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")
    ingest_paths(store, [path])
    digest = resolve(store, str(path))
    assert resolve(store, digest) == digest
    assert resolve(store, digest[7:15]) == digest
    assert resolve(store, digest[7:15].upper()) == digest
    moved = tmp_path / "b.txt"
    path.rename(moved)
    assert resolve(store, str(moved)) == digest
    assert resolve(store, str(path)) == digest
    assert card(store, str(moved)).asset.digest == digest
    for unknown in ("zzzz", "abc", "sha256:" + "0" * 64):
        with pytest.raises(NotFound):
            card(store, unknown)
    with pytest.raises(NotFound):
        lineage_of(store, "sha256:" + "0" * 64)


def test_the_start_of_several_digests(store, tmp_path):
    seen = {}
    for number in range(3000):
        path = tmp_path / "n.txt"
        path.write_text(str(number))
        import hashlib

        start = hashlib.sha256(str(number).encode()).hexdigest()[:4]
        if start in seen:
            break
        seen[start] = number
    for name in (seen[start], number):
        (tmp_path / f"{name}.txt").write_text(str(name))
        ingest_paths(store, [tmp_path / f"{name}.txt"])
    with pytest.raises(UsageError, match="several"):
        resolve(store, start)
