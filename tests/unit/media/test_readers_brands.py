"""Every generator's files, synthesised as the generator writes them, read through the file."""

import json
import uuid

import pytest
from PIL import Image, PngImagePlugin

from alice_core.media.generation import Certainty, Generation, ModelUse
from alice_core.media.inspect import inspect
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import READERS, read_embedded

COMMENT, MAKER, SOFTWARE, DESCRIPTION, MODEL = 0x9286, 0x927C, 0x0131, 0x010E, 0x0110
XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">%s'
    "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
)


def unicode(text, codec="utf-16-be"):
    return b"UNICODE\0" + text.encode(codec)


@pytest.fixture
def said(tmp_path):
    """Says what is read of a PNG with texts, or of a JPEG or WebP with EXIF tags."""

    def read(texts=None, *, suffix=".png", tags=None, **options):
        path = tmp_path / f"{uuid.uuid4()}{suffix}"
        if texts is not None:
            info = PngImagePlugin.PngInfo()
            for key, text in texts.items():
                (info.add_text if text.isascii() else info.add_itxt)(key, text)
            options["pnginfo"] = info
        if tags:
            exif = Image.Exif()
            inner = exif.get_ifd(0x8769)
            for tag, value in tags.items():
                (inner if tag in {COMMENT, MAKER} else exif)[tag] = value
            options["exif"] = exif
        Image.new("RGB", (8, 8)).save(path, **options)
        found = inspect(path)
        embedded = read_embedded(Given(found.blocks, path.name, found.facts.mime, 8, 8))
        assert embedded.findings == ()
        assert type(embedded).from_json(json.loads(json.dumps(embedded.to_json()))) == embedded
        return embedded.generation

    return read


A1111 = (
    'neon cat, <lora:fluff:0.8>, <lora:fluff:0.8> <lora:two:1:0.5> <hypernet:h>, "é"\n'
    "Negative prompt: blurry,\nugly\n"
    "Steps: 30, Sampler: DPM++ 2M Karras, CFG scale: 7.0, Seed: 4294967296, Size: 832x1216, Model hash: abc123def4, "
    'Model: "odd, name", VAE hash: 235745af8d, VAE: vae.pt, Denoising strength: 0.35, Clip skip: 2, '
    'ControlNet 0: "Module: canny, Model: control_canny [d14c016b], Weight: 0.75, Resize Mode: Crop and Resize", '
    "Hires upscale: 2, Hires upscaler: 4x-UltraSharp, Refiner: sd_xl_refiner_1.0 [7440042bbd], Module 1: ae, "
    'Lora hashes: "fluff: aa11, extra: bb22", TI hashes: "easyneg: c74b", '
    'Hashes: {"lora:two": "cc33", "embed:easyneg": "zz"}, Version: %s'
)


@pytest.mark.parametrize(
    ("version", "generator"),
    [
        ("v1.10.1", "A1111"),
        ("f2.0.1v1.10.1-previous-659-gc055f2d4", "Forge"),
        ("neo", "Forge"),
        ("ComfyUI", "ComfyUI"),
        ("stable-diffusion.cpp", "stable-diffusion.cpp"),
        ("8b2ff7c, App: SD.Next", "SD.Next"),
    ],
)
def test_a1111_and_its_like(said, version, generator):
    text = A1111 % version
    expected = said({"parameters": text})
    assert (expected.generator, expected.reader, expected.certainty) == (generator, "a1111", Certainty.CERTAIN)
    assert expected.prompt == text.split("\n", maxsplit=1)[0]
    assert expected.negative == "blurry,\nugly"
    assert (expected.seed, expected.steps, expected.cfg) == (4294967296, 30, "7")
    assert (expected.sampler, expected.scheduler) == ("DPM++ 2M Karras", "Karras")
    assert (expected.width, expected.height) == (832, 1216)
    assert expected.models == (
        ModelUse("checkpoint", "odd, name", "abc123def4"),
        ModelUse("vae", "vae.pt", "235745af8d"),
        ModelUse("lora", "fluff", "aa11", "0.8"),
        ModelUse("lora", "two", "cc33", "1"),
        ModelUse("hypernetwork", "h", None, "1"),
        ModelUse("lora", "extra", "bb22"),
        ModelUse("embedding", "easyneg", "c74b"),
        ModelUse("controlnet", "control_canny", "d14c016b", "0.75"),
        ModelUse("refiner", "sd_xl_refiner_1.0", "7440042bbd"),
        ModelUse("module", "ae"),
        ModelUse("upscaler", "4x-UltraSharp"),
    )
    assert expected.extra["Denoising strength"] == "0.35"
    assert not expected.extra.keys() & {"Seed", "Steps", "Model", "Size", "Lora hashes"}
    for suffix in (".jpg", ".webp"):
        for comment in (unicode(text), unicode(text, "utf-16-le"), text.encode(), b"ASCII\0\0\0" + text.encode()):
            assert said(suffix=suffix, tags={COMMENT: comment}) == expected


