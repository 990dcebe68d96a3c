"""What is known of an asset, and finding assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.errors import NotFound, UsageError
from alice_core.library.query import Query
from alice_core.media.digest import digest_of_file, is_digest
from alice_core.store import Asset, Derivation, Location, Reader, Store

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
    """

    asset: Asset
    locations: tuple[Location, ...]
    projects: tuple[str, ...]
    made_by: tuple[Derivation, ...]
    used_by: tuple[Derivation, ...]

    def to_json(self) -> dict[str, Any]:
        """The card as an item of ``alice find --json``, with facts and derivations beside."""
        return {
            "id": self.asset.digest,
            "digest": self.asset.digest,
            "content": None,
            "kind": self.asset.kind.value,
            "name": self.asset.name,
            "locations": [str(one.path) for one in self.locations if one.path.exists()],
            "missing": [str(one.path) for one in self.locations if not one.path.exists()],
            "made": self.asset.made,
            "tags": [],
            "rating": None,
            "project": self.projects[0] if self.projects else None,
            "projects": list(self.projects),
            "generation": self._generation(),
            "facts": self.asset.facts.to_json(),
            "made_by": [_derivation_json(one) for one in self.made_by],
            "used_by": [_derivation_json(one) for one in self.used_by],
        }

    def _generation(self) -> dict[str, Any] | None:
        for derivation in self.made_by:
            parameters = derivation.recipe.parameters
            if derivation.recipe.operation.startswith("provider."):
                wanted: dict[str, Any] = {"negative": None}
                wanted |= {name: parameters.get(name) for name in ("prompt", "seed", "width", "height")}
                wanted["model"] = derivation.recipe.operation.split(".")[1]
                return wanted
        return None


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
        return _card(reader, asset)


def find(store: Store, query: Query, *, limit: int | None = None) -> tuple[Card, ...]:
    """The assets that a query means, newest first."""
    with store.reading() as reader:
        return tuple(_card(reader, asset) for asset in reader.assets.find(query.wanted, limit=limit))


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
        place = reader.assets.at(path.absolute())
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
        place = reader.assets.at(path)
    return place.digest if place is not None and place.holds() else digest_of_file(path)


def _card(reader: Reader, asset: Asset) -> Card:
    return Card(
        asset,
        reader.assets.locations(asset.digest),
        reader.projects.of_asset(asset.digest),
        reader.recipes.giving(asset.digest),
        reader.recipes.using(asset.digest),
    )


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
