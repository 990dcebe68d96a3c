"""Many files, read by two processes: the same as by one, also when the other process is ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alice_core.library import side_by_side
from alice_core.library.scan import Entry
from alice_core.library.side_by_side import read_apart
from alice_core.media.apart import Apart
from alice_core.store.files import read_file
from alice_core.store.found import Found

COUNT = 40


@pytest.fixture
def entries(tmp_path):
    made = []
    for number in range(COUNT):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"text {number}")
        os.utime(path, ns=(1, 1))
        made.append(Entry(str(path), path.stat()))
    return made


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    monkeypatch.setattr(side_by_side, "_SETTLED_NS", 0)


def here(entry):
    return read_file(Path(entry.path))


def test_every_file_is_read_once_and_is_what_it_is(entries):
    apart = []

    def noted(entry):
        apart.append(entry.path)
        return True

    found = dict(read_apart(entries, noted, here))
    assert set(found) == set(entries)
    assert {one.digest for one in found.values()} == {here(entry).digest for entry in entries}
    assert len(apart) > 0


def test_files_that_are_not_ready_stay_here(entries):
    read = []

    def noted(entry):
        read.append(entry)
        return here(entry)

    found = dict(read_apart(entries, lambda entry: not entry.path.endswith("3.txt"), noted))
    assert len(found) == COUNT
    assert {entry for entry in entries if entry.path.endswith("3.txt")} <= set(read)


def test_the_other_process_may_be_ended_at_any_time(entries, monkeypatch):
    class Mortal(Apart):
        asked = 0

        def ask(self, paths):
            super().ask(paths)
            Mortal.asked += 1
            if Mortal.asked == 1:
                self._process.kill()

    monkeypatch.setattr(side_by_side, "Apart", Mortal)
    found = dict(read_apart(entries, lambda _: True, here))
    assert len(found) == COUNT
    assert Mortal.asked >= 1


def test_a_file_that_goes_or_changes_meanwhile_is_read_here(entries):
    gone, changed = Path(entries[0].path), Path(entries[1].path)

    def ready(entry):
        if entry.path == str(gone):
            gone.unlink()
        return True

    def read(entry):
        if not Path(entry.path).exists():
            return "gone"
        return here(entry)

    changed.write_text("other text")
    found = dict(read_apart(entries, ready, read))
    assert found[entries[0]] == "gone"
    assert isinstance(found[entries[1]], Found)
    assert found[entries[1]].digest == here(entries[1]).digest
