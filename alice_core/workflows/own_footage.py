"""A film from what one already has: shots cut from the library's pictures and clips, no generator needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.directing.matching import Excerpt, Footage, matched, words_of
from alice_core.directing.model import Plan
from alice_core.errors import MediaError, NotFound
from alice_core.library import Card, find
from alice_core.library.looking.thumbnails import thumbnail
from alice_core.media.facts import Kind
from alice_core.progress import SILENT, Progress
from alice_core.store import Ingredient, Job, Recipe, Store, Target
from alice_core.timing import exact_text
from alice_core.workflows.planfiles import place_of

if TYPE_CHECKING:
    from alice_core.media.miniature import Pixels

NAME = "library"
"""What stands in place of a provider's name."""

_CUT = ("library.cut", 1)
_MOST = 5000
_SMALLEST = 64
_STARS = 5


@dataclass(frozen=True, slots=True)
class Own:
    """What stands for the shots of a plan.

    Attributes:
        excerpts: One a shot.
        notices: What is not as one would wish, in sentences.
    """

    excerpts: tuple[Excerpt, ...]
    notices: tuple[str, ...]


def own_excerpts(store: Store, plan: Plan, *, query: str = "", progress: Progress = SILENT) -> Own:
    """What of the library stands for each shot of a plan: found by its words, weighed by mood, length and rating.

    What Alice made itself is left out, and so is what is in the trash or was marked as reject.

    Args:
        store: The library.
        plan: The plan.
        query: Only what this finds, such as ``project:Neon`` or ``in:holiday``.
        progress: Told of the looks at pictures.

    Raises:
        NotFound: There is nothing to cut from.
    """
    kinds = f"(kind:image OR kind:video) -mark:reject {f'({query})' if query else ''}"
    cards = find(store, kinds, limit=_MOST, meaning=False).cards
    usable = [card for card in cards if not card.made_by and _is_usable(card)]
    if not usable:
        raise NotFound(
            "the library has no pictures or clips of your own to cut from",
            hint="Ask for more with --from QUERY." if query else "Take some in: alice ingest FOLDER",
        )
    footage = _weighed(store, usable, progress)
    words = words_of(plan)
    known = {one.digest for one in footage}
    found: dict[str, dict[str, None]] = {}
    with progress.stage("looking for the shots' words", len(words), "words") as stage:
        for word in words:
            hits = find(store, f'text:"{word}"', limit=_MOST, meaning=False).cards
            found[word] = {card.asset.digest: None for card in hits if card.asset.digest in known}
            stage.advance()
    excerpts = matched(plan, footage, found)
    return Own(excerpts, _notices(plan, footage, excerpts))


def own_job(store: Store, plan: Plan, excerpt: Excerpt | None, place: int, folder: Path, *, motion: bool) -> Job:
    """Cut what stands for one shot to the size, rate and exact length of the plan.

    A clip gives exactly the frames of its shot. A still stays a still, or with ``motion`` becomes a clip in which the
    camera moves as the plan says.

    Raises:
        NotFound: There is no excerpt for the shot, or its file is gone.
    """
    shot = plan.shots[place]
    if excerpt is None:
        message = f"nothing in the library is long enough for {shot.id} ({shot.frames} frames)"
        raise NotFound(message, hint="Take in a still or a longer clip: alice ingest FOLDER")
    source = place_of(store, excerpt.digest)
    with store.reading() as reader:
        asset = reader.assets.get(excerpt.digest)
    if source is None or asset is None:
        raise NotFound(f"the picture for {shot.id} is gone", hint="Run the same command again; another one is found.")
    clip = asset.kind is Kind.VIDEO
    suffix = ".mp4" if clip or motion else ".png"
    parameters = {"width": plan.width, "height": plan.height, "kind": "clip" if clip else "still", "move": "hold"}
    if clip or motion:
        parameters |= {"rate": plan.rate.ratio, "frames": shot.frames}
    if clip:
        parameters |= {"start": exact_text(excerpt.start)}
    elif motion:
        parameters |= {"move": shot.move.value}
    recipe = Recipe(*_CUT, parameters=parameters, inputs=(Ingredient("footage", excerpt.digest),))

    def make(paths: tuple[Path, ...]) -> None:
        _cut(source, paths[0], plan, excerpt, clip=clip, motion=motion)

    name = f"{shot.id}-{recipe.key.removeprefix('sha256:')[:8]}-take{suffix}"
    return Job(recipe, (Target("take", folder / "shots" / name, words=shot.prompt),), make)


def _cut(source: Path, target: Path, plan: Plan, excerpt: Excerpt, *, clip: bool, motion: bool) -> None:
    from alice_core.media.animate import animate_still  # noqa: PLC0415 - codecs, only when there is work
    from alice_core.media.conform import Shape, reframe_still, remake_movie  # noqa: PLC0415 - see above

    shot, rate = plan.shots[excerpt.shot], plan.rate.value
    shape = Shape(plan.width, plan.height)
    if clip:
        first = round(excerpt.start * rate)
        remake_movie(source, target, shape, rate=rate, first=first, frames=shot.frames)
    elif motion:
        animate_still(
            source, target, move=shot.move.value, width=plan.width, height=plan.height, frames=shot.frames, rate=rate
        )
    else:
        reframe_still(source, target, shape)


def _is_usable(card: Card) -> bool:
    picture = card.asset.facts.picture
    there = any(place.holds() for place in card.locations)
    return there and picture is not None and min(picture.width, picture.height) >= _SMALLEST


def _weighed(store: Store, cards: Sequence[Card], progress: Progress) -> list[Footage]:
    """The footage with its light and warmth, each as its place among all; what cannot be decoded is left out."""
    from alice_core.media.consistency import look_of  # noqa: PLC0415 - NumPy, only when there is work

    seen: list[tuple[Card, float, float]] = []
    with progress.stage("looking at your pictures", len(cards), "files") as stage:
        for card in cards:
            stage.advance()
            pixels = _seen(store, card.asset.digest)
            if pixels is not None:
                measures = look_of(pixels).measures
                seen.append((card, float(measures[0]), float(measures[3])))
    lights, warmths = _ranks([light for _, light, _ in seen]), _ranks([warmth for *_, warmth in seen])
    return [
        Footage(card.asset.digest, _seconds(card), light, warmth, (card.curation.rating or 0) / _STARS)
        for (card, *_), light, warmth in zip(seen, lights, warmths, strict=True)
    ]


def _seen(store: Store, digest: str) -> Pixels | None:
    try:
        return thumbnail(store, digest)
    except MediaError:
        return None  # what cannot be decoded cannot be cut from either


def _seconds(card: Card) -> Fraction | None:
    picture = card.asset.facts.picture
    return picture.seconds if picture is not None and card.asset.kind is Kind.VIDEO else None


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value as its place among all, from 0 to 1."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found = [0.5] * len(values)
    for rank, place in enumerate(order):
        found[place] = rank / max(len(values) - 1, 1)
    return found


def _notices(plan: Plan, footage: Sequence[Footage], excerpts: Sequence[Excerpt]) -> tuple[str, ...]:
    notices = []
    again = sum(one.again for one in excerpts)
    if again:
        notices.append(
            f"{len(footage)} pictures and clips are too few for {len(plan.shots)} shots: {again} shots show again what"
            " another one shows."
        )
    short = len(plan.shots) - len(excerpts)
    if short:
        notices.append(f"{short} shots are longer than every clip, and there is no still for them.")
    return tuple(notices)
