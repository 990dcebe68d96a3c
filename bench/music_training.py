#!/usr/bin/env python3
"""Train the network of :mod:`alice_core.music.network` on composed music; PyTorch is needed only here.

::

    python bench/music_training.py compose FOLDER --songs 600     its material, with the package's own features
    python bench/music_training.py train FOLDER --minutes 10      with PyTorch 2.13; writes network.npz

No recorded or shared song enters. The seeds are others than those that tune and measure. The weights
of the package are of 620 songs, every twentieth of them kept out: a first training of 10 minutes, then
7,100 steps with ``--go-on --processes 1 --minutes 28``, in which half of the pieces are played up to a
sixth faster or slower; the loss on the songs kept out fell from 0.199 to 0.181.
"""

# ruff: noqa: ANN001, ANN202 - PyTorch and its types are absent where the rest is checked

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

FIRST_SEED = 100_000
WIDTH, LAYERS, TAPS = 24, 10, 5
PIECE, BATCH = 2000, 8  # frames of 20 ms
STRETCHED = 0.5  # share of the pieces that are played faster or slower


def compose(folder: Path, seed: int) -> None:
    """Compose, hear and keep one song."""
    import music_songs  # noqa: PLC0415 - training runs where the package's dependencies may be absent
    import soxr  # noqa: PLC0415 - likewise

    from alice_core.music.features import RATE, Listener  # noqa: PLC0415 - likewise
    from alice_core.music.network import inputs  # noqa: PLC0415 - likewise

    target = folder / f"{seed}.npz"
    if target.exists():
        return
    song = music_songs.compose(music_songs.any_wish(seed))
    listener = Listener()
    listener.feed(soxr.resample(song.sound, music_songs.SAMPLE_RATE, RATE).astype(np.float32))
    beats, places = np.array(song.truth["beats"]), np.array(song.truth["positions"])
    np.savez(target, rows=inputs(listener.finish()).astype(np.float16), beats=beats, downbeats=beats[places == 1])


def targets(count: int, times: np.ndarray) -> np.ndarray:
    """1 at the frame of each time, a half beside it."""
    wanted = np.zeros(count, np.float32)
    at = np.rint(times * 50).astype(int)
    for shift, value in ((-1, 0.5), (1, 0.5), (0, 1.0)):
        where = at + shift
        wanted[where[(where >= 0) & (where < count)]] = value
    return wanted


