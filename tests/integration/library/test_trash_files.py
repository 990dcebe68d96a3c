"""The trash: the one thing that moves files of the user's, and only there and back."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.events.library_facts import Grouped
from alice_core.library import find, ingest_paths
from alice_core.library.curating import membership
from alice_core.library.curating.changes import Deed, carry_out
from alice_core.library.discarding import trash
from alice_core.store import OPERATIONS, Store, operation


@pytest.fixture
def folder(store, tmp_path):
    """A folder of known files: a, a copy of it, and b."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.txt").write_text("rain")
    (made / "copy.txt").write_text("rain")
    (made / "b.txt").write_text("sun")
    ingest_paths(store, [made])
    return made


def digest_at(store: Store, path: Path) -> str:
    with store.reading() as reader:
        return reader.places.at(path).digest


def left_in_trash(store: Store) -> list[Path]:
    return sorted(path for path in (store.folder / "trash").rglob("*") if path.is_file())


def test_a_file_means_that_file_alone(store, folder, events):
    digest = digest_at(store, folder / "a.txt")
    (kept,) = trash.throw(store, [str(folder / "a.txt")], days=7)
    assert sorted(path.name for path in folder.iterdir()) == ["b.txt", "copy.txt"]
    assert (store.folder / kept.item.kept).read_text() == "rain"
    assert kept.item.kept.parts[0] == "trash"
    assert events()[-1].data["path"] == str(folder / "a.txt")
    with store.reading() as reader:
        assert [one.path.name for one in reader.places.of(digest)] == ["copy.txt"]
        assert reader.assets.get(digest).trashed is None
    assert digest in {card.asset.digest for card in find(store, "").cards}
    thrown, until = (datetime.fromisoformat(one) for one in (kept.item.thrown, kept.item.until))
    assert until - thrown == timedelta(days=7)


def test_a_digest_means_all_known_files_and_the_asset_is_hidden(store, folder):
    digest = digest_at(store, folder / "a.txt")
    membership.tag(store, (digest,), ("keep",))
    kept = trash.throw(store, [digest[:20]])
    assert len(kept) == 2
    assert [path.name for path in folder.iterdir()] == ["b.txt"]
    assert digest not in {card.asset.digest for card in find(store, "").cards}
    assert [card.asset.digest for card in find(store, "is:trashed").cards] == [digest]
    with pytest.raises(NotFound, match="already"):
        trash.throw(store, [digest])
    trash.restore(store, [digest])
    assert len(list(folder.iterdir())) == 3
    (card,) = find(store, "tag:keep").cards
    assert {one.path.name for one in card.locations if one.vouches(one.path.stat())} == {"a.txt", "copy.txt"}
    assert left_in_trash(store) == []
    assert trash.in_trash(store) == ()


def test_a_dry_run_moves_nothing_and_tells_the_same(store, folder, events):
    last = len(events())
    foreseen = trash.throw(store, [str(folder / "a.txt"), str(folder / "a.txt")], dry_run=True)
    assert [one.item.path for one in foreseen] == [folder / "a.txt"]
    assert (folder / "a.txt").exists()
    assert len(events()) == last
    assert not (store.folder / "trash").exists()
    trash.throw(store, [str(folder / "a.txt")])
    (back,) = trash.restore(store, [str(folder / "a.txt")], dry_run=True)
    assert back.returned == folder / "a.txt"
    assert not (folder / "a.txt").exists()
    assert len(trash.empty(store, everything=True, dry_run=True)) == 1
    assert len(trash.in_trash(store)) == 1


def test_a_sidecar_goes_and_comes_back_with_its_file(store, folder):
    (folder / "a.txt.xmp").write_text("five stars")
    trash.throw(store, [str(folder / "a.txt")])
    assert not (folder / "a.txt.xmp").exists()
    (folder / "a.txt.xmp").write_text("another one")
    (back,) = trash.restore(store, [str(folder / "a.txt")])
    assert back.returned == folder / "a-2.txt"  # where its sidecar can lie beside it
    assert (folder / "a-2.txt.xmp").read_text() == "five stars"
    assert (folder / "a.txt.xmp").read_text() == "another one"
    assert left_in_trash(store) == []


