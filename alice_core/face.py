"""The one object that tutorials, scripts, nodes and menus use: ``alice_core.open()``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from alice_core.config import Configuration, home_folder, load
from alice_core.progress import SILENT, Progress
from alice_core.store import Actor, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType

    from alice_core.library import Answer, Card, IngestReport, Lineage
    from alice_core.library.curating.curation import Said
    from alice_core.library.curating.history import Happening
    from alice_core.library.curating.undo import TakenBack
    from alice_core.library.descent.remake import Remade
    from alice_core.library.discarding.trash import Kept
    from alice_core.library.keeping.export import ExportReport
    from alice_core.library.keeping.importing import ImportReport
    from alice_core.library.keeping.sidecar import SidecarReport
    from alice_core.library.keeping.verify import Verification
    from alice_core.library.looking.duplicates import Duplicates
    from alice_core.media.generation import Block
    from alice_core.music.analyse import Early, Wish
    from alice_core.music.model import Analysis
    from alice_core.workflows import MakeRequest, MakeResult
    from alice_core.workflows.listening import Sheet


class Alice:
    """A store that is open, and everything that can be done with it.

    Attributes:
        store: The store, for what this object has no method for.
        configuration: The settings in force and where they came from.
    """

    def __init__(self, store: Store, configuration: Configuration, closing: ExitStack) -> None:
        self.store = store
        self.configuration = configuration
        self._closing = closing

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back everything that is open; where checkpoints of the log are kept, sign where it ended."""
        with self._closing:
            if self.store.changed:
                _sign_if_kept(self.store)

    def make(self, request: MakeRequest, *, dry_run: bool = False, progress: Progress = SILENT) -> MakeResult:
        """The music video of a song; with ``dry_run`` what it would be, and nothing is written."""
        from alice_core.workflows.make import foresee_make, make  # noqa: PLC0415 - heavy rooms, only when asked

        return (foresee_make if dry_run else make)(self.store, request, progress)

    def analyze(
        self,
        song: Path,
        *,
        progress: Progress = SILENT,
        wish: Wish | None = None,
        early: Early | None = None,
        sheet: Sheet | None = None,
    ) -> Analysis:
        """What a song says; found if it was analysed before, and kept if not; with ``sheet`` drawn too."""
        from alice_core.workflows.listening import analyze  # noqa: PLC0415 - see above

        return analyze(self.store, song, progress, wish=wish, early=early, sheet=sheet)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        project: str | None = None,
        dry_run: bool = False,
        again: bool = False,
        progress: Progress = SILENT,
    ) -> IngestReport:
        """Files and folders taken into the library; nothing is moved or changed."""
        from alice_core import projects  # noqa: PLC0415 - see above
        from alice_core.library import ingest_paths  # noqa: PLC0415 - see above

        chosen = projects.get(self.store, project) if project else None
        return ingest_paths(self.store, paths, project=chosen, dry_run=dry_run, again=again, progress=progress)

    def find(self, query: str, *, now: datetime | None = None, limit: int | None = None) -> Answer:
        """The assets that a query or a question means, and how it was understood."""
        from alice_core.library import find  # noqa: PLC0415 - see above

        return find(self.store, query, now=now, limit=limit)

    def everything(self) -> Iterator[Card]:
        """The whole catalogue, oldest first."""
        from alice_core.library import everything  # noqa: PLC0415 - see above

        return everything(self.store)

    def raw_block(self, name: str, wanted: str) -> Block:
        """A block of the metadata in the file that a path or digest names, byte for byte."""
        from alice_core.library import raw_block  # noqa: PLC0415 - see above

        return raw_block(self.store, name, wanted)

    def blocks(self, name: str) -> tuple[Block, ...]:
        """All blocks of the metadata in the file that a path or digest names."""
        from alice_core.library import raw_blocks  # noqa: PLC0415 - see above

        return raw_blocks(self.store, name)

    def show(self, name: str) -> Card:
        """Everything known of the asset that a path or a digest names."""
        from alice_core.library import card  # noqa: PLC0415 - see above

        return card(self.store, name)

    def lineage(self, name: str, *, depth: int | None = None) -> Lineage:
        """Where an asset comes from and what became of it."""
        from alice_core.library import lineage_of, resolve  # noqa: PLC0415 - see above

        return lineage_of(self.store, resolve(self.store, name), depth=depth)

    def tag(self, names: Sequence[str], *tags: str, query: str | None = None) -> Said:
        """Give assets tags; ``names`` are paths or digests, ``query`` chooses more."""
        from alice_core.library.curating.membership import tag  # noqa: PLC0415 - see above

        return tag(self._act(), self._chosen(names, query), tags)

    def untag(self, names: Sequence[str], *tags: str, query: str | None = None) -> Said:
        """Take tags from assets."""
        from alice_core.library.curating.membership import untag  # noqa: PLC0415 - see above

        return untag(self._act(), self._chosen(names, query), tags)

    def rate(self, names: Sequence[str], rating: int | None, *, query: str | None = None) -> Said:
        """Rate assets from 0 to 5; ``None`` takes the rating away."""
        from alice_core.library.curating.curation import rate  # noqa: PLC0415 - see above

        return rate(self._act(), self._chosen(names, query), rating)

    def favourite(self, names: Sequence[str], *, favourite: bool = True, query: str | None = None) -> Said:
        """Make assets favourites, or no longer."""
        from alice_core.library.curating.curation import favour  # noqa: PLC0415 - see above

        return favour(self._act(), self._chosen(names, query), favourite=favourite)

    def mark(
        self, names: Sequence[str], mark: str | None, *, reason: str | None = None, query: str | None = None
    ) -> Said:
        """Mark assets ``hero``, ``maybe`` or ``reject``, with a reason; ``None`` takes the mark away."""
        from alice_core.library.curating.curation import mark as set_mark  # noqa: PLC0415 - see above

        return set_mark(self._act(), self._chosen(names, query), mark, reason)

    def note(self, names: Sequence[str], text: str | None, *, query: str | None = None) -> Said:
        """Write a note on assets; ``None`` takes it away."""
        from alice_core.library.curating.curation import note  # noqa: PLC0415 - see above

        return note(self._act(), self._chosen(names, query), text)

    def collect(self, names: Sequence[str], collection: str, *, query: str | None = None) -> Said:
        """Put assets into a collection."""
        from alice_core.library.curating.membership import collect  # noqa: PLC0415 - see above

        return collect(self._act(), self._chosen(names, query), collection)

    def history(self, name: str) -> tuple[Happening, ...]:
        """Everything that happened to an asset, oldest first."""
        from alice_core.library.curating.history import history_of  # noqa: PLC0415 - see above

        return history_of(self.store, name)[1]

    def undo(self, count: int = 1, *, dry_run: bool = False) -> tuple[TakenBack, ...]:
        """The last commands of this actor, taken back; each call of a method here is a command."""
        from alice_core.library.curating.undo import undo  # noqa: PLC0415 - see above

        return undo(self._act(), count, dry_run=dry_run, days=self.configuration.settings.trash.days)

    def redo(self, count: int = 1, *, dry_run: bool = False) -> tuple[TakenBack, ...]:
        """What was taken back last, made again."""
        from alice_core.library.curating.undo import redo  # noqa: PLC0415 - see above

        return redo(self._act(), count, dry_run=dry_run, days=self.configuration.settings.trash.days)

    def trash(self, names: Sequence[str], *, dry_run: bool = False) -> tuple[Kept, ...]:
        """Files put into the trash, where they are kept for the grace period."""
        from alice_core.library.discarding.trash import throw  # noqa: PLC0415 - see above

        return throw(self._act(), names, days=self.configuration.settings.trash.days, dry_run=dry_run)

    def restore(self, names: Sequence[str], *, to: Path | None = None, dry_run: bool = False) -> tuple[Kept, ...]:
        """Files put back from the trash; nothing is written over."""
        from alice_core.library.discarding.trash import restore  # noqa: PLC0415 - see above

        return restore(self._act(), names, to=to, dry_run=dry_run)

    def duplicates(self, query: str = "", *, progress: Progress = SILENT) -> Duplicates:
        """Files of which one is enough, in groups; nothing is deleted."""
        from alice_core.library.looking.duplicates import duplicates  # noqa: PLC0415 - see above

        return duplicates(self._act(), query, progress=progress)

    def verify(self, words: Sequence[str] = (), *, quick: bool = False, progress: Progress = SILENT) -> Verification:
        """Known files read again: which are damaged or gone, and which have another good copy."""
        from alice_core.library.keeping.verify import verify  # noqa: PLC0415 - see above

        return verify(self._act(), words, quick=quick, progress=progress)

    def write_sidecars(
        self, paths: Sequence[Path], *, dry_run: bool = False, progress: Progress = SILENT
    ) -> SidecarReport:
        """What is known of files, written beside them as XMP; the files stay as they are."""
        from alice_core.library.keeping.sidecar import write_sidecars  # noqa: PLC0415 - see above

        return write_sidecars(self._act(), [str(path) for path in paths], dry_run=dry_run, progress=progress)

    def export(
        self, folder: Path, *, query: str | None = None, project: str | None = None, progress: Progress = SILENT
    ) -> ExportReport:
        """A library, or a part of it, written into a folder to be carried away."""
        from alice_core.library.keeping.export import export  # noqa: PLC0415 - see above

        return export(self._act(), folder, query=query, project=project, progress=progress)

    def import_folder(
        self, folder: Path, *, files_to: Path | None = None, in_place: bool = False, progress: Progress = SILENT
    ) -> ImportReport:
        """What an export wrote, taken in; nothing said here is overwritten."""
        from alice_core.library.keeping.importing import import_folder  # noqa: PLC0415 - see above

        return import_folder(self._act(), folder, files_to=files_to, in_place=in_place, progress=progress)

    def recreate(self, name: str, *, out: Path | None = None, progress: Progress = SILENT) -> Remade:
        """An asset made again by its recipe, and whether it came out the same."""
        from alice_core.library.descent.recreate import recreation_of  # noqa: PLC0415 - see above
        from alice_core.library.descent.remake import remake  # noqa: PLC0415 - see above
        from alice_core.workflows.remaking import MAKERS  # noqa: PLC0415 - see above

        return remake(self._act(), recreation_of(self.store, name), MAKERS, out=out, progress=progress)

    def _act(self) -> Store:
        """The store, for a command of its own: what one call does is taken back by one undo."""
        self.store.actor = Actor(self.store.actor.name)
        return self.store

    def _chosen(self, names: Sequence[str], query: str | None) -> tuple[str, ...]:
        from alice_core.library.curating.choice import choose  # noqa: PLC0415 - see above

        return choose(self.store, names, query=query).digests


