"""Sidecars: what people say of a file, written beside it as ``FILE.ext.xmp``, and taken from there again.

An original is never written to. A sidecar of another program is kept: ours is merged into it, or, where
it cannot be read, refused.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alice_core.errors import AliceError, MediaError
from alice_core.events.library_facts import SidecarWritten
from alice_core.library.curating.chosen import chosen_assets
from alice_core.library.keeping.adopt import Difference, Remarks, adopt, adopt_recipes
from alice_core.library.keeping.gathering import pages, remarks_of
from alice_core.library.keeping.records import recipe_json, recipe_of
from alice_core.media.files import path_said, reading, replacing
from alice_core.media.xmp_packet import LONGEST
from alice_core.media.xmp_write import SidecarFacts, read_sidecar_packet, write_sidecar_packet
from alice_core.progress import SILENT, Progress
from alice_core.store import Asset, Derivation, Location, Reader, Store, UnitOfWork, operation
from alice_core.store.labels import Curation

SUFFIX = ".xmp"
_MOST_FOR_RECIPES = LONGEST // 4


@dataclass(frozen=True, slots=True)
class SidecarReport:
    """What writing sidecars did.

    Attributes:
        written: Sidecars that are new or say something else now.
        unchanged: How many said all of it already.
        refused: Files whose sidecar was not written, and why.
    """

    written: tuple[Path, ...]
    unchanged: int
    refused: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was taken from sidecars.

    Attributes:
        read: How many there were.
        differences: Where they say something else than is said here.
        recipes: How many derivations became known by them.
        unread: Sidecars that cannot be read, or speak of another file, and why.
    """

    read: int = 0
    differences: tuple[Difference, ...] = ()
    recipes: int = 0
    unread: tuple[tuple[Path, str], ...] = ()


def sidecar_of(path: Path) -> Path:
    """Where the sidecar of a file lies."""
    return path.with_name(path.name + SUFFIX)


def read_sidecar(path: Path) -> SidecarFacts | None:
    """What the sidecar of a file says; ``None`` where it has none.

    Raises:
        MediaError: There is one, and it cannot be read.
    """
    data = _bytes(sidecar_of(path))
    if data is None:
        return None
    try:
        return read_sidecar_packet(data)
    except ValueError as error:
        hint = "Mend it or move it away."
        raise MediaError(f"{path_said(sidecar_of(path))} cannot be read: {error}", hint=hint) from error


def write_sidecars(
    store: Store, words: Sequence[str] = (), *, dry_run: bool = False, progress: Progress = SILENT
) -> SidecarReport:
    """Write what people say of assets, and how they were derived, beside their files.

    Files of which nothing is said get none. What the store keeps itself gets one only where there is no other file.

    Args:
        store: The store.
        words: Files and folders, or a query; nothing means everything.
        dry_run: Only tell what would be written.
        progress: Who wants to know.

    Raises:
        NotFound, UsageError: The words mean nothing.
    """
    digests = chosen_assets(store, words) if words else _everything(store)
    written: list[Path] = []
    refused: list[tuple[Path, str]] = []
    unchanged = 0
    with progress.stage("writing sidecars", len(digests), "assets") as stage:
        for reader, assets in pages(store, digests):
            fresh: list[tuple[str, Path]] = []
            for asset, facts, places in _said(reader, assets):
                for path in _beside(store, places):
                    try:
                        changed = _write(path, facts, dry_run=dry_run)
                    except (AliceError, OSError, ValueError) as error:
                        refused.append((path, str(error)))
                        continue
                    unchanged += not changed
                    if changed:
                        fresh.append((asset.digest, sidecar_of(path)))
            stage.advance(len(assets))
            written += [path for _, path in fresh]
            if fresh and not dry_run:
                _tell(store, fresh)
    return SidecarReport(tuple(written), unchanged, tuple(refused))


@operation("sidecar.write", emits=(SidecarWritten,), permission="asset.read")
def _tell(work: UnitOfWork, written: Sequence[tuple[str, Path]]) -> None:
    """Tell that sidecars were written."""
    for digest, path in written:
        work.emit(SidecarWritten(digest=digest, path=path_said(path)), subject=digest)


def apply_sidecars(store: Store, paths: Iterable[Path]) -> Applied:
    """Take what the sidecars of known files say; what is said here already stays.

    A sidecar that was written for another file, whose pictures or sounds are others too, is passed over.
    """
    # os.path, as a name may be so long that the sidecar's would be longer than any: then there is none.
    found = {path: sidecar_of(path) for path in paths if os.path.isfile(sidecar_of(path))}  # noqa: PTH113 - see above
    if not found:
        return Applied()
    with store.reading() as reader:
        places = reader.places.at_many(found)
        assets = reader.assets.many(place.digest for place in places.values())
    remarks: dict[str, Remarks] = {}
    derivations: list[Derivation] = []
    unread: list[tuple[Path, str]] = []
    for path, beside in found.items():
        place = places.get(str(path))
        try:
            facts = read_sidecar(path)
        except AliceError as error:
            unread.append((beside, error.message))
            continue
        if facts is None or place is None:
            continue
        if _speaks_of_another(facts, assets[place.digest]):
            unread.append((beside, "it was written for another file"))
            continue
        remarks[place.digest] = _both(remarks.get(place.digest), _remarks(facts))
        if facts.digest == place.digest:
            derivations += _derivations(facts)
    differences = adopt(store, remarks) if remarks else ()
    recipes = adopt_recipes(store, derivations) if derivations else 0
    return Applied(len(found), differences, recipes, tuple(unread))


