"""How many samples the tables of an MP4 or QuickTime file declare.

FFmpeg makes an index entry for every sample that is declared; four damaged bytes can ask for gigabytes.
"""

from __future__ import annotations

from alice_core.media.carriers.boxes import ReadAt, boxes

_WITHIN = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_COUNTS = {b"stsz": 8, b"stz2": 8, b"trun": 4}  # boxes that count samples, and where in them


def declared_samples(read: ReadAt, size: int) -> int:
    """The number of samples that a file of ``size`` bytes declares, of all its tracks together."""
    count = 0
    stretches = [(0, size)]
    while stretches:
        start, end = stretches.pop()
        for box in boxes(read, start, end):
            if box.name in _WITHIN:
                stretches.append((box.start, min(box.end, size)))
            elif box.name in _COUNTS:
                count += int.from_bytes(read(box.start + _COUNTS[box.name], 4), "big")
    return count
