"""Every version of every event type ever released: its sample is unchanged, is read, and every omission is noticed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from event_goldens import GOLDENS, SUMS, faults, goldens, sample_payload, sums, write_golden

from alice_core.events import EVENT_TYPES, Event, Payload, decode, event_type, lowered, upcaster
from alice_core.events.exchange import read_event
from alice_core.events.versions import _UPCASTERS, writable
from alice_core.store.foreign import import_events

TYPE = "alice.test.shape"
SAMPLES = goldens()


def test_every_version_has_its_sample_and_no_shape_changed_without_a_new_version():
    assert faults() == []
    assert len(SAMPLES) >= len(EVENT_TYPES)


@pytest.mark.parametrize(
    ("name", "version", "path"), SAMPLES, ids=[f"{name}-{version}" for name, version, _ in SAMPLES]
)
class TestSample:
    def test_the_official_sdk_reads_what_we_write_and_we_read_what_it_writes(self, name, version, path):
        event = read_event(path.read_bytes())
        official = JSONFormat().read(None, event.to_cloudevent_json())
        assert official.get_id() == event.id
        assert official.get_data() == event.data
        assert official.get_time() == datetime.fromisoformat(event.time)
        assert official.get_extension("schemaversion") == event.schema == EVENT_TYPES[name].schema_version
        assert read_event(JSONFormat().write(official)) == event

    def test_as_stored_it_goes_on_to_the_letter(self, name, version, path):
        raw = path.read_bytes()
        event = read_event(raw, lift=False)
        assert (event.type, event.schema, event.problem) == (name, version, None)
        assert json.loads(event.to_cloudevent_json()) == json.loads(raw)
        assert event.payload_text.encode() in raw


def test_what_can_be_written_in_an_older_version_has_its_shape_and_is_read_again():
    older = [(name, version) for name in EVENT_TYPES for version in writable(name)[1:]]
    assert ("alice.store.derived", 1) in older
    for name, version in older:
        newest = read_event((GOLDENS / name / f"{EVENT_TYPES[name].schema_version}.json").read_bytes())
        old = lowered(newest, {name: version})
        sample = read_event((GOLDENS / name / f"{version}.json").read_bytes(), lift=False)
        assert old.schema == version
        assert old.data == json.loads(sample.payload_text)
        again = read_event(old.to_cloudevent_json().encode())
        assert again == decode(old)
        assert again.payload is not None


def test_a_log_with_every_version_ever_released_reads_and_keeps_its_text(store, tmp_path):
    lines = [json.dumps(json.loads(path.read_text("utf-8")), ensure_ascii=False) for _, _, path in SAMPLES]
    (tmp_path / "old.jsonl").write_text("\n".join(lines), "utf-8")
    assert import_events(store, tmp_path / "old.jsonl").taken == len(SAMPLES)
    with store.reading() as reader:
        events = {event.id: event for event in reader.events.after(0, limit=10_000)}
    with store.connecting() as connection:
        rows = connection.exec_driver_sql("SELECT id, type, schemaversion, data FROM events").all()
    stored = {row[0]: row[1:] for row in rows}
    for line, (name, version, _) in zip(lines, SAMPLES, strict=True):
        one = json.loads(line)
        assert stored[one["id"]][:2] == (name, version)
        assert f'"data": {stored[one["id"]][2]}' in line
        assert type(events[one["id"]].payload) is EVENT_TYPES[name]


@pytest.fixture
def released(tmp_path):
    """A type that was released at version 1, with its sample in a folder of its own."""

    @event_type(TYPE)
    class First(Payload):
        digest: str
        rating: int

    folder = tmp_path / "events"
    folder.mkdir()
    write_golden(folder, TYPE, 1, sample_payload(First))
    assert faults(folder, [TYPE]) == []
    yield folder
    del EVENT_TYPES[TYPE]
    _UPCASTERS.pop((TYPE, 1), None)


def become(version, **fields):
    """Let the type be of other fields, as if its class had been edited."""
    del EVENT_TYPES[TYPE]
    shape = {"__annotations__": fields, "__module__": __name__}
    return event_type(TYPE, version=version)(type("Edited", (Payload,), shape))


def test_a_change_without_a_new_version_is_noticed(released):
    for fields in (
        {"digest": str, "rating": int, "more": str},
        {"digest": str},
        {"digest": str, "rating": int | None},
        {"digest": str, "stars": int},
    ):
        become(1, **fields)
        assert any("not of the shape of version 1 any more" in one for one in faults(released, [TYPE])), fields


def test_other_words_about_a_field_are_no_change(released):
    become(1, digest=str, rating=int).__doc__ = "Other words."
    assert faults(released, [TYPE]) == []


def test_a_new_version_without_an_upcaster_is_noticed(released):
    model = become(2, digest=str, rating=int, more=str)
    write_golden(released, TYPE, 2, sample_payload(model))
    assert f"{TYPE} has no upcaster from version 1" in faults(released, [TYPE])


def test_a_new_version_without_a_sample_or_schema_is_noticed(released):
    become(2, digest=str, rating=int, more=str)
    upcaster(TYPE, 1)(lambda data: {**data, "more": ""})
    assert faults(released, [TYPE]) == [
        f"{TYPE} version 2 has no stored schema: scripts/golden_event {TYPE}",
        f"{TYPE} version 2 has no sample: scripts/golden_event {TYPE}",
    ]


def test_a_new_version_with_all_of_them_is_right(released):
    model = become(2, digest=str, rating=int, more=str)
    upcaster(TYPE, 1)(lambda data: {**data, "more": ""})
    write_golden(released, TYPE, 2, sample_payload(model))
    assert faults(released, [TYPE]) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda data: {**data, "more": 3}, "cannot be read"),
        (lambda data: data["gone"], "cannot be read"),
        (lambda data: data.update(more="") or data, "changes its argument"),
    ],
)
def test_an_upcaster_that_is_wrong_is_noticed(released, step, said):
    model = become(2, digest=str, rating=int, more=str)
    upcaster(TYPE, 1)(step)
    write_golden(released, TYPE, 2, sample_payload(model))
    assert any(said in one for one in faults(released, [TYPE]))


def test_a_sample_that_was_changed_removed_or_slipped_in_is_noticed(released):
    path = released / TYPE / "1.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"rating": 4', b'"rating": 5'))
    assert f"{TYPE}/1.json was changed: samples never change, a new shape is a new version" in faults(released, [TYPE])
    path.write_bytes(whole.replace(b"\n", b"\r\n"))
    assert faults(released, [TYPE]) == []
    path.unlink()
    assert f"{TYPE}/1.json is gone: what was ever released stays readable" in faults(released, [TYPE])
    path.write_bytes(whole)
    (released / SUMS).write_text("", "ascii")
    assert f"{TYPE}/1.json is not in {SUMS}: write samples with scripts/golden_event" in faults(released, [TYPE])


def test_a_type_that_was_released_stays(released):
    assert f"{TYPE} was released and is no longer registered" in faults(released, [])
    model = become(2, digest=str, rating=int)
    write_golden(released, TYPE, 2, sample_payload(model))
    become(1, digest=str, rating=int)
    assert f"{TYPE} version 2 was released, and the class is of version 1" in faults(released, [TYPE])


def test_a_sample_is_never_written_over(released):
    with pytest.raises(FileExistsError, match="never changes"):
        write_golden(released, TYPE, 1, {})
    assert len(sums(released)) == 2


def test_a_sample_under_another_name_is_noticed(released):
    shutil.copy(released / TYPE / "1.json", released / TYPE / "2.json")
    become(2, digest=str, rating=int)
    upcaster(TYPE, 1)(dict)
    assert f"2.json of {TYPE} holds {TYPE} version 1" in faults(released, [TYPE])


def test_the_script_checks_and_knows_the_types():
    script = GOLDENS.parent.parent.parent / "scripts" / "golden_event"
    run = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "every version of every event type has its sample\n")
    unknown = subprocess.run([sys.executable, script, "alice.no.such"], capture_output=True, text=True, check=False)
    assert unknown.returncode == 2


def test_decoding_is_the_same_however_often():
    for _, _, path in SAMPLES:
        event = read_event(Path(path).read_bytes())
        assert isinstance(event, Event)
        assert decode(event) == event
