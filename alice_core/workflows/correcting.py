"""Corrections of a song's beats as derivations: their document, and the analysis after them.

Whatever fetches an analysis passes it through :func:`corrected_product`, so that every plan,
picture and timeline follows what people said of the beats.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alice_core.errors import Conflict, NotFound
from alice_core.events.music_facts import Corrected
from alice_core.library.curating.grids import standing_corrections
from alice_core.media.files import replacing
from alice_core.music import document as analyses
from alice_core.music.grid import document
from alice_core.music.grid.correct import corrected
from alice_core.music.grid.document import Corrections
from alice_core.store import Ingredient, Job, Outcome, Product, Reader, Recipe, Store, Target, UnitOfWork, operation

EDIT = ("music.edit", 1)
CORRECT = ("music.correct", 1)

_TEXT = "corrections"


def edit_job(corrections: Corrections) -> Job:
    """Write the corrections of a song as the document that the store keeps."""
    data = document.to_document(corrections)

    def make(paths: tuple[Path, ...]) -> None:
        _write(paths[0], data)

    recipe = Recipe(*EDIT, parameters={_TEXT: data.decode()}, inputs=(Ingredient("song", corrections.song),))
    return Job(recipe, (Target("corrections", Path("corrections.json")),), make)


def correction_job(
    analysis: Path, digest: str, corrections: Corrections, document_digest: str, folder: Path | None
) -> Job:
    """Correct an analysis; without a folder the store keeps the result."""

    def make(paths: tuple[Path, ...]) -> None:
        heard = analyses.from_document(analysis.read_bytes())
        _write(paths[0], analyses.to_document(corrected(heard, corrections.items)))

    inputs = (Ingredient("analysis", digest), Ingredient("corrections", document_digest))
    target = Target("analysis", (folder or Path()) / "analysis.json")
    return Job(Recipe(*CORRECT, inputs=inputs), (target,), make)


def corrected_product(
    store: Store, song: str, analysis: Product, folder: Path | None, carry_out: Callable[[Job], Outcome]
) -> Product:
    """The analysis of a song after its corrections; where there are none, the same.

    Args:
        store: Where the corrections are.
        song: Digest of the song.
        analysis: What was heard.
        folder: Where the corrected analysis goes; ``None`` for the store's own folder.
        carry_out: Derives a job, or foresees it.
    """
    found = standing(store, song)
    if found is None or not found[1].items:
        return analysis
    digest, corrections = found
    return carry_out(correction_job(analysis.path, analysis.digest, corrections, digest, folder)).products[0]


def standing(store: Store, song: str) -> tuple[str, Corrections] | None:
    """The corrections of a song that hold now, with the digest of their document; ``None`` where there are none."""
    with store.reading() as reader:
        digest = standing_corrections(reader, song)
        if digest is None:
            return None
        corrections = _read(reader, digest)
    return digest, corrections


@operation("music.correct", emits=(Corrected,), permission="asset.write", undo="library.undo")
def record(work: UnitOfWork, song: str, after: str | None, *, expected: str | None, what: str) -> None:
    """Let other corrections of a song hold.

    Raises:
        Conflict: Somebody else has corrected it since it was looked at.
    """
    before = standing_corrections(work, song)
    if before != expected:
        raise Conflict("somebody else has corrected this song meanwhile", hint="Run the same command again.")
    if before != after:
        work.emit(Corrected(digest=song, before=before, after=after, what=what), subject=song)


def _read(reader: Reader, digest: str) -> Corrections:
    """The document as its recipe holds it, so that no file of it is needed."""
    for one in reader.recipes.giving(digest):
        if one.recipe.operation == EDIT[0]:
            return document.from_document(str(one.recipe.parameters[_TEXT]).encode())
    raise NotFound(f"the corrections {digest} are not in this store", hint="Take them back: alice undo")


def _write(path: Path, data: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(data)
