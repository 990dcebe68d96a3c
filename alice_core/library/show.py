"""What is known of an asset, gathered for many at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alice_core.errors import NotFound, UsageError
from alice_core.media.digest import digest_of_file, is_digest
from alice_core.media.generation import Block, Embedded, generation_json
from alice_core.media.readers.comfyui_source import PROMPT, WORKFLOW, graph_block
from alice_core.store import Asset, Derivation, Location, Reader, Store
from alice_core.store.labels import Curation

_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Card:
    """Everything known of one asset.

    Attributes:
        asset: The asset.
        locations: Where it was seen.
        projects: Names of the projects it belongs to.
        made_by: The derivations that gave it.
        used_by: The derivations that read it.
        embedded: What its file says of itself.
        curation: What people think of it.
        tags: Its tags, by their full names.
        collections: The collections it is in.
        companions: Digests of the files of the same result, such as the first frame beside a video.
    """

    asset: Asset
    locations: tuple[Location, ...]
    projects: tuple[str, ...]
    made_by: tuple[Derivation, ...]
    used_by: tuple[Derivation, ...]
    embedded: Embedded = field(default_factory=Embedded)
    curation: Curation = field(default_factory=Curation)
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The card as an item of ``alice find --json``, with facts and derivations beside."""
        asset = self.asset
        there = {one.path: os.path.lexists(one.path) for one in self.locations}
        return {
            "id": asset.digest,
            "digest": asset.digest,
            "content": asset.content,
            "kind": asset.kind.value,
            "name": asset.name,
            "locations": [str(path) for path, found in there.items() if found],
            "missing": [str(path) for path, found in there.items() if not found],
            "made": asset.made,
            "added": asset.added,
            "tags": list(self.tags),
            "rating": self.curation.rating,
            "favourite": self.curation.favourite,
            "mark": self.curation.mark,
            "reason": self.curation.reason,
            "note": self.curation.note,
            "collections": list(self.collections),
            "project": self.projects[0] if self.projects else None,
            "projects": list(self.projects),
            "generation": self.generation,
            "cost": None if asset.cost is None else str(asset.cost),
            "source_type": self.embedded.source_type,
            "credentials": self.embedded.to_json()["credentials"],
            "camera": dict(self.embedded.camera),
            "media_tags": dict(self.embedded.tags),
            "findings": list(self.embedded.findings),
            "leader": asset.leader,
            "companions": list(self.companions),
            "trashed": asset.trashed,
            "facts": asset.facts.to_json(),
            "made_by": [_derivation_json(one) for one in self.made_by],
            "used_by": [_derivation_json(one) for one in self.used_by],
        }

    @property
    def generation(self) -> dict[str, Any] | None:
        """How it was generated: as its recipe says, where Alice made it, else as its file says."""
        for derivation in self.made_by:
            recipe = derivation.recipe
            if recipe.operation.startswith("provider."):
                wanted: dict[str, Any] = {"generator": "Alice", "negative": None}
                wanted |= {name: recipe.parameters.get(name) for name in ("prompt", "seed", "width", "height")}
                wanted["model"] = recipe.operation.split(".")[1]
                return wanted
        one = self.embedded.generation
        return None if one is None else generation_json(one)


def card(store: Store, name: str) -> Card:
    """Everything known of the asset that a path, a digest or the start of one names.

    Raises:
        NotFound: Nothing of that name is known.
        UsageError: The start of a digest fits several assets.
    """
    digest = resolve(store, name)
    with store.reading() as reader:
        asset = reader.assets.get(digest)
        if asset is None:
            raise _unknown(name)
        return cards(reader, (asset,))[0]


def cards(reader: Reader, assets: Sequence[Asset]) -> tuple[Card, ...]:
    """Everything known of many assets, in a few questions to the store."""
    digests = [asset.digest for asset in assets]
    numbers = [asset.number for asset in assets]
    places = reader.places.of_many(digests)
    projects = reader.projects.of_assets(digests)
    given, used = reader.recipes.giving_many(digests), reader.recipes.using_many(digests)
    readings = reader.metadata.readings(numbers)
    curations = reader.labels.curations(numbers)
    tags, collections = reader.labels.tags(numbers), reader.labels.collections(numbers)
    companions = reader.assets.companions(digests)
    return tuple(
        Card(
            asset,
            places.get(asset.digest, ()),
            projects.get(asset.digest, ()),
            given.get(asset.digest, ()),
            used.get(asset.digest, ()),
            readings[asset.number].embedded if asset.number in readings else Embedded(),
            curations.get(asset.number, Curation()),
            tags.get(asset.number, ()),
            collections.get(asset.number, ()),
            companions.get(asset.digest, ()),
        )
        for asset in assets
    )


def raw_blocks(store: Store, name: str) -> tuple[Block, ...]:
    """All raw blocks of an asset's embedded metadata, in the order of its file."""
    digest = resolve(store, name)
    with store.reading() as reader:
        asset = reader.assets.get(digest)
        return reader.metadata.blocks(asset.number) if asset is not None else ()


def raw_block(store: Store, name: str, wanted: str) -> Block:
    """A raw block of an asset's embedded metadata, byte for byte, by its key or its place.

    Raises:
        NotFound: There is none of that name; the hint lists those that are there.
    """
    blocks = raw_blocks(store, name)
    found = next((one for one in blocks if wanted in {one.key, one.place, f"{one.place}/{one.key}"}), None)
    found = found or (graph_block(blocks, wanted) if wanted in {PROMPT, WORKFLOW} else None)
    if found is None:
        names = ", ".join(f"{one.place}/{one.key}" if one.key else one.place for one in blocks)
        raise NotFound(f"{name} has no block {wanted!r}", hint=f"It has: {names or 'none'}.")
    return found


def resolve(store: Store, name: str) -> str:
    """The digest that a path, a digest or the start of one stands for.

    A file is known by its bytes: one that was moved or renamed outside is read and found.

    Raises:
        NotFound: Nothing of that name is known.
        UsageError: The start of a digest fits several assets.
    """
    if is_digest(name):
        return name
    path = Path(name)
    if path.is_file():
        return _digest_at(store, path.absolute())
    start = name if name.startswith("sha256:") else f"sha256:{name.lower()}"
    with store.reading() as reader:
        place = reader.places.at(path.absolute())
        if place is not None:
            return place.digest
        fitting = reader.assets.by_prefix(start) if len(start) >= len("sha256:") + _SHORTEST_PREFIX else ()
    if len(fitting) > 1:
        raise UsageError(f"{name!r} is the start of several digests", hint="Type more of it.")
    if not fitting:
        raise _unknown(name)
    return fitting[0].digest


def _digest_at(store: Store, path: Path) -> str:
    with store.reading() as reader:
        place = reader.places.at(path)
    return place.digest if place is not None and place.vouches(path.stat()) else digest_of_file(path)


def _derivation_json(derivation: Derivation) -> Mapping[str, Any]:
    recipe = derivation.recipe
    return {
        "recipe": derivation.key,
        "operation": recipe.operation,
        "version": recipe.version,
        "take": recipe.take,
        "parameters": recipe.parameters,
        "inputs": [{"role": item.role, "digest": item.digest} for item in recipe.inputs],
        "outputs": [{"role": item.role, "digest": item.digest} for item in derivation.outputs],
        "made": derivation.made,
        "actor": derivation.actor,
        "event": derivation.event,
    }


def _unknown(name: str) -> NotFound:
    return NotFound(
        f"nothing is known of {name!r}", hint="Take the file in first (alice ingest), or look for it (alice find)."
    )
