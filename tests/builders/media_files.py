"""Builders of pictures and films with something to see in them."""

from __future__ import annotations

import json
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo


def scene(seed, width=160, height=96):
    """Big soft blobs, different for each seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def picture_file(tmp_path):
    """Writes the picture of a seed and says where; texts become chunks of a PNG, other options are Pillow's."""

    def make(name, seed=1, size=(160, 96), texts=None, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if texts:
            options["pnginfo"] = PngInfo()
            for key, value in texts.items():
                options["pnginfo"].add_text(key, value)
        scene(seed, *size).save(path, **options)
        return path

    return make


@pytest.fixture
def film_file(tmp_path):
    """Writes a film of a few frames of a seed's picture and says where; tags go into the container."""

    def make(name, seed=1, tags=None, *, codec="libx264", format_name=None, sound=False):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        options = {"movflags": "use_metadata_tags"} if path.suffix in {".mp4", ".mov"} else {}
        with av.open(str(path), "w", format=format_name, options=options) as container:
            container.metadata.update(tags or {})
            stream = container.add_stream(codec, rate=Fraction(8))
            stream.width, stream.height = 160, 96
            stream.pix_fmt = {"prores_ks": "yuv422p10le"}.get(codec, "yuv420p")
            listen = container.add_stream("aac", rate=48000, layout="stereo") if sound else None
            for number in range(4):
                frame = av.VideoFrame.from_ndarray(np.asarray(scene(seed)), "rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 8)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
            if listen is not None:
                silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
                silence.sample_rate, silence.pts, silence.time_base = 48000, 0, Fraction(1, 48000)
                container.mux(listen.encode(silence))
                container.mux(listen.encode(None))
        return path

    return make


@pytest.fixture
def graph():
    """Gives the API graph of a film by VideoHelperSuite, as text."""

    def make(prompt="a tiger in the rain", seed=7, saver="VHS_VideoCombine", prefix="AnimateDiff"):
        nodes = {
            "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
            "2": {"class_type": "CLIPTextEncode", "inputs": {"text": prompt, "clip": ["1", 1]}},
            "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["1", 1]}},
            "4": {"class_type": "EmptyLatentImage", "inputs": {"width": 160, "height": 96, "batch_size": 4}},
            "5": {
                "class_type": "KSampler",
                "inputs": {
                    "seed": seed, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
                    "denoise": 1.0, "model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0],
                    "latent_image": ["4", 0],
                },
            },
            "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
            "7": {
                "class_type": saver,
                "inputs": {"frame_rate": 8, "format": "video/h264-mp4", "images": ["6", 0], "filename_prefix": prefix},
            },
        }  # fmt: skip
        return json.dumps(nodes)

    return make
