"""The help of the command comes at once: it loads none of the heavy libraries."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ["numpy", "scipy", "av", "PIL", "sqlalchemy", "alembic", "pydantic", "opentimelineio", "rich", "soxr"]
ASK = f"""
import sys
from alice_core.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code, end.code
print("LOADED", *sorted(name for name in {HEAVY} if name in sys.modules))
"""


def test_help_loads_no_heavy_library():
    answer = subprocess.run([sys.executable, "-c", ASK], check=False, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert "Usage" in answer.stdout
    assert answer.stdout.splitlines()[-1].split() == ["LOADED"]
