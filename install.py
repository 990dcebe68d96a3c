#!/usr/bin/env python3
"""The front door of AliceMultiverse: one file, the standard library only.

::

    python3 install.py             set up .venv beside this file
    python3 install.py --demo      set up, compose the demo song, make its music video
    python3 install.py --test      set up, check the code, run every test

Any Python from 3.9 on can start it; where that one is too old to run AliceMultiverse, a
newer one is looked for. Each command can be repeated: what is done is not done again, and
what an interrupted run left half done is thrown away and made anew.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 13)
NEEDED_BYTES = 1_500_000_000
DEMO_SONG = "demo-song.wav"
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
NEEDED_MODULES = ("venv", "ensurepip", "ssl", "sqlite3", "zlib")
PROBE = """
import json, sys
missing = []
for name in {names!r}:
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps([list(sys.version_info[:3]), missing, sys.prefix]))
""".format(names=NEEDED_MODULES)

HELP = """examples:
  python3 install.py --demo                 see what it does, on a song it composes itself
  python3 install.py --test                 check the code and run every test
  python3 install.py --extras postgres      set up with the PostgreSQL driver
"""


class Stop(Exception):
    """Something is missing: what it is, and what the person at the keyboard can type."""

    def __init__(self, missing: str, *, do: str) -> None:
        super().__init__(missing)
        self.missing = missing
        self.do = do


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


# ---------------------------------------------------------------- Python


def probe(python: str) -> tuple[tuple[int, ...], list[str], str] | None:
    """Version, missing modules and prefix of the Python at ``python``; None if it does not run."""
    try:
        answer = subprocess.run(
            [python, "-c", PROBE],
            env=sealed(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
        version, missing, prefix = json.loads(answer.stdout.decode("utf-8"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return tuple(version), missing, prefix


def suits(found: tuple[tuple[int, ...], list[str], str] | None) -> bool:
    """Whether a probed Python can run AliceMultiverse and make a virtual environment."""
    return found is not None and OLDEST <= found[0][:2] <= NEWEST and not found[1]


def candidates() -> list[str]:
    """Pythons that may be new enough: the one that runs this, then those on the PATH, newest first."""
    here = getattr(sys, "_base_executable", None) or sys.executable
    named = ["python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    return [here] + [path for path in map(shutil.which, [*named, "python3", "python"]) if path]


def choose_python() -> str:
    """The first Python that suits, or a :class:`Stop` that says what the best one lacks."""
    nearly = None
    for python in candidates():
        found = probe(python)
        if suits(found):
            return python
        if found and OLDEST <= found[0][:2] <= NEWEST and nearly is None:
            nearly = (python, found)
    if nearly:
        raise lacking(*nearly)
    raise Stop(
        "AliceMultiverse needs Python 3.%d to 3.%d; this is Python %d.%d, and no other one is on the PATH."
        % (OLDEST[1], NEWEST[1], sys.version_info[0], sys.version_info[1]),
        do=how_to_get(
            apt="python3.11 python3.11-venv", brew="python@3.13", winget="Python.Python.3.13", otherwise="Python 3.13"
        ),
    )


def lacking(python: str, found: tuple[tuple[int, ...], list[str], str]) -> Stop:
    """What to say of a Python that is new enough but was built or packaged without some modules."""
    names = "Python %d.%d at %s has no module %s" % (found[0][0], found[0][1], python, ", ".join(found[1]))
    if set(found[1]) <= {"venv", "ensurepip"}:
        package = "python3-venv" if python.startswith("/usr/bin/") else "python3.%d-venv" % found[0][1]
        return Stop(
            names + ", without which no virtual environment can be made.",
            do=how_to_get(
                apt=package, brew="python@3.13", winget="Python.Python.3.13", otherwise="Python's venv module"
            ),
        )
    return Stop(names + ".", do="Install a complete Python 3.11 or newer and run this again.")


def how_to_get(*, apt: str, brew: str, winget: str, otherwise: str) -> str:
    """The command that installs a program on this machine, as far as it has a package manager that we know."""
    if shutil.which("apt-get"):
        return "Type:  %sapt install %s" % ("" if is_root() else "sudo ", apt)
    if shutil.which("brew"):
        return "Type:  brew install " + brew
    if shutil.which("winget"):
        return "Type:  winget install " + winget
    return "Install %s with your system's package manager and run this again." % otherwise


def is_root() -> bool:
    """Whether we may install system packages without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def sealed() -> dict[str, str]:
    """This environment without what would leak another Python's packages into ours."""
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}}


