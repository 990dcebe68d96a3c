"""The reader of Midjourney: a description that ends in ``Job ID:``, behind the prompt and its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, exif_text
from alice_core.media.readers.values import moment, whole
from alice_core.media.readers.xmp import xmp_of

_JOB = re.compile(r"\s*\bJob ID: ?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\s*$")
_PARAMETER = re.compile(r"(?:^|\s)(?:--|—)([a-zA-Z][\w-]*)")
_LONGEST = 1024 * 1024


class Midjourney:
    """Reads the description of a picture by its job."""

    name = "midjourney"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a description names a job."""
        for text in _descriptions(given):
            found = _JOB.search(text[-200:])
            if found and len(text) <= _LONGEST:
                end = len(text) - len(text[-200:]) + found.start()
                return self._of(given, text[:end], found.group(1))
        return None

    def _of(self, given: Given, text: str, job: str) -> Generation:
        starts = list(_PARAMETER.finditer(text))
        ends = [*(one.start() for one in starts), len(text)][1:]
        said = {one.group(1): text[one.end() : end].strip() for one, end in zip(starts, ends, strict=False)}
        seed = whole(said.get("seed"))
        extra = {key: value or "true" for key, value in said.items() if key != "no" and (key != "seed" or seed is None)}
        extra |= {"Job ID": job}
        author, made = given.text("Author", "Xt"), given.text("Creation Time", "Xt")
        if author:
            extra |= {"Author": author}
        return Generation(
            "Midjourney",
            self.name,
            self.version,
            prompt=(text[: starts[0].start()] if starts else text).strip(),
            negative=said.get("no"),
            models=(_model(said),),
            seed=seed,
            made=moment(made),
            extra=extra,
        )


def _descriptions(given: Given) -> Iterator[str]:
    for text in (given.text("Description", "Xt"), exif_text(given, ExifTag.DESCRIPTION), xmp_of(given).description):
        if text:
            yield text


def _model(said: dict[str, str]) -> ModelUse:
    """The version that a parameter names; without one the newest of its day, which nothing tells."""
    version = said.get("v") or said.get("version")
    kind = f" niji {said['niji']}" if "niji" in said else f" v{version}" if version else ""
    return ModelUse("model", f"Midjourney{kind}".strip())
