#!/usr/bin/env python3
"""The figures of ComfyUI: how many graphs come out as the editor makes them, and how long that takes.

::

    python bench/comfy.py                           the share on the expected results beside the project
    python bench/comfy.py --goldens DIR --workflows DIR --object-info FILE

Expected results: ``NAME.json`` as the editor's own ``graphToPrompt`` gives it; workflows: ``NAME.json`` as saved.
Without ``--workflows`` they are the stock templates of the package comfyui-workflow-templates-json. A graph counts as
equal where the whole JSON is, titles included.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import time
from pathlib import Path

from alice_core.errors import AliceError
from alice_core.providers.comfy.convert import to_api
from alice_core.providers.comfy.preflight import graph_for, preflight
from alice_core.providers.comfy.roles import find_roles
from alice_core.providers.comfy.schema import node_types
from alice_core.providers.comfy.workflow import workflow_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "comfyui"


def templates() -> Path:
    found = importlib.util.find_spec("comfyui_workflow_templates_json")
    if found is None or not found.submodule_search_locations:
        message = "pip install comfyui-workflow-templates-json==0.1.123, or say --workflows"
        raise SystemExit(message)
    return Path(found.submodule_search_locations[0]) / "templates"


def main() -> int:
    parser = argparse.ArgumentParser(description="How many graphs come out as ComfyUI's editor makes them.")
    parser.add_argument("--goldens", type=Path, default=DATA / "api_goldens")
    parser.add_argument("--workflows", type=Path)
    parser.add_argument("--object-info", type=Path, default=DATA / "object_info-0.3.64.json")
    said = parser.parse_args()
    goldens = sorted(said.goldens.glob("*.json"))
    if not goldens or not said.object_info.is_file():
        print(f"nothing to compare with in {said.goldens}")
        return 2
    folder = said.workflows or templates()
    start = time.perf_counter()
    types = node_types(json.loads(said.object_info.read_text(encoding="utf-8")))
    print(f"{len(types)} node types read in {1000 * (time.perf_counter() - start):.0f} ms")
    equal, seconds, roles, lacks = 0, [], 0, 0
    for golden in goldens:
        workflow = json.loads((folder / golden.name).read_text(encoding="utf-8"))
        start = time.perf_counter()
        try:
            made = to_api(workflow_of(workflow), types).to_json()
        except AliceError as error:
            print(f"  {golden.stem}: {error.message}")
            continue
        seconds.append(time.perf_counter() - start)
        if made == json.loads(golden.read_text(encoding="utf-8")):
            equal += 1
        else:
            print(f"  {golden.stem}: differs")
        graph = graph_for(workflow, types)
        found = find_roles(graph, types)
        roles += bool({"prompt", "image", "video", "audio"} & found.keys())
        lacks += bool(preflight(graph, types))
    print(f"equal to the editor: {equal} of {len(goldens)} ({100 * equal / len(goldens):.1f} %)")
    print(f"a place for words or a file is found in {roles}; the server lacks something for {lacks}")
    if seconds:
        print(f"conversion: median {1000 * statistics.median(seconds):.1f} ms, longest {1000 * max(seconds):.1f} ms")
    return 0 if equal == len(goldens) else 1


if __name__ == "__main__":
    raise SystemExit(main())