# ---------------------------------------------------------------- the virtual environment


def near(path: Path) -> str:
    """A path as a person in the current folder would type it."""
    try:
        return os.path.relpath(str(path))
    except ValueError:  # another drive
        return str(path)


def program(folder: Path, name: str) -> Path:
    """Where a program of the virtual environment lies on this system."""
    if os.name == "nt":
        return folder / ".venv" / "Scripts" / (name + ".exe")
    return folder / ".venv" / "bin" / name


def digest(path: Path) -> str:
    """The sha256 of a file's text, whatever its line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def wanted(folder: Path, locks: list[str]) -> dict[str, object]:
    """What a finished set-up of these locks looks like, as the stamp will say it."""
    for name in ["pyproject.toml", *locks]:
        if not (folder / name).is_file():
            raise Stop("The file %s is not beside install.py." % name, do="Clone or unpack the whole project again.")
    return {
        "folder": str(folder),
        "project": digest(folder / "pyproject.toml"),
        "locks": {name: digest(folder / name) for name in locks},
    }


def read_stamp(folder: Path) -> dict[str, object] | None:
    """What the last set-up wrote; ``{}`` if it did not finish, None if none has begun."""
    try:
        stamp = json.loads((folder / ".venv" / "alice-setup.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    except ValueError:
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(folder: Path, stamp: dict[str, object]) -> None:
    """Replace the stamp in one step, so that a reader never sees half of one."""
    path = folder / ".venv" / "alice-setup.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(stamp, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(str(part), str(path))


def ready(folder: Path, want: dict[str, object], stamp: dict[str, object] | None) -> bool:
    """Whether the virtual environment holds everything that is wanted, in this very folder."""
    if not stamp or not program(folder, "python").exists() or not program(folder, "alice").exists():
        return False
    same = all(stamp.get(key) == want[key] for key in ("folder", "project"))
    return same and set(want["locks"].items()) <= set(stamp["locks"].items())


def keepable(folder: Path, stamp: dict[str, object] | None) -> bool:
    """Whether an existing ``.venv`` can be added to: finished or a person's own, working, never moved."""
    if stamp is not None and stamp.get("folder") != str(folder):
        return False
    python = program(folder, "python")
    found = probe(str(python)) if python.exists() else None
    return suits(found) and Path(found[2]).resolve() == (folder / ".venv").resolve()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder, so that two set-ups at once take turns (where the system has such locks)."""
    try:
        import fcntl  # noqa: PLC0415 - Unix only
    except ImportError:
        yield
        return
    handle = os.open(str(folder), os.O_RDONLY)
    os.set_inheritable(handle, True)  # a pip that outlives us, because we were killed, still holds the folder
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another set-up is at work in this folder; waiting for it.")
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def check_room(folder: Path, needed: int = NEEDED_BYTES) -> None:
    """Stop if the folder cannot be written or its disk has not ``needed`` bytes free."""
    try:
        with tempfile.TemporaryFile(dir=str(folder)):
            pass
    except OSError as error:
        raise Stop(
            "The folder %s cannot be written (%s)." % (folder, error.strerror),
            do="Copy the project to a folder of your own and run install.py there.",
        ) from error
    free = shutil.disk_usage(str(folder)).free
    if free < needed:
        raise Stop(
            "The disk of %s has %.1f GB free; the set-up needs %.1f GB." % (folder, free / 1e9, needed / 1e9),
            do="Free some space and run the same command again.",
        )


def set_up(folder: Path, locks: list[str]) -> None:
    """Make or complete ``.venv`` so that it holds every package of ``locks`` and AliceMultiverse itself."""
    with alone(folder):
        stamp = read_stamp(folder)
        want = wanted(folder, locks)
        if ready(folder, want, stamp):
            return
        check_room(folder)
        earlier = [name for name in (stamp or {}).get("locks", {}) if (folder / name).is_file()]
        want = wanted(folder, sorted({*locks, *earlier}))
        if not keepable(folder, stamp):
            make_venv(folder, choose_python())
        write_stamp(folder, {})
        fill(folder, sorted(want["locks"]))
        write_stamp(folder, want)


def make_venv(folder: Path, python: str) -> None:
    """A new, empty ``.venv`` in the place of whatever is there."""
    venv = folder / ".venv"
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        say("Removing an unfinished or moved .venv")
        shutil.rmtree(str(venv))
    say("Making .venv with %s" % python)
    venv.mkdir()
    write_stamp(folder, {})
    logged(folder, [python, "-m", "venv", str(venv)])


def fill(folder: Path, locks: list[str]) -> None:
    """Install the locked packages and then AliceMultiverse itself, editable, with pip as it is configured here."""
    pip = [str(program(folder, "python")), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    names = {line.split("==")[0] for lock in locks for line in lines_of(folder / lock) if "==" in line.split(";")[0]}
    say("Installing %d packages (a few minutes at most) ..." % len(names))
    # The locks name every package that is needed; nothing that one of them only asks for is added (scripts/lock).
    files = [part for lock in locks for part in ("-r", str(folder / lock))]
    logged(folder, [*pip, "--no-deps", "--progress-bar", "off", *files])
    logged(folder, [*pip, "--no-deps", "--no-build-isolation", "--editable", str(folder)])


def lines_of(path: Path) -> list[str]:
    """The lines of a text file."""
    return path.read_text(encoding="utf-8").splitlines()


def logged(folder: Path, command: list[str]) -> None:
    """Run one step with its whole output in the log; its failure becomes one readable sentence."""
    log = folder / ".venv" / "install.log"
    with log.open("ab") as sink:
        sink.write(("\n$ %s\n" % " ".join(command)).encode("utf-8"))
        sink.flush()
        begin = sink.tell()
        # Open handles are passed on, so that the lock of alone() lives as long as the step does.
        status = subprocess.call(
            command, cwd=str(folder), env=sealed(), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, close_fds=False
        )
    if status:
        with log.open("rb") as source:
            source.seek(begin)
            missing, do = why(source.read().decode("utf-8", "replace"))
        raise Stop(missing, do="%s\nThe full log is %s" % (do, log))


UNREACHABLE = (
    "NewConnectionError|Temporary failure|Could not resolve|Connection.*Error|TimeoutError|timed out|broken by"
    r"|\(from versions: none\)"
)
REASONS = [
    (
        "No space left on device|not enough space",
        "The disk is full.",
        "Free some space and run the same command again.",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "A package that was downloaded is not the one that was locked; it was not installed.",
        "Run the same command again; if it stays so, the package source of this machine holds other files.",
    ),
    (
        "CERTIFICATE_VERIFY_FAILED|SSLError",
        "The package source's certificate is not trusted on this machine.",
        "Set PIP_CERT to your organisation's certificate file and run the same command again.",
    ),
    ("407 Proxy|ProxyError", "The proxy refused the connection.", "Check HTTPS_PROXY and run the same command again."),
    (
        UNREACHABLE,
        "The packages could not be downloaded: there is no network, or the package source does not answer.",
        "Check the connection (behind a proxy, set HTTPS_PROXY) and run the same command again.",
    ),
    (
        "No matching distribution found|Failed building wheel|metadata-generation-failed",
        "A package has no file for this kind of machine and Python, or the package source of this machine lacks it.",
        "Try another Python, 3.11 to 3.13, on a 64-bit Linux, macOS or Windows.",
    ),
    ("Permission denied|Access is denied", "A file may not be written.", "Check who owns the folder and run it again."),
]


def why(output: str) -> tuple[str, str]:
    """One sentence for what a failed step printed, and what to do about it."""
    for pattern, missing, do in REASONS:
        if re.search(pattern, output):
            return missing, do
    said = [line.strip() for line in output.splitlines() if re.match(r"\s*(ERROR|error|Error|E:)", line)]
    last = said[-1] if said else "it gave no reason"
    return "A step of the set-up failed: %s." % last.rstrip("."), "Run the same command again."


# ---------------------------------------------------------------- what is done with it


def demo(folder: Path) -> int:
    """Compose the demo song, make its music video, and say where everything lies."""
    out = folder / "demo"
    song = out / DEMO_SONG
    made = out / song.stem
    out.mkdir(exist_ok=True)
    if not song.exists():
        say("Composing the demo song")
        compose = "import sys; from pathlib import Path; from alice_core.music.demo import compose_demo"
        status = run(folder, [program(folder, "python"), "-c", compose + "; compose_demo(Path(sys.argv[1]))", song])
        if status:
            return status
    status = run(folder, [program(folder, "alice"), "make", song, "--out", made])
    if status:
        return status
    alice = near(program(folder, "alice"))
    say("\nThe music video and everything on the way to it are in %s" % near(made))
    for path in sorted(made.iterdir()):
        say("  " + near(path) + (os.sep if path.is_dir() else ""))
    say("\nNext:")
    say('  %s make YOUR-SONG.mp3 --brief "a night drive through neon rain"' % alice)
    say("  %s lineage %s" % (alice, near(made / "preview.mp4")))
    say("  %s --help" % alice)
    return 0


def test(folder: Path) -> int:
    """Check the code, then run every test; pytest's closing line is the last one printed."""
    provide_servers(folder)
    python = program(folder, "python")
    checked = run(folder, [python, folder / "scripts" / "check", "--no-tests"])
    if checked:
        say("The checks above failed; the tests follow.")
    tested = run(folder, [python, "-m", "pytest", "-n", "auto", "--cov", "--cov-report=term"])
    return checked or tested