def _everything(store: Store) -> tuple[str, ...]:
    found: list[str] = []
    last = -1
    with store.reading() as reader:
        while page := reader.assets.after(last):
            found += [one.digest for one in page]
            last = page[-1].number
    return tuple(found)


def _said(reader: Reader, assets: Sequence[Asset]) -> Iterable[tuple[Asset, SidecarFacts, tuple[Location, ...]]]:
    digests = [one.digest for one in assets]
    remarks = remarks_of(reader, assets)
    places = reader.places.of_many(digests)
    given = reader.recipes.giving_many(digests)
    readings = reader.metadata.readings([one.number for one in assets])
    for asset in assets:
        reading_of_it = readings.get(asset.number)
        generation = reading_of_it.embedded.generation if reading_of_it else None
        facts = _facts(asset, remarks[asset.digest], given.get(asset.digest, ()))
        if _says_nothing(facts) and not any(sidecar_of(one.path).is_file() for one in places.get(asset.digest, ())):
            continue
        facts = replace(facts, prompt=(generation.prompt if generation else None) or None)
        yield asset, facts, places.get(asset.digest, ())


def _facts(asset: Asset, remarks: Remarks, derivations: Sequence[Derivation]) -> SidecarFacts:
    one = remarks.curation
    recipes = tuple(json.dumps(recipe_json(it), ensure_ascii=False, separators=(",", ":")) for it in derivations)
    if sum(len(text) for text in recipes) > _MOST_FOR_RECIPES:
        recipes = ()
    return SidecarFacts(
        digest=asset.digest,
        content=asset.content,
        tags=remarks.tags,
        rating=one.rating,
        favourite=one.favourite,
        mark=one.mark,
        reason=one.reason,
        note=one.note,
        collections=remarks.collections,
        projects=tuple(f"{role}|{name}" for name, role in remarks.projects),
        recipes=recipes,
    )


def _says_nothing(facts: SidecarFacts) -> bool:
    return replace(facts, digest=None, content=None) == SidecarFacts()


def _beside(store: Store, places: Sequence[Location]) -> list[Path]:
    """The files that get a sidecar: people's own, else what the store keeps itself."""
    own = store.folder / "blobs"
    standing = [one.path for one in places if one.holds()]
    return [path for path in standing if not path.is_relative_to(own)] or standing[:1]


def _write(path: Path, facts: SidecarFacts, *, dry_run: bool) -> bool:
    """Write a sidecar; false where it said all of it already, or is another's and there is nothing to add."""
    target = sidecar_of(path)
    before = _bytes(target)
    silent = _says_nothing(replace(facts, prompt=None))
    if before is not None and silent and read_sidecar_packet(before).digest is None:
        return False
    data = write_sidecar_packet(facts, before)
    if data == before:
        return False
    if not dry_run:
        with replacing(target) as part:
            part.write_bytes(data)
            if before is not None:
                part.chmod(stat.S_IMODE(target.stat().st_mode))
    return True


def _bytes(path: Path) -> bytes | None:
    if not path.exists():
        return None
    with reading(path) as source:
        return source.read(LONGEST + 1)


def _speaks_of_another(facts: SidecarFacts, asset: Asset) -> bool:
    if facts.digest is None or facts.digest == asset.digest:
        return False
    return facts.content is None or facts.content != asset.content


def _remarks(facts: SidecarFacts) -> Remarks:
    projects = [text.partition("|") for text in facts.projects]
    return Remarks(
        Curation(facts.rating, facts.favourite, facts.mark, facts.reason, facts.note),
        facts.tags,
        facts.collections,
        tuple((name, role) for role, _, name in projects if role and name),
    )


def _both(one: Remarks | None, other: Remarks) -> Remarks:
    """What two sidecars of one asset say; the first wins where they differ."""
    if one is None:
        return other
    a, b = one.curation, other.curation
    mark, reason = (a.mark, a.reason) if a.mark else (b.mark, b.reason)
    rating = b.rating if a.rating is None else a.rating
    return Remarks(
        Curation(rating, a.favourite or b.favourite, mark, reason, a.note or b.note),
        tuple(dict.fromkeys(one.tags + other.tags)),
        tuple(dict.fromkeys(one.collections + other.collections)),
        tuple(dict.fromkeys(one.projects + other.projects)),
    )


def _derivations(facts: SidecarFacts) -> list[Derivation]:
    found = []
    for text in facts.recipes:
        try:
            found.append(recipe_of(json.loads(text)))
        except (ValueError, KeyError, TypeError):
            continue  # written by hand or by a newer version: the file itself is known all the same
    return found
