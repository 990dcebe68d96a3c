"""What a server's node types take and give, as ``/object_info`` says it, and which widgets the editor makes of it.

The widgets are those of ComfyUI's own editor (read in comfyui-frontend-package 1.27.10 and, for dynamic inputs,
in the later source): a number called ``seed`` has a second one that says how it changes, a file list has an
upload button, sound and 3D nodes have a player. They count, because a saved node keeps its widgets' values by position.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from alice_core.errors import ProviderBadAnswer
from alice_core.providers.comfy.workflow import Json, Slot, kind_of

_log = logging.getLogger(__name__)

DYNAMIC_COMBO: Final = "COMFY_DYNAMICCOMBO_V3"
_PLAIN: Final = {
    "INT": 0,
    "FLOAT": 0,
    "BOOLEAN": False,
    "STRING": "",
    "MARKDOWN": "",
    "TEXTAREA": "",
    "COLOR": "#000000",
}
_SEEDS: Final = ("seed", "noise_seed")
_SOUND_NODES: Final = ("LoadAudio", "SaveAudio", "PreviewAudio", "SaveAudioMP3", "SaveAudioOpus")
_VIEW_NODES: Final = {"Preview3D": "PREVIEW_3D", "SaveGLB": "PREVIEW_3D", "Preview3DAnimation": "PREVIEW_3D_ANIMATION"}
_TITLES: Final = {
    "ImageBlend": "Image Blend",
    "ImageBlur": "Image Blur",
    "ImageQuantize": "Image Quantize",
    "ImageSharpen": "Image Sharpen",
    "ImageScaleToTotalPixels": "Scale Image to Total Pixels",
}
"""What the editor calls node types that older servers have no title for."""
_UPLOADS: Final = ("image_upload", "video_upload", "animated_image_upload")


class Unset:
    """The value of a widget that has none: it is left out of what is sent."""


UNSET: Final = Unset()


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One input of a node type.

    Attributes:
        name: Of the input.
        kind: What it takes.
        choices: Of a ``COMBO``.
        options: Everything else that the server says of it: ``default``, ``min``, ``max``, ``step``, ``tooltip`` ...
        optional: Whether the node runs without it.
    """

    name: str
    kind: str
    choices: tuple[Json, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False

    @property
    def forced(self) -> bool:
        """Whether it is a socket although its kind has a widget."""
        return bool(self.options.get("forceInput") or (self.optional and self.options.get("defaultInput")))

    @property
    def widget(self) -> str:
        """The kind of widget that the editor looks for."""
        return str(self.options.get("widgetType") or self.kind)


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget of a node.

    Attributes:
        name: Of the input that it stands for, or its own.
        value: Before anything is loaded.
        stored: Whether a saved node has a place for its value.
        sent: Whether its value is part of what the server gets.
        text: Whether it is a box of several lines, whose value is always text.
        dynamic: Whether ``{one|other}`` and comments in it are worked out before it is sent.
        fixed: Whether loading a value does nothing.
        inside: What each choice of a dynamic combo adds.
    """

    name: str
    value: Json | Unset = UNSET
    stored: bool = True
    sent: bool = True
    text: bool = False
    dynamic: bool = False
    fixed: bool = False
    inside: Mapping[str, tuple[InputSpec, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A node type of a server.

    Attributes:
        name: As workflows call it.
        title: As people see it.
        inputs: In the order in which the editor lays them out.
        outputs: What it gives.
        is_output: Whether it is one for whose sake a graph runs.
        declared: The names of the inputs in the order in which the server lists them.
    """

    name: str
    title: str
    inputs: tuple[InputSpec, ...]
    outputs: tuple[Slot, ...]
    is_output: bool
    declared: tuple[str, ...] = ()

    def input(self, name: str) -> InputSpec | None:
        """The input of that name."""
        return next((one for one in self.inputs if one.name == name), None)


def node_types(object_info: object) -> dict[str, NodeType]:
    """The node types that ``/object_info`` lists; one that cannot be read counts as not there, as for the editor.

    Raises:
        ProviderBadAnswer: That is no such list.
    """
    if not isinstance(object_info, dict):
        hint = "Is it a ComfyUI server?"
        raise ProviderBadAnswer("the list of node types is no JSON object", provider="comfy", hint=hint)
    read = {name: _readable(name, data) for name, data in object_info.items()}
    found = {name: one for name, one in read.items() if one is not None}
    if not found:
        hint = "Is it a ComfyUI server? Look at its log."
        raise ProviderBadAnswer("the list of node types has none that can be read", provider="comfy", hint=hint)
    return found


def is_widget(spec: InputSpec) -> bool:
    """Whether the editor makes a widget of an input."""
    return spec.widget in _MAKERS and not spec.forced


def widgets_of(specs: Sequence[InputSpec], node: str = "") -> tuple[Widget, ...]:
    """The widgets that the editor makes of inputs, in its order."""
    return tuple(_all_widgets(specs, node))


def slots_of(specs: Sequence[InputSpec]) -> tuple[Slot, ...]:
    """The inputs that the editor makes: plain sockets first, then those that stand for widgets."""
    sockets = [Slot(one.name, one.kind) for one in specs if not is_widget(one)]
    return (*sockets, *(Slot(one.name, one.kind, widget=one.name) for one in specs if is_widget(one)))


def _readable(name: str, data: Any) -> NodeType | None:  # noqa: ANN401 - JSON
    try:
        return _node_type(name, data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        _log.warning("the node type %s cannot be read and is left out", name)
        return None


def _node_type(name: str, data: Mapping[str, Any]) -> NodeType:
    given = data.get("input") or {}
    required = [_spec(key, one, optional=False) for key, one in (given.get("required") or {}).items()]
    optional = [_spec(key, one, optional=True) for key, one in (given.get("optional") or {}).items()]
    known = {one.name: one for one in (*required, *_added(name, required), *optional)}
    kinds = data.get("output") or []
    names = data.get("output_name") or []
    outputs = [Slot(str(names[i]) if i < len(names) else "", kind_of(kind)) for i, kind in enumerate(kinds)]
    return NodeType(
        name,
        str(data.get("display_name") or _TITLES.get(name, name)),
        tuple(_ordered(known, data.get("input_order") or {})),
        tuple(outputs),
        bool(data.get("output_node")),
        tuple(known),
    )


def _ordered(known: Mapping[str, InputSpec], order: Mapping[str, Sequence[str]]) -> Iterator[InputSpec]:
    first = [known[name] for name in order.get("required") or [] if name in known and not known[name].optional]
    then = [known[name] for name in order.get("optional") or [] if name in known and known[name].optional]
    done = {one.name for one in (*first, *then)}
    yield from first
    yield from then
    yield from (one for one in known.values() if one.name not in done)


def _spec(name: str, data: Sequence[Any], *, optional: bool) -> InputSpec:
    options = data[1] if len(data) > 1 and isinstance(data[1], dict) else {}
    listed = data[0] if isinstance(data[0], list) else options.get("options") or []
    choices = tuple(listed) if kind_of(data[0]) in ("COMBO", DYNAMIC_COMBO) else ()
    return InputSpec(name, kind_of(data[0]), choices, options, optional)


def _added(name: str, required: Sequence[InputSpec]) -> Iterator[InputSpec]:
    """The inputs that the editor adds to a node type by itself, for buttons and players."""
    if name in _SOUND_NODES:
        yield InputSpec("audioUI", "AUDIO_UI")
    if name in _VIEW_NODES:
        yield InputSpec("image", _VIEW_NODES[name])
    if any(one.name == "audio" and one.options.get("audio_upload") is True for one in required):
        yield InputSpec("upload", "AUDIOUPLOAD")
    if any(one.kind == "COMBO" and any(one.options.get(key) is True for key in _UPLOADS) for one in required):
        yield InputSpec("upload", "IMAGEUPLOAD")
    if name == "PreviewAny":
        yield InputSpec("preview", "_PREVIEW_TEXT")


def _all_widgets(specs: Sequence[InputSpec], node: str) -> Iterator[Widget]:
    for spec in specs:
        if not is_widget(spec):
            continue
        yield from _MAKERS[spec.widget](spec)
    if node == "WebcamCapture":
        yield Widget("waiting for camera...", sent=False)


def _number(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, _default(spec))
    control = spec.options.get("control_after_generate", spec.name in _SEEDS)
    if spec.kind == "INT" and control:
        yield Widget(control if isinstance(control, str) else "control_after_generate", "randomize", sent=False)


def _text(spec: InputSpec) -> Iterator[Widget]:
    many = bool(spec.options.get("multiline")) or spec.widget == "MARKDOWN"
    yield Widget(spec.name, _default(spec), text=many, dynamic=spec.options.get("dynamicPrompts") is True)


def _plain(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, _default(spec))


def _combo(spec: InputSpec) -> Iterator[Widget]:
    if spec.options.get("multi_select"):
        yield Widget(spec.name, [])
        return
    remote = spec.options.get("remote")
    first: Json | Unset = spec.choices[0] if spec.choices else ("Loading..." if remote else UNSET)
    yield Widget(spec.name, spec.options.get("default") or first)
    if isinstance(remote, dict):
        yield Widget("Auto-refresh after generation", value=False, sent=False)
        if remote.get("refresh_button"):
            yield Widget("refresh", "refresh")
    if spec.options.get("control_after_generate"):
        yield Widget("control_after_generate", "randomize", sent=False)
        yield Widget("control_filter_list", "", sent=False)


def _dynamic_combo(spec: InputSpec) -> Iterator[Widget]:
    options = [one for one in spec.choices if isinstance(one, dict)]
    inside = {
        str(one["key"]): tuple(_nested(spec.name, cast("Mapping[str, Any]", one.get("inputs") or {})))
        for one in options
    }
    yield Widget(spec.name, next(iter(inside), UNSET), inside=inside)


def _nested(name: str, inputs: Mapping[str, Any]) -> Iterator[InputSpec]:
    for section in ("required", "optional"):
        for key, data in (inputs.get(section) or {}).items():
            yield _spec(f"{name}.{key}", data, optional=section == "optional")


def _button(value: str, *, sent: bool) -> Any:  # noqa: ANN401 - a maker of widgets, like the functions above
    return lambda spec: iter((Widget(spec.name, value, sent=sent),))


def _player(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, "", stored=False)


def _view(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, "", fixed=True)


def _preview(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, "", stored=False)


def _model_view(spec: InputSpec) -> Iterator[Widget]:
    yield Widget("upload 3d model", "upload3dmodel")
    yield Widget("upload extra resources", "uploadExtraResources")
    yield Widget("clear", "clear")
    yield Widget(spec.name, "", fixed=True)


def _recorder(spec: InputSpec) -> Iterator[Widget]:
    yield Widget(spec.name, "")
    yield Widget(spec.name, "", sent=False)


def _default(spec: InputSpec) -> Json | Unset:
    value = spec.options.get("default")
    return cast("Json", _PLAIN[spec.widget] if value is None else value)


_MAKERS: Final = {
    "INT": _number,
    "FLOAT": _number,
    "BOOLEAN": _plain,
    "COLOR": _plain,
    "STRING": _text,
    "MARKDOWN": _text,
    "TEXTAREA": _text,
    "COMBO": _combo,
    DYNAMIC_COMBO: _dynamic_combo,
    "IMAGEUPLOAD": _button("image", sent=False),
    "AUDIOUPLOAD": _button("", sent=False),
    "AUDIO_UI": _player,
    "AUDIO_RECORD": _recorder,
    "PREVIEW_3D": _view,
    "PREVIEW_3D_ANIMATION": _view,
    "LOAD_3D": _model_view,
    "LOAD_3D_ANIMATION": _model_view,
    "WEBCAM": _view,
    "_PREVIEW_TEXT": _preview,
}
