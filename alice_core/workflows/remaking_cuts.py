"""How what is made for cuts is carried out again: conformed and reframed takes, proxies, excerpts, clicks, variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from alice_core.directing import document as plans
from alice_core.directing.model import Take
from alice_core.directing.variant import cut_down, excerpt_of
from alice_core.exact import parse_exact
from alice_core.library.descent.remake import Again, Maker
from alice_core.music import document as analyses
from alice_core.store import Ingredient, Job
from alice_core.timeline.conforming import Conform
from alice_core.timeline.looking import media_at
from alice_core.timeline.model import Media
from alice_core.timing import FrameRate
from alice_core.workflows import conforming, handing, variants


def _conform(again: Again, folder: Path) -> Job:
    said = _said(again)
    one = Conform(_first(again), (), said["first"], said["frames"], 0)
    return conforming.conform_job(one, FrameRate(Fraction(said["rate"])), folder)


def _proxy(again: Again, folder: Path) -> Job:
    return handing.proxy_job(_first(again), folder)


def _reframe(again: Again, folder: Path) -> Job:
    said = _said(again)
    return variants.reframe_job(_first(again), (said["width"], said["height"]), said["anchor"], folder)


def _excerpt(again: Again, folder: Path) -> Job:
    said = _said(again)
    span, fades = (said["first"], said["end"]), (said["rise"], said["fall"])
    return variants.excerpt_job(_first(again), span, said["rate"], fades, folder / "excerpt.wav")


def _click(again: Again, folder: Path) -> Job:
    said = _said(again)
    (source,) = again.derivation.recipe.inputs
    data = again.inputs[source.digest].read_bytes()
    read = analyses.from_document if source.role == "analysis" else plans.from_document
    return handing.click_job(
        Ingredient(source.role, source.digest), read(data), said["sample_rate"], said["samples"], folder / "click.wav"
    )


def _variant(again: Again, folder: Path) -> Job:
    said = _said(again)
    source, song, *takes = again.derivation.recipe.inputs
    plan = plans.from_document(again.inputs[source.digest].read_bytes())
    plan = replace(plan, width=said["width"], height=said["height"])
    seconds = None if said["seconds"] is None else parse_exact(said["seconds"])
    if seconds is not None:
        plan = cut_down(plan, excerpt_of(plan, seconds), song.digest)
    chosen = {
        shot: Take(take.digest, path) for shot, path, take in zip(said["shots"], said["paths"], takes, strict=True)
    }
    return variants.variant_job(plan, source.digest, chosen, seconds, folder / "plan.json")


def _said(again: Again) -> Mapping[str, Any]:
    return again.derivation.recipe.parameters


def _first(again: Again) -> Media:
    digest = again.derivation.recipe.inputs[0].digest
    return media_at(again.inputs[digest], digest)


CUT_MAKERS: Mapping[str, Maker] = {
    conforming.CONFORM[0]: _conform,
    handing.PROXY[0]: _proxy,
    handing.CLICK[0]: _click,
    variants.EXCERPT[0]: _excerpt,
    variants.REFRAME[0]: _reframe,
    variants.VARIANT[0]: _variant,
}
"""Makers of what the commands for cuts derive, by operation."""
