"""``alice watch`` and ``alice unwatch`` as they are typed."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

import pytest

from alice_core.cli.entry import run
from alice_core.store import open_store

posix = pytest.mark.skipif(sys.platform == "win32", reason="a signal to oneself ends the process on Windows")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text("a")
    return path


@pytest.fixture
def alice(home, capsys):
    def call(*words, status=0):
        assert run(["--home", str(home), *map(str, words)]) == status
        return capsys.readouterr()

    return call


@pytest.fixture(autouse=True)
def handlers():
    """The command takes over signals; the test run gets them back."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} if folder.exists() else {}


def settled(home):
    """The home without what SQLite and its writers keep beside the database while it is open."""
    return {path: data for path, data in tree(home).items() if not path.name.startswith("alice.db-")}


def test_once_in_words_and_in_json(alice, folder):
    said = alice("watch", folder, "--once")
    assert "1 new" in said.err
    assert said.out == ""
    (folder / "b.txt").write_text("b")
    events = [json.loads(line) for line in alice("watch", "--once", "--json").out.splitlines()]
    assert [one["event"] for one in events] == ["took", "scanned"]
    assert events[0]["new"] == [str(folder / "b.txt")]
    assert alice("-q", "watch", "--once").err == ""


def test_findings_are_told_when_asked_for(alice, folder):
    (folder / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    os.utime(folder / "cut.png", (0, 0))
    assert "cut.png: broken" in alice("-v", "watch", folder, "--once").err
    assert "1 files" in alice("watch", "--status").out


@posix
def test_a_signal_ends_it_in_good_order(alice, folder, home):
    def end():
        while (
            not (home / "watch" / "daemon.json").exists()
            or '"scanned": ""' in (home / "watch" / "daemon.json").read_text()
        ):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=end)
    ending.start()
    said = alice("watch", folder)
    ending.join()
    assert "watching" in said.err
    assert "stopped" in said.err


def test_nothing_and_unknown_folders(alice, tmp_path, folder):
    assert "ALICE-U00" in alice("watch", "--once", status=2).err
    assert "ALICE-N01" in alice("watch", tmp_path / "none", status=3).err
    assert "ALICE-U00" in alice("watch", folder / "a.txt", status=2).err
    assert "exclude each other" in alice("watch", "--once", "--status", status=2).err


def test_adding_and_leaving(alice, folder):
    assert json.loads(alice("watch", "--add", folder, "--json").out)["watched"] == [str(folder)]
    status = json.loads(alice("watch", "--status", "--json").out)
    assert status["running"] is False
    assert [one["path"] for one in status["folders"]] == [str(folder)]
    assert "does not run" in alice("watch", "--status").out
    assert "dry run" in alice("unwatch", folder, "--dry-run").out
    assert json.loads(alice("unwatch", folder, "--json").out) == {"unwatched": str(folder), "dry_run": False}
    assert "ALICE-N00" in alice("unwatch", folder, status=3).err


def test_a_moved_folder_is_said(alice, folder, tmp_path):
    alice("watch", folder, "--once")
    folder.rename(tmp_path / "moved")
    assert f"was {folder} before" in alice("watch", tmp_path / "moved", "--once").err


def test_a_dry_run_writes_nothing(alice, folder, home):
    alice("watch", "--add", folder)
    with open_store(home):
        pass
    before = settled(home)
    assert "1 new" in alice("watch", "--dry-run").out
    assert json.loads(alice("watch", "--dry-run", "--json").out)["new"] == [str(folder / "a.txt")]
    assert "would be written" in alice("watch", "--install-service", "--dry-run").err
    assert settled(home) == before


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
def test_the_service(alice, folder, home, tmp_path, monkeypatch):
    monkeypatch.setenv("ALICE_STORE__URL", f"sqlite:///{home / 'alice.db'}")
    printed = alice("watch", "--print-service").out
    assert f'"--home" "{home}" "watch"' in printed
    said = alice("watch", folder, "--install-service")
    (unit,) = (tmp_path / "user" / ".config" / "systemd" / "user").iterdir()
    assert unit.read_text() == printed
    assert "systemctl --user enable --now" in said.err
    assert "ALICE_STORE__URL" in said.err
    values = json.loads(alice("watch", "--install-service", "--json").out)
    assert (values["path"], values["written"]) == (str(unit), False)
    unit.write_text("mine")
    assert "ALICE-C00" in alice("watch", "--install-service", status=4).err
