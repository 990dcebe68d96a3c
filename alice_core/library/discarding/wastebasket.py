"""The folder of the trash: moving files there and back so that a kill at any moment loses nothing.

A file NAME lies in ``<home>/trash/<yyyy-mm>/<id>/NAME``, and ``<id>.json`` beside that folder says what
it is and where it came from. While a file is on its way, there or back, that note is called
``<id>.moving.json``: it is written before anything moves and renamed after the store has committed, so
that whoever comes next knows what was begun (:mod:`alice_core.library.discarding.mending`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from alice_core.errors import AliceError, ExportError, IntegrityError
from alice_core.media.digest import digest_of_file
from alice_core.media.files import is_part, make_folder, part_of, path_said, replacing, sweep_parts
from alice_core.store.labels import TrashItem
from alice_core.store.numbers import signed

FOLDER = "trash"
SIDECAR = ".xmp"

_SCHEMA = "alice.trash/1"
_MOVING = ".moving.json"
_NO_LINKS = frozenset(
    {errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL}
)


@dataclass(frozen=True, slots=True)
class Slip:
    """The note that goes with a file in the trash.

    Attributes:
        item: What is, or will be, known of it in the store.
        size: In bytes, when it was put there.
        mtime_ns: Its modification time then.
        inode: Its inode then; the same after a move on one device.
        sidecar: Whether a sidecar was to go with it.
        returning: Where it was to be put back to, while that is not finished.
    """

    item: TrashItem
    size: int
    mtime_ns: int
    inode: int
    sidecar: bool
    returning: Path | None = None

    def is_of(self, path: Path) -> bool:
        """Whether the file at a path is the one that was thrown, not written to since."""
        try:
            found = path.lstat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns, signed(found.st_ino)) == (self.size, self.mtime_ns, self.inode)


def slip_for(path: Path, item: TrashItem) -> Slip:
    """The note for a file that is to be thrown."""
    found = path.lstat()
    sidecar = os.path.lexists(_beside(path))
    return Slip(item, found.st_size, found.st_mtime_ns, signed(found.st_ino), sidecar)


def kept_at(item_id: str, name: str, moment: str) -> Path:
    """Where a file thrown at a moment is kept, relative to the store's folder."""
    return Path(FOLDER) / moment[: len("yyyy-mm")] / item_id / name


def begin(home: Path, slip: Slip) -> None:
    """Write down, before anything is moved, what is going to be."""
    folder = (home / slip.item.kept).parent
    make_folder(folder.parent)
    _write(_note(home, slip.item, moving=True), slip)


def finish(home: Path, slip: Slip) -> None:
    """Note that a throw, or the giving up of a return, is done: the file is in the trash and known to be."""
    moving = _note(home, slip.item, moving=True)
    if slip.returning is not None:
        _write(moving, replace(slip, returning=None))
    moving.replace(_note(home, slip.item, moving=False))


def clear(home: Path, item: TrashItem) -> None:
    """Remove an item's notes and folder, if no file is left in it."""
    folder = (home / item.kept).parent
    if folder.is_dir():
        if not os.path.lexists(home / item.kept):
            sweep_parts(folder)
        with suppress(OSError):
            folder.rmdir()
    if not folder.exists():
        for moving in (False, True):
            _note(home, item, moving=moving).unlink(missing_ok=True)
        with suppress(OSError):
            folder.parent.rmdir()


def under_way(home: Path) -> Iterator[Slip]:
    """The notes of all moves that were begun and not finished."""
    for folder in (home / FOLDER).glob("*"):
        sweep_parts(folder)
        for path in sorted(folder.glob(f"*{_MOVING}")):
            yield _read(path)


def settled(home: Path) -> dict[str, Path]:
    """The notes of all files that lie in the trash, by the identifiers of their items."""
    notes = (home / FOLDER).glob("*/*.json")
    return {path.stem: path for path in notes if not path.name.endswith(_MOVING) and not is_part(path)}


