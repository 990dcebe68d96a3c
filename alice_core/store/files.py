"""Files of assets: reading what one is, keeping copies, and never writing over what is not ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.errors import IntegrityError
from alice_core.media.account import Account, account_of
from alice_core.media.digest import digest_of_file
from alice_core.media.files import replacing
from alice_core.media.generation import Embedded
from alice_core.store.catalogue import ingest
from alice_core.store.found import Found
from alice_core.store.metadata import Reading
from alice_core.store.numbers import signed, stamp

if TYPE_CHECKING:
    from alice_core.store.store import Store


def read_file(path: Path, *, words: str = "", on_bytes: Callable[[int], None] | None = None) -> Found:
    """What a file is and holds, with a stat that did not change meanwhile.

    Raises:
        NotFound, MediaError: It is not there or cannot be read.
        IntegrityError: It was written to meanwhile (``ALICE-I02``).
    """
    path = path.absolute()
    return found_of(path, account_of(path, on_bytes=on_bytes), words=words)


def found_of(path: Path, account: Account, *, words: str = "") -> Found:
    """A file as the catalogue takes it, from what it says of itself."""
    embedded = account.embedded
    return Found(
        path=path,
        digest=account.digest,
        facts=account.facts,
        mtime_ns=account.stamp.mtime_ns,
        words=words,
        content=account.content,
        ctime_ns=account.stamp.ctime_ns,
        inode=signed(account.stamp.inode),
        blocks=account.blocks,
        reading=Reading(account.readers, embedded) if account.blocks or embedded != Embedded() else None,
        made=_made(embedded),
    )


def _made(embedded: Embedded) -> str:
    """The time of making that the file itself tells, if it does."""
    told = embedded.generation.made if embedded.generation else None
    try:
        return stamp(datetime.fromisoformat(told)) if told else ""
    except (ValueError, OverflowError):
        return ""


def placed(found: Found, path: Path) -> Found:
    """The same bytes at another path, with the stat they have there now."""
    now = path.stat()
    return replace(found, path=path, mtime_ns=now.st_mtime_ns, ctime_ns=now.st_ctime_ns, inode=signed(now.st_ino))


def blob_path(store: Store, digest: str, suffix: str) -> Path:
    """Where the store keeps its own copy of an asset."""
    hexadecimal = digest.removeprefix("sha256:")
    return store.folder / "blobs" / hexadecimal[:2] / f"{hexadecimal}{suffix}"


def copy_file(source: Path, target: Path, digest: str) -> None:
    """Copy a file whole, checking that the copy has the digest it must have.

    Raises:
        IntegrityError: The source no longer holds those bytes (``ALICE-I00``).
        ExportError: The target cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as part:
        shutil.copyfile(source, part)
        if digest_of_file(part) != digest:
            raise IntegrityError(f"{source} no longer holds what was recorded", hint="Run the same command again.")


def free_path(store: Store, wanted: Path, digest: str) -> tuple[Path, bool]:
    """The path, at or beside the wanted one, where an asset may be written without any loss.

    Also whether the asset lies there already, so that nothing need be written.

    A file there that Alice derived is kept in the store first, if it is its last copy. A
    file of anybody else's is never written over: a free name beside it is taken.
    """
    for number in range(1, 10_000):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        if not path.exists():
            return path, False
        found = read_file(path)
        if found.digest == digest:
            return path, True
        with store.reading() as reader:
            ours = bool(reader.recipes.giving(found.digest))
            copies = [one for one in reader.places.of(found.digest) if one.path != path and one.holds()]
        if ours:
            if not copies:
                _keep(store, found)
            return path, False
    raise IntegrityError(f"no free name beside {wanted}", hint="Choose another folder with --out.")


def _keep(store: Store, found: Found) -> None:
    kept = blob_path(store, found.digest, found.path.suffix)
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        # The old name is about to be replaced, so the link becomes the file's only name.
        os.link(found.path, kept)
    except FileExistsError:
        pass
    except OSError:
        copy_file(found.path, kept, found.digest)
    ingest(store, placed(found, kept))
