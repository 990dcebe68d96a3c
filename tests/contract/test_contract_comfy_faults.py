"""The ComfyUI provider over real HTTP: everything that goes wrong, and what it says of itself."""

from __future__ import annotations

import importlib
import json
import time
from datetime import date

import pytest
from comfy_jobs import SURE, made_of, task, until, wait
from comfy_server import ComfyServer
from comfy_types import object_info, still
from faults import Answer, Fault, cut_json, gateway, html, lost, lost_before, slow

from alice_core.errors import (
    ConfigError,
    MissingExtra,
    ProviderAmbiguous,
    ProviderBadAnswer,
    ProviderInvalidTask,
    ProviderTimeout,
    ProviderUnavailable,
)
from alice_core.providers.comfy.provider import ComfyUI
from alice_core.providers.comfy.wire import Place, Wire
from alice_core.providers.operation import Failed, Queued
from alice_core.providers.price_file import load_book
from alice_core.providers.registry import get_provider
from alice_core.providers.task import ImageTask, VisionTask
from alice_core.workflows.singles import options_from


@pytest.fixture
def server(tmp_path):
    with ComfyServer(folder=tmp_path / "server", types=object_info()) as one:
        yield one


@pytest.fixture
def comfy(server):
    return ComfyUI(server.url, sure=SURE)


# What goes wrong.


def test_a_lost_answer_is_found_again_by_our_own_name(server, comfy):
    server.fail(lost("submit"))
    with pytest.raises(ProviderAmbiguous) as caught:
        comfy.submit(task(), "k", {})
    assert caught.value.billed == "maybe"
    found = comfy.lookup("k", "2026-01-01T00:00:00Z")
    made_of(wait(comfy, found))
    assert len(server.runs) == 1
    server.fail(lost_before("submit"))
    with pytest.raises(ProviderAmbiguous):
        comfy.submit(task(), "k2", {})
    assert comfy.lookup("k2", "2026-01-01T00:00:00Z") is None


def test_a_waiting_job_is_found_too(server, comfy):
    server.steps, server.pace = 400, 0.005
    for key in ("a", "b"):
        comfy.submit(task(key), key, {})
    found = comfy.lookup("b", "")
    assert isinstance(comfy.poll(found), Queued)
    server.steps = 1
    assert comfy.cancel(comfy.lookup("a", ""))
    made_of(wait(comfy, found))


@pytest.mark.parametrize("fault", [html, cut_json, gateway], ids=["html", "cut JSON", "gateway"])
def test_an_answer_that_is_none_may_have_been_work(server, comfy, fault):
    server.fail(fault("submit"))
    with pytest.raises(ProviderBadAnswer) as caught:
        comfy.submit(task(), "k", {})
    assert caught.value.lost
    assert "--" not in str(caught.value)


def test_a_server_that_is_not_there_or_does_not_answer(server, comfy, tmp_path, monkeypatch):
    nobody = ComfyUI("http://127.0.0.1:9", sure=SURE)
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        nobody.submit(task(), "k", {})
    operation = comfy.submit(task(), "k", {}).operation
    monkeypatch.setattr("alice_core.providers.comfy.wire.CONTROL_SECONDS", 0.2)
    server.fail(slow("history", 1.0))
    start = time.monotonic()
    with pytest.raises(ProviderTimeout):
        Wire(server.url).history(operation.request_id)
    assert time.monotonic() - start < 3.5
    made_of(wait(comfy, operation))


def test_a_node_that_fails_is_named_with_what_it_says(server, comfy):
    server.broken = {"KSampler": ("torch.OutOfMemoryError", "Allocation on device")}
    answer = wait(comfy, comfy.submit(task(), "k", {}).operation)
    assert isinstance(answer, Failed)
    assert answer.reason == "'KSampler' (node 3): OutOfMemoryError: Allocation on device"
    assert "ran out of memory" in answer.hint


def test_what_the_server_lacks_is_named_before_anything_is_sent(server, comfy):
    graph = still()
    graph["4"]["inputs"]["ckpt_name"] = "flux.safetensors"
    with pytest.raises(ProviderInvalidTask, match=r"no model 'flux.safetensors'") as caught:
        comfy.submit(task(graph=graph), "k", {})
    assert "base.safetensors" in (caught.value.hint or "")
    assert server.seen("submit") == []
    server.types = object_info(models=("flux.safetensors",))  # it was put there in the meantime
    made_of(wait(comfy, comfy.submit(task(graph=graph), "k", {}).operation))


def test_a_model_that_vanished_is_refused_in_one_readable_line(server, comfy):
    wait(comfy, comfy.submit(task(), "k", {}).operation)
    server.types = object_info(models=())
    with pytest.raises(ProviderInvalidTask, match=r"ckpt_name: the server has no 'base.safetensors'"):
        comfy.submit(task(), "k2", {})


