"""Every capitalised call of a script against the signatures that Blackmagic publishes.

The signatures are those of the package fusionscript-stubs, which is Blackmagic's own text in
another form. A call fails that no class has, that is deprecated, or that has a number of
arguments that no class takes under that name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import files
from pathlib import Path

UNDOCUMENTED = {  # Fusion's own and the windows': no stubs say them; these forms are in wide use
    "MapPath": {1}, "AddWindow": {2}, "AddItem": {1}, "GetItems": {0}, "Show": {0}, "Hide": {0}, "RunLoop": {0},
    "ExitLoop": {0}, "UIDispatcher": {1}, "Label": {1}, "TextEdit": {1}, "ComboBox": {1}, "Button": {1},
    "VGroup": {1}, "HGroup": {2},
}  # fmt: skip
WITHOUT_ITS_ARGUMENT = {"GetStart", "GetEnd", "GetDuration", "GetLeftOffset", "GetRightOffset"}
"""``subframe_precision`` came with 19.1; without it they count whole frames, before and after."""


@dataclass(frozen=True)
class Call:
    """A call in a script."""

    name: str
    arguments: int | None  # None: a starred argument, so nobody knows
    line: int


@cache
def signatures() -> dict[str, set[int]]:
    """How many arguments each method takes, over all classes; deprecated forms are left out."""
    (stub,) = [one for one in files("fusionscript-stubs") or () if one.name == "fusionscript.pyi"]
    tree = ast.parse(Path(str(stub.locate())).read_text(encoding="utf-8"))
    found: dict[str, set[int]] = {}
    for owner in tree.body:
        for method in owner.body if isinstance(owner, ast.ClassDef) else ():
            if isinstance(method, ast.FunctionDef):
                found.setdefault(method.name, set())
                if not any("deprecated" in ast.unparse(mark) for mark in method.decorator_list):
                    found[method.name] |= _counts(method)
    for name in WITHOUT_ITS_ARGUMENT:
        found[name].add(0)
    return found


def _counts(method: ast.FunctionDef) -> set[int]:
    given = method.args.args[1:]
    plain = given[: len(given) - len(method.args.defaults)]
    while plain and plain[-1].annotation is not None and ast.unparse(plain[-1].annotation).startswith("Optional["):
        plain.pop()  # what may be None may be left out
    most = len(given) + (20 if method.args.vararg else 0)
    return set(range(len(plain), most + 1))


def python_calls(text: str) -> Iterator[Call]:
    """The capitalised calls on something in a Python script."""
    tree = ast.parse(text)
    modules = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr[:1].isupper():
            if isinstance(node.func.value, ast.Name) and node.func.value.id in modules:
                continue  # a class of Python's own, or of the scripts
            starred = any(isinstance(one, ast.Starred) for one in node.args) or bool(node.keywords)
            yield Call(node.func.attr, None if starred else len(node.args), node.lineno)


def lua_calls(text: str) -> Iterator[Call]:
    """The capitalised calls on something in a Lua script, as ``thing:Name(...)`` or ``thing.Name(...)``."""
    plain = _without_texts(text)
    for found in re.finditer(r"[\w)\]][:.]([A-Z]\w*)\s*([({])", plain):
        arguments = 1 if found[2] == "{" else _arguments(plain, found.end())
        yield Call(found[1], arguments, plain.count("\n", 0, found.start()) + 1)


def wrong(calls: Iterator[Call]) -> list[str]:
    """What is wrong with the calls, in sentences."""
    known = signatures() | UNDOCUMENTED
    faults = []
    for one in calls:
        if one.name not in known:
            faults.append(f"line {one.line}: {one.name} is in no published class")
        elif not known[one.name]:
            faults.append(f"line {one.line}: {one.name} is deprecated")
        elif one.arguments is not None and one.arguments not in known[one.name]:
            faults.append(f"line {one.line}: {one.name} does not take {one.arguments} arguments")
    return faults


def _without_texts(text: str) -> str:
    """Lua with comments and the insides of strings blanked, line by line as before."""
    pattern = re.compile(r"--\[\[.*?\]\]|--[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)

    def blank(found: re.Match[str]) -> str:
        inside = re.sub(r"[^\n]", " ", found[0])
        return inside if found[0].startswith("--") else "'" + inside[1:-1] + "'"

    return pattern.sub(blank, text)


def _arguments(text: str, at: int) -> int:
    depth, commas, something = 1, 0, False
    for sign in text[at:]:
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif sign == "," and depth == 1:
            commas += 1
        something = something or not sign.isspace()
    return commas + 1 if something else 0
