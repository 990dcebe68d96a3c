"""The document of a plan, ``alice.plan/1``: JSON in UTF-8 that others build on.

Keys come in a fixed order, numbers that must be exact are texts, and the same plan gives
the same bytes. Beyond what every reader needs (``schema rate drop start song shots
markers``) a plan carries its ``size``, ``brief``, ``cut``, ``seed`` and ``notices``, and a
shot its ``bar``, ``beats`` and ``mood``. Unknown keys are passed over.
"""

from __future__ import annotations

import json

from alice_core.directing.fields import Fields
from alice_core.directing.model import CutStyle, Mood, Move, Plan, PlanMarker, Shot, SongReference, Take
from alice_core.errors import MediaError
from alice_core.timing import FrameRate, exact_text, frames_of

SCHEMA = "alice.plan/1"

_KINDS = {kind: kind for kind in ("beat", "downbeat", "section")}
_HINT = "Plan the song again, or restore the document."


def to_document(plan: Plan) -> bytes:
    """The document of a plan, ending in a line feed."""
    content = {
        "schema": SCHEMA,
        "rate": plan.rate.ratio,
        "drop": plan.rate.drop,
        "start": plan.start,
        "size": {"width": plan.width, "height": plan.height},
        "song": {
            "digest": plan.song.digest,
            "seconds": exact_text(plan.song.seconds),
            "sample_rate": plan.song.sample_rate,
            "samples": plan.song.samples,
        },
        "brief": plan.brief,
        "cut": plan.cut.value,
        "seed": plan.seed,
        "notices": list(plan.notices),
        "shots": [_shot_content(shot) for shot in plan.shots],
        "markers": [{"frame": mark.frame, "kind": mark.kind, "label": mark.label} for mark in plan.markers],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def from_document(document: bytes) -> Plan:
    """The plan that :func:`to_document` wrote, exactly.

    Raises:
        MediaError: The bytes are no such document; the message says what is wrong and where.
    """
    fields = Fields.of(_parsed(document), "plan")
    schema = fields.text("schema")
    if schema != SCHEMA:
        message = f"plan.schema is {schema!r}; this version reads {SCHEMA!r}"
        newer = schema.startswith("alice.plan/")
        raise MediaError(message, hint="Use a newer version of alice." if newer else "Give the document of a plan.")
    rate = _rate(fields)
    size = fields.nested("size")
    plan = Plan(
        rate=rate,
        start=fields.text("start"),
        width=size.whole("width", least=1),
        height=size.whole("height", least=1),
        song=_song(fields.nested("song")),
        brief=fields.text("brief"),
        cut=fields.read("cut", CutStyle, "one of " + ", ".join(CutStyle)),
        seed=fields.whole("seed"),
        shots=tuple(_shot(shot) for shot in fields.objects("shots")),
        markers=tuple(_marker(marker) for marker in fields.objects("markers")),
        notices=fields.texts("notices"),
    )
    fields.read("start", lambda text: frames_of(text, rate), f"a timecode at {rate.name} frames a second")
    _check_tiling(plan.shots)
    return plan


def _parsed(document: bytes) -> object:
    try:
        return json.loads(document)
    except (ValueError, RecursionError) as error:
        message = f"the plan is not JSON: {error}"
        raise MediaError(message, hint=_HINT) from error


def _rate(fields: Fields) -> FrameRate:
    drop = fields.flag("drop")
    return fields.read("rate", lambda text: FrameRate.parse(text, drop=drop), 'a frame rate such as "24000/1001"')


def _song(fields: Fields) -> SongReference:
    song = SongReference(fields.text("digest"), fields.whole("sample_rate", least=1), fields.whole("samples", least=0))
    seconds = fields.exact("seconds")
    if seconds != song.seconds:
        message = (
            f"{fields.where}.seconds is {exact_text(seconds)}, but samples / sample_rate is {exact_text(song.seconds)}"
        )
        raise MediaError(message, hint=_HINT)
    return song


def _shot_content(shot: Shot) -> dict[str, object]:
    mood, take = shot.mood, shot.take
    return {
        "id": shot.id,
        "start": shot.start,
        "end": shot.end,
        "beat": exact_text(shot.beat),
        "bar": shot.bar,
        "beats": shot.beats,
        "section": shot.section,
        "prompt": shot.prompt,
        "seed": shot.seed,
        "move": shot.move.value,
        "mood": {"energy": mood.energy, "brightness": mood.brightness, "valence": mood.valence},
        "take": {"digest": take.digest, "path": take.path} if take else None,
    }


def _shot(fields: Fields) -> Shot:
    mood = fields.nested("mood")
    take = fields.optional("take")
    return Shot(
        id=fields.text("id"),
        start=fields.whole("start", least=0),
        end=fields.whole("end", least=1),
        beat=fields.exact("beat"),
        bar=fields.whole("bar"),
        beats=fields.whole("beats", least=0),
        section=fields.text("section"),
        prompt=fields.text("prompt"),
        seed=fields.whole("seed", least=0),
        move=fields.read("move", Move, "one of " + ", ".join(Move)),
        mood=Mood(mood.share("energy"), mood.share("brightness"), mood.share("valence")),
        take=Take(take.text("digest"), take.text("path")) if take else None,
    )


def _marker(fields: Fields) -> PlanMarker:
    kind = fields.read("kind", _KINDS.__getitem__, "one of " + ", ".join(_KINDS))
    return PlanMarker(fields.whole("frame", least=0), kind, fields.text("label"))


def _check_tiling(shots: tuple[Shot, ...]) -> None:
    """Refuse a plan whose shots do not follow each other frame by frame, or share an id."""
    at = 0
    known: set[str] = set()
    for index, shot in enumerate(shots):
        if shot.start != at or shot.end <= shot.start:
            message = f"plan.shots[{index}] ({shot.id}) runs from {shot.start} to {shot.end}; it should start at {at}"
            raise MediaError(message, hint="Make each shot start where the one before ends.")
        if shot.id in known:
            message = f"plan.shots[{index}].id {shot.id!r} is there twice"
            raise MediaError(message, hint="Give each shot its own id.")
        known.add(shot.id)
        at = shot.end
    if not shots:
        message = "plan.shots is empty"
        raise MediaError(message, hint=_HINT)