NOVEL = {
    "steps": 28,
    "sampler": "k_euler",
    "noise_schedule": "karras",
    "seed": 917009594,
    "scale": 7.0,
    "uc": None,
    "width": 832,
    "height": 1216,
    "request_type": "PromptGenerateRequest",
    "v4_prompt": {"caption": {"base_caption": "1girl", "char_captions": [{"char_caption": "red hair"}, None]}},
    "v4_negative_prompt": {"caption": {"base_caption": "lowres", "char_captions": [{"char_caption": "hat"}]}},
}


def test_novelai(said):
    outer = {
        "Title": "NovelAI generated image",
        "Description": "1girl",
        "Software": "NovelAI",
        "Generation time": "4.2",
    }
    outer |= {"Source": "NovelAI Diffusion V4 37442FCA", "Comment": json.dumps(NOVEL)}
    found = said(outer)
    assert (found.generator, found.prompt, found.negative) == ("NovelAI", "1girl", "lowres")
    assert found.models == (ModelUse("checkpoint", "NovelAI Diffusion V4", "37442FCA"),)
    assert (found.seed, found.steps, found.cfg, found.width, found.height) == (917009594, 28, "7", 832, 1216)
    assert (found.sampler, found.scheduler) == ("k_euler", "karras")
    assert (found.extra["character 1"], found.extra["character negative 1"]) == ("red hair", "hat")
    assert found.extra["Generation time"] == "4.2"
    assert said(suffix=".webp", tags={COMMENT: unicode(json.dumps(outer))}) == found
    nested = {**outer, "Comment": NOVEL}
    assert said(suffix=".webp", tags={COMMENT: json.dumps(nested).encode()}) == found


def test_novelai_with_a_model_in_its_comment_or_no_comment(said):
    found = said({"Software": "NovelAI", "Comment": json.dumps({"model": "nai-diffusion-5", "uc": "x", "prompt": "p"})})
    assert (found.model, found.prompt, found.negative) == ("nai-diffusion-5", "p", "x")
    bare = said({"Software": "NovelAI", "Description": "cat", "Source": "Stable Diffusion", "Comment": "words"})
    assert (bare.prompt, bare.seed, bare.models[0].hash) == ("cat", None, None)
    assert bare.extra["Comment"] == "words"
    assert said({"Software": "GIMP", "Comment": "{}"}) is None


FOOOCUS = {
    "prompt": "astronaut é",
    "negative_prompt": "",
    "base_model": "juggernautXL_v8",
    "base_model_hash": "aeb7",
    "refiner_model": "sd_refiner",
    "refiner_switch": 0.5,
    "loras": [["offset.safetensors", 0.1, "4852"], {"name": "obj", "weight": 2}, "bare", 5.5, []],
    "resolution": "(768, 1280)",
    "guidance_scale": 4,
    "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras",
    "seed": "6952411511246973023",
    "steps": 30,
    "vae": "own.safetensors",
    "version": "Fooocus v2.5",
}


def test_fooocus(said):
    found = said({"parameters": json.dumps(FOOOCUS, ensure_ascii=False), "fooocus_scheme": "fooocus"})
    assert (found.generator, found.prompt, found.negative) == ("Fooocus", "astronaut é", "")
    assert (found.seed, found.steps, found.cfg) == (6952411511246973023, 30, "4")
    assert (found.width, found.height, found.sampler, found.scheduler) == (768, 1280, "dpmpp_2m_sde_gpu", "karras")
    assert found.models == (
        ModelUse("checkpoint", "juggernautXL_v8", "aeb7"),
        ModelUse("refiner", "sd_refiner"),
        ModelUse("lora", "offset.safetensors", "4852", "0.1"),
        ModelUse("lora", "obj", None, "2"),
        ModelUse("lora", "bare"),
        ModelUse("lora", "5.5"),
        ModelUse("vae", "own.safetensors"),
    )
    assert found.extra["refiner_switch"] == "0.5"
    tags = {COMMENT: json.dumps(FOOOCUS, ensure_ascii=False).encode(), MAKER: b"fooocus", SOFTWARE: "Fooocus v2.5"}
    for suffix in (".jpg", ".webp"):
        assert said(suffix=suffix, tags=tags) == found


