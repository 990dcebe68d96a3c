"""Where an asset comes from and what became of it: the recipes, walked both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from alice_core.errors import NotFound
from alice_core.store import Asset, Derivation, Reader, Store

Direction = Literal["back", "forward"]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The part of the graph of derivations around one asset.

    Attributes:
        digest: The asset asked for.
        assets: Every asset on the way, by digest.
        derivations: Every derivation on the way, by recipe key.
        back: For each asset towards the sources: the derivations that gave it.
        forward: For each asset towards the results: the derivations that read it.
    """

    digest: str
    assets: dict[str, Asset]
    derivations: dict[str, Derivation]
    back: dict[str, tuple[str, ...]]
    forward: dict[str, tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """Nodes (assets) and edges (input -> output, by which recipe)."""
        edges = [
            {"from": source.digest, "to": result.digest, "operation": one.recipe.operation, "recipe": one.key}
            for one in self.derivations.values()
            for source in one.recipe.inputs
            for result in one.outputs
        ]
        nodes = [
            {"digest": asset.digest, "kind": asset.kind.value, "name": asset.name} for asset in self.assets.values()
        ]
        return {"digest": self.digest, "nodes": nodes, "edges": edges}


def lineage_of(store: Store, digest: str, *, depth: int | None = None) -> Lineage:
    """All ancestors and all descendants of an asset.

    Args:
        store: The store.
        digest: The asset.
        depth: So many derivations back and so many forward at most; all of them where nothing is said.

    Raises:
        NotFound: The digest is not known.
    """
    with store.reading() as reader:
        walk = _Walk(reader)
        walk.go(digest, "back", depth)
        walk.go(digest, "forward", depth)
        if digest not in walk.assets:
            raise NotFound(f"nothing is known of {digest}", hint="Take the file in first: alice ingest FILE")
    return Lineage(digest, walk.assets, walk.derivations, walk.steps["back"], walk.steps["forward"])


class _Walk:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.assets: dict[str, Asset] = {}
        self.derivations: dict[str, Derivation] = {}
        self.steps: dict[Direction, dict[str, tuple[str, ...]]] = {"back": {}, "forward": {}}

    def go(self, start: str, direction: Direction, depth: int | None) -> None:
        seen = self.steps[direction]
        level, left = [start], depth
        while level:
            recipes = self._reader.recipes
            self.assets |= self._reader.assets.many(level)
            more = left is None or left > 0
            look = recipes.giving_many if direction == "back" else recipes.using_many
            around = look(level) if more else {}
            following: dict[str, None] = {}
            for digest in level:
                seen[digest] = tuple(one.key for one in around.get(digest, ()))
                for one in around.get(digest, ()):
                    self.derivations[one.key] = one
                    ends = one.recipe.inputs if direction == "back" else one.outputs
                    following |= dict.fromkeys(item.digest for item in ends)
            level = [digest for digest in following if digest not in seen]
            left = None if left is None else left - 1
