"""Containers: where each keeps its picture or sound, and where what was written about it.

One module a container. Each is given a :class:`~alice_core.media.source.Source`, passes over the whole
container once, hashes what is seen or heard, and keeps the metadata as it lies. None decodes anything.
A broken container ends in ``EOFError`` (it ends too early) or ``ValueError`` (it is not what it must be).
"""
