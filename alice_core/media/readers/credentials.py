"""Content credentials (C2PA) of a file, checked by the Content Authenticity Initiative's library.

Whole files are hashed for it, so it is not done while files are taken in. Nothing is fetched: neither
manifests that lie elsewhere nor the state of certificates.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from alice_core.media.files import reading
from alice_core.media.generation import Credentials
from alice_core.media.readers.said import objects, under
from alice_core.media.readers.values import name
from alice_core.media.readers.xmp import source_type

UNREAD = Credentials("unread")
"""There are credentials, and nobody has looked at them."""

_SETTINGS = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_SEARCHED = 16 * 1024 * 1024
_ELSEWHERE = "Remote"
_NONE = ("ManifestNotFound", "NotSupported")


def read_credentials(path: Path) -> Credentials | None:
    """The credentials of a file and whether they hold; ``None`` where it has none.

    ``unread`` where the library is not installed (ask only for files in which a C2PA block was seen), and with
    the code ``Remote`` where the file only says where they lie.
    Where there are some that cannot be read, they are ``invalid``, with the library's word for it as code.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``).
    """
    with reading(path) as source:
        c2pa = _library()
        if c2pa is None:
            return UNREAD
        try:
            with ExitStack() as opened:
                settings = opened.enter_context(c2pa.Settings.from_dict(_SETTINGS))
                context = opened.enter_context(c2pa.Context(settings))
                reader = opened.enter_context(c2pa.Reader(None, source, context=context))
                told = json.loads(reader.json())
        except c2pa.C2paError as error:
            word = str(error).partition(":")[0].strip()
            return _unreadable(word, source)
    return _credentials(told)


def _unreadable(word: str, source: BinaryIO) -> Credentials | None:
    """What the library's word for an error says of a file's credentials."""
    if word == _ELSEWHERE:
        return Credentials("unread", codes=(word,))
    return None if word in _NONE or not _marked(source) else Credentials("invalid", codes=(word,))


def _marked(source: BinaryIO) -> bool:
    """Whether a file that the library cannot read has credentials: their boxes are labelled ``c2pa``."""
    source.seek(0)
    return b"c2pa" in source.read(_SEARCHED)


@cache
def _library() -> Any | None:  # noqa: ANN401 - the library has no types and may be absent
    try:
        return importlib.import_module("c2pa")
    except ImportError:
        return None


def _credentials(told: Mapping[str, Any]) -> Credentials:
    manifest = under(under(told, "manifests"), str(told.get("active_manifest")))
    actions = list(_actions(manifest))
    codes = tuple(dict.fromkeys(_failures(told)))
    types = (source_type(name(one.get("digitalSourceType")) or _adobe(one)) for one in actions)
    return Credentials(
        state=_state(told.get("validation_state"), codes),
        codes=codes,
        generator=_generator(manifest),
        actions=tuple(text for one in actions if (text := name(one.get("action")))),
        source_type=next((one for one in types if one), None),
    )


def _state(word: object, codes: tuple[str, ...]) -> str:
    """``untrusted`` where all that failed is that nobody vouches for the signer."""
    if word == "Trusted":
        return "valid"
    if all(code.endswith(".untrusted") for code in codes):
        return "untrusted" if codes else "valid" if word == "Valid" else "invalid"
    return "invalid"


def _failures(told: Mapping[str, Any]) -> Iterator[str]:
    """What failed of the file's own manifest, then of what it was made from."""
    results = under(told, "validation_results")
    ours = under(results, "activeManifest").get("failure")
    theirs = [under(one, "validationDeltas").get("failure") for one in objects(results.get("ingredientDeltas"))]
    for failures in (ours, *theirs):
        for one in objects(failures):
            yield name(one.get("code")) or "unknown"


def _generator(manifest: Mapping[str, Any]) -> str | None:
    written = name(manifest.get("claim_generator"))
    if written:
        return written
    infos = objects(manifest.get("claim_generator_info"))
    return next((" ".join(filter(None, (name(one.get("name")), name(one.get("version"))))) for one in infos), None)


def _actions(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for assertion in objects(manifest.get("assertions")):
        if str(assertion.get("label")).startswith("c2pa.actions"):
            yield from objects(under(assertion, "data").get("actions"))


def _adobe(action: Mapping[str, Any]) -> str | None:
    """The place where older versions of Adobe's programs put the source type."""
    return name(under(action, "parameters").get("com.adobe.digitalSourceType"))
