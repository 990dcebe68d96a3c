#!/usr/bin/env python3
"""Follow the events of AliceMultiverse: ``alice events tail --follow`` under its classic name.

Takes the options of that command, ``--once`` to print what there is and stop, and ``--verbose``::

    python scripts/event_monitor.py --type 'library.*' --jsonl
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

if find_spec("sqlalchemy") is None and OWN_PYTHON.exists():
    # Started with the system's Python: go on with the one that install.py set up.
    os.execv(OWN_PYTHON, [str(OWN_PYTHON), __file__, *sys.argv[1:]])  # noqa: S606 - our own interpreter

sys.path.insert(0, str(ROOT))

from alice_core.cli.entry import run  # noqa: E402 - the repository must be on the path first

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word not in {"--once", "--verbose", "-v"}]
    verbose = ["--verbose"] if {"--verbose", "-v"} & set(sys.argv) else []
    still = any(word.partition("=")[0] in {"--once", "--help", "--explain", "--follow", "-f"} for word in sys.argv[1:])
    sys.exit(run([*verbose, "events", "tail", *([] if still else ["--follow"]), *words]))
