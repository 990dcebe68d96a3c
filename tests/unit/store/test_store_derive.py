"""Deriving: done once, found again, never lost, never written over what is not ours."""

from __future__ import annotations

import threading

import pytest

from alice_core.errors import ExportError, RunError
from alice_core.store import Ingredient, Job, Recipe, Target, derive, derive_all, ingest
from alice_core.store.derive import foresee, standing
from alice_core.store.files import read_file


class Kitchen:
    """Makes text files and counts how often."""

    def __init__(self):
        self.made = []

    def job(self, path, data=b"soup", operation="test.cook", **parameters):
        def make(paths):
            self.made.append(data)
            for one in paths:
                one.write_bytes(data)

        return Job(Recipe(operation, 1, parameters=parameters), (Target("dish", path, words="hot soup"),), make)


@pytest.fixture
def kitchen():
    return Kitchen()


def test_the_same_recipe_is_carried_out_once(store, kitchen, tmp_path, events):
    first = derive(store, kitchen.job(tmp_path / "a.txt", salt=1))
    cursor = len(events())
    second = derive(store, kitchen.job(tmp_path / "a.txt", salt=1))
    assert (first.reused, second.reused, len(kitchen.made)) == (False, True, 1)
    assert second.products == first.products
    assert len(events()) == cursor


def test_another_parameter_version_input_or_take_is_another_recipe():
    base = Recipe("test.cook", 1, {"salt": 1}, (Ingredient("water", "sha256:" + "0" * 64),))
    others = (
        Recipe("test.cook", 2, base.parameters, base.inputs),
        Recipe("test.bake", 1, base.parameters, base.inputs),
        Recipe("test.cook", 1, {"salt": 2}, base.inputs),
        Recipe("test.cook", 1, base.parameters, (Ingredient("water", "sha256:" + "1" * 64),)),
        Recipe("test.cook", 1, base.parameters, base.inputs, take=1),
    )
    assert len({base.key, *(one.key for one in others)}) == 6
    assert Recipe("test.cook", 1, {"b": 1, "a": (1, "ü")}).key == Recipe("test.cook", 1, {"a": (1, "ü"), "b": 1}).key


def test_a_lost_file_is_made_again(store, kitchen, tmp_path):
    made = derive(store, kitchen.job(tmp_path / "a.txt")).products[0]
    made.path.unlink()
    again = derive(store, kitchen.job(tmp_path / "a.txt"))
    assert not again.reused
    assert again.products[0].digest == made.digest
    assert len(kitchen.made) == 2


def test_a_file_that_comes_out_differently_the_second_time_is_kept_too(store, kitchen, tmp_path):
    first = derive(store, kitchen.job(tmp_path / "a.txt", b"one")).products[0]
    first.path.unlink()
    second = derive(store, kitchen.job(tmp_path / "a.txt", b"two")).products[0]
    assert second.digest != first.digest
    with store.reading() as reader:
        (known,) = reader.recipes.giving(second.digest)
    assert [item.digest for item in known.outputs] == [first.digest, second.digest]
    assert derive(store, kitchen.job(tmp_path / "a.txt", b"three")).products[0].digest == second.digest


def test_a_result_is_copied_to_where_it_is_wanted_next(store, kitchen, tmp_path):
    (tmp_path / "other").mkdir()
    derive(store, kitchen.job(tmp_path / "a.txt"))
    outcome = derive(store, kitchen.job(tmp_path / "other" / "b.txt"))
    assert outcome.reused
    assert outcome.products[0].path.read_bytes() == b"soup"
    assert (tmp_path / "a.txt").read_bytes() == b"soup"
    assert len(kitchen.made) == 1


def test_a_result_that_was_moved_and_taken_in_is_found(store, kitchen, tmp_path):
    derive(store, kitchen.job(tmp_path / "a.txt"))
    (tmp_path / "a.txt").rename(tmp_path / "moved.txt")
    ingest(store, read_file(tmp_path / "moved.txt"))
    assert derive(store, kitchen.job(tmp_path / "a.txt")).reused
    assert len(kitchen.made) == 1


def test_our_own_older_result_is_kept_before_its_place_is_taken(store, kitchen, tmp_path):
    old = derive(store, kitchen.job(tmp_path / "a.txt", b"old", age=1)).products[0]
    derive(store, kitchen.job(tmp_path / "a.txt", b"new", age=2))
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    back = derive(store, kitchen.job(tmp_path / "a.txt", b"old", age=1))
    assert back.reused
    assert back.products[0].digest == old.digest
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert len(kitchen.made) == 2


