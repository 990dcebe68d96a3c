"""``alice comfy``: what people and programs see of a workflow."""

from __future__ import annotations

import json

import pytest
from comfy_server import ComfyServer
from comfy_sheets import Sheet, painter
from comfy_types import moving, object_info, still

from alice_core.cli.entry import run


@pytest.fixture
def info(tmp_path):
    path = tmp_path / "object_info.json"
    path.write_text(json.dumps(object_info()))
    return path


@pytest.fixture
def workflow(tmp_path):
    sheet = Sheet(object_info())
    painter(sheet, words="a fox in\nthe snow")
    path = tmp_path / "fox.json"
    path.write_text(json.dumps(sheet.saved()))
    return path


def test_inspect_shows_roles_and_that_it_can_run(workflow, info, capsys):
    assert run(["comfy", "inspect", str(workflow), "--object-info", str(info)]) == 0
    out = capsys.readouterr().out
    assert "fox.json: the editor's form, 7 nodes are sent" in out
    assert "prompt    2.text" in out
    assert "a fox in the snow" in out
    assert "The server can run it." in out


def test_inspect_as_json_with_pins_and_lacks(tmp_path, info, capsys):
    graph = moving(picture=True)
    graph["4"]["inputs"]["ckpt_name"] = "wan.safetensors"
    path = tmp_path / "wan.json"
    path.write_text(json.dumps(graph))
    (tmp_path / "wan.alice.toml").write_text('[roles]\nprompt = "7.text"\n')
    assert run(["comfy", "inspect", str(path), "--object-info", str(info), "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["form"], seen["runnable"]) == ("api", False)
    assert seen["roles"]["prompt"] == [{"input": "7.text", "node": "CLIPTextEncode", "value": "blurry", "pinned": True}]
    assert seen["roles"]["length"][0]["step"] == 4
    assert {one["kind"] for one in seen["lacks"]} == {"model", "file"}
    assert run(["comfy", "inspect", str(path), "--object-info", str(info)]) == 0
    out = capsys.readouterr().out
    assert "prompt (pinned)" in out
    assert "the server has no model 'wan.safetensors'" in out
    assert "The server cannot run it as it is." in out


def test_inspect_names_missing_node_types_of_a_server_that_runs(tmp_path, capsys):
    sheet = Sheet(object_info())
    n = painter(sheet)
    sheet.free(50, "FancyUpscaler")
    sheet.link(n["decode"], 0, 50, 0)
    path = tmp_path / "fancy.json"
    path.write_text(json.dumps(sheet.saved()))
    with ComfyServer(folder=tmp_path / "server", types=object_info()) as server:
        assert run(["comfy", "inspect", str(path), "--server", server.url, "--json"]) == 0
        seen = json.loads(capsys.readouterr().out)
        assert [one["message"] for one in seen["lacks"]] == ["the server has no node FancyUpscaler"]
        assert run(["comfy", "convert", str(path), "--server", server.url]) == 7
    assert "FancyUpscaler" in capsys.readouterr().err


def test_convert_prints_writes_and_only_says_what_it_would_write(workflow, info, tmp_path, capsys):
    target = tmp_path / "fox.api.json"
    common = ["comfy", "convert", str(workflow), "--object-info", str(info)]
    assert run(common) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["5"]["class_type"] == "KSampler"
    assert run([*common, "-o", str(target), "--dry-run"]) == 0
    assert "would be written" in capsys.readouterr().out
    assert not target.exists()
    assert run([*common, "-o", str(target)]) == 0
    assert json.loads(target.read_text()) == printed
    capsys.readouterr()
    assert run([*common, "-o", str(target), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"graph": printed, "written": str(target), "lacks": []}


@pytest.mark.parametrize(
    ("name", "content", "status", "word"),
    [
        ("gone.json", None, 3, "there is no workflow"),
        ("bad.json", "[]", 2, "neither of the editor's form nor"),
        ("cut.json", json.dumps(still())[:50], 2, "it is no JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_code(tmp_path, info, capsys, name, content, status, word):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    assert run(["comfy", "inspect", str(path), "--object-info", str(info), "--json"]) == status
    out = capsys.readouterr()
    assert word in out.err
    assert json.loads(out.out)["error"]["code"].startswith("ALICE-")


@pytest.mark.parametrize(("content", "status"), [(None, 3), ("<html>", 2), ("[]", 7)])
def test_a_list_of_node_types_that_is_none(workflow, tmp_path, capsys, content, status):
    path = tmp_path / "list.json"
    if content is not None:
        path.write_text(content)
    assert run(["comfy", "inspect", str(workflow), "--object-info", str(path)]) == status
    assert "alice:" in capsys.readouterr().err


def test_a_server_that_is_not_there(workflow, capsys):
    assert run(["comfy", "inspect", str(workflow), "--server", "http://127.0.0.1:9"]) == 7
    assert "cannot be reached" in capsys.readouterr().err


def test_a_picture_from_a_workflow_through_the_one_runner_is_made_once(tmp_path, capsys, monkeypatch):
    path = tmp_path / "still.json"
    path.write_text(json.dumps(still()))
    common = ["image", "a blue bird", "--provider", "comfy", "--option", f"workflow={path}", "--size", "96x64"]
    with ComfyServer(folder=tmp_path / "server", types=object_info()) as server:
        monkeypatch.setenv("COMFYUI_URL", server.url)
        assert run([*common, "--dry-run"]) == 0
        assert server.calls == []
        for folder in ("one", "two"):
            assert run([*common, "--out", str(tmp_path / folder)]) == 0
        assert len(server.runs) == 1
    (first,), (second,) = (list((tmp_path / folder).glob("*.png")) for folder in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert "0 USD" in capsys.readouterr().out
