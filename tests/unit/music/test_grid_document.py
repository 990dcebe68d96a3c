"""The document of corrections is read back as it was, and nothing else is taken for one."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from grids import DIGEST

from alice_core.errors import MediaError, UsageError
from alice_core.music.grid.decisions import Lock, Named, Replace, SetBeat, Tap, Unlock
from alice_core.music.grid.document import Corrections, check, from_document, to_document
from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift

ALL = Corrections(
    DIGEST,
    48000,
    (
        Shift(-480),
        Shift(5, 10, 20),
        Scale(Fraction(2, 3), 0),
        BarOne(7),
        Meter(7, 3, 90),
        Insert(4, downbeat=True),
        Delete(9),
        Tap((1, 5, 9), 3, extend=True),
        Lock((SetBeat(1, 2), SetBeat(5))),
        Unlock(),
        Unlock(3, 5),
        Replace("x", (SetBeat(1, 1),), (Named(1, "verse"),), (Named(1, "la", 3),)),
    ),
)


def test_everything_comes_back():
    data = to_document(ALL)
    assert from_document(data) == ALL
    assert to_document(from_document(data)) == data
    assert data.endswith(b"\n")
    assert json.loads(data)["schema"] == "alice.corrections/1"


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        ({"kind": "dance"}, "a kind of correction"),
        ({"kind": "shift", "samples": 1.5}, "a number of samples"),
        ({"kind": "shift", "samples": 10**13}, "a number of samples"),
        ({"kind": "shift", "samples": True}, "a number of samples"),
        ({"kind": "shift"}, "samples"),
        ({"kind": "scale", "factor": "5"}, "one of 1/3"),
        ({"kind": "meter", "beats": 33, "sample": 0}, "a number of beats"),
        ({"kind": "insert", "sample": 0, "downbeat": 1}, "true or false"),
        ({"kind": "tap", "taps": [3, 2]}, "strictly rising"),
        ({"kind": "tap", "taps": "x"}, "a list of at most"),
        ({"kind": "lock", "beats": [[1, 99]]}, "a position"),
        ({"kind": "lock", "beats": [5]}, "subscriptable"),
        ({"kind": "replace", "source": 5}, "a text"),
        (5, "not subscriptable"),
    ],
)
def test_what_is_wrong_is_said(plain, why):
    document = {"schema": "alice.corrections/1", "song": {"digest": DIGEST, "sample_rate": 1}, "corrections": [plain]}
    with pytest.raises(MediaError, match=why):
        from_document(json.dumps(document).encode())


def test_other_documents_are_refused():
    for data in (b"", b"[]", b'{"schema": "alice.analysis/1"}', b'{"schema": "alice.corrections/1"}', b"[" * 100_000):
        with pytest.raises(MediaError, match="no document of corrections"):
            from_document(data)
    wrong = {"schema": "alice.corrections/1", "song": {"digest": DIGEST, "sample_rate": 0}, "corrections": []}
    with pytest.raises(MediaError, match="a sample rate"):
        from_document(json.dumps(wrong).encode())


def test_a_correction_that_cannot_be_made_is_refused():
    assert check(Shift(3)) == Shift(3)
    with pytest.raises(UsageError, match="33 is not a number of beats"):
        check(Meter(33, 0))
