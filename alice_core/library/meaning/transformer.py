"""The forward pass of a small BERT encoder in NumPy (Vaswani et al., 2017; Devlin et al., 2018).

PyTorch would do the same and costs 1.5 GB on the disk and seconds at every start; a question has ten word
pieces. Texts are laid end to end in one matrix, so that the large products waste nothing on filling up short
texts, and no text changes what another one gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alice_core.library.meaning.weights import Array

_ROWS = 96
"""So many rows of the widest layer stay in a processor's own memory."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights alone do not say.

    Attributes:
        layers: How many layers follow each other.
        heads: Into how many parts attention is divided.
        epsilon: What keeps a normalisation from dividing by nothing.
    """

    layers: int
    heads: int
    epsilon: float


class Transformer:
    """An encoder of word pieces.

    Args:
        weights: The arrays by the names that the model was published with.
        shape: What they do not say.
    """

    def __init__(self, weights: Mapping[str, Array], shape: Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._joined = [self._query_key_value(layer) for layer in range(shape.layers)]

    def meanings(self, texts: Sequence[Sequence[int]]) -> Array:
        """The mean of each text's last layer, of length one: shape (texts, width).

        Args:
            texts: The numbers of the pieces of each text, none of them empty.
        """
        ends = np.cumsum([0, *(len(one) for one in texts)])
        spans = [slice(start, end) for start, end in pairwise(ends.tolist())]
        rows = self._embedded(texts)
        for layer in range(self._shape.layers):
            rows = self._layer(rows, spans, layer)
        sums: Array = np.add.reduceat(rows, ends[:-1], axis=0)
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums

    def _embedded(self, texts: Sequence[Sequence[int]]) -> Array:
        pieces = np.concatenate([np.asarray(one, np.int64) for one in texts])
        places = np.concatenate([np.arange(len(one)) for one in texts])
        said = self._weights
        rows = said["embeddings.word_embeddings.weight"][pieces]
        rows = rows + said["embeddings.position_embeddings.weight"][places]
        rows += said["embeddings.token_type_embeddings.weight"][0]
        return self._normal(rows, "embeddings.LayerNorm")

    def _layer(self, rows: Array, spans: Sequence[slice], number: int) -> Array:
        name = f"encoder.layer.{number}"
        seen = self._attention(rows, spans, number)
        rows = self._normal(
            rows + self._linear(seen, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm"
        )
        wide = self._linear(rows, f"{name}.intermediate.dense")
        for start in range(0, len(wide), _ROWS):
            _gelu(wide[start : start + _ROWS])
        return self._normal(rows + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, rows: Array, spans: Sequence[slice], number: int) -> Array:
        weight, bias = self._joined[number]
        joined = rows @ weight
        joined += bias
        seen = np.empty_like(rows)
        heads, width = self._shape.heads, rows.shape[1] // self._shape.heads
        for span in spans:
            query, key, value = joined[span].reshape(-1, 3, heads, width).transpose(1, 2, 0, 3)
            scores = query @ key.transpose(0, 2, 1)
            scores -= scores.max(axis=2, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=2, keepdims=True)
            seen[span] = (scores @ value).transpose(1, 0, 2).reshape(-1, rows.shape[1])
        return seen

    def _query_key_value(self, layer: int) -> tuple[Array, Array]:
        """The three projections as one, with the scale of the scores in the first."""
        name = f"encoder.layer.{layer}.attention.self"
        weights = [self._weights[f"{name}.{part}.weight"] for part in ("query", "key", "value")]
        biases = [self._weights[f"{name}.{part}.bias"] for part in ("query", "key", "value")]
        scale = np.float32((self._shape.heads / len(weights[0])) ** 0.5)
        weights[0], biases[0] = weights[0] * scale, biases[0] * scale
        return np.ascontiguousarray(np.concatenate(weights).T), np.concatenate(biases)

    def _linear(self, rows: Array, name: str) -> Array:
        done: Array = rows @ self._weights[f"{name}.weight"].T
        done += self._weights[f"{name}.bias"]
        return done

    def _normal(self, rows: Array, name: str) -> Array:
        rows = rows - rows.mean(axis=1, keepdims=True)
        rows /= np.sqrt(np.square(rows).mean(axis=1, keepdims=True) + np.float32(self._shape.epsilon))
        rows *= self._weights[f"{name}.weight"]
        rows += self._weights[f"{name}.bias"]
        return rows


def _gelu(rows: Array) -> None:
    """``x`` times the normal distribution up to ``x``, in place; good to 3e-7 (Abramowitz and Stegun 7.1.26)."""
    far = np.abs(rows) * np.float32(0.5**0.5)
    near = 1 / (1 + np.float32(0.3275911) * far)
    tail = near * np.float32(1.061405429) - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        tail *= near
        tail += np.float32(coefficient)
    tail *= near
    tail *= np.exp(-far * far)  # the part of both ends beyond x
    half = rows * np.float32(0.5)
    rows[...] = half + np.abs(half) * (1 - tail)
