"""Where ComfyUI's graphs lie in files."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from comfy_graphs import plain

from alice_core.media.generation import Block, Certainty
from alice_core.media.readers.base import Given
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.comfyui_source import graph_block, source_of

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


# where the graphs lie


def exif(*texts, order="<"):
    """A TIFF block with ASCII tags, as ComfyUI writes them."""
    entries, data = [], b""
    start = 8 + 2 + 12 * len(texts) + 4
    for tag, text in sorted(texts):
        raw = text.encode() + b"\0"
        entries.append(struct.pack(order + "HHLL", tag, 2, len(raw), start + len(data)))
        data += raw
    return (
        (b"II*\0" if order == "<" else b"MM\0*")
        + struct.pack(order + "LH", 8, len(texts))
        + b"".join(entries)
        + b"\0" * 4
        + data
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("start", [b"", b"Exif\0\0"])
def test_the_tags_of_a_webp(order, start):
    tags = exif(
        (0x0110, "prompt:" + json.dumps(plain())),
        (0x010F, 'workflow:{"nodes": []}'),
        (0x010E, 'alice:{"shot": "s1"}'),
        order=order,
    )
    given = Given((Block("webp:exif", "", start + tags),), name="ComfyUI_00001_.webp", mime="image/webp")
    found = ComfyUI().read(given)
    assert (found.prompt, found.graph, found.extra["alice"]) == ("a red fox", "webp:exif/", '{"shot": "s1"}')
    assert graph_block(given.blocks, "workflow") == Block("webp:exif", "", b'{"nodes": []}')
    assert json.loads(graph_block(given.blocks, "prompt").data)["6"]["inputs"]["text"] == "a red fox"


@pytest.mark.parametrize(
    ("place", "key", "graph"),
    [
        ("png:comf", "prompt", "png:comf/prompt"),
        ("png:iTXt", "prompt", "png:iTXt/prompt"),
        ("av:tag", "PROMPT", "av:tag/PROMPT"),
        ("av:stream0:tag", "prompt", "av:stream0:tag/prompt"),
    ],
)
def test_other_places(place, key, graph):
    found = ComfyUI().read(Given((Block(place, key, json.dumps(plain()).encode()),)))
    assert (found.prompt, found.graph) == ("a red fox", graph)


def test_the_workflow_is_what_is_dragged_back():
    blocks = (
        Block("png:tEXt", "prompt", json.dumps(plain()).encode()),
        Block("png:tEXt", "workflow", b'{"nodes": [1]}'),
    )
    assert ComfyUI().read(Given(blocks)).graph == "png:tEXt/workflow"
    assert graph_block(blocks, "workflow") is blocks[1]
    assert graph_block(blocks[:1], "prompt") is blocks[0]
    assert graph_block(blocks[:1], "workflow") is None
    assert graph_block((), "prompt") is None


@pytest.mark.parametrize("as_text", [True, False])
def test_the_comment_of_an_old_film(as_text):
    prompt = json.dumps(plain()) if as_text else plain()
    flow = json.dumps({"nodes": []}) if as_text else {"nodes": []}
    comment = json.dumps({"prompt": prompt, "workflow": flow, "CreationTime": "2024-01-02 03:04:05", "n": 1})
    found = ComfyUI().read(Given((Block("av:tag", "comment", comment.encode()),)))
    assert (found.prompt, found.graph, found.extra["CreationTime"]) == (
        "a red fox",
        "av:tag/comment",
        "2024-01-02 03:04:05",
    )
    assert (found.extra["n"], found.made) == ("1", None)


def test_when_it_was_made():
    prompt = Block("av:tag", "prompt", json.dumps(plain()).encode())
    made = Block("av:tag", "creation_time", b"2026-11-24T10:11:12.000000Z")
    assert ComfyUI().read(Given((prompt, made))).made == "2026-11-24T10:11:12.000000Z"
    local = Block("png:tEXt", "CreationTime", b"2026-11-24 10:11:12")
    found = ComfyUI().read(Given((prompt, local)))
    assert (found.made, found.extra["CreationTime"]) == (None, "2026-11-24 10:11:12")


@pytest.mark.parametrize(
    "blocks",
    [
        (),
        (Block("png:tEXt", "parameters", b"a cat\nSteps: 20"),),
        (Block("png:tEXt", "prompt", b"a cat"),),
        (Block("png:tEXt", "prompt", b"{}"),),
        (Block("png:tEXt", "prompt", b'{"a": 1}'),),
        (Block("png:tEXt", "prompt", b'{"a": {"class_type": 1, "inputs": []}}'),),
        (Block("png:tEXt", "prompt", b"[" * 100_000),),
        (Block("png:tEXt", "workflow", b"{broken"),),
        (Block("png:tEXt", "workflow", b'{"nodes": "x"}'),),
        (Block("png:tEXt", "workflow", b"hello"),),
        (Block("av:tag", "comment", b"nice film"),),
        (Block("av:tag", "comment", b"{broken"),),
        (Block("av:tag", "comment", b'{"a": 1}'),),
        (Block("av:tag", "comment", b"{}"),),
        (Block("webp:exif", "", b"prompt:{}"),),
        (Block("webp:exif", "", exif((0x0110, "prompt:{broken"))),),
        (Block("jpeg:exif", "", exif((0x0110, "Canon"))),),
    ],
)
def test_what_is_not_of_comfyui(blocks):
    assert ComfyUI().read(Given(blocks)) is None
    assert blocks == () or source_of(Given(())) is None


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("text_to_video_wan-1.webp", (878361741413693, 30, "6", "uni_pc", "wan2.1_t2v_1.3B_bf16.safetensors", 832)),
        ("txt_to_image_to_video-1.webp", (698927863164185, 20, "2.5", "euler", "svd.safetensors", 1024)),
    ],
)
def test_real_webp_files(name, facts):
    path = SHARED / "metadata" / "comfy-templates" / name
    if not path.is_file():
        pytest.skip("the shared sample files are not here")
    data = path.read_bytes()
    at = data.index(b"EXIF")
    size = struct.unpack_from("<L", data, at + 4)[0]
    found = ComfyUI().read(Given((Block("webp:exif", "", data[at + 8 : at + 8 + size]),), name=name))
    assert (found.seed, found.steps, found.cfg, found.sampler, found.model, found.width) == facts
    assert found.certainty is Certainty.CERTAIN
