"""Audacity's label tracks: start, end and text, parted by tabs.

Source: "Importing and Exporting Labels" of the Audacity manual; lines that begin with a backslash
hold the frequencies of a spectral label and are passed over.
"""

from __future__ import annotations

from alice_core.music.interchange.labels import labelled, score_from
from alice_core.music.interchange.model import Place, Score, Words
from alice_core.music.interchange.text import lines, moment, plain_seconds, refusal

_TWO = 2


def read(data: bytes, place: Place) -> Score:
    """Labels that count as beats, others as sections.

    Raises:
        MediaError: A line has no two times, or a label ends before it starts.
    """
    found: list[Words] = []
    for number, line in lines(data, place.name):
        if line.startswith("\\"):
            continue
        cells = line.split("\t", 2)
        if len(cells) < _TWO:
            raise refusal(place.name, "a label needs a start and an end, parted by a tab", line=number)
        start = moment(cells[0], place.name, line=number)
        end = moment(cells[1], place.name, line=number)
        if end < start:
            raise refusal(place.name, "the label ends before it starts", line=number)
        text = cells[2].strip() if len(cells) > _TWO else ""
        found.append(Words(start, text, end if end > start else None))
    return score_from(found, place.name)


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """Beats as points named ``bar.position``, sections as ranges."""
    rows = [
        f"{plain_seconds(one.seconds)}\t{plain_seconds(one.end or one.seconds)}\t{' '.join(one.text.split())}"
        for one in labelled(score)
    ]
    return ("\n".join(rows) + "\n").encode()
