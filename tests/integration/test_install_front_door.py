"""The front door as a stranger opens it: a clean copy of the tree, and nothing installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys._base_executable  # the one that made this environment
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "demo", "*.egg-info", "tests", "shared")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository in a folder whose name has a space and a quote."""
    folder = tmp_path / "Ada's films" / "alice"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def door(folder: Path, *words: str, python: str = PYTHON, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(folder / "install.py"), *words],
        cwd=folder, env={**os.environ, **environment}, text=True, capture_output=True, check=False, timeout=600,
    )  # fmt: skip


def old_python() -> str | None:
    """A Python that can start the front door and cannot run AliceMultiverse."""
    places = [shutil.which("python3.9"), shutil.which("python3.10"), shutil.which("python3", path="/usr/bin")]
    places += sorted(str(path) for path in (Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))
    ask = "import sys; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 10))"
    return next(
        (one for one in places if one and subprocess.call([one, "-c", ask], stderr=subprocess.DEVNULL) == 0), None
    )


def test_help_has_examples_and_needs_nothing(tmp_path):
    shutil.copy(ROOT / "install.py", tmp_path)
    answer = door(tmp_path, "--help")
    assert answer.returncode == 0
    assert "python3 install.py --demo" in answer.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["install.py"]


def test_too_old_a_python_says_which_one_is_needed(clone, tmp_path):
    python = old_python()
    if python is None:
        pytest.skip("no Python 3.9 or 3.10 on this machine")
    answer = door(clone, python=python, PATH=str(tmp_path))
    assert answer.returncode == 2
    assert "needs Python 3.11 to 3.13; this is Python 3." in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (clone / ".venv").exists()


def test_without_a_network_it_says_so(clone):
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    answer = door(clone, **nowhere, PIP_NO_CACHE_DIR="1", PIP_FIND_LINKS="")
    assert answer.returncode == 2
    assert "there is no network" in answer.stderr
    assert str(clone / ".venv" / "install.log") in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_demo_from_nothing_after_a_run_that_was_killed(clone, tmp_path):
    home = {"ALICE_HOME": str(tmp_path / "home")}
    log = clone / ".venv" / "install.log"
    first = subprocess.Popen([PYTHON, str(clone / "install.py")], cwd=clone, stdout=subprocess.DEVNULL)
    while first.poll() is None and not (log.exists() and "Collecting" in log.read_text()):
        time.sleep(0.05)
    first.kill()
    first.wait()

    answer = door(clone, "--demo", **home)
    if "there is no network" in answer.stderr:
        pytest.skip("the package source does not answer")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    made = clone / "demo" / "demo-song"
    assert (made / "preview.mp4").stat().st_size > 100_000
    assert {"analysis.json", "analysis.png", "plan.json", "shots"} <= {path.name for path in made.iterdir()}
    assert {".otio", ".fcpxml", ".edl"} <= {path.suffix for path in made.iterdir()}
    assert " make YOUR-SONG" in answer.stdout
    assert " lineage demo" in answer.stdout

    stamp = (clone / ".venv" / "alice-setup.json").stat().st_mtime_ns
    preview = (made / "preview.mp4").stat().st_mtime_ns
    again = door(clone, "--demo", **home)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Installing" not in again.stdout
    assert (clone / ".venv" / "alice-setup.json").stat().st_mtime_ns == stamp
    assert (made / "preview.mp4").stat().st_mtime_ns == preview
