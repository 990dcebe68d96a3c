"""The scripts in Resolve's menu: put there, brought up to date, taken away; what is somebody's own stays."""

from __future__ import annotations

import json
import plistlib
import sys
from pathlib import Path

import pytest

from alice_core import __version__
from alice_core.errors import ResolveError
from alice_core.resolve import installing
from alice_core.resolve.installing import install, installed_in, uninstall
from alice_core.resolve.places import applications, read_bundle, script_places


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """A folder of scripts to install."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in ("Push latest cut.py", "alice_menu.py", "Alice free edition.lua"):
        (folder / name).write_text(f"-- {name}\n")
    (folder / "__pycache__").mkdir()
    (folder / ".DS_Store").write_bytes(b"x")
    monkeypatch.setattr(installing, "scripts_folder", lambda: folder)
    return folder


def actions(done):
    return {step.path.name: step.action for step in done.steps}


def test_what_is_installed_is_told_and_taken_away_again(scripts, tmp_path):
    menu = tmp_path / "Utility"
    foreseen = install(menu, None, dry_run=True)
    assert not menu.exists()
    done = install(menu, None)
    assert done == foreseen
    assert set(actions(done).values()) == {"write"}
    folder = menu / "Alice"
    assert sorted(path.name for path in folder.iterdir()) == [
        "Alice free edition.lua", "Push latest cut.py", "alice_installed.json", "alice_menu.py", "alice_resolve.json",
    ]  # fmt: skip
    link = json.loads((folder / "alice_resolve.json").read_text())
    assert link == {
        "schema": "alice.resolve-link/1", "python": sys.executable, "home": None, "version": __version__,
        "command": [sys.executable, "-m", "alice_core.cli"],
    }  # fmt: skip
    found = installed_in(menu)
    assert (found.version, found.changed, found.missing, found.program) == (__version__, (), (), (sys.executable, True))
    (folder / "alice_push.table").write_text("return {}")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "alice_menu.cpython-311.pyc").write_bytes(b"x")
    assert uninstall(menu, dry_run=True).folder.is_dir()
    gone = uninstall(menu)
    assert set(actions(gone).values()) == {"remove"}
    assert not folder.exists()
    assert uninstall(menu) is None
    assert installed_in(menu) is None


def test_installed_again_only_what_is_new_is_written(scripts, tmp_path):
    install(tmp_path, "home")
    assert set(actions(install(tmp_path, "home")).values()) == {"same"}
    (scripts / "alice_menu.py").write_text("-- a newer one\n")
    (scripts / "Push latest cut.py").rename(scripts / "Push.py")
    done = actions(install(tmp_path, "elsewhere"))
    assert done == {
        "alice_menu.py": "write", "Alice free edition.lua": "same", "Push.py": "write",
        "Push latest cut.py": "remove", "alice_resolve.json": "write",
    }  # fmt: skip
    assert (tmp_path / "Alice" / "alice_menu.py").read_text() == "-- a newer one\n"
    home = json.loads((tmp_path / "Alice" / "alice_resolve.json").read_text())["home"]
    assert Path(home) == Path("elsewhere").absolute()


def test_what_somebody_changed_or_put_there_stays(scripts, tmp_path):
    install(tmp_path, None)
    mine, own = tmp_path / "Alice" / "alice_menu.py", tmp_path / "Alice" / "my own.py"
    mine.write_text("-- mine\n")
    own.write_text("-- own\n")
    (scripts / "alice_menu.py").write_text("-- a newer one\n")
    done = install(tmp_path, None)
    assert done.kept == (mine,)
    assert installed_in(tmp_path).changed == ("alice_menu.py",)
    (tmp_path / "Alice" / "Push latest cut.py").unlink()
    assert installed_in(tmp_path).missing == ("Push latest cut.py",)
    gone = uninstall(tmp_path)
    assert gone.kept == (mine,)
    assert sorted(path.name for path in (tmp_path / "Alice").iterdir()) == ["alice_menu.py", "my own.py"]
    again = install(tmp_path, None)
    assert again.kept == (mine,)
    assert mine.read_text() == "-- mine\n"


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"files": 3}', b"\xff"])
def test_a_damaged_list_of_what_is_ours_removes_nothing(scripts, tmp_path, damage):
    install(tmp_path, None)
    (tmp_path / "Alice" / "alice_installed.json").write_bytes(damage)
    gone = uninstall(tmp_path)
    assert (tmp_path / "Alice" / "alice_menu.py").is_file()
    assert gone is not None
    assert set(actions(install(tmp_path, None)).values()) <= {"same", "write"}


def test_scripts_that_are_missing_are_told(monkeypatch, tmp_path):
    monkeypatch.setattr(installing, "__file__", str(tmp_path / "alice_core" / "resolve" / "installing.py"))
    with pytest.raises(ResolveError, match="missing") as caught:
        install(tmp_path, None)
    assert caught.value.code == "ALICE-W12"


def test_every_system_has_its_folders(tmp_path):
    home = {"HOME": str(tmp_path)}
    linux = script_places("linux", home)
    assert [(one.owner, one.folder.relative_to("/").parts[-4:]) for one in linux] == [
        ("user", ("DaVinciResolve", "Fusion", "Scripts", "Utility")),
        ("system", ("resolve", "Fusion", "Scripts", "Utility")),
    ]
    moved = script_places("linux", {**home, "XDG_DATA_HOME": str(tmp_path / "data")})
    assert moved[0].folder == tmp_path / "data" / "DaVinciResolve" / "Fusion" / "Scripts" / "Utility"
    windows = script_places("win32", {"APPDATA": str(tmp_path / "a"), "PROGRAMDATA": str(tmp_path / "p")})
    maker = Path("Blackmagic Design") / "DaVinci Resolve"
    scripts = Path("Fusion") / "Scripts" / "Utility"
    assert [one.folder for one in windows] == [
        tmp_path / "a" / maker / "Support" / scripts,
        tmp_path / "p" / maker / scripts,
    ]
    support = tmp_path / "Library" / "Application Support"
    assert [one.folder for one in script_places("darwin", home)] == [
        support / maker / scripts,
        Path("/Library/Application Support") / maker / scripts,
    ]
    container = tmp_path / "Library" / "Containers" / "com.blackmagic-design.DaVinciResolveLite"
    container.mkdir(parents=True)
    (support / maker).mkdir(parents=True)
    user, store, _ = script_places("darwin", home)
    assert (user.used, store.owner) == (True, "app-store")
    assert store.folder == container / "Data" / "Library" / "Application Support" / scripts
    for system in ("win32", "darwin", "linux"):
        with pytest.raises(ResolveError, match="is not set"):
            script_places(system, {})


def test_copies_of_resolve_say_their_version(tmp_path):
    bundle = tmp_path / "Applications" / "DaVinci Resolve.app"
    (bundle / "Contents" / "_MASReceipt").mkdir(parents=True)
    assert read_bundle(bundle).version == ""
    (bundle / "Contents" / "Info.plist").write_bytes(plistlib.dumps({"CFBundleShortVersionString": "21.0.3"}))
    found = applications("darwin", {"HOME": str(tmp_path)})
    assert [(one.version, one.store) for one in found if one.path == bundle] == [("21.0.3", True)]
    (bundle / "Contents" / "Info.plist").write_bytes(b"\x00 no list")
    assert read_bundle(bundle).version == ""
    program = tmp_path / "Blackmagic Design" / "DaVinci Resolve" / "Resolve.exe"
    assert applications("win32", {"PROGRAMFILES": str(tmp_path)}) == ()
    program.parent.mkdir(parents=True)
    program.write_bytes(b"")
    assert [one.path for one in applications("win32", {"PROGRAMFILES": str(tmp_path)})] == [program]
