"""Where DaVinci Resolve looks for menu scripts, and where it is installed, on every system.

Folders from Blackmagic's scripting README (24 July 2026). The App Store edition of macOS runs in a
container and lists scripts from a tree of its own there (davinci-resolve-mcp, issue 104, measured on 21.0.3).
"""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alice_core.errors import ResolveError

_SCRIPTS = Path("Fusion") / "Scripts" / "Utility"
_MAC = Path("Library") / "Application Support"
_MAKER = Path("Blackmagic Design") / "DaVinci Resolve"
_CONTAINER = Path("Library") / "Containers" / "com.blackmagic-design.DaVinciResolveLite"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder whose scripts stand in the menu Workspace > Scripts.

    Attributes:
        owner: For whom: this ``user``, all users of the ``system``, or the ``app-store`` edition.
        folder: The folder ``Fusion/Scripts/Utility``; it need not exist.
        used: Whether Resolve has been started or installed there, as far as its folders tell.
    """

    owner: Literal["user", "system", "app-store"]
    folder: Path
    used: bool


@dataclass(frozen=True, slots=True)
class Application:
    """A copy of Resolve on this machine.

    Attributes:
        path: Where it is.
        version: As it says itself; empty where nothing on the disk tells it.
        store: Whether it is the App Store's, which runs in a container.
    """

    path: Path
    version: str
    store: bool


def script_places(system: str = sys.platform, environ: Mapping[str, str] | None = None) -> tuple[Place, ...]:
    """The folders for menu scripts on a system, those of the user first.

    Args:
        system: As in :data:`sys.platform`.
        environ: Where ``HOME``, ``APPDATA`` and ``PROGRAMDATA`` are looked up.

    Raises:
        ResolveError: A folder's variable is not set (``ALICE-W12``).
    """
    given = os.environ if environ is None else environ
    if system == "win32":
        user = Path(_folder(given, "APPDATA")) / _MAKER / "Support"
        shared = Path(_folder(given, "PROGRAMDATA")) / _MAKER
        return _place("user", user), _place("system", shared)
    home = Path(_folder(given, "HOME"))
    if system != "darwin":
        user = Path(given.get("XDG_DATA_HOME") or home / ".local" / "share") / "DaVinciResolve"
        return _place("user", user), _place("system", Path("/opt/resolve"))
    places = [_place("user", home / _MAC / _MAKER)]
    container = home / _CONTAINER
    if container.is_dir():
        places.append(_place("app-store", container / "Data" / _MAC))
    return *places, _place("system", Path("/") / _MAC / _MAKER)


def applications(system: str = sys.platform, environ: Mapping[str, str] | None = None) -> tuple[Application, ...]:
    """The copies of Resolve that lie where its installers put them.

    Nothing on the disk tells the free edition from Studio; the scripts report it from inside.
    """
    given = os.environ if environ is None else environ
    if system == "win32":
        program = Path(given.get("PROGRAMFILES") or "C:/Program Files") / _MAKER / "Resolve.exe"
        return (Application(program, "", store=False),) if program.is_file() else ()
    if system != "darwin":
        program = Path("/opt/resolve/bin/resolve")
        return (Application(program, "", store=False),) if program.is_file() else ()
    folders = [Path("/Applications"), Path("/Applications/DaVinci Resolve")]
    folders += [Path(given["HOME"]) / "Applications"] if given.get("HOME") else []
    return tuple(read_bundle(bundle) for folder in folders for bundle in sorted(folder.glob("DaVinci Resolve*.app")))


def read_bundle(bundle: Path) -> Application:
    """What the bundle of a macOS application says of itself; an unreadable one has no version."""
    try:
        facts = plistlib.loads((bundle / "Contents" / "Info.plist").read_bytes())
        version = str(facts.get("CFBundleShortVersionString", ""))
    except (OSError, plistlib.InvalidFileException, ValueError, AttributeError):
        version = ""
    return Application(bundle, version, (bundle / "Contents" / "_MASReceipt").is_dir())


def _place(owner: Literal["user", "system", "app-store"], base: Path) -> Place:
    return Place(owner, base / _SCRIPTS, base.is_dir())


def _folder(environ: Mapping[str, str], name: str) -> str:
    found = environ.get(name, "")
    if not found:
        message = f"{name} is not set, so the folder of Resolve's scripts is not known"
        raise ResolveError(message, hint="Name the folder: alice resolve install --folder DIR", code="ALICE-W12")
    return found
