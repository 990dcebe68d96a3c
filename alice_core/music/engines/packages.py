"""Packages that the user may have installed, and songs as they want them."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alice_core.errors import MissingExtra
from alice_core.media.sound import open_sound
from alice_core.music.downmix import Mono


def installed(module: str, package: str, hint: str) -> tuple[ModuleType, str]:
    """A module of an optional package, and the package's version.

    Raises:
        MissingExtra: It is not installed, or something it needs is not or does not fit.
    """
    try:
        return import_module(module), version(package)
    except (ImportError, OSError, PackageNotFoundError) as error:  # OSError: its own library cannot be loaded
        raise MissingExtra(
            f"the engine needs the package {package}, which cannot be imported: {error}", hint=hint
        ) from error


def mono(song: Path) -> NDArray[Any]:
    """The whole song in one channel of float32 at :data:`~alice_core.music.features.RATE`.

    Raises:
        NotFound: There is no such file.
        MediaError: It cannot be read as sound.
    """
    with open_sound(song) as reader:
        stream = Mono(reader.channels, reader.sample_rate)
        blocks = [stream.feed(block) for block in reader.blocks()]
    return np.concatenate([*blocks, stream.finish()])
