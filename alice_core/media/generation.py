"""What a file says of its own making, as values: the raw blocks, and the facts read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of embedded metadata, byte for byte as it lies in the file.

    Attributes:
        place: Where it lies: ``png:tEXt``, ``png:zTXt``, ``png:iTXt``, ``png:eXIf``, ``png:comf``,
            ``png:caBX``, ``jpeg:exif``, ``jpeg:xmp``, ``jpeg:comment``, ``jpeg:iptc``, ``webp:exif``,
            ``webp:xmp``, ``webp:C2PA``, ``av:tag`` (a tag of a container or stream, as UTF-8), ...
        key: The keyword of a text chunk or the name of a tag; empty where the place says it all.
        data: The payload. Of a text chunk: the text's bytes as stored, decompressed where the
            chunk is compressed (``zTXt``, ``iTXt``), not otherwise changed.
    """

    place: str
    key: str
    data: bytes


class Certainty(StrEnum):
    """How sure a reader is of what it says."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that took part.

    Attributes:
        role: ``checkpoint``, ``diffusion``, ``lora``, ``vae``, ``controlnet``, ``clip``, ``upscaler``, ...
        name: As the file names it, such as ``flux1-dev.safetensors``.
        hash: As the file gives it (A1111's short hash, a sha256), if it does.
        weight: Its strength as exact text, if it has one.
    """

    role: str
    name: str
    hash: str | None = None
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several possible values of a field that a reader could not decide on.

    Attributes:
        field: Name of the field of :class:`Generation`.
        value: The possible value, as text.
        where: Where it was found, such as ``node 6 CLIPTextEncode``.
    """

    field: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Generation:
    """How a file was generated, normalised over all generators.

    Attributes:
        generator: ``ComfyUI``, ``A1111``, ``Forge``, ``InvokeAI``, ``NovelAI``, ``Fooocus``, ``SwarmUI``,
            ``EasyDiffusion``, ``DrawThings``, ``Midjourney``, ``Alice``, ...
        reader: Name of the reader that says so.
        version: Version of that reader.
        prompt: What was asked for.
        negative: What was not wanted.
        models: The main model first, then LoRAs and others.
        seed: The seed of the main sampler.
        steps: Its steps.
        cfg: Its guidance, as exact decimal text.
        sampler: Its sampler.
        scheduler: Its scheduler.
        width: In pixels, as asked for.
        height: In pixels, as asked for.
        made: RFC 3339 time, where the file says when it was made.
        graph: ``place/key`` of the block that holds the source graph, if there is one.
        certainty: How sure the reader is.
        candidates: The possible values of fields that it could not decide on; such a field is
            ``None`` or its most likely value.
        extra: Everything else that was said, by its own name, as text.
    """

    generator: str
    reader: str
    version: int
    prompt: str | None = None
    negative: str | None = None
    models: tuple[ModelUse, ...] = ()
    seed: int | None = None
    steps: int | None = None
    cfg: str | None = None
    sampler: str | None = None
    scheduler: str | None = None
    width: int | None = None
    height: int | None = None
    made: str | None = None
    graph: str | None = None
    certainty: Certainty = Certainty.CERTAIN
    candidates: tuple[Candidate, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> str | None:
        """The name of the main model."""
        return next((one.name for one in self.models if one.role in _MAIN), None)


_MAIN = ("checkpoint", "diffusion", "model")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Content credentials (C2PA) of a file.

    Attributes:
        state: ``valid``, ``untrusted`` (whole and unchanged, but signed by nobody on a trust list),
            ``invalid`` (changed or badly signed) or ``unread`` (there are some, and the extra is not installed).
        codes: The validation status codes, such as ``signingCredential.untrusted``.
        generator: The claim generator, such as ``OpenAI-API``.
        actions: The actions told of, such as ``c2pa.created``.
        source_type: The digital source type that an action names.
    """

    state: str
    codes: tuple[str, ...] = ()
    generator: str | None = None
    actions: tuple[str, ...] = ()
    source_type: str | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """Everything that was read from a file's blocks.

    Attributes:
        generation: How it was generated, if it was.
        source_type: IPTC digital source type, its last word, such as ``trainedAlgorithmicMedia``.
        credentials: Its content credentials, if it has any.
        camera: Facts of a camera or scanner by their EXIF names: ``Make``, ``Model``, ``DateTimeOriginal``, ...
        tags: Tags of a song or film by lower-case name: ``title``, ``artist``, ``album``, ``date``, ...
        findings: What could not be read and why, one sentence each.
    """

    generation: Generation | None = None
    source_type: str | None = None
    credentials: Credentials | None = None
    camera: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON values; :meth:`from_json` reads them back."""
        return {
            "generation": None if self.generation is None else generation_json(self.generation),
            "source_type": self.source_type,
            "credentials": None if self.credentials is None else asdict(self.credentials),
            "camera": dict(self.camera),
            "tags": dict(self.tags),
            "findings": list(self.findings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Embedded:
        """What :meth:`to_json` wrote."""
        credentials = data["credentials"]
        return cls(
            generation=None if data["generation"] is None else _generation(data["generation"]),
            source_type=data["source_type"],
            credentials=credentials
            and Credentials(
                **{**credentials, "codes": tuple(credentials["codes"]), "actions": tuple(credentials["actions"])}
            ),
            camera=data["camera"],
            tags=data["tags"],
            findings=tuple(data["findings"]),
        )


def generation_json(one: Generation) -> dict[str, Any]:
    """A generation as JSON values, with the main model's name under ``model``."""
    return {
        "generator": one.generator,
        "reader": one.reader,
        "version": one.version,
        "prompt": one.prompt,
        "negative": one.negative,
        "model": one.model,
        "models": [{"role": use.role, "name": use.name, "hash": use.hash, "weight": use.weight} for use in one.models],
        "seed": one.seed,
        "steps": one.steps,
        "cfg": one.cfg,
        "sampler": one.sampler,
        "scheduler": one.scheduler,
        "width": one.width,
        "height": one.height,
        "made": one.made,
        "graph": one.graph,
        "certainty": one.certainty.value,
        "candidates": [{"field": c.field, "value": c.value, "where": c.where} for c in one.candidates],
        "extra": dict(one.extra),
    }


def _generation(data: Mapping[str, Any]) -> Generation:
    values = {name: value for name, value in data.items() if name != "model"}
    values["models"] = tuple(ModelUse(**use) for use in data["models"])
    values["candidates"] = tuple(Candidate(**one) for one in data["candidates"])
    values["certainty"] = Certainty(data["certainty"])
    return Generation(**values)
