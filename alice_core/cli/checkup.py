"""What ``alice doctor`` looks at."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from alice_core import __version__
from alice_core import config as settings
from alice_core.errors import AliceError

_LOW_DISK = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the check-up: ``ok``, ``warn`` or ``fail``, what was seen, and what to type."""

    name: str
    state: str
    text: str
    do: str = ""


def check_up(home: Path | None) -> list[Line]:
    """All lines, in the order in which one would look."""
    return list(_lines(settings.home_folder(home), home))


def _lines(folder: Path, home: Path | None) -> Iterator[Line]:
    yield Line("alice", "ok", __version__)
    yield Line("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from _packages()
    yield from _codecs()
    try:
        loaded = settings.load()
        named = sorted(set(loaded.origins.values()) - {"default"})
        yield Line("config", "ok", ", ".join(named) or "defaults only")
        yield from _store(home)
    except AliceError as error:
        yield Line("config", "fail", error.message, error.hint or "")
    space = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free
    state, do = ("ok", "") if space > _LOW_DISK else ("warn", "Free some space before the next long render.")
    yield Line("disk", state, f"{space / 1e9:.1f} GB free at {folder}", do)


def _packages() -> Iterator[Line]:
    try:
        needed = [line for line in requires("alicemultiverse") or () if "extra ==" not in line]
        names = [line.split(">")[0].split(";")[0].strip() for line in needed]
    except PackageNotFoundError:
        yield Line("packages", "warn", "AliceMultiverse is not installed as a package", "python3 install.py")
        return
    found: list[str] = []
    for name in sorted(name for name in names if "[" not in name):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Line("packages", "fail", f"{name} is missing", f"{sys.executable} -m pip install {name}")
    yield Line("packages", "ok", ", ".join(found))
    postgres = find_spec("psycopg") is not None
    text = "installed" if postgres else "not installed; only teams on PostgreSQL need it"
    yield Line("postgres", "ok", text)
    yield _meaning()


def _meaning() -> Line:
    from alice_core.library.meaning import how_to_install, is_installed

    if is_installed():
        return Line("meaning", "ok", "on: all-MiniLM-L6-v2 in NumPy; no extension of SQLite is needed")
    return Line("meaning", "ok", "off: the model is not installed; find goes by words alone", how_to_install())


def _codecs() -> Iterator[Line]:
    from alice_core.media.codecs import missing_encoders

    missing = missing_encoders("libx264", "aac")
    if missing:
        yield Line("codecs", "fail", f"PyAV lacks {', '.join(missing)}", f"{sys.executable} -m pip install -U av")
    else:
        yield Line("codecs", "ok", "H.264 and AAC")


def _store(home: Path | None) -> Iterator[Line]:
    from alice_core.face import open_alice
    from alice_core.store.check import check

    try:
        with open_alice(home, dry_run=True) as alice:
            health = check(alice.store)
            if health.findings:
                yield Line("store", "fail", health.findings[0].message, "alice db check")
            else:
                yield Line("store", "ok", f"revision {health.revision}, {health.assets} assets, {health.events} events")
    except AliceError as error:
        yield Line("store", "fail", error.message, error.hint or "")
