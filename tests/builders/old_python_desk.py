"""The menu scripts in a Python as old as Resolve's may be, against the fake in this one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from alice_core.resolve.fake import Resolve
from alice_core.resolve.fake.session import Handle

VERSIONS = ("3.6", "3.7", "3.8", "3.9")

_CLIENT = r"""
import io, json, sys
come, out = sys.stdin, sys.stdout
sys.stdin = io.StringIO()

def ask(**question):
    out.write(json.dumps(question, default=lambda one: {"handle": object.__getattribute__(one, "_number")}) + "\n")
    out.flush()
    return given(json.loads(come.readline()))

def given(value):
    if isinstance(value, dict):
        if list(value) == ["handle"]:
            return Remote(value["handle"])
        return dict((key, given(one)) for key, one in value.items())
    return [given(one) for one in value] if isinstance(value, list) else value

class Remote(object):
    def __init__(self, number):
        self._number = number
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        found = ask(handle=self._number, get=name)
        if found != {"callable": True}:
            return found
        return lambda *arguments: ask(handle=self._number, name=name, arguments=arguments)
    def __dir__(self):
        return ask(handle=self._number, dir=True)

class Printed(object):
    def write(self, text):
        ask(printed=text)
    def flush(self):
        pass

sys.stdout = Printed()
names = {"__name__": "__main__", "__file__": sys.argv[1], "resolve": Remote(1), "fusion": Remote(2)}
with open(sys.argv[1], encoding="utf-8") as source:
    code = compile(source.read(), sys.argv[1], "exec")
exec(code, names)
"""


def interpreter(version: str) -> Path | None:
    """Where a Python of that version is, if it is anywhere."""
    on_path = shutil.which(f"python{version}")
    if on_path and subprocess.run([on_path, "-c", ""], check=False, capture_output=True).returncode == 0:
        return Path(on_path)
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    return kept[-1] if kept else None


class _Answers:
    """What the old interpreter asks of the objects here."""

    def __init__(self, resolve: Resolve) -> None:
        self.objects: dict[int, Any] = {1: resolve, 2: resolve.fusion}
        self.printed: list[str] = []

    def of(self, line: str) -> str:
        return json.dumps(self._sent(self._answer(json.loads(line))))

    def _answer(self, asked: dict[str, Any]) -> Any:
        if "printed" in asked:
            return self.printed.append(asked["printed"])
        thing = self.objects[asked["handle"]]
        if "dir" in asked:
            return dir(thing)
        if "get" in asked:
            found = getattr(thing, asked["get"])
            return {"callable": True} if callable(found) else found
        return getattr(thing, asked["name"])(*self._received(asked["arguments"]))

    def _sent(self, value: Any) -> Any:
        if isinstance(value, Handle):
            number = next((key for key, one in self.objects.items() if one is value), len(self.objects) + 1)
            self.objects[number] = value
            return {"handle": number}
        if isinstance(value, dict):
            return {str(key): self._sent(one) for key, one in value.items()}
        return [self._sent(one) for one in value] if isinstance(value, list | tuple) else value

    def _received(self, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == ["handle"]:
            return self.objects[value["handle"]]
        if isinstance(value, dict):
            return {key: self._received(one) for key, one in value.items()}
        return [self._received(one) for one in value] if isinstance(value, list) else value


def run_old(python: Path, resolve: Resolve, script: Path) -> str:
    """Choose a script there; gives what it printed."""
    answers = _Answers(resolve)
    with subprocess.Popen(
        [str(python), "-c", _CLIENT, str(script)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            process.stdin.write(answers.of(line) + "\n")
            process.stdin.flush()
        wrong = process.stderr.read()
    assert process.returncode == 0, wrong
    return "".join(answers.printed)
