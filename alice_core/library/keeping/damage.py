"""What is wrong with a file, told apart: damage, or an edit that was not taken in yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alice_core.errors import AliceError
from alice_core.library.keeping.copies import Copy, Difference, difference, good_copies
from alice_core.media.facts import Kind
from alice_core.media.files import path_said
from alice_core.media.inspect import inspect
from alice_core.store import Asset, Store

_ORIGIN = {
    "silent": "nobody wrote to it since (by its size, times and inode): the disk or a transfer changed it",
    "disguised": "its size and time are as recorded, but it was written or replaced since",
    "written": "it was written since it was taken in; if that was you, take it in again: alice ingest",
}
_DAMAGED = "it was written since it was taken in, but no edit leaves that"


@dataclass(frozen=True, slots=True)
class Damage:
    """A file, or a block of raw metadata, that is not as it was recorded.

    Attributes:
        path: The file; of a block the database.
        digest: The digest of what should lie there: of the asset, or of the block.
        what: ``flipped`` (the same length, a few other bytes than a good copy), ``changed`` (the same length),
            ``truncated``, ``grown``, ``missing``, ``unreadable`` or ``block``.
        cause: ``silent`` (nobody wrote to it), ``disguised`` (somebody did and put the time back) or ``written``.
        reason: The whole of it as a sentence.
        name: What the asset is called.
        copies: Files that hold the right bytes, each read just now.
        edited: Whether it looks like somebody's edit rather than damage.
        named: Whether it was asked for by its own name.
    """

    path: Path
    digest: str
    what: str
    cause: str
    reason: str = ""
    name: str = ""
    copies: tuple[Copy, ...] = ()
    edited: bool = False
    named: bool = False

    @property
    def repairable(self) -> bool:
        """Whether the right bytes are at hand, and nobody's edit would be undone unasked."""
        return bool(self.copies) and self.what != "unreadable" and (self.named or not self.edited)

    def to_json(self) -> dict[str, Any]:
        """As an item of ``alice verify --json``."""
        return {
            "path": path_said(self.path),
            "digest": self.digest,
            "name": self.name,
            "what": self.what,
            "cause": self.cause,
            "edited": self.edited,
            "reason": self.reason,
            "copies": [{"path": path_said(one.path), "place": one.place} for one in self.copies],
            "repairable": self.repairable,
        }


def explain(store: Store, damages: Sequence[Damage]) -> tuple[Damage, ...]:
    """The same with names, with the good copies there are, and with what a comparison with one of them says."""
    digests = {one.digest for one in damages if one.what != "block"}
    copies = good_copies(store, digests)
    blocks = {one.digest: _carriers(store, one.digest) for one in damages if one.what == "block"}
    with store.reading() as reader:
        assets = reader.assets.many(digests)
    return tuple(
        _of_block(one, blocks[one.digest]) if one.what == "block" else _of_file(one, assets, copies[one.digest])
        for one in damages
    )


def _of_block(damage: Damage, carriers: Sequence[Asset]) -> Damage:
    names = ", ".join(asset.name for asset in carriers[:3]) + (", ..." if len(carriers) > 3 else "")  # noqa: PLR2004 - enough to know
    return replace(damage, name=names, reason=f"raw metadata of {names or 'no asset'} is damaged in the database")


def _of_file(damage: Damage, assets: Mapping[str, Asset], copies: Sequence[Copy]) -> Damage:
    others = tuple(one for one in copies if one.path != damage.path)
    asset = assets.get(damage.digest)
    named = replace(damage, name=asset.name if asset else "", copies=others)
    if damage.what in {"missing", "unreadable"}:
        return named
    unlike = _compared(damage.path, others)
    proven = damage.cause != "written" or _proves_damage(damage.path, unlike, asset)
    what = "flipped" if unlike is not None and unlike.slight and proven else damage.what
    origin = _DAMAGED if proven and damage.cause == "written" else _ORIGIN[damage.cause]
    reason = "; ".join(part for part in (damage.reason, _said(unlike), origin) if part)
    return replace(named, what=what, edited=not proven, reason=reason)


def _compared(path: Path, copies: Sequence[Copy]) -> Difference | None:
    for one in copies:
        try:
            return difference(one.path, path)
        except OSError:
            continue  # the file or this copy went away meanwhile
    return None


def _proves_damage(path: Path, unlike: Difference | None, asset: Asset | None) -> bool:
    """Whether a file that was written to is damaged rather than edited, as far as a good copy can tell.

    Cut short to the beginning of the copy: damage. Other pictures or sounds in a few bytes: damage, because an
    edit changes more; the same pictures with a few other bytes are other metadata, which is an edit. One bit of
    a file that nobody writes by hand: damage.
    """
    if unlike is None:
        return False
    if unlike.cut_short:
        return True
    if not unlike.slight or asset is None:
        return False
    if asset.content is None:
        return unlike.bits == 1 and asset.kind is Kind.OTHER
    try:
        return inspect(path).content != asset.content
    except AliceError:
        return True


def _said(unlike: Difference | None) -> str:
    if unlike is None:
        return ""
    if unlike.cut_short:
        return f"its last {-unlike.longer} bytes are gone"
    if unlike.slight:
        bits = f"{unlike.bits} bit{'s' * (unlike.bits != 1)}"
        return f"{bits} in {unlike.size} byte{'s' * (unlike.size != 1)} differ, the first at byte {unlike.first}"
    return f"it is another file from byte {unlike.first} on"


def _carriers(store: Store, block: str) -> tuple[Asset, ...]:
    with store.reading() as reader:
        return reader.assets.numbered(reader.metadata.carrying(block))