def read_note(path: Path) -> Slip:
    """What a note says.

    Raises:
        IntegrityError: It cannot be read.
    """
    return _read(path)


def note_of(home: Path, item: TrashItem) -> Slip | None:
    """The note of an item, if it is there."""
    paths = (_note(home, item, moving=moving) for moving in (True, False))
    return next((_read(path) for path in paths if path.is_file()), None)


def throw_file(home: Path, slip: Slip) -> None:
    """Move a file, and its sidecar with it, into the trash; :func:`begin` must have noted it.

    Raises:
        IntegrityError: It was written to meanwhile; it is where it was (``ALICE-I02``).
        ExportError: It cannot be moved; it is where it was.
    """
    kept = home / slip.item.kept
    make_folder(kept.parent)
    try:
        _move_in(slip.item.path, kept, slip)
    except OSError as error:
        raise _immovable(slip.item.path, error) from error
    throw_sidecar(home, slip)


def throw_sidecar(home: Path, slip: Slip) -> None:
    """Move the sidecar of a file that is in the trash after it, if it is still where it was."""
    kept, path = _beside(home / slip.item.kept), _beside(slip.item.path)
    if slip.sidecar and os.path.lexists(path) and not os.path.lexists(kept):
        try:
            _move_in(path, kept, None)
        except OSError as error:
            raise _immovable(path, error) from error


def return_file(home: Path, slip: Slip, wanted: Path) -> tuple[Slip, Path]:
    """Put a file of the trash, and its sidecar, where it is wanted, or at a free name beside; nothing is overwritten.

    Gives the note as it is now, and the path.

    Raises:
        ExportError: It cannot be put there; it is still in the trash.
        IntegrityError: It does not hold what it held (``ALICE-I00``); it is still in the trash.
    """
    kept = home / slip.item.kept
    make_folder(wanted.parent)
    sidecar = os.path.lexists(_beside(kept))
    for target in free_names(wanted):
        if os.path.lexists(target) or (sidecar and os.path.lexists(_beside(target))):
            continue
        slip = replace(slip, returning=target)
        begin(home, slip)
        try:
            _place(kept, target, slip.item.digest)
        except FileExistsError:
            continue
        except OSError as error:
            raise _immovable(kept, error) from error
        complete_return(home, slip)
        return slip, target
    raise _no_name(wanted)


def complete_return(home: Path, slip: Slip) -> None:
    """Remove from the trash what stands at its new place already, and let the sidecar follow."""
    kept = home / slip.item.kept
    if slip.returning is None:
        return
    if os.path.lexists(_beside(kept)):
        _place_sidecar(_beside(kept), _beside(slip.returning))
    kept.unlink(missing_ok=True)
    sweep_parts(slip.returning.parent)


def _place_sidecar(kept: Path, wanted: Path) -> None:
    for target in free_names(wanted):
        there = os.path.lexists(target)
        if not there:
            with suppress(FileExistsError):
                _place(kept, target, None)
                there = True
        if there and same_file(kept, target):
            kept.unlink()
            return
    raise _no_name(wanted)


