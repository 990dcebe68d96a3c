"""What readers stand on (blocks, JSON, EXIF), graphs made to break them, and the stock templates."""

from __future__ import annotations

import json
import random
import struct
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.generation import Block, Certainty
from alice_core.media.readers.base import MOST_DEPTH, Given, decoded, parsed
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.comfyui_graph import Budget, graph_of, natural
from alice_core.media.readers.tiff import byte_order, ifd_tags

GOLDENS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "comfyui" / "api_goldens"


def test_text_is_utf_8_and_else_latin_1():
    assert decoded(Block("png:tEXt", "a", "caf\u00e9\0".encode("latin-1"))) == "caf\u00e9"
    assert decoded(Block("png:iTXt", "a", "\u732b".encode())) == "\u732b"
    assert decoded(Block("png:iTXt", "a", "\ufeffx".encode())) == "x"


def test_too_long_a_text_is_not_read(monkeypatch):
    monkeypatch.setattr("alice_core.media.readers.base.MOST_TEXT", 10)
    blocks = Given((Block("png:tEXt", "a", b"[1,2,3,4,5]"),))
    assert blocks.text("a") is None
    assert blocks.json("a") is None
    assert parsed("[1,2,3,4,5]") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("nope", None),
        ("[" * 100_000, None),
        ("9" * 10_000, None),
        ("[" * 300 + "]" * 300, ...),
        ("[" * 500 + "]" * 500, None),
        ("[" + "{}," * 900 + "1]", ...),
    ],
)
def test_json_within_bounds(text, value):
    found = parsed(text)
    assert found is not None if value is ... else found == value
    assert MOST_DEPTH == 400


def test_blocks_by_key_and_place():
    blocks = (
        Block("av:stream0:tag", "PROMPT", b"1"),
        Block("png:tEXt", "prompt", b"2"),
        Block("png:tEXt", "Prompt", b"3"),
    )
    seen = Given(blocks, name="a.png", width=3)
    assert seen.text("prompt") == "1"
    assert seen.text("prompt", "tEXt") == "2"
    assert seen.text("Prompt", "png:tEXt") == "3"
    assert seen.text("PROMPT", ":tag") == "1"
    assert seen.text("PROMPT", "tEXt") is None
    assert seen.json("prompt", "tEXt") == 2
    assert seen.json("prompt", "tEXt") == 2
    assert seen.json("other") is None
    assert seen == Given(blocks, name="a.png", width=3)


def ifd(order, entries, at):
    """A directory at a place; entries are (tag, type, count, raw of at most four bytes or an offset)."""
    body = b"".join(
        struct.pack(order + "HHL", tag, kind, count) + raw.ljust(4, b"\0") for tag, kind, count, raw in entries
    )
    return at, struct.pack(order + "H", len(entries)) + body + b"\0" * 4


def tiff(order, first, second=(), tail=b""):
    place, one = ifd(order, first, 8)
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", place) + one
    return block + (ifd(order, second, 0)[1] if second else b"") + tail


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_tags_of_both_directories(order):
    inner = 8 + 2 + 12 * 3 + 4
    tail = inner + 2 + 12 * 3 + 4
    long, short = struct.Struct(order + "L").pack, struct.Struct(order + "H").pack
    data = tiff(
        order,
        [(0x10F, 2, 4, b"Abc\0"), (0x112, 3, 1, short(6)), (0x8769, 4, 1, long(inner))],
        [(0x829A, 5, 1, long(tail)), (0x8827, 3, 2, short(100) + short(200)), (0x9286, 7, 4, b"\0raw")],
        struct.pack(order + "LL", 1, 250),
    )
    found = ifd_tags(b"Exif\0\0" + data)
    assert found == {0x10F: "Abc", 0x112: 6, 0x829A: Fraction(1, 250), 0x8827: (100, 200), 0x9286: b"\0raw"}
    assert byte_order(data) == order


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"hello world",
        b"II*\0" + struct.pack("<L", 4_000_000_000),
        tiff("<", [(1, 99, 1, b""), (2, 5, 1, struct.pack("<L", 0xFFFFFFF0)), (3, 4, 0, b"")]),
        tiff("<", [(1, 5, 1, struct.pack("<L", 0))], tail=b""),
        tiff("<", [(0x8769, 4, 1, struct.pack("<L", 8))])[:20],
    ],
)
def test_no_tags_and_no_harm(data):
    assert 2 not in ifd_tags(data)


