"""What a ComfyUI server refuses, in its own words: written from the replies of 0.3.64, apart from our own preflight.

Works on the raw JSON of ``/object_info``, as the real server does on its node classes.
"""

from __future__ import annotations

from typing import Any

SHOWN = 20


class Refused(Exception):
    """The whole prompt is refused; the JSON of the 400."""

    def __init__(self, kind: str, message: str, details: str = "", nodes: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.body = {"error": _error(kind, message, details), "node_errors": nodes or {}}


def validated(prompt: dict[str, Any], types: dict[str, Any], files: set[str]) -> tuple[list[str], dict[str, Any]]:
    """The output nodes that will run, and the errors of those that will not.

    Raises:
        Refused: Nothing of it will run.
    """
    outputs = []
    for key, node in prompt.items():
        if "class_type" not in node:
            message = "Cannot execute because a node is missing the class_type property."
            raise Refused("invalid_prompt", message, f"Node ID '#{key}'")
        if node["class_type"] not in types:
            message = f"Cannot execute because node {node['class_type']} does not exist."
            raise Refused("invalid_prompt", message, f"Node ID '#{key}'")
        if types[node["class_type"]]["output_node"]:
            outputs.append(key)
    if not outputs:
        raise Refused("prompt_no_outputs", "Prompt has no outputs")
    check = _Check(prompt, types, files)
    good = [key for key in outputs if check.passes(key, ())]
    errors = {
        key: {
            "errors": wrong,
            "dependent_outputs": [out for out in outputs if out not in good and key in check.behind(out)],
            "class_type": prompt[key]["class_type"],
        }
        for key, wrong in check.wrong.items()
    }
    if not good:
        details = "\n".join(f"* {errors[key]['class_type']} {key}:" for key in errors)
        raise Refused("prompt_outputs_failed_validation", "Prompt outputs failed validation", details, errors)
    return good, errors


class _Check:
    def __init__(self, prompt: dict[str, Any], types: dict[str, Any], files: set[str]) -> None:
        self._prompt, self._types, self._files = prompt, types, files
        self.wrong: dict[str, list[dict[str, Any]]] = {}
        self._known: dict[str, bool] = {}

    def behind(self, key: str, seen: frozenset[str] = frozenset()) -> set[str]:
        if key in seen or key not in self._prompt:
            return set()
        links = [value[0] for value in self._prompt[key]["inputs"].values() if is_link(value)]
        return {key}.union(*(self.behind(one, seen | {key}) for one in links))

    def passes(self, key: str, path: tuple[str, ...]) -> bool:
        if key in path:
            # The real one runs into its own recursion: refused, without a word about a node.
            raise Refused("prompt_outputs_failed_validation", "Prompt outputs failed validation")
        if key not in self._known:
            node = self._prompt[key]
            given = self._types[node["class_type"]]["input"]
            wrong: list[dict[str, Any]] = []
            fine = True
            for section in ("required", "optional"):
                for name, spec in given.get(section, {}).items():
                    error, behind = self._input(node, name, spec, section, (*path, key))
                    wrong += [error] if error else []
                    fine = fine and behind and error is None
            if wrong:
                self.wrong[key] = wrong
            self._known[key] = fine
        return self._known[key]

    def _input(
        self, node: dict[str, Any], name: str, spec: list[Any], section: str, path: tuple[str, ...]
    ) -> tuple[dict[str, Any] | None, bool]:
        if name not in node["inputs"]:
            if section == "optional":
                return None, True
            return _error("required_input_missing", "Required input is missing", name, input_name=name), True
        value = node["inputs"][name]
        if isinstance(value, list):
            return self._link(name, spec, value, path)
        return self._value(node, name, spec, value), True

    def _link(
        self, name: str, spec: list[Any], value: list[Any], path: tuple[str, ...]
    ) -> tuple[dict[str, Any] | None, bool]:
        about = {"input_name": name, "input_config": spec, "received_value": value}
        if len(value) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            return _error("bad_linked_input", message, name, **about), True
        source = self._prompt.get(value[0])
        gives = self._types[source["class_type"]]["output"] if source else []
        if source is None or value[1] >= len(gives):
            said = {"exception_type": "KeyError", "exception_message": repr(value[0]), "traceback": ["..."]}
            return _error("exception_during_validation", "Exception when validating node", repr(value[0]), **said), True
        wanted, received = _type(spec), gives[value[1]]
        received = "COMBO" if isinstance(received, list) else received
        if not _accepts(wanted, received):
            details = f"{name}, received_type({received}) mismatch input_type({wanted})"
            about = {"input_name": name, "input_config": spec, "received_type": received, "linked_node": value}
            return _error("return_type_mismatch", "Return type mismatch between linked nodes", details, **about), True
        return None, self.passes(value[0], path)

    def _value(self, node: dict[str, Any], name: str, spec: list[Any], value: Any) -> dict[str, Any] | None:
        about = {"input_name": name, "input_config": spec, "received_value": value}
        kind, options = _type(spec), spec[1] if len(spec) > 1 else {}
        try:
            if kind == "INT":
                value = node["inputs"][name] = int(value)
            elif kind == "FLOAT":
                value = node["inputs"][name] = float(value)
            elif kind == "STRING":
                value = node["inputs"][name] = str(value)
        except (TypeError, ValueError) as error:
            message = f"Failed to convert an input value to a {kind} value"
            about["exception_message"] = str(error)
            return _error("invalid_input_type", message, f"{name}, {value}, {error}", **about)
        if kind in ("INT", "FLOAT"):
            if "min" in options and value < options["min"]:
                message = f"Value {value} smaller than min of {options['min']}"
                return _error("value_smaller_than_min", message, name, **about)
            if "max" in options and value > options["max"]:
                message = f"Value {value} bigger than max of {options['max']}"
                return _error("value_bigger_than_max", message, name, **about)
        if kind == "COMBO":
            return self._choice(name, spec, options, value, about)
        return None

    def _choice(
        self, name: str, spec: list[Any], options: dict[str, Any], value: Any, about: dict[str, Any]
    ) -> dict[str, Any] | None:
        choices = spec[0] if isinstance(spec[0], list) else options.get("options", [])
        if any(options.get(one) for one in ("image_upload", "audio_upload", "video_upload")):
            # Such nodes look at the folder itself.
            if value in self._files:
                return None
            kind = "audio" if options.get("audio_upload") else "video" if options.get("video_upload") else "image"
            details = f"{name} - Invalid {kind} file: {value}"
            return _error("custom_validation_failed", "Custom validation failed for node", details, input_name=name)
        if value in choices or options.get("remote"):
            return None
        listed = str(choices) if len(choices) <= SHOWN else f"(list of length {len(choices)})"
        return _error("value_not_in_list", "Value not in list", f"{name}: '{value}' not in {listed}", **about)


def is_link(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def _type(spec: list[Any]) -> str:
    return "COMBO" if isinstance(spec[0], list) else spec[0]


def _accepts(wanted: str, received: str) -> bool:
    return "*" in (wanted, received) or bool(set(wanted.split(",")) & set(received.split(",")))


def _error(kind: str, message: str, details: str, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": extra}
