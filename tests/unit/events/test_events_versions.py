"""Events: the CloudEvents shape, schema versions, and old ones lifted when they are read."""

from __future__ import annotations

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

import alice_core.events.facts  # noqa: F401 - registers the types
from alice_core.events import EVENT_TYPES, Event, Payload, decode, event_type, payload_of, upcaster
from alice_core.events.registry import _UPCASTERS
from alice_core.ids import uuid7


def an_event(kind="alice.projects.created", schema=1, data=None, **more):
    data = {"project": "p", "name": "Neon", "brief": ""} if data is None else data
    return Event(uuid7(), kind, schema, "p", "2026-11-24T09:00:00.000Z", "user:test", data, **more)


@pytest.fixture
def grown_type():
    """A type at version 3 with two upcasters, as a later release would have it."""

    @event_type("alice.test.grown", version=3)
    class Grown(Payload):
        title: str
        tags: tuple[str, ...]

    @upcaster("alice.test.grown", 1)
    def renamed(data):
        return {"title": data["name"]}

    @upcaster("alice.test.grown", 2)
    def tagged(data):
        return {**data, "tags": []}

    yield Grown
    del EVENT_TYPES["alice.test.grown"]
    del _UPCASTERS["alice.test.grown", 1], _UPCASTERS["alice.test.grown", 2]


def test_an_event_has_the_shape_of_cloudevents():
    event = an_event(project="Neon", correlation=uuid7(), seq=7)
    plain = event.to_cloudevent()
    assert plain["specversion"] == "1.0"
    assert plain["sequence"] == "7"
    assert "causationid" not in plain
    attributes = {name: value for name, value in plain.items() if name not in ("data", "time")}
    from datetime import datetime

    official = CloudEvent({**attributes, "time": datetime.fromisoformat(plain["time"])}, plain["data"])
    again = JSONFormat().read(None, JSONFormat().write(official))
    assert again.get_id() == event.id
    assert again.get_data() == event.data
    assert again.get_extension("schemaversion") == 1


def test_names_and_versions_of_all_types():
    for name, model in EVENT_TYPES.items():
        system, room, fact = name.split(".")
        assert system == "alice"
        assert room in {"library", "store", "projects"}
        assert fact == fact.lower()
        assert model.schema_version >= 1
        assert model.__doc__


def test_old_payloads_are_lifted_one_step_at_a_time(grown_type):
    old = an_event("alice.test.grown", 1, {"name": "Neon"})
    lifted = decode(old)
    assert (lifted.schema, lifted.data) == (3, {"title": "Neon", "tags": []})
    assert lifted.payload == grown_type(title="Neon", tags=())
    assert decode(lifted) is lifted
    assert old.data == {"name": "Neon"}


def test_unknown_types_and_newer_versions_pass_unchanged(grown_type):
    unknown = an_event("alice.future.thing", 9, {"x": 1})
    newer = an_event("alice.test.grown", 4, {"title": "Neon", "extra": True})
    assert decode(unknown) is unknown
    assert decode(newer) is newer
    assert unknown.payload is None
    assert newer.payload is None
    assert grown_type.schema_version == 3


def test_a_payload_that_is_not_of_its_shape_is_refused():
    with pytest.raises(ValidationError):
        payload_of("alice.projects.created", 1, {"name": "Neon"})
    with pytest.raises(ValidationError):
        payload_of("alice.projects.created", 1, {"project": "p", "name": "N", "brief": "", "more": 1})


def test_a_type_and_a_step_are_registered_once(grown_type):
    with pytest.raises(ValueError, match="twice"):
        event_type("alice.test.grown")(grown_type)
    with pytest.raises(ValueError, match="two upcasters"):
        upcaster("alice.test.grown", 1)(lambda data: data)


def test_identifiers_rise_and_are_of_version_7():
    import uuid

    made = [uuid7() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}
