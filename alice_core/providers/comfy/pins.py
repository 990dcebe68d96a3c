"""Roles that a person has pinned, in a small file beside the workflow: ``NAME.alice.toml`` beside ``NAME.json``.

::

    [roles]
    prompt = "6.text"
    seed = ["3.seed", "57:10.noise_seed"]
    negative = []
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from alice_core.errors import UsageError
from alice_core.providers.comfy.graph import ApiGraph
from alice_core.providers.comfy.roles import ROLES, Role, Roles, Site
from alice_core.providers.comfy.workflow import Json


def sidecar_of(workflow: Path) -> Path:
    """Where the pinned roles of a workflow file are."""
    return workflow.with_name(f"{workflow.stem}.alice.toml")


def read_pins(workflow: Path) -> dict[str, Json]:
    """The pinned roles of a workflow file as JSON; empty where there are none.

    Raises:
        UsageError: The sidecar cannot be read (``ALICE-U07``).
    """
    path = sidecar_of(workflow)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _wrong(str(path), str(error)) from error
    unknown = sorted(data.keys() - {"roles"})
    if unknown or not isinstance(data.get("roles", {}), dict):
        raise _wrong(str(path), f"it should have one table, [roles]; it has {', '.join(unknown) or 'something else'}")
    roles = cast("dict[str, Json]", data.get("roles", {}))
    pinned(roles, str(path))
    return roles


def pinned(data: Mapping[str, Json], where: str = "the pinned roles") -> dict[Role, tuple[Site, ...]]:
    """The roles that JSON pins.

    Raises:
        UsageError: A role is unknown, or an input is not written as ``NODE.INPUT``.
    """
    found: dict[Role, tuple[Site, ...]] = {}
    for name, said in data.items():
        if name not in ROLES:
            raise _wrong(where, f"there is no role {name!r}", f"There is: {', '.join(ROLES)}.")
        sites = [said] if isinstance(said, str) else said
        if not isinstance(sites, list | tuple) or not all(isinstance(one, str) and "." in one for one in sites):
            raise _wrong(where, f"{name} is {said!r}")
        found[name] = tuple(Site(*str(one).split(".", maxsplit=1)) for one in sites)
    return found


def with_pins(found: Roles, pins: Roles, graph: ApiGraph) -> dict[Role, tuple[Site, ...]]:
    """The found roles, those that are pinned as pinned.

    Raises:
        UsageError: A pinned input is not in the graph.
    """
    for role, sites in pins.items():
        for site in sites:
            if site.node not in graph.nodes:
                raise _wrong("the pinned roles", f"{role} is {site}, and the graph has no node {site.node}")
            if site.input not in graph.nodes[site.node].inputs:
                has = ", ".join(graph.nodes[site.node].inputs)
                raise _wrong(
                    "the pinned roles", f"{graph.label(site.node)} has no input {site.input!r}", f"It has: {has}."
                )
    return {role: sites for role, sites in (dict(found) | dict(pins)).items() if sites}


def _wrong(where: str, why: str, hint: str = "") -> UsageError:
    said = hint or 'Write, for example: prompt = "6.text" under [roles]. See: alice comfy inspect FILE'
    return UsageError(f"{where} cannot be used: {why}", hint=said, code="ALICE-U07")
