"""Workflow files: read, and turned into the options of a task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from alice_core.errors import NotFound
from alice_core.providers.comfy.graph import is_api_graph
from alice_core.providers.comfy.pins import read_pins
from alice_core.providers.comfy.workflow import Json, broken, is_workflow

_MOST_BYTES = 64 * 2**20


def read_workflow(path: Path) -> Json:
    """The JSON of a workflow file of either form: the editor's, or the API format.

    Raises:
        NotFound: There is no such file.
        UsageError: It is no workflow (``ALICE-U06``).
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise broken(str(path), "it is far too large to be one")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        hint = "Save it from ComfyUI: Workflow > Save, or Workflow > Export (API)."
        raise NotFound(f"there is no workflow {path}", hint=hint, code="ALICE-N01") from error
    except (OSError, ValueError, RecursionError) as error:
        raise broken(str(path), f"it is no JSON ({error})") from error
    if not is_workflow(data) and not is_api_graph(data):
        raise broken(str(path), "it is neither of the editor's form nor of the API format")
    return cast("Json", data)


def options_of(path: Path) -> dict[str, Json]:
    """The options of a task that is to be carried out with a workflow file, and the roles pinned beside it.

    They hold the workflow itself, not its path: the same task means the same everywhere, and another when the file
    has changed.

    Raises:
        NotFound: There is no such file.
        UsageError: It is no workflow, or its sidecar cannot be used.
    """
    roles = read_pins(path)
    return {"workflow": read_workflow(path), **({"roles": roles} if roles else {})}
