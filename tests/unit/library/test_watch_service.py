"""The files by which the three systems start the daemon."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alice_core.errors import Conflict, ExportError, UsageError
from alice_core.library.watch.service import Setting, only_in_environment, service_for

HOME = Path('/data/50% "off" $HOME/it\'s & <here>')


@pytest.fixture
def setting(tmp_path):
    return Setting("linux", "/opt/my python/bin/python3", HOME, usual=False, user=tmp_path, environment={})


def test_systemd(setting, tmp_path):
    service = service_for(setting)
    assert service.path.parent == tmp_path / ".config" / "systemd" / "user"
    assert service.path.name == f"{service.name}.service"
    (command,) = [line for line in service.text.splitlines() if line.startswith("ExecStart=")]
    assert command == (
        'ExecStart="/opt/my python/bin/python3" "-m" "alice_core.cli" "--home"'
        ' "/data/50%% \\"off\\" $$HOME/it\'s & <here>" "watch"'
    )
    assert service.enable.endswith(f"systemctl --user enable --now {service.name}.service")
    elsewhere = replace(setting, environment={"XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    assert service_for(elsewhere).path.is_relative_to(tmp_path / "xdg")


def test_each_store_has_a_service_of_its_own(setting):
    usual = service_for(replace(setting, usual=True))
    assert usual.name == "alice-watch"
    assert len({usual.name, service_for(setting).name, service_for(replace(setting, home=Path("/other"))).name}) == 3


def test_launchd(setting, tmp_path):
    service = service_for(replace(setting, system="darwin"))
    assert service.path.parent == tmp_path / "Library" / "LaunchAgents"
    values = plistlib.loads(service.data)
    assert values["ProgramArguments"] == [setting.python, "-m", "alice_core.cli", "--home", str(HOME), "watch"]
    assert values["Label"] == service.name == service.path.stem
    assert str(service.path) in service.enable


def test_windows(setting):
    python = r"C:\Program Files\Python\python.exe"
    service = service_for(replace(setting, system="win32", python=python))
    root = ET.fromstring(service.text)
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    (action,) = root.iter(f"{space}Exec")
    assert action.find(f"{space}Command").text == r"C:\Program Files\Python\pythonw.exe"
    assert action.find(f"{space}Arguments").text.endswith("watch")
    assert '50% \\"off\\"' in action.find(f"{space}Arguments").text
    assert service.enable.startswith("schtasks /Create")
    assert service_for(replace(setting, system="win32", python="py")).text.count("<Command>py</Command>") == 1


def test_an_unknown_system(setting):
    with pytest.raises(UsageError, match="plan9"):
        service_for(replace(setting, system="plan9"))


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_installing(setting, tmp_path, system):
    setting = replace(setting, system=system, home=tmp_path / "home", user=tmp_path / "user")
    service = service_for(setting)
    assert service.install()
    assert service.path.read_bytes() == service.data
    assert not service.install()
    other = replace(service_for(replace(setting, python="/other/python")), path=service.path)
    assert other.install()
    assert service.path.read_bytes() == other.data
    service.path.write_text("[Unit]\n# mine\n")
    with pytest.raises(Conflict):
        service.install()
    assert service.path.read_text() == "[Unit]\n# mine\n"
    assert [path.name for path in service.path.parent.iterdir()] == [service.path.name]


def test_a_folder_that_cannot_be_made(setting, tmp_path):
    (tmp_path / ".config").write_text("a file")
    with pytest.raises(ExportError):
        service_for(setting).install()


def test_settings_that_a_service_would_not_see():
    environment = {"ALICE_HOME": "/x", "ALICE_STORE__URL": "postgresql://x/y", "PATH": "/bin"}
    assert only_in_environment(environment) == ["ALICE_STORE__URL"]
