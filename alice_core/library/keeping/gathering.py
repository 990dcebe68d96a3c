"""What belongs to assets that are carried away: the recipes that gave them, and the assets those name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alice_core.library.keeping.adopt import Remarks
from alice_core.library.keeping.records import AssetRecord, BlockName
from alice_core.media.packed import PackedBlock
from alice_core.store import Asset, Derivation, Reader, Store
from alice_core.store.labels import Curation
from alice_core.store.numbers import path_text

_PAGE = 300


@dataclass(frozen=True, slots=True)
class Gathered:
    """Digests of what goes along.

    Attributes:
        chosen: What was asked for.
        named: What else the recipes name, back to the sources.
        recipes: Keys of the derivations that gave any of them.
    """

    chosen: tuple[str, ...]
    named: tuple[str, ...]
    recipes: tuple[str, ...]

    @property
    def assets(self) -> tuple[str, ...]:
        """Every digest, those that were asked for first."""
        return self.chosen + self.named


def gather(store: Store, chosen: Sequence[str]) -> Gathered:
    """What belongs to assets: their whole ancestry, so that lineage can be told elsewhere too."""
    met = dict.fromkeys(chosen)
    recipes: dict[str, None] = {}
    frontier = list(met)
    with store.reading() as reader:
        while frontier:
            coming: dict[str, None] = {}
            for start in range(0, len(frontier), _PAGE):
                for derivations in reader.recipes.giving_many(frontier[start : start + _PAGE]).values():
                    for one in derivations:
                        recipes[one.key] = None
                        coming |= dict.fromkeys(item.digest for item in (*one.recipe.inputs, *one.outputs))
            frontier = [digest for digest in coming if digest not in met]
            met |= dict.fromkeys(frontier)
    named = tuple(met)[len(dict.fromkeys(chosen)) :]
    return Gathered(tuple(dict.fromkeys(chosen)), named, tuple(recipes))


def pages(store: Store, digests: Sequence[str]) -> Iterator[tuple[Reader, Sequence[Asset]]]:
    """Assets, some at a time, each time with a view of the store to ask further."""
    for start in range(0, len(digests), _PAGE):
        some = digests[start : start + _PAGE]
        with store.reading() as reader:
            assets = reader.assets.many(some)
            yield reader, [assets[digest] for digest in some if digest in assets]


def asset_records(
    reader: Reader, assets: Sequence[Asset], files: Mapping[str, str], chosen: frozenset[str]
) -> Iterator[tuple[AssetRecord, tuple[PackedBlock, ...]]]:
    """Everything known of some assets, each with the blocks of raw metadata it carries."""
    digests, numbers = [one.digest for one in assets], [one.number for one in assets]
    places = reader.places.of_many(digests)
    blocks = reader.metadata.blocks_of(numbers)
    readings = reader.metadata.readings(numbers)
    said = remarks_of(reader, assets)
    for asset in assets:
        packed = blocks.get(asset.number, ())
        paths: list[tuple[str, str]] = []
        for place in places.get(asset.digest, ()):
            root = reader.places.root_of(place.path)
            if root is not None:
                inside = place.path.relative_to(root.path)
                paths.append((path_text(str(root.path)), path_text(str(inside))))
        record = AssetRecord(
            asset=asset,
            chosen=asset.digest in chosen,
            file=files.get(asset.digest),
            paths=tuple(paths),
            blocks=tuple(BlockName(one.place, one.key, one.digest) for one in packed),
            reading=readings.get(asset.number),
            remarks=said[asset.digest],
        )
        yield record, packed


def remarks_of(reader: Reader, assets: Sequence[Asset]) -> dict[str, Remarks]:
    """What people say of each of some assets."""
    digests, numbers = [one.digest for one in assets], [one.number for one in assets]
    curations = reader.labels.curations(numbers)
    tags, collections = reader.labels.tags(numbers), reader.labels.collections(numbers)
    projects = reader.projects.roles(digests)
    return {
        asset.digest: Remarks(
            curations.get(asset.number, Curation()),
            tags.get(asset.number, ()),
            collections.get(asset.number, ()),
            projects.get(asset.digest, ()),
        )
        for asset in assets
    }


def derivations(store: Store, keys: Sequence[str]) -> Iterator[Derivation]:
    """The derivations of many keys, in their order."""
    for start in range(0, len(keys), _PAGE):
        some = keys[start : start + _PAGE]
        with store.reading() as reader:
            found = reader.recipes.many(some)
        yield from (found[key] for key in some if key in found)
