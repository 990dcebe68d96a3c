"""Working out what prompts mean, a few at a time; it can be stopped whenever and goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alice_core.events.library_facts import MeaningsKept
from alice_core.library.meaning.encoder import Encoder, installed_encoder
from alice_core.progress import SILENT, Progress
from alice_core.store import Reader, Store, UnitOfWork, operation
from alice_core.store.vectors import prompt_number

_NOTES = 2000
_PROMPTS = 128


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is not worked out yet.

    Attributes:
        assets: So many assets, of which nobody has noted the prompt.
        prompts: So many distinct prompts, those of these assets too.
    """

    assets: int
    prompts: int


def embed_some(store: Store, limit: int, *, encoder: Encoder | None = None) -> int:
    """Work out what some prompts mean, and say how much was done; 0 when all is done.

    Args:
        store: The store.
        limit: At most so many prompts; of many times as many assets the prompt is noted, which costs little.
        encoder: By default the installed one.

    Raises:
        MissingExtra: No encoder is installed.
    """
    encoder = encoder or installed_encoder()
    with store.reading() as reader:
        unread = reader.vectors.unread(max(limit * 20, 1))
        lacking = () if unread else reader.vectors.lacking(encoder.name, limit)
    if unread:
        return note_prompts(store, encoder.name, unread)
    _embed(store, encoder, lacking)
    return len(lacking)


def embed_all(store: Store, *, encoder: Encoder | None = None, progress: Progress = SILENT) -> int:
    """Work out what every prompt means; says of how many that was not known before.

    Raises:
        MissingExtra: No encoder is installed.
    """
    encoder = encoder or installed_encoder()
    _note_all(store, encoder.name, progress)
    total = _lacking(store, encoder.name)
    done, after = 0, None
    with progress.stage("working out what prompts mean", total, "prompts") as stage:
        while True:
            with store.reading() as reader:
                lacking = reader.vectors.lacking(encoder.name, _PROMPTS, after=after)
            if not lacking:
                return done
            after = lacking[-1][0]
            done += _embed(store, encoder, lacking)
            stage.advance(len(lacking))


def unfinished(store: Store, *, encoder: Encoder | None = None) -> Unfinished:
    """What :func:`embed_all` would do; nothing is written.

    Raises:
        MissingExtra: No encoder is installed.
    """
    encoder = encoder or installed_encoder()
    assets, below = 0, None
    prompts: set[int] = set()
    with store.reading() as reader:
        while unread := reader.vectors.unread(_NOTES, below=below):
            assets, below = assets + len(unread), unread[-1]
            prompts |= {one for one in _numbered(_prompts(reader, unread)).values() if one is not None}
        lacking = {one for one, _ in reader.vectors.lacking(encoder.name, 1 << 62)}
        return Unfinished(assets, len(lacking | (prompts - reader.vectors.kept(encoder.name, prompts))))


@operation("prompt.note", emits=(MeaningsKept,), permission="asset.write")
def note_prompts(work: UnitOfWork, model: str, numbers: Sequence[int]) -> int:
    """Note which prompts assets were made with; says of how many that was."""
    known = _numbered(_prompts(work, numbers))
    work.vectors.note(known)
    if known:
        work.emit(MeaningsKept(model=model, assets=len(known), prompts=0), subject=model)
    return len(known)


@operation("prompt.embed", emits=(MeaningsKept,), permission="asset.write")
def keep_vectors(work: UnitOfWork, model: str, vectors: Mapping[int, bytes], mistaken: Sequence[int] = ()) -> int:
    """Keep what prompts mean in the eyes of a model, by the prompts' numbers; says how many they are.

    Args:
        work: The open transaction.
        model: The encoder's name.
        vectors: Packed.
        mistaken: Numbers of assets whose prompt is not the one that was noted; it will be noted anew.
    """
    work.vectors.keep(model, vectors)
    work.vectors.forget(mistaken)
    work.emit(MeaningsKept(model=model, assets=0, prompts=len(vectors)), subject=model)
    return len(vectors)


def _embed(store: Store, encoder: Encoder, lacking: Sequence[tuple[int, int]]) -> int:
    from alice_core.library.meaning.packing import packed  # noqa: PLC0415 - NumPy, only when there is work

    if not lacking:
        return 0
    with store.reading() as reader:
        texts = _prompts(reader, [number for _, number in lacking])
    right = {prompt: texts[number] for prompt, number in lacking if prompt_number(texts[number]) == prompt}
    mistaken = [number for prompt, number in lacking if prompt not in right]
    rows = packed(encoder.encode(list(right.values()))) if right else ()
    vectors = {prompt: row.tobytes() for prompt, row in zip(right, rows, strict=True)}
    return keep_vectors(store, encoder.name, vectors, mistaken)


def _note_all(store: Store, model: str, progress: Progress) -> None:
    with store.reading() as reader:
        total = reader.assets.count()
    below = None
    with progress.stage("reading prompts", total, "assets") as stage:
        while True:
            with store.reading() as reader:
                unread = reader.vectors.unread(_NOTES, below=below)
            if not unread:
                return
            below = unread[-1]
            note_prompts(store, model, unread)
            stage.advance(len(unread))


def _lacking(store: Store, model: str) -> int:
    with store.reading() as reader:
        return len(reader.vectors.lacking(model, 1 << 62))


def _prompts(reader: Reader, numbers: Sequence[int]) -> dict[int, str]:
    """What assets were made with: the prompt that their file says, or else that we know of."""
    readings = reader.metadata.readings(numbers)
    found: dict[int, str] = {}
    for asset in reader.assets.numbered(numbers):
        reading = readings.get(asset.number)
        generation = reading.embedded.generation if reading else None
        found[asset.number] = ((generation and generation.prompt) or asset.words or "").strip()
    return found


def _numbered(prompts: Mapping[int, str]) -> dict[int, int | None]:
    return {number: prompt_number(text) if text else None for number, text in prompts.items()}
