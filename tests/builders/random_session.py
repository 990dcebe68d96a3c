"""Somebody who works with a library for a long time, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

from alice_core import projects
from alice_core.directing.style import StyleSheet, to_document
from alice_core.errors import AliceError
from alice_core.library import ingest_paths
from alice_core.library.curating import curation, membership, tags
from alice_core.library.curating.undo import redo, undo
from alice_core.library.discarding import gc, trash
from alice_core.library.looking.companions import Change, group
from alice_core.library.looking.seen import Seen, record_looks
from alice_core.library.roots import adopt_root, unwatch_folder, watch_folder
from alice_core.store import Actor, Ingredient, Job, Recipe, Target, catalogue, derive
from alice_core.store.places import Finding

TAGS = ("rain", "style/neon", "style/neon/blue", "Über", "look")
WORDS = ("glow", "wet", "NEONLIGHT")


class Session:
    """Somebody who does this and that, the same for the same seed."""

    def __init__(self, store, folder: Path, seed: int) -> None:
        self.store, self.folder, self.random = store, folder, random.Random(seed)
        self.done: dict[str, int] = {}
        self.folders = [folder / name for name in ("one", "two", "one/inner")]
        for one in self.folders:
            one.mkdir(parents=True, exist_ok=True)
        projects.create(store, "Neon", "rain")
        self.spare = 0

    def run(self, steps: int) -> None:
        deeds = [
            (self.write, 10), (self.rewrite, 3), (self.move, 5), (self.swap, 2), (self.remove, 2), (self.ingest, 8),
            (self.tag, 8), (self.untag, 3), (self.rate, 6), (self.favour, 4), (self.mark, 4), (self.note, 3),
            (self.collect, 4), (self.uncollect, 2), (self.synonym, 3), (self.rename, 2), (self.throw, 5),
            (self.restore, 4), (self.empty, 1), (self.gc, 1), (self.project, 2), (self.brief, 2), (self.join, 3),
            (self.derive, 4), (self.undo, 6), (self.redo, 4), (self.root, 2), (self.move_folder, 1), (self.refuse, 2),
            (self.group, 2), (self.look, 2), (self.style, 1),
        ]  # fmt: skip
        calls, weights = zip(*deeds, strict=True)
        for _ in range(steps):
            call = self.random.choices(calls, weights)[0]
            self.store.actor = Actor(self.random.choice(("user:test", "user:test", "user:ada")))
            try:
                call()
            except AliceError:
                name = f"{call.__name__} refused"  # nothing to do it to; it changed nothing
            else:
                name = call.__name__
            self.done[name] = self.done.get(name, 0) + 1

    # What there is

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def file(self) -> Path:
        return self.random.choice(self.files() or [self.write()])

    def free(self, suffix=".txt") -> Path:
        self.spare += 1
        return self.random.choice(self.folders) / f"file {self.spare}{suffix}"

    def some(self, most=4) -> list[str]:
        with self.store.reading() as reader:
            known = sorted(one.digest for one in reader.assets.after(-1, limit=10_000))
        return self.random.sample(known, min(len(known), self.random.randint(1, most)))

    # Files

    def write(self) -> Path:
        path = self.free()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"rain {self.random.randint(0, 60)}")  # some are copies of others
        return path

    def rewrite(self):
        self.file().write_text(f"sun {self.random.randint(0, 60)}")

    def move(self):
        target = self.free()
        target.parent.mkdir(parents=True, exist_ok=True)
        self.file().rename(target)

    def swap(self):
        one, other = self.file(), self.file()
        if one != other:
            between = self.free(".swap")
            one.rename(between)
            other.rename(one)
            between.rename(other)

    def remove(self):
        self.file().unlink()

    def ingest(self):
        chosen = None if self.random.random() < 0.7 else projects.get(self.store, "Neon")
        ingest_paths(self.store, [self.folder], project=chosen)

    # What is said

    def tag(self):
        membership.tag(self.store, self.some(), self.random.sample(TAGS, 2))

    def untag(self):
        membership.untag(self.store, self.some(9), (self.random.choice(TAGS),))

    def rate(self):
        curation.rate(self.store, self.some(), self.random.choice((None, 0, 3, 5)))

    def favour(self):
        curation.favour(self.store, self.some(), favourite=self.random.random() < 0.7)

    def mark(self):
        curation.mark(
            self.store, self.some(), self.random.choice((None, "hero", "reject")), self.random.choice((None, "light"))
        )

    def note(self):
        curation.note(self.store, self.some(), self.random.choice((None, "ask Ada", "naïve 🌧")))

    def collect(self):
        membership.collect(self.store, self.some(), self.random.choice(("best", "worst of rain")))

    def uncollect(self):
        membership.uncollect(self.store, self.some(9), self.random.choice(("best", "worst of rain")))

    def synonym(self):
        tags.set_synonym(self.store, self.random.choice(WORDS), self.random.choice((None, *TAGS)))

    def rename(self):
        tags.rename_tag(self.store, self.random.choice(TAGS), self.random.choice(TAGS))

    # The trash

    def throw(self):
        names = [str(self.file())] if self.random.random() < 0.6 else self.some(2)
        trash.throw(self.store, names, days=self.random.choice((0, 30)))

    def restore(self):
        items = trash.in_trash(self.store)
        if items:
            to = None if self.random.random() < 0.7 else self.random.choice(self.folders)
            trash.restore(self.store, [self.random.choice(items).item.id], to=to)

    def empty(self):
        trash.empty(self.store, everything=self.random.random() < 0.3)

    def gc(self):
        gc.collect(self.store, grace=0)

    # Projects, derivations, the rest

    def project(self):
        projects.create(self.store, f"Film {self.random.randint(0, 9)}", "")

    def style(self):
        sheet = StyleSheet(look=f"film {self.random.randint(0, 3)}")
        projects.style(self.store, "Neon", "" if self.random.random() < 0.2 else to_document(sheet).decode())
        (projects.reopen if projects.get(self.store, "Neon").archived else projects.archive)(self.store, "Neon")

    def brief(self):
        projects.brief(self.store, "Neon", f"rain {self.random.randint(0, 9)}")

    def join(self):
        for digest in self.some(3):
            role = self.random.choice(("file", "song"))
            catalogue.join_project(self.store, projects.get(self.store, "Neon"), digest, role)

    def derive(self):
        inputs = self.some(2)
        recipe = Recipe(
            "test.join", 1, {"n": self.random.randint(0, 3)}, tuple(Ingredient("part", one) for one in inputs)
        )
        kept = self.random.random() < 0.5
        path = Path("joined.txt") if kept else self.free(".out.txt")

        def make(paths):
            for number, one in enumerate(paths):
                one.write_text(f"{recipe.key} {min(number, 1)}")

        targets = (Target("joined", path), Target("second", Path("second.txt")), Target("same", Path("third.txt")))
        chosen = projects.get(self.store, "Neon") if self.random.random() < 0.5 else None
        derive(self.store, Job(recipe, targets, make), project=chosen)

    def undo(self):
        undo(self.store, self.random.randint(1, 2), skip=self.random.random() < 0.5)

    def redo(self):
        redo(self.store)

    def root(self):
        one = self.random.choice(self.folders)
        (watch_folder if self.random.random() < 0.6 else unwatch_folder)(self.store, one)

    def move_folder(self):
        before = self.random.choice([one for one in self.folders if one.is_dir()])
        self.spare += 1
        after = before.with_name(f"{before.name.split(' ')[0]} {self.spare}")
        before.rename(after)
        self.folders = [after / one.relative_to(before) if one.is_relative_to(before) else one for one in self.folders]
        if self.random.random() < 0.7:
            adopt_root(self.store, after)

    def refuse(self):
        one = Finding(self.free(".png"), "broken", "ALICE-M05", f"its end is missing {self.random.randint(0, 2)}")
        catalogue.refuse(self.store, (one,))

    def group(self):
        one, *others = self.some(3) or [""]
        if not others:
            return
        group(self.store, tuple(Change(digest, self.random.choice((None, one))) for digest in others))

    def look(self):
        record_looks(
            self.store, tuple(Seen(digest, likeness=self.random.choice((None, 2**63 + 5))) for digest in self.some(3))
        )
