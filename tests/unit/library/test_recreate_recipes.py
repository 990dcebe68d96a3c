"""Recipes shown and carried out again by makers that are handed in; graphs of other programs written byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PIL import Image

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.library import card, ingest_paths
from alice_core.library.descent.recreate import recreation_of, workflow_block
from alice_core.library.descent.remake import maker_of, remake
from alice_core.library.looking.companions import Change, group
from alice_core.media.digest import digest_of_file
from alice_core.store import Ingredient, Job, Recipe, Target, derive


def copying(recipe, source, words="copied: "):
    def make(paths):
        paths[0].write_text(words + source.read_text())
        paths[1].write_text("a second thing")

    return Job(recipe, (Target("copy", source.with_suffix(".copy")), Target("note", source.with_suffix(".note"))), make)


@pytest.fixture
def made(store, tmp_path):
    """A text and what was derived from it."""
    source = tmp_path / "source.txt"
    source.write_text("words")
    ingest_paths(store, [source])
    recipe = Recipe("test.copy", 1, parameters={"how": "well"}, inputs=(Ingredient("text", digest_of_file(source)),))
    derive(store, copying(recipe, source))
    return source, source.with_suffix(".copy")


def maker(version=1, words="copied: "):
    def make(again, folder):
        (item,) = again.derivation.recipe.inputs
        job = copying(replace(again.derivation.recipe, version=version), again.inputs[item.digest], words)
        return replace(job, targets=tuple(replace(one, path=folder / one.path.name) for one in job.targets))

    return {"test.": make, "other": lambda *_: None}


def test_a_recipe_is_shown_with_its_inputs_and_where_they_are(store, made):
    source, copy = made
    found = recreation_of(store, str(copy))
    assert found.derivation.recipe.operation == "test.copy"
    assert [(one.role, one.name, one.paths) for one in found.inputs] == [("text", "source.txt", (source,))]
    told = found.to_json()
    assert told["made_by"]["parameters"] == {"how": "well"}
    assert told["inputs"][0]["paths"] == [str(source)]
    assert told["paths"] == [str(copy)]
    source.unlink()
    assert recreation_of(store, str(copy)).away[0].name == "source.txt"
    with pytest.raises(NotFound):
        recreation_of(store, "sha256:" + "0" * 64)


def test_the_same_recipe_gives_the_same_bytes(store, events, made):
    _, copy = made
    found = recreation_of(store, str(copy))
    cursor = len(events())
    again = remake(store, found, maker())
    assert (again.same, again.recipe, again.digest, again.path) == (True, True, found.asset.digest, None)
    note = recreation_of(store, str(copy.with_suffix(".note")))
    assert remake(store, note, maker()).digest == note.asset.digest
    assert events(cursor) == ()


def test_a_lost_file_comes_back(store, made, tmp_path):
    _, copy = made
    digest = digest_of_file(copy)
    copy.unlink()
    back = tmp_path / "new" / "back.txt"
    again = remake(store, recreation_of(store, digest), maker(), out=back)
    assert (again.same, again.path) == (True, back)
    assert digest_of_file(back) == digest
    assert back in [place.path for place in card(store, digest).locations]
    with pytest.raises(Conflict):
        remake(store, recreation_of(store, digest), maker(), out=back)


def test_other_bytes_are_told_of_and_kept_as_another_output(store, made, tmp_path):
    _, copy = made
    found = recreation_of(store, str(copy))
    again = remake(store, found, maker(words="changed: "), out=tmp_path / "other.txt")
    assert (again.same, again.recipe) == (False, True)
    outputs = recreation_of(store, again.digest).derivation.outputs
    assert {item.digest for item in outputs} >= {found.asset.digest, again.digest}
    newer = remake(store, found, maker(version=2))
    assert (newer.same, newer.recipe) == (True, False)


def test_what_nobody_can_repeat(store, made, tmp_path):
    source, copy = made
    found = recreation_of(store, str(copy))
    with pytest.raises(UsageError, match=r"test\.copy, which Alice cannot"):
        remake(store, found, {"other": maker()["test."]})
    plain = recreation_of(store, str(source))
    assert maker_of(plain, maker()) is None
    with pytest.raises(UsageError, match="another program"):
        remake(store, plain, maker())
    exact = {"test.": maker()["test."], "test.copy": maker(version=2)["test."]}
    assert maker_of(found, exact) is exact["test.copy"]
    source.unlink()
    with pytest.raises(NotFound, match="text of its recipe"):
        remake(store, recreation_of(store, str(copy)), maker())


def test_a_maker_that_gives_other_roles(store, made):
    _, copy = made

    def odd(again, folder):
        return Job(again.derivation.recipe, (Target("odd", folder / "x"),), lambda paths: paths[0].write_text("x"))

    with pytest.raises(UsageError, match="no longer gives a copy"):
        remake(store, recreation_of(store, str(copy)), {"test.": odd})


def test_the_graph_of_another_program_is_handed_out_byte_for_byte(store, picture_file, film_file, graph, tmp_path):
    workflow = json.dumps({"nodes": [], "spaced": "é  "}, ensure_ascii=True)
    picture = picture_file("a.png", 1, texts={"prompt": graph(), "workflow": workflow})
    film = film_file("a.mov", 1, codec="prores_ks")
    ingest_paths(store, [picture, film])
    found = recreation_of(store, str(picture))
    assert (found.derivation, found.graph, found.generation.seed) == (None, "png:tEXt/workflow", 7)
    assert found.to_json()["generation"]["model"] == "dream.safetensors"
    assert workflow_block(store, str(picture)).data == workflow.encode()
    with pytest.raises(NotFound, match="no workflow"):
        workflow_block(store, str(film))
    group(store, [Change(digest_of_file(picture), digest_of_file(film))])
    assert workflow_block(store, str(film)).data == workflow.encode()
    with pytest.raises(NotFound):
        workflow_block(store, "nothing")


def test_the_graph_in_the_tags_of_a_webp_is_found_too(store, picture_file, graph):
    tags = Image.Exif()
    tags[0x0110], tags[0x010F] = f"prompt:{graph()}", 'workflow:{"nodes": []}'
    picture = picture_file("a.webp", 1, exif=tags.tobytes())
    ingest_paths(store, [picture])
    assert recreation_of(store, str(picture)).graph == "webp:exif"
    assert workflow_block(store, str(picture)).data == b'{"nodes": []}'
