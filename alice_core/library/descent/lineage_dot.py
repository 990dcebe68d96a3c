"""A lineage in the DOT language of Graphviz, for whoever wants to draw it otherwise."""

from __future__ import annotations

from alice_core.library.descent.lineage import Lineage
from alice_core.library.descent.lineage_graph import FOLD, graph_of

_LOOK = {"box": "shape=box style=rounded", "asked": 'shape=box style="rounded,bold"', "step": "shape=ellipse"}


def dot_of(found: Lineage, *, fold: int = FOLD) -> str:
    """The graph as DOT text, from left to right: assets are boxes, derivations ellipses.

    Names may hold anything: quotes, backslashes and control characters are escaped.

    Args:
        found: What to write.
        fold: More siblings than these become one box.
    """
    graph = graph_of(found, fold=fold)
    lines = ["digraph lineage {", "  rankdir=LR;", '  node [fontname="Helvetica"];', '  edge [fontname="Helvetica"];']
    lines += [
        f"  {box.key} [label={quoted(box.title, box.kind)} {_LOOK['asked' if box.asked else 'box']}];"
        for box in graph.boxes
    ]
    lines += [f"  {step.key} [label={quoted(step.operation, step.detail)} {_LOOK['step']}];" for step in graph.steps]
    lines += [f"  {edge.source} -> {edge.target} [label={quoted(edge.role)}];" for edge in graph.edges]
    return "\n".join([*lines, "}", ""])


def quoted(*lines: str) -> str:
    """Lines of text as one quoted string of DOT; in such a string a line break is a backslash and an ``n``."""
    return '"' + r"\n".join(_escaped(line) for line in lines if line) + '"'


def _escaped(line: str) -> str:
    text = line.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text.replace("\\", "\\\\").replace('"', '\\"')
