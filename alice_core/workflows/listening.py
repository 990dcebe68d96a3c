"""Analysing one song by itself, and drawing what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from alice_core.music import document
from alice_core.music.model import Analysis
from alice_core.progress import Progress
from alice_core.store import Outcome, Store, derive, ingest
from alice_core.store.files import read_file
from alice_core.workflows import steps
from alice_core.workflows.correcting import corrected_product
from alice_core.workflows.make import check_sound

if TYPE_CHECKING:
    from alice_core.music.analyse import Early, Wish


@dataclass(frozen=True, slots=True)
class Sheet:
    """How an analysis is to be drawn.

    Attributes:
        path: The file, whose name ends in ``.png`` or ``.svg``.
        rows: How many rows; a row for each 40 seconds, at most eight, where it is ``None``.
        width: In pixels.
    """

    path: Path
    rows: int | None = None
    width: int = 1600


def analyze(
    store: Store,
    song: Path,
    progress: Progress,
    *,
    wish: Wish | None = None,
    early: Early | None = None,
    sheet: Sheet | None = None,
) -> Analysis:
    """The analysis of a song; it is kept in the store and found there the next time.

    Args:
        store: Where it is kept.
        song: The file.
        progress: Told about every stage.
        wish: The stretch and the stems; all of the song by itself where there is none.
        early: Given the analysis of the first minutes of a long song that has to be heard.
        sheet: A picture to draw of it.

    Raises:
        MediaError: The file holds no usable sound.
        UsageError: The stretch is empty, a stem is of another song, or the picture is of an unknown format.
    """
    check_sound(song)
    found = read_file(song)
    ingest(store, found, role="song")
    digests: dict[str, str] = {}
    for name, path in sorted(wish.stems.items() if wish else ()):
        check_sound(path)
        stem = read_file(path)
        ingest(store, stem, role="stem")
        digests[name] = stem.digest
    outcome = derive(store, steps.analysis_job(song.absolute(), found.digest, None, progress, wish, digests, early))
    analysis = document.from_document(outcome.products[0].path.read_bytes())
    if analysis.window is None:
        product = corrected_product(store, found.digest, outcome.products[0], None, partial(derive, store))
        analysis = document.from_document(product.path.read_bytes())
    if sheet is not None:
        _draw(outcome, analysis, song.stem, sheet)
    return analysis


def _draw(outcome: Outcome, analysis: Analysis, title: str, sheet: Sheet) -> None:
    from alice_core.music import outline  # noqa: PLC0415 - numeric libraries, only when there is something to draw
    from alice_core.music.picture import draw_analysis  # noqa: PLC0415

    form: Literal["png", "svg"] = "svg" if sheet.path.suffix.lower() == ".svg" else "png"
    waveform = outline.from_bytes(outcome.products[1].path.read_bytes())
    drawn = draw_analysis(analysis, waveform, title=title, width=sheet.width, rows=sheet.rows, form=form)
    steps.write(sheet.path, drawn)
