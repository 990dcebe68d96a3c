"""Filters of a stream, block by block, by fast convolution with their impulse response.

SciPy has such filters too, but to import them takes longer than to hear a minute of music. These
are the filters of Butterworth (1930) of second order, brought to the sample rate by the bilinear
transform with their edges kept in place; the convolution is the overlap-add method of Stockham
(1966). An impulse response is cut where it has died away below the rounding of single precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from alice_core.music.features import Floats

_DIED = 1e-10  # of its beginning


class Filters:
    """Filters that hear the same stream, or one that hears all channels; nothing sounds before it was fed.

    Args:
        filters: One or more filters as (n, 6) second-order sections ``b0 b1 b2 1 a1 a2``, all poles inside the
            unit circle.
        channels: Of the stream; several only for one filter.
    """

    def __init__(self, filters: Sequence[Floats], channels: int = 1) -> None:
        self._filters = filters
        radius = max(float(np.abs(np.roots(section[3:])).max()) for sections in filters for section in sections)
        # Poles that lie together die away later than each alone.
        self._length = 8 + round(1.5 * np.log(_DIED) / np.log(radius))
        self._rest = np.zeros((max(channels, len(filters)), self._length), np.float32)
        self._size, self._responses = 0, np.zeros((len(filters), 0), np.complex64)

    def feed(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next samples filtered: (channels, n) give (channels or filters, n)."""
        count = sound.shape[1]
        size = scipy.fft.next_fast_len(count + self._length, real=True)
        whole = scipy.fft.irfft(scipy.fft.rfft(sound, size, axis=1) * self._at(size), size, axis=1)
        whole[:, : self._length] += self._rest
        self._rest = whole[:, count : count + self._length].copy()
        return np.asarray(whole[:, :count], np.float32)

    def _at(self, size: int) -> NDArray[np.complex64]:
        """The responses for a convolution of so many samples."""
        if size != self._size:
            long = 2 * self._length
            impulses = scipy.fft.irfft(np.stack([response(one, long) for one in self._filters]), long, axis=1)
            found = scipy.fft.rfft(impulses[:, : self._length], size, axis=1)
            self._size, self._responses = size, found.astype(np.complex64)
        return self._responses


def response(sections: Floats, size: int) -> NDArray[np.complex128]:
    """(size // 2 + 1,) what sections of shape (n, 6) do to each frequency of a real spectrum of ``size`` samples."""
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    powers = np.stack([np.ones_like(delay), delay, delay**2])
    return np.asarray(np.prod([(section[:3] @ powers) / (section[3:] @ powers) for section in sections], axis=0))


def low_pass(hertz: float, rate: float) -> Floats:
    """(1, 6) the section that lets pass what is below ``hertz``."""
    edge = np.tan(np.pi * hertz / rate)
    first = 1.0 + np.sqrt(2.0) * edge + edge**2
    gain = edge**2 / first
    last = (1.0 - np.sqrt(2.0) * edge + edge**2) / first
    return np.array([[gain, 2 * gain, gain, 1.0, 2 * (edge**2 - 1) / first, last]])


def band_pass(low: float, high: float, rate: float) -> Floats:
    """(2, 6) the sections that let pass what is between ``low`` and ``high`` Hz."""
    first, last = np.tan(np.pi * np.array([low, high]) / rate)
    width, middle = last - first, first * last
    half = width * np.exp(0.75j * np.pi) / 2.0  # of the low pass, whose other pole is the conjugate
    root = np.sqrt(half**2 - middle)
    sections = []
    for analogue in (half + root, half - root):
        pole = (1.0 + analogue) / (1.0 - analogue)
        gain = width / np.abs(1.0 - analogue) ** 2
        sections.append([gain, 0.0, -gain, 1.0, -2.0 * pole.real, np.abs(pole) ** 2])
    return np.array(sections)