def test_directories_in_a_circle_and_values_that_overlap():
    circle = tiff("<", [(0x8769, 4, 1, struct.pack("<L", 8)), (1, 2, 2, b"a\0")])
    assert ifd_tags(circle) == {1: "a"}
    same = struct.pack("<L", 0)
    bomb = tiff("<", [(number, 7, 2000, same) for number in range(1, 1500)], tail=b"x" * 4000)
    assert len(ifd_tags(bomb)) < 20
    assert ifd_tags(tiff("<", [(1, 3, 5000, same)], tail=b"\0" * 12000)) == {}
    assert ifd_tags(tiff("<", [(1, 5, 1, struct.pack("<L", 26))], tail=b"\1\0\0\0\0\0\0\0")) == {}
    assert ifd_tags(tiff("<", [(1, 2, 3, b"\xe9\0\0")])) == {1: "\u00e9"}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""]))
def test_no_bytes_harm_the_exif_reader(tail, head):
    assert isinstance(ifd_tags(head + tail), dict)


# graphs made to break the walk


def read(nodes, key="prompt"):
    return ComfyUI().read(Given((Block("png:tEXt", key, json.dumps(nodes).encode()),), name="ComfyUI_00001_.png"))


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


def saved(**more):
    nodes = {
        "s": node("SaveImage", filename_prefix="ComfyUI", images=["d", 0]),
        "d": node("VAEDecode", samples=["k", 0]),
        "k": node("KSampler", seed=1, model=["m", 0], positive=["t0", 0], latent_image=["l", 0], denoise=0.5),
        "m": node("CheckpointLoaderSimple", ckpt_name="x.ckpt"),
        "l": node("VAEEncode", pixels=["s2", 0]),
    }
    return {**nodes, **more}


def test_texts_that_double_do_not_explode():
    texts = {
        f"t{n}": node("StringConcatenate", string_a=[f"t{n + 1}", 0], string_b=[f"t{n + 1}", 0], delimiter="")
        for n in range(50)
    }
    found = read(saved(**texts, t50=node("PrimitiveString", value="0123456789" * 100)))
    assert found.certainty is Certainty.UNCERTAIN
    assert len(found.prompt) <= 1 << 20


def test_replacing_does_not_explode():
    texts = {"t0": node("StringReplace", string="a" * 50_000, find="a", replace="b" * 50_000)}
    assert read(saved(**texts)).certainty is Certainty.UNCERTAIN


@pytest.mark.parametrize(
    "loop",
    [
        {"t0": node("ConditioningCombine", conditioning_1=["t0", 0], conditioning_2=["t0", 0])},
        {"t0": node("Reroute", value=["t1", 0]), "t1": node("Reroute", value=["t0", 0])},
        {"t0": node("ImpactSwitch", select=["t0", 0], input1=["t0", 0], input2=["t0", 0])},
        {"t0": node("CLIPTextEncode", text=["t0", 0], clip=["t0", 1])},
        {"t0": node("FromPipe", pipe=["t0", 0])},
        {"m": node("ModelMergeSimple", model1=["m", 0], model2=["m", 0])},
        {"m": node("Reroute", x=["m", 0])},
        {"s2": node("ImageBatch", image1=["s2", 0], image2=["d", 0])},
        {
            "k": node(
                "SamplerCustomAdvanced",
                noise=["k", 0],
                guider=["k", 0],
                sampler=["k", 0],
                sigmas=["k", 0],
                latent_image=["k", 0],
            )
        },
        {"l": node("EmptyLatentImage", width=["l", 0], height=["l", 0])},
    ],
)
def test_links_in_a_circle_end(loop):
    found = read(saved(**loop))
    assert found is not None


def test_very_long_chains_end():
    chain = {
        f"t{n}": node("ConditioningCombine", conditioning_1=[f"t{n + 1}", 0], conditioning_2=[f"t{n + 1}", 1])
        for n in range(3000)
    }
    assert read(saved(**chain)).certainty is Certainty.UNCERTAIN
    pipes = {f"t{n}": node("Context (rgthree)", base_ctx=[f"t{n + 1}", 0]) for n in range(3000)}
    assert read(saved(**pipes)) is not None
    models = {
        "m": node("ModelSamplingSD3", model=["m0", 0]),
        **{f"m{n}": node("CFGNorm", model=[f"m{n + 1}", 0]) for n in range(3000)},
    }
    assert read(saved(**models)).model is None
    latents = {
        "l": node("LatentFlip", samples=["l0", 0]),
        **{f"l{n}": node("LatentFlip", samples=[f"l{n + 1}", 0]) for n in range(3000)},
    }
    assert read(saved(**latents)) is not None


def test_a_graph_larger_than_any_is_not_read():
    assert graph_of({str(n): node("A") for n in range(20_001)}) is None
    assert graph_of({}) is None
    assert graph_of([]) is None