def provide_servers(folder: Path) -> None:
    """Have the servers and programs that tests start, from Debian's packages where that is possible."""
    missing = [package for package, program in NEEDED_FOR_TESTS if not is_there(program)]
    if not missing:
        return
    if not (is_root() and shutil.which("apt-get")):
        names = " ".join(missing)
        say("Not installed, so their tests will be skipped: %s. (Debian: sudo apt install %s)" % (names, names))
        return
    say("Installing %s for the tests ..." % " ".join(missing))
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    try:
        logged(folder, ["apt-get", "update"])
        logged(folder, ["apt-get", "install", "-y", "--no-install-recommends", *missing])
    except Stop as stop:
        say("They could not be installed: their tests will be skipped. %s" % stop.missing)


def is_there(program: str) -> bool:
    """Whether a program is somewhere; Debian keeps those of a PostgreSQL server off the PATH."""
    servers = program == "initdb" and any(list(Path("/").glob(where[1:] + "/initdb")) for where in POSTGRES_FOLDERS)
    return servers or shutil.which(program) is not None


NEEDED_FOR_TESTS = (
    ("postgresql", "initdb"),
    ("libimage-exiftool-perl", "exiftool"),
    *((name, name) for name in ("redis-server", "ffmpeg", "lua5.1", "luajit")),
)
"""Debian packages, and a program that each brings."""


