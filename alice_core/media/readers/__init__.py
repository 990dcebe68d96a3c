"""Readers of embedded metadata: what made a file, from its raw blocks.

:mod:`~alice_core.media.readers.registry` asks them all, and :mod:`~alice_core.media.readers.base` says what a
reader is given and must be. One module a generator: ``comfyui``, ``a1111`` (with ``infotext``), ``invokeai``,
``novelai``, ``fooocus``, ``swarmui``, ``easydiffusion``, ``drawthings``, ``midjourney`` and our own ``alice``.
``exif``, ``xmp`` and ``tags`` read what is common to all; ``stealth`` looks into pixels and ``credentials``
checks C2PA: those two open the file, and are asked only when somebody wants it.
"""
