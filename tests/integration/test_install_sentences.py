"""The front door, part by part: what it finds, what it keeps, and what it says."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("install", ROOT / "install.py")
install = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(install)


def venv_in(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / ".venv")], check=True)
    shutil.copy(install.program(folder, "python"), install.program(folder, "alice"))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project of two lock files."""
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        (tmp_path / name).write_text(name)
    return tmp_path


# ---- Python


def test_this_python_suits():
    found = install.probe(sys.executable)
    assert found[0] == sys.version_info[:3]
    assert found[1] == []
    assert install.suits(found)


def test_a_program_that_is_no_python_is_passed_over(tmp_path):
    assert install.probe(str(tmp_path / "missing")) is None
    assert install.probe(shutil.which("git") or str(tmp_path)) is None
    assert not install.suits(None)


@pytest.mark.parametrize(
    ("version", "missing", "suits"),
    [
        ((3, 10, 9), [], False),
        ((3, 11, 0), [], True),
        ((3, 13, 5), [], True),
        ((4, 0, 0), [], False),
        ((3, 12, 1), ["venv"], False),
    ],
)
def test_which_pythons_suit(version, missing, suits):
    assert install.suits((version, missing, "/usr")) is suits


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_python_without_ensurepip_is_named_with_what_to_type(tmp_path):
    python = tmp_path / "python3.11"
    hide = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[2])"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{hide}" "$@"\n')
    python.chmod(0o755)
    found = install.probe(str(python))
    assert found[1] == ["ensurepip"]
    stop = install.lacking(str(python), found)
    assert str(python) in stop.missing
    assert "no module ensurepip" in stop.missing
    assert "venv" in stop.do or "python" in stop.do.lower()


def test_debian_is_told_the_package_of_its_own_python():
    stop = install.lacking("/usr/bin/python3", ((3, 11, 2), ["ensurepip"], "/usr"))
    if shutil.which("apt-get"):
        assert stop.do.endswith("apt install python3-venv")
    other = install.lacking("/usr/bin/python3", ((3, 11, 2), ["ssl"], "/usr"))
    assert "complete Python" in other.do


# ---- room


def test_a_full_disk_is_said_before_anything_is_made(tmp_path):
    with pytest.raises(install.Stop, match=r"the set-up needs 1000000000\.0 GB") as stop:
        install.check_room(tmp_path, needed=10**18)
    assert "Free some space" in stop.value.do
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody can write")
def test_an_unwritable_folder_is_said():
    with pytest.raises(install.Stop, match="cannot be written") as stop:
        install.check_room(Path("/proc"))
    assert "folder of your own" in stop.value.do


# ---- what a set-up leaves, and what the next one makes of it


def test_a_finished_set_up_is_recognised_until_something_changes(project):
    venv_in(project)
    want = install.wanted(project, ["requirements.lock"])
    assert not install.ready(project, want, install.read_stamp(project))
    install.write_stamp(project, install.wanted(project, ["requirements.lock", "requirements-test.lock"]))
    assert install.ready(project, want, install.read_stamp(project))
    (project / "requirements.lock").write_text("newer")
    assert not install.ready(project, install.wanted(project, ["requirements.lock"]), install.read_stamp(project))


def test_line_ends_of_another_system_change_nothing(project):
    before = install.wanted(project, ["requirements.lock"])
    (project / "requirements.lock").write_bytes(b"a\r\nb\r\n")
    there = install.digest(project / "requirements.lock")
    (project / "requirements.lock").write_bytes(b"a\nb\n")
    assert install.digest(project / "requirements.lock") == there
    assert install.wanted(project, ["requirements.lock"]) != before


def test_a_missing_lock_file_is_said(project):
    (project / "requirements.lock").unlink()
    with pytest.raises(install.Stop, match=r"requirements\.lock is not beside"):
        install.wanted(project, ["requirements.lock"])


@pytest.mark.parametrize("half", ["", '{"folder": "/ho', "[1, 2]", "{}"])
def test_an_unfinished_set_up_is_not_kept(project, half):
    venv_in(project)
    assert install.read_stamp(project) is None
    assert install.keepable(project, None), "a person's own .venv is added to"
    (project / ".venv" / "alice-setup.json").write_text(half)
    stamp = install.read_stamp(project)
    assert stamp == {}
    assert not install.ready(project, install.wanted(project, []), stamp)
    assert not install.keepable(project, stamp)


def test_a_moved_folder_is_not_kept(project, tmp_path_factory):
    venv_in(project)
    install.write_stamp(project, install.wanted(project, []))
    assert install.keepable(project, install.read_stamp(project))
    moved = tmp_path_factory.mktemp("moved") / "project"
    shutil.move(project, moved)
    stamp = json.loads((moved / ".venv" / "alice-setup.json").read_text())
    assert not install.ready(moved, install.wanted(moved, []), stamp)
    assert not install.keepable(moved, stamp)


def test_nothing_is_kept_where_nothing_is(project):
    assert not install.keepable(project, None)
    (project / ".venv").mkdir()
    assert not install.keepable(project, None)


def test_a_file_in_the_place_of_the_environment_is_replaced(project):
    (project / ".venv").write_text("mine")
    install.make_venv(project, sys.executable)
    assert install.probe(str(install.program(project, "python"))) is not None
    assert install.read_stamp(project) == {}


# ---- sentences


@pytest.mark.parametrize(
    ("printed", "sentence", "advice"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
            "space",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one that was locked",
            "again",
        ),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", "there is no network", "connection"),
        (
            "ERROR: Could not find a version that satisfies x (from versions: none)",
            "there is no network",
            "HTTPS_PROXY",
        ),
        ("Temporary failure in name resolution", "there is no network", "connection"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate", "PIP_CERT"),
        ("ProxyError('Cannot connect to proxy.')", "proxy", "HTTPS_PROXY"),
        (
            "(from versions: 1.0)\nERROR: No matching distribution found for av==18.1.0",
            "this kind of machine",
            "Python",
        ),
        ("error: [Errno 13] Permission denied: '/x'", "may not be written", "owns"),
        ("Collecting x\nERROR: Something new.", "Something new.", "again"),
        ("", "gave no reason", "again"),
    ],
)
def test_a_failed_step_becomes_one_sentence(printed, sentence, advice):
    missing, do = install.why(printed)
    assert sentence in missing
    assert advice in do
    assert missing.endswith(".")
    assert "\n" not in missing


def test_the_whole_output_of_a_failed_step_is_in_the_log(project):
    (project / ".venv").mkdir()
    with pytest.raises(install.Stop, match="it went wrong") as stop:
        install.logged(project, [sys.executable, "-c", "print('first line'); raise SystemExit('ERROR: it went wrong')"])
    log = project / ".venv" / "install.log"
    assert str(log) in stop.value.do
    assert "first line" in log.read_text()


def test_another_pythons_packages_do_not_leak_in(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    assert "PYTHONPATH" not in install.sealed()
    assert install.sealed()["PIP_INDEX_URL"] == "kept"
