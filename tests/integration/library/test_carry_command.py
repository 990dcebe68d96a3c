"""``alice export`` and ``import`` as they are typed."""

from __future__ import annotations

import json

import pytest

from alice_core.cli.entry import run


def alice(*words):
    return run([str(word) for word in words])


@pytest.fixture
def home(tmp_path, capsys):
    """A store that knows three texts, two of which belong to a project."""
    (tmp_path / "texts").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "texts" / f"{name}.txt").write_text(name)
    assert alice("project", "new", "Neon") == 0
    assert alice("ingest", tmp_path / "texts" / "a.txt", tmp_path / "texts" / "b.txt", "--project", "Neon") == 0
    assert alice("ingest", tmp_path / "texts") == 0
    capsys.readouterr()
    return tmp_path


def test_an_export_and_its_import(home, capsys):
    assert alice("export", home / "out", "--dry-run") == 0
    assert "3 assets" in capsys.readouterr().out
    assert not (home / "out").exists()
    assert alice("export", home / "out", "--json", "--project", "Neon") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["assets"], len(said["files"]), said["failed"]) == (2, 2, [])
    assert alice("export", home / "all", "--all") == 0
    assert "3 files" in capsys.readouterr().out
    other = ("--home", home / "other")
    assert alice(*other, "import", home / "out", "--dry-run", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["new"]) == 2
    assert alice(*other, "import", home / "out", "--files-to", home / "copy") == 0
    assert "2 new, 0 known, 2 files" in capsys.readouterr().out
    assert sorted(path.name for path in (home / "copy").iterdir()) == ["a.txt", "b.txt"]
    assert alice(*other, "find", "project:Neon", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["items"]) == 2


def test_what_differs_and_what_is_bad_is_said(home, capsys):
    alice("export", home / "out")
    other = ("--home", home / "other")
    alice("project", "brief", "Neon", "rain")
    alice(*other, "project", "new", "Neon", "--brief", "sun")
    next(path for path in (home / "out" / "files").iterdir() if path.name.endswith("c.txt")).write_text("x")
    capsys.readouterr()
    assert alice(*other, "import", home / "out") == 6
    assert "ALICE-I04" in capsys.readouterr().err
    assert alice(*other, "import", home / "out", "--partial") == 0
    said = capsys.readouterr()
    assert "left out: files/" in said.err
    assert "Neon: brief stays sun" in said.err
    (home / "texts" / "a.txt").write_text("other")
    assert alice("export", home / "again") == 6
    said = capsys.readouterr()
    assert "without its file" in said.err
    assert "alice verify" in said.err
    assert alice("export", home / "again", "--json") == 6
    assert len(json.loads(capsys.readouterr().out)["failed"]) == 1


def test_choices_that_exclude_each_other_are_refused(home, capsys):
    assert alice("export", home / "out", "--all", "--project", "Neon") == 2
    assert alice("import", home / "out", "--in-place", "--files-to", home / "x") == 2
    assert alice("import", home / "texts") == 3
    assert "holds no export" in capsys.readouterr().err
