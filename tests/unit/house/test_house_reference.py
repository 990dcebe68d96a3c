"""The generated pages say what the code says."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_is_what_the_code_says(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["reference", "--check"])
    page = runpy.run_path(str(ROOT / "scripts" / "reference"))
    assert page["main"]() == 0, capsys.readouterr().out
