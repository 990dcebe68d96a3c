"""ComfyUI as a provider: any workflow, on a server of one's own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

from alice_core.errors import ProviderInvalidTask, UsageError
from alice_core.providers.card import Limits, ModelCard, OptionRule, Problem
from alice_core.providers.checking import problems_of
from alice_core.providers.comfy.binding import bound, prefixed
from alice_core.providers.comfy.graph import ApiGraph, api_graph_of, is_api_graph
from alice_core.providers.comfy.jobs import (
    AtWork,
    Broken,
    Made,
    Nowhere,
    Waiting,
    find,
    graph_in,
    media_type_of,
    of_kind,
    prompt_id_of,
    state_of,
    take_back,
    written_in,
)
from alice_core.providers.comfy.pins import pinned, with_pins
from alice_core.providers.comfy.preflight import demand_runnable, graph_for, preflight
from alice_core.providers.comfy.refusals import lines_of
from alice_core.providers.comfy.roles import Roles, find_roles
from alice_core.providers.comfy.schema import NodeType, node_types
from alice_core.providers.comfy.wire import NAME, Told, Wire
from alice_core.providers.comfy.workflow import Json, is_workflow
from alice_core.providers.operation import Answer, Done, Failed, Operation, Output, Queued, Running, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure, Quote, quote_of
from alice_core.providers.task import ImageTask, Task, TaskKind, VideoTask, options_for

_MODEL: Final = "workflow"
_FORMATS: Final = ("png", "mp4", "jpeg", "webp", "webm", "gif", "flac", "wav", "mp3", "opus")
_ROLES: Final = ("reference", "first-frame", "last-frame", "mask", "picture")
_CARD: Final = ModelCard(
    provider=NAME,
    model=_MODEL,
    tasks=("image", "video", "audio"),
    meters=("request",),
    title="Any ComfyUI workflow, on your own server",
    limits=Limits(
        count=64, references=16, formats=_FORMATS, roles=_ROLES, ignores=("quality", "background", "resolution")
    ),
    options={
        "workflow": OptionRule("any", about="The workflow, as JSON of either form."),
        "roles": OptionRule("any", about="Inputs pinned to roles, as in NAME.alice.toml."),
        "about": OptionRule("any", about="What is written into the files: run, shot, project."),
    },
    delivery="queued",
    lookup=True,
    cancel="any",
    deterministic_seed=True,
    concurrency=2,
)
_HOW: Final = "Name one: --option workflow=FILE, saved from ComfyUI. See docs/how-to/comfy.md."
_SURE_SECONDS: Final = 1.0
_MOST_SENT: Final = 8
_REFUSED: Final = 400


class ComfyUI:
    """Runs workflows on one server; a job has our own name there before it is worked on.

    Args:
        address: Of the server; empty for ``COMFYUI_URL``, the setting, or this machine.
        sure: For so many seconds a job must be nowhere before it counts as lost.
    """

    name = NAME
    version = "1"

    def __init__(self, address: str = "", *, sure: float = _SURE_SECONDS) -> None:
        self._wire = Wire(address)
        self._sure = sure
        self._lock = threading.Lock()
        self._types: Mapping[str, NodeType] | None = None
        self._gone: dict[str, float] = {}
        self._sent: dict[str, int] = {}
        self._taken_back: set[str] = set()
        self._ended = ""
        self._witnesses: dict[str, str] = {}

    def cards(self) -> tuple[ModelCard, ...]:
        """The only model: whatever the workflow has."""
        return (_CARD,)

    def card(self, model: str = "", kind: str = "") -> ModelCard:
        """The only model.

        Raises:
            ProviderInvalidTask: Another is asked for, or a question about pictures.
        """
        if model not in ("", _MODEL) or kind not in ("", *_CARD.tasks):
            what = f"model {model!r}" if model not in ("", _MODEL) else f"way to do {kind}"
            hint = "Which models are used is the workflow's choice; leave the model out."
            raise ProviderInvalidTask(f"{NAME} has no {what}", hint=hint, provider=NAME)
        return _CARD

    def check(self, task: Task) -> tuple[Problem, ...]:
        """What is wrong with a task, as far as it can be said without the server."""
        options = options_for(task, NAME)
        problems = list(problems_of(task, _CARD))
        workflow = options.get("workflow")
        if workflow is None:
            problems.append(Problem("options.comfy.workflow", "no workflow is named", _HOW))
        elif not is_workflow(workflow) and not is_api_graph(workflow):
            problems.append(Problem("options.comfy.workflow", "it is no ComfyUI workflow", _HOW))
        try:
            pinned(_mapping(options.get("roles")))
        except UsageError as error:
            problems.append(Problem("options.comfy.roles", error.message, error.hint or ""))
        return tuple(problems)

    def quote(self, task: Task, book: PriceBook) -> Quote:
        """Nothing, unless the user's price file says what an hour of the machine is worth."""
        return quote_of(_CARD, task.kind, (Measure.exactly("request", 1),), book)

    def submit(self, task: Task, key: str, inputs: Inputs) -> Submission:
        """Put one prompt into the server's queue; see :meth:`~alice_core.providers.protocol.Provider.submit`."""
        types = self._node_types()
        options = options_for(task, NAME)
        workflow: Json = options.get("workflow")
        graph = graph_for(workflow, types, seed=task.seed)
        roles = with_pins(find_roles(graph, types), pinned(_mapping(options.get("roles"))), graph)
        _demand_count(task, roles)
        prompt_id = prompt_id_of(key)
        files = self._uploaded(task, inputs)
        graph = bound(graph, roles, task, files, types)
        graph = prefixed(graph, roles, f"alice/{prompt_id}/take")
        self._demand_runnable(graph, tuple(files.values()))
        body = self._body(task, key, graph, _mapping(options.get("about")), workflow)
        witness = self._ended
        self._post(body, graph)
        data = {
            "body": json.dumps(body),
            "count": str(getattr(task, "count", 1)),
            "left_out": ", ".join(_left_out(task, roles)),
            "witness": witness,
        }
        return Submission(Operation(NAME, _MODEL, task.kind, key, prompt_id, data))

    def poll(self, operation: Operation) -> Answer:
        """Ask the server where the job is; one that a restart has lost is sent once more."""
        graph, prompt_id = _graph_of(operation), operation.request_id
        state = state_of(self._wire, prompt_id, graph)
        with self._lock:
            if not isinstance(state, Nowhere):
                self._gone.pop(prompt_id, None)
            if isinstance(state, Made):
                self._ended = prompt_id
        if isinstance(state, Waiting):
            return Queued(state.before)
        if isinstance(state, AtWork):
            return Running()
        if isinstance(state, Broken):
            return Failed(state.reason, "no", state.hint)
        return self._delivered(operation, state) if isinstance(state, Made) else self._lost(operation, graph)

    def cancel(self, operation: Operation) -> bool:
        """Take the job out of the queue, or stop it; nobody else's."""
        taken = take_back(self._wire, operation.request_id)
        if taken:
            with self._lock:
                self._taken_back.add(operation.request_id)
        return taken

    def lookup(self, key: str, since: str) -> Operation | None:  # noqa: ARG002 - our names are for ever
        """The job that was sent with a key, if the server still knows it."""
        prompt_id = prompt_id_of(key)
        entry = find(self._wire, prompt_id)
        if entry is None:
            time.sleep(self._sure)  # a job that has just ended is in no list for a moment
            entry = find(self._wire, prompt_id)
        if entry is None:
            return None
        written, graph = written_in(entry), graph_in(entry)
        about = _mapping(written.get("alice"))
        body = {"prompt": graph.to_json() if graph else {}, "prompt_id": prompt_id, "client_id": "alice"}
        body |= {"extra_data": {"extra_pnginfo": dict(written)}}
        data = {"body": json.dumps(body), "count": str(about.get("count") or 1), "left_out": ""}
        return Operation(NAME, _MODEL, cast("TaskKind", about.get("kind") or "image"), key, prompt_id, data)

    def test(self) -> str:
        """Ask the server what it is, which is free.

        Raises:
            ProviderError: Nobody answers, or it is no ComfyUI.
        """
        stats = self._wire.system_stats()
        version = stats.get("system", {}).get("comfyui_version", "?") if isinstance(stats, dict) else "?"
        return f"ComfyUI {version} with {len(self._node_types())} node types answers"

    def _node_types(self) -> Mapping[str, NodeType]:
        with self._lock:
            if self._types is None:
                self._types = node_types(self._wire.object_info())
            return self._types

    def _demand_runnable(self, graph: ApiGraph, files: tuple[str, ...]) -> None:
        lacks = preflight(graph, self._node_types(), files)
        if lacks:
            with self._lock:
                self._types = None  # a model or a node may have come since it was asked
            lacks = preflight(graph, self._node_types(), files)
        demand_runnable(lacks, self._wire.name)

    def _uploaded(self, task: Task, inputs: Inputs) -> dict[str, str]:
        """The names of the references on the server; named by digest, the same file is there once."""
        names: dict[str, str] = {}
        for one in task.references:
            path = inputs[one.digest]
            name = f"{one.digest.removeprefix('sha256:')}{path.suffix.lower()}"
            names[one.digest] = self._wire.upload(path, name, "alice")
        return names

    def _body(self, task: Task, key: str, graph: ApiGraph, about: Mapping[str, Json], workflow: Json) -> dict[str, Any]:
        """What is posted; the stock nodes write ``extra_pnginfo`` into the files that they save."""
        known = {"schema": "alice.job/1", "provider": NAME, "job": key, "kind": task.kind}
        known |= {"count": str(getattr(task, "count", 1))}
        extra: dict[str, Any] = {"alice": dict(about) | known}
        if is_workflow(workflow):
            extra["workflow"] = workflow
        return {
            "prompt": graph.to_json(),
            "prompt_id": prompt_id_of(key),
            "client_id": "alice",
            "extra_data": {"extra_pnginfo": extra},
        }

    def _post(self, body: Mapping[str, Any], graph: ApiGraph) -> None:
        told = self._wire.submit(body)
        if told.status == _REFUSED:
            with self._lock:
                self._types = None  # it may have other models or nodes by now
            raise self._refused(told, graph)
        if told.body.get("node_errors"):
            # One output was dropped and the rest would run: not what was asked for.
            take_back(self._wire, str(body["prompt_id"]))
            raise self._refused(told, graph)

    def _refused(self, told: Told, graph: ApiGraph) -> ProviderInvalidTask:
        text = "; ".join(lines_of(told.body, graph))
        hint = "See what it needs: alice comfy inspect FILE"
        return ProviderInvalidTask(f"{self._wire.name} refuses the workflow: {text}", hint=hint, provider=NAME)

    def _lost(self, operation: Operation, graph: ApiGraph) -> Answer:
        """Wait until it is sure that the job is nowhere, then send it once more: same graph, same seed, same name.

        Not where it was taken out of the queue: by us, or by somebody else, which is known where the server still
        knows a job that had ended before this one was sent, and so has not been started anew.
        """
        prompt_id, now = operation.request_id, time.monotonic()
        with self._lock:
            if prompt_id in self._taken_back:
                return Failed("it was taken back", "no", "Generate it again.")
            if now - self._gone.setdefault(prompt_id, now) < self._sure:
                return Queued(None)
            witness = self._witnesses.get(prompt_id, operation.data.get("witness", ""))
        if witness and self._wire.history(witness) is not None:
            return Failed("somebody took it out of the server's queue", "no", "Generate it again.")
        return self._once_more(operation, graph, witness)

    def _once_more(self, operation: Operation, graph: ApiGraph, witness: str) -> Answer:
        prompt_id = operation.request_id
        with self._lock:
            self._gone.pop(prompt_id, None)
            self._witnesses[prompt_id] = self._ended if self._ended != witness else ""
            often = self._sent[prompt_id] = self._sent.get(prompt_id, 0) + 1
        if often > _MOST_SENT:
            hint = "The server keeps stopping while it works on it. Look at its log."
            return Failed(f"{self._wire.name} has lost the job {often} times", "no", hint)
        try:
            self._post(json.loads(operation.data["body"]), graph)
        except ProviderInvalidTask as error:
            return Failed(error.message, "no", error.hint or "", error.code)
        return Queued(None)

    def _delivered(self, operation: Operation, made: Made) -> Answer:
        wanted = int(operation.data.get("count") or 1)
        places = of_kind(made.saved, operation.kind) or of_kind(made.shown, operation.kind)
        if len(places) < wanted:
            hint = "The workflow should save what it makes, with a node such as Save Image or Save Video."
            has = f"{len(places)} of {wanted}" if places else "no"
            return Failed(f"the workflow has run, and gave {has} {operation.kind}", "no", hint)
        outputs: list[Output] = []
        for place in places[:wanted]:
            data = self._wire.view(place)
            if data is None:
                return Failed(f"{place.filename} is not on the server any more", "no", "Generate it again.")
            outputs.append(Output(media_type_of(place), data=data))
        left = operation.data.get("left_out")
        warnings = (f"the workflow has no input for: {left}",) if left else ()
        return Done(tuple(outputs), usage={"request": Decimal(1)}, warnings=warnings)


def _graph_of(operation: Operation) -> ApiGraph:
    return api_graph_of(json.loads(operation.data["body"])["prompt"])


def _mapping(value: object) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", value) if isinstance(value, Mapping) else {}


def _demand_count(task: Task, roles: Roles) -> None:
    if isinstance(task, ImageTask) and task.count > 1 and "batch" not in roles:
        hint = "Ask for one at a time, or pin the input: alice comfy inspect FILE shows how."
        raise ProviderInvalidTask("the workflow has no input for the number of pictures", hint=hint, provider=NAME)


def _left_out(task: Task, roles: Roles) -> tuple[str, ...]:
    """The fields of a task that the workflow has no input for."""
    fields: list[str] = []
    if isinstance(task, ImageTask | VideoTask):
        fields += ["negative"] * bool(task.negative and "negative" not in roles)
        fields += ["size"] * ("width" not in roles and not task.references)
    if isinstance(task, VideoTask) and "length" not in roles:
        fields.append("length")
    if "seed" not in roles:
        fields.append("seed")
    return tuple(fields)
