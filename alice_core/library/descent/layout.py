"""Places for the nodes of a graph without cycles, in columns from left to right, with few crossings.

After K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical System Structures"
(1981): columns by the longest path, helper nodes where an arrow passes columns, the order within a column by
the middle of a node's neighbours in sweeps to and fro, and heights that draw neighbours level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 24
_EXCHANGES = 8
_PULLS = 60
_STRENGTH = (1.0, 2.0, 8.0)
"""How strongly neighbours draw each other level, by how many of the two only mark where an arrow passes."""


@dataclass(frozen=True, slots=True)
class Size:
    """How wide and high a node is drawn, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is drawn, in pixels from the top left.

    Attributes:
        places: The middle of each node.
        routes: For each arrow (source, target) the points that it leads through, ends left out: two in each column
            that it passes, at the left and at the right of it.
        width: Of the whole.
        height: Of the whole.
    """

    places: Mapping[str, tuple[float, float]]
    routes: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


def laid_out(
    sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], *, across: int = 56, apart: int = 18
) -> Layout:
    """Places for all nodes; the same graph always gets the same places.

    Args:
        sizes: Every node with its size, in the order in which they come where nothing else decides.
        edges: Arrows from node to node; those that would close a cycle are left out.
        across: Pixels between columns.
        apart: Pixels between nodes of a column.
    """
    edges = _without_cycles(sizes, edges)
    depth = _depths(sizes, edges)
    helped = _Helped(dict(sizes), depth, edges)
    columns = _ordered(helped)
    heights = _levelled(columns, helped, apart)
    lefts = _lefts(columns, helped, across)
    places = {
        name: (lefts[depth[name]] + max(helped.sizes[one].width for one in columns[depth[name]]) / 2, heights[name])
        for name in helped.sizes
    }
    rights = [
        left + max(helped.sizes[one].width for one in column) for left, column in zip(lefts, columns, strict=True)
    ]
    routes = {
        edge: tuple((x, heights[one]) for one in chain for x in (lefts[helped.depth[one]], rights[helped.depth[one]]))
        for edge, chain in helped.chains.items()
    }
    width = rights[-1] if rights else 0
    height = max((places[name][1] + size.height / 2 for name, size in helped.sizes.items()), default=0)
    return Layout({name: places[name] for name in sizes}, routes, width, height)


class _Helped:
    """The graph with helper nodes, so that every arrow leads to the next column."""

    def __init__(self, sizes: dict[str, Size], depth: dict[str, int], edges: Sequence[tuple[str, str]]) -> None:
        self.sizes = sizes
        self.depth = depth
        self.chains: dict[tuple[str, str], tuple[str, ...]] = {}
        self.before: dict[str, list[str]] = {name: [] for name in sizes}
        self.after: dict[str, list[str]] = {name: [] for name in sizes}
        for source, target in edges:
            chain = []
            for column in range(depth[source] + 1, depth[target]):
                name = f"{source}\0{target}\0{column}"
                sizes[name], depth[name] = Size(0, 8), column
                self.before[name], self.after[name] = [], []
                chain.append(name)
            self.chains[source, target] = tuple(chain)
            for one, other in zip((source, *chain), (*chain, target), strict=True):
                self.after[one].append(other)
                self.before[other].append(one)

    def passes(self, name: str) -> bool:
        """Whether a node only marks where an arrow passes a column."""
        return not self.sizes[name].width


def _without_cycles(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    after: dict[str, list[str]] = {name: [] for name in sizes}
    kept: list[tuple[str, str]] = []
    for source, target in dict.fromkeys(edges):
        if source != target and not _leads(after, target, source):
            after[source].append(target)
            kept.append((source, target))
    return kept


def _leads(after: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        one = waiting.pop()
        if one == end:
            return True
        fresh = [other for other in after[one] if other not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _depths(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The column of each node: by the longest path to it; what nothing leads to stands next to its first use."""
    before: dict[str, list[str]] = {name: [] for name in sizes}
    after: dict[str, list[str]] = {name: [] for name in sizes}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    order = _by_age(before, after)
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = max((depth[one] + 1 for one in before[name]), default=0)
    late: set[str] = set()
    for name in reversed(order):
        # Where all that leads to a node begins with it, it may stand as late as what follows allows.
        if after[name] and all(one in late or not before[one] for one in before[name]):
            alone = all(after[one] == [name] for one in before[name])
            if alone:
                depth[name] = min(depth[one] for one in after[name]) - 1
                late.add(name)
    least = min(depth.values(), default=0)
    return {name: column - least for name, column in depth.items()}


