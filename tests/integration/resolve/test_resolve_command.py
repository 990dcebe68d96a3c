"""``alice resolve`` as the scripts in Resolve call it: one JSON object for each question."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from alice_core.cli.entry import run
from alice_core.library.curating.curation import rate
from alice_core.library.descent.recreate import recreation_of
from alice_core.library.descent.remake import remake
from alice_core.media.digest import digest_of_file
from alice_core.store import ingest
from alice_core.store.files import read_file
from alice_core.timeline.reading import read_edit
from alice_core.workflows.remaking import MAKERS


@pytest.fixture
def ask(store, capsys, monkeypatch):
    """Asks ``alice resolve`` and gives its answer; ``given`` goes to standard input."""

    def call(*words, given=None, status=0):
        capsys.readouterr()
        data = json.dumps(given).encode() if not isinstance(given, bytes) else given
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        found = run(["--home", str(store.folder), "resolve", *map(str, words), "--json"])
        out = capsys.readouterr().out
        assert found == status, out
        return json.loads(out)

    return call


@pytest.fixture(autouse=True)
def own_menus(tmp_path, monkeypatch):
    """Menu folders of nobody."""
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


def test_a_cut_is_written_and_described(known_film, ask):
    film = known_film()
    plan = film.source.plan
    said = ask("cut")
    assert said["schema"] == "alice.resolve-push/1"
    assert (said["name"], said["rate"], said["resolve_rate"], said["drop"]) == ("song v1", "24", "24", False)
    assert (said["width"], said["height"], said["start"], said["frames"]) == (96, 54, "01:00:00:00", plan.frames)
    assert said["bins"] == ["Song", "Section/intro", "Section/chorus", "Section/verse", "Shot"]
    assert said["plan"] == {"digest": film.source.digest, "path": str(film.source.path)}
    assert said["song"]["digest"] == plan.song.digest
    assert [(one["shot"], one["record_in"], one["record_out"]) for one in said["clips"]] == [
        (shot.id, shot.start, shot.end) for shot in plan.shots
    ]
    assert all(one["metadata"]["alice_digest"] == one["digest"] for one in said["clips"])
    assert len({one["colour"] for one in said["clips"]}) == 3
    customs = [one["custom"] for one in said["markers"]]
    assert len(set(customs)) == len(customs)
    assert "alice:section:1" in customs
    assert all(0 <= one["frame"] < plan.frames and one["duration"] == 1 for one in said["markers"])
    for name in ("fcpxml", "xmeml", "otio"):
        edit = read_edit(Path(said["files"][name]).read_bytes())
        assert [(int(one.start), int(one.end)) for one in edit.pictures] == [
            (one["record_in"], one["record_out"]) for one in said["clips"]
        ]
    assert all(Path(path).is_file() and path.isascii() for path in said["files"].values())


def test_a_dry_run_writes_nothing_and_says_the_same(known_film, ask, events):
    film = known_film()
    before = len(events())
    foreseen = ask("cut", "--dry-run")
    assert not (film.folder / "resolve").exists()
    assert len(events()) == before
    said = ask("cut")
    assert {**foreseen, "dry_run": False} == said
    kept = {path: path.read_bytes() for path in (film.folder / "resolve").iterdir()}
    assert ask("cut") == said
    assert {path: path.read_bytes() for path in (film.folder / "resolve").iterdir()} == kept


def test_names_that_resolve_may_not_find_get_plain_ones(known_film, ask):
    film = known_film(folder="Münch 100%")
    said = ask("cut")
    assert said["folder"].isascii()
    assert all(one["path"].isascii() and Path(one["path"]).is_file() for one in [said["song"], *said["clips"]])
    assert any("plain names" in one for one in said["notices"])
    assert [one["digest"] for one in said["clips"]] == [shot.take.digest for shot in film.source.plan.shots]


def test_a_push_that_was_reported_is_remembered(known_film, ask, tmp_path):
    film = known_film()
    told = {
        "did": "push", "project": "Neon", "timeline": "song v1", "plan": film.source.digest,
        "report": {"shots": 4, "dropped": [], "resolve": {"product": "DaVinci Resolve Studio", "version": "21.0.1"}},
    }  # fmt: skip
    assert ask("record", given=told)["did"] == "push"
    assert ask("cut")["name"] == "song v2"
    seen = ask("status")
    assert seen["seen"] == {"product": "DaVinci Resolve Studio", "version": "21.0.1", "studio": True}
    assert seen["cut"]["digest"] == film.source.digest
    result = tmp_path / "alice_result.json"
    hidden = json.dumps({**told, "timeline": "song v7"}).encode().hex()
    result.write_text(f'"alice-result/1:{hidden}"')
    ask("record", "--from", result)
    assert ask("cut")["name"] == "song v8"
    other = known_film(project="Later", folder="film-2", gap=30_000)
    assert ask("cut")["plan"]["digest"] == other.source.digest
    cut = film.cut("song v1")
    cut.pieces.pop()
    assert ask("pull", cut.save(tmp_path / "back.otio"))["plan"]["digest"] == film.source.digest


@pytest.mark.parametrize("given", [b"", b"{", b"[]", b'{"did": "sing"}', b"\xff\xfe"])
def test_a_report_that_is_none_is_refused(ask, given):
    status = 2 if given in (b"[]", b'{"did": "sing"}') else 6
    assert "message" in ask("record", given=given, status=status)["error"]


def test_files_are_found_by_content_after_they_were_moved(known_film, ask, tmp_path):
    film = known_film()
    shots = film.source.plan.shots
    old = film.folder / "shots"
    new = tmp_path / "archive"
    shutil.copytree(old, new)
    for path in new.iterdir():
        ingest(film.store, read_file(path.rename(path.with_name(f"x-{path.name}"))))
    kept = old / "shot-0001-take.png"
    for path in old.iterdir():
        if path != kept:
            path.unlink()
    items = [
        {"id": "1", "name": kept.name, "path": str(kept), "digest": None},
        {"id": "2", "name": "two.png", "path": str(old / "two.png"), "digest": shots[1].take.digest},
        {"id": "3", "name": "shot-0003-take.png", "path": str(old / "shot-0003-take.png"), "digest": None},
        {"id": "4", "name": "shot-0004-take.png", "path": "/nowhere/shot-0004-take.png", "digest": None},
        {"id": "5", "name": "stranger.png", "path": "/nowhere/stranger.png", "digest": None},
        {"id": "6", "name": "", "path": "", "digest": "sha256:" + "0" * 64},
    ]  # fmt: skip
    found = {one["id"]: one for one in ask("relink", given={"items": items})["items"]}
    assert found["1"]["path"] == str(kept)
    assert found["2"]["path"] == str(new / "x-shot-0002-take.png")
    assert found["3"]["path"] == str(new / "x-shot-0003-take.png")
    assert found["4"]["path"] == str(new / "x-shot-0004-take.png")
    assert found["4"]["why"] == "found by its name in the plan"
    assert found["5"] == {"id": "5", "path": None, "digest": None, "why": found["5"]["why"]}
    assert "alice ingest" in found["6"]["why"]
    assert ask("relink", given={"things": []}, status=2)["error"]["message"] == "there are no items to find"


def test_a_take_is_chosen_and_the_next_cut_shows_it(known_film, ask):
    film = known_film()
    shot = film.source.plan.shots[2]
    other = film.picture("another.png")
    ingest(film.store, read_file(other), role="take")
    digest = str(digest_of_file(other))
    rate(film.store, (digest,), 4)
    said = ask("chose", "--shot", shot.id, "--digest", digest)
    assert said["recorded"] is True
    assert said["derived"]["takes"] == 1
    found = ask("takes", "--shot", shot.id)
    assert found["chosen"] == digest
    assert {(one["digest"], one["chosen"], one["rating"]) for one in found["takes"]} == {
        (shot.take.digest, False, None),
        (digest, True, 4),
    }
    assert ask("takes", "--digest", digest)["shot"] == shot.id
    assert ask("cut")["clips"][2]["digest"] == digest
    assert ask("cut", "--plan", film.source.path)["clips"][2]["digest"] == digest
    assert ask("chose", "--shot", shot.id, "--digest", digest)["recorded"] is False
    assert run(["--home", str(film.store.folder), "-q", "undo"]) == 0
    assert ask("cut")["clips"][2]["digest"] == shot.take.digest
    assert ask("takes", "--shot", "shot-9999", status=3)["error"]["code"] == "ALICE-N00"
    assert ask("chose", "--shot", shot.id, "--digest", "sha256:" + "1" * 64, status=3)
    assert ask("takes", status=2)


def test_rendered_films_are_made_of_the_plan(known_film, ask, tmp_path):
    film = known_film()
    render = tmp_path / "render.png"  # any file will do
    Image.new("RGB", (8, 8), (1, 2, 3)).save(render)
    said = ask("registered", render, "--timeline", "song v1")
    assert said["items"] == [{"path": str(render), "digest": str(digest_of_file(render))}]
    with film.store.reading() as reader:
        (made,) = reader.recipes.giving(said["items"][0]["digest"])
    assert made.recipe.operation == "resolve.render"
    assert made.recipe.inputs[0].digest == film.source.digest
    assert said == ask("registered", render, "--timeline", "song v1")
    assert ask("registered", tmp_path / "none.mov", status=3)["error"]["code"] == "ALICE-N01"


def test_markers_are_told_without_looking_at_files(known_film, ask):
    film = known_film()
    want = ask("cut")["markers"]
    for path in (film.folder / "shots").iterdir():
        path.unlink()
    said = ask("marks")
    assert said["markers"] == want
    assert (said["rate"], said["start"]) == ("24", "01:00:00:00")


def test_what_resolve_says_of_the_clips_helps_where_files_are_gone(known_film, ask, tmp_path):
    film = known_film()
    cut = film.cut()
    for number, piece in enumerate(cut.pieces):
        piece.clip["name"] = f"IMG_{number}.png"
        piece.show(tmp_path / f"IMG_{number}.png")
    file = cut.save(tmp_path / "back.otio")
    items = [
        {"track": "V1", "in": piece.start, "digest": shot.take.digest, "shot": shot.id}
        for piece, shot in zip(cut.pieces, film.source.plan.shots, strict=True)
    ]
    said = ask("pull", file, "--clips", "-", "--dry-run", given={"items": items})
    assert said["counts"]["kept"] == len(items)
    assert ask("pull", file, "--clips", "-", given={"items": [{"track": "V1"}]}, status=2)
    assert ask("pull", file, status=10)["error"]["code"] == "ALICE-W11"


def test_scripts_are_installed_and_taken_away(store, ask, tmp_path, known_film):
    folder = tmp_path / "person" / ".local" / "share" / "DaVinciResolve" / "Fusion" / "Scripts" / "Utility"
    assert ask("install", "--dry-run")["dry_run"] is True
    assert not folder.exists()
    (done,) = ask("install")["items"]
    assert Path(done["folder"]) == folder / "Alice"
    link = json.loads((folder / "Alice" / "alice_resolve.json").read_text())
    assert link["home"] == str(store.folder)
    assert link["command"][1:] == ["-m", "alice_core.cli"]
    stand = ask("status")
    assert next(one for one in stand["installed"] if one["owner"] == "user")["current"] is True
    known_film()
    ask("cut")
    assert (folder / "Alice" / "alice_push.table").read_bytes().startswith(b"return {")
    (gone,) = ask("uninstall")["items"]
    assert {one["action"] for one in gone["steps"]} == {"remove"}
    assert not (folder / "Alice").exists()
    assert ask("uninstall")["items"] == []


def test_every_key_of_the_answers_is_documented(known_film, ask, tmp_path):
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "documents.md"
    part = page.read_text(encoding="utf-8").partition("\n## What the scripts of DaVinci Resolve are told\n")[2]
    documented = set(re.findall(r"`([a-z_]+)`", part.partition("\n## ")[0]))
    film = known_film()
    cut = film.cut()
    cut.piece("shot-0002").show(film.picture("other.png"))
    for answer in (ask("cut"), ask("pull", cut.save(tmp_path / "back.otio"))):
        assert keys(answer) - documented == set()


def keys(value):
    """Every key at every depth."""
    if isinstance(value, dict):
        return set(value) | {key for below in value.values() for key in keys(below)}
    return {key for below in value for key in keys(below)} if isinstance(value, list) else set()


def test_a_plan_of_decisions_is_made_again_by_its_recipe(known_film, ask, tmp_path):
    film = known_film()
    cut = film.cut()
    cut.piece("shot-0001").length -= 2
    cut.piece("shot-0002").start -= 2
    cut.piece("shot-0002").length += 2
    cut.piece("shot-0003").show(film.picture("other.png"))
    derived = ask("pull", cut.save(tmp_path / "back.otio"))["derived"]
    again = remake(film.store, recreation_of(film.store, derived["path"]), MAKERS)
    assert (again.same, again.recipe) == (True, True)
    cut.piece("shot-0003").show(film.picture("third.png", (0, 200, 0)))
    later = ask("pull", cut.save(tmp_path / "third.otio"))["derived"]
    assert later["path"] == derived["path"]
    assert remake(film.store, recreation_of(film.store, derived["digest"]), MAKERS).same


def test_people_are_told_in_lines(known_film, store, tmp_path, capsys):
    film = known_film()
    cut = film.cut()
    cut.piece("shot-0002").show(film.picture("other.png"))
    file = cut.save(tmp_path / "back.otio")
    clips = tmp_path / "clips.json"
    clips.write_text('{"items": [{"id": "1", "name": "x", "path": "/x", "digest": null}]}')
    told = tmp_path / "told.json"
    told.write_text('{"did": "markers", "project": "P", "timeline": "T", "report": {}}')
    digest = film.source.plan.shots[0].take.digest
    for words, line in (
        (("install",), "installed"),
        (("status",), "cut"),
        (("cut",), "song v1: 16 shots"),
        (("cut", "--dry-run"), "would write"),
        (("marks",), "section intro"),
        (("pull", file, "--dry-run"), "shot-0002 is replaced by other.png"),
        (("pull", file), "1 replaced"),
        (("takes", "--shot", "shot-0002"), "other.png"),
        (("chose", "--shot", "shot-0001", "--digest", digest), "shot-0001 has that take already"),
        (("relink", "--from", clips), "Alice knows no file"),
        (("record", "--from", told), "recorded: markers, timeline T"),
        (("registered", file), "back.otio sha256:"),
        (("uninstall", "--dry-run"), "would remove"),
        (("uninstall",), "removed"),
    ):
        assert run(["--home", str(store.folder), "resolve", *map(str, words)]) == 0, words
        assert line in capsys.readouterr().out, words
    assert run(["--home", str(store.folder), "resolve", "uninstall"]) == 0
    assert "nothing is installed" in capsys.readouterr().err


def test_nothing_known_is_told_with_a_way_on(ask):
    error = ask("cut", status=3)["error"]
    assert "alice make" in error["hint"]
    assert ask("cut", "--project", "None", status=3)["error"]["code"] == "ALICE-N00"
    assert ask("status")["cut"] is None
