"""One way in: whoever makes an event of what he read passes it through decode."""

from __future__ import annotations

import ast
from pathlib import Path

import alice_core

ROOT = Path(alice_core.__file__).parent
WRITERS = {"store/unit.py"}
"""Where an event is made because something happened."""

EXCHANGE = "events/exchange.py"
"""Where bytes of others become an event, which its reader passes through decode: see the test below."""


def events_made(path):
    """The calls of Event in a module that has it from the events room, with whether decode is around each."""
    text = path.read_text(encoding="utf-8")
    if "alice_core.events" not in text:
        return
    tree = ast.parse(text)
    imported = [
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alice_core.events")
        for alias in node.names
        if alias.name in {"Event", "envelope"}
    ]
    if not imported:
        return
    made = {name if name != "envelope" else "envelope.Event" for name in imported}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    wrapped = {
        id(argument)
        for node in calls
        if ast.unparse(node.func) in {"decode", "envelope.decode"}
        for argument in node.args
    }
    for node in calls:
        if ast.unparse(node.func) in made:
            yield node.lineno, id(node) in wrapped


def test_nobody_makes_an_event_of_what_he_read_without_decode():
    made = {
        (str(path.relative_to(ROOT)), line): wrapped
        for path in ROOT.rglob("*.py")
        for line, wrapped in events_made(path)
        if str(path.relative_to(ROOT)) not in {*WRITERS, EXCHANGE}
    }
    assert any(name == "store/log.py" for name, _ in made), "the test no longer sees the reader of the store"
    assert [place for place, wrapped in made.items() if not wrapped] == []


def test_the_exchange_makes_one_in_one_place_and_decodes_it():
    tree = ast.parse((ROOT / EXCHANGE).read_text(encoding="utf-8"))
    functions = {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert [name for name, text in functions.items() if " Event(" in text] == ["_event"]
    callers = [name for name, text in functions.items() if "_event(" in text.replace("read_event(", "")]
    assert callers == ["read_event", "_event"]
    assert "decode(event)" in functions["read_event"]


def test_the_test_sees_an_event_without_decode(tmp_path):
    path = tmp_path / "reader.py"
    path.write_text("from alice_core.events import Event as Fact, decode\na = decode(Fact(1))\nb = Fact(2)\n", "utf-8")
    assert sorted(events_made(path)) == [(2, True), (3, False)]
