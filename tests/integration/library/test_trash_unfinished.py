"""What was under way to the trash, or from it, when a process was killed: finished or taken back, never lost."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alice_core.errors import IntegrityError
from alice_core.library import ingest_paths
from alice_core.library.discarding import trash, wastebasket
from alice_core.library.discarding.mending import Mended, trash_alone
from alice_core.library.discarding.thrown import place_of, record_returned, record_thrown
from alice_core.store.files import read_file
from alice_core.store.labels import TrashItem


@pytest.fixture
def path(store, tmp_path):
    """A known file with a sidecar."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("rain")
    (folder / "a.txt.xmp").write_text("five stars")
    ingest_paths(store, [folder])
    return folder / "a.txt"


def slip_of(path):
    """A note as a throw begins with it."""
    moment = "2026-11-24T09:00:00.000Z"
    kept = wastebasket.kept_at("0123", path.name, moment)
    item = TrashItem("0123", read_file(path).digest, path, kept, moment, "2026-12-24T09:00:00.000Z")
    return wastebasket.slip_for(path, item)


def mended(store) -> Mended:
    with trash_alone(store) as done:
        pass
    with trash_alone(store) as again:
        assert again == Mended((), (), ())
    return done


def thrown(store, path):
    """The slip of a file that is in the trash, and known to be."""
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    wastebasket.throw_file(store.folder, slip)
    record_thrown(store, (slip.item,))
    wastebasket.finish(store.folder, slip)
    return slip


def is_back(store, path) -> bool:
    with store.reading() as reader:
        place = reader.places.at(path)
        asset = reader.assets.get(place.digest) if place else None
    whole = path.read_text() == "rain" and path.with_name("a.txt.xmp").read_text() == "five stars"
    alone = not any(one.is_file() for one in (store.folder / "trash").rglob("*"))
    return whole and alone and asset is not None and asset.trashed is None and trash.in_trash(store) == ()


def is_in_trash(store, path) -> bool:
    (kept,) = trash.in_trash(store)
    file = store.folder / kept.item.kept
    with store.reading() as reader:
        hidden = reader.assets.get(kept.item.digest).trashed is not None and reader.places.at(path) is None
    whole = file.read_text() == "rain" and file.with_name("a.txt.xmp").read_text() == "five stars"
    return whole and hidden and not path.exists() and not path.with_name("a.txt.xmp").exists()


def test_killed_before_anything_moved(store, path):
    wastebasket.begin(store.folder, slip_of(path))
    assert mended(store) == Mended((), (), (path,))
    assert is_back(store, path)


def test_killed_before_the_sidecar_moved(store, path):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    (store.folder / slip.item.kept).parent.mkdir(parents=True)
    path.rename(store.folder / slip.item.kept)
    assert mended(store) == Mended((path,), (), ())
    assert is_in_trash(store, path)


def test_killed_before_the_store_knew(store, path):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    wastebasket.throw_file(store.folder, slip)
    assert mended(store) == Mended((path,), (), ())
    assert is_in_trash(store, path)
    trash.restore(store, [str(path)])
    assert is_back(store, path)


def test_killed_before_the_note_said_so(store, path):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    wastebasket.throw_file(store.folder, slip)
    record_thrown(store, (slip.item,))
    assert mended(store) == Mended((), (), ())
    assert is_in_trash(store, path)


@pytest.mark.parametrize("whole", [False, True])
def test_killed_while_copying_from_another_disk(store, path, whole):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    kept = store.folder / slip.item.kept
    kept.parent.mkdir(parents=True)
    shutil.copy2(path, kept if whole else kept.with_name(".a.txt.4194304.part.txt"))
    assert mended(store) == Mended((), (), (path,))
    assert is_back(store, path)


def test_another_file_of_the_same_name_since_does_not_stop_the_throw(store, path):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    wastebasket.throw_file(store.folder, slip)
    path.write_text("a new one")
    assert mended(store) == Mended((path,), (), ())
    assert path.read_text() == "a new one"
    assert len(trash.in_trash(store)) == 1