def forget_return(home: Path, slip: Slip) -> None:
    """Remove what a return that was given up left at its new place: parts, a name that was only taken, a sidecar."""
    kept, target = home / slip.item.kept, slip.returning
    if target is None:
        return
    sweep_parts(target.parent)
    if target.is_file() and target.lstat().st_size == 0 != kept.lstat().st_size:
        target.unlink()


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file, or hold the same bytes."""
    try:
        return one.samefile(other) or digest_of_file(one) == digest_of_file(other)
    except (OSError, AliceError):
        return False


def free_names(wanted: Path) -> Iterator[Path]:
    """A path, and names beside it: ``a.png``, ``a-2.png``, ``a-3.png``."""
    yield wanted
    for number in range(2, 10_000):
        yield wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")


def delete_file(home: Path, item: TrashItem) -> None:
    """Delete a file of the trash, and its sidecar, for good."""
    kept = home / item.kept
    for path in (kept, _beside(kept)):
        path.unlink(missing_ok=True)


def _move_in(path: Path, kept: Path, slip: Slip | None) -> None:
    try:
        path.rename(kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _carry_over(path, kept, slip)
        return
    if slip is not None and not slip.is_of(kept):
        # Another file was put in its place after it was looked at.
        _place(kept, path, None)
        kept.unlink()
        raise _changed(path)


def _carry_over(path: Path, kept: Path, slip: Slip | None) -> None:
    """Move from another device: the source goes only after its copy is whole, checked and on the disk."""
    _copy(path, kept, slip.item.digest if slip is not None else None)
    if slip is not None and not slip.is_of(path):
        kept.unlink()
        raise _changed(path)
    path.unlink()


def _copy(source: Path, target: Path, digest: str | None) -> None:
    with replacing(target) as part:
        shutil.copy2(source, part, follow_symlinks=False)
        if not part.is_symlink():
            _sync(part)
            if digest is not None and digest_of_file(part) != digest:
                raise IntegrityError(f"{path_said(source)} no longer holds what was recorded", hint="Look at it first.")
    _sync(target.parent)


def _place(source: Path, target: Path, digest: str | None) -> None:
    """Let a file appear under a further name; its first name stays.

    Raises:
        FileExistsError: There is something of that name.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _place_copy(source, target, digest)


def _place_copy(source: Path, target: Path, digest: str | None) -> None:
    """The same on another device, where a whole copy is linked; without links the name is taken first, then filled."""
    part = part_of(target)
    try:
        shutil.copy2(source, part, follow_symlinks=False)
        if not part.is_symlink():
            _sync(part)
            if digest is not None and digest_of_file(part) != digest:
                raise IntegrityError(
                    f"{path_said(source)} no longer holds what was recorded", hint="It stays in the trash."
                )
        try:
            os.link(part, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Let a file or a folder be on the disk, as far as the system allows."""
    # Some systems and file systems cannot, and there is nothing better to do there.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR)


def _note(home: Path, item: TrashItem, *, moving: bool) -> Path:
    folder = (home / item.kept).parent
    return folder.with_name(item.id + (_MOVING if moving else ".json"))


def _write(path: Path, slip: Slip) -> None:
    item = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(slip.item).items()}
    rest = {name: getattr(slip, name) for name in ("size", "mtime_ns", "inode", "sidecar")}
    content = {"schema": _SCHEMA, **item, **rest, "returning": None if slip.returning is None else str(slip.returning)}
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=1), encoding="ascii")
        _sync(part)


def _read(path: Path) -> Slip:
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        item = TrashItem(
            id=content["id"],
            digest=content["digest"],
            path=Path(content["path"]),
            kept=Path(content["kept"]),
            thrown=content["thrown"],
            until=content["until"],
        )
        returning = None if content["returning"] is None else Path(content["returning"])
        return Slip(item, content["size"], content["mtime_ns"], content["inode"], content["sidecar"], returning)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            f"{path_said(path)} cannot be read: {error}", hint="Move it away and try again."
        ) from error


def _no_name(wanted: Path) -> ExportError:
    return ExportError(f"no free name beside {path_said(wanted)}", hint="Choose another place with --to.")


def _changed(path: Path) -> IntegrityError:
    message = f"{path_said(path)} was written to meanwhile and is where it was"
    return IntegrityError(message, hint="Run the same command again.", code="ALICE-I02")


def _immovable(path: Path, error: OSError) -> AliceError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    message = f"{path_said(path)} cannot be moved: {error.strerror or error}"
    hint = "Free some space." if full else "Check that you may write to its folder."
    return ExportError(message, hint=hint, code="ALICE-E02" if full else "ALICE-E01")


def is_plain(path: Path) -> bool:
    """Whether a path is a regular file or a link, not a folder or a device."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