def open_alice(home: Path | str | None = None, *, actor: str = "user:local", dry_run: bool = False) -> Alice:
    """Open the store of a home folder, making or updating it first.

    Args:
        home: The folder; by default ``ALICE_HOME`` or the platform's data folder.
        actor: Who acts, as the events will say.
        dry_run: Promise to write nothing: a store that does not exist yet is not made, but
            an empty one in a scratch folder stands for it.

    Raises:
        ConfigError: The configuration is wrong or the store cannot be opened.
    """
    configuration = load()
    folder = home_folder(Path(home) if home is not None else None)
    url = configuration.settings.store.url
    with ExitStack() as closing:
        if dry_run and url is None and not (folder / "alice.db").is_file():
            folder = Path(closing.enter_context(TemporaryDirectory(prefix="alice-dry-run-")))
        store = closing.enter_context(open_store(folder, url=url, actor=Actor(actor)))
        return Alice(store, configuration, closing.pop_all())


def _sign_if_kept(store: Store) -> None:
    """Write a checkpoint, in a store that has one already."""
    from alice_core.store.checkpoints import NAME, write_checkpoint  # noqa: PLC0415 - only after a change

    if (store.folder / NAME).exists():
        from alice_core.config import audit_pins_folder, audit_seed  # noqa: PLC0415 - see above
        from alice_core.events.checkpoint import new_seed  # noqa: PLC0415 - see above

        write_checkpoint(store, audit_seed(new_seed), audit_pins_folder())
