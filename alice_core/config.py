"""Settings, and where each one came from.

Later layers win: the built-in defaults, the user's file, the nearest ``alice.toml`` above
the working folder, the environment (``ALICE_SECTION__KEY``), the command's flags. Secrets
are never settings: they come from the environment or the keyring alone.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alice_core.errors import ConfigError

APPLICATION = "alice"
PROJECT_FILE = "alice.toml"


class StoreSettings(BaseModel):
    """Where the store is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str | None = None
    """Address of the database; by default ``alice.db`` in the home folder."""


class MakeSettings(BaseModel):
    """What ``alice make`` does when nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fps: str = "24"
    """Frame rate of the picture."""
    size: str = "1280x720"
    """Size of the picture in pixels."""
    cut: Literal["auto", "beat", "bar", "2bar", "4bar", "section"] = "auto"
    """How often to cut."""
    provider: str = "storyboard"
    """Who makes the shots."""
    start: str = "01:00:00:00"
    """Timecode of the first frame."""
    seed: int = 1
    """From which every shot's seed comes."""


class TrashSettings(BaseModel):
    """How the trash is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(default=30, ge=0, le=36_500)
    """For how many days a file is kept in the trash before it may be deleted."""


class ProviderSettings(BaseModel):
    """How long providers are waited for, and where they are reached when not at their own address.

    A variable of the same name as an address, in capitals, comes first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    retry_after: int = Field(default=60, ge=0, le=86_400)
    """Seconds to wait at most when a provider asks to wait; for longer, the job is parked."""
    wait: int = Field(default=1800, ge=0, le=604_800)
    """Seconds after which a job that is not done is parked; the same command goes on with it."""
    openai_base_url: str | None = None
    """Address of OpenAI's interface, or of one that stands in for it."""
    anthropic_base_url: str | None = None
    """Address of Anthropic's interface, or of one that stands in for it."""
    fal_run_host: str | None = None
    """Host of fal's runners, without the scheme."""
    fal_queue_run_host: str | None = None
    """Host of fal's queue, without the scheme."""
    fal_site_url: str | None = None
    """Address of fal's pages, where models are described."""
    comfyui_url: str | None = None
    """Address of the ComfyUI server."""


class Settings(BaseModel):
    """All settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: StoreSettings = StoreSettings()
    make: MakeSettings = MakeSettings()
    trash: TrashSettings = TrashSettings()
    providers: ProviderSettings = ProviderSettings()


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force, and for each ``section.key`` the layer it came from."""

    settings: Settings
    origins: Mapping[str, str]


def home_folder(chosen: Path | None = None) -> Path:
    """The folder of the store: as chosen, else ``ALICE_HOME``, else the platform's data folder."""
    if chosen is not None:
        return chosen.expanduser().absolute()
    named = os.environ.get("ALICE_HOME")
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def user_file() -> Path:
    """The user's own configuration file, whether it exists or not."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "config.toml"


def audit_key_file() -> Path:
    """The file of the key that checkpoints of the log are signed with; not beside the store that it vouches for."""
    return user_file().with_name("audit-key")


def audit_pins_folder() -> Path:
    """Where the newest checkpoint of each store is kept a second time; not beside the store that it vouches for."""
    return user_file().with_name("audit-pins")


def audit_seed(make: Callable[[], bytes]) -> bytes:
    """The private key: from ``ALICE_AUDIT_KEY``, else from its file, which is made at first use, for the user alone.

    Raises:
        ConfigError: It is not written in hexadecimal digits, or its file cannot be read or made.
    """
    said = os.environ.get("ALICE_AUDIT_KEY")
    file = audit_key_file()
    try:
        if said is None and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                private = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(private, "w", encoding="ascii") as out:
                    out.write(make().hex() + "\n")
        return bytes.fromhex(file.read_text(encoding="ascii").strip() if said is None else said.strip())
    except (OSError, ValueError) as error:
        where = "ALICE_AUDIT_KEY" if said is not None else str(file)
        reason = error.strerror if isinstance(error, OSError) else "it is not in hexadecimal digits"
        raise ConfigError(
            f"the key in {where} cannot be used: {reason}", hint="It is 64 hexadecimal digits."
        ) from error


def load(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Configuration:
    """The settings as seen from a working folder.

    Raises:
        ConfigError: A file is no TOML, or a setting is unknown or has a value it cannot have.
    """
    environment = os.environ if environment is None else environment
    merged: dict[str, dict[str, Any]] = {}
    origins = {f"{section}.{key}": "default" for section, key in _keys()}
    for origin, values in _layers(folder or Path.cwd(), environment):
        for section, keys in values.items():
            if not isinstance(keys, dict):
                raise ConfigError(f"{origin}: {section!r} is no section", hint="See: alice config show --origin")
            for key, value in keys.items():
                merged.setdefault(section, {})[key] = value
                origins[f"{section}.{key}"] = origin
    try:
        settings = Settings.model_validate(merged, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        origin = origins.get(name, "the configuration")
        raise ConfigError(f"{origin}: {name}: {first['msg']}", hint="See: alice config show --origin") from error
    return Configuration(settings, origins)


def _keys() -> list[tuple[str, str]]:
    return [(section, key) for section, keys in Settings().model_dump().items() for key in keys]


def _layers(folder: Path, environment: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    files = [user_file()]
    nearest = next(
        (above / PROJECT_FILE for above in (folder, *folder.parents) if (above / PROJECT_FILE).is_file()), None
    )
    if nearest is not None:
        files.append(nearest)
    layers = [(str(file), _read(file)) for file in files if file.is_file()]
    for section, key in _keys():
        name = f"ALICE_{section.upper()}__{key.upper()}"
        if name in environment:
            layers.append((name, {section: {key: environment[name]}}))
    return layers


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as TOML: {error}", hint="Mend or remove that file.") from error
