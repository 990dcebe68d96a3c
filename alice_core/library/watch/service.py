"""Texts by which the system starts the daemon: a systemd user unit, a launchd agent, a Windows task.

Formats: systemd.service(5) and systemd.syntax(7), launchd.plist(5), the Task Scheduler schema.
"""

from __future__ import annotations

import hashlib
import os
import plistlib
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from alice_core.errors import Conflict, UsageError
from alice_core.media.files import make_folder, replacing

_MARK = "written by AliceMultiverse for its command alice watch"  # no two hyphens: it stands in XML too


@dataclass(frozen=True, slots=True)
class Service:
    """A file that makes the system start the daemon.

    Attributes:
        name: What the system calls it.
        path: Where the file belongs.
        data: What is in it.
        enable: The command that starts it now and at every login.
        disable: The command that ends that.
    """

    name: str
    path: Path
    data: bytes
    enable: str
    disable: str

    @property
    def text(self) -> str:
        """The file as text."""
        return self.data.decode("utf-16" if self.data.startswith(b"\xff\xfe") else "utf-8")

    def install(self) -> bool:
        """Write the file; false when it is there as it should be.

        Raises:
            Conflict: A file of that name is there that Alice did not write.
            ExportError: It cannot be written.
        """
        try:
            before = self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            before = b""
        if before == self.data:
            return False
        if before and _MARK.encode() not in before and _MARK.encode("utf-16-le") not in before:
            message = f"{self.path} is there and was not written by Alice"
            raise Conflict(message, hint="Move it away, or start `alice watch` in your own way.")
        make_folder(self.path.parent)
        with replacing(self.path) as part:
            part.write_bytes(self.data)
        return True


@dataclass(frozen=True, slots=True)
class Setting:
    """What a service is made for: the interpreter, the store, whether that is the usual one, and the machine.

    Attributes:
        system: ``linux``, ``darwin`` or ``win32``, as ``sys.platform`` says.
        python: The interpreter's file.
        home: The store's folder.
        usual: Whether the store lies where it does when nothing is said.
        user: The user's home folder.
        environment: The environment's variables.
    """

    system: str
    python: str
    home: Path
    usual: bool
    user: Path
    environment: Mapping[str, str]

    @property
    def name(self) -> str:
        """The service's name, another one for each store."""
        if self.usual:
            return "alice-watch"
        return "alice-watch-" + hashlib.sha256(os.fsencode(self.home)).hexdigest()[:8]

    @property
    def command(self) -> list[str]:
        """The daemon's command line."""
        return [self.python, "-m", "alice_core.cli", "--home", str(self.home), "watch"]


def service_for(setting: Setting) -> Service:
    """The service of a system.

    Raises:
        UsageError: Nothing is known of that system.
    """
    makers: dict[str, Callable[[Setting], Service]] = {"linux": _systemd, "darwin": _launchd, "win32": _task}
    if setting.system not in makers:
        raise UsageError(f"no service is known for {setting.system}", hint="Start `alice watch` as you start others.")
    return makers[setting.system](setting)


def _systemd(setting: Setting) -> Service:
    folder = Path(setting.environment.get("XDG_CONFIG_HOME") or setting.user / ".config") / "systemd" / "user"
    command = " ".join(_systemd_word(word) for word in setting.command)
    text = f"""# {_MARK}
[Unit]
Description=AliceMultiverse watches the folders of its library

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=10
Nice=10

[Install]
WantedBy=default.target
"""
    unit = f"{setting.name}.service"
    reload = "systemctl --user daemon-reload"
    return Service(
        setting.name,
        folder / unit,
        text.encode("utf-8", "surrogateescape"),
        f"{reload} && systemctl --user enable --now {unit}",
        f"systemctl --user disable --now {unit}",
    )


def _systemd_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _launchd(setting: Setting) -> Service:
    label = f"org.alicemultiverse.{setting.name.removeprefix('alice-')}"
    path = setting.user / "Library" / "LaunchAgents" / f"{label}.plist"
    values = {
        "Label": label,
        "ProgramArguments": setting.command,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 10,
        "ProcessType": "Background",
        "StandardErrorPath": str(setting.home / "watch" / "daemon.log"),
    }
    head, tail = plistlib.dumps(values).split(b"<plist", 1)
    data = head + f"<!-- {_MARK} -->\n<plist".encode() + tail
    place = _quoted(str(path))
    return Service(
        label, path, data, f"launchctl bootstrap gui/$(id -u) {place}", f"launchctl bootout gui/$(id -u) {place}"
    )


def _task(setting: Setting) -> Service:
    program, *words = setting.command
    arguments = subprocess.list2cmdline(words)
    text = f"""<?xml version="1.0" encoding="UTF-16"?>
<!-- {_MARK} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>AliceMultiverse watches the folders of its library</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions>
    <Exec><Command>{escape(_windowless(program))}</Command><Arguments>{escape(arguments)}</Arguments></Exec>
  </Actions>
</Task>
"""
    path = setting.home / "watch" / f"{setting.name}.xml"
    data = b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le", "surrogatepass")
    create = f'schtasks /Create /F /TN "{setting.name}" /XML "{path}"'
    return Service(
        setting.name,
        path,
        data,
        f'{create} && schtasks /Run /TN "{setting.name}"',
        f'schtasks /Delete /F /TN "{setting.name}"',
    )


def _windowless(program: str) -> str:
    """The interpreter that opens no console."""
    head, dot, suffix = program.rpartition(".")
    return f"{head}w.{suffix}" if dot and head.lower().endswith("python") else program


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def only_in_environment(environment: Mapping[str, str]) -> list[str]:
    """Settings that only this environment has, so that a service would not see them."""
    return sorted(name for name in environment if name.startswith("ALICE_") and name != "ALICE_HOME")
