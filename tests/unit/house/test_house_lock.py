"""The lock files say of every dependency of pyproject.toml exactly one version, within its range."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"].get("optional-dependencies", {})
LOCKS = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]],
    "requirements-test.lock": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["test"]],
    **{f"requirements-{extra}.lock": needs for extra, needs in EXTRAS.items()},
}
MACHINES = [
    {"python_full_version": f"{version}.0", "python_version": version, "sys_platform": system}
    for version in ("3.11", "3.12", "3.13")
    for system in ("linux", "darwin", "win32")
]


def pins(name: str) -> list[tuple[Requirement, int]]:
    """Every pin of a lock file with the number of its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(Requirement(line.split("--hash")[0].strip()), line.count("--hash=sha256:")) for line in lines]


def versions(name: str, machine: dict[str, str]) -> dict[str, str]:
    """What a lock file installs on one kind of machine."""
    found: dict[str, str] = {}
    for pin, _ in pins(name):
        if pin.marker is None or Marker(str(pin.marker)).evaluate(machine):
            assert pin.name not in found, f"{pin.name} is pinned twice"
            found[canonicalize_name(pin.name)] = next(iter(pin.specifier)).version
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: f"{one['sys_platform']}-{one['python_version']}")
@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_pinned_within_its_range(name, machine):
    found = versions(name, machine)
    for need in map(Requirement, LOCKS[name]):
        assert need.specifier.contains(found[canonicalize_name(need.name)]), f"run scripts/lock: {need}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_hashed(name):
    for pin, hashes in pins(name):
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier))
        assert hashes >= 1
        assert pin.url is None


@pytest.mark.parametrize("name", LOCKS)
def test_all_locks_agree(name):
    for machine in MACHINES:
        base, other = versions("requirements.lock", machine), versions(name, machine)
        assert base.items() <= other.items()


def test_every_lock_file_is_meant():
    assert {path.name for path in ROOT.glob("*.lock")} == set(LOCKS)