def test_a_budget_ends():
    budget = Budget(2)
    assert [budget.spend() for _ in range(4)] == [True, True, False, False]


def test_names_in_their_natural_order():
    assert sorted(["input10", "input2", "a", "input"], key=natural) == ["a", "input", "input2", "input10"]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["a", "None", "randomize", "1.safetensors"]),
    st.lists(st.one_of(st.sampled_from(["0", "1", "2", "3", "4"]), st.integers(-1, 4), st.none()), max_size=3),
    st.dictionaries(
        st.sampled_from(["on", "lora", "strength", "__value__"]),
        st.one_of(st.none(), st.text(max_size=3), st.floats()),
        max_size=3,
    ),
)
_LINKS = st.tuples(st.sampled_from(["0", "1", "2", "3", "4", "9"]), st.integers(-1, 3)).map(list)
_NAME_LIST = """
positive negative conditioning conditioning_1 text prompt seed noise_seed steps cfg cond1 cond2 model model1 guider
noise sigmas sampler images samples samples_to latent_image pipe select input1 input2 switch on_true on_false lora_name
lora_1 lora_count ckpt_name width height filename_prefix denoise model.prompt string_a delimiter find value add_noise
start_at_step style text_positive lyrics guidance resolution
"""
_KIND_LIST = """
SaveImage PreviewImage KSampler SamplerCustomAdvanced CLIPTextEncode ConditioningCombine ControlNetApplyAdvanced
Reroute ImpactSwitch ComfySwitchNode Context StringConcatenate StringReplace StringTrim ShowText LoraLoader
VAEDecode Unknown LLM CheckpointLoaderSimple DualCFGGuider SplitSigmas ConditioningZeroOut SaveVideo
"""
_NAMES, _KINDS = st.sampled_from(_NAME_LIST.split()), st.sampled_from(_KIND_LIST.split())
_NODES = st.builds(
    lambda kind, inputs: {"class_type": kind, "inputs": inputs},
    _KINDS,
    st.dictionaries(_NAMES, st.one_of(_LINKS, _VALUES), max_size=8),
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(["0", "1", "2", "3", "4"]), _NODES, min_size=1, max_size=5))
def test_no_graph_raises(nodes):
    found = read(nodes)
    assert found is not None
    assert found.certainty in Certainty
    assert found.seed is None or isinstance(found.seed, int)


_INPUTS = st.fixed_dictionaries(
    {
        "name": st.one_of(_NAMES, st.none()),
        "type": st.sampled_from(["MODEL", "IMAGE", 3]),
        "link": st.one_of(st.none(), st.integers(0, 6)),
    },
    optional={"widget": st.just({"name": "x"})},
)
_RAW = st.fixed_dictionaries(
    {
        "id": st.integers(0, 4),
        "type": st.one_of(
            _KINDS, st.sampled_from(["SUB", "GetNode", "SetNode", "PrimitiveNode", "Anything Everywhere", 5])
        ),
        "mode": st.sampled_from([0, 0, 0, 2, 4]),
        "inputs": st.lists(_INPUTS, max_size=4),
        "widgets_values": st.one_of(
            st.none(), st.lists(_VALUES, max_size=4), st.dictionaries(_NAMES, _VALUES, max_size=2)
        ),
    }
)
_EDGES = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(-10, 4),
        st.integers(-1, 2),
        st.sampled_from([-20, 0, 1, 2, 3]),
        st.integers(0, 2),
        st.just("IMAGE"),
    ).map(list),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_RAW, min_size=1, max_size=5), _EDGES, st.lists(_RAW, max_size=3), _EDGES)
def test_no_workflow_raises(nodes, links, inner, edges):
    flow = {
        "nodes": nodes,
        "links": links,
        "definitions": {"subgraphs": [{"id": "SUB", "nodes": inner, "links": edges, "inputs": [{"name": "text"}]}]},
    }
    found = read(flow, "workflow")
    assert found is None or found.certainty is not Certainty.CERTAIN


