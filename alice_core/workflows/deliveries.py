"""What providers delivered, kept in the store's folder until it is an asset.

Bytes that were paid for are on the disk before anything looks at them, and a note beside them says what
the provider counted. So a process that is killed after the answer loses neither the picture nor the truth
about its price, not even where the provider itself would not give them twice.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from alice_core.errors import MediaError, ProviderBadMedia
from alice_core.events.ledger_facts import OutputFact
from alice_core.media.digest import digest_of_file
from alice_core.media.facts import Kind
from alice_core.media.files import make_folder, replacing
from alice_core.providers.operation import Done, Output
from alice_core.providers.task import TaskKind
from alice_core.store import Store

_FOLDER, _NOTE = "deliveries", "answer.json"
_SUFFIXES = {"image/jpeg": ".jpg", "image/jpg": ".jpg", "audio/mpeg": ".mp3", "text/plain": ".txt"}
_KINDS: Mapping[TaskKind, Kind] = {
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "vision": Kind.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One delivered file.

    Attributes:
        path: Where it is kept.
        media_type: As the provider said.
        seed: The seed that was used, where it is not the task's.
        revised_prompt: The prompt that was used, where it is not the task's.
    """

    path: Path
    media_type: str
    seed: int | None = None
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that was delivered for a job, and what the provider counted for it."""

    files: tuple[Kept, ...]
    usage: Mapping[str, Decimal]
    billable: Decimal | None
    warnings: tuple[str, ...]


def folder_of(store: Store, job: str) -> Path:
    """Where what is delivered for a job is kept."""
    return store.folder / _FOLDER / job


def keep(folder: Path, done: Done, fetch: Callable[[Output, Path], None]) -> Delivery:
    """Bring everything that was made to the disk, and last the note that says that it is all there.

    Args:
        folder: Of the job.
        done: What the provider says.
        fetch: Brings the bytes of an address to a file.

    Raises:
        ProviderError: An address could not be fetched; what came is kept for the next try.
        ExportError: The disk is full.
    """
    make_folder(folder)
    files: list[Kept] = []
    for number, output in enumerate(done.outputs):
        name = f"{number}{_suffix(output.media_type)}"
        with replacing(folder / name) as part:
            if output.data is None:
                fetch(output, part)
            else:
                part.write_bytes(output.data)
            _flush(part)
        files.append(Kept(folder / name, output.media_type, output.seed, output.revised_prompt))
    delivery = Delivery(tuple(files), done.usage, done.billable, done.warnings)
    with replacing(folder / _NOTE) as part:
        part.write_text(json.dumps(_note(delivery), ensure_ascii=False), encoding="utf-8")
        _flush(part)
    return delivery


def kept(folder: Path) -> Delivery | None:
    """What was delivered before, if all of it still is there."""
    note = folder / _NOTE
    if not note.is_file():
        return None
    data: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    files = tuple(Kept(**one | {"path": folder / one["path"]}) for one in data["files"])
    if not all(one.path.is_file() for one in files):
        return None
    usage = {meter: Decimal(count) for meter, count in data["usage"].items()}
    billable = None if data["billable"] is None else Decimal(data["billable"])
    return Delivery(files, usage, billable, tuple(data["warnings"]))


def check(delivery: Delivery, kind: TaskKind, provider: str) -> tuple[OutputFact, ...]:
    """The facts of what was delivered, every frame of it decoded.

    Raises:
        ProviderBadMedia: A file is not what it should be, or damaged.
    """
    from alice_core.media.delivery import check_delivery  # noqa: PLC0415 - codecs, only when there is work

    facts: list[OutputFact] = []
    for one in delivery.files:
        try:
            check_delivery(one.path, _KINDS[kind], one.media_type)
        except MediaError as error:
            message = f"{provider} delivered no usable {kind}: {error.message}"
            raise ProviderBadMedia(message, hint="It was not kept.", provider=provider, billed="yes") from error
        facts.append(
            OutputFact(
                digest=digest_of_file(one.path),
                media_type=one.media_type,
                size=one.path.stat().st_size,
                seed=one.seed,
                revised_prompt=one.revised_prompt,
            )
        )
    return tuple(facts)


def recorded(store: Store, recipe: str) -> Delivery | None:
    """What a recipe gave, as it lies in the catalogue; ``None`` where that is not known or gone."""
    with store.reading() as reader:
        derivation = reader.recipes.get(recipe)
        places = reader.places.of_many([one.digest for one in derivation.outputs]) if derivation else {}
    found = [next((place.path for place in some if place.holds()), None) for some in places.values()]
    files = tuple(Kept(path, "") for path in found if path is not None)
    return Delivery(files, {}, None, ()) if derivation and len(files) == len(derivation.outputs) else None


def discard(store: Store, job: str) -> None:
    """Remove what was delivered for a job and is no good."""
    shutil.rmtree(folder_of(store, job), ignore_errors=True)


def sweep(store: Store) -> None:
    """Remove deliveries that are assets by now."""
    folders = [one for one in (store.folder / _FOLDER).glob("*") if one.is_dir()]
    if not folders:
        return
    with store.reading() as reader:
        jobs = {one.name: reader.ledger.job(one.name) for one in folders}
        derived = reader.recipes.many(job.recipe for job in jobs.values() if job is not None)
    for folder in folders:
        job = jobs[folder.name]
        if job is not None and job.state == "made" and job.recipe in derived:
            discard(store, folder.name)


def _note(delivery: Delivery) -> dict[str, Any]:
    files = [
        {"path": one.path.name, "media_type": one.media_type, "seed": one.seed, "revised_prompt": one.revised_prompt}
        for one in delivery.files
    ]
    usage = {meter: str(count) for meter, count in delivery.usage.items()}
    billable = None if delivery.billable is None else str(delivery.billable)
    return {"files": files, "usage": usage, "billable": billable, "warnings": list(delivery.warnings)}


def _suffix(media_type: str) -> str:
    bare = media_type.partition(";")[0].strip().lower()
    return _SUFFIXES.get(bare) or "." + "".join(sign for sign in bare.rpartition("/")[2] if sign.isalnum())[:8]


def _flush(path: Path) -> None:
    """Have the bytes on the disk itself before their name: they cannot be had twice."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
