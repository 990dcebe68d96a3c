"""Sidecars beside files: written for what is said, taken from when a file comes in, originals untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core import projects
from alice_core.errors import MediaError
from alice_core.library.curating import curation, membership
from alice_core.library.files import ingest_paths
from alice_core.library.keeping.sidecar import apply_sidecars, read_sidecar, sidecar_of, write_sidecars
from alice_core.library.show import card
from alice_core.media.digest import digest_of_file
from alice_core.media.xmp_write import SidecarFacts, write_sidecar_packet
from alice_core.store import Actor, Ingredient, Job, Recipe, Target, derive, open_store
from alice_core.store.catalogue import join_project
from alice_core.store.derive import standing

FOREIGN = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:d="http://darktable.sf.net/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmp:Rating="2" d:history_end="7">
<lr:hierarchicalSubject><rdf:Bag><rdf:li>people|ada</rdf:li></rdf:Bag></lr:hierarchicalSubject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.fixture
def files(store, tmp_path):
    """Three texts; something is said of the first two."""
    folder = tmp_path / "texts"
    folder.mkdir()
    paths = [folder / name for name in ("a.txt", "b.txt", "c.txt")]
    for path in paths:
        path.write_text(path.name)
    ingest_paths(store, [folder])
    digests = [digest_of_file(path) for path in paths]
    curation.rate(store, digests[:2], 4)
    curation.note(store, digests[:1], "the first")
    membership.tag(store, digests[:1], ["style/neon"])
    return paths


def test_files_of_which_something_is_said_get_a_sidecar_once(store, files, events):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
    cursor = len(events())
    foreseen = write_sidecars(store, dry_run=True)
    assert len(foreseen.written) == 2
    assert not any(sidecar_of(path).exists() for path in files)
    report = write_sidecars(store)
    assert report == foreseen
    assert set(report.written) == {sidecar_of(files[0]), sidecar_of(files[1])}
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files} == before
    told = events(cursor)
    assert [one.type for one in told] == ["alice.library.sidecar-written"] * 2
    again = write_sidecars(store)
    assert (again.written, again.unchanged, len(events())) == ((), 2, cursor + 2)
    said = read_sidecar(files[0])
    assert (said.rating, said.tags, said.note) == (4, ("style/neon",), "the first")
    assert read_sidecar(files[2]) is None
    assert ingest_paths(store, [files[0].parent]).new == ()  # a sidecar is no file of its own


def test_paths_and_queries_choose(store, files):
    assert write_sidecars(store, [str(files[1])]).written == (sidecar_of(files[1]),)
    assert write_sidecars(store, ["tag:style"]).written == (sidecar_of(files[0]),)


def test_what_is_no_longer_said_goes_from_the_sidecar(store, files):
    write_sidecars(store)
    digest = digest_of_file(files[0])
    membership.untag(store, [digest], ["style/neon"])
    curation.rate(store, [digest], None)
    curation.note(store, [digest], None)
    assert write_sidecars(store).written == (sidecar_of(files[0]),)
    assert read_sidecar(files[0]) == SidecarFacts(digest=digest)


def test_another_programs_sidecar_is_merged_into_or_refused_or_left(store, files):
    sidecar_of(files[0]).write_bytes(FOREIGN)
    sidecar_of(files[0]).chmod(0o640)
    sidecar_of(files[1]).write_bytes(b"this is no XML")
    sidecar_of(files[2]).write_bytes(FOREIGN)
    report = write_sidecars(store)
    assert report.written == (sidecar_of(files[0]),)
    ((path, reason),) = report.refused
    assert (path, sidecar_of(path).read_bytes()) == (files[1], b"this is no XML")
    assert "no XML" in reason
    merged = sidecar_of(files[0]).read_bytes()
    assert b"history_end" in merged
    assert sidecar_of(files[0]).stat().st_mode & 0o777 == 0o640
    assert read_sidecar(files[0]).tags == ("style/neon", "people/ada")
    assert sidecar_of(files[2]).read_bytes() == FOREIGN
    with pytest.raises(MediaError, match="cannot be read"):
        read_sidecar(files[1])


def test_a_file_that_comes_in_takes_what_its_sidecar_says(store, files):
    new = files[0].with_name("new.txt")
    new.write_text("new")
    sidecar_of(new).write_bytes(FOREIGN)
    broken = files[0].with_name("broken.txt")
    broken.write_text("broken")
    sidecar_of(broken).write_bytes(b"no XML")
    ingest_paths(store, [files[0].parent])
    applied = apply_sidecars(store, [new, broken, files[2], files[0].with_name("unknown.txt")])
    one = card(store, str(new))
    assert (one.curation.rating, one.tags) == (2, ("people/ada",))
    assert (applied.read, [path for path, _ in applied.unread]) == (2, [sidecar_of(broken)])
    curation.rate(store, [one.asset.digest], 5)
    (difference,) = apply_sidecars(store, [new]).differences
    assert (difference.field, difference.here, difference.there) == ("rating", "5", "2")
    assert card(store, str(new)).curation.rating == 5


def test_copies_of_one_asset_unite_what_their_sidecars_say(store, files):
    one, other = files[2], files[2].with_name("copy.txt")
    shutil.copy(one, other)
    ingest_paths(store, [one.parent])
    sidecar_of(one).write_bytes(write_sidecar_packet(SidecarFacts(tags=("x",), mark="maybe", reason="r", rating=1)))
    sidecar_of(other).write_bytes(write_sidecar_packet(SidecarFacts(tags=("y",), note="n", rating=2, favourite=True)))
    apply_sidecars(store, [one, other])
    said = card(store, str(one))
    assert said.tags == ("x", "y")
    assert (said.curation.mark, said.curation.reason, said.curation.note) == ("maybe", "r", "n")
    assert (said.curation.rating, said.curation.favourite) == (1, True)


def test_a_sidecar_of_other_bytes_is_passed_over_unless_the_picture_is_the_same(store, tmp_path):
    folder = tmp_path / "p"
    folder.mkdir()
    words = PngInfo()
    words.add_text("Comment", "before")
    Image.new("RGB", (4, 4), "red").save(folder / "same.png", pnginfo=words)
    Image.new("RGB", (4, 4), "blue").save(folder / "other.png")
    ingest_paths(store, [folder])
    content = card(store, str(folder / "same.png")).asset.content
    facts = SidecarFacts(digest="sha256:" + "0" * 64, content=content, tags=("kept",))
    for name in ("same.png", "other.png"):
        sidecar_of(folder / name).write_bytes(write_sidecar_packet(facts))
    applied = apply_sidecars(store, sorted(folder.glob("*.png")))
    assert card(store, str(folder / "same.png")).tags == ("kept",)
    assert card(store, str(folder / "other.png")).tags == ()
    assert applied.unread == ((sidecar_of(folder / "other.png"), "it was written for another file"),)


def test_what_only_the_store_keeps_has_its_sidecar_there_and_recipes_come_back(store, files, tmp_path):
    neon = projects.create(store, "Neon")
    digest = digest_of_file(files[0])
    join_project(store, neon, digest, "text")

    def make(paths):
        paths[0].write_text("made")

    job = Job(Recipe("test.make", 1, {"p": "x"}, (Ingredient("t", digest),)), (Target("out", Path("m.txt")),), make)
    made = derive(store, job).products[0].path
    write_sidecars(store)
    assert sidecar_of(made).is_file()
    with open_store(tmp_path / "second", actor=Actor("user:test")) as second:
        ingest_paths(second, [files[0].parent, store.folder / "blobs"])
        assert apply_sidecars(second, [made, *files]).recipes == 0  # ingest has taken it already
        assert standing(second, [job])[0].products[0].path == made
        assert card(second, str(files[0])).projects == ("Neon",)
        sidecar_of(made).write_bytes(
            write_sidecar_packet(SidecarFacts(digest=digest_of_file(made), recipes=("{", "1")))
        )
        assert apply_sidecars(second, [made]).recipes == 0


def test_a_folder_that_cannot_be_written_is_said(store, files, tmp_path):
    sidecar_of(files[0]).mkdir()
    report = write_sidecars(store)
    assert [path for path, _ in report.refused] == [files[0]]
    assert sidecar_of(files[0]).is_dir()


def test_names_that_no_tag_may_have_are_told(store, files):
    sidecar_of(files[2]).write_bytes(write_sidecar_packet(SidecarFacts(tags=("/", "ok"), collections=("x" * 300,))))
    applied = apply_sidecars(store, [files[2]])
    assert card(store, str(files[2])).tags == ("ok",)
    assert {one.field for one in applied.differences} == {"tag", "collection"}
