"""The contracts of the design: imports go downward, and each library has one home."""

from __future__ import annotations

import tomllib
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[3]


def test_every_contract_of_the_design_is_kept(capsys):
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_every_run_time_dependency_has_a_home():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    homed = {library for one in contracts for library in one.get("forbidden_modules", [])}
    dependencies = {line.partition(">=")[0] for line in project["project"]["dependencies"]}
    assert {{"pillow": "PIL", "pyaaf2": "aaf2"}.get(name, name) for name in dependencies} <= homed
