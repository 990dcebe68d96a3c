"""A server's refusals and failures as lines that a person can read: the node's title, the input, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from alice_core.providers.comfy.graph import ApiGraph

_LONGEST: Final = 300
_MOST: Final = 12
_MEMORY: Final = ("OutOfMemory", "out of memory", "AllocationOnDevice")
_UNKNOWN_NODE: Final = ("invalid_prompt", "missing_node_type")


def lines_of(body: object, graph: ApiGraph) -> list[str]:
    """What a refused ``/prompt`` was refused for, one line each; at least one.

    Args:
        body: The JSON of the answer: ``error`` and ``node_errors``, as measured on ComfyUI 0.3.64.
        graph: What was sent.
    """
    data = body if isinstance(body, dict) else {}
    lines = list(dict.fromkeys(_of_nodes(data.get("node_errors"), graph)))
    if not lines:
        lines = [_of_all(data.get("error"))]
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], f"and {more} more"]


def failure_line(messages: object, graph: ApiGraph | None) -> tuple[str, str]:
    """Why a job ended badly, and what to do, from the messages of its history.

    Args:
        messages: Pairs of the kind and the data, as ``status.messages`` has them.
        graph: What was sent, where it is known.
    """
    for kind, data in _pairs(messages):
        if kind == "execution_interrupted":
            return "somebody interrupted it on the server", "Generate it again."
        if kind == "execution_error":
            return _execution_error(data, graph)
    return "the server says that it failed, and not why", "Look at the server's log."


def _execution_error(data: Mapping[str, Any], graph: ApiGraph | None) -> tuple[str, str]:
    node = str(data.get("node_id", ""))
    where = graph.label(node) if graph and node in graph.nodes else f"{data.get('node_type', 'a node')} (node {node})"
    said = _short(data.get("exception_message")) or "no message"
    kind = str(data.get("exception_type", "an error")).rpartition(".")[2]
    hint = "Look at the server's log; the workflow may need other values."
    if any(sign in f"{kind} {said}" for sign in _MEMORY):
        hint = "The server ran out of memory: make it smaller or shorter, or take another server."
    return f"{where}: {kind}: {said}", hint


def _pairs(messages: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in messages if isinstance(messages, list) else []:
        if isinstance(one, list | tuple) and len(one) == 2 and isinstance(one[1], dict):  # noqa: PLR2004 - a pair
            yield str(one[0]), one[1]


def _of_nodes(errors: object, graph: ApiGraph) -> Iterator[str]:
    for node, said in errors.items() if isinstance(errors, dict) else []:
        for error in said.get("errors") or []:
            yield f"{graph.label(str(node))}{_of_input(error)}"


def _of_input(error: Mapping[str, Any]) -> str:
    extra = error.get("extra_info") or {}
    name = extra.get("input_name")
    where = f", {name}: " if name else ": "
    return where + _meaning(str(error.get("type", "")), error, extra)


def _meaning(kind: str, error: Mapping[str, Any], extra: Mapping[str, Any]) -> str:
    config = _options(extra.get("input_config"))
    details, got = _short(error.get("details")), extra.get("received_value")
    known = {
        "required_input_missing": "nothing is connected or set",
        "value_bigger_than_max": f"{got} is larger than {config.get('max', 'allowed')}",
        "value_smaller_than_min": f"{got} is smaller than {config.get('min', 'allowed')}",
        "value_not_in_list": f"the server has no {got!r}{_choices(error)}",
        "invalid_input_type": f"{_short(got)!r} is of the wrong type",
        "return_type_mismatch": f"the wrong kind of output is connected ({details})",
    }
    return known.get(kind) or details or _short(error.get("message")) or kind or "refused"


def _choices(error: Mapping[str, Any]) -> str:
    details = _short(error.get("details"))
    has = details.partition(" not in ")[2]
    return f"; it has {has}" if has else ""


def _options(config: object) -> Mapping[str, Any]:
    if isinstance(config, Sequence) and len(config) > 1 and isinstance(config[1], dict):
        return config[1]
    return {}


def _of_all(error: object) -> str:
    if isinstance(error, str):
        return _short(error)
    data = error if isinstance(error, dict) else {}
    kind, message, details = (str(data.get(name) or "") for name in ("type", "message", "details"))
    if kind == "prompt_no_outputs":
        return "no node of the workflow saves anything"
    if kind == "prompt_outputs_failed_validation":
        return "the links of the workflow run in a circle"
    if kind in _UNKNOWN_NODE:
        return f"{_short(message)} ({details})" if details else _short(message)
    return _short(" ".join(one for one in (message, details) if one)) or "the server gives no reason"


def _short(value: object) -> str:
    text = " ".join(str(value if value is not None else "").split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