def test_nothing_is_overwritten_by_what_comes_back(store, folder, tmp_path):
    (kept,) = trash.throw(store, [str(folder / "a.txt")])
    (folder / "a.txt").write_text("new here")
    (back,) = trash.restore(store, [kept.item.id[:20]])
    assert back.returned == folder / "a-2.txt"
    assert (folder / "a.txt").read_text() == "new here"
    trash.throw(store, [str(back.returned)])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a-2.txt").write_text("also here")
    (back,) = trash.restore(store, [kept.item.digest], to=elsewhere)
    assert back.returned == elsewhere / "a-2-2.txt"
    assert (elsewhere / "a-2.txt").read_text() == "also here"
    with store.reading() as reader:
        assert reader.places.at(back.returned).digest == kept.item.digest


def test_a_file_comes_back_to_a_folder_that_is_gone(store, folder):
    trash.throw(store, [str(folder / name) for name in ("a.txt", "b.txt", "copy.txt")])
    folder.rmdir()
    assert len(trash.restore(store, [str(folder / "b.txt")])) == 1
    assert (folder / "b.txt").read_text() == "sun"


def test_what_was_said_of_a_place_meanwhile_is_corrected(store, folder):
    trash.throw(store, [str(folder / "b.txt")])
    (folder / "b.txt").write_text("other")
    ingest_paths(store, [folder])
    other = digest_at(store, folder / "b.txt")
    (folder / "b.txt").unlink()
    trash.restore(store, [str(folder / "b.txt")])
    assert digest_at(store, folder / "b.txt") != other
    with store.reading() as reader:
        assert reader.places.of(other) == ()


def test_a_file_that_is_not_known_yet_is_taken_in_first(store, folder, events):
    (folder / "new.txt").write_text("never seen")
    (kept,) = trash.throw(store, [str(folder / "new.txt")])
    assert [one.type.rpartition(".")[2] for one in events()[-2:]] == ["ingested", "trashed"]
    (folder / "a.txt").write_text("written anew")
    trash.throw(store, [str(folder / "a.txt")])
    assert trash.in_trash(store)[0].item.digest != kept.item.digest
    trash.restore(store, [str(folder / "a.txt")])
    assert (folder / "a.txt").read_text() == "written anew"


def test_stale_places_do_not_hold_an_asset_back(store, folder):
    digest = digest_at(store, folder / "a.txt")
    (folder / "copy.txt").write_text("now something else")
    trash.throw(store, [digest])
    assert (folder / "copy.txt").read_text() == "now something else"
    digest = digest_at(store, folder / "b.txt")
    trash.throw(store, [digest])
    assert [card.asset.digest for card in find(store, "is:trashed").cards] == [digest]


def test_a_path_that_is_gone_never_means_its_copies(store, folder):
    (folder / "a.txt").unlink()
    with pytest.raises(NotFound, match="not there any more"):
        trash.throw(store, [str(folder / "a.txt")])
    assert (folder / "copy.txt").exists()
    digest = digest_at(store, folder / "copy.txt")
    trash.throw(store, [digest])
    with store.reading() as reader:
        assert reader.places.of(digest) == ()
        assert reader.assets.get(digest).trashed
    with pytest.raises(NotFound):
        trash.restore(store, ["nothing of that name"])


def test_what_cannot_be_thrown_is_refused_before_anything_moves(store, folder, tmp_path):
    for name, error in (
        (folder, UsageError),
        (tmp_path / "home" / "alice.db", UsageError),
        (folder / "missing.txt", NotFound),
        ("sha256:" + "0" * 64, NotFound),
    ):
        with pytest.raises(error):
            trash.throw(store, [str(folder / "a.txt"), str(name)])
    assert (folder / "a.txt").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_file(store, folder):
    os.mkfifo(folder / "pipe")
    with pytest.raises(MediaError):
        trash.throw(store, [str(folder / "pipe")])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows any bytes in a name")
