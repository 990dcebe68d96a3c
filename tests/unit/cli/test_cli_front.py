"""The command: help everywhere, errors as sentences and as JSON, stable exit statuses."""

from __future__ import annotations

import json

import click
import pytest

from alice_core.cli.entry import COMMANDS, alice, run
from alice_core.errors import CODES


def commands(group=alice, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())


@pytest.mark.parametrize("path", sorted(ALL), ids=" ".join)
def test_every_command_has_help_with_an_example(path, capsys):
    assert run([*path, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Example" in text
    assert f"alice {' '.join(path)}" in text.split("Example", 1)[1]
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.name}"


def test_the_one_line_of_the_front_is_the_first_sentence_or_shorter():
    for name, (_, _, line) in COMMANDS.items():
        assert line.endswith("."), name
        assert len(line) < 70, name


def test_the_front_lists_every_command_under_its_heading(capsys):
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    for name, (heading, _, line) in COMMANDS.items():
        assert f"{heading}:" in text
        assert line in text, name


def test_what_cannot_be_understood_ends_with_2(capsys):
    assert run(["frobnicate"]) == 2
    assert "alice --help" in capsys.readouterr().err
    assert run(["find", "--nope"]) == 2
    assert "alice find --help" in capsys.readouterr().err
    assert run(["make"]) == 2


def test_errors_as_json_are_one_object_on_standard_output(capsys):
    assert run(["show", "nothing-of-that-name", "--json"]) == 3
    seen = capsys.readouterr()
    error = json.loads(seen.out)["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] in CODES
    assert "nothing-of-that-name" in seen.err


def test_a_fault_of_the_program_is_said_to_be_one(capsys, monkeypatch):
    def broken(*_args, **_options):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("alice_core.cli.session.Session.open", broken)
    assert run(["project", "list"]) == 1
    assert "fault of the program" in capsys.readouterr().err
    assert run(["-v", "project", "list"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_stopping_is_no_fault(error, status, monkeypatch, capsys):
    def stop(*_args, **_options):
        raise error

    monkeypatch.setattr("alice_core.cli.session.Session.open", stop)
    with capsys.disabled():
        pass
    import sys

    before = sys.stdout
    assert run(["project", "list"]) == status
    sys.stdout = before


def test_a_day_of_the_library(tmp_path, capsys):
    def call(*words):
        status = run(["--home", str(tmp_path / "home"), *words])
        return status, capsys.readouterr()

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("rain")
    assert call("project", "new", "Neon", "--brief", "rain")[0] == 0
    assert call("project", "new", "Neon")[0] == 4
    _, seen = call("ingest", str(tmp_path / "in"), "--project", "Neon", "--dry-run")
    assert "1 new" in seen.out
    assert "dry run" in seen.out
    assert json.loads(call("find", "--all", "--json")[1].out)["items"] == []
    assert "1 new" in call("ingest", str(tmp_path / "in"), "--project", "Neon")[1].out
    assert json.loads(call("ingest", str(tmp_path / "in"), "--json")[1].out)["unchanged"] == 1
    found = json.loads(call("find", "project:Neon", "notes", "--json", "nope:1")[1].out)
    assert found["query"] == "project:Neon notes"
    assert found["ignored"] == ["nope:1"]
    (item,) = found["items"]
    assert item["locations"] == [str(tmp_path / "in" / "notes.txt")]
    assert item["project"] == "Neon"
    assert "notes.txt" in call("find", "notes")[1].out
    assert json.loads(call("find", "--all", "--jsonl")[1].out)["digest"] == item["digest"]
    assert "nothing found" in call("find", "zebra")[1].err
    for name in (str(tmp_path / "in" / "notes.txt"), item["digest"], item["digest"][7:15]):
        assert item["digest"] in call("show", name)[1].out
    assert json.loads(call("show", item["digest"], "--json")[1].out)["kind"] == "document"
    assert "notes.txt" in call("lineage", item["digest"])[1].out
    assert json.loads(call("lineage", item["digest"], "--json")[1].out)["edges"] == []
    assert call("lineage", "sha256:" + "0" * 64)[0] == 3
    assert call("find", '"open')[0] == 2
    assert json.loads(call("project", "list", "--json")[1].out)["items"][0]["assets"] == 1
    assert "Neon" in call("project", "list")[1].out
    assert "rain" in call("project", "show", "Neon")[1].out
    assert json.loads(call("project", "brief", "Neon", "sun", "--json")[1].out)["brief"] == "sun"
    assert call("project", "brief", "Nobody", "sun")[0] == 3
    assert json.loads(call("project", "show", "Neon", "--json")[1].out)["brief"] == "sun"
    lines = call("events", "tail", "--jsonl")[1].out.splitlines()
    assert [json.loads(line)["type"] for line in lines][:2] == ["alice.store.migrated", "alice.projects.created"]
    assert "library.ingested" in call("events", "tail", "--type", "library.*")[1].out
    assert len(json.loads(call("events", "tail", "-n", "2", "--json")[1].out)["items"]) == 2
    assert json.loads(call("db", "check", "--json")[1].out)["findings"] == []
    assert "nothing wrong" in call("db", "check")[1].out
    assert "up to date" in call("db", "upgrade")[1].out
    assert json.loads(call("db", "backup", "--json")[1].out)["backup"].endswith(".db")
    assert call("db", "backup", "--to", str(tmp_path / "copy.db"))[0] == 0


def test_the_check_of_a_broken_database_fails(tmp_path, capsys):
    import sqlite3
    from contextlib import closing

    home = ["--home", str(tmp_path)]
    assert run([*home, "project", "new", "Neon"]) == 0
    with closing(sqlite3.connect(tmp_path / "alice.db")) as connection:
        connection.execute("INSERT INTO locations VALUES (7, 'nowhere', 'sha256:0', 1, 1, 1, 1, 'now')")
        connection.commit()
    capsys.readouterr()
    assert run([*home, "db", "check"]) == 6
    assert "refers to nothing" in capsys.readouterr().err
    assert run([*home, "db", "check", "--json"]) == 6
    assert json.loads(capsys.readouterr().out)["findings"]


def test_settings_and_versions(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alice.toml").write_text('[make]\nfps = "25"\n')
    monkeypatch.setenv("ALICE_MAKE__CUT", "bar")
    assert run(["config", "show", "--origin"]) == 0
    text = capsys.readouterr().out
    assert "alice.toml" in text
    assert "ALICE_MAKE__CUT" in text
    assert run(["config", "show", "--json"]) == 0
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    assert items["make.fps"]["value"] == "25"
    assert items["make.size"]["origin"] == "default"
    assert run(["config", "show"]) == 0
    (tmp_path / "alice.toml").write_text("[make]\nwhat = 1\n")
    assert run(["config", "show"]) == 5
    assert "make.what" in capsys.readouterr().err
    (tmp_path / "alice.toml").write_text("make = [")
    assert run(["config", "show"]) == 5
    (tmp_path / "alice.toml").write_text("make = 1")
    assert run(["config", "show"]) == 5
    capsys.readouterr()
    assert run(["version", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"]
    assert run(["version"]) == 0
    assert run(["events", "schema"]) == 0
    assert "alice.store.derived" in capsys.readouterr().out
    assert run(["events", "schema", "store.derived"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Derived"
    assert run(["events", "schema", "--json"]) == 0
    assert run(["events", "schema", "none.such"]) == 3


def test_the_doctor_looks_everything_over(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["--home", str(tmp_path / "home"), "doctor", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert {item["state"] for item in items} <= {"ok", "warn"}
    assert {"python", "packages", "codecs", "store", "disk"} <= {item["name"] for item in items}
    assert not (tmp_path / "home").exists()
    (tmp_path / "alice.toml").write_text("[make]\nwhat = 1\n")
    assert run(["--home", str(tmp_path / "home"), "doctor"]) == 5
    assert "fail" in capsys.readouterr().out
    (tmp_path / "alice.toml").unlink()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "alice.db").write_bytes(b"not a database" * 1000)
    assert run(["--home", str(tmp_path / "home"), "doctor"]) == 5


def test_sizes_and_tables_as_people_read_them(capsys):
    from alice_core.cli import output

    assert [output.human_size(size) for size in (0, 999, 1500, 2_500_000, 7 * 10**15)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "2.5 MB",
        "7000.0 TB",
    ]
    output.print_table(("a", "bb"), [("one\x1b[31m", "2")])
    assert "\x1b" not in capsys.readouterr().out
    output.print_pairs([])


def test_findings_and_losses_are_told(tmp_path, capsys):
    import os

    home = ["--home", str(tmp_path / "home")]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    assert run([*home, "ingest", str(folder)]) == 0
    (folder / "a.txt").unlink()
    os.mkfifo(tmp_path / "pipe")
    capsys.readouterr()
    assert run([*home, "ingest", str(folder), str(tmp_path / "pipe")]) == 0
    seen = capsys.readouterr()
    assert "1 places gone" in seen.out
    assert "not taken" in seen.err
