"""The graph of a lineage as it is drawn: boxes of assets, steps between them, and many of a sort as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from alice_core.library.descent.lineage import Lineage
from alice_core.media.digest import short
from alice_core.store import Derivation

FOLD = 4
"""More siblings than these become one box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: an asset, or many that play the same part.

    Attributes:
        key: Its name in the graph.
        digests: The assets; the first one is shown.
        title: What it is called.
        kind: What it is, and how many.
        asked: Whether it is the asset that was asked for.
    """

    key: str
    digests: tuple[str, ...]
    title: str
    kind: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from boxes to boxes: a derivation, or many of the same sort.

    Attributes:
        key: Its name in the graph.
        operation: What was done.
        detail: How often, and what it cost, if it did.
    """

    key: str
    operation: str
    detail: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from a box to a step or from a step to a box, with the part that the asset plays."""

    source: str
    target: str
    role: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes and steps by rising age, and the arrows between them."""

    boxes: tuple[Box, ...]
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]


def graph_of(found: Lineage, *, fold: int = FOLD) -> Graph:
    """The graph of a lineage.

    More than ``fold`` assets that came about in the same way and went into the same steps are one box, and so are
    the steps before and after them. The asset that was asked for always has a box of its own.

    Args:
        found: What to draw.
        fold: How many siblings are still drawn one by one.
    """
    derivations = sorted(found.derivations.values(), key=lambda one: (one.made, one.key))
    arrows = [arrow for one in derivations for arrow in _arrows(found, one)]
    names = _folded(found, derivations, arrows, fold)
    roles: dict[tuple[str, str], dict[str, None]] = {}
    for arrow in arrows:
        roles.setdefault((names[arrow.source], names[arrow.target]), {})[arrow.role] = None
    edges = tuple(Edge(source, target, ", ".join(some)) for (source, target), some in roles.items())
    touched = {end for one in edges for end in (one.source, one.target)}
    steps = _gathered((one.key for one in derivations if names[one.key] in touched), names)
    boxes = _gathered(found.assets, names)
    given = {one.target: one.role for one in reversed(edges)}
    used = {one.source: one.role for one in reversed(edges)}
    return Graph(
        tuple(_box(found, key, some, given.get(key) or used.get(key) or "") for key, some in boxes.items()),
        tuple(_step(found, key, some) for key, some in steps.items()),
        edges,
    )


def _arrows(found: Lineage, one: Derivation) -> Iterator[Edge]:
    """A derivation's arrows by digests and recipe keys."""
    for item in one.recipe.inputs:
        if item.digest in found.assets:
            yield Edge(item.digest, one.key, item.role)
    for item in one.outputs:
        if item.digest in found.assets:
            yield Edge(one.key, item.digest, item.role)


def _gathered(keys: Iterable[str], names: Mapping[str, str]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for key in keys:
        members.setdefault(names[key], []).append(key)
    return members


def _folded(found: Lineage, derivations: Sequence[Derivation], arrows: Sequence[Edge], fold: int) -> dict[str, str]:
    """The name of the box or step that each asset and derivation belongs to.

    Two belong together if nothing around them tells them apart: colours are refined by the colours of neighbours
    until they stay; those that few share are then told apart for good, and all others with them.
    """
    colours: dict[str, object] = {
        digest: ("box", asset.kind, digest == found.digest) for digest, asset in found.assets.items()
    }
    colours |= {one.key: ("step", one.recipe.operation) for one in derivations}
    around: dict[str, list[tuple[bool, str, str]]] = {name: [] for name in colours}
    for arrow in arrows:
        around[arrow.source].append((True, arrow.role, arrow.target))
        around[arrow.target].append((False, arrow.role, arrow.source))
    while True:
        colours = _refined(colours, around)
        shared = Counter(colours.values())
        few = [name for name, colour in colours.items() if 1 < shared[colour] <= fold]
        if not few:
            numbers = {colour: number for number, colour in enumerate(dict.fromkeys(colours.values()))}
            return {name: f"n{numbers[colour]}" for name, colour in colours.items()}
        colours |= {name: ("alone", name) for name in few}


def _refined(colours: Mapping[str, object], around: Mapping[str, Sequence[tuple[bool, str, str]]]) -> dict[str, object]:
    known: dict[object, int] = {}
    current = {name: known.setdefault(colour, len(known)) for name, colour in colours.items()}
    while True:
        seen: dict[object, int] = {}
        following = {
            name: seen.setdefault(
                (colour, frozenset((to, role, current[other]) for to, role, other in around[name])), len(seen)
            )
            for name, colour in current.items()
        }
        if len(seen) == len(set(current.values())):
            return dict(following)
        current = following


def _box(found: Lineage, key: str, digests: Sequence[str], role: str) -> Box:
    asset = found.assets[digests[0]]
    if len(digests) > 1:
        title = f"{len(digests)} {plural(role or asset.kind.value)}"
        return Box(key, tuple(digests), title, asset.kind.value, asked=False)
    kind = f"{asset.kind.value} {short(asset.digest)}"
    return Box(key, (asset.digest,), asset.name, kind, asked=asset.digest == found.digest)


def plural(word: str) -> str:
    """A word of ours for more than one: ``take`` as ``takes``, ``analysis`` as ``analyses``."""
    if word.endswith("sis"):
        return word[:-2] + "es"
    return word if word.endswith("s") else f"{word}s"


def _step(found: Lineage, key: str, keys: Sequence[str]) -> Step:
    some = [found.derivations[one] for one in keys]
    given = {item.digest for one in some for item in one.outputs}
    costs = [found.assets[digest].cost for digest in given if digest in found.assets]
    cost = sum((one for one in costs if one is not None), Decimal(0))
    said = [f"x{len(some)}" if len(some) > 1 else "", f"${cost:f}" if cost else ""]
    return Step(key, some[0].recipe.operation, "  ".join(one for one in said if one))
