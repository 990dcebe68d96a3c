"""Building a store anew, from files and the sidecars beside them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import Conflict, UsageError
from alice_core.library.files import IngestReport, ingest_paths
from alice_core.library.keeping.adopt import Difference
from alice_core.library.keeping.sidecar import Applied, apply_sidecars
from alice_core.progress import SILENT, Progress
from alice_core.store import Store

_PAGE = 500
_NEVER = (
    "undo and history before today: they lie in the lost events",
    "briefs and decisions of projects, and what was spent",
    "synonyms of tags",
)


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What building a store anew gave.

    Attributes:
        ingested: The files that were taken in.
        applied: What their sidecars said.
        missing: What cannot come back, one sentence each.
    """

    ingested: IngestReport
    applied: Applied
    missing: tuple[str, ...]


def rebuild(
    store: Store,
    roots: Sequence[Path] = (),
    *,
    own: Sequence[Path] | None = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> RebuildReport:
    """Fill an empty store from folders, from the copies that a store kept itself, and from all their sidecars.

    Args:
        store: A store that knows nothing yet.
        roots: Folders with files.
        own: Folders of copies that a store kept itself; by default those of this one.
        dry_run: Only tell what would be taken in.
        progress: Who wants to know.

    Raises:
        Conflict: The store knows assets already.
        UsageError: There is nothing to build it from.
        NotFound: A root does not exist.
    """
    with store.reading() as reader:
        known = reader.assets.count()
    if known:
        hint = "Add to it with alice ingest, name a new one with --home, or move its alice.db away."
        raise Conflict(f"the store at {store.folder} knows {known} assets already", hint=hint)
    copies = [path for path in (own if own is not None else (store.folder / "blobs",)) if path.is_dir()]
    if not roots and not copies:
        raise UsageError("there is nothing to build a store from", hint="Name the folders with your files.")
    ingested = ingest_paths(store, [*roots, *copies], dry_run=dry_run, progress=progress)
    applied = Applied() if dry_run else _apply(store, (*ingested.new, *ingested.found), progress)
    return RebuildReport(ingested, applied, _missing(store))


def _apply(store: Store, paths: Sequence[Path], progress: Progress) -> Applied:
    """Take what all sidecars say, now that every file is known that a recipe can name."""
    read, recipes = 0, 0
    differences: dict[Difference, None] = {}
    unread: dict[Path, str] = {}
    with progress.stage("reading sidecars", len(paths), "files") as stage:
        for start in range(0, len(paths), _PAGE):
            some = paths[start : start + _PAGE]
            one = apply_sidecars(store, some)
            read, recipes = read + one.read, recipes + one.recipes
            differences |= dict.fromkeys(one.differences)
            unread |= dict(one.unread)
            stage.advance(len(some))
    return Applied(read, tuple(differences), recipes, tuple(unread.items()))


def _missing(store: Store) -> tuple[str, ...]:
    own = store.folder / "blobs"
    with store.reading() as reader:
        digests = [place.digest for place in reader.places.below(own)]
        given = reader.recipes.giving_many(digests)
    orphans = len(set(digests) - given.keys())
    lines = [f"how {orphans} of the store's own files were made: no sidecar says it"] if orphans else []
    return (*lines, *_NEVER)
