"""Alice's own analysis document, read and written whole."""

from __future__ import annotations

from alice_core.errors import MediaError, UsageError
from alice_core.music import document
from alice_core.music.interchange.model import Place, Score, score_of
from alice_core.music.interchange.text import refusal


def read(data: bytes, place: Place) -> Score:
    """The beats and sections of an analysis.

    Raises:
        MediaError: It is no analysis.
    """
    try:
        return score_of(document.from_document(data))
    except MediaError as error:
        raise refusal(place.name, error.message) from error


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """The analysis of the place, as its document.

    Raises:
        UsageError: There is no analysis.
    """
    if place.analysis is None:
        raise UsageError("there is no analysis to write", hint="Analyse the song first: alice analyze SONG")
    return document.to_document(place.analysis)
