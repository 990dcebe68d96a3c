"""``alice audit`` as it is typed."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import stat
import sys

import pytest

from alice_core.cli.entry import run
from alice_core.config import audit_key_file, audit_pins_folder
from alice_core.store.checkpoints import NAME, checkpoint_if_due, checkpoints_of


@pytest.fixture
def home(tmp_path, empty_store, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ALICE_AUDIT_KEY")
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "alice.db").write_bytes(empty_store.read_bytes())
    return folder


@pytest.fixture
def alice(home, capsys):
    def call(*words, status=0):
        assert run(["--home", str(home), *map(str, words)]) == status
        return capsys.readouterr()

    return call


def changed(home, statement):
    connection = sqlite3.connect(home / "alice.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_log_is_signed_and_verified(alice, home):
    alice("project", "new", "Neon")
    assert "cannot be noticed" in alice("audit", "verify").out
    assert "2 events signed" in alice("audit", "checkpoint").out
    assert "nothing has happened" in alice("audit", "checkpoint").out
    assert "2 events as written (1 checkpoint agree" in alice("audit", "verify").out
    said = json.loads(alice("audit", "verify", "--json").out)
    assert (said["sound"], said["events"], said["checkpoints"], said["fault"]) == (True, 2, 1, None)
    if sys.platform != "win32":
        assert stat.S_IMODE(audit_key_file().stat().st_mode) == 0o600
    assert home not in audit_key_file().parents


def test_what_was_changed_is_named_and_the_command_fails(alice, home):
    alice("project", "new", "Neon")
    changed(home, "UPDATE events SET actor = 'user:mallory' WHERE seq = 2")
    said = alice("audit", "verify", "--json", status=6)
    fault = json.loads(said.out)["fault"]
    assert (fault["position"], fault["type"]) == (2, "alice.projects.created")
    assert "ALICE-I07" in alice("audit", "verify", status=6).err


def test_a_tail_that_was_cut_off(alice, home):
    alice("project", "new", "Neon")
    alice("audit", "checkpoint")
    changed(home, "DELETE FROM events WHERE seq = 2")
    assert "cut off" in alice("audit", "verify", status=6).out


def test_erased_payloads_leave_the_chain_whole(alice, home):
    alice("project", "new", "Neon", "--brief", "Ada's secret")
    event = json.loads(alice("events", "tail", "--json").out)["items"][-1]
    assert event["data"]["brief"] == "Ada's secret"
    assert "1 payload would be erased" in alice("audit", "erase", event["id"], "--why", "asked", "--dry-run").out
    assert "1 payload erased" in alice("audit", "erase", event["id"], "--why", "Ada asked for it").out
    assert "0 payloads erased" in alice("audit", "erase", event["id"], "--why", "again").out
    said = json.loads(alice("audit", "verify", "--json").out)
    assert (said["sound"], said["erased"], said["events"]) == (True, 1, 3)
    again = json.loads(alice("events", "tail", "--json").out)["items"]
    assert (again[-2]["data"], again[-1]["type"]) == ({}, "alice.audit.erased")
    with contextlib.closing(sqlite3.connect(home / "alice.db")) as connection:
        assert connection.execute("SELECT count(*) FROM events WHERE data LIKE '%secret%'").fetchone() == (0,)
    alice("audit", "erase", "no-such-event", "--why", "x", status=3)


def test_a_key_from_the_environment(alice, home, monkeypatch):
    alice("project", "new", "Neon")
    monkeypatch.setenv("ALICE_AUDIT_KEY", "zz")
    assert "hexadecimal" in alice("audit", "checkpoint", status=5).err
    monkeypatch.setenv("ALICE_AUDIT_KEY", "11" * 31)
    assert "31 bytes" in alice("audit", "checkpoint", status=5).err
    monkeypatch.setenv("ALICE_AUDIT_KEY", "11" * 32)
    alice("audit", "checkpoint")
    assert not audit_key_file().exists()
    monkeypatch.setenv("ALICE_AUDIT_KEY", "22" * 32)
    said = json.loads(alice("audit", "verify", "--json", status=6).out)
    assert said["checkpoints"] == 0
    assert "another key" in said["fault"]["what"]


def test_lines_that_are_no_checkpoint(alice, home):
    alice("project", "new", "Neon")
    alice("audit", "checkpoint")
    file = home / NAME
    line = file.read_text()
    file.write_text('{"position": true}\n[]\nno json\n' + line.replace('"position":2', '"position":1') + line[:-20])
    assert checkpoints_of(home).unreadable == 4
    alice("project", "new", "Rain")
    alice("audit", "checkpoint")
    said = json.loads(alice("audit", "verify", "--json", status=6).out)
    # The one that was lost is pinned, and one that a crash cut short does not spoil the next.
    assert said["checkpoints"] == 2
    assert "signature of checkpoint 1 is wrong" in said["fault"]["what"]


def test_checkpoints_are_written_when_due(store):
    seed = bytes(range(32))
    assert checkpoint_if_due(store, lambda: seed).position == 1
    assert checkpoint_if_due(store, lambda: pytest.fail("not due")) is None


def test_a_folder_that_cannot_be_written(store):
    (store.folder / NAME).mkdir()
    from alice_core.errors import ExportError
    from alice_core.store.checkpoints import write_checkpoint

    with pytest.raises((ExportError, IsADirectoryError)):
        write_checkpoint(store, bytes(32))


def test_each_command_signs_where_it_ended_once_checkpoints_are_kept(alice, home):
    alice("project", "new", "Neon")
    alice("audit", "checkpoint")
    alice("project", "new", "Tiger")
    alice("project", "list")
    assert [one.position for one in checkpoints_of(home).checkpoints] == [2, 3]
    changed(home, "DELETE FROM events WHERE seq = 3")
    assert "cut off" in alice("audit", "verify", status=6).out


def test_a_tail_cut_off_together_with_the_file_that_tells_of_it(alice, home, tmp_path):
    alice("project", "new", "Neon")
    alice("audit", "checkpoint")
    changed(home, "DELETE FROM events WHERE seq = 2")
    (home / NAME).unlink()
    said = alice("audit", "verify", status=6).out
    assert "cut off" in said
    alice("project", "new", "Forged")
    alice("audit", "checkpoint")
    assert "is not in" in alice("audit", "verify", status=6).out
    (pin,) = audit_pins_folder().iterdir()
    pin.unlink()
    assert "as written" in alice("audit", "verify").out
    assert tmp_path in pin.parents


def test_a_copy_of_a_store_elsewhere_goes_its_own_way(alice, home, tmp_path, capsys):
    alice("project", "new", "Neon")
    alice("audit", "checkpoint")
    shutil.copytree(home, tmp_path / "copy")
    alice("project", "new", "Tiger")
    assert run(["--home", str(tmp_path / "copy"), "audit", "verify"]) == 0
    assert "2 events as written (1 checkpoint agree" in capsys.readouterr().out
