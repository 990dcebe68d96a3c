"""The converter against ComfyUI's own editor: what its ``graphToPrompt`` makes of the same files.

The results in ``comfy/`` are those of the front end 1.27.10 in a browser for the hand-made workflows of
``comfy_sheets``; those of the stock templates lie beside the project.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

import pytest
from comfy_sheets import SHEETS
from comfy_types import object_info

from alice_core.providers.comfy.convert import to_api
from alice_core.providers.comfy.schema import node_types
from alice_core.providers.comfy.workflow import workflow_of

HAND = Path(__file__).parent / "comfy"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "comfyui"
GOLDENS = sorted((DATA / "api_goldens").glob("*.json"))


@cache
def theirs():
    return json.loads((DATA / "object_info-0.3.64.json").read_text(encoding="utf-8"))


@cache
def their_types():
    return node_types(theirs())


def template(name):
    found = importlib.util.find_spec("comfyui_workflow_templates_json")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the package comfyui-workflow-templates-json is not installed")
    path = Path(found.submodule_search_locations[0]) / "templates" / name
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(HAND.glob("*.json")), ids=lambda path: path.stem)
def test_hand_made_workflows_come_out_as_the_editor_makes_them(path):
    types = object_info()
    made = to_api(workflow_of(SHEETS[path.stem](types)), node_types(types))
    assert made.to_json() == json.loads(path.read_text(encoding="utf-8"))


def test_values_of_an_instance_inside_a_subgraph_are_kept_in_whatever_order_the_file_has_them():
    types = object_info()
    made = [to_api(workflow_of(SHEETS[name](types)), node_types(types)) for name in ("nested", "nested-outer-first")]
    assert made[0] == made[1]  # the editor itself loses them in the second


@pytest.mark.skipif(not GOLDENS, reason="the results of the editor lie in shared/data/comfyui, which is not here")
@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_stock_templates_come_out_as_the_editor_makes_them(golden):
    made = to_api(workflow_of(template(golden.name)), their_types())
    assert made.to_json() == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.skipif(not GOLDENS, reason="the node types of a real server lie in shared/data/comfyui, which is not here")
@pytest.mark.parametrize("name", sorted(object_info()))
def test_our_small_list_of_node_types_says_what_the_real_one_says(name):
    ours, real = object_info()[name], theirs()[name]
    assert [real[key] for key in ("output", "output_name", "output_node")] == [
        ours[key] for key in ("output", "output_name", "output_node")
    ]
    assert (real["display_name"] or name) == (ours["display_name"] or name)
    for section in ("required", "optional"):
        mine, wanted = ours["input"].get(section, {}), real["input"].get(section, {})
        assert list(mine) == list(wanted)
        for key, spec in mine.items():
            assert isinstance(spec[0], list) == isinstance(wanted[key][0], list)
            said = wanted[key][1] if len(wanted[key]) > 1 else {}
            options = spec[1] if len(spec) > 1 else {}
            for option in ("default", "min", "max", "step", "round", "dynamicPrompts", "control_after_generate"):
                assert options.get(option) == said.get(option), (key, option)
            assert bool(options.get("multiline")) == bool(said.get("multiline"))
