"""Everything known of one asset, as rows for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alice_core.cli.output import human_size

if TYPE_CHECKING:
    from alice_core.library import Card

Rows = list[tuple[str, str]]

_GENERATED = ("generator", "prompt", "negative", "seed", "steps", "cfg", "sampler", "scheduler")


def card_rows(card: Card, content: dict[str, Any]) -> Rows:
    """Names and values, the most asked for first.

    Args:
        card: The card.
        content: Its JSON, with ``blocks``.
    """
    asset = card.asset
    rows: Rows = [("name", asset.name), ("digest", asset.digest)]
    rows += [("content", asset.content)] if asset.content else []
    rows += [("kind", f"{asset.kind.value} ({asset.facts.mime})"), ("size", human_size(asset.facts.size))]
    rows += [("made", asset.made), ("known since", asset.added)]
    rows += [("at", path) for path in content["locations"]] + [("was at", path) for path in content["missing"]]
    rows += _labels(content)
    rows += _generation(content["generation"])
    rows += [("words", asset.words)] if asset.words else []
    rows += _facts(content["facts"])
    rows += [(f"camera {name}", value) for name, value in content["camera"].items()]
    rows += [(f"tag {name}", value) for name, value in content["media_tags"].items()]
    rows += _origin(content)
    rows += [("block", f"{one['place']}/{one['key']} ({human_size(one['size'])})") for one in content["blocks"]]
    rows += [("cannot be read", text) for text in content["findings"]]
    return rows + _derivations(card)


def _labels(content: dict[str, Any]) -> Rows:
    rows: Rows = [("project", name) for name in content["projects"]]
    rows += [("tags", ", ".join(content["tags"]))] if content["tags"] else []
    rows += [("rating", "*" * content["rating"] or "0")] if content["rating"] is not None else []
    rows += [("favourite", "yes")] if content["favourite"] else []
    reason = f" ({content['reason']})" if content["reason"] else ""
    rows += [("mark", content["mark"] + reason)] if content["mark"] else []
    rows += [("note", content["note"])] if content["note"] else []
    rows += [("collections", ", ".join(content["collections"]))] if content["collections"] else []
    rows += [("in the trash", f"since {content['trashed']}")] if content["trashed"] else []
    return rows


def _generation(said: dict[str, Any] | None) -> Rows:
    if said is None:
        return []
    rows: Rows = [(name, str(said[name])) for name in _GENERATED if said.get(name) is not None]
    for use in said.get("models", ()):
        beside = "".join(f", {name} {use[name]}" for name in ("hash", "weight") if use[name])
        rows.append((use["role"], use["name"] + beside))
    if not said.get("models") and said.get("model"):
        rows.append(("model", said["model"]))
    if said.get("width") and said.get("height"):
        rows.append(("asked size", f"{said['width']}x{said['height']}"))
    if said.get("certainty", "certain") != "certain":
        rows.append(("certainty", f"{said['certainty']}: the file does not say it outright"))
    rows += [(f"  {one['field']}?", f"{one['value']} ({one['where']})") for one in said.get("candidates", ())]
    rows += [(f"  {name}", value) for name, value in said.get("extra", {}).items()]
    rows += [("graph", said["graph"])] if said.get("graph") else []
    return rows + ([("cost", said["cost"])] if said.get("cost") else [])


def _facts(facts: dict[str, Any]) -> Rows:
    rows: Rows = []
    for part in ("picture", "sound"):
        values = facts.get(part)
        if isinstance(values, dict):
            text = ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)
            rows.append((part, text))
    return rows


def _origin(content: dict[str, Any]) -> Rows:
    rows: Rows = [("source type", content["source_type"])] if content["source_type"] else []
    credentials = content["credentials"]
    if credentials:
        codes = f" ({', '.join(credentials['codes'])})" if credentials["codes"] else ""
        by = f", by {credentials['generator']}" if credentials["generator"] else ""
        rows.append(("credentials", credentials["state"] + codes + by))
    rows += [("part of", content["leader"])] if content["leader"] else []
    return rows + [("companion", digest) for digest in content["companions"]]


def _derivations(card: Card) -> Rows:
    rows: Rows = []
    for one in card.made_by:
        rows.append(("made by", f"{one.recipe.operation} {one.recipe.version} ({one.made})"))
        rows += [(f"  from {item.role}", item.digest) for item in one.recipe.inputs]
    for one in card.used_by:
        rows += [("used by", f"{one.recipe.operation} -> {item.role} {item.digest}") for item in one.outputs]
    return rows
