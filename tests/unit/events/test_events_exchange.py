"""Events of others: whatever the bytes are, they are an event or the reason why they are none."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import CODES
from alice_core.events import Event, exchange
from alice_core.events.exchange import LARGEST, Unreadable, read_event, read_lines

FOREIGN = {"specversion": "1.0", "id": "1", "source": "https://example.com/x", "type": "com.example.made"}
OURS = {
    **FOREIGN,
    "source": "/alice",
    "type": "alice.library.tagged",
    "subject": "sha256:0",
    "time": "2026-11-24T09:00:00.000Z",
    "schemaversion": 1,
    "actor": "user:zoë",
    "data": {"digest": "sha256:0", "tag": "style/neon"},
}


def without(event, *names, **others):
    return {name: value for name, value in {**event, **others}.items() if name not in names}


def said(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def test_our_event_comes_back_as_it_went():
    event = read_event(said({**OURS, "sequence": "7", "project": "Néon", "correlationid": "c", "causationid": "b"}))
    assert isinstance(event, Event)
    assert (event.position, event.project, event.correlation, event.causation) == (7, "Néon", "c", "b")
    assert event.payload.tag == "style/neon"
    assert read_event(event.to_cloudevent_json().encode()) == event


def test_the_least_that_is_an_event():
    event = read_event(said(FOREIGN))
    assert (event.schema, event.subject, event.time, event.actor, event.data) == (0, "", "", "", {})
    assert json.loads(event.to_cloudevent_json()) == {**FOREIGN, "datacontenttype": "application/json"}


def test_attributes_of_others_go_on_with_it():
    more = {
        "traceparent": "00-1",
        "dataschema": "https://example.com/s",
        "partition": 5,
        "checked": True,
        "sequence": "abc",
        "erased": "yesterday",
        "datacontenttype": "text/plain",
        "data": "words",
    }
    event = read_event(said({**FOREIGN, **more}))
    assert json.loads(event.to_cloudevent_json()) == {**FOREIGN, **more}
    assert event.position is None
    assert event.erased is None
    binary = {**FOREIGN, "data_base64": "AAEC"}
    sent = json.loads(read_event(said(binary)).to_cloudevent_json())
    assert sent == {**binary, "datacontenttype": "application/json"}


def test_absent_and_null_are_the_same():
    event = read_event(said({**FOREIGN, "subject": None, "data": None, "time": None}))
    assert event == read_event(said(FOREIGN))


def test_version_99_and_unknown_types_pass_to_the_letter():
    for kind in ("alice.library.tagged", "alice.future.thing"):
        text = '{"digest" : "x",\t"n": 1.50, "e": "\\u00e9", "z":{"b":1,"a":[ ]}}'
        head = json.dumps(without(OURS, "data", type=kind, schemaversion=99))[:-1]
        event = read_event(f'{head}, "data" : {text} }}'.encode())
        assert (event.schema, event.payload, event.payload_text) == (99, None, text)
        assert event.to_cloudevent_json().endswith(f'"data":{text}}}')


def test_an_old_version_is_lifted_or_left_as_asked():
    old = {**OURS, "type": "alice.library.ingested"}
    old["data"] = {"digest": "sha256:0", "kind": "image", "mime": "image/png", "size": 1, "path": "/a"}
    assert read_event(said(old)).schema > 1
    assert read_event(said(old)).payload.content is None
    left = read_event(said(old), lift=False)
    assert (left.schema, json.loads(left.payload_text)) == (1, old["data"])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "cannot be read as JSON"),
        (b"\xff\xfe{\x00", "not UTF-8: byte 0 is 0xff"),
        (json.dumps(FOREIGN).encode()[:-1], "Expecting ','"),
        (b'{"id" "x"}', "Expecting ':'"),
        (b'{"id":"x",}', "Expecting value"),
        (b'{7:"x"}', "name of a member"),
        (b'{"id":}', "Expecting value"),
        (said(FOREIGN) + b" {}", "Extra data"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b"nonsense", "Expecting value"),
        (b"NaN", "NaN is not a JSON number"),
        (b'{"specversion":"1.0","id":"1","id":"2"}', "says 'id' twice"),
        (said(FOREIGN)[:-1] + b',"data":{"a":{"b":1,"b":2}}}', "says 'b' twice"),
        (said(FOREIGN)[:-1] + b',"data":[NaN]}', "NaN is not"),
        (said(FOREIGN)[:-1] + b',"data":-Infinity}', "-Infinity is not"),
        (said(FOREIGN)[:-1] + b',"data":1e999}', "1e999 is too large"),
        (said(FOREIGN)[:-1] + b',"data":' + b"7" * 5000 + b"}", "5,000 digits"),
        (said(FOREIGN)[:-1] + b',"data":' + b"[" * 200 + b"]" * 200 + b"}", "more than 100 levels"),
        (said(FOREIGN)[:-1] + b',"data":' + b'{"a":' * 90000, "cannot be read as JSON"),
        (b"[" * 90000, "cannot be read as JSON"),
        (said(FOREIGN)[:-1] + b',"data":{"x":"\\ud800"}}', "surrogate"),
        (said(FOREIGN)[:-1] + b',"data":{"\\uDC00":1}}', "surrogate"),
        (said({**FOREIGN, "subject": "\ud83d"}), "surrogate"),
        (b"{}", "specversion is 'missing'"),
        (said({**FOREIGN, "specversion": "0.3"}), "specversion is '0.3'"),
        (said({**FOREIGN, "specversion": 1}), "specversion is 1"),
        (said(without(FOREIGN, "id")), "id is missing"),
        (said({**FOREIGN, "id": ""}), "id is missing"),
        (said({**FOREIGN, "id": 7}), "id is 7 and should be text"),
        (said(without(FOREIGN, "source")), "source is missing"),
        (said(without(FOREIGN, "type")), "type is missing"),
        (said({**FOREIGN, "type": ["a"]}), "type is a JSON array"),
        (said({**FOREIGN, "subject": {"a": 1}}), "subject is a JSON object"),
        (said({**FOREIGN, "subject": 1.5}), "subject is a JSON fraction"),
        (said({**FOREIGN, "subject": True}), "subject is True and should be text"),
        (said({**FOREIGN, "subject": "a\0b"}), "null character"),
        (said({**FOREIGN, "correlation_id": "x"}), "'correlation_id' is not the name"),
        (said({**FOREIGN, "Größe": "x"}), "is not the name"),
        (said({**FOREIGN, "number": 2**40}), "more than 32 bits"),
        (said({**FOREIGN, "time": "yesterday"}), "not of RFC 3339"),
        (said({**FOREIGN, "time": "2026-02-30T09:00:00Z"}), "no such moment"),
        (said({**FOREIGN, "time": "2026-11-24T09:00:00"}), "not of RFC 3339"),
        (said({**FOREIGN, "time": "9999-12-31T23:59:59-05:00"}), "no such moment"),
        (said({**FOREIGN, "data": 1, "data_base64": "AA=="}), "both data and data_base64"),
        (said({**FOREIGN, "schemaversion": -1}), "schemaversion is '-1'"),
        (said({**FOREIGN, "schemaversion": True}), "schemaversion is 'True'"),
        (said({**FOREIGN, "schemaversion": "two"}), "schemaversion is 'two'"),
        (said(without(OURS, "schemaversion")), "schemaversion is missing"),
        (said(without(OURS, "actor")), "actor is missing"),
        (said(without(OURS, "subject")), "subject is missing"),
        (said(without(OURS, "time")), "time is missing"),
    ],
)
def test_what_is_no_event_is_said_with_what_and_where(raw, reason):
    one = read_event(raw)
    assert isinstance(one, Unreadable)
    assert reason in one.reason
    assert (one.code, one.raw) == ("ALICE-I06", raw)
    one.reason.encode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data": {"digest": "sha256:0"}}, "tag: Field required"),
        ({"data": {"digest": "sha256:0", "tag": 7}}, "tag: Input should be a valid string"),
        ({"data": {"digest": "sha256:0", "tag": "x", "more": "secret"}}, "more: Extra inputs"),
        ({"data": [1]}, "not a JSON object"),
        ({"data": None}, "not a JSON object"),
        ({"type": "alice.library.ingested", "data": {}}, "version 2: digest: Field required"),
        ({"type": "alice.store.derived", "data": {"outputs": 7}}, "version 1: TypeError"),
    ],
)
def test_a_payload_that_does_not_fit_its_type_is_said(change, reason):
    raw = said({**OURS, **change})
    one = read_event(raw)
    assert isinstance(one, Unreadable)
    assert (one.code, one.raw, one.id) == ("ALICE-I05", raw, "1")
    assert reason in one.reason
    assert "secret" not in one.reason


def test_codes_are_of_the_table():
    assert {"ALICE-I05", "ALICE-I06"} <= set(CODES)


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00.000Z"),
        ("2026-11-24t09:00:00.5z", "2026-11-24T09:00:00.500Z"),
        ("2026-11-24T09:00:00.123456789+01:30", "2026-11-24T07:30:00.123456789Z"),
        ("2026-11-24T09:00:00.250000-00:00", "2026-11-24T09:00:00.250Z"),
        ("0001-01-02T00:00:00+23:00", "0001-01-01T01:00:00.000Z"),
    ],
)
def test_times_are_kept_in_utc_with_every_digit(time, kept):
    assert read_event(said({**FOREIGN, "time": time})).time == kept


def test_a_byte_order_mark_and_spaces_are_no_harm():
    assert read_event(b"\xef\xbb\xbf \n" + said(FOREIGN) + b"\t\n") == read_event(said(FOREIGN))


def test_a_payload_of_10_mb_is_taken_and_one_that_is_too_large_is_said():
    large = json.dumps({**FOREIGN, "data": {"x": "é" * 5_000_000, "y": [[1, "]"]] * 1000}}, ensure_ascii=False).encode()
    event = read_event(large)
    assert isinstance(event, Event)
    assert len(event.payload_text.encode()) > 10_000_000
    assert event.payload_text in event.to_cloudevent_json()
    small = read_event(b" " * LARGEST + said(FOREIGN))
    assert "16,777,216 are the most" in small.reason
    assert len(small.raw) <= 200


def test_halves_of_pairs_that_belong_together_are_characters():
    event = read_event(said(FOREIGN)[:-1] + b',"data":{"x":"\\ud83c\\udfac"}}')
    assert event.data == {"x": "🎬"}
    assert event.payload_text == '{"x":"\\ud83c\\udfac"}'


def test_brackets_inside_strings_are_not_depth():
    assert isinstance(read_event(said({**FOREIGN, "data": ["[{" * 500, 'quote " and \\ [' * 500]})), Event)


def test_lines_are_read_one_by_one_and_numbered(monkeypatch):
    monkeypatch.setattr(exchange, "LARGEST", 300)
    good = said(FOREIGN)
    filled = json.dumps({**FOREIGN, "data": "x"}).replace('"x"', '"' + "x" * 500 + '"').encode()
    exact = good + b" " * (300 - len(good))
    file = io.BytesIO(b"\n".join([good + b"\r", b"", b"  ", filled, b"\xff", exact, exact + b" ", exact + b"\r", good]))
    found = list(read_lines(file))
    assert [number for number, _ in found] == [1, 4, 5, 6, 7, 8, 9]
    assert [type(one) is Event for _, one in found] == [True, False, False, True, False, True, True]
    assert f"the line has {len(filled) + 1:,} bytes" in found[1][1].reason
    assert "not UTF-8" in found[2][1].reason
    long = list(read_lines(io.BytesIO(b"x" * 300_000)))
    assert len(long) == 1
    assert "300,000 bytes" in long[0][1].reason
    assert len(long[0][1].raw) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@settings(deadline=None, max_examples=40)
@given(data=st.dictionaries(st.text(max_size=5), JSON, max_size=4), subject=TEXT, actor=TEXT, schema=st.integers(1, 9))
def test_any_payload_goes_out_and_in_and_through_the_official_sdk(data, subject, actor, schema):
    event = Event("1", "com.example.made", schema, subject, "2026-11-24T09:00:00.000Z", actor, data, source="/x")
    line = event.to_cloudevent_json()
    assert "\n" not in line
    again = read_event(line.encode())
    assert again == event
    assert again.to_cloudevent_json() == line
    assert JSONFormat().read(None, line).get_data() == data
    attributes = {**without(event.to_cloudevent(), "data"), "time": datetime(2026, 11, 24, 9, tzinfo=UTC)}
    assert read_event(JSONFormat().write(CloudEvent(attributes, data))) == event


PIECES = [b'"', b"{", b"}", b"\\u", b"null", b"9" * 30]


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_no_bytes_raise(data):
    raw = bytearray(said({**OURS, "data": {"digest": "é", "tag": "x", "more": [1, {"a": None}]}}))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        cut = data.draw(st.integers(0, 3))
        raw[at : at + cut] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"{", b"}", b"\\u", b"null", b"9" * 30])
        )
        if not raw:
            break
    one = read_event(bytes(raw))
    assert isinstance(one, Event | Unreadable)
    if isinstance(one, Event):
        assert read_event(one.to_cloudevent_json().encode()) == one
