"""Sonic Visualiser's layers: the file of a layer (.svl), and a layer exported as CSV.

A ``.svl`` is XML: a ``model`` with the sample rate, and the points of its ``dataset`` in frames.
Source: the files of Sonic Visualiser 4 and 5, and dataformat of its svcore library.
"""

from __future__ import annotations

import bz2

from alice_core.music.interchange.csv_table import read as read_table
from alice_core.music.interchange.labels import labelled, score_from, write_label
from alice_core.music.interchange.markup import attribute, parsed
from alice_core.music.interchange.model import Place, Score, Words
from alice_core.music.interchange.text import LARGEST, exact, moment, plain_seconds, refusal

_PLACES_AFTER_POINT = 9


def read(data: bytes, place: Place) -> Score:
    """The points of every layer of time instants, values or regions; a ``.sv`` session is unpacked.

    Raises:
        MediaError: It is no such file.
    """
    root = parsed(_unpacked(data, place.name), place.name)
    rates = {
        model.get("dataset"): exact(model.get("sampleRate", ""), place.name, what="a sample rate")
        for model in root.iter("model")
        if model.get("type") == "sparse" and model.get("dataset")
    }
    found: list[Words] = []
    for dataset in root.iter("dataset"):
        rate = rates.get(dataset.get("id"))
        if rate is None:
            continue
        if rate <= 0:
            raise refusal(place.name, "a sample rate of 0 is impossible")
        for number, point in enumerate(dataset.iter("point"), 1):
            frame = moment(point.get("frame", ""), f"{place.name}, point {number}", per=rate)
            length = exact(point.get("duration", "0"), place.name) / rate
            found.append(Words(frame, point.get("label", ""), frame + length if length > 0 else None))
    return score_from(found, place.name)


def write(score: Score, place: Place) -> bytes:
    """A layer of the beats and one of the sections, in frames of the song."""
    layers = [[Words(beat.seconds, write_label(beat)) for beat in score.beats], list(score.sections)]
    models: list[str] = []
    shown: list[str] = []
    for number, (layer, name) in enumerate(zip(layers, ("Beats", "Sections"), strict=True)):
        if not layer:
            continue
        model, dataset = 3 * number + 1, 3 * number
        frames = [round(one.seconds * place.sample_rate) for one in layer]
        models.append(
            f'    <model id="{model}" name="{name}" sampleRate="{place.sample_rate}" start="{frames[0]}" '
            f'end="{frames[-1] + 1}" type="sparse" dimensions="1" resolution="1" notifyOnAdd="true" '
            f'dataset="{dataset}" />\n    <dataset id="{dataset}" dimensions="1">'
        )
        models += [
            f'      <point frame="{frame}" label="{attribute(one.text)}" />'
            for frame, one in zip(frames, layer, strict=True)
        ]
        models.append("    </dataset>")
        shown.append(
            f'    <layer id="{3 * number + 2}" type="timeinstants" name="{name}" model="{model}" plotStyle="{number}" '
            'colourName="Orange" colour="#ff9632" darkBackground="false" />'
        )
    head = ['<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE sonic-visualiser>", "<sv>", "  <data>"]
    return "\n".join([*head, *models, "  </data>", "  <display>", *shown, "  </display>", "</sv>", ""]).encode()


def read_csv(data: bytes, place: Place) -> Score:
    """A layer exported as CSV: a time in seconds and a label a line.

    Raises:
        MediaError: A line holds no time.
    """
    return read_table(data, place)


def write_csv(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """Everything as a layer of time instants with labels, without a head."""
    rows = []
    for one in labelled(score):
        text = " ".join(one.text.split())
        quoted = '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
        rows.append(f"{plain_seconds(one.seconds, _PLACES_AFTER_POINT)},{quoted}")
    return ("\n".join(rows) + "\n").encode()


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(b"BZh"):
        return data
    unpacker = bz2.BZ2Decompressor()
    try:
        whole = unpacker.decompress(data, max_length=LARGEST + 1)
    except (OSError, EOFError, ValueError) as error:
        raise refusal(name, f"it cannot be unpacked ({error})") from error
    if len(whole) > LARGEST:
        raise refusal(name, f"unpacked it is larger than {LARGEST // 2**20} MiB")
    return whole
