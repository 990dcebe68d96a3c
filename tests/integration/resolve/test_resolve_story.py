"""The whole loop with everything real but Resolve: make, install, push, edit, pull, relink, take, render.

The scripts are those that the installer put down, and they start the command as they would
inside Resolve. What they show is added to the file that ``ALICE_RESOLVE_STORY`` names, if any.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from drawn_media import clip as film_of
from drawn_media import picture
from lua_desk import run_lua
from resolve_desk import choose_script

from alice_core.resolve.fake import FREE, STUDIO, Project, Resolve, Session, hands

KINDS = ("trimmed", "replaced", "deleted", "moved", "added")


@dataclass
class Story:
    """Alice, the installed scripts and a fake Resolve with an empty project."""

    alice: Any
    folder: Path
    scripts: Path
    product: str = STUDIO
    resolve: Resolve = field(init=False)

    def __post_init__(self) -> None:
        session = Session(self.product, render=lambda path: path.write_bytes(film_of(64, 48, 24)))
        self.resolve = Resolve(session, Project(session, "Neon", "25", (1920, 1080)), scripts=self.scripts.parents[1])

    @property
    def project(self) -> Project:
        project = self.resolve.projects.project
        assert project is not None
        return project

    @property
    def shots(self) -> list[Any]:
        """What lies on the first picture track of the open timeline."""
        assert self.project.current is not None
        return list(self.project.current.tracks["video"][0].items)

    def choose(self, name: str, *answers: Any) -> str:
        """Choose a script from the menu; gives what the console shows."""
        self.resolve.session.answers = list(answers)
        seen = io.StringIO()
        with contextlib.redirect_stdout(seen):
            choose_script(self.resolve, self.scripts / f"{name}.py")
        return told(f"Workspace > Scripts > Alice > {name}", seen.getvalue())

    def still(self, name: str) -> Any:
        """A picture of somebody else, imported by hand."""
        path = self.folder / "other" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture(320, 180, name))
        return self.project.pool.take_in(path)


def told(what: str, text: str) -> str:
    """Note what was shown in the story, if somebody wants to read it."""
    where = os.environ.get("ALICE_RESOLVE_STORY")
    if where:
        with Path(where).open("a", encoding="utf-8") as story:
            story.write(f"> {what}\n{text}\n")
    return text


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    """A home of a person, so that scripts are installed into no real one."""
    home = tmp_path_factory.mktemp("person")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(home))
        patched.setenv("ALICE_HOME", "")
        patched.delenv("XDG_DATA_HOME", raising=False)
        yield home


def installed(alice: Any) -> Path:
    """Where the scripts are after they were installed for the person."""
    return Path(alice.json("resolve", "install")["items"][0]["folder"])


@pytest.fixture(scope="module")
def made(song, made_once, person, tmp_path_factory):
    """A film that was made twice, so that every shot has two takes, and the scripts."""
    folder = tmp_path_factory.mktemp("story")
    alice = type(made_once[0])(folder / "home", folder)
    shutil.copy(song, folder / "song.wav")
    for seed in (1, 2):
        alice.json("make", folder / "song.wav", *alice.small, "--seed", seed, "--project", "Neon", "--cut", "beat",
                   "--out", folder / f"film-{seed}")  # fmt: skip
    return alice, folder, installed(alice)


@pytest.fixture
def story(made):
    """A new Resolve in front of the film."""
    return Story(*made)


@pytest.fixture
def known(known_film, made_once, person):
    """A new Resolve in front of a film that was not generated, which is quicker."""
    film = known_film()
    alice = type(made_once[0])(film.store.folder, film.folder)
    return Story(alice, film.folder, installed(alice))


def edit(story: Story, seed: int) -> dict[str, str]:
    """What a person does: some edits of different shots; gives each shot with what was done to it."""
    random = Random(seed)
    timeline = story.project.current
    after = timeline.end + 240
    done = {}
    for item in random.sample(story.shots[::2], random.randint(2, len(story.shots) // 2)):
        what = random.choice(KINDS)
        name = item.name
        if what == "trimmed":
            hands.trim(item, tail=random.randint(1, item.place.frames - 1))
        elif what == "replaced":
            hands.replace(item, story.still(f"replaced-{seed}-{name}"))
        elif what == "deleted":
            hands.delete(timeline, item, ripple=random.random() < 0.5)
        elif what == "moved":
            hands.move(timeline, item, after)
            after += 240
        else:
            added = hands.add(timeline, story.still(f"added-{seed}-{name}"), after, 12, track=1)
            after, name = after + 240, added.name
        done[name] = what
    return done


def check_pull(story: Story, done: dict[str, str], events: Any) -> None:
    """Pull, and see that exactly what was done is told, and all of it recorded."""
    before = recorded(events)
    out = story.choose("Pull edit", "OK")
    assert f"{len(done)} change{'s' if len(done) != 1 else ''} read and recorded." in out
    counts = Counter(done.values())
    (summary,) = [line for line in out.splitlines() if line.startswith("In all: ")]
    told_counts = dict(reversed(part.split(" ")) for part in summary.removeprefix("In all: ").rstrip(".").split(", "))
    told_counts.pop("kept", None)
    assert {kind: int(count) for kind, count in told_counts.items()} == counts
    for name, kind in done.items():
        assert name in out or kind == "replaced"
    assert recorded(events) == before + len(done)


def recorded(events: Any) -> int:
    """How many decisions of an editor the log holds."""
    return sum(event.type == "alice.projects.decided" for event in events())


def rename_everything(story: Story, where: Path) -> None:
    """Move and rename every picture of the project; nobody tells Resolve or Alice."""
    where.mkdir()
    clips = {clip.path for folder in story.project.pool.root.walk() for clip in folder.clips if clip.path is not None}
    for number, path in enumerate(sorted(clips)):
        if path.suffix != ".wav":
            shutil.move(path, where / f"IMG_{number:04}x{path.suffix}")


def clips_of(story: Story) -> list[Path]:
    """Every file in the pool, as often as it is there."""
    clips = [clip.path for folder in story.project.pool.root.walk() for clip in folder.clips if clip.path is not None]
    return sorted(clips)


def test_push_lays_the_whole_cut_and_a_second_push_only_a_timeline(story):
    out = story.choose("Push latest cut", "OK", "OK")
    assert "every cut is on its frame." in out
    assert "The empty project was set to" in out
    files = clips_of(story)
    assert len(set(files)) == len(files)
    again = story.choose("Push latest cut", "OK")
    assert "0 files imported" in again
    assert "every cut is on its frame." in again
    assert len(story.project.timelines) == 2
    assert clips_of(story) == files


def test_status_marks_and_render_are_real_conversations(story, person):
    story.choose("Push latest cut", "OK", "OK")
    out = story.choose("Status", "OK")
    assert "Resolve and Alice understand each other." in out
    assert "Note:" not in out
    timeline = story.project.current
    marks = dict(timeline.marks)
    timeline.DeleteMarkersByColor("All")
    assert f"{len(marks)} markers are on" in story.choose("Mark beats and sections", "OK")
    assert timeline.marks == marks
    assert "Rendered and registered." in story.choose("Render and register", ("OK", 0), "OK")
    (film,) = person.rglob("*.mp4")
    found = story.alice.json("find", "--all")["items"]
    assert str(film) in {path for one in found for path in one["locations"]}


def test_takes_swap_in_place_and_the_next_cut_has_them(story):
    story.choose("Push latest cut", "OK", "OK")
    item = story.shots[2]
    place, first = (item.place.start, item.place.end), item.clip.third_party["alice_digest"]
    item.grade = "warm"
    story.project.current.playhead = item.place.start
    assert "shot-0003 shows" in story.choose("Next take", "OK")
    second = item.clip.third_party["alice_digest"]
    assert second != first
    assert (item.place.start, item.place.end, item.grade) == (*place, "warm")
    assert story.alice.json("resolve", "cut")["clips"][2]["digest"] == second
    assert len(item.takes) == 2


@pytest.mark.parametrize("seed", [0, 2])
def test_k_edits_are_exactly_k_decisions(known, events, seed):
    known.choose("Push latest cut", "OK", "OK")
    check_pull(known, edit(known, seed), events)


def test_an_edit_that_is_pulled_twice_is_recorded_once(known, events):
    known.choose("Push latest cut", "OK", "OK")
    hands.trim(known.shots[2], tail=2)
    assert "1 change read and recorded." in known.choose("Pull edit", "OK")
    assert "1 change read; all were recorded before." in known.choose("Pull edit", "OK")
    assert recorded(events) == 1


@pytest.mark.parametrize("relinked", [False, True])
def test_k_edits_are_exactly_k_decisions_after_every_file_was_renamed(known, events, relinked):
    known.choose("Push latest cut", "OK", "OK")
    done = edit(known, 10 + relinked)
    rename_everything(known, known.folder / "renamed")
    if relinked:
        known.alice.json("ingest", known.folder / "renamed")
        told("every file was renamed and moved; alice ingest renamed/", "")
        assert "have their file again." in known.choose("Relink by content", "OK")
        assert {item.clip.path.parent.name for item in known.shots if item.clip.third_party} == {"renamed"}
    check_pull(known, done, events)


@pytest.mark.skipif(find_spec("lupa") is None, reason="lupa is not installed")
def test_the_free_edition_pushes_the_same(made):
    story = Story(*made, product=FREE)
    written = Path(story.alice.json("resolve", "cut")["result"])
    printed = run_lua("lupa luajit", story.resolve, story.scripts / "Alice free edition.lua")
    out = told("Workspace > Scripts > Alice > Alice free edition (free edition, LuaJIT)", "\n".join(printed))
    assert "is whole: every cut is on its frame." in out
    assert story.alice.json("resolve", "record", "--from", written)["event"]
