"""The records of an export, one JSON object a line: projects, synonyms, assets and recipes, as values and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from alice_core.library.keeping.adopt import Remarks
from alice_core.media.facts import MediaFacts
from alice_core.media.generation import Embedded
from alice_core.store import Asset, Derivation, Ingredient, Project, Recipe
from alice_core.store.labels import Curation
from alice_core.store.metadata import Reading


@dataclass(frozen=True, slots=True)
class BlockName:
    """A block of raw metadata that an asset carries: where it lies, and the digest of its bytes."""

    place: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """Everything that an export says of one asset.

    Attributes:
        asset: The asset.
        chosen: Whether it was asked for; others are only named by a recipe.
        file: Its file in the export, relative to the folder, if there is one.
        paths: Where it lay: the folder that was a root, and the path in it.
        blocks: Its raw metadata, in the order of the file.
        reading: What the readers made of them.
        remarks: What people say of it.
    """

    asset: Asset
    chosen: bool
    file: str | None
    paths: tuple[tuple[str, str], ...]
    blocks: tuple[BlockName, ...]
    reading: Reading | None
    remarks: Remarks


def asset_json(record: AssetRecord) -> dict[str, Any]:
    """An asset as its line; :func:`asset_of` reads it back."""
    asset, said = record.asset, record.remarks
    return {
        "record": "asset",
        "digest": asset.digest,
        "content": asset.content,
        "kind": asset.kind.value,
        "name": asset.name,
        "words": asset.words,
        "made": asset.made,
        "added": asset.added,
        "leader": asset.leader,
        "trashed": asset.trashed,
        "likeness": None if asset.likeness is None else f"{asset.likeness:016x}",
        "looked": asset.looked,
        "cost": None if asset.cost is None else str(asset.cost),
        "facts": asset.facts.to_json(),
        "chosen": record.chosen,
        "file": record.file,
        "paths": [{"root": root, "path": path} for root, path in record.paths],
        "blocks": [asdict(one) for one in record.blocks],
        "reading": record.reading
        and {"readers": record.reading.readers, "embedded": record.reading.embedded.to_json()},
        "curation": asdict(said.curation),
        "tags": list(said.tags),
        "collections": list(said.collections),
        "projects": [{"name": name, "role": role} for name, role in said.projects],
    }


def asset_of(data: Mapping[str, Any]) -> AssetRecord:
    """The asset that a line tells of.

    Raises:
        KeyError, TypeError, ValueError: It is no such line.
    """
    reading = data["reading"]
    return AssetRecord(
        asset=Asset(
            digest=data["digest"],
            facts=MediaFacts.from_json(data["facts"]),
            name=data["name"],
            words=data["words"],
            made=data["made"],
            content=data["content"],
            added=data["added"],
            leader=data["leader"],
            trashed=data["trashed"],
            likeness=None if data["likeness"] is None else int(data["likeness"], 16),
            looked=data["looked"],
            cost=None if data["cost"] is None else Decimal(data["cost"]),
        ),
        chosen=data["chosen"],
        file=data["file"],
        paths=tuple((one["root"], one["path"]) for one in data["paths"]),
        blocks=tuple(BlockName(**one) for one in data["blocks"]),
        reading=reading and Reading(reading["readers"], Embedded.from_json(reading["embedded"])),
        remarks=Remarks(
            Curation(**data["curation"]),
            tuple(data["tags"]),
            tuple(data["collections"]),
            tuple((one["name"], one["role"]) for one in data["projects"]),
        ),
    )


def recipe_json(one: Derivation) -> dict[str, Any]:
    """A derivation as its line; :func:`recipe_of` reads it back."""
    recipe = one.recipe
    return {
        "record": "recipe",
        "key": one.key,
        "operation": recipe.operation,
        "version": recipe.version,
        "take": recipe.take,
        "parameters": recipe.parameters,
        "inputs": [asdict(item) for item in recipe.inputs],
        "outputs": [asdict(item) for item in one.outputs],
        "made": one.made,
        "actor": one.actor,
    }


def recipe_of(data: Mapping[str, Any]) -> Derivation:
    """The derivation that a line tells of; its event is none of this library's.

    Raises:
        KeyError, TypeError: It is no such line.
    """
    inputs = tuple(Ingredient(**item) for item in data["inputs"])
    recipe = Recipe(data["operation"], data["version"], data["parameters"], inputs, data["take"])
    outputs = tuple(Ingredient(**item) for item in data["outputs"])
    return Derivation(data["key"], recipe, outputs, data["made"], data["actor"], "")


def project_json(project: Project) -> dict[str, Any]:
    """A project as its line; :func:`project_of` reads it back."""
    return {"record": "project", **asdict(project)}


def project_of(data: Mapping[str, Any]) -> Project:
    """The project that a line tells of.

    Raises:
        KeyError: It is no such line.
    """
    # Exports of older versions knew neither.
    known = (data["id"], data["name"], data["brief"], data["created"])
    return Project(*known, data.get("style", ""), data.get("archived"))
