"""The stored samples of events: one of every version of every type ever released, which never change.

``tests/golden/events/<type>/<version>.json`` is an event as that version was written; ``<version>.schema.json`` the
shape of its payload, from the time it was the newest. ``SHA256SUMS`` holds the digest of each (``sha256sum -c`` checks
it too). ``scripts/golden_event`` adds to them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from alice_core.events import Event, Payload
from alice_core.events.exchange import read_event
from alice_core.events.registry import EVENT_TYPES, load_types
from alice_core.events.schemas import DIALECT, shape_of
from alice_core.events.versions import _UPCASTERS

GOLDENS = Path(__file__).resolve().parent.parent / "golden" / "events"
SUMS = "SHA256SUMS"


def faults(folder: Path = GOLDENS, names: list[str] | None = None) -> list[str]:
    """What is wrong between the registry and the samples in a folder, one sentence each; empty if nothing is."""
    load_types()
    models = {name: EVENT_TYPES[name] for name in sorted(EVENT_TYPES if names is None else names)}
    found = [*_sum_faults(folder), *_orphans(folder, models)]
    for name, model in models.items():
        found += _steps_missing(name, model)
        found += _shape_faults(folder, name, model)
        for version in range(1, model.schema_version + 1):
            found += _golden_faults(folder, name, version, model)
    return found


def sums(folder: Path = GOLDENS) -> dict[str, str]:
    """The digest of each sample that was ever written, by its path in the folder."""
    lines = (folder / SUMS).read_text("ascii").splitlines() if (folder / SUMS).exists() else []
    return {path: digest for digest, path in (line.split("  ") for line in lines)}


def goldens(folder: Path = GOLDENS) -> list[tuple[str, int, Path]]:
    """Type, version and path of every sample event."""
    found = [path for path in folder.glob("*/*.json") if not path.name.endswith(".schema.json")]
    return sorted((path.parent.name, int(path.stem), path) for path in found)


def write_golden(folder: Path, name: str, version: int, payload: dict[str, Any]) -> list[str]:
    """Write the sample of a version, its schema if it is the newest, and their digests; gives the new paths.

    Raises:
        FileExistsError: There is one; it never changes.
    """
    load_types()
    texts = {f"{name}/{version}.json": _sample_event(name, version, payload)}
    model = EVENT_TYPES[name]
    if version == model.schema_version:
        texts[f"{name}/{version}.schema.json"] = _written(_schema(name, model))
    known = sums(folder)
    for path, text in texts.items():
        if path in known or (folder / path).exists():
            raise FileExistsError(f"{path} is there already and never changes; a new shape is a new version")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="\n")
        known[path] = sha256(text.encode()).hexdigest()
    lines = [f"{digest}  {path}\n" for path, digest in sorted(known.items())]
    (folder / SUMS).write_text("".join(lines), "ascii", newline="\n")
    return list(texts)


def sample_payload(model: type[Payload]) -> dict[str, Any]:
    """A payload of a type as it might have been written, every field filled by its name and kind."""
    schema = model.model_json_schema()
    sample = {**_sample("", schema, schema.get("$defs", {})), **_BY_TYPE.get(model.type_name, {})}
    return model.model_validate(sample).model_dump(mode="json")


def _sum_faults(folder: Path) -> Iterator[str]:
    known = sums(folder)
    for path, digest in known.items():
        if not (folder / path).exists():
            yield f"{path} is gone: what was ever released stays readable"
        elif sha256((folder / path).read_bytes().replace(b"\r\n", b"\n")).hexdigest() != digest:
            yield f"{path} was changed: samples never change, a new shape is a new version"
    for path in sorted(folder.glob("*/*.json")):
        if (said := path.relative_to(folder).as_posix()) not in known:
            yield f"{said} is not in {SUMS}: write samples with scripts/golden_event"


def _orphans(folder: Path, models: dict[str, type[Payload]]) -> Iterator[str]:
    for name, version, _ in goldens(folder):
        if name not in models:
            yield f"{name} was released and is no longer registered"
        elif version > models[name].schema_version:
            yield f"{name} version {version} was released, and the class is of version {models[name].schema_version}"


def _steps_missing(name: str, model: type[Payload]) -> Iterator[str]:
    for version in range(1, model.schema_version):
        if (name, version) not in _UPCASTERS:
            yield f"{name} has no upcaster from version {version}"


def _shape_faults(folder: Path, name: str, model: type[Payload]) -> Iterator[str]:
    path = folder / name / f"{model.schema_version}.schema.json"
    if not path.exists():
        yield f"{name} version {model.schema_version} has no stored schema: scripts/golden_event {name}"
    elif json.loads(path.read_text("utf-8")) != _schema(name, model):
        yield (
            f"{name} is not of the shape of version {model.schema_version} any more: "
            "raise the version, add an upcaster, then scripts/golden_event"
        )


def _golden_faults(folder: Path, name: str, version: int, model: type[Payload]) -> Iterator[str]:
    path = folder / name / f"{version}.json"
    if not path.exists():
        yield f"{name} version {version} has no sample: scripts/golden_event {name}"
        return
    stored, lifted = read_event(path.read_bytes(), lift=False), read_event(path.read_bytes())
    if not isinstance(stored, Event) or not isinstance(lifted, Event):
        yield f"{name} version {version} cannot be read: {getattr(lifted, 'reason', '')}"
        return
    if (stored.type, stored.schema) != (name, version):
        yield f"{path.name} of {name} holds {stored.type} version {stored.schema}"
    if lifted.schema != model.schema_version or type(lifted.payload) is not model:
        yield f"{name} version {version} is not lifted to version {model.schema_version}"
    elif lifted.payload.model_dump(mode="json") != lifted.data:
        yield f"{name} version {version} does not come back as it was written"
    yield from _changed_arguments(name, version, json.loads(stored.payload_text))


def _changed_arguments(name: str, version: int, data: dict[str, Any]) -> Iterator[str]:
    while (step := _UPCASTERS.get((name, version))) is not None:
        before = copy.deepcopy(data)
        lifted = step(data)
        if data != before:
            yield f"the upcaster of {name} version {version} changes its argument"
        data, version = lifted, version + 1


def _schema(name: str, model: type[Payload]) -> dict[str, Any]:
    said = {"$schema": DIALECT, "$id": f"urn:alice:event:{name}:{model.schema_version}"}
    return json.loads(json.dumps({**said, **shape_of(model)}))


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _sample_event(name: str, version: int, payload: dict[str, Any]) -> str:
    seed = sha256(f"{name} {version}".encode()).hexdigest()
    attributes = {
        "specversion": "1.0",
        "id": f"019ab3c4-{seed[:4]}-7{seed[4:7]}-9{seed[7:10]}-{seed[10:22]}",
        "source": "/alice",
        "type": name,
        "subject": str(payload.get("digest") or payload.get("project") or payload.get("path") or "the library"),
        "time": "2026-11-24T09:15:00.250Z",
        "datacontenttype": "application/json",
        "schemaversion": version,
        "actor": "user:zoë",
        "project": "Neon Škola",
        "correlationid": "019ab3c4-1f00-7000-8000-00000000c0de",
        "causationid": "019ab3c4-1eff-7000-8000-0000000ca05e",
        "sequence": "4711",
        "data": payload,
    }
    return _written(attributes)


_DIGEST = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
_OTHER = "sha256:486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7"
_TIME = "2026-11-24T09:14:59.125Z"
_IDS = ["019ab3c4-2000-7000-8000-000000000002", "019ab3c4-2000-7000-8000-000000000001"]
_BY_NAME: dict[str, Any] = {
    "digest": _DIGEST, "content": _OTHER, "leader": _OTHER, "recipe": _OTHER, "block": _OTHER,
    "kind": "image", "mime": "image/png", "path": '/films/Café "Néon"/雨の街/shot 01 🎬.png',
    "previous": "/films/eingang/shot 01.png", "kept": "/data/alice/trash/019ab3c4/shot 01 🎬.png",
    "made": _TIME, "until": "2026-12-24T09:14:59.125Z", "time": _TIME, "name": "shot 01 🎬",
    "tag": "style/neon", "synonym": "NEONLIGHT", "collection": "best of Škola", "mark": "hero",
    "reason": 'the light — "at last"', "note": "ask Zoë:\nis the rain too loud?", "rating": 4, "size": 12345678901,
    "state": "broken", "code": "ALICE-M05", "actor": "user:zoë", "project": "019ab3c4-1e00-7000-8000-00000000f11e",
    "brief": "Rain and neon, žluťoučký kůň.", "role": "picture", "operation": "storyboard.draw",
    "inputs": [_OTHER], "readers": "5", "generator": "comfyui", "origin": "file", "likeness": "c3a55a3c0ff0f00f",
    "model": "all-minilm-l6-v2", "events": _IDS, "skipped": [_IDS[0]], "choice": "tag:style/neon",
    "folder": "/backup/Škola", "source": "/backup/Škola", "item": _IDS[1], "what": "truncated",
    "cause": "the file is shorter than it was", "away": ["/media/disk b"], "lines": [1, 500], "event": _IDS[0],
    "backup": "/data/alice/backups/alice-0001.db", "before": None, "after": "0002",
}  # fmt: skip
_SINK = {"kind": "jsonlines", "settings": '{"path":"/backup/Škola/events.jsonl"}', "pattern": "alice.library.*"}
_NOTED = "alice.library.noted"
_BY_TYPE: dict[str, dict[str, Any]] = {
    "alice.audit.erased": {"type": _NOTED, "payload": _OTHER[7:], "reason": "Zoë asked for it"},
    "alice.relay.redelivered": {"sink": "škola", "positions": [4711, 4713]},
    "alice.relay.sink-added": {"sink": "škola", **_SINK, "position": 0},
    "alice.relay.sink-paused": {"sink": "škola"},
    "alice.relay.sink-removed": {"sink": "škola", **_SINK, "position": 4711},
    "alice.relay.sink-resumed": {"sink": "škola"},
    "alice.relay.undeliverable": {
        "sink": "škola",
        "event_type": "alice.library.noted",
        "reason": "HTTP 413",
        "tries": 5,
    },
    "alice.library.grouped": {"before": None},
    "alice.library.imported": {"trashed": None},
    "alice.library.looked": {"likeness": None, "reason": "the pixels cannot be decoded"},
    "alice.library.marked": {"before": "maybe", "before_reason": None},
    "alice.library.noted": {"before": None},
    "alice.library.rated": {"before": None},
    "alice.library.favoured": {"before": False},
    "alice.library.root-moved": {"before": "/films", "after": "/media/großer Speicher/films"},
    "alice.library.synonym-set": {"before": None},
    "alice.music.corrected": {"before": None, "after": _OTHER, "what": "beats"},
    "alice.projects.briefed": {"before": "", "after": "Rain and neon,\tžluťoučký kůň. 雨"},
    "alice.projects.take-judged": {"before": "liked", "after": "chosen", "reason": None},
    "alice.projects.styled": {"before": "", "after": '{"look": "škola"}'},
    "alice.store.migrated": {"before": "0001"},
}
_BY_KIND: dict[str, Any] = {"string": "text “ü” 𝄞", "integer": 3, "boolean": True, "number": 0.5}


def _sample(name: str, schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """A value that fits a schema: by the field's name if one is listed, else by its kind."""
    if "$ref" in schema:
        return _sample(name, known[schema["$ref"].rpartition("/")[2]], known)
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kind = choices[0].get("type")
    if "$ref" in choices[0]:
        return _sample(name, choices[0], known)
    if kind == "object":
        return {field: _sample(field, one, known) for field, one in choices[0].get("properties", {}).items()}
    fitting = {"string": str, "integer": int, "boolean": bool, "number": float, "array": list}.get(str(kind), object)
    if name in _BY_NAME and type(_BY_NAME[name]) is fitting:
        return _BY_NAME[name]
    if kind == "array":
        return [_sample(name, one, known) for one in choices[0].get("prefixItems", [choices[0].get("items", {})])]
    return choices[0].get("const", choices[0].get("enum", [_BY_KIND.get(str(kind))])[0])
