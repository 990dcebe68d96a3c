"""What lies in the tree: no address of a registry, no path of somebody's machine, no report."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Written in parts, so that this file does not hold what it looks for.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "deb.debian" + ".org", "crates" + ".io"]
MACHINE = [
    r"/wo" + r"rk/(main|shared|\.)",
    r"/ro" + r"ot/",
    r"/opt/(wheels|py" + "pi)",
    r"/home/[a-z]+/",
    r"[A-Z]:\\Us" + "ers",
]
FORBIDDEN = re.compile("|".join([*map(re.escape, REGISTRIES), *MACHINE]))
REPORT = re.compile(r"(STATUS|REPORT|PROGRESS|SUMMARY|HEALTH|PLAN|NOTES|TODO)\b.*\.(md|txt)$", re.IGNORECASE)


def tracked() -> list[Path]:
    """Every file that is, or could be, committed."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for match in FORBIDDEN.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match.group()}")
    assert found == []


def test_the_pattern_finds_what_it_should():
    for line in ("https://" + REGISTRIES[0] + "/simple", "/home" + "/ada/song.wav", "/wo" + "rk/main/x"):
        assert FORBIDDEN.search(line)
    assert not FORBIDDEN.search("my-work/mainly.py and docs/root.md")


def test_no_status_reports():
    assert [path.name for path in tracked() if REPORT.search(path.name)] == []


def test_no_large_file_slips_in():
    assert {path.name: path.stat().st_size for path in tracked() if path.stat().st_size > 1_000_000} == {}
