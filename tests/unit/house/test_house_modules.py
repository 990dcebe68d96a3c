"""How a module looks: its size, its names, and a docstring for everything public."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 400
LONGER_ON_PURPOSE = {"install.py": 500}  # one file, because a person runs it before anything is installed
BANNED = re.compile(r"(^|_)(utils?|helpers?|manager|processor|handler|enhanced)(_|$)")
BANNED_IN_CLASSES = re.compile(r"(Utils?|Helpers?|Manager|Processor|Handler|Enhanced)($|[A-Z])")

FUNCTION = re.compile(r"^[ \t]*(?:async )?def (\w+)", re.MULTILINE)
CLASS = re.compile(r"^[ \t]*class (\w+)", re.MULTILINE)

LIBRARY = sorted((ROOT / "alice_core").rglob("*.py"))
EVERYTHING = sorted(
    path
    for place in ("alice_core", "comfy_nodes", "resolve_scripts", "migrations", "scripts", "bench", "tests", ".")
    for path in ((ROOT / place).rglob("*.py") if place != "." else ROOT.glob("*.py"))
) + [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and not path.suffix]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_there_are_modules_to_look_at():
    assert len(LIBRARY) > 10
    assert set(LIBRARY) < set(EVERYTHING)


def test_no_module_is_too_long():
    lines = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    long = {name: count for name, count in lines.items() if count > LONGER_ON_PURPOSE.get(name, LONGEST)}
    assert long == {}, "split it: one module, one thing to know"


def test_the_list_of_longer_modules_is_not_stale():
    for name in LONGER_ON_PURPOSE:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONGEST


def public_things(tree: ast.Module):
    """The module, and every class and function that can be reached without an underscore."""
    yield "module", tree
    open_nodes: list[tuple[str, ast.AST]] = [("", tree)]
    while open_nodes:
        prefix, node = open_nodes.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and child.name[0] != "_":
                yield prefix + child.name, child
                if isinstance(child, ast.ClassDef):
                    open_nodes.append((f"{prefix}{child.name}.", child))


def is_overload(node: ast.AST) -> bool:
    return any(
        "overload" in ast.unparse(mark) or ".setter" in ast.unparse(mark)
        for mark in getattr(node, "decorator_list", [])
    )


def test_everything_public_says_what_it_is():
    silent = [
        f"{short(path)}: {name}"
        for path in LIBRARY
        for name, node in public_things(parsed(path))
        if not is_overload(node) and len((ast.get_docstring(node) or "").split()) < 2
    ]
    assert silent == []


def test_names_are_the_terms_of_the_field():
    bad = []
    for path in EVERYTHING:
        names = [part for part in Path(short(path)).with_suffix("").parts if BANNED.search(part)]
        text = path.read_text(encoding="utf-8")
        names += [name for name in FUNCTION.findall(text) if BANNED.search(name)]
        names += [name for name in CLASS.findall(text) if BANNED_IN_CLASSES.search(name)]
        bad += [f"{short(path)}: {name}" for name in names]
    assert bad == []


def unreasoned(path: Path) -> list[str]:
    """The rules that a file excuses itself from and never says why."""
    reasons: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        excuse = re.search(r"# noqa(?::\s*([A-Z0-9, ]+))?(.*)$", line)
        if excuse and '"' not in excuse.group(2):
            for code in (excuse.group(1) or "everything").split(","):
                reasons.setdefault(code.strip(), []).append(excuse.group(2).strip(" -"))
    return [code for code, texts in reasons.items() if not any(texts)]


def test_an_excused_rule_has_a_reason():
    """``# noqa: CODE - why``; a second excuse of the same rule in a file need not repeat it."""
    assert {short(path): codes for path in EVERYTHING if (codes := unreasoned(path))} == {}
