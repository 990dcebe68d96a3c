"""Every error has a code, every code a class, a sentence and a place in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alice_core import errors
from alice_core.errors import CODES, AliceError

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
CLASSES = [thing for thing in vars(errors).values() if isinstance(thing, type) and issubclass(thing, AliceError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_the_default_code_of_a_class_is_its_own(kind):
    owner, meaning = CODES[kind.default_code]
    assert owner is kind
    assert meaning.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_documented(code):
    owner, meaning = CODES[code]
    assert re.fullmatch(r"ALICE-[A-Z]\d\d", code)
    assert f'<a id="{code.lower()}"></a>`{code}` | {meaning} |' in PAGE
    assert owner("x", code=code).to_json()["error"]["code"] == code


def test_every_code_that_is_raised_is_listed():
    raised = {
        code
        for path in (ROOT / "alice_core").rglob("*.py")
        for code in re.findall(r"ALICE-[A-Z]\d\d", path.read_text(encoding="utf-8"))
    }
    assert raised == set(CODES)


def test_every_kind_below_the_root_has_an_exit_status_of_its_own():
    statuses = [kind.exit_status for kind in CLASSES if kind.__bases__ == (AliceError,)]
    assert len(statuses) == len(set(statuses))
    assert AliceError.exit_status == 1
    assert min(statuses) == 2


def test_an_error_says_what_happened_and_what_to_do():
    error = errors.MediaError("song.wav holds no sound", hint="Choose another file.", code="ALICE-M02")
    assert str(error) == error.message == "song.wav holds no sound"
    assert error.to_json() == {
        "error": {"code": "ALICE-M02", "message": "song.wav holds no sound", "hint": "Choose another file."}
    }
    assert errors.NotFound("gone").to_json()["error"] == {"code": "ALICE-N00", "message": "gone", "hint": None}