def test_fooocus_in_the_other_scheme(said):
    text = (
        "cat\nNegative prompt: dog\nSteps: 30, Sampler: DDIM, Seed: 8, Size: 64x32, Model: jug, Version: Fooocus v2.5"
    )
    found = said({"parameters": text, "fooocus_scheme": "a1111"})
    assert (found.generator, found.reader, found.prompt, found.seed) == ("Fooocus", "fooocus", "cat", 8)
    assert said(suffix=".jpg", tags={COMMENT: text.encode(), MAKER: b"a1111"}) == found
    assert said({"parameters": "cat", "fooocus_scheme": "a1111"}) is None


def test_older_and_other_fooocus(said):
    mre = {
        "prompt": "p",
        "real_prompt": ["p, nice"],
        "base_model": "b",
        "cfg": 7.0,
        "width": 64,
        "height": 32,
        "seed": 1,
    }
    mre |= {"lora_combined_1": "x.safetensors : 0.5", "lora_combined_2": "None"}
    found = said({"Comment": json.dumps(mre)})
    assert (found.prompt, found.model, found.cfg, found.width, found.height) == ("p", "b", "7", 64, 32)
    assert found.models[1] == ModelUse("lora", "x.safetensors", None, "0.5")
    ruined = {"Prompt": "P", "Negative": "N", "steps": 8, "cfg": 2, "base_model_name": "m", "software": "RuinedFooocus"}
    other = said({"parameters": json.dumps(ruined)})
    assert (other.generator, other.prompt, other.negative, other.model) == ("RuinedFooocus", "P", "N", "m")


SWARM = {
    "sui_image_params": {
        "prompt": "a photo of a cat",
        "negativeprompt": "dog",
        "model": "OfficialStableDiffusion/sd_xl_base_1.0",
        "seed": 1,
        "steps": 20,
        "cfgscale": 7.0,
        "width": 1024,
        "height": 512,
        "comfyuisampler": "euler",
        "scheduler": "karras",
        "vae": "Automatic",
        "loras": ["style", "other"],
        "loraweights": ["0.5"],
        "swarm_version": "0.9.3.1",
    },
    "sui_extra_data": {"date": "2025-01-25", "generation_time": "4.84 sec"},
    "sui_models": [
        {"name": "OfficialStableDiffusion/sd_xl_base_1.0.safetensors", "param": "model", "hash": "0xd7a9"},
        {"name": "style.safetensors", "param": "loras", "hash": "0x11"},
    ],
}


def test_swarmui(said):
    text = json.dumps(SWARM)
    found = said({"parameters": text})
    assert (found.generator, found.prompt, found.negative, found.seed) == ("SwarmUI", "a photo of a cat", "dog", 1)
    assert (found.steps, found.cfg, found.width, found.height) == (20, "7", 1024, 512)
    assert (found.sampler, found.scheduler, found.made) == ("euler", "karras", None)
    assert found.models == (
        ModelUse("checkpoint", "OfficialStableDiffusion/sd_xl_base_1.0", "0xd7a9"),
        ModelUse("lora", "style", "0x11", "0.5"),
        ModelUse("lora", "other"),
    )
    assert (found.extra["date"], found.extra["swarm_version"]) == ("2025-01-25", "0.9.3.1")
    assert said(suffix=".jpg", tags={COMMENT: unicode(text)}) == found
    assert said(suffix=".webp", tags={MODEL: text}) == found
    one = said({"parameters": json.dumps({"sui_image_params": {"prompt": "p", "loras": "a,b"}})})
    assert [use.name for use in one.models] == ["a", "b"]
    assert said({"parameters": '"sui_image_params"'}) is None


def test_easydiffusion(said):
    told = {"prompt": "a desert oasis", "negative_prompt": "cactus", "seed": 2024, "num_inference_steps": 25}
    told |= {"use_stable_diffusion_model": "C:\\models\\sd-v1-5.ckpt", "sampler_name": "euler_a", "guidance_scale": 7.5}
    told |= {
        "width": 512,
        "height": 256,
        "use_vae_model": "None",
        "clip_skip": False,
        "use_upscale": "RealESRGAN_x4plus",
    }
    told |= {"use_lora_model": ["styles/a", "b"], "lora_alpha": [0.5, 1]}
    found = said(suffix=".jpg", tags={COMMENT: unicode(json.dumps(told))})
    assert (found.generator, found.prompt, found.negative, found.seed) == (
        "EasyDiffusion",
        "a desert oasis",
        "cactus",
        2024,
    )
    assert (found.steps, found.cfg, found.width, found.height, found.sampler) == (25, "7.5", 512, 256, "euler_a")
    assert found.models == (
        ModelUse("checkpoint", "sd-v1-5.ckpt"),
        ModelUse("lora", "styles/a", None, "0.5"),
        ModelUse("lora", "b", None, "1"),
        ModelUse("upscaler", "RealESRGAN_x4plus"),
    )
    assert found.extra == {"clip_skip": "false"}
    texts = {key: str(value).replace('"', "'") for key, value in told.items()}
    chunks = said(texts)
    assert (chunks.models, chunks.prompt, chunks.seed, chunks.extra) == (
        found.models,
        found.prompt,
        2024,
        {"clip_skip": "False"},
    )
    screen = {
        "Prompt": "x",
        "Seed": "3",
        "Stable Diffusion model": "sd/base",
        "Steps": "9",
        "Guidance Scale": "7",
        "Width": "8",
    }
    shown = said(screen | {"LoRA model": "['it's"})
    assert (shown.prompt, shown.seed, shown.steps, shown.cfg, shown.width) == ("x", 3, 9, "7", 8)
    assert shown.models == (ModelUse("checkpoint", "sd/base"), ModelUse("lora", "['it's"))