def test_a_file_of_somebody_else_is_never_written_over(store, kitchen, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"mine")
    (tmp_path / "a-2.txt").write_bytes(b"mine too")
    made = derive(store, kitchen.job(tmp_path / "a.txt")).products[0]
    assert made.path.name == "a-3.txt"
    assert (tmp_path / "a.txt").read_bytes() == b"mine"
    assert derive(store, kitchen.job(tmp_path / "a.txt")).reused


def test_our_result_that_somebody_edited_is_theirs(store, kitchen, tmp_path):
    derive(store, kitchen.job(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_bytes(b"soup, seasoned by hand")
    again = derive(store, kitchen.job(tmp_path / "a.txt"))
    assert (tmp_path / "a.txt").read_bytes() == b"soup, seasoned by hand"
    assert again.products[0].path == tmp_path / "a-2.txt"


def test_a_file_left_by_a_killed_run_is_taken_as_it_is(store, kitchen, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"soup")
    made = derive(store, kitchen.job(tmp_path / "a.txt"))
    assert made.products[0].path == tmp_path / "a.txt"
    assert not made.reused


def test_a_name_without_a_folder_is_kept_by_the_store(store, kitchen, tmp_path):
    from pathlib import Path

    made = derive(store, kitchen.job(Path("plan.json"))).products[0]
    assert made.path.is_relative_to(store.folder / "blobs")
    assert made.path.suffix == ".json"
    assert derive(store, kitchen.job(tmp_path / "plan.json")).reused
    assert (tmp_path / "plan.json").read_bytes() == b"soup"


def test_failed_work_leaves_nothing(store, tmp_path, events):
    def fail(paths):
        paths[0].write_bytes(b"half")
        raise ExportError("no more ink")

    cursor = len(events())
    with pytest.raises(ExportError, match="no more ink"):
        derive(store, Job(Recipe("test.fail", 1), (Target("dish", tmp_path / "a.txt"),), fail))
    assert [one for one in tmp_path.iterdir() if one.is_file()] == []
    assert len(events()) == cursor


def test_work_that_writes_nothing_is_an_error(store, tmp_path):
    with pytest.raises(RunError, match="wrote no dish"):
        derive(store, Job(Recipe("test.idle", 1), (Target("dish", tmp_path / "a.txt"),), lambda _paths: None))


def test_many_are_carried_out_side_by_side_and_each_is_committed(store, kitchen, tmp_path):
    jobs = [kitchen.job(tmp_path / f"{n}.txt", b"%d" % n, n=n) for n in range(12)]
    derive(store, jobs[3])
    seen = dict(derive_all(store, jobs, workers=3))
    assert sorted(seen) == list(range(12))
    assert [place for place, one in seen.items() if one.reused] == [3]
    assert len(kitchen.made) == 12
    assert all((tmp_path / f"{n}.txt").read_bytes() == b"%d" % n for n in range(12))


def test_a_failure_among_many_keeps_what_was_finished(store, kitchen, tmp_path):
    def fail(_paths):
        raise ExportError("no more ink")

    jobs = [kitchen.job(tmp_path / f"{n}.txt", b"%d" % n, n=n) for n in range(4)]
    jobs.append(Job(Recipe("test.fail", 1), (Target("dish", tmp_path / "x.txt"),), fail))
    with pytest.raises(ExportError):
        list(derive_all(store, jobs, workers=2))
    done = [one for one in standing(store, jobs) if one is not None]
    assert len(done) == len(list(tmp_path.glob("*.txt")))
    assert len(list(derive_all(store, jobs[:4], workers=2))) == 4


def test_two_threads_with_one_recipe_end_with_one_derivation(store, kitchen, tmp_path):
    barrier = threading.Barrier(2)

    def job(name):
        def make(paths):
            barrier.wait(10)
            paths[0].write_bytes(b"soup")

        return Job(Recipe("test.race", 1), (Target("dish", tmp_path / name),), make)

    threads = [threading.Thread(target=derive, args=(store, job(name))) for name in ("a.txt", "b.txt")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    digest = read_file(tmp_path / "a.txt").digest
    with store.reading() as reader:
        assert len(reader.recipes.giving(digest)) == 1
        assert {one.path.name for one in reader.places.of(digest)} == {"a.txt", "b.txt"}


def test_foreseeing_makes_nothing_known(store, kitchen, tmp_path, events):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    cursor = len(events())
    seen = foresee(store, kitchen.job(tmp_path / "a.txt"), scratch)
    assert not seen.reused
    assert not (tmp_path / "a.txt").exists()
    assert len(events()) == cursor
    made = derive(store, kitchen.job(tmp_path / "a.txt"))
    assert made.products[0].digest == seen.products[0].digest
    assert foresee(store, kitchen.job(tmp_path / "a.txt"), scratch).reused
