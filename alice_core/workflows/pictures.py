"""The pictures that a task goes by: what the library knows of them, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from alice_core.errors import NotFound
from alice_core.media.facts import MediaFacts
from alice_core.providers.task import Reference
from alice_core.store import Project, Store
from alice_core.workflows.styling import sheet_of
from alice_core.workflows.taking import TakeWish


def pictures_of(store: Store, digests: Sequence[str]) -> tuple[dict[str, Reference], dict[str, Path]]:
    """What is known of assets and a file of each, by digest.

    Raises:
        NotFound: One is unknown, or none of its files is there as it was.
    """
    wanted = tuple(dict.fromkeys(digests))
    with store.reading() as reader:
        assets = reader.assets.many(wanted)
        places = reader.places.of_many(wanted)
    known: dict[str, Reference] = {}
    files: dict[str, Path] = {}
    for digest in wanted:
        asset = assets.get(digest)
        place = next((one for one in places.get(digest, ()) if one.holds()), None)
        if asset is None or place is None:
            raise NotFound(
                f"the picture {digest[:19]} of the style sheet is not there",
                hint="Take its folder in again (alice ingest), or change the sheet: alice project style NAME",
            )
        known[digest] = reference_of(digest, asset.facts)
        files[digest] = place.path
    return known, files


def reference_of(digest: str, facts: MediaFacts) -> Reference:
    """An asset as something that a task reads."""
    picture, sound = facts.picture, facts.sound
    seconds = (picture.seconds if picture else None) or (sound.seconds if sound else None) or Fraction(0)
    size = (picture.width, picture.height) if picture else (0, 0)
    return Reference(digest, media_type=facts.mime, width=size[0], height=size[1], seconds=seconds, size=facts.size)


def wish_of(store: Store, project: Project | None, *, note: str = "", model: str = "") -> TakeWish:
    """What is asked of every take of a project: its style sheet with the pictures that it names.

    Raises:
        NotFound: A picture of the sheet is not there.
    """
    sheet = sheet_of(project)
    named = (*sheet.references, *(one.reference for one in sheet.characters if one.reference))
    pictures, files = pictures_of(store, named)
    return TakeWish(sheet, note, model=model, pictures=pictures, files=files)
