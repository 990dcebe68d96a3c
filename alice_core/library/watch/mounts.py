r"""Which folders lie on a network: of changes that others make there the system tells nothing.

Linux lists what is mounted in ``/proc/self/mounts`` (proc(5), fstab(5)). On Windows a path of the form
``\\server\share`` and a drive that the system calls remote are taken for a network. macOS is not asked.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TABLE = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "drvfs", "afs", "ceph", "lustre", "beegfs",
        "gpfs", "ncpfs", "coda", "vboxsf", "vmhgfs", "prl_fs", "virtiofs", "fuse", "osxfs",
        "grpcfuse", "fakeowner",
    }
)  # fmt: skip
_LOCAL_FUSE = frozenset({"fuse.mergerfs", "fuse.ntfs-3g", "fuse.ntfs", "fuse.exfat", "fuse.bindfs", "fuse.gocryptfs"})
_OCTAL = re.compile(rb"\\([0-7]{3})")
_REMOTE_DRIVE = 4  # GetDriveTypeW: DRIVE_REMOTE


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted: where, and which file system it is."""

    folder: str
    system: str

    @property
    def is_network(self) -> bool:
        """Whether others may change files in it without the system being told."""
        return self.system in _NETWORK or (self.system.startswith("fuse.") and self.system not in _LOCAL_FUSE)


def parse_mounts(table: bytes) -> tuple[Mount, ...]:
    """The lines of a mount table; a later one hides an earlier one at the same place."""
    found: dict[str, Mount] = {}
    for line in table.splitlines():
        fields = line.split()
        if len(fields) > 2:  # noqa: PLR2004 - device, folder, type
            folder = os.fsdecode(_OCTAL.sub(lambda one: bytes((int(one.group(1), 8),)), fields[1]))
            found.pop(folder, None)
            found[folder] = Mount(folder, fields[2].decode("ascii", "replace"))
    return tuple(found.values())


def mount_table() -> bytes:
    """The mount table as it is now; empty where the system has none."""
    try:
        return _TABLE.read_bytes()
    except OSError:
        return b""


def mount_of(path: str, mounts: Iterable[Mount]) -> Mount | None:
    """The mount that a path lies in: the one with the longest folder."""
    inside = [one for one in mounts if path == one.folder or path.startswith(one.folder.rstrip("/") + "/")]
    return max(inside, key=lambda one: len(one.folder), default=None)


def network_below(folder: str, mounts: Iterable[Mount]) -> tuple[Mount, ...]:
    """The network mounts inside a folder."""
    start = folder.rstrip("/") + "/"
    return tuple(one for one in mounts if one.is_network and one.folder.startswith(start))


def network_reason(folder: str, mounts: Iterable[Mount]) -> str | None:
    """Why a folder must be looked through again and again; ``None`` if it lies on this machine, as far as is known."""
    if sys.platform == "win32":
        return "it is on a network drive" if _is_remote(folder) else None
    mount = mount_of(os.path.realpath(folder), mounts)
    return f"it is on a network ({mount.system})" if mount is not None and mount.is_network else None


if sys.platform == "win32":

    def _is_remote(folder: str) -> bool:
        import ctypes  # noqa: PLC0415 - only Windows has what is called here

        drive = os.path.splitdrive(folder)[0]
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
