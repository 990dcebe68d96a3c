"""ComfyUI's graphs, read back from the node that saved the file (VideoHelperSuite's too).

What counts where a graph has several samplers: the prompts are those of the sampler next to the
saving node; seed, steps, guidance, sampler, scheduler, model and size are those of the *main*
sampler, the first in the order of making that starts from full noise
(:mod:`~alice_core.media.readers.comfyui_samplers`). The others are told of under ``extra``.

How sure it is: ``CERTAIN`` where an API graph leads from one saving node to every value by nodes
whose meaning is known; ``LIKELY`` where the graph had to be made from the workflow as the user
sees it, or a node of unknown class was passed by the names of its inputs; ``UNCERTAIN`` where a
value could not be decided on: then there are candidates with their nodes, as far as any are known.
"""

from __future__ import annotations

from dataclasses import replace

from alice_core.media.generation import Certainty, Generation
from alice_core.media.readers.base import Given, parsed
from alice_core.media.readers.comfyui_facts import facts_of, merged
from alice_core.media.readers.comfyui_graph import Graph
from alice_core.media.readers.comfyui_output import savers_of
from alice_core.media.readers.comfyui_source import Source, source_of
from alice_core.media.readers.comfyui_text import Words
from alice_core.media.readers.comfyui_walk import Walk
from alice_core.media.readers.comfyui_workflow import graph_of_workflow

_MOST_SAVERS = 24
_CREATION = "CreationTime"


class ComfyUI:
    """The reader of files that ComfyUI saved."""

    name = "comfyui"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """How the file was generated, or ``None`` where it carries no graph of ComfyUI."""
        source = source_of(given)
        if source is None:
            return None
        graph, certainty = source.prompt, Certainty.CERTAIN
        if graph is None and source.workflow is not None:
            graph, certainty = graph_of_workflow(parsed(source.workflow)), Certainty.LIKELY
        if graph is None:
            return None
        found = self._of_graph(graph, given, certainty)
        return self._with_source(found, source, given)

    def _of_graph(self, graph: Graph, given: Given, certainty: Certainty) -> Generation:
        walk = Walk(graph)
        words = Words(walk)
        savers = savers_of(walk, given.name, given.mime)
        base = Generation("ComfyUI", self.name, self.version, certainty=certainty)
        nodes = savers.nodes[:_MOST_SAVERS]
        if not nodes:
            return replace(base, certainty=Certainty.UNCERTAIN)
        return merged(
            [facts_of(walk, words, node, base, alone=len(nodes) == 1) for node in nodes], (given.width, given.height)
        )

    def _with_source(self, found: Generation, source: Source, given: Given) -> Generation:
        extra = {**found.extra, **dict(source.extra)}
        created = given.text(_CREATION)
        if created:
            extra[_CREATION] = created
        return replace(found, graph=source.graph, made=_made(given), extra=extra)


def _made(given: Given) -> str | None:
    """The time a container tells, where it tells its zone; VideoHelperSuite's CreationTime does not."""
    text = given.text("creation_time", ":tag", "av:tag")
    return text if text and text.endswith("Z") and "T" in text else None