def train(folder: Path, minutes: float, target: Path, threads: int, *, go_on: bool) -> None:
    """Train for some minutes, and write the weights."""
    import torch  # noqa: PLC0415 - only here
    from torch import nn  # noqa: PLC0415 - only here

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    songs = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as kept:
            rows = kept["rows"].astype(np.float32)
            wanted = np.stack([targets(rows.shape[0], kept[name]) for name in ("beats", "downbeats")], 1)
        songs.append((rows, wanted))
    held, songs = songs[::20], [song for i, song in enumerate(songs) if i % 20]

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv1d(songs[0][0].shape[1], WIDTH, TAPS, padding=TAPS // 2)
            self.layers = nn.ModuleList(
                nn.Conv1d(WIDTH, WIDTH, TAPS, dilation=2**i, padding=TAPS // 2 * 2**i) for i in range(LAYERS)
            )
            self.last = nn.Conv1d(WIDTH, 2, 1)
            self.drop = nn.Dropout1d(0.08)

        def forward(self, rows):
            state = nn.functional.elu(self.first(rows.transpose(1, 2)))
            for layer in self.layers:
                state = state + self.drop(nn.functional.elu(layer(state)))
            return self.last(state).transpose(1, 2)

    net = Net()
    if go_on:
        _read(net, target, torch)
    random = np.random.default_rng(0)
    optimiser = torch.optim.AdamW(net.parameters(), 4e-3, weight_decay=1e-3)
    begun, step, losses = time.monotonic(), 0, []
    while (spent := (time.monotonic() - begun) / 60 / minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = (2e-3 if go_on else 4e-3) * min(1.0, (step + 1) / 50) * (
                0.5 + 0.5 * np.cos(np.pi * spent)
            ) + 1e-5
        rows, wanted = (torch.from_numpy(part) for part in _batch(songs, random))
        loss = _loss(net(rows), wanted, nn)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            net.eval()
            with torch.no_grad():
                kept = [float(_loss(net(torch.from_numpy(r)[None]), torch.from_numpy(w)[None], nn)) for r, w in held]
            net.train()
            print(f"{step:6} {spent:5.2f} train {np.mean(losses[-100:]):.4f} held {np.mean(kept):.4f}", flush=True)
            _write(net, target)
    _write(net, target)


def _loss(said, wanted, nn):
    weight = 1.0 + wanted * wanted.new_tensor([4.0, 8.0])
    return (nn.functional.binary_cross_entropy_with_logits(said, wanted, reduction="none") * weight).mean()


def _batch(songs, random):
    rows, wanted = [], []
    while len(rows) < BATCH:
        heard, truth = songs[int(random.integers(len(songs)))]
        if random.random() < STRETCHED:
            heard, truth = _faster(heard, truth, float(np.exp(random.uniform(-0.16, 0.16))))
        first = int(random.integers(max(1, heard.shape[0] - PIECE)))
        piece, aim = heard[first : first + PIECE], truth[first : first + PIECE]
        if piece.shape[0] < PIECE:
            continue
        piece = piece.copy()
        piece[:, :12] *= np.exp(random.normal(0, 0.25, 12) + random.normal(0, 0.25))  # other mixes and drums
        if random.random() < 0.3:
            low = int(random.integers(12))
            piece[:, low : low + int(random.integers(1, 4))] = 0  # a band that says nothing
        if random.random() < 0.3:
            piece[:, 12:15] *= random.uniform(0, 1)
        piece[:, :15] += np.abs(random.normal(0, 0.02, (PIECE, 15)))
        rows.append(piece.astype(np.float32))
        wanted.append(aim)
    return np.stack(rows), np.stack(wanted)


def _faster(heard, truth, factor):
    """A piece played faster or slower, so that tempi beyond those that were composed are met too."""
    count = int(heard.shape[0] / factor)
    at = np.arange(count) * factor
    low = np.minimum(at.astype(int), heard.shape[0] - 2)
    part = (at - low)[:, None].astype(np.float32)
    times = (np.flatnonzero(truth[:, column] == 1.0) / factor / 50 for column in (0, 1))
    return heard[low] * (1 - part) + heard[low + 1] * part, np.stack([targets(count, one) for one in times], 1)


def _read(net, target: Path, torch) -> None:
    with np.load(target) as kept:
        pairs = [(net.first, kept["first_weight"], kept["first_bias"])]
        pairs += list(zip(net.layers, kept["weights"], kept["biases"], strict=True))
        pairs.append((net.last, kept["last_weight"][None], kept["last_bias"]))
        with torch.no_grad():
            for layer, weight, bias in pairs:
                layer.weight.copy_(torch.from_numpy(weight.astype(np.float32).transpose(2, 1, 0).copy()))
                layer.bias.copy_(torch.from_numpy(bias.astype(np.float32)))


def _write(net, target: Path) -> None:
    def taps(layer):
        return layer.weight.detach().numpy().transpose(2, 1, 0), layer.bias.detach().numpy()

    first, last = taps(net.first), taps(net.last)
    layers = [taps(layer) for layer in net.layers]
    np.savez(
        target,
        first_weight=first[0].astype(np.float16),
        first_bias=first[1].astype(np.float16),
        weights=np.stack([weight for weight, _ in layers]).astype(np.float16),
        biases=np.stack([bias for _, bias in layers]).astype(np.float16),
        last_weight=last[0][0].astype(np.float16),
        last_bias=last[1].astype(np.float16),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=["compose", "train"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--songs", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--go-on", action="store_true", help="begin with the weights of the target")
    parser.add_argument("--processes", type=int, default=2)
    package = Path(__file__).parent.parent / "alice_core" / "music" / "network.npz"
    parser.add_argument("--target", type=Path, default=package)
    options = parser.parse_args()
    if options.do == "train":
        train(options.folder, options.minutes, options.target, options.processes, go_on=options.go_on)
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.processes) as pool:
        list(pool.map(partial(compose, options.folder), range(FIRST_SEED, FIRST_SEED + options.songs)))


if __name__ == "__main__":
    main()
