"""Events of another log are taken into this one to the letter; what cannot be is said, and nothing here changes."""

from __future__ import annotations

import json

import pytest

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.events.envelope import SOURCE
from alice_core.library.curating import membership
from alice_core.library.curating.undo import undo
from alice_core.store import catalogue, foreign
from alice_core.store.erasing import erase_payloads
from alice_core.store.files import read_file
from alice_core.store.foreign import ELSEWHERE, import_events

THERE = {
    "specversion": "1.0", "id": "019ab3c4-0000-7000-8000-000000000001", "source": "https://example.com/x",
    "type": "com.example.made", "time": "2026-01-02T03:04:05.678Z", "subject": "s", "actor": "user:zoë",
    "data": {"b": 1.5, "a": "ü"},
}  # fmt: skip


def there(number=1, **others):
    return {**THERE, "id": f"019ab3c4-0000-7000-8000-{number:012}", **others}


@pytest.fixture
def file(tmp_path):
    """Writes lines, each bytes or an event."""

    def write(*lines):
        path = tmp_path / "there.jsonl"
        path.write_bytes(
            b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)
        )
        return path

    return write


@pytest.fixture
def fresh(events):
    """Says which events came into the log since the test began."""
    start = len(events())
    return lambda after=0: events(start + after)


def rows(store):
    with store.connecting() as connection:
        found = connection.exec_driver_sql("SELECT id, source, time, actor, type, schemaversion, data FROM events")
        return {row[0]: tuple(row[1:]) for row in found}


def test_events_are_taken_as_they_are(store, file, fresh):
    text = '{ "b":1.50,"a" : "\\u00fc" }'
    raw = json.dumps({**there(2, schemaversion=99), "data": None}).replace('"data": null', f'"data":{text}').encode()
    intake = import_events(store, file(there(1), raw))
    assert (intake.taken, intake.unknown, intake.refused, intake.lines) == (2, 2, 0, (1, 2))
    kept = rows(store)[there(2)["id"]]
    assert kept == (THERE["source"], THERE["time"], THERE["actor"], THERE["type"], 99, text)
    told = fresh()[-1]
    assert told.type == "alice.store.events-imported"
    assert (told.payload.taken, told.payload.lines) == (2, (1, 2))


def test_again_takes_nothing_and_says_nothing(store, file, fresh):
    path = file(there(1), there(2), there(1))
    assert (import_events(store, path).taken, len(fresh())) == (2, 3)
    again = import_events(store, path)
    assert (again.taken, again.repeated, again.refused) == (0, 3, 0)
    assert len(fresh()) == 3


def test_bad_lines_are_reported_by_number_and_stop_nothing(store, file, fresh):
    tagged = there(9, type="alice.library.tagged", schemaversion=1, data={"digest": "x"})
    path = file(b"\xff", there(1), b"{", b"", there(2), tagged, b"[1]")
    intake = import_events(store, path)
    assert intake.taken == 2
    assert [(one.line, one.code) for one in intake.refusals] == [
        (1, "ALICE-I06"), (3, "ALICE-I06"), (6, "ALICE-I05"), (7, "ALICE-I06"),
    ]  # fmt: skip
    assert fresh()[-1].payload.refused == 4
    printed = intake.to_json()
    assert printed["refused"] == len(printed["items"]) == 4
    assert printed["items"][0]["reason"].startswith("it is not UTF-8")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "x" * 37}, "id has 37 characters; 36"),
        ({"type": "x" * 129}, "type has 129"),
        ({"source": "x" * 256}, "source has 256"),
        ({"subject": "é" * 1301}, "subject has more than 2,600 bytes"),
        ({"correlationid": "x" * 37}, "correlation has 37"),
        ({"time": "2026-01-02T03:04:05." + "1" * 30 + "Z"}, "time has 51"),
        ({"datacontenttype": "text/plain", "data": "x"}, "not JSON"),
        ({"data_base64": "AA==", "data": None}, "not JSON"),
        ({"erased": "0" * 64}, "erased"),
    ],
)
def test_what_the_log_cannot_hold_is_said(store, file, change, reason):
    intake = import_events(store, file({**THERE, **change}, there(2)))
    assert (intake.taken, intake.refused) == (1, 1)
    assert reason in intake.refusals[0].reason


def test_attributes_without_a_place_are_counted(store, file):
    intake = import_events(store, file(there(1, traceparent="00"), there(2, traceparent="01", dataschema="x")))
    assert (intake.taken, intake.left_out) == (2, {"dataschema": 1, "traceparent": 2})


def test_another_event_of_a_known_identifier_is_refused(store, file, fresh):
    import_events(store, file(there(1), there(2, data="words"), there(3, data=None)))
    cursor = len(fresh())
    others = [there(1, data={"b": 2}), there(1, type="com.example.other"), there(2, data="other"), there(3, data=[])]
    intake = import_events(store, file(*others, there(1), there(2, data="words"), there(3, data=None)))
    assert (intake.taken, intake.repeated, intake.refused) == (0, 3, 4)
    assert "not the same" in intake.refusals[0].reason
    assert [one.payload.refused for one in fresh(cursor)] == [4]