def test_drawthings(said):
    told = {
        "c": "a fox < dog",
        "uc": "photo",
        "model": "dreamshaper_v8.ckpt",
        "sampler": "DPM++ 2M Karras",
        "seed": 31337,
    }
    told |= {"scale": 6.5, "steps": 22, "size": "512x768", "lora": [{"model": "l.ckpt", "weight": 0.6}], "strength": 1}
    escaped = json.dumps(told).replace("<", "&lt;")
    packet = XMP % f"<exif:UserComment><rdf:Alt><rdf:li>{escaped}</rdf:li></rdf:Alt></exif:UserComment>"
    found = said({"XML:com.adobe.xmp": packet})
    assert (found.generator, found.prompt, found.negative, found.seed) == ("DrawThings", "a fox < dog", "photo", 31337)
    assert (found.cfg, found.steps, found.width, found.height) == ("6.5", 22, 512, 768)
    assert found.models == (ModelUse("checkpoint", "dreamshaper_v8.ckpt"), ModelUse("lora", "l.ckpt", None, "0.6"))
    assert (found.sampler, found.extra) == ("DPM++ 2M Karras", {"strength": "1"})
    assert said(suffix=".jpg", xmp=packet.encode()) == found
    assert said({"XML:com.adobe.xmp": XMP % "<exif:UserComment>{}</exif:UserComment>"}) is None


def test_midjourney(said):
    job = "0f5ab3e2-1111-2222-3333-444455556666"
    text = f"a red - blue fox, 35mm --ar 3:2 --no dogs, cats --seed 42 --tile --v 6.1 Job ID: {job}"
    texts = {"Description": text, "Author": "somebody", "Creation Time": "Sat, 09 Mar 2024 12:00:00 GMT"}
    found = said(texts)
    assert (found.generator, found.prompt, found.negative, found.seed) == (
        "Midjourney",
        "a red - blue fox, 35mm",
        "dogs, cats",
        42,
    )
    assert (found.model, found.made) == ("Midjourney v6.1", "2024-03-09T12:00:00Z")
    assert found.extra == {"ar": "3:2", "tile": "true", "v": "6.1", "Job ID": job, "Author": "somebody"}
    niji = said({"Description": f"cat --niji 6 --seed x Job ID: {job}"})
    assert (niji.model, niji.seed, niji.extra["seed"]) == ("Midjourney niji 6", None, "x")
    assert said({"Description": f"cat Job ID: {job}"}).model == "Midjourney"
    assert said(suffix=".jpg", tags={DESCRIPTION: f"cat --v 5 Job ID: {job}"}).prompt == "cat"
    packet = XMP % f"<dc:description><rdf:Alt><rdf:li>cat --v 7 Job ID: {job}</rdf:li></rdf:Alt></dc:description>"
    assert said(suffix=".webp", xmp=packet.encode()).model == "Midjourney v7"
    assert said({"Description": "cat --v 6"}) is None


def test_our_own(said):
    told = {"schema": "alice.generation/1", "prompt": "tiger", "negative": "dog", "model": "gpt-image-1", "seed": 7}
    told |= {"provider": "openai", "width": 1280, "height": 720, "cost": "0.04", "made": "2026-11-24T10:00:00+01:00"}
    told |= {"recipe": "sha256:abc"}
    found = said({"alice": json.dumps(told)})
    assert found == Generation(
        "Alice",
        "alice",
        1,
        prompt="tiger",
        negative="dog",
        models=(ModelUse("model", "gpt-image-1"),),
        seed=7,
        width=1280,
        height=720,
        made="2026-11-24T09:00:00Z",
        extra={"provider": "openai", "cost": "0.04", "recipe": "sha256:abc"},
    )
    assert said(suffix=".jpg", tags={COMMENT: unicode(json.dumps(told))}) == found
    assert said({"alice": json.dumps({**told, "schema": "alice.generation/9"})}) is None
    assert said({"alice": "[1]"}) is None


def test_each_brand_has_its_own_name_and_only_infotexts_come_last():
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names)
    assert names[-1] == "a1111"
