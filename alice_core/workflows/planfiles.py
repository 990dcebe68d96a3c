"""The file of a plan, and the files of the library that a plan names by their content."""

from __future__ import annotations

from pathlib import Path

from alice_core.directing import document as plans
from alice_core.directing.model import Plan
from alice_core.media.files import reading
from alice_core.store import Store
from alice_core.store.files import read_file


def read_plan(path: Path) -> Plan:
    """The plan in a file.

    Raises:
        NotFound: There is no such file.
        MediaError: It is no plan.
    """
    with reading(path) as source:
        return plans.from_document(source.read())


def title_of(store: Store, plan: Plan) -> str | None:
    """The name of a plan's song without its suffix, as timelines and slates show it; ``None`` where it is not known."""
    with store.reading() as reader:
        places = reader.places.of(plan.song.digest)
    return next((place.path.stem.strip() for place in places if place.holds()), None)


def place_of(store: Store, digest: str) -> Path | None:
    """Where the library has a file of this content that is still there, if it has one."""
    with store.reading() as reader:
        places = reader.places.of(digest)
    return next((place.path for place in places if place.holds()), None)


def digest_at(store: Store, path: Path) -> str:
    """The digest of a file: as the library knows it if the file is unchanged, else read now."""
    with store.reading() as reader:
        place = reader.places.at(path)
    return place.digest if place is not None and place.holds() else read_file(path).digest