def _by_age(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> list[str]:
    """All nodes, each behind those that lead to it."""
    left = {name: len(some) for name, some in before.items()}
    order = [name for name, count in left.items() if not count]
    for name in order:
        for other in after[name]:
            left[other] -= 1
            if not left[other]:
                order.append(other)
    return order


def _ordered(graph: _Helped) -> list[list[str]]:
    """The nodes of each column from top to bottom, with as few crossings as some sweeps find."""
    columns: list[list[str]] = [[] for _ in range(max(graph.depth.values(), default=-1) + 1)]
    for name in graph.sizes:
        columns[graph.depth[name]].append(name)
    best, fewest = [list(one) for one in columns], _crossings(columns, graph)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        beside = graph.before if forward else graph.after
        for column in columns if forward else reversed(columns):
            at = _positions(columns)
            if sweep % 4 > 1:
                column.reverse()  # those that nothing decides between change places every other time
            column.sort(key=lambda name: _middle([at[one] for one in beside[name]], at[name]))
        _exchange(columns, graph)
        crossings = _crossings(columns, graph)
        if crossings < fewest:
            best, fewest = [list(one) for one in columns], crossings
    return best


def _exchange(columns: Sequence[list[str]], graph: _Helped) -> None:
    """Exchange neighbours in their column wherever that leaves fewer crossings."""
    for _ in range(_EXCHANGES):
        changed = False
        for column in columns:
            at = _positions(columns)
            for place in range(len(column) - 1):
                one, other = column[place], column[place + 1]
                if _tangled(one, other, at, graph) > _tangled(other, one, at, graph):
                    column[place], column[place + 1] = other, one
                    changed = True
        if not changed:
            return


def _tangled(above: str, below: str, at: Mapping[str, float], graph: _Helped) -> int:
    """The crossings of the arrows of two nodes, the first above the second."""
    return sum(
        1
        for beside in (graph.before, graph.after)
        for one in beside[above]
        for other in beside[below]
        if at[one] > at[other]
    )


def _positions(columns: Sequence[Sequence[str]]) -> dict[str, float]:
    """Where each node stands in its column, from 0 to 1."""
    return {name: (place + 0.5) / len(column) for column in columns for place, name in enumerate(column)}


def _middle(values: Sequence[float], own: float) -> float:
    return sum(values) / len(values) if values else own


def _crossings(columns: Sequence[Sequence[str]], graph: _Helped) -> int:
    total = 0
    for column, following in pairwise(columns):
        at = {name: place for place, name in enumerate(following)}
        ends = [sorted(at[one] for one in graph.after[name]) for name in column]
        seen: list[int] = []
        for some in ends:
            total += sum(1 for one in some for other in seen if other > one)
            seen += some
    return total


def _levelled(columns: Sequence[Sequence[str]], graph: _Helped, apart: int) -> dict[str, float]:
    """The height of each node's middle: level with its neighbours as far as the order and the distances allow."""
    heights: dict[str, float] = {}
    for column in columns:
        top = 0.0
        for name in column:
            high = graph.sizes[name].height
            heights[name] = top + high / 2
            top += high + apart
    for pull in range(_PULLS):
        beside = _pulling(graph, pull)
        for column in columns if pull % 2 == 0 else reversed(columns):
            wanted = [_pulled(name, beside[name], heights, graph) for name in column]
            heights |= dict(zip(column, _spaced(column, wanted, graph, apart), strict=True))
    least = min((heights[name] - size.height / 2 for name, size in graph.sizes.items()), default=0.0)
    return {name: height - least for name, height in heights.items()}


def _pulling(graph: _Helped, pull: int) -> Mapping[str, Sequence[str]]:
    """The neighbours that draw a node: those before and after it in turn, in the end all of them."""
    if pull > _PULLS // 2:
        return {name: graph.before[name] + graph.after[name] for name in graph.sizes}
    return graph.before if pull % 2 == 0 else graph.after


def _pulled(name: str, beside: Sequence[str], heights: Mapping[str, float], graph: _Helped) -> tuple[float, float]:
    """The height that the neighbours draw a node to, and how strongly: long arrows shall be straight."""
    strengths = [_STRENGTH[graph.passes(name) + graph.passes(one)] for one in beside]
    whole = sum(strengths)
    if not whole:
        return heights[name], 1.0
    return sum(heights[one] * strength for one, strength in zip(beside, strengths, strict=True)) / whole, whole


def _spaced(column: Sequence[str], wanted: Sequence[tuple[float, float]], graph: _Helped, apart: int) -> list[float]:
    """The heights nearest to the wanted ones that keep the order and the distances (pool adjacent violators)."""
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (graph.sizes[above].height + graph.sizes[below].height) / 2 + apart)
    blocks: list[tuple[float, float, int]] = []  # the mean of wanted heights less offsets, its weight, how many nodes
    for (height, strength), offset in zip(wanted, offsets, strict=True):
        mean, weight, count = height - offset, strength, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, many = blocks.pop()
            mean = (other * heavy + mean * weight) / (heavy + weight)
            weight, count = heavy + weight, many + count
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _lefts(columns: Sequence[Sequence[str]], graph: _Helped, across: int) -> list[float]:
    lefts: list[float] = []
    left = 0.0
    for column in columns:
        lefts.append(left)
        left += max(graph.sizes[name].width for name in column) + across
    return lefts
