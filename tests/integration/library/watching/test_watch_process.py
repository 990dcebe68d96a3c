"""The daemon as a process: killed, started twice, and folders that move while it is down."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from alice_core.library.curating.membership import tag
from alice_core.store import Actor, open_store

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the signals are POSIX's"),
    pytest.mark.timeout(200),
]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "in"
    for number in range(60):
        (path / f"f{number % 5}").mkdir(parents=True, exist_ok=True)
        (path / f"f{number % 5}" / f"{number}.txt").write_text(f"text {number}")
    return path


def tagged(store, folder):
    """Tag every asset; gives what must be the same later: digest, number and tags, by file name."""
    with store.reading() as reader:
        places = reader.places.below(folder)
    for place in places:
        tag(store, [place.digest], [f"tags/{place.path.stem}"])
    return labels(store, folder)


def labels(store, folder):
    with store.reading() as reader:
        found = {}
        for place in reader.places.below(folder):
            number = reader.assets.get(place.digest).number
            found[place.path.name] = place.digest, number, reader.labels.tags((number,)).get(number)
        return found


@pytest.mark.parametrize("copied", [False, True], ids=["moved", "copied to another disk"])
def test_a_tree_that_moved_while_the_daemon_was_down_keeps_tags_and_ids(
    alice, watching, truth, folder, tmp_path, copied
):
    daemon = watching(folder)
    daemon.start()
    with open_store(alice.home, actor=Actor("user:test")) as store:
        before = tagged(store, folder)
        assert len(before) == 60
        daemon.stop()
        target = tmp_path / "elsewhere" / "moved"
        target.parent.mkdir()
        if copied:
            shutil.copytree(folder, target)
            shutil.rmtree(folder)
        else:
            folder.rename(target)
        (target / "f0").rename(target / "renamed")
        (target / "f1" / "1.txt").rename(target / "renamed" / "1.txt")
        (target / "new.txt").write_text("new")
        again = watching(target)
        again.start()
        truth(store, target, again).wait()
        after = labels(store, target)
        assert after.pop("new.txt")[2] is None
        assert after == before
        assert [one["path"] for one in alice.json("watch", "--status")["folders"]] == [str(target)]
        again.stop()
    alice("db", "check")


def test_a_killed_daemon_leaves_no_lock_behind(alice, watching, folder):
    daemon = watching(folder)
    daemon.start()
    assert alice.json("watch", "--status")["process"] == daemon.process.pid
    refused = alice("watch", folder, "--json", status=4)
    error = json.loads(refused.stdout)["error"]
    assert error["code"] == "ALICE-C00"
    assert f"process {daemon.process.pid} " in error["message"]
    daemon.kill()
    status = alice.json("watch", "--status")
    assert (status["running"], status["process"]) == (False, None)
    daemon.start()
    assert alice.json("watch", "--status")["process"] == daemon.process.pid
    daemon.process.send_signal(signal.SIGINT)
    assert daemon.process.wait(30) == 0
    assert daemon.told()[-1]["event"] == "stopped"


def test_an_ingest_that_was_killed_goes_on(alice, folder, truth, tmp_path):
    for number in range(3000):
        (folder / f"more{number}.txt").write_text(f"more {number}")
    for after in (0.6, 0.9, 1.2):
        process = alice.start("ingest", folder)
        time.sleep(after)
        process.kill()
        process.communicate()
    report = alice.json("ingest", folder)
    with open_store(alice.home) as store:
        assert truth(store, folder, None).wait()[1] == 3060
        with store.reading() as reader:
            made = [
                one.subject for one in reader.events.after(0, limit=100_000) if one.type == "alice.library.ingested"
            ]
    assert len(made) == len(set(made)) == 3060
    assert report["unchanged"] + len(report["new"]) == 3060
    alice("db", "check")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
def test_a_film_is_taken_in_when_its_last_part_is_written(alice, watching, truth, folder):
    """As ffmpeg writes: the index comes last, and the file stands still for a while before."""
    film = folder / "film.mp4"
    writer = """
import sys, time
with open(sys.argv[1], "wb", buffering=0) as file:
    file.write(b"\\0\\0\\0\\x18ftypisom\\0\\0\\2\\0isommp42" + (20008).to_bytes(4, "big") + b"mdat" + bytes(20000))
    sys.stdin.readline()
    file.write(b"\\0\\0\\0\\x08moov")
"""
    daemon = watching(folder)
    daemon.start()
    process = subprocess.Popen([sys.executable, "-c", writer, str(film)], stdin=subprocess.PIPE)
    try:
        with open_store(alice.home) as store:
            disk = truth(store, folder, daemon)
            disk.wait_for_states({film: "growing"})
            os.utime(film, (1, 1))  # it has stood still for long, and is held open
            time.sleep(3)
            assert disk.states() == {film: "growing"}
            process.communicate(b"go on\n")
            disk.wait()
            assert disk.states() == {}
    finally:
        process.kill()
        process.wait()