def test_no_mutated_template_raises():
    if not GOLDENS.is_dir():
        pytest.skip("the shared graphs are not here")
    dice = random.Random(7)
    for path in sorted(GOLDENS.glob("*.json"))[::3]:
        raw = bytearray(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")
        for _ in range(12):
            changed = bytearray(raw)
            for _ in range(dice.randint(1, 6)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            ComfyUI().read(Given((Block("png:tEXt", "prompt", bytes(changed)),)))


# what a person reads in the stock templates: prompt, negative, seed, steps, cfg, model, width
_FUN = "\u8272\u8c03\u8273\u4e3d"
_EYE = {
    "3d_hunyuan3d_image_to_model": (None, None, 8, 3072, "20", None, None),
    "3d_hunyuan3d_multiview_to_model_turbo": (
        None,
        None,
        528364197559477,
        20,
        "4",
        "hunyuan3d-dit-v2-mv-turbo_fp16.safetensors",
        None,
    ),
    "basic_mask_operations_and_compositing": (None, None, None, None, None, None, None),
    "flux1_krea_dev": (
        "Highly realistic portrait of a Nordic",
        None,
        0,
        20,
        "1",
        "flux1-krea-dev_fp8_scaled.safetensors",
        1024,
    ),
    "flux_dev_checkpoint_example": (
        "Beautiful photography of a gorgeous",
        None,
        53943644181156,
        20,
        "1",
        "flux1-dev.safetensors",
        1024,
    ),
    "flux_dev_full_text_to_image": (
        "A fairy tale scene of a young girl",
        None,
        0,
        20,
        "1",
        "flux1-dev.safetensors",
        1024,
    ),
    "flux_fill_inpaint_example": (
        "anime girl with massive fennec ears",
        None,
        190664687740330,
        20,
        "1",
        "flux1-fill-dev.safetensors",
        None,
    ),
    "flux_fill_outpaint_example": (
        "beautiful scenery",
        None,
        164211176398261,
        20,
        "1",
        "flux1-fill-dev.safetensors",
        None,
    ),
    "flux_schnell": (
        "a bottle with a beautiful rainbow galaxy",
        "",
        173805153958730,
        4,
        "1",
        "flux1-schnell-fp8.safetensors",
        1024,
    ),
    "hidream_e1_1": (
        "Change the image to let the girl",
        "low quality, blurry",
        567500569211369,
        20,
        "3",
        "hidream_e1_1_bf16.safetensors",
        None,
    ),
    "hunyuan_video_text_to_video": (
        "anime style anime girl",
        None,
        1,
        20,
        "6",
        "hunyuan_video_t2v_720p_bf16.safetensors",
        848,
    ),
    "image_flux.1_fill_dev_OneReward": (
        "Remove the girl's hat",
        None,
        75154916226486,
        20,
        "1",
        "flux.1-fill-dev-OneReward-transformer_fp8.safetensors",
        None,
    ),
    "image_kandinsky5_t2i": (
        "A three-quarter side profile",
        "",
        297935044336751,
        50,
        "3.5",
        "kandinsky5lite_t2i.safetensors",
        1024,
    ),
    "image_lotus_depth_v1_1": (None, None, None, 1, None, "lotus-depth-d-v1-1.safetensors", None),
    "image_netayume_lumina_t2i": (
        "You are an assistant designed to generate high",
        "You are an assistant designed to generate low",
        0,
        30,
        "4",
        "NetaYumev35_pretrained_all_in_one.safetensors",
        1024,
    ),
    "image_omnigen2_image_edit": (
        "Transform character into crystal",
        "deformed, blurry",
        441693270797774,
        20,
        "5",
        "omnigen2_fp16.safetensors",
        None,
    ),
    "image_ovis_text_to_image": (
        "Child lying on bed",
        "",
        775709856082329,
        775709856082329,
        "20",
        "ovis_image_bf16.safetensors",
        1024,
    ),
    "image_qwen_image_2512_with_2steps_lora": (
        "High-contrast black and white fashion",
        None,
        318036859179089,
        2,
        "1",
        "qwen_image_2512_fp8_e4m3fn.safetensors",
        1328,
    ),
    "image_qwen_image_controlnet_patch": (
        "Conceptual makeup, a fairy girl",
        " ",
        91832422759220,
        20,
        "2.5",
        "qwen_image_fp8_e4m3fn.safetensors",
        None,
    ),
    "image_qwen_image_instantx_controlnet": (
        "Post-apocalyptic style clothing",
        "",
        498544006715206,
        4,
        "1",
        "qwen_image_fp8_e4m3fn.safetensors",
        None,
    ),
    "image_qwen_image_instantx_inpainting_controlnet": (
        "The Queen, on a throne",
        " ",
        134554158057228,
        20,
        "2.5",
        "qwen_image_fp8_e4m3fn.safetensors",
        None,
    ),
    "image_z_image_turbo_int8": (
        "Dramatic black and white high fashion",
        None,
        121725701057393,
        8,
        "1",
        "z_image_turbo_int8_convrot.safetensors",
        1024,
    ),
    "ltxv_image_to_video": (
        "A red fox moving gracefully",
        "low quality, worst",
        712395695050634,
        30,
        "3",
        "ltx-video-2b-v0.9.5.safetensors",
        768,
    ),
    "sd3.5_large_canny_controlnet_example": (
        "crystal pink dragon",
        None,
        840657187058661,
        32,
        "4.5",
        "sd3.5_large_fp8_scaled.safetensors",
        1024,
    ),
    "sd3.5_large_depth": (
        "A cute, plush - like light green baby dragon",
        None,
        1020711502084247,
        20,
        "8",
        "sd3.5_large_fp8_scaled.safetensors",
        None,
    ),
    "sd3.5_simple_example": (
        "a bottle with a pink and red galaxy",
        "",
        585483408983215,
        20,
        "4.01",
        "sd3.5_large_fp8_scaled.safetensors",
        1024,
    ),
    "sdxlturbo_example": (
        "beautiful landscape scenery glass bottle",
        "text, watermark",
        0,
        1,
        "1",
        "sd_xl_turbo_1.0_fp16.safetensors",
        512,
    ),
    "template_qwen_image_illustration_lora": (
        "a girl with short hair in a bomber",
        "",
        1124798614324697,
        1124798614324697,
        "45",
        "qwen_image_fp8_e4m3fn.safetensors",
        1024,
    ),
    "template_sugar_coated_gummy_style_qwen": (
        "cat,sugar-coated sour gummy",
        "",
        671299924443981,
        25,
        "3",
        "qwen_image_fp8_e4m3fn.safetensors",
        1328,
    ),
    "templates-1_click_multiple_scene_angles-v1.0": (
        "Turn the camera to a low-angle view.",
        "",
        928311072042245,
        4,
        "1",
        "qwen_image_edit_2509_fp8_e4m3fn.safetensors",
        None,
    ),
    "templates-image_to_real": (
        "change image 1 to realistic photograph",
        "",
        27584544029937,
        8,
        "1",
        "qwen_image_edit_2509_fp8_e4m3fn.safetensors",
        None,
    ),
    "video_wan2_2_14B_fun_control": (
        "On a sunny summer day",
        _FUN,
        909895218860439,
        20,
        "3.5",
        "wan2.2_fun_control_high_noise_14B_fp8_scaled.safetensors",
        640,
    ),
    "video_wan2_2_14B_s2v": (
        "The man is playing the guitar",
        _FUN,
        20,
        4,
        "1",
        "wan2.2_s2v_14B_fp8_scaled.safetensors",
        640,
    ),
    "video_wan_vace_14B_t2v": (
        "Fujifilm Portra 400H film still",
        "\u8fc7\u66dd",
        675909971186865,
        4,
        "1",
        "wan2.1_vace_14B_fp16.safetensors",
        1280,
    ),
    "video_wan_vace_outpainting": (
        "A portrait of a woman with her eyes closed",
        "bad quality",
        776767434080331,
        3,
        "1",
        "wan2.1_vace_14B_fp16.safetensors",
        960,
    ),
    "wan2.1_fun_control": (
        "a women sticking out her toungue",
        _FUN,
        887940314022885,
        20,
        "6",
        "wan2.1_fun_control_1.3B_bf16.safetensors",
        960,
    ),
    "wan2.1_fun_inp": (
        "Fashion photography, a inflated man",
        _FUN,
        622093119444720,
        20,
        "6",
        "wan2.1_fun_inp_1.3B_bf16.safetensors",
        480,
    ),
}
_DOUBTFUL = {"3d_hunyuan3d_image_to_model", "hidream_e1_1", "image_flux.1_fill_dev_OneReward"}


def begins(text, start):
    return text is None if start is None else text is not None and (text.startswith(start) if start else text == "")


@pytest.mark.parametrize("name", _EYE)
def test_a_stock_template_as_a_person_reads_it(name):
    path = GOLDENS / f"{name}.json"
    if not path.is_file():
        pytest.skip("the shared graphs are not here")
    prompt, negative, seed, steps, cfg, model, width = _EYE[name]
    prefix = {"templates-1_click_multiple_scene_angles-v1.0": "ComfyUI-low_angle"}.get(name, "")
    block = Block("png:tEXt", "prompt", path.read_bytes())
    found = ComfyUI().read(Given((block,), name=f"{prefix}_00001_.png" if prefix else ""))
    assert begins(found.prompt, prompt)
    assert begins(found.negative, negative)
    assert (found.seed, found.steps, found.cfg, found.model, found.width) == (seed, steps, cfg, model, width)
    assert (found.certainty is Certainty.UNCERTAIN) == (name in _DOUBTFUL)