def test_killed_before_the_return_had_placed_anything(store, path):
    slip = thrown(store, path)
    wastebasket.begin(store.folder, replace(slip, returning=path))
    assert mended(store) == Mended((), (), ())
    assert is_in_trash(store, path)


def test_killed_when_a_name_was_taken_and_not_filled(store, path):
    slip = thrown(store, path)
    wastebasket.begin(store.folder, replace(slip, returning=path))
    path.touch()
    path.with_name(".a.txt.4194304.part.txt").write_text("half")
    assert mended(store) == Mended((), (), ())
    assert is_in_trash(store, path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("link", [True, False])
def test_killed_when_the_file_had_two_names(store, path, link):
    slip = thrown(store, path)
    wastebasket.begin(store.folder, replace(slip, returning=path))
    (os.link if link else shutil.copy2)(store.folder / slip.item.kept, path)
    assert mended(store) == Mended((), (path,), ())
    assert is_back(store, path)


def test_killed_between_the_sidecar_and_its_file(store, path):
    slip = thrown(store, path)
    wastebasket.begin(store.folder, replace(slip, returning=path))
    kept = store.folder / slip.item.kept
    shutil.copy2(kept, path)
    kept.with_name("a.txt.xmp").rename(path.with_name("a.txt.xmp"))
    assert mended(store) == Mended((), (path,), ())
    assert is_back(store, path)


def test_killed_before_the_store_knew_of_the_return(store, path):
    slip = thrown(store, path)
    wastebasket.return_file(store.folder, slip, path)
    assert mended(store) == Mended((), (path,), ())
    assert is_back(store, path)


def test_killed_before_the_folder_was_cleared(store, path):
    slip = thrown(store, path)
    wastebasket.return_file(store.folder, slip, path)
    now = datetime.now(UTC).isoformat()
    record_returned(store, ((slip.item, place_of(path, slip.item.digest, now)),))
    assert mended(store) == Mended((), (), (path,))
    assert is_back(store, path)


def test_a_file_that_was_written_to_since_it_came_back_is_read_again(store, path):
    slip = thrown(store, path)
    wastebasket.return_file(store.folder, slip, path)
    path.write_text("edited before anybody knew")
    assert mended(store).returned == (path,)
    assert len(ingest_paths(store, [path.parent]).new) == 1


def test_somebody_elses_sidecar_is_not_lost_when_ours_follows(store, path):
    slip = thrown(store, path)
    returning = replace(slip, returning=path)
    wastebasket.begin(store.folder, returning)
    os.link(store.folder / slip.item.kept, path)
    path.with_name("a.txt.xmp").write_text("one star")
    assert mended(store).returned == (path,)
    assert path.with_name("a.txt.xmp").read_text() == "one star"
    assert path.with_name("a.txt-2.xmp").read_text() == "five stars"


def test_what_the_store_does_not_know_at_all_is_left_where_it_is(store, path, tmp_path):
    (tmp_path / "strange.txt").write_text("strange")
    slip = slip_of(tmp_path / "strange.txt")
    wastebasket.begin(store.folder, slip)
    wastebasket.throw_file(store.folder, slip)
    assert mended(store) == Mended((), (), ())
    assert (store.folder / slip.item.kept).read_text() == "strange"


def test_a_note_that_is_none_is_told_of(store, path):
    slip = slip_of(path)
    wastebasket.begin(store.folder, slip)
    (note,) = (store.folder / "trash").rglob("*.moving.json")
    note.write_text("{}")
    with pytest.raises(IntegrityError), trash_alone(store):
        pass


def test_an_item_without_a_note_comes_back_all_the_same(store, path):
    thrown(store, path)
    for note in (store.folder / "trash").rglob("*.json"):
        note.unlink()
    trash.restore(store, [str(path)])
    assert is_back(store, path)
