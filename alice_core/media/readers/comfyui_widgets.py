"""Which value is which on a node as the user sees it.

A workflow keeps the values of a node's widgets as a list without names. Names come, in this order,
from the node itself (newest front ends write ``widgets_values_named``; newer ones list every
widget among the inputs), from the table of stock classes below (the order in which ComfyUI 0.3.64
declares them), and for a node of unknown class from what its values look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from alice_core.media.readers.comfyui_samplers import SEED

UNNAMED = "widget_"
"""What the name of a value begins with that nothing is known of."""

_CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize", "increment-wrap"})
_MOST_VALUES = 500
_LONG = 60
OF_TEXTS = re.compile(r"text|string|prompt|primitive|multiline|literal|encode", re.IGNORECASE)
"""Classes of nodes that hold a text."""
_STOCK = """
KSampler seed steps cfg sampler_name scheduler denoise
KSamplerAdvanced add_noise noise_seed steps cfg sampler_name scheduler start_at_step end_at_step
SamplerCustom add_noise noise_seed cfg
RandomNoise noise_seed
KSamplerSelect sampler_name
BasicScheduler scheduler steps denoise
SDTurboScheduler steps denoise
KarrasScheduler steps sigma_max sigma_min rho
ExponentialScheduler steps sigma_max sigma_min
PolyexponentialScheduler steps sigma_max sigma_min rho
BetaSamplingScheduler steps alpha beta
LaplaceScheduler steps sigma_max sigma_min mu beta
VPScheduler steps beta_d beta_min eps_s
AlignYourStepsScheduler model_type steps denoise
OptimalStepsScheduler model_type steps denoise
GITSScheduler coeff steps denoise
LTXVScheduler steps max_shift base_shift stretch terminal
Flux2Scheduler steps width height
SplitSigmas step
SplitSigmasDenoise denoise
CFGGuider cfg
PerpNegGuider cfg neg_scale
DualCFGGuider cfg_conds cfg_cond2_negative style
FluxGuidance guidance
CLIPTextEncode text
CLIPTextEncodeControlnet text
CLIPTextEncodeFlux clip_l t5xxl guidance
CLIPTextEncodeHiDream clip_l clip_g t5xxl llama
CLIPTextEncodeHunyuanDiT bert mt5xl
CLIPTextEncodeLumina2 system_prompt user_prompt
CLIPTextEncodePixArtAlpha width height text
CLIPTextEncodeSD3 clip_l clip_g t5xxl empty_padding
CLIPTextEncodeSDXL width height crop_w crop_h target_width target_height text_g text_l
CLIPTextEncodeSDXLRefiner ascore width height text
TextEncodeAceStepAudio tags lyrics lyrics_strength
TextEncodeHunyuanVideo_ImageToVideo prompt image_interleave
TextEncodeQwenImageEdit prompt
TextEncodeQwenImageEditPlus prompt
GLIGENTextBoxApply text width height x y
PhotoMakerEncode text
CLIPSetLastLayer stop_at_clip_layer
CheckpointLoader config_name ckpt_name
CheckpointLoaderSimple ckpt_name
ImageOnlyCheckpointLoader ckpt_name
unCLIPCheckpointLoader ckpt_name
UNETLoader unet_name weight_dtype
UnetLoaderGGUF unet_name
DiffusersLoader model_path
CLIPLoader clip_name type device
DualCLIPLoader clip_name1 clip_name2 type device
TripleCLIPLoader clip_name1 clip_name2 clip_name3
QuadrupleCLIPLoader clip_name1 clip_name2 clip_name3 clip_name4
CLIPVisionLoader clip_name
VAELoader vae_name
ControlNetLoader control_net_name
DiffControlNetLoader control_net_name
StyleModelLoader style_model_name
UpscaleModelLoader model_name
GLIGENLoader gligen_name
HypernetworkLoader hypernetwork_name strength
AudioEncoderLoader audio_encoder_name
ModelPatchLoader name
LoraLoader lora_name strength_model strength_clip
LoraLoaderModelOnly lora_name strength_model
EmptyLatentImage width height batch_size
EmptySD3LatentImage width height batch_size
EmptyHunyuanImageLatent width height batch_size
EmptyFlux2LatentImage width height batch_size
EmptyChromaRadianceLatentImage width height batch_size
EmptyHunyuanLatentVideo width height length batch_size
EmptyLTXVLatentVideo width height length batch_size
EmptyMochiLatentVideo width height length batch_size
EmptyCosmosLatentVideo width height length batch_size
CosmosImageToVideoLatent width height length batch_size
CosmosPredict2ImageToVideoLatent width height length batch_size
Wan22ImageToVideoLatent width height length batch_size
WanImageToVideo width height length batch_size
WanFirstLastFrameToVideo width height length batch_size
WanFunControlToVideo width height length batch_size
WanFunInpaintToVideo width height length batch_size
Wan22FunControlToVideo width height length batch_size
WanCameraImageToVideo width height length batch_size
WanPhantomSubjectToVideo width height length batch_size
WanVaceToVideo width height length batch_size strength
WanSoundImageToVideo width height length batch_size
WanHuMoImageToVideo width height length batch_size
WanAnimateToVideo width height length batch_size continue_motion_max_frames video_frame_offset
WanSoundImageToVideoExtend length
HunyuanImageToVideo width height length batch_size guidance_type
LTXVImgToVideo width height length batch_size strength
LTXVConditioning frame_rate
SVD_img2vid_Conditioning width height video_frames motion_bucket_id fps augmentation_level
SV3D_Conditioning width height video_frames elevation
StableCascade_EmptyLatentImage width height compression batch_size
EmptyAceStepLatentAudio seconds batch_size
EmptyLatentAudio seconds batch_size
ConditioningStableAudio seconds_start seconds_total
EmptyImage width height batch_size color
LatentUpscale upscale_method width height crop
LatentUpscaleBy upscale_method scale_by
ImageScale upscale_method width height crop
ImageScaleBy upscale_method scale_by
LoadImage image
LoadVideo file
LoadAudio audio
SaveImage filename_prefix
SaveAnimatedPNG filename_prefix fps compress_level
SaveAnimatedWEBP filename_prefix fps lossless quality method
SaveAudio filename_prefix
SaveAudioMP3 filename_prefix quality
SaveAudioOpus filename_prefix quality
SaveVideo filename_prefix format codec
SaveWEBM filename_prefix codec fps crf
SaveGLB filename_prefix image
CreateVideo fps
PrimitiveInt value
PrimitiveFloat value
PrimitiveString value
PrimitiveStringMultiline value
PrimitiveBoolean value
StringConcatenate string_a string_b delimiter
StringReplace string find replace
StringTrim string mode
"""


@cache
def _table() -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in _STOCK.strip().splitlines())
    return {kind: tuple(names) for kind, *names in lines}


def widget_values(node: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a node's widgets by name, as far as they can be told.

    Args:
        node: A node of a workflow.
    """
    for key in ("widgets_values_named", "widgets_values"):
        values = node.get(key)
        if isinstance(values, dict):
            return {name: value for name, value in values.items() if name != "videopreview"}
    values = node.get("widgets_values")
    if not isinstance(values, list) or not values:
        return {}
    values = values[:_MOST_VALUES]
    own = widget_inputs(node)
    if own and len(_without_controls(own, values)) == len(own):
        return dict(zip(own, _without_controls(own, values), strict=True))
    kind = node.get("type")
    stock = _table().get(kind, ()) if isinstance(kind, str) else ()
    if stock:
        return dict(zip(stock, _without_controls(stock, values), strict=False))
    if own:
        return dict(zip(own, _without_controls(own, values), strict=False))
    return _by_looks(kind if isinstance(kind, str) else "", values)


