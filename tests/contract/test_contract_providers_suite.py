"""The shipped suite on every paid provider, through its real SDK or its real HTTP, against a server of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from provider_rehearsals import MAKERS, standing_in, subject_for

from alice_core.providers.conformance import cases

BUILDERS = Path(__file__).resolve().parents[1] / "builders"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.parametrize("name", sorted(MAKERS))
def test_it_is_a_provider(name, case, tmp_path, monkeypatch):
    with standing_in(name, monkeypatch) as server:
        subject = subject_for(name, server, tmp_path, monkeypatch)
        if not case.needs <= set(subject.rehearsal.faults):
            pytest.skip("the service cannot do that")
        case.run(subject)


ASK = """
import sys
from provider_rehearsals import MAKERS, task_for
from pathlib import Path
name, folder = sys.argv[1:]
before = {"openai", "anthropic", "httpx", "fal_client"} & set(sys.modules)
task, inputs = task_for(name, Path(folder))
assert MAKERS[name]().submit(task, "key", inputs)
print(*sorted(before), "|", *sorted({"openai", "anthropic", "httpx", "fal_client"} & set(sys.modules)))
"""


@pytest.mark.parametrize(("name", "loaded"), [("openai", "openai"), ("anthropic", "anthropic"), ("fal", "httpx")])
def test_the_first_call_loads_its_own_package_and_no_other(name, loaded, tmp_path, monkeypatch):
    with standing_in(name, monkeypatch):
        environment = os.environ | {"PYTHONPATH": str(BUILDERS)}
        answer = subprocess.run(
            [sys.executable, "-c", ASK, name, str(tmp_path)],
            env=environment, check=True, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert answer.stdout.split() == ["|", loaded]
