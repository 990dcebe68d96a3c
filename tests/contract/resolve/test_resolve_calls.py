"""The scripts call nothing that Resolve does not have, and are what its old interpreters can read."""

from __future__ import annotations

import ast
import inspect
import sys

import pytest
from resolve_desk import SCRIPTS
from resolve_signatures import UNDOCUMENTED, lua_calls, python_calls, signatures, wrong

from alice_core.resolve.fake import application, clip, item, marks, pool, project, session, timeline

PYTHON = sorted(SCRIPTS.glob("*.py"))
LUA = sorted(SCRIPTS.glob("*.lua"))
FAKES = [
    value
    for module in (application, clip, item, marks, pool, project, timeline)
    for value in vars(module).values()
    if inspect.isclass(value) and issubclass(value, session.Handle) and value.__module__ == module.__name__
]


def test_there_are_scripts():
    assert [path.stem for path in PYTHON if not path.stem.startswith("alice_")] == [
        "Choose take", "Mark beats and sections", "Next take", "Pull edit", "Push latest cut", "Relink by content",
        "Render and register", "Status",
    ]  # fmt: skip
    assert [path.stem for path in LUA] == ["Alice free edition"]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_every_call_of_python_is_published(path):
    assert wrong(python_calls(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", LUA, ids=lambda path: path.stem)
def test_every_call_of_lua_is_published(path):
    calls = list(lua_calls(path.read_text(encoding="utf-8")))
    assert len(calls) > 30
    assert wrong(iter(calls)) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("timeline.AddMarkers([1])", "AddMarkers is in no published class"),
        ("timeline.AddMarker(12)", "AddMarker does not take 1 arguments"),
        ("timeline.GetItemsInTrack('video', 1)", "GetItemsInTrack is deprecated"),
        ("timeline.GetItemListInTrack('video')", "GetItemListInTrack does not take 1 arguments"),
        ("item.AddTake()", "AddTake does not take 0 arguments"),
    ],
)
def test_wrong_calls_are_caught_in_both_languages(line, fault):
    assert wrong(python_calls(line)) == [f"line 1: {fault}"]
    lua = "\n-- timeline:Commented(1)\n" + line.replace(".", ":", 1).replace("[1]", "{ 1 }")
    assert wrong(lua_calls(lua)) == [f"line 3: {fault}"]


def test_right_calls_pass_in_both_languages():
    assert wrong(python_calls("timeline.AddMarker(1, 'Blue', 'a', 'b, (c', 1, 'd')\nitem.GetStart()")) == []
    assert wrong(lua_calls("pool:ImportMedia({ 'a', 'b' })\npool:ImportMedia{ 'a' }\nt:GetName()")) == []


@pytest.mark.parametrize("kind", FAKES, ids=lambda kind: kind.__name__)
def test_the_fake_invents_nothing(kind):
    """Every capitalised name of the fake is published, and takes each number of arguments that is."""
    known = signatures() | UNDOCUMENTED
    for name, value in vars(kind).items():
        if name[0].isupper() and not name.startswith("EXPORT_"):
            if name == "UIManager":
                continue
            assert name in known, name
            parameters = list(inspect.signature(value).parameters.values())[1:]
            needed = sum(one.default is inspect.Parameter.empty for one in parameters)
            assert {needed, len(parameters)} & known[name], name


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_python_is_of_the_age_of_3_6_and_of_the_standard_library(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))
    names = {one.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names) | {"alice_menu", "alice_pool", "alice_takes"}
    newer = [node for node in ast.walk(tree) if isinstance(node, ast.NamedExpr | ast.Match)]
    assert newer == []
    assert path.read_text(encoding="utf-8").isascii()


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)
def test_nobody_asks_hasattr(path):
    """It says yes to every name of Resolve's objects."""
    assert "hasattr(" not in path.read_text(encoding="utf-8")


def test_the_lua_uses_nothing_that_the_free_edition_may_lack():
    for path in LUA:
        text = "\n".join(line.split("--")[0] for line in path.read_text(encoding="utf-8").splitlines()[8:])
        for word in ("require", "package.", "ffi", "io.", "UIManager", "os."):
            assert f" {word}" not in text, word