def test_any_name_goes_there_and_back(store, folder):
    names = ["new\nline 🎵 'q' e\u0301.txt", os.fsdecode(b"\xff\xfe.txt"), "x" * 251 + ".txt", "-rf.txt", "item.json"]
    for number, name in enumerate(names):
        (folder / name).write_text(f"odd {number}")
    ingest_paths(store, [folder])
    trash.throw(store, [str(folder / name) for name in names])
    assert len(list(folder.iterdir())) == 3
    items = trash.in_trash(store)
    assert {one.item.path.name for one in items} == set(names)
    trash.restore(store, [one.item.id for one in items])
    assert [(folder / name).read_text() for name in names] == [f"odd {number}" for number in range(len(names))]


def test_a_link_is_moved_as_the_link_it_is(store, folder, tmp_path):
    (tmp_path / "far.txt").write_text("far")
    (folder / "link.txt").symlink_to(tmp_path / "far.txt")
    ingest_paths(store, [folder])
    trash.throw(store, [str(folder / "link.txt")])
    assert (tmp_path / "far.txt").read_text() == "far"
    trash.restore(store, [str(folder / "link.txt")])
    assert (folder / "link.txt").readlink() == tmp_path / "far.txt"


def test_only_what_has_been_there_long_enough_is_deleted(store, folder, events):
    trash.throw(store, [str(folder / "a.txt")], days=1)
    trash.throw(store, [str(folder / "b.txt")], days=30)
    assert trash.empty(store) == ()
    later = datetime.now(UTC) + timedelta(days=2)
    assert [one.expired for one in trash.in_trash(store, now=later)] == [False, True]
    (gone,) = trash.empty(store, now=later)
    assert gone.item.path == folder / "a.txt"
    assert events()[-1].data == {
        "digest": gone.item.digest,
        "path": str(folder / "a.txt"),
        "size": 4,
        "item": gone.item.id,
    }
    (gone,) = trash.empty(store, everything=True)
    assert gone.item.path == folder / "b.txt"
    assert left_in_trash(store) == []
    with pytest.raises(NotFound):
        trash.restore(store, [str(folder / "b.txt")])


def test_an_item_whose_file_somebody_removed_is_told_and_taken_off_the_list(store, folder):
    (kept,) = trash.throw(store, [str(folder / "a.txt")])
    (store.folder / kept.item.kept).unlink()
    with pytest.raises(NotFound, match="no longer in the trash"):
        trash.restore(store, [kept.item.id])
    assert len(trash.empty(store)) == 1
    assert trash.in_trash(store) == ()


def test_several_files_do_not_become_one(store, folder, tmp_path):
    kept = trash.throw(store, [digest_at(store, folder / "a.txt")])
    with pytest.raises(UsageError, match="cannot become one"):
        trash.restore(store, [one.item.id for one in kept], to=tmp_path / "one.txt")
    with pytest.raises(UsageError, match="several items"):
        trash.restore(store, [kept[0].item.id[:2]])
    (back,) = trash.restore(store, [kept[0].item.id], to=tmp_path / "new" / "one.txt")
    assert back.returned == tmp_path / "new" / "one.txt"
    assert back.returned.read_text() == "rain"


def test_companions_go_along_when_asked(store, folder):
    leader, other = digest_at(store, folder / "a.txt"), digest_at(store, folder / "b.txt")

    @operation("test.group", emits=(Grouped,), permission="test.write")
    def belong(work):
        """Make one a companion of the other."""
        carry_out(work, (Deed(Grouped(digest=other, leader=leader, before=None), other),))

    try:
        belong(store)
        assert len(trash.throw(store, [leader], dry_run=True)) == 2
        assert len(trash.throw(store, [leader], companions=True)) == 3
    finally:
        del OPERATIONS["test.group"]


def test_bytes_that_turn_up_elsewhere_are_no_longer_trashed(store, folder, tmp_path):
    digest = digest_at(store, folder / "b.txt")
    trash.throw(store, [digest])
    (tmp_path / "found.txt").write_text("sun")
    ingest_paths(store, [tmp_path / "found.txt"])
    assert [card.asset.digest for card in find(store, "found").cards] == [digest]
    assert len(trash.in_trash(store)) == 1
