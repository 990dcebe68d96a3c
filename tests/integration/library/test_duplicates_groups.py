"""Duplicates: exact, of the same media, alike; which to keep, what is freed, and nothing touched."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from alice_core.errors import UsageError
from alice_core.library import ingest_paths
from alice_core.library.looking.contact_sheet import draw_duplicates
from alice_core.library.looking.duplicates import duplicates
from alice_core.library.looking.looks import look_at_all
from alice_core.media.digest import digest_of_file
from alice_core.store import Ingredient, Recipe
from alice_core.store.catalogue import record
from alice_core.store.files import read_file


def only(found):
    (group,) = found.groups
    return group


def rate(store, path, rating):
    from alice_core.library.curating.curation import rate as do

    do(store, [digest_of_file(path)], rating)


def test_the_same_bytes_at_several_places(store, picture_file, tmp_path):
    first = picture_file("pics/a.png", 1)
    os.utime(first, (1, 1))
    for name in ("b.png", "deep/er/a.png"):
        (tmp_path / "pics" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(first, tmp_path / "pics" / name)
    picture_file("pics/other.png", 2)
    ingest_paths(store, [first])
    ingest_paths(store, [tmp_path / "pics"])
    group = only(duplicates(store, kinds=("exact",)))
    assert (group.kind, group.keep, len(group.items)) == ("exact", first, 1)
    assert set(group.trash) == {tmp_path / "pics" / "b.png", tmp_path / "pics" / "deep" / "er" / "a.png"}
    assert group.freed == 2 * first.stat().st_size
    (tmp_path / "pics" / "b.png").unlink()
    (tmp_path / "pics" / "deep" / "er" / "a.png").unlink()
    assert duplicates(store, kinds=("exact",)).groups == ()


def test_a_hard_link_frees_nothing(store, picture_file, tmp_path):
    first = picture_file("a.png", 1)
    os.link(first, tmp_path / "b.png")
    ingest_paths(store, [first, tmp_path / "b.png"])
    found = duplicates(store, kinds=("exact",))
    assert (only(found).freed, found.freed) == (0, 0)


def test_the_stores_own_copy_is_not_counted(store, picture_file):
    path = picture_file("a.png", 1)
    own = store.folder / "blobs" / "ab" / "cd.png"
    own.parent.mkdir(parents=True)
    shutil.copy(path, own)
    ingest_paths(store, [path, own])
    assert duplicates(store, kinds=("exact",)).groups == ()


def test_the_same_picture_with_other_metadata(store, picture_file, tmp_path):
    plain = picture_file("plain.png", 1)
    told = picture_file("told.png", 1, texts={"parameters": "a tiger\nSteps: 20, Sampler: Euler, Seed: 4"})
    ingest_paths(store, [plain, told])
    group = only(duplicates(store))
    assert (group.kind, group.keep, group.trash) == ("content", told, (plain,))
    rate(store, plain, 5)
    assert only(duplicates(store)).keep == plain


def test_pictures_that_look_alike(store, picture_file, tmp_path):
    whole = picture_file("whole.png", 1, size=(640, 384))
    with Image.open(whole) as picture:
        picture.resize((320, 192)).save(tmp_path / "small.jpg", quality=70)
    picture_file("other.png", 2)
    ingest_paths(store, [tmp_path / name for name in ("whole.png", "small.jpg", "other.png")])
    assert duplicates(store, look=False).groups == ()
    assert duplicates(store, look=False).unseen == 3
    found = duplicates(store)
    group = only(found)
    assert (group.kind, group.keep, group.trash) == ("alike", whole, (tmp_path / "small.jpg",))
    assert 0 <= group.items[1].distance <= 7
    assert found.unseen == 0
    assert duplicates(store, kinds=("exact", "content")).groups == ()


def test_pictures_that_share_a_hash_by_chance_are_told_apart_by_their_colours(store, picture_file, tmp_path):
    first = picture_file("a.png", 1)
    with Image.open(first) as picture:
        Image.merge("RGB", [band.point(lambda value: value // 4) for band in picture.split()]).save(tmp_path / "b.png")
        picture.save(tmp_path / "c.jpg", quality=80)
    ingest_paths(store, [first, tmp_path / "b.png", tmp_path / "c.jpg"])
    assert {item.card.asset.name for item in only(duplicates(store)).items} == {"a.png", "c.jpg"}


def test_films_are_compared_with_films(store, picture_file, film_file, tmp_path):
    ingest_paths(store, [picture_file("a.png", 1), film_file("a.mp4", 1), film_file("b.mkv", 1)])
    groups = duplicates(store).groups
    assert [[item.card.asset.name for item in group.items] for group in groups if group.kind == "alike"] == []
    assert [sorted(item.card.asset.name for item in group.items) for group in groups] == [["a.mp4", "b.mkv"]]


def test_what_was_used_is_not_suggested_for_the_trash(store, picture_file, tmp_path):
    used = picture_file("used.png", 1)
    better = picture_file("better.png", 1, texts={"parameters": "a tiger\nSteps: 20, Sampler: Euler, Seed: 4"})
    film = picture_file("film.png", 2)
    ingest_paths(store, [used, better])
    recipe = Recipe("test.animate", 1, inputs=(Ingredient("still", digest_of_file(used)),))
    record(store, recipe, (("film", read_file(film)),), None)
    rate(store, better, 5)
    group = only(duplicates(store))
    assert (group.keep, group.trash, group.freed) == (better, (), 0)
    assert [item.used for item in group.items] == [False, True]


def test_a_query_asks_for_groups_that_touch_it(store, picture_file, tmp_path):
    for seed, name in enumerate(("lions", "tigers")):
        shutil.copy(picture_file(f"{name}/a.png", seed), tmp_path / name / "b.png")
    ingest_paths(store, [tmp_path / "lions", tmp_path / "tigers"])
    assert len(duplicates(store).groups) == 2
    group = only(duplicates(store, "lions"))
    assert group.keep.parent.name == "lions"
    assert duplicates(store, "kind:audio").groups == ()
    with pytest.raises(UsageError):
        duplicates(store, "rating>>4(")


def test_trash_and_companions_are_left_out(store, picture_file, tmp_path):
    plain = picture_file("plain.png", 1)
    told = picture_file("told.png", 1, texts={"Title": "x"})
    ingest_paths(store, [plain, told])
    from alice_core.library.looking.companions import Change, group

    group(store, [Change(digest_of_file(plain), digest_of_file(told))])
    assert duplicates(store).groups == ()
    group(store, [Change(digest_of_file(plain), None)])
    assert len(duplicates(store).groups) == 1
    from alice_core.library.discarding.trash import throw

    throw(store, [str(plain)])
    assert duplicates(store).groups == ()


def test_the_groups_as_json_and_as_a_picture(store, picture_file, tmp_path):
    first = picture_file("a.png", 1)
    for number in range(14):
        shutil.copy(first, tmp_path / f"a very long name indeed, so long that it must be cut {number}.png")
    with Image.open(first) as picture:
        picture.save(tmp_path / "alike.jpg", quality=80)
    ingest_paths(store, [path for path in tmp_path.iterdir() if path.suffix in {".png", ".jpg"}])
    rate(store, first, 3)
    found = duplicates(store)
    assert [group.kind for group in found.groups] == ["exact", "alike"]
    told = found.groups[1].to_json()
    assert told["command"] == ["alice", "trash", str(tmp_path / "alike.jpg")]
    assert told["items"][0]["rating"] == 3
    assert told["items"][0]["digest"] == digest_of_file(first)
    sheet = Image.open(io.BytesIO(draw_duplicates(store, found)))
    assert sheet.width > 1000
    assert sheet.height > 700
    assert len(sheet.getcolors(1 << 24)) > 500
    assert draw_duplicates(store, duplicates(store, "kind:audio"))


def test_a_sheet_of_very_many_groups_says_what_it_leaves_out(store, picture_file, tmp_path):
    shutil.copy(picture_file("a.png", 1), tmp_path / "b.png")
    ingest_paths(store, [tmp_path / "a.png", tmp_path / "b.png"])
    found = duplicates(store, kinds=("exact",))
    many = replace(found, groups=found.groups * 70)
    assert Image.open(io.BytesIO(draw_duplicates(store, many))).height < 16_384


def test_nothing_is_touched(store, picture_file, tmp_path):
    first = picture_file("pics/a.png", 1)
    shutil.copy(first, tmp_path / "pics" / "b.png")
    ingest_paths(store, [tmp_path / "pics"])
    look_at_all(store)

    def stamps():
        return {
            path: (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.read_bytes())
            for path in (tmp_path / "pics").iterdir()
        }

    before = stamps()
    assert len(duplicates(store).groups) == 1
    assert stamps() == before