def test_an_output_that_would_be_dropped_is_a_failure_and_the_rest_is_taken_back(server, comfy):
    error = {"type": "required_input_missing", "details": "images", "extra_info": {"input_name": "images"}}
    errors = {"9": {"errors": [error], "dependent_outputs": ["9"], "class_type": "SaveImage"}}

    def partly(answer):
        body = json.loads(answer.body) | {"node_errors": errors}
        return Answer(200, answer.headers, json.dumps(body).encode())

    server.steps, server.pace = 400, 0.005
    server.fail(Fault("partly", "submit", changed=partly))
    with pytest.raises(ProviderInvalidTask, match=r"'SaveImage' \(node 9\), images: nothing is connected"):
        comfy.submit(task(), "k", {})
    until(lambda: not server.running and not server.pending)
    assert server.made() == []


def test_a_file_that_is_gone_from_the_server_is_told(server, comfy):
    operation = comfy.submit(task(), "k", {}).operation
    until(lambda: server.history)
    for path in server.made():
        path.unlink()
    answer = comfy.poll(operation)
    assert isinstance(answer, Failed)
    assert "not on the server any more" in answer.reason


def test_an_upload_that_is_too_large_or_not_taken(server, comfy, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"x")
    wire = Wire(server.url)
    server.fail(Fault("large", "upload", Answer(413)), Fault("odd", "upload", Answer(400)))
    with pytest.raises(ProviderInvalidTask, match="as large as a"):
        wire.upload(path, "a.png", "alice")
    with pytest.raises(ProviderBadAnswer, match="answered /upload/image with 400"):
        wire.upload(path, "a.png", "alice")
    assert wire.upload(path, "a.png", "") == "a.png"
    path.write_bytes(b"other bytes")
    assert wire.upload(path, "a.png", "") == "a (1).png"
    wire.close()
    wire.close()


def test_odd_answers_of_a_server_are_told(server):
    wire = Wire(server.url)
    server.fail(Fault("odd", "media", Answer(403)), Fault("odd", "stats", Answer(200, (), b"<html>")))
    with pytest.raises(ProviderBadAnswer, match="/view"):
        wire.view(Place("a.png"))
    with pytest.raises(ProviderBadAnswer, match="/system_stats"):
        wire.system_stats()


# The provider itself.


def test_it_says_what_it_is_and_costs_nothing(server, comfy):
    assert comfy.test() == f"ComfyUI 0.3.64 with {len(object_info())} node types answers"
    assert get_provider("comfy").name == "comfy"
    (card,) = comfy.cards()
    assert comfy.card() is comfy.card("workflow", "video") is card
    assert (card.lookup, card.cancel, card.delivery) == (True, "any", "queued")
    assert comfy.quote(task(), load_book(date(2026, 11, 24))).high == 0
    for wrong in (("flux", ""), ("", "vision")):
        with pytest.raises(ProviderInvalidTask):
            comfy.card(*wrong)
    assert comfy.check(VisionTask("what is this?"))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "options.comfy.workflow"),
        ({"workflow": {"a": 1}}, "options.comfy.workflow"),
        ({"workflow": still(), "roles": {"song": "1.a"}}, "options.comfy.roles"),
        ({"workflow": still(), "speed": 3}, "options.comfy.speed"),
    ],
)
def test_a_task_that_cannot_be_sent_is_known_offline(comfy, server, options, field):
    problems = comfy.check(ImageTask("x", 64, 64, 1, options={"comfy": options}))
    assert [one.field for one in problems] == [field]
    assert server.calls == []


def test_the_address_comes_from_the_variable_and_must_be_one(server, monkeypatch):
    monkeypatch.setenv("COMFYUI_URL", server.url)
    assert "answers" in get_provider("comfy").test()
    monkeypatch.setenv("COMFYUI_URL", "http://gpu.example.com:8188")
    with pytest.raises(ConfigError):
        get_provider("comfy").test()
    monkeypatch.delenv("COMFYUI_URL")
    assert Wire().address == "http://127.0.0.1:8188"


def test_without_its_package_it_says_what_to_install(server, monkeypatch):
    real = importlib.import_module

    def missing(name, *more):
        if name == "httpx":
            raise ModuleNotFoundError(name)
        return real(name, *more)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(MissingExtra, match="httpx") as caught:
        Wire(server.url).queue()
    assert "alicemultiverse[comfy]" in (caught.value.hint or "")


def test_the_command_gives_the_workflow_itself_and_its_pins(tmp_path):
    path = tmp_path / "still.json"
    path.write_text(json.dumps(still()))
    (tmp_path / "still.alice.toml").write_text('[roles]\nprompt = "7.text"\n')
    found = options_from({"workflow": str(path)}, "comfy")
    assert found == {"comfy": {"workflow": still(), "roles": {"prompt": "7.text"}}}
