"""The ComfyUI provider over real HTTP: what is made, where a job is, a server that is killed, taking back."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO

import pytest
from comfy_jobs import SURE, made_of, sent, task, until, wait
from comfy_server import ComfyServer
from comfy_sheets import Sheet, painter
from comfy_types import moving, object_info, still
from drawn_media import picture
from PIL import Image

from alice_core.errors import ProviderInvalidTask
from alice_core.media.inspect import inspect
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import read_embedded
from alice_core.providers.comfy.provider import ComfyUI
from alice_core.providers.comfy.wire import Wire
from alice_core.providers.operation import Failed, Operation, Queued, Running
from alice_core.providers.task import AudioTask, ImageTask, Reference, VideoTask
from alice_core.timing import FrameRate


@pytest.fixture
def server(tmp_path):
    with ComfyServer(folder=tmp_path / "server", types=object_info()) as one:
        yield one


@pytest.fixture
def comfy(server):
    return ComfyUI(server.url, sure=SURE)


# What is made.


def test_a_still_of_either_form_is_made_and_says_in_itself_where_it_comes_from(server, comfy, tmp_path):
    about = {"run": "r-1", "shot": "shot-0003", "project": "rain"}
    first = wait(comfy, comfy.submit(task(about=about), "key-1", {}).operation)
    (data,) = made_of(first)
    assert Image.open(BytesIO(data)).size == (64, 48)
    path = tmp_path / "x.png"
    path.write_bytes(data)
    read = read_embedded(Given(inspect(path).blocks, name="x.png")).generation
    assert (read.reader, read.prompt, read.seed) == ("comfyui", "a blue bird", 7)
    blocks = Image.open(BytesIO(data)).text
    assert json.loads(blocks["alice"]) == about | {
        "schema": "alice.job/1", "provider": "comfy", "job": "key-1", "kind": "image", "count": "1",
    }  # fmt: skip
    sheet = Sheet(object_info())
    painter(sheet)
    second = wait(comfy, comfy.submit(task(graph=sheet.saved()), "key-2", {}).operation)
    (other,) = made_of(second)
    assert json.loads(Image.open(BytesIO(other)).text["workflow"]) == json.loads(json.dumps(sheet.saved()))
    assert first.usage == {"request": 1}


def test_the_same_seed_gives_the_same_picture_and_every_job_has_files_of_its_own(server, comfy):
    answers = [wait(comfy, comfy.submit(task(seed=seed), f"k{n}", {}).operation) for n, seed in enumerate((7, 7, 8))]
    pixels = [Image.open(BytesIO(made_of(one)[0])).tobytes() for one in answers]
    assert pixels[0] == pixels[1] != pixels[2]
    assert len(server.made()) == 3


def test_several_pictures_at_once_and_words_that_the_workflow_has_no_place_for(server, comfy):
    graph = still()
    graph["3"]["inputs"]["negative"] = ["20", 0]
    graph["20"] = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["6", 0]}}
    many = ImageTask("x", 32, 32, 1, negative="fog", count=3, options={"comfy": {"workflow": graph}})
    answer = wait(comfy, comfy.submit(many, "k", {}).operation)
    assert len(set(made_of(answer))) == 3
    assert answer.warnings == ("the workflow has no input for: negative",)
    del graph["5"]["inputs"]["batch_size"]
    with pytest.raises(ProviderInvalidTask, match="number of pictures"):
        comfy.submit(many, "k2", {})


def test_a_clip_from_a_first_frame_that_is_uploaded_once_under_its_digest(server, comfy, tmp_path):
    frame = tmp_path / "shot 3, naïve.PNG"
    frame.write_bytes(picture(64, 48, "first"))
    digest = "sha256:" + sha256(frame.read_bytes()).hexdigest()
    rate = FrameRate.parse("25")
    one = VideoTask(
        "it runs", 64, 64, 3, 20, rate, options={"comfy": {"workflow": moving(picture=True)}},
        references=(Reference(digest, "first-frame", "image/png", 64, 48),),
    )  # fmt: skip
    for key in ("a", "b"):
        answer = wait(comfy, comfy.submit(one, key, {digest: frame}).operation)
        assert made_of(answer)[0][4:8] == b"ftyp"
        assert answer.outputs[0].media_type == "video/mp4"
    (uploaded,) = (server.folder / "input" / "alice").iterdir()
    assert uploaded.name == f"{digest.removeprefix('sha256:')}.png"
    prompt = next(iter(server.history.values()))["prompt"][2]
    assert prompt["10"]["inputs"]["length"] == 13  # 0.8 s at 16 frames a second
    assert prompt["12"]["inputs"]["image"] == f"alice/{uploaded.name}"


def test_sound(server, comfy):
    (server.folder / "input" / "song.flac").write_bytes(b"x")
    graph = {"1": sent("LoadAudio", audio="song.flac"), "2": sent("SaveAudio", audio=["1", 0], filename_prefix="a")}
    one = AudioTask("music", "", options={"comfy": {"workflow": graph}}, format="flac")
    answer = wait(comfy, comfy.submit(one, "k", {}).operation)
    assert (made_of(answer)[0][:4], answer.outputs[0].media_type) == (b"fLaC", "audio/flac")


def test_previews_count_where_nothing_is_saved_and_the_wrong_kind_does_not(server, comfy):
    graph = still()
    graph["9"] = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
    assert made_of(wait(comfy, comfy.submit(task(graph=graph), "k", {}).operation))
    clip = VideoTask("x", 64, 64, 1, 8, FrameRate.parse("24"), options={"comfy": {"workflow": still()}})
    answer = wait(comfy, comfy.submit(clip, "k2", {}).operation)
    assert isinstance(answer, Failed)
    assert "gave no video" in answer.reason


def test_roles_can_be_pinned_and_prompts_are_worked_out_by_seed(server, comfy):
    graph = still()
    one = task("over there", graph=graph, roles={"prompt": "7.text", "negative": []})
    wait(comfy, comfy.submit(one, "k", {}).operation)
    prompt = next(iter(server.history.values()))["prompt"][2]
    assert (prompt["7"]["inputs"]["text"], prompt["6"]["inputs"]["text"]) == ("over there", "a red fox")


# Where a job is.


def test_a_job_waits_then_works_then_is_done(server, comfy):
    server.steps, server.pace = 400, 0.005
    jobs = [comfy.submit(task(str(n)), f"k{n}", {}).operation for n in range(3)]
    until(lambda: comfy.poll(jobs[0]) == Running())
    assert [comfy.poll(one) for one in jobs[1:]] == [Queued(1), Queued(2)]
    assert comfy.cancel(jobs[0])
    server.steps = 1
    made_of(wait(comfy, jobs[2]))


def test_right_after_its_end_a_job_is_nowhere_and_is_not_taken_for_lost(server, comfy):
    server.gap = 0.02
    jobs = [comfy.submit(task(str(n)), f"k{n}", {}).operation for n in range(8)]
    for one in jobs:
        made_of(wait(comfy, one))
    assert len(server.runs) == 8
    assert len(server.made()) == 8


def test_another_process_asks_for_the_same_job(server, comfy):
    operation = Operation.from_json(comfy.submit(task(), "k", {}).operation.to_json())
    made_of(wait(ComfyUI(server.url, sure=SURE), operation))
    assert len(server.runs) == 1


def test_a_job_that_a_restart_has_lost_is_made_once_more_with_the_same_seed(server, comfy):
    server.steps, server.pace = 400, 0.005
    operation = comfy.submit(task(), "k", {}).operation
    until(lambda: server.running)
    server.restart()
    server.steps = 1
    (data,) = made_of(wait(comfy, operation))
    alone = ComfyUI(server.url, sure=SURE)
    (again,) = made_of(wait(alone, alone.submit(task(), "k2", {}).operation))
    assert Image.open(BytesIO(data)).tobytes() == Image.open(BytesIO(again)).tobytes()
    assert server.runs[0] == server.runs[1]


def test_a_server_that_keeps_dying_is_given_up(server, comfy):
    operation = comfy.submit(task(), "k", {}).operation
    wait(comfy, operation)
    answers = []
    while not answers or not isinstance(answers[-1], Failed):
        with server.lock:
            server.history.clear()
            server.pending.clear()
        answers.append(comfy.poll(operation))
        time.sleep(SURE)
        assert len(answers) < 60
    assert "has lost the job" in answers[-1].reason


def test_a_lost_job_that_the_server_refuses_the_second_time_has_failed(server, comfy):
    operation = comfy.submit(task(), "k", {}).operation
    made_of(wait(comfy, operation))
    server.types = object_info(models=("another.safetensors",))
    server.restart()
    answer = wait(comfy, operation)
    assert isinstance(answer, Failed)
    assert "ckpt_name: the server has no 'base.safetensors'; it has ['another.safetensors']" in answer.reason


def test_many_jobs_and_a_server_killed_five_times_none_lost_none_doubled(server, comfy):
    server.steps, server.pace = 1, 0.004
    jobs = [comfy.submit(task(str(n), seed=n), f"job-{n}", {}).operation for n in range(60)]
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(wait, comfy, one, 60.0) for one in jobs]
        for count in (5, 15, 25, 35, 45):
            until(lambda count=count: len(set(server.runs)) >= count, 30)
            server.restart()
        answers = [one.result() for one in waiting]
    pictures = [sha256(made_of(one)[0]).hexdigest() for one in answers]
    assert len(set(pictures)) == 60
    for number, answer in enumerate(answers):
        assert json.loads(Image.open(BytesIO(answer.outputs[0].data)).text["alice"])["job"] == f"job-{number}"


def test_two_servers_that_write_into_one_folder_overwrite_nothing(tmp_path):
    folder = tmp_path / "shared"
    with ComfyServer(folder=folder, types=object_info()) as a, ComfyServer(folder=folder, types=object_info()) as b:
        ends = [ComfyUI(one.url, sure=SURE) for one in (a, b)]
        jobs = [(ends[n % 2], ends[n % 2].submit(task(str(n)), f"k{n}", {}).operation) for n in range(40)]
        digests = {sha256(made_of(wait(*one))[0]).digest() for one in jobs}
        assert len(digests) == len(a.made()) == 40


# Taking back.


def test_a_job_that_was_taken_back_while_it_waited_is_not_sent_again(server, comfy):
    server.steps, server.pace = 2000, 0.005
    first, second = (comfy.submit(task(name), name, {}).operation for name in ("first", "second"))
    until(lambda: server.running)
    assert comfy.cancel(second)
    answer = wait(comfy, second)
    assert isinstance(answer, Failed)
    assert answer.reason == "it was taken back"
    assert comfy.cancel(first)
    assert len(server.seen("submit")) == 2


def test_a_job_that_somebody_else_took_out_of_the_queue_is_not_sent_again(server, comfy):
    made_of(wait(comfy, comfy.submit(task("earlier"), "earlier", {}).operation))
    server.steps, server.pace = 2000, 0.005
    first, second = (comfy.submit(task(name), name, {}).operation for name in ("first", "second"))
    until(lambda: server.running)
    Wire(server.url).drop(second.request_id)
    answer = wait(comfy, second)
    assert isinstance(answer, Failed)
    assert "somebody took it out" in answer.reason
    assert comfy.cancel(first)


def test_only_our_own_job_is_taken_back_and_soon(server, comfy):
    server.steps, server.pace = 2000, 0.005
    theirs, ours, waiting = (comfy.submit(task(n), n, {}).operation for n in ("theirs", "ours", "waiting"))
    until(lambda: server.running)
    assert comfy.cancel(waiting)
    assert comfy.cancel(ours)
    assert comfy.poll(theirs) == Running()
    start = time.monotonic()
    assert comfy.cancel(theirs)
    until(lambda: not server.running)
    assert time.monotonic() - start < 1
    answer = wait(comfy, theirs)
    assert isinstance(answer, Failed)
    assert "interrupted" in answer.reason
    bodies = [json.loads(call.body) for call in server.seen("interrupt")]
    assert bodies == [{"prompt_id": theirs.request_id}]


def test_a_job_that_is_done_cannot_be_taken_back_and_no_interrupt_goes_without_a_name(server, comfy):
    operation = comfy.submit(task(), "k", {}).operation
    wait(comfy, operation)
    assert not comfy.cancel(operation)
    with pytest.raises(ValueError, match="other people"):
        Wire(server.url).interrupt("")
    assert server.seen("interrupt") == []
