"""Arrays of a safetensors file, as they lie in it: https://github.com/huggingface/safetensors#format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alice_core.errors import IntegrityError

Array = NDArray[np.float32]

_LENGTH = 8


def read_weights(path: Path) -> Mapping[str, Array]:
    """Every array of single floats by its name, mapped into memory and read only where it is used.

    Raises:
        IntegrityError: The file is no such file, or is cut short.
    """
    try:
        data = np.memmap(path, np.uint8, "r")
        length = int.from_bytes(data[:_LENGTH].tobytes(), "little")
        names: dict[str, dict[str, Any]] = json.loads(data[_LENGTH : _LENGTH + length].tobytes())
        body = data[_LENGTH + length :]
        return {
            name: body[slice(*one["data_offsets"])].view(np.float32).reshape(one["shape"])
            for name, one in names.items()
            if name != "__metadata__" and one["dtype"] == "F32"
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            f"the weights of the model at {path} cannot be read: {error}",
            hint="Install the model again: alice doctor says how.",
        ) from error
