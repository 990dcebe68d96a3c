"""The daemon, in a thread: what comes is taken in, what goes is known to be gone, and only being told stops it."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time

import pytest

from alice_core.errors import Conflict, ExportError, UsageError
from alice_core.library.roots import unwatch_folder, watch_folder
from alice_core.library.watch import agenda
from alice_core.library.watch import daemon as daemon_module
from alice_core.library.watch.daemon import Daemon
from alice_core.library.watch.happening import Happening, summary
from alice_core.library.watch.jobs import Job, background_jobs
from alice_core.library.watch.state import Said, daemon_lock, refuse_second, said_by_daemon, watch_status

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the events and open files of Linux")


class Running:
    """A daemon in a thread, and what it tells."""

    def __init__(self, store, **options):
        self.told = []
        self.failure = None
        self.daemon = Daemon(store, tell=self.told.append, **options)
        self.thread = threading.Thread(target=self.daemon.run)

    def __enter__(self):
        self.thread.start()
        self.wait(lambda: self.count("scanned"))
        return self

    def __exit__(self, *_):
        self.daemon.stop()
        self.thread.join(30)
        assert not self.thread.is_alive()

    def count(self, kind):
        return sum(1 for one in self.told if one.kind == kind)

    def wait(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, [one.text for one in self.told]
            time.sleep(0.02)


@pytest.fixture
def folder(store, tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text("a")
    watch_folder(store, path)
    return path


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(daemon_module, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(daemon_module, "_POLL_SECONDS", 0.05)
    monkeypatch.setattr(daemon_module, "_IDLE_SHARE", 1)
    monkeypatch.setattr(daemon_module, "_AFTER_LOSS_SECONDS", 0.05)
    monkeypatch.setattr(daemon_module, "_AFTER_ERROR_SECONDS", 0.05)
    monkeypatch.setattr(agenda, "SETTLE_SECONDS", 0.05)
    monkeypatch.setattr(agenda, "QUIET_SECONDS", 0.2)


def known(store):
    with store.reading() as reader:
        return {one.path for one in reader.places.walk(limit=1000)[0]}


def test_once(store, folder):
    told = []
    Daemon(store, tell=told.append).once()
    assert [one.kind for one in told] == ["took", "scanned"]
    assert told[0].report.new == (folder / "a.txt",)
    assert told[0].to_json()["new"] == [str(folder / "a.txt")]
    assert known(store) == {folder / "a.txt"}
    assert said_by_daemon(store.folder).process == os.getpid()


def test_nothing_to_watch(store):
    with pytest.raises(UsageError, match="no folder"):
        Daemon(store, tell=print).once()


@linux
@pytest.mark.usefixtures("quick")
def test_what_comes_moves_and_goes(store, folder):
    with Running(store) as running:
        assert running.told[0].kind == "started"
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("b")
        running.wait(lambda: folder / "sub" / "b.txt" in known(store))
        (folder / "sub").rename(folder / "moved")
        (folder / "a.txt").rename(folder / "z.txt")
        running.wait(lambda: known(store) == {folder / "moved" / "b.txt", folder / "z.txt"})
        shutil.rmtree(folder / "moved")
        running.wait(lambda: known(store) == {folder / "z.txt"})
        status = watch_status(store)
        assert status.process == os.getpid()
        assert [(one.path, one.by) for one in status.folders] == [(folder, "events")]
    assert running.told[-1].kind == "stopped"
    status = watch_status(store)
    assert (status.process, status.folders[0].by) == (None, "nothing")
    assert status.to_json()["running"] is False


@linux
def test_only_one_daemon_a_store(store, folder):
    with Running(store) as running:
        with pytest.raises(Conflict, match=f"process {os.getpid()}"):
            Daemon(store, tell=print).run()
        with pytest.raises(Conflict):
            refuse_second(store.folder)
        assert running.thread.is_alive()
    refuse_second(store.folder)
    Daemon(store, tell=lambda _: None).once()


@linux
@pytest.mark.usefixtures("quick")
def test_a_file_that_is_held_open_is_growing_until_it_is_closed(store, folder):
    path = folder / "slow.txt"
    with Running(store) as running:
        with path.open("w") as file:
            file.write("half")
            file.flush()
            running.wait(lambda: watch_status(store).growing)
            assert path not in known(store)
            assert watch_status(store).to_json()["growing"][0]["path"] == str(path)
            file.write(" whole")
        running.wait(lambda: path in known(store))
        running.wait(lambda: any(one.report and path in one.report.new for one in running.told))
        assert not watch_status(store).growing


@linux
@pytest.mark.usefixtures("quick")
def test_a_disk_that_goes_and_comes_back(store, folder, tmp_path):
    with Running(store) as running:
        folder.rename(tmp_path / "unmounted")
        running.wait(lambda: running.count("away"))
        assert watch_status(store).folders[0].by == "away"
        assert known(store) == {folder / "a.txt"}
        folder.mkdir()
        time.sleep(0.3)
        assert known(store) == {folder / "a.txt"}
        folder.rmdir()
        (tmp_path / "unmounted").rename(folder)
        running.wait(lambda: running.count("back"))
        (folder / "b.txt").write_text("b")
        running.wait(lambda: folder / "b.txt" in known(store))


@linux
@pytest.mark.usefixtures("quick")
def test_folders_that_are_watched_later_or_no_longer(store, folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.txt").write_text("c")
    with Running(store) as running:
        watch_folder(store, other)
        running.wait(lambda: other / "c.txt" in known(store))
        unwatch_folder(store, other)
        unwatch_folder(store, folder)
        time.sleep(0.3)
        (folder / "late.txt").write_text("late")
        time.sleep(0.4)
        assert folder / "late.txt" not in known(store)
        watch_folder(store, folder)
        running.wait(lambda: folder / "late.txt" in known(store))
    assert not running.count("error")


@linux
@pytest.mark.usefixtures("quick")
def test_lost_events_lead_to_a_look_through_everything(store, folder):
    with Running(store) as running:
        running.daemon._hints.lose()
        running.wait(lambda: running.count("overflow") and running.count("scanned") > 1)
        assert said_by_daemon(store.folder).overflows == 1


@linux
@pytest.mark.usefixtures("quick")
def test_a_network_folder_is_looked_through_again_and_again(store, folder, monkeypatch):
    table = f"server:/x {folder} nfs4 rw 0 0".encode()
    monkeypatch.setattr("alice_core.library.watch.lookout.mount_table", lambda: table)
    with Running(store) as running:
        assert "nfs4" in next(one.text for one in running.told if one.kind == "polling")
        (folder / "b.txt").write_text("b")
        running.wait(lambda: folder / "b.txt" in known(store))
        (folder / "c.txt").write_text("c")
        running.wait(lambda: folder / "c.txt" in known(store))
        status = watch_status(store)
        assert (status.folders[0].by, status.folders[0].reason) == ("scans", "it is on a network (nfs4)")


@linux
def test_everything_is_looked_through_now_and_then(store, folder, monkeypatch):
    monkeypatch.setattr(daemon_module, "_IDLE_SHARE", 0)
    with Running(store, interval=0.1) as running:
        running.wait(lambda: running.count("scanned") > 2)


@linux
@pytest.mark.usefixtures("quick")
def test_work_for_when_nothing_happens(store, folder):
    left, calls = [3], []

    def work(_store):
        calls.append(len(calls))
        if len(calls) == 2:
            raise ExportError("the disk is full")
        left[0] -= left[0] > 0
        return left[0]

    with Running(store, jobs=(Job("work", work), Job("idle", lambda _store: 0))) as running:
        running.wait(lambda: running.count("error"))
        running.wait(lambda: left[0] == 0)
        count = len(calls)
        time.sleep(0.2)
        assert len(calls) <= count + 2
        (folder / "b.txt").write_text("b")
        running.wait(lambda: len(calls) > count)
    assert "the disk is full" in next(one.text for one in running.told if one.kind == "error")


def test_the_jobs_there_are(store, folder):
    Daemon(store, tell=lambda _: None).once()
    jobs = background_jobs()
    assert len({job.name for job in jobs}) == len(jobs) > 1
    for job in jobs:
        assert any(job.run(store) == 0 for _ in range(10)), job.name


def test_what_a_daemon_said_is_only_what_was_written(tmp_path):
    assert said_by_daemon(tmp_path) is None
    said = Said(7, "2026-11-24T00:00:00.000Z", polled=(("/a", "it is on a network"),))
    daemon_lock(tmp_path).parent.mkdir()
    said.write(tmp_path)
    assert said_by_daemon(tmp_path) == said
    for text in ("", "[]", '{"process": 7}', '{"polled": 3}'):
        (tmp_path / "watch" / "daemon.json").write_text(text)
        assert said_by_daemon(tmp_path) is None


def test_happenings_say_what_they_are_about(tmp_path):
    happening = Happening("away", "it is not there", path=tmp_path, seconds=1.23456)
    assert happening.to_json() == {"event": "away", "text": "it is not there", "path": str(tmp_path), "seconds": 1.235}


def test_a_summary_counts_what_there_is(tmp_path):
    from alice_core.library.files import IngestReport
    from alice_core.store.places import Finding

    assert summary(IngestReport()) == ""
    findings = (Finding(tmp_path, "growing", "", ""), Finding(tmp_path, "broken", "", ""))
    text = summary(IngestReport(new=(tmp_path, tmp_path), lost=(tmp_path,), findings=findings))
    assert text == f"2 new, 1 gone, 1 growing, 1 not taken ({tmp_path}, ...)"
