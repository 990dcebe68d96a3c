"""Carrying the recipe of an asset out again, and telling whether it gives the same bytes.

What a recipe's operation does is known further up (:mod:`alice_core.workflows`), which hands its makers in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.library.descent.recreate import Recreation
from alice_core.media.digest import digest_of_file
from alice_core.media.files import make_folder, part_of, publish
from alice_core.progress import SILENT, Progress
from alice_core.store import Derivation, Job, Store
from alice_core.store.catalogue import record
from alice_core.store.files import copy_file, read_file


@dataclass(frozen=True, slots=True)
class Again:
    """What a maker is given: the derivation to carry out again, and where its inputs and all known assets are."""

    store: Store
    derivation: Derivation
    inputs: Mapping[str, Path]
    progress: Progress


Maker: TypeAlias = Callable[[Again, Path], Job]
"""Gives the job of a derivation, with its outputs in a folder, by the same code that made them first."""

Makers: TypeAlias = Mapping[str, Maker]
"""Makers by operation; a name that ends in a dot stands for all that begin with it."""


@dataclass(frozen=True, slots=True)
class Remade:
    """What carrying out a recipe again gave.

    Attributes:
        same: Whether the bytes are those of the asset.
        content: Whether what is seen or heard is the same to the bit, however it is packed.
        digest: Of the new bytes.
        recipe: Whether the recipe of today is the same; if not, the operation has another version.
        path: Where the new file was put, if it was kept.
    """

    same: bool
    content: bool
    digest: str
    recipe: bool
    path: Path | None = None


def maker_of(found: Recreation, makers: Makers) -> Maker | None:
    """Who can make an asset again; the most exact name counts."""
    if found.derivation is None:
        return None
    operation = found.derivation.recipe.operation
    fitting = [name for name in makers if name == operation or (name.endswith(".") and operation.startswith(name))]
    return makers[max(fitting, key=len)] if fitting else None


def remake(
    store: Store, found: Recreation, makers: Makers, *, out: Path | None = None, progress: Progress = SILENT
) -> Remade:
    """Carry the recipe of an asset out again and compare the bytes; kept and recorded only with ``out``.

    Raises:
        UsageError: It came about in a way that Alice cannot repeat.
        NotFound: An input of the recipe is nowhere to be found.
        Conflict: There is another file at ``out``.
    """
    maker = maker_of(found, makers)
    if found.derivation is None or maker is None:
        what = found.derivation.recipe.operation if found.derivation else "another program"
        hint = "Without --run its recipe is printed." if found.derivation or found.generation else None
        raise UsageError(f"{found.asset.name} was made by {what}, which Alice cannot carry out again", hint=hint)
    for one in found.away:
        message = f"the {one.role} of its recipe, {one.name}, is nowhere to be found"
        raise NotFound(message, hint=f"Bring back a file with the digest {one.digest}, and take it in.")
    if out is not None and out.exists():
        raise Conflict(f"{out} is there already", hint="Choose another name with --out.")
    inputs = {one.digest: one.paths[0] for one in found.inputs}
    with TemporaryDirectory(prefix="alice-recreate-") as scratch:
        job = maker(Again(store, found.derivation, inputs, progress), Path(scratch))
        paths = tuple(Path(scratch) / f"{place}-{target.path.name}" for place, target in enumerate(job.targets))
        with progress.stage(f"carrying out {found.derivation.recipe.operation}"):
            job.make(paths)
        return _compared(store, found, job, paths, out)


def _compared(store: Store, found: Recreation, job: Job, paths: Sequence[Path], out: Path | None) -> Remade:
    digest = found.asset.digest
    outputs = found.derivation.outputs if found.derivation else ()
    role = next((item.role for item in outputs if item.digest == digest), "")
    made = [read_file(path) for path, target in zip(paths, job.targets, strict=True) if target.role == role]
    if not made:
        raise UsageError(f"{job.recipe.operation} no longer gives a {role or 'result'} of that sort")
    new = next((one for one in made if one.digest == digest), made[0])
    same = new.digest == digest
    return Remade(
        same,
        same or (new.content is not None and new.content == found.asset.content),
        new.digest,
        found.derivation is not None and job.recipe.key == found.derivation.key,
        None if out is None else _kept(store, job, role, new.path, out.expanduser().absolute()),
    )


def _kept(store: Store, job: Job, role: str, made: Path, out: Path) -> Path:
    make_folder(out.parent)
    part = part_of(out)
    try:
        copy_file(made, part, digest_of_file(made))
        publish(part, out)
    finally:
        part.unlink(missing_ok=True)
    record(store, job.recipe, ((role, read_file(out)),), None)
    return out
