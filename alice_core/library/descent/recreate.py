"""Making an asset again: the recipe that gave it, as something to run, and whether it still gives the same bytes.

What a recipe's operation does is known further up (:mod:`alice_core.workflows`), which hands its makers in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.errors import NotFound
from alice_core.library.show import resolve
from alice_core.media.files import path_said
from alice_core.media.generation import Block, Generation, generation_json
from alice_core.media.readers.comfyui_source import PROMPT, WORKFLOW, graph_block
from alice_core.store import Asset, Derivation, Reader, Store


@dataclass(frozen=True, slots=True)
class InputNow:
    """An asset that a recipe reads: its part, what it is called, and where its bytes are now."""

    role: str
    digest: str
    name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Recreation:
    """How an asset came about, as far as anybody knows.

    Attributes:
        asset: The asset.
        there: Where its bytes are now.
        derivation: The recipe that Alice carried out.
        inputs: What the recipe reads.
        generation: How it was generated elsewhere, as its file (or a file of the same result) says.
        graph: The block that holds the graph, as ``alice show --raw`` names it.
    """

    asset: Asset
    there: tuple[Path, ...]
    derivation: Derivation | None = None
    inputs: tuple[InputNow, ...] = ()
    generation: Generation | None = None
    graph: str | None = None

    @property
    def away(self) -> tuple[InputNow, ...]:
        """The inputs whose bytes are nowhere to be found."""
        return tuple(one for one in self.inputs if not one.paths)

    def to_json(self) -> dict[str, Any]:
        """The object that ``alice recreate --json`` prints."""
        made = self.derivation
        recipe = made and {
            "recipe": made.key,
            "operation": made.recipe.operation,
            "version": made.recipe.version,
            "take": made.recipe.take,
            "parameters": made.recipe.parameters,
            "made": made.made,
            "actor": made.actor,
        }
        inputs = [
            {"role": one.role, "digest": one.digest, "name": one.name, "paths": [path_said(path) for path in one.paths]}
            for one in self.inputs
        ]
        return {
            "digest": self.asset.digest,
            "name": self.asset.name,
            "paths": [path_said(path) for path in self.there],
            "made_by": recipe,
            "inputs": inputs,
            "generation": self.generation and generation_json(self.generation),
            "graph": self.graph,
        }


def recreation_of(store: Store, name: str) -> Recreation:
    """How the asset that a path or digest names came about.

    Raises:
        NotFound: Nothing of that name is known.
    """
    digest = resolve(store, name)
    with store.reading() as reader:
        asset = reader.assets.get(digest)
        if asset is None:
            raise NotFound(f"nothing is known of {name!r}", hint="Take the file in first: alice ingest FILE")
        derivation = next(reversed(reader.recipes.giving(digest)), None)
        inputs = _inputs(reader, derivation) if derivation else ()
        there = _there(reader, (digest,)).get(digest, ())
        reading = reader.metadata.reading(asset.number)
        generation = reading.embedded.generation if reading else None
        block = _graph(reader, asset, WORKFLOW) or _graph(reader, asset, PROMPT)
    graph = f"{block.place}/{block.key}".strip("/") if block else None
    return Recreation(asset, there, derivation, inputs, generation, graph)


def workflow_block(store: Store, name: str) -> Block:
    """The graph of ComfyUI that a file carries, byte for byte; for one without, that of a file of the same result.

    Raises:
        NotFound: There is none, or nothing of that name is known.
    """
    digest = resolve(store, name)
    with store.reading() as reader:
        asset = reader.assets.get(digest)
        found = _graph(reader, asset, WORKFLOW) if asset else None
    if found is None:
        hint = "What is there: alice show ASSET; its blocks can be written with --raw."
        raise NotFound(f"{name} carries no workflow of ComfyUI", hint=hint)
    return found


def _graph(reader: Reader, asset: Asset, key: str) -> Block | None:
    beside = reader.assets.many(reader.assets.companions((asset.digest,)).get(asset.digest, ()))
    numbers = [asset.number, *(one.number for one in beside.values())]
    blocks = reader.metadata.blocks_many(numbers)
    return next((found for number in numbers if (found := graph_block(blocks.get(number, ()), key))), None)


def _inputs(reader: Reader, derivation: Derivation) -> tuple[InputNow, ...]:
    digests = [item.digest for item in derivation.recipe.inputs]
    assets, there = reader.assets.many(digests), _there(reader, digests)
    return tuple(
        InputNow(item.role, item.digest, assets[item.digest].name, there.get(item.digest, ()))
        for item in derivation.recipe.inputs
    )


def _there(reader: Reader, digests: Sequence[str]) -> dict[str, tuple[Path, ...]]:
    places = reader.places.of_many(digests)
    return {digest: tuple(one.path for one in some if one.holds()) for digest, some in places.items()}
