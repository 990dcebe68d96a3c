"""Analysing one song by itself."""

from __future__ import annotations

from pathlib import Path

from alice_core.music import document
from alice_core.music.model import Analysis
from alice_core.progress import Progress
from alice_core.store import Store, derive, ingest
from alice_core.store.files import read_file
from alice_core.workflows import steps
from alice_core.workflows.make import check_sound


def analyze(store: Store, song: Path, progress: Progress) -> Analysis:
    """The analysis of a song; it is kept in the store and found there the next time.

    Raises:
        MediaError: The file holds no usable sound.
    """
    check_sound(song)
    found = read_file(song)
    ingest(store, found, role="song")
    outcome = derive(store, steps.analysis_job(song.absolute(), found.digest, None, progress))
    return document.from_document(outcome.products[0].path.read_bytes())
