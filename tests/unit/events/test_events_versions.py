"""Events: the CloudEvents shape, schema versions, old ones lifted when they are read and lowered when asked for."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import uuid
from datetime import datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from alice_core.errors import ExportError, IntegrityError, NotFound
from alice_core.events import EVENT_TYPES, Event, Payload, decode, event_type, lowered, payload_of, upcaster
from alice_core.events.registry import load_types
from alice_core.events.schemas import schema_of, shape_of
from alice_core.events.versions import _DOWNCASTERS, _UPCASTERS, downcaster, writable
from alice_core.ids import uuid7

GROWN = "alice.test.grown"


def an_event(kind="alice.projects.created", schema=1, data=None, **more):
    data = {"project": "p", "name": "Neon", "brief": ""} if data is None else data
    return Event(uuid7(), kind, schema, "p", "2026-11-24T09:00:00.000Z", "user:test", data, **more)


def as_read(kind, schema, text, **more):
    """An event as a reader has it: its payload is text."""
    return an_event(kind, schema, {}, text=text, **more)


@pytest.fixture
def grown_type():
    """A type at version 3 with two upcasters and one downcaster, as a later release would have it."""

    @event_type(GROWN, version=3)
    class Grown(Payload):
        title: str
        tags: tuple[str, ...]

    @upcaster(GROWN, 1)
    def renamed(data):
        return {"title": data["name"]}

    @upcaster(GROWN, 2)
    def tagged(data):
        return {**data, "tags": []}

    @downcaster(GROWN, 3)
    def untagged(data):
        return {"title": data["title"]}

    yield Grown
    del EVENT_TYPES[GROWN]
    del _UPCASTERS[GROWN, 1], _UPCASTERS[GROWN, 2], _DOWNCASTERS[GROWN, 3]


def test_an_event_has_the_shape_of_cloudevents():
    event = an_event(project="Neon", correlation=uuid7(), position=7)
    plain = event.to_cloudevent()
    assert plain["specversion"] == "1.0"
    assert plain["sequence"] == "7"
    assert "causationid" not in plain
    attributes = {name: value for name, value in plain.items() if name not in ("data", "time")}
    official = CloudEvent({**attributes, "time": datetime.fromisoformat(plain["time"])}, plain["data"])
    again = JSONFormat().read(None, JSONFormat().write(official))
    assert again.get_id() == event.id
    assert again.get_data() == event.data
    assert again.get_extension("schemaversion") == 1


def test_names_and_versions_of_all_types():
    load_types()
    for name, model in EVENT_TYPES.items():
        system, room, fact = name.split(".")
        assert system == "alice"
        assert room.isalpha()
        assert fact == fact.lower()
        assert model.schema_version >= 1
        assert model.type_name == name
        assert model.__doc__


def test_whoever_reads_an_event_knows_all_types_whatever_else_was_imported():
    program = """if True:
        import sys
        from alice_core.events import EVENT_TYPES, Event, decode
        assert not EVENT_TYPES
        text = '{"digest": "d", "path": "p", "size": 1}'
        old = Event("1", "alice.library.purged", 1, "s", "t", "a", {}, text=text)
        print(decode(old).schema > 1, "sqlalchemy" in sys.modules)"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("True False\n", "")


def test_old_payloads_are_lifted_one_step_at_a_time(grown_type):
    old = an_event(GROWN, 1, {"name": "Neon"})
    lifted = decode(old)
    assert (lifted.schema, lifted.data) == (3, {"title": "Neon", "tags": []})
    assert lifted.payload == grown_type(title="Neon", tags=())
    assert lifted.payload_text == '{"tags":[],"title":"Neon"}'
    assert decode(lifted) is lifted
    assert old.data == {"name": "Neon"}


def test_unknown_types_and_newer_versions_pass_unchanged_to_the_letter(grown_type):
    text = '{ "b" : 1.10,\t"a":"\\u00fc ü", "a2":1E2 }'
    unknown, newer = as_read("alice.future.thing", 9, text), as_read(GROWN, 99, text)
    for event in (unknown, newer):
        passed = decode(event)
        assert passed.payload is None
        assert passed.problem is None
        assert passed.data == {"b": 1.1, "a": "ü ü", "a2": 100.0}
        assert passed.schema == event.schema
        assert passed.payload_text == text
        assert f'"data":{text}}}' in passed.to_cloudevent_json()
    assert grown_type.schema_version == 3


def test_a_newer_version_may_be_of_any_shape(grown_type):
    event = decode(as_read(GROWN, grown_type.schema_version + 1, '["now", "a", "list"]'))
    assert (event.problem, event.payload, event.payload_text) == (None, None, '["now", "a", "list"]')


def test_line_breaks_inside_a_payload_do_not_break_the_line():
    event = decode(as_read("alice.future.thing", 1, '{\r\n "a": "x\\ny"\n}'))
    line = event.to_cloudevent_json()
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["data"] == {"a": "x\ny"}


@pytest.mark.parametrize("text", ['"words"', "[1,2]", "7", "true"])
def test_payloads_of_others_need_not_be_objects(text):
    event = decode(as_read("com.example.thing", 0, text))
    assert (event.data, event.problem, event.payload) == ({}, None, None)
    assert event.to_cloudevent()["data"] == json.loads(text)
    assert json.loads(event.to_cloudevent_json())["data"] == json.loads(text)
    assert "schemaversion" not in event.to_cloudevent()


