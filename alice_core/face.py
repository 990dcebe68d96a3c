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
    from alice_core.media.generation import Block
    from alice_core.music.model import Analysis
    from alice_core.workflows import MakeRequest, MakeResult


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
        """Give back everything that is open."""
        self._closing.close()

    def make(self, request: MakeRequest, *, dry_run: bool = False, progress: Progress = SILENT) -> MakeResult:
        """The music video of a song; with ``dry_run`` what it would be, and nothing is written."""
        from alice_core.workflows.make import foresee_make, make  # noqa: PLC0415 - heavy rooms, only when asked

        return (foresee_make if dry_run else make)(self.store, request, progress)

    def analyze(self, song: Path, *, progress: Progress = SILENT) -> Analysis:
        """What a song says; found if it was analysed before, and kept if not."""
        from alice_core.workflows.listening import analyze  # noqa: PLC0415 - see above

        return analyze(self.store, song, progress)

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
        from alice_core.library import ingest_paths  # noqa: PLC0415

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

    def lineage(self, name: str) -> Lineage:
        """Where an asset comes from and what became of it."""
        from alice_core.library import lineage_of, resolve  # noqa: PLC0415 - see above

        return lineage_of(self.store, resolve(self.store, name))


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