def widget_inputs(node: Mapping[str, Any]) -> list[str]:
    """The names of the inputs of a node that are widgets too, in their order."""
    inputs = node.get("inputs")
    listed = [one for one in inputs if isinstance(one, dict)] if isinstance(inputs, list) else []
    return [one["name"] for one in listed if one.get("widget") and isinstance(one.get("name"), str)]


def _without_controls(names: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The values less those of "control after generate" (in old files a boolean), which have no name."""
    rest: list[Any] = []
    for value in values:
        before = names[len(rest) - 1] if 0 < len(rest) <= len(names) else ""
        if (before in SEED or before == "value") and _is_control(value):
            continue
        rest.append(value)
    return rest


def _is_control(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in _CONTROLS)


def _by_looks(kind: str, values: Sequence[Any]) -> dict[str, Any]:
    """Names for the values of a node of unknown class.

    A number before a "control after generate" is the seed. Texts of several words are ``text``,
    ``text_2``, ...; so is the only text of a node whose class speaks of texts, and its only number
    is ``value``. The rest is called :data:`UNNAMED` and its place.
    """
    found: dict[str, Any] = {f"{UNNAMED}{place}": value for place, value in enumerate(values)}
    for value, after in pairwise(values):
        if isinstance(value, (int, float)) and isinstance(after, str) and after in _CONTROLS:
            found["seed"] = value
            break
    texts = [value for value in values if isinstance(value, str) and value not in _CONTROLS]
    spoken = [value for value in texts if len(value.split()) > 2 or len(value) > _LONG] or (  # noqa: PLR2004 - words
        texts if len(texts) == 1 and OF_TEXTS.search(kind) else []
    )
    found.update({"text" if place == 1 else f"text_{place}": text for place, text in enumerate(spoken, start=1)})
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) == 1 and not texts and "seed" not in found:
        found["value"] = numbers[0]
    return found
