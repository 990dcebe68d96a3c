"""The real samples, field by field as exiftool and the eye see them."""

from pathlib import Path

import pytest

from alice_core.media.generation import ModelUse
from alice_core.media.inspect import inspect
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import read_embedded
from alice_core.media.readers.stealth import has_stealth, read_stealth

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "metadata"
PARSERS = "sd-parsers/parsers"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")


def read(name):
    path = SAMPLES / name
    found = inspect(path)
    blocks = found.blocks + (read_stealth(path) if has_stealth(path) else ())
    return read_embedded(Given(blocks, path.name, found.facts.mime))


@pytest.mark.parametrize(
    "name",
    [
        f"{PARSERS}/AUTOMATIC1111/automatic1111_cropped.jpg",
        f"{PARSERS}/AUTOMATIC1111/automatic1111_cropped.png",
        "sd-parsers/bad_images/text_after_idat.png",
    ],
)
def test_a1111(name):
    found = read(name).generation
    assert (found.generator, found.prompt, found.negative) == ("A1111", "photo of a duck", "monochrome")
    assert found.models == (ModelUse("checkpoint", "realistic_realisticVisionV20_v20", "c0d1994c73"),)
    assert (found.seed, found.steps, found.cfg, found.sampler) == (235284042, 15, "5", "UniPC")
    assert (found.width, found.height, found.extra) == (512, 400, {})


def test_stealth():
    found = read(f"{PARSERS}/AUTOMATIC1111/automatic1111_stealth.png").generation
    assert (found.prompt, found.negative, found.seed, found.steps) == ("a circle", "a square", 2015833630, 20)
    assert found.models == (ModelUse("checkpoint", "realisticVisionV51_v51VAE", "15012c538f"),)
    assert (found.cfg, found.sampler, found.scheduler, found.width) == ("7", "Euler", "Automatic", 64)
    assert found.extra == {"Clip skip": "2", "Version": "v1.9.4-169-ga30b19dd"}


def test_fooocus():
    found = read(f"{PARSERS}/Fooocus/fooocus1_cropped.png").generation
    assert (found.generator, found.prompt, found.negative) == ("Fooocus", "a smiling goldfish", "")
    assert found.models == (ModelUse("checkpoint", "juggernautXL_v8Rundiffusion", "aeb7e9e689"),)
    assert (found.seed, found.steps, found.cfg) == (6952411511246973023, 30, "4")
    assert (found.sampler, found.scheduler) == ("dpmpp_2m_sde_gpu", "karras")
    assert (found.width, found.height, found.extra["sharpness"]) == (768, 1280, "2")


@pytest.mark.parametrize("name", ["dream1", "sdmeta1"])
def test_older_invokeai(name):
    found = read(f"{PARSERS}/InvokeAI/invokeai_{name}.png").generation
    assert found.prompt.startswith("professional full body photo of young woman")
    assert found.prompt.endswith("film grain, low contrast")
    assert found.negative == "rendering, glowing eyes, skinny"
    assert (found.seed, found.steps, found.cfg, found.sampler) == (2980747362, 50, "5", "k_lms")
    assert (found.width, found.height) == (512, 768)
    assert found.model == (None if name == "dream1" else "deliberateForInvoke_v08")


def test_newer_invokeai():
    found = read(f"{PARSERS}/InvokeAI/invokeai_imeta1.png").generation
    assert found.prompt == "digital artwork, oil painting. painterly brushstrokes, holidays,"
    assert found.negative.startswith("grainy+, photo")
    assert found.models == (
        ModelUse("checkpoint", "juggernautXL"),
        ModelUse("vae", "VAEFix"),
        ModelUse("ipadapter", "ip-adapter-plus_sdxl_vit-h", None, "0.45"),
    )
    assert (found.seed, found.steps, found.cfg, found.sampler) == (3293022630, 35, "8", "euler")
    assert (found.width, found.height) == (1024, 1024)


def test_novelai():
    found = read(f"{PARSERS}/NovelAI/novelai1_cropped.png").generation
    assert (found.generator, found.prompt) == ("NovelAI", "masterpiece, best quality,  cat, space, icon")
    assert found.negative.startswith("lowres, bad anatomy")
    assert found.models == (ModelUse("checkpoint", "Stable Diffusion", "1D44365E"),)
    assert (found.seed, found.steps, found.cfg, found.sampler) == (2253955223, 50, "10", "k_euler_ancestral")
    assert found.extra == {"Title": "AI generated image", "strength": "0.4", "noise": "0.0"}


def test_cameras():
    assert read("c2pa/A.jpg").camera == {
        "Make": "Canon",
        "Model": "Canon EOS REBEL T3",
        "LensModel": "EF-S18-55mm f/3.5-5.6 IS II",
        "DateTimeOriginal": "2011:07:30 15:41:25",
        "ExposureTime": "1/60",
        "FNumber": "5.6",
        "ISO": "800",
        "FocalLength": "49",
    }
    assert read("exiftool-t/XMP.jpg").camera == {
        "Make": "FUJIFILM",
        "Model": "FinePix2400Zoom",
        "DateTimeOriginal": "2001:05:19 18:36:41",
        "FNumber": "3.5",
        "ISO": "100",
        "FocalLength": "6",
    }


def test_songs():
    assert read("exiftool-t/QuickTime.m4a").tags == {
        "title": "Sample",
        "artist": "Phil Harvey",
        "album": "album",
        "album_artist": "album artist",
        "composer": "Composer",
        "genre": "Children’s Music",
        "date": "2006",
        "track": "1/2",
        "disc": "1/3",
        "comment": "comments",
        "encoder": "iTunes v4.9, QuickTime 7.0.1",
        "creation_time": "2005-06-29T19:02:19.000000Z",
    }
    assert read("exiftool-t/FLAC.flac").tags == {"title": "ExifTool test", "copyright": "Phil Harvey"}
    assert read("exiftool-t/Opus.opus").tags == {"encoder": "opusenc from opus-tools 0.1.9"}


def test_everything_else_is_quiet():
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file() and "ComfyUI" not in path.parts and "comfy-templates" not in path.parts:
            found = read(path.relative_to(SAMPLES))
            assert found.findings == ()
            assert (found.generation is None) == (PARSERS not in str(path) and path.name != "text_after_idat.png")