def test_an_event_whose_payload_was_erased_here_is_still_known(store, file):
    path = file(there(1))
    import_events(store, path)
    erase_payloads(store, [there(1)["id"]], "somebody asked for it")
    assert import_events(store, path).repeated == 1
    assert import_events(store, file(there(1, data={"other": 1}))).refused == 1


def test_a_dry_run_says_the_same_and_writes_nothing(store, file, fresh):
    path = file(there(1), there(1), b"{", there(2))
    would = import_events(store, path, dry_run=True)
    assert fresh() == ()
    assert would == import_events(store, path)


def test_in_pieces_it_is_the_same(store, file, fresh, monkeypatch):
    path = file(*(there(number) for number in range(1, 8)), b"{", there(1))
    monkeypatch.setattr(foreign, "_BATCH", 3)
    would = import_events(store, path, dry_run=True)
    intake = import_events(store, path)
    assert would == intake
    assert (intake.taken, intake.repeated, intake.refused, intake.lines) == (7, 1, 1, (1, 9))
    assert [one.payload.lines for one in fresh() if one.source == SOURCE] == [(1, 3), (4, 6), (7, 9)]
    monkeypatch.setattr(foreign, "_BATCH_SIZE", 1)
    assert import_events(store, path).repeated == 8


def test_an_old_version_is_stored_as_it_is_and_read_as_the_newest(store, file, fresh):
    data = {"digest": "sha256:0", "kind": "image", "mime": "image/png", "size": 1, "path": "/a"}
    old = there(1, type="alice.library.ingested", schemaversion=1, data=data)
    newer = there(2, type="alice.library.ingested", schemaversion=77, data={"x": 1})
    intake = import_events(store, file(old, newer, old))
    assert (intake.taken, intake.repeated, intake.unknown, intake.newer) == (2, 1, 0, 1)
    assert rows(store)[old["id"]][3:] == ("alice.library.ingested", 1, json.dumps(data))
    read = {event.id: event for event in fresh()}
    assert read[old["id"]].schema > 1
    assert read[newer["id"]].schema == 77
    assert import_events(store, file(old, newer)).repeated == 2


def test_events_of_another_alice_are_told_from_ours_and_not_undone(store, tmp_path, fresh):
    one = tmp_path / "a.txt"
    one.write_bytes(b"alpha")
    found = read_file(one)
    catalogue.ingest(store, found)
    membership.tag(store, (found.digest,), ("style/neon",))
    ours = [event for event in fresh() if event.type == "alice.library.tagged"]
    lines = []
    for event in ours:
        other = {
            **event.to_cloudevent(),
            "id": "019ab3c4-0000-7000-8000-000000000001",
            "data": {"digest": found.digest, "tag": "not/ours"},
        }
        lines += [json.dumps(other), event.to_cloudevent_json()]
    (tmp_path / "log.jsonl").write_text("\n".join(lines), "utf-8")
    intake = import_events(store, tmp_path / "log.jsonl")
    assert (intake.taken, intake.repeated) == (1, 1)
    assert [event.source for event in fresh() if event.type == "alice.library.tagged"] == [SOURCE, ELSEWHERE]
    undo(store)
    undone = [event for event in fresh() if event.type == "alice.library.undone"]
    assert [event.payload.events for event in undone] == [(ours[0].id,)]


def test_a_log_that_is_exported_and_imported_elsewhere_is_the_same_there(store, tmp_path, fresh):
    from alice_core.store import Actor, open_store

    import_events(store, write_lines(tmp_path / "in.jsonl", [json.dumps(there(1))]))
    lines = [event.to_cloudevent_json() for event in fresh()]
    with open_store(tmp_path / "other", actor=Actor("user:other")) as other:
        assert import_events(other, write_lines(tmp_path / "out.jsonl", lines)).taken == len(lines)
        with other.reading() as reader:
            read = reader.events.after(0)
    there_now = [event for event in read if event.actor != "user:other"]
    for before, after in zip(fresh(), there_now, strict=True):
        assert (before.id, before.type, before.data, before.time) == (after.id, after.type, after.data, after.time)
        assert after.payload_text == before.payload_text


def write_lines(path, lines):
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_file_that_cannot_be_opened_is_said(store, tmp_path, monkeypatch):
    with pytest.raises(NotFound) as caught:
        import_events(store, tmp_path / "none.jsonl")
    assert caught.value.code == "ALICE-N01"
    with pytest.raises(UsageError, match="is a folder"):
        import_events(store, tmp_path)
    with pytest.raises(MediaError) as caught:
        import_events(store, tmp_path / ("x" * 300))
    assert caught.value.code == "ALICE-M03"


def test_an_empty_file_is_no_import(store, file, fresh):
    assert import_events(store, file(b"", b" ")).lines == (0, 0)
    assert fresh() == ()
