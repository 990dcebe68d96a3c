"""Killed with -9 before every single change of a file and every commit: whatever the moment, nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
FILES = {"a.txt": "rain", "a.txt.xmp": "five stars", "b.txt": "sun"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are made by fork")


@pytest.mark.parametrize(
    "scenario", ["throw", "restore", "throw across", "restore across", "undo", "redo", "empty", "collect"]
)
def test_nothing_is_lost_whenever_it_is_killed(scenario, tmp_path):
    done = subprocess.run(
        [sys.executable, __file__, scenario, str(tmp_path)], capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kills = int(done.stdout.split()[-1])
    assert kills >= 3, "it was killed nowhere: the hook does not see what it does"


def actions() -> dict[str, tuple[Callable, Callable]]:
    """For each scenario, what is done before and what is killed."""
    from alice_core.library.curating.undo import redo, undo
    from alice_core.library.discarding import gc, trash

    def throw(store, folder):
        trash.throw(store, [str(folder / "a.txt"), str(folder / "b.txt")], days=0)

    def restore(store, folder):
        trash.restore(store, [str(folder / "a.txt"), str(folder / "b.txt")])

    def undo_throw(store, folder):
        throw(store, folder)
        next_command(store)
        undo(store)
        next_command(store)

    def take_back(store, folder):
        next_command(store)
        undo(store)

    def nothing(store, folder):
        pass

    return {
        "throw": (nothing, throw),
        "restore": (throw, restore),
        "throw across": (nothing, throw),
        "restore across": (throw, restore),
        "undo": (throw, take_back),
        "redo": (undo_throw, lambda store, folder: redo(store)),
        "empty": (throw, lambda store, folder: trash.empty(store, everything=True)),
        "collect": (throw, lambda store, folder: gc.collect(store)),
    }


def next_command(store):
    from alice_core.store import Actor

    store.actor = Actor("user:test")


def opened(base: Path):
    from alice_core.store import Actor, open_store

    return open_store(base / "home", actor=Actor("user:test"))


def in_child(work: Callable[[], None]) -> int:
    """Run in a child; the signal that ended it, 0 where none did."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child says what it was and ends with it
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    return 0


def kill_before(number: int) -> None:
    """Kill this process before its next change of a file, or commit, of that number."""
    from sqlalchemy import Engine, event

    seen = 0

    def tick(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(name: str, arguments: tuple) -> None:
        if name in CHANGES or (name == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            tick()

    sys.addaudithook(hook)
    event.listen(Engine, "commit", tick)


def part_the_disks() -> None:
    """Let nothing be renamed or linked between the trash and the rest."""
    rename, link = os.rename, os.link

    def across(call):
        def refuse(source, target, **options):
            if ("trash" in Path(source).parts) is not ("trash" in Path(target).parts):
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source), None, str(target))
            return call(source, target, **options)

        return refuse

    os.rename, os.link = across(rename), across(link)


def prepare(base: Path, before: Callable) -> None:
    from alice_core.library import ingest_paths

    folder = base / "in"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with opened(base) as store:
        ingest_paths(store, [folder])
        next_command(store)
        before(store, folder)


def look(base: Path, scenario: str) -> None:
    """After a kill and whatever comes next, every byte is there once, and the store knows where."""
    from alice_core.library.discarding import trash
    from alice_core.library.discarding.mending import Mended, trash_alone

    folder, trashed = base / "in", base / "home" / "trash"
    deleting = scenario in {"empty", "collect"}
    texts = [path.read_text() for path in (*folder.rglob("*"), *trashed.rglob("*")) if path.is_file()]
    for text in FILES.values():
        assert text in texts or deleting, f"{text} is lost at the moment of the kill"
    with opened(base) as store:
        with trash_alone(store):
            pass
        with trash_alone(store) as again:
            assert again == Mended((), (), ())
        kept = trash.in_trash(store)
        items = {one.item.path.name: base / "home" / one.item.kept for one in kept}
        with store.reading() as reader:
            assets = {one.name: one for one in reader.assets.after(-1)}
            places = {name: reader.places.of(asset.digest) for name, asset in assets.items()}
        for name in ("a.txt", "b.txt"):
            here, there = (folder / name).is_file(), name in items
            assert here is bool(places[name]), name
            assert not (here and there), name
            assert here or there or deleting, name
            assert (assets[name].trashed is None) is here, name
            if here:
                assert (folder / name).read_text() == FILES[name]
                assert places[name][0].vouches((folder / name).stat())
            elif there and not deleting:
                assert items[name].read_text() == FILES[name]
        beside = folder / "a.txt.xmp" if (folder / "a.txt").is_file() else items.get("a.txt")
        if beside is not None and not deleting:
            sidecar = beside if beside.suffix == ".xmp" else beside.with_name("a.txt.xmp")
            assert sidecar.read_text() == FILES["a.txt.xmp"]
        left = [path.name for path in folder.iterdir() if path.name.startswith(".")]
        assert left == [], left
        if deleting:
            trash.empty(store, everything=True)
            assert trash.in_trash(store) == ()
            assert not [path for path in trashed.rglob("*") if path.is_file()]


def attempt(work: Path, scenario: str, number: int) -> bool:
    """Kill the scenario before its change of that number; false where it came to its end before."""
    before, call = actions()[scenario]
    shutil.copytree(work.with_name("empty"), work)
    in_child(lambda: prepare(work, before))

    def victim() -> None:
        if scenario.endswith("across"):
            part_the_disks()
        store = opened(work)
        kill_before(number)
        call(store, work / "in")

    killed = in_child(victim) == signal.SIGKILL
    try:
        in_child(lambda: look(work, scenario))
    except AssertionError as error:
        raise AssertionError(f"killed before change {number} of {scenario!r}") from error
    return killed


def main(scenario: str, base: Path) -> None:
    """Kill the scenario before its first change, its second, and so on until it comes to its end."""
    in_child(lambda: opened(base / "empty").close())  # its tables are made once
    number = 1
    while attempt(base / str(number), scenario, number):
        number += 1
    sys.stdout.write(f"{number - 1}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