def test_an_event_without_a_payload_has_none():
    event = decode(as_read("com.example.thing", 0, "null"))
    assert "data" not in event.to_cloudevent()
    assert "data" not in json.loads(event.to_cloudevent_json())


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (1, '{"title":"Neon"}'),
        (1, "{}"),
        (2, "[]"),
        (1, '"Neon"'),
        (3, "null"),
        (0, '{"name":"Neon"}'),
        (-5, '{"name":"Neon"}'),
        (3, '{"title":"Ne'),
        (3, "9" * 5000),
        (3, "[" * 5000 + "]" * 5000),
    ],
)
def test_a_payload_that_is_not_what_it_says_is_reported_and_stays_as_it_is(grown_type, schema, text):
    assert grown_type.schema_version == 3
    event = as_read(GROWN, schema, text)
    read = decode(event)
    assert event.id in read.problem
    assert read.payload is None
    assert (read.schema, read.payload_text) == (schema, text)
    assert decode(read) == read
    json.loads(read.to_cloudevent_json())


def test_a_text_that_is_no_json_goes_out_as_plain_text():
    read = decode(as_read("com.example.thing", 1, '{"a":'))
    assert read.problem
    assert read.to_cloudevent()["datacontenttype"] == "text/plain"
    sent = JSONFormat().read(None, read.to_cloudevent_json())
    assert (sent.get_datacontenttype(), sent.get_data()) == ("text/plain", '{"a":')


def test_the_newest_version_of_the_wrong_shape_is_our_error_with_the_event_and_a_code(grown_type):
    event = decode(as_read(GROWN, 3, '{"title":5,"tags":["secret"]}'))
    assert event.problem is None
    with pytest.raises(IntegrityError, match=f"{event.id} is not that of {GROWN} version 3: title") as caught:
        _ = event.payload
    assert caught.value.code == "ALICE-I05"
    assert "secret" not in str(caught.value)
    assert grown_type.schema_version == 3


def test_an_erased_payload_is_neither_lifted_nor_read():
    event = decode(as_read("alice.library.ingested", 1, "{}", erased="0" * 64))
    assert (event.schema, event.payload, event.problem) == (1, None, None)
    assert event.to_cloudevent()["erased"] == "0" * 64
    assert lowered(event, {"alice.library.ingested": 1}) is event


def test_a_target_gets_the_version_that_it_declared(grown_type):
    newest = grown_type(title="Neon", tags=("x",)).model_dump(mode="json")
    event = decode(as_read(GROWN, 3, json.dumps(newest)))
    assert writable(GROWN) == (3, 2)
    low = lowered(event, {GROWN: 2, "alice.other.thing": 1})
    assert (low.schema, low.data, low.payload_text) == (2, {"title": "Neon"}, '{"title":"Neon"}')
    assert event.data == newest
    assert lowered(event, {}) is event
    assert lowered(event, {GROWN: 3}) is event
    assert lowered(event, {GROWN: 99}) is event
    assert decode(low).payload == grown_type(title="Neon", tags=())


def test_a_version_that_cannot_be_written_is_refused_and_says_which_can(grown_type):
    assert grown_type.schema_version == 3
    with pytest.raises(ExportError, match="cannot be written as version 1") as caught:
        lowered(an_event(GROWN, 3, {"title": "Neon", "tags": []}), {GROWN: 1})
    assert caught.value.code == "ALICE-E04"
    assert "3, 2" in caught.value.hint
    with pytest.raises(ExportError, match="cannot be written"):
        lowered(an_event("alice.future.thing", 9, {"x": 1}), {"alice.future.thing": 1})
    with pytest.raises(IntegrityError, match="KeyError"):
        lowered(an_event(GROWN, 3, {"name": "Neon"}), {GROWN: 2})
    unread = decode(as_read(GROWN, 1, "[]"))
    assert lowered(unread, {GROWN: 1}) is unread
    assert writable("alice.future.thing") == ()


def test_a_payload_that_is_not_of_its_shape_is_refused():
    with pytest.raises(ValidationError):
        payload_of("alice.projects.created", 1, {"name": "Neon"})
    with pytest.raises(ValidationError):
        payload_of("alice.projects.created", 1, {"project": "p", "name": "N", "brief": "", "more": 1})


def test_a_type_and_a_step_are_registered_once(grown_type):
    with pytest.raises(ValueError, match="twice"):
        event_type(GROWN)(grown_type)
    with pytest.raises(ValueError, match="two upcasters"):
        upcaster(GROWN, 1)(lambda data: data)
    with pytest.raises(ValueError, match="two downcasters"):
        downcaster(GROWN, 3)(lambda data: data)


def test_steps_change_only_copies(grown_type):
    assert grown_type.schema_version == 3
    data = {"name": "Neon", "tags": ["a"]}
    before = copy.deepcopy(data)
    decode(an_event(GROWN, 1, data))
    lowered(an_event(GROWN, 3, {**data, "title": "x"}), {GROWN: 2})
    assert data == before


def test_the_schema_of_a_type_is_json_schema_and_says_its_version():
    schema = schema_of("library.rated")
    assert schema["$id"] == "urn:alice:event:alice.library.rated:1"
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["properties"]["rating"]["anyOf"] == [{"type": "integer"}, {"type": "null"}]
    assert schema["description"]
    with pytest.raises(NotFound, match="no event type"):
        schema_of("library.no-such")


def test_a_field_named_title_or_description_belongs_to_the_shape():
    class Titled(Payload):
        """Words."""

        title: str
        description: tuple[str, ...] = ("x",)

    shape = shape_of(Titled)
    assert shape["properties"]["title"] == {"type": "string"}
    assert shape["properties"]["description"]["default"] == ["x"]
    assert "description" not in shape


def test_identifiers_rise_and_are_of_version_7():
    made = [uuid7() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}
