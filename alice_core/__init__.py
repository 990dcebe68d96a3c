"""AliceMultiverse: a song in, a cut music video out, and every file known by its bytes.

::

    import alice_core

    with alice_core.open() as alice:
        result = alice.make(alice_core.MakeRequest(...))
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alice_core.errors import AliceError
    from alice_core.face import Alice
    from alice_core.face import open_alice as open  # noqa: A004 - the name that tutorials use
    from alice_core.progress import Progress
    from alice_core.timing import FrameRate
    from alice_core.workflows.request import MakeRequest
    from alice_core.workflows.result import MakeResult

__version__ = "0.1.0"

__all__ = ["Alice", "AliceError", "FrameRate", "MakeRequest", "MakeResult", "Progress", "open"]

_HOMES = {
    "Alice": ("alice_core.face", "Alice"),
    "AliceError": ("alice_core.errors", "AliceError"),
    "FrameRate": ("alice_core.timing", "FrameRate"),
    "MakeRequest": ("alice_core.workflows.request", "MakeRequest"),
    "MakeResult": ("alice_core.workflows.result", "MakeResult"),
    "Progress": ("alice_core.progress", "Progress"),
    "open": ("alice_core.face", "open_alice"),
}


def __getattr__(name: str) -> object:
    # Importing the package must cost nothing: ComfyUI and the command's help do it often.
    if name in _HOMES:
        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
