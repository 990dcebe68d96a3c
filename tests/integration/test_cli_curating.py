"""The commands that say something of assets, take it back, and move files to the trash and back."""

from __future__ import annotations

import io
import json

import pytest

from alice_core.cli.entry import run


@pytest.fixture
def folder(tmp_path, capsys):
    """A folder of two known files."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.txt").write_text("rain")
    (made / "b.txt").write_text("sun")
    assert run(["-q", "ingest", str(made)]) == 0
    capsys.readouterr()
    return made


@pytest.fixture
def alice(capsys, monkeypatch):
    """Runs the command, with an answer where it asks, and gives what it printed."""

    def call(*words, status=0, answer=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert run([str(word) for word in words]) == status
        seen = capsys.readouterr()
        return json.loads(seen.out) if "--json" in words else seen.out + seen.err

    return call


def test_tagging_by_file_and_by_query(alice, folder):
    assert alice("tag", "style/neon", folder / "a.txt", "--also", "keep") == "1 asset tagged style/neon, keep\n"
    foreseen = alice("tag", "keep", "--query", "kind:document", "--dry-run", "--json")
    assert (foreseen["changed"], foreseen["unchanged"], foreseen["query"]) == (1, 1, "kind:document")
    assert foreseen["dry_run"] is True
    told = alice("tag", "keep", "--query", "kind:document")
    assert told == "1 asset tagged keep (1 was so already)\nquery: kind:document\n"  # the query on standard error
    assert alice("untag", "keep", folder / "b.txt") == "1 asset rid of keep\n"
    assert alice("tags") == "keep  1\nstyle  0, 1 with those below\n  neon  1\n"
    assert "which assets" in alice("tag", "keep", status=2)
    assert alice("tag", "a//b", folder / "a.txt", "--json", status=2)["error"]["code"] == "ALICE-U00"


def test_the_tree_of_tags(alice, folder):
    assert "no tags yet" in alice("tags")
    alice("tag", "style/neon", folder / "a.txt")
    assert alice("tags", "synonym", "NEONLIGHT", "style/neon") == "NEONLIGHT means style/neon\n"
    assert alice("tags", "--json")["items"][1] == {
        "name": "style/neon",
        "assets": 1,
        "below": 1,
        "synonyms": ["NEONLIGHT"],
    }
    assert "(also: NEONLIGHT)" in alice("tags")
    foreseen = alice("tags", "rename", "neonlight", "glow", "--dry-run", "--json")
    assert foreseen["items"] == [{"before": "style/neon", "after": "glow"}]
    assert "1 tag renamed, carried by 1 asset" in alice("tags", "rename", "style/neon", "glow")
    assert alice("tags", "synonym", "NEONLIGHT", "--unset", "--json")["tag"] is None
    alice("tags", "synonym", "NEONLIGHT", status=2)
    assert alice("tags", "synonym", "shine", "glow", "--dry-run", "--json")["tag"] == "glow"
    assert alice("tags") == "glow  1\n"


def test_what_people_think_is_shown_with_the_asset(alice, folder):
    path = folder / "a.txt"
    assert alice("rate", "4", path) == "1 asset rated 4\n"
    assert alice("favourite", path) == "1 asset marked as favourite\n"
    alice("mark", "hero", path, "--reason", "the light")
    alice("note", path, "ask Ada")
    alice("collection", "add", "best", path)
    shown = alice("show", path, "--json")
    assert (shown["rating"], shown["favourite"], shown["mark"], shown["reason"]) == (4, True, "hero", "the light")
    assert (shown["note"], shown["collections"]) == ("ask Ada", ["best"])
    assert alice("collection", "list", "--json") == {"items": [{"name": "best", "assets": 1}]}
    assert "1 asset" in alice("collection", "list")
    for words in (("rate", "none"), ("favourite", "--off"), ("mark", "none"), ("collection", "remove", "best")):
        assert alice(*words, path, "--json")["changed"] == 1
    assert alice("note", path, "--clear", "--json")["changed"] == 1
    assert "no collections yet" in alice("collection", "list")
    alice("note", path, status=2)
    alice("rate", "6", path, status=2)


def test_history_undo_and_redo(alice, folder):
    path = folder / "a.txt"
    alice("rate", "4", path)
    alice("tag", "rain", "--query", "kind:document")
    assert alice("undo", "--dry-run") == "would be undone: tagged rain, 2 assets\n"
    assert alice("undo") == "undone: tagged rain, 2 assets\n"
    assert alice("undo") == "undone: rated 4\n"
    assert "nothing to take back" in alice("undo")
    assert alice("redo", "--json")["items"][0]["again"][0]["text"] == "rated 4"
    told = alice("history", path)
    assert "rated 4  (taken back" in told
    assert "rating 4 taken away  (undo)" in told
    assert told.splitlines()[-1].endswith("rated 4  (redo)")
    items = alice("history", path, "--json")["items"]
    assert items[0]["type"] == "alice.library.ingested"
    assert alice("redo") == "redone: tagged rain, 2 assets\n"
    assert "nothing to make again" in alice("redo")
    alice("history", "nothing-of-that-name", status=3)


def test_what_was_changed_since_is_told(alice, folder, monkeypatch):
    alice("rate", "4", folder / "a.txt", folder / "b.txt")
    from alice_core.library import resolve
    from alice_core.library.curating import curation
    from alice_core.store import Actor

    def as_ada(path, rating):
        import alice_core

        with alice_core.open() as opened:
            opened.store.actor = Actor("user:ada")
            curation.rate(opened.store, (resolve(opened.store, str(path)),), rating)

    as_ada(folder / "a.txt", 5)
    told = alice("undo")
    assert "undone: rated 4\n" in told
    assert "left as it is, it was changed since: rated 4" in told
    alice("rate", "3", folder / "b.txt")
    as_ada(folder / "b.txt", 1)
    assert "alice undo --skip" in alice("undo", status=4)


def test_the_trash_asks_first(alice, folder):
    path = folder / "a.txt"
    assert "1 file would go into the trash" in alice("trash", path, "--dry-run")
    assert "nobody to ask" in alice("trash", path, status=2)
    assert path.exists()
    assert "nothing was done" in alice("trash", path, status=2, answer="n\n")
    assert path.exists()
    assert "kept for 30 days" in alice("trash", path, answer="y\n")
    assert not path.exists()


def test_the_trash_and_back(alice, folder, tmp_path):
    path = folder / "a.txt"
    (item,) = alice("trash", path, "--yes", "--json")["items"]
    assert item["path"] == str(path)
    assert str(path) in alice("trash", "--list")
    assert alice("trash", "--list", "--json")["items"][0]["id"] == item["id"]
    assert alice("find", "is:trashed", "--json")["items"][0]["digest"] == item["digest"]
    assert alice("restore", path, "--dry-run") == f"would be restored: {path}\n"
    assert alice("restore", item["id"]) == f"restored: {path}\n"
    alice("trash", path, "--yes")
    assert alice("restore", path, "--to", tmp_path, "--json")["items"][0]["restored"] == str(tmp_path / "a.txt")
    assert "the trash is empty" in alice("trash", "--list")
    assert "nothing is known" in alice("trash", "nothing-of-that-name", "--yes", status=3)
    alice("trash", status=2)
    alice("trash", path, "--all", status=2)


def test_emptying_the_trash(alice, folder, monkeypatch):
    alice("trash", folder / "a.txt", "--yes")
    assert alice("trash", "--empty") == "0 files deleted, 0 B\n"
    assert alice("trash", "--empty", "--all", "--dry-run") == "1 file would be deleted, 4 B\n"
    assert "nobody to ask" in alice("trash", "--empty", "--all", status=2)
    assert alice("trash", "--empty", "--all", "--yes", "--json")["bytes"] == 4
    monkeypatch.setenv("ALICE_TRASH__DAYS", "0")
    alice("trash", folder / "b.txt", "--yes")
    assert "any time" in alice("trash", "--list")
    assert alice("gc", "--dry-run") == "1 file in the trash, expired, 3 B\n1 file would be deleted, 3 B\n"
    assert "nobody to ask" in alice("gc", status=2)
    assert alice("gc", "--yes", "--json")["items"][0]["kind"] == "trash"
    assert alice("gc") == "0 files deleted, 0 B\n"
    monkeypatch.setenv("ALICE_TRASH__DAYS", "-1")
    alice("trash", "--list", status=5)


def test_stopping_at_the_question_stops(folder, monkeypatch, capsys):
    class Interrupted(io.StringIO):
        def readline(self, *_args):
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Interrupted())
    assert run(["trash", str(folder / "a.txt")]) == 130
    assert (folder / "a.txt").exists()
