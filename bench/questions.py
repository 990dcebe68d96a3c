"""Questions in plain words about generated assets, and what should be found: recall at ten.

What is right is said by a Python condition on what each asset was made of, never by a search. The
questions are as people type them; the classes are single words, filters, time, negation, alternatives
and mixtures.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alice_core import projects
from alice_core.events.library_facts import Favoured, Rated, Tagged
from alice_core.library import find
from alice_core.media.facts import Kind, MediaFacts, PictureFacts
from alice_core.media.generation import Embedded, Generation, ModelUse
from alice_core.store import Found, UnitOfWork, open_store, operation
from alice_core.store.catalogue import ingest_many
from alice_core.store.metadata import Reading

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)  # a Wednesday
MODELS = (
    "flux1-dev.safetensors",
    "sdxl_base_1.0.safetensors",
    "wan2.2_t2v_14B.safetensors",
    "juggernautXL_v9.safetensors",
)
SUBJECTS = ("tiger", "robot", "castle", "ocean", "forest", "dancer", "violin", "lighthouse")
LOOKS = ("neon", "watercolor", "noir", "foggy", "vintage", "pastel")
COLOURS = ("red", "blue", "green", "violet")
TAGS = ("style/dark", "style/bright", "client/acme", "test", "draft")


@dataclass(frozen=True, slots=True)
class Thing:
    """What one generated asset was made of."""

    number: int
    subject: str
    look: str
    colour: str
    model: str
    kind: str
    made: datetime
    rating: int | None
    favourite: bool
    tag: str | None
    project: str | None
    seed: int
    wide: bool
    megabytes: int

    @property
    def digest(self) -> str:
        """What names it in the store."""
        return "sha256:" + hashlib.sha256(f"thing {self.number}".encode()).hexdigest()


def things() -> list[Thing]:
    """Eight hundred assets over the last year, a third of them in the last fortnight."""
    choice = random.Random(7)
    made = []
    for number in range(800):
        days = choice.uniform(0, 14) if number % 3 == 0 else choice.uniform(0, 380)
        kind = choice.choices(("image", "video"), (4, 1))[0]
        made.append(
            Thing(
                number=number,
                subject=choice.choice(SUBJECTS),
                look=choice.choice(LOOKS),
                colour=choice.choice(COLOURS),
                model=MODELS[2] if kind == "video" else choice.choice((MODELS[0], MODELS[1], MODELS[3])),
                kind=kind,
                made=NOW - timedelta(days=days, minutes=1),
                rating=choice.choice((None, None, 1, 2, 3, 4, 5)),
                favourite=choice.random() < 0.1,
                tag=choice.choice((*TAGS, None, None)),
                project=choice.choice(("Neon Nights", "Harbour", None)),
                seed=1000 + number,
                wide=choice.random() < 0.5,
                megabytes=choice.randrange(1, 40),
            )
        )
    return made


@operation("bench.describe", emits=(Rated, Favoured, Tagged), permission="asset.write")
def describe(work: UnitOfWork, some: list[Thing]) -> None:
    """Rate, favour and tag assets as they were invented."""
    numbers = work.assets.known(one.digest for one in some)
    for one in some:
        number = numbers[one.digest]
        work.labels.curate(number, rating=one.rating, favourite=one.favourite)
        work.emit(Rated(digest=one.digest, rating=one.rating, before=None), subject=one.digest)
        if one.tag:
            work.labels.tag(number, one.tag)
            work.emit(Tagged(digest=one.digest, tag=one.tag), subject=one.digest)
    work.texts.refresh(one.digest for one in some)


def _found(one: Thing) -> Found:
    width, height = (1920, 1080) if one.wide else (768, 1152)
    prompt = f"{one.look} {one.subject}, {one.colour} light, highly detailed"
    generation = Generation(
        "ComfyUI", "comfyui", 1, prompt=prompt, models=(ModelUse("checkpoint", one.model),), seed=one.seed, steps=20
    )
    picture = PictureFacts("png" if one.kind == "image" else "h264", width, height, None, 1, None)
    return Found(
        path=Path(f"/invented/out/ComfyUI_{one.number:05}_.{'png' if one.kind == 'image' else 'mp4'}"),
        digest=one.digest,
        facts=MediaFacts(
            Kind(one.kind),
            "image/png" if one.kind == "image" else "video/mp4",
            one.megabytes * 1_000_000,
            None,
            picture,
        ),
        mtime_ns=int(one.made.timestamp() * 1e9),
        reading=Reading("bench", Embedded(generation)),
    )


def _between(one: Thing, first: str, after: str) -> bool:
    return (
        datetime.fromisoformat(first).replace(tzinfo=UTC)
        <= one.made
        < datetime.fromisoformat(after).replace(tzinfo=UTC)
    )


def _liked(one: Thing) -> bool:
    return one.favourite or (one.rating or 0) >= 4


Condition = Callable[[Thing], bool]
QUESTIONS: dict[str, list[tuple[str, Condition]]] = {
    "words": [
        ("tiger", lambda t: t.subject == "tiger"),
        ("neon robots", lambda t: t.look == "neon" and t.subject == "robot"),
        ("show me castles in the fog", lambda t: t.subject == "castle" and t.look == "foggy"),
        ("violet ocean", lambda t: t.subject == "ocean" and t.colour == "violet"),
        ("a dancer in red light", lambda t: t.subject == "dancer" and t.colour == "red"),
        ("watercolor lighthouse", lambda t: t.look == "watercolor" and t.subject == "lighthouse"),
        ("tigre", lambda t: t.subject == "tiger"),
        ("lighthuose", lambda t: t.subject == "lighthouse"),
        ("pastel violins please", lambda t: t.look == "pastel" and t.subject == "violin"),
        ("vintag forest", lambda t: t.look == "vintage" and t.subject == "forest"),
    ],
    "filters": [
        ("videos", lambda t: t.kind == "video"),
        ("pictures made with flux", lambda t: t.kind == "image" and t.model.startswith("flux")),
        ("clips of robots", lambda t: t.kind == "video" and t.subject == "robot"),
        ("rated 4 or more", lambda t: (t.rating or 0) >= 4),
        ("five star tigers", lambda t: t.rating == 5 and t.subject == "tiger"),
        ("from the Neon Nights project", lambda t: t.project == "Neon Nights"),
        ("everything tagged client/acme", lambda t: t.tag == "client/acme"),
        (
            "images by sdxl with at least 3 stars",
            lambda t: "sdxl" in t.model and t.kind == "image" and (t.rating or 0) >= 3,
        ),
        ("seed 1042", lambda t: t.seed == 1042),
        ("my favourites", lambda t: t.favourite),
        ("bigger than 30 MB", lambda t: t.megabytes > 30),
        ("full hd videos", lambda t: t.kind == "video" and t.wide),
        ("tagged style", lambda t: (t.tag or "").startswith("style/")),
        ("juggernaut castles", lambda t: "juggernaut" in t.model and t.subject == "castle"),
    ],
    "time": [
        ("yesterday", lambda t: _between(t, "2026-11-17", "2026-11-18")),
        ("tigers from last week", lambda t: t.subject == "tiger" and _between(t, "2026-11-09", "2026-11-16")),
        ("this month", lambda t: _between(t, "2026-11-01", "2026-12-01")),
        ("robots made in October", lambda t: t.subject == "robot" and _between(t, "2026-10-01", "2026-11-01")),
        ("in the last 3 days", lambda t: t.made >= NOW - timedelta(days=3)),
        ("castles since Monday", lambda t: t.subject == "castle" and t.made >= datetime(2026, 11, 16, tzinfo=UTC)),
        ("videos from August 2026", lambda t: t.kind == "video" and _between(t, "2026-08-01", "2026-09-01")),
        ("older than 6 months", lambda t: t.made < datetime(2026, 5, 18, tzinfo=UTC)),
        ("between 3 and 9 November", lambda t: _between(t, "2026-11-03", "2026-11-10")),
        ("before March", lambda t: t.made < datetime(2026, 3, 1, tzinfo=UTC)),
        ("today", lambda t: _between(t, "2026-11-18", "2026-11-19")),
        ("oceans from the last two weeks", lambda t: t.subject == "ocean" and t.made >= NOW - timedelta(days=14)),
    ],
    "negation": [
        ("tigers without neon", lambda t: t.subject == "tiger" and t.look != "neon"),
        ("robots but not blue", lambda t: t.subject == "robot" and t.colour != "blue"),
        ("images not made with flux", lambda t: t.kind == "image" and "flux" not in t.model),
        ("videos that aren't rated", lambda t: t.kind == "video" and t.rating is None),
        ("castle not tagged test", lambda t: t.subject == "castle" and t.tag != "test"),
        ("untagged dancers", lambda t: t.subject == "dancer" and t.tag is None),
        ("no videos, just noir", lambda t: t.kind != "video" and t.look == "noir"),
        ("violins except red ones", lambda t: t.subject == "violin" and t.colour != "red"),
        ("tigers that are not favourites", lambda t: t.subject == "tiger" and not t.favourite),
        ("forest -neon -tag:test", lambda t: t.subject == "forest" and t.look != "neon" and t.tag != "test"),
    ],
    "alternatives": [
        ("tiger or robot", lambda t: t.subject in {"tiger", "robot"}),
        ("red or blue castles", lambda t: t.colour in {"red", "blue"} and t.subject == "castle"),
        ("made with flux or sdxl", lambda t: "flux" in t.model or "sdxl" in t.model),
        ("noir or vintage dancers", lambda t: t.look in {"noir", "vintage"} and t.subject == "dancer"),
        ("tagged test or draft", lambda t: t.tag in {"test", "draft"}),
        ("kind:video OR rating>=5", lambda t: t.kind == "video" or t.rating == 5),
        (
            "violins or lighthouses from this month",
            lambda t: t.subject in {"violin", "lighthouse"} and _between(t, "2026-11-01", "2026-12-01"),
        ),
        ("(ocean OR forest) neon", lambda t: t.subject in {"ocean", "forest"} and t.look == "neon"),
    ],
    "mixed": [
        (
            "red tigers from last week made with flux that I liked",
            lambda t: (
                t.colour == "red"
                and t.subject == "tiger"
                and _between(t, "2026-11-09", "2026-11-16")
                and "flux" in t.model
                and _liked(t)
            ),
        ),
        ("favourite robots from Harbour", lambda t: t.favourite and t.subject == "robot" and t.project == "Harbour"),
        (
            "videos of the ocean or the forest this year without noir",
            lambda t: (
                t.kind == "video" and t.subject in {"ocean", "forest"} and t.made.year == 2026 and t.look != "noir"
            ),
        ),
        ("the best neon castles", lambda t: t.look == "neon" and t.subject == "castle"),
        (
            "at least 4 stars in Neon Nights but no videos",
            lambda t: (t.rating or 0) >= 4 and t.project == "Neon Nights" and t.kind != "video",
        ),
        (
            "sdxl pictures bigger than 20 MB since October",
            lambda t: (
                "sdxl" in t.model
                and t.kind == "image"
                and t.megabytes > 20
                and t.made >= datetime(2026, 10, 1, tzinfo=UTC)
            ),
        ),
    ],
}


def recall(found: list[str], right: list[Thing], *, ranked: bool) -> float:
    """The share of what should be among the first ten that is there.

    The newest ten that fit should come first; where the question asks for another order, any that fit count.
    """
    fitting = {one.digest for one in right}
    if not fitting:
        return 1.0 if not found else 0.0
    newest = [one.digest for one in sorted(right, key=lambda one: one.made, reverse=True)[:10]]
    wanted = fitting if ranked else set(newest)
    return len(wanted.intersection(found[:10])) / min(10, len(fitting))


def measure_questions(scratch: Path) -> None:
    """Ask everything and print recall by class and what was not found."""
    made = things()
    with open_store(scratch / "home-questions") as store:
        for project in ("Neon Nights", "Harbour"):
            member = projects.create(store, project)
            ingest_many(store, [_found(one) for one in made if one.project == project], project=member)
        ingest_many(store, [_found(one) for one in made if one.project is None])
        describe(store, made)
        every: list[float] = []
        for name, questions in QUESTIONS.items():
            scores = []
            for question, condition in questions:
                answer = find(store, question, now=NOW, limit=10)
                right = [one for one in made if condition(one)]
                score = recall([card.asset.digest for card in answer.cards], right, ranked="best" in question)
                scores.append(score)
                if score < 1:
                    print(
                        f"  {score:.2f} {question!r} was understood as {answer.query!r},"
                        f" not {answer.ignored}; {len(right)} fit"
                    )
            every += scores
            print(f"questions, {name}: recall@10 {sum(scores) / len(scores):.3f} over {len(scores)}")
        print(f"questions: recall@10 {sum(every) / len(every):.3f} over {len(every)}   (at least 0.9)")
