"""Three files of one film are one result, only where there is proof, and stay right when files come and go."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from alice_core.library import card, find, ingest_paths
from alice_core.library.looking.companions import Result, Sibling, group_companions, results_in
from alice_core.library.looking.rederive import rederive_all
from alice_core.media.digest import digest_of_file
from alice_core.media.facts import Kind
from alice_core.media.generation import Generation
from alice_core.media.readers import registry

SAID = Generation("ComfyUI", "comfyui", 1, prompt="a tiger", seed=7)


def png(name="X_00001.png", generation=SAID, combined=True):
    return Sibling("png", name, Kind.IMAGE, generation, combined=combined)


def film(name="X_00001.mp4", generation=None, digest="film", combined=False):
    return Sibling(digest, name, Kind.VIDEO, generation, combined=combined)


def test_the_film_with_sound_leads_the_silent_one_and_the_picture():
    siblings = [png(), film(generation=SAID), film("X_00001-audio.mp4", SAID, "sound")]
    assert results_in(siblings) == (Result("sound", ("film", "png"), None),)


@pytest.mark.parametrize("suffix", ["mov", "webm", "mkv", "mp4", "avi"])
def test_the_picture_speaks_for_a_film_that_says_nothing(suffix):
    assert results_in([png(), film(f"X_00001.{suffix}")]) == (Result("film", ("png",), SAID),)


@pytest.mark.parametrize("suffix", ["gif", "webp", "avif"])
def test_an_animation_leads_its_first_frame(suffix):
    moving = Sibling("moving", f"X_00001.{suffix}", Kind.IMAGE)
    assert results_in([moving, png()]) == (Result("moving", ("png",), SAID),)


def test_a_sequence_of_pictures_belongs_to_the_one_that_says_its_making():
    frames = [Sibling(f"f{number}", f"X_00001.{number:03}.png", Kind.IMAGE) for number in (1, 2, 3)]
    assert results_in([png(), *frames]) == (Result("png", ("f1", "f2", "f3"), None),)
    assert results_in(frames) == ()


def test_names_alone_prove_nothing():
    assert results_in([png(generation=None, combined=False), film()]) == ()
    assert results_in([png(combined=False), film()]) == ()
    assert results_in([film(), film("X_00001-audio.mp4", digest="sound")]) == ()
    assert results_in([png("X.png"), film("X.mp4")]) == ()
    assert results_in([png("X_00001_.png"), film("X_00002.mp4")]) == ()


def test_the_same_prompt_and_seed_prove_it_too():
    quiet = png(combined=False)
    assert results_in([quiet, film(generation=SAID)]) == (Result("film", ("png",), None),)
    assert results_in([quiet, film(generation=replace(SAID, seed=8))]) == ()
    assert results_in([png(generation=replace(SAID, seed=None), combined=False), film(generation=SAID)]) == ()


def test_a_file_that_says_otherwise_is_left_out():
    other = film("X_00001-audio.mp4", replace(SAID, prompt="a lynx"), "sound")
    assert results_in([png(), other]) == ()
    odd = film(generation=replace(SAID, seed=99))
    sounding = film("X_00001-audio.mp4", SAID, "sound")
    assert results_in([png(), odd, sounding]) == (Result("sound", ("png",), None),)


def test_of_several_films_the_one_that_says_its_making_leads_and_others_are_left_alone():
    own = film("X_00001.webm", digest="own")
    assert results_in([png(), film(generation=SAID), own]) == (Result("film", ("png",), None),)
    assert results_in([png(), film(), own]) == ()
    text = Sibling("text", "X_00001.txt", Kind.DOCUMENT)
    assert results_in([png(), text]) == ()


@pytest.fixture
def triple(picture_file, film_file, graph, tmp_path):
    """Gives the folder of the three files of one film."""
    text = graph()
    picture_file("out/AnimateDiff_00001.png", 1, texts={"prompt": text})
    film_file("out/AnimateDiff_00001.mp4", 1, {"prompt": text})
    film_file("out/AnimateDiff_00001-audio.mp4", 1, {"prompt": text}, sound=True)
    picture_file("out/mine.png", 4)
    return tmp_path / "out"


def digest(folder, name):
    return digest_of_file(folder / f"AnimateDiff_00001{name}")


def test_the_three_files_of_a_film_are_one_result(store, events, triple):
    ingest_paths(store, [triple])
    group_companions(store, [triple])
    assert group_companions(store, [triple]) == 0
    found = {one.asset.name for one in find(store, "").cards}
    assert found == {"AnimateDiff_00001-audio.mp4", "mine.png"}
    leader = card(store, digest(triple, "-audio.mp4"))
    assert set(leader.companions) == {digest(triple, ".png"), digest(triple, ".mp4")}
    assert leader.asset.leader is None
    grouped = [event.data for event in events() if event.type.endswith("grouped")]
    assert {one["digest"] for one in grouped} == set(leader.companions)
    assert all((one["leader"], one["before"]) == (leader.asset.digest, None) for one in grouped)


def test_files_that_come_later_and_go_again(store, picture_file, film_file, triple, graph, tmp_path):
    sounding = triple / "AnimateDiff_00001-audio.mp4"
    late = tmp_path / "late.mp4"
    sounding.rename(late)
    ingest_paths(store, [triple])
    group_companions(store, digests=[digest(triple, ".mp4")])
    assert card(store, digest(triple, ".png")).asset.leader == digest(triple, ".mp4")
    late.rename(sounding)
    ingest_paths(store, [triple])
    group_companions(store, [triple])
    leader = digest(triple, "-audio.mp4")
    assert {card(store, digest(triple, name)).asset.leader for name in (".png", ".mp4")} == {leader}
    sounding.unlink()
    ingest_paths(store, [triple])
    group_companions(store, [triple])
    assert card(store, digest(triple, ".mp4")).asset.leader is None
    assert card(store, digest(triple, ".png")).asset.leader == digest(triple, ".mp4")
    (triple / "AnimateDiff_00001.mp4").unlink()
    ingest_paths(store, [triple])
    group_companions(store, [triple])
    assert card(store, digest(triple, ".png")).asset.leader is None


def test_a_folder_that_moves_keeps_its_results_and_a_file_that_leaves_it_is_free(store, triple, tmp_path):
    ingest_paths(store, [tmp_path / "out"])
    group_companions(store, [tmp_path / "out"])
    shutil.copytree(tmp_path / "out", tmp_path / "copy" / "inner")
    ingest_paths(store, [tmp_path / "copy"])
    assert group_companions(store, [tmp_path / "copy"]) == 0
    assert group_companions(store, [tmp_path / "copy"], deep=True) == 0
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    (tmp_path / "elsewhere").mkdir()
    first = tmp_path / "elsewhere" / "first.png"
    (tmp_path / "copy" / "inner" / "AnimateDiff_00001.png").rename(first)
    ingest_paths(store, [tmp_path / "out", tmp_path / "copy", tmp_path / "elsewhere"])
    group_companions(store, [tmp_path / "copy", tmp_path / "elsewhere"], deep=True)
    assert card(store, str(first)).asset.leader is None
    assert card(store, str(tmp_path / "copy" / "inner" / "AnimateDiff_00001.mp4")).asset.leader is not None


def test_a_film_without_metadata_is_found_by_what_its_picture_says(
    store, events, picture_file, film_file, graph, tmp_path, monkeypatch
):
    picture_file("out/AnimateDiff_00001.png", 1, texts={"prompt": graph()})
    film_file("out/AnimateDiff_00001.mov", 1, codec="prores_ks")
    ingest_paths(store, [tmp_path / "out"])
    group_companions(store, [tmp_path / "out"])
    (found,) = find(store, "tiger").cards
    assert (found.asset.name, found.embedded.generation.seed) == ("AnimateDiff_00001.mov", 7)
    described = [event.data for event in events() if event.type.endswith("described")]
    assert [(one["origin"], one["generator"]) for one in described] == [("sibling", "ComfyUI")]
    monkeypatch.setattr(registry, "READERS_VERSION", "0" * 16, raising=False)
    assert rederive_all(store) == 2
    assert find(store, "tiger").cards[0].embedded.generation.seed == 7


def test_a_picture_and_a_film_of_ones_own_stay_two(store, picture_file, film_file, tmp_path):
    picture_file("out/X_00001.png", 1)
    film_file("out/X_00001.mp4", 1)
    ingest_paths(store, [tmp_path / "out"])
    assert group_companions(store, [tmp_path / "out"]) == 0
    assert len(find(store, "").cards) == 2