def run(folder: Path, command: list[object]) -> int:
    """Run a program of ours where the person sees it; its exit status."""
    return subprocess.call([str(part) for part in command], cwd=str(folder), env=sealed())


def arguments(folder: Path) -> argparse.Namespace:
    """What was asked for on the command line."""
    known = [path.name[len("requirements-") : -len(".lock")] for path in folder.glob("requirements-*.lock")]
    extras = sorted(set(known) - {"test"})
    parser = argparse.ArgumentParser(
        prog="install.py",
        description="Set up AliceMultiverse in .venv beside this file.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--demo", action="store_true", help="then compose the demo song and make its music video")
    task.add_argument("--test", action="store_true", help="then check the code and run every test")
    parser.add_argument(
        "--extras", nargs="+", action="extend", default=[], choices=extras, metavar="NAME",
        help="optional parts to install as well: " + (", ".join(extras) or "none yet"),
    )  # fmt: skip
    return parser.parse_args()


def main() -> int:
    """Do what was asked; the exit status: 0 done, 1 a check or the demo failed, 2 something is missing."""
    folder = Path(__file__).resolve().parent
    asked = arguments(folder)
    locks = ["requirements.lock"] + ["requirements-%s.lock" % name for name in asked.extras]
    try:
        set_up(folder, [*locks, "requirements-test.lock"] if asked.test else locks)
        if asked.demo:
            return demo(folder)
        if asked.test:
            return test(folder)
    except Stop as stop:
        print("\n%s\n%s" % (stop.missing, stop.do), file=sys.stderr, flush=True)
        return 2
    except OSError as error:
        print("\n%s: %s" % (error.filename or folder, error.strerror or error), file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it goes on from here.", file=sys.stderr, flush=True)
        return 130
    say("AliceMultiverse is ready:  %s --help" % near(program(folder, "alice")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
