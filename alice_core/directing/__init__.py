"""From an analysis and a brief to shots on exact frames: pacing, prompts, camera moves, and the cut.

:mod:`~alice_core.directing.plan` plans, :mod:`~alice_core.directing.document` writes and reads
``alice.plan/1``, :mod:`~alice_core.directing.cut` lays takes over the song. Everything here is a
function over values: the same song, brief and seed give the same bytes.
"""
