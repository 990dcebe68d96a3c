"""The stock templates, as a person reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from alice_core.media.generation import Block, Certainty
from alice_core.media.readers.base import Given
from alice_core.media.readers.comfyui import ComfyUI

GOLDENS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "comfyui" / "api_goldens"


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
