"""Whether what the analysis is sure of is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np

EDGE = 0.1
"""Seconds before a beat at which its stretch begins, so that a late or early beat stays in it."""

RIGHT = 0.8
"""F from which a song is heard right."""


def calibrate(items: list[tuple[dict, Path]], rows: list[dict], answers: dict[str, dict]) -> None:
    """Whether what is given much confidence is right, for songs and for stretches."""
    right = np.array([row["F"] > RIGHT for row in rows])
    sure = np.array([answers[str(path)].get("confidence", 0.0) for _, path in items])
    print(f"songs: {right.sum()}/{right.size} heard right; area under ROC of the confidence {area(right, sure):.2f}")
    for kind in ("octave", "phase", "meter"):
        pairs = [pair for truth, path in items for pair in judged(truth, answers[str(path)], kind)]
        if pairs:
            given, true = np.array(pairs, float).T
            high = given >= 0.9
            share = f"{true[high].mean():.3f}" if high.any() else "-"
            print(
                f"stretches, {kind}: {int(high.sum())} of {given.size} given >= .9, of these right {share}; "
                f"all right {true.mean():.3f}; area {area(true > 0.5, given):.2f}"
            )


def area(right: np.ndarray, sure: np.ndarray) -> float:
    """The area under the ROC curve; nan where all are right or all wrong."""
    good, bad = sure[right], sure[~right]
    if not good.size or not bad.size:
        return float("nan")
    return float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad)))


def judged(truth: dict, answer: dict, kind: str) -> list[tuple[float, bool]]:
    """(confidence, whether right) for each stretch of a song with at least four true beats in it."""
    true, found = np.array(truth["beats"]), np.array([beat["time"] for beat in answer["beats"]])
    places = np.array([beat["position"] for beat in answer["beats"]])
    judgements = []
    for stretch in answer.get("stretches", []):
        start, end = stretch["start"] - EDGE, stretch["end"] - EDGE
        inside, own = (true >= start) & (true < end), (found >= start) & (found < end)
        if inside.sum() < 4 or own.sum() < 4:
            continue
        gap, mine = np.median(np.diff(true[inside])), np.median(np.diff(found[own]))
        if kind == "octave":
            right = abs(np.log2(mine / gap)) < 0.1
        elif kind == "phase":
            near = np.abs(found[own][:, None] - true[None]).min(axis=1)
            right = np.mean(near < max(0.07, 0.1 * mine)) > 0.75
        elif truth["positions"] is None:
            continue
        else:
            downs = true[np.array(truth["positions"]) == 1]
            said = found[own & (places == 1)]
            wanted = downs[(downs >= start) & (downs < end)]
            close = np.abs(said[:, None] - downs[None]).min(axis=1) < 0.1 if said.size else np.zeros(0)
            right = bool(close.sum() >= 0.75 * max(said.size, wanted.size, 1))
        judgements.append((stretch[kind], bool(right)))
    return judgements
