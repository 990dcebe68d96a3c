"""Events of others come into every database, whatever they are; two that import the same file take it once."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from alice_core.events.exchange import LARGEST
from alice_core.store import Actor, open_store
from alice_core.store.foreign import import_events

THERE = {"specversion": "1.0", "source": "https://example.com/x", "type": "com.example.made"}

OURS = {"subject": "s", "actor": "a", "time": "2026-11-24T09:00:00Z"}


def there(number, **others):
    return {**THERE, "id": f"019ab3c4-0000-7000-8000-{number:012}", **others}


@pytest.fixture
def bad_and_good(tmp_path):
    """A file with one of everything: the lines of events that can be taken, and of what cannot."""
    hard = "".join(random.Random(5).choices("abcdef éΩ雨🎬\u2028\x7f\x85'\"\\%_", k=600))
    good = [
        there(1),
        there(2, data={"nul": "a\0b", "text": hard, "deep": [[[[{}]]]], "large": 10**300, "small": 1e-300}),
        there(3, data={"x": "0" * 10_000_000}),
        there(4, subject=hard, actor="user:Zoë 🎬", project="雨", data="words"),
        there(
            5,
            type="alice.library.rated",
            schemaversion=99,
            subject="s",
            actor="a",
            time="2026-11-24T09:00:00Z",
            data=[],
        ),
        there(6, type="alice.no.such", schemaversion=1, subject="s", actor="a", time="2026-11-24T09:00:00Z", data={}),
        there(7, time="2026-11-24T10:00:00.123456789+05:30", traceparent="00-1"),
        there(8, data=None),
    ]
    bad = [
        b"\xff\xfe",
        b"{",
        b'{"a":' * 20_000,
        json.dumps(there(9, subject="a\0b")).encode(),
        json.dumps(there(9, data="\ud800")).encode(),
        json.dumps(there(9, id="x" * 37)).encode(),
        json.dumps(there(9, subject=hard * 20)).encode(),
        json.dumps(there(9, schemaversion=2**31)).encode(),
        b" " * (LARGEST + 5) + json.dumps(there(9)).encode(),
        json.dumps(there(1, data={"other": 1})).encode(),
    ]
    lines = [json.dumps(one, ensure_ascii=False).encode() for one in good]
    (tmp_path / "mixed.jsonl").write_bytes(b"\n".join([*lines, *bad, lines[0]]))
    return tmp_path / "mixed.jsonl", good, bad


def test_everything_that_is_an_event_is_taken_and_the_rest_is_told(database_url, tmp_path, bad_and_good):
    path, good, bad = bad_and_good
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        would = import_events(store, path, dry_run=True)
        intake = import_events(store, path)
        assert (would.taken, would.repeated + would.refused) == (intake.taken, intake.repeated + intake.refused)
        assert (intake.taken, intake.repeated, intake.refused) == (len(good), 1, len(bad))
        assert [one.line for one in intake.refusals] == list(range(len(good) + 1, len(good) + len(bad) + 1))
        assert import_events(store, path).repeated == len(good) + 1
        store.seal()
        with store.reading() as reader:
            events = {event.id: event for event in reader.events.following(0)}
        assert sorted(event.position for event in events.values()) == list(range(1, len(events) + 1))
    for one in good:
        kept = events[one["id"]]
        sent = json.loads(kept.to_cloudevent_json())
        assert sent.get("data") == one.get("data")
        assert f'"data": {kept.payload_text}' in json.dumps(one, ensure_ascii=False) or one.get("data") is None
        assert (kept.subject, kept.actor, kept.project) == (
            one.get("subject", ""),
            one.get("actor", ""),
            one.get("project"),
        )


def test_two_that_import_the_same_file_at_once_take_it_once(database_url, tmp_path):
    lines = [json.dumps(there(number, data={"n": number})) for number in range(1500)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    stores = [open_store(tmp_path / "home", url=database_url, actor=Actor(f"user:{name}")) for name in "ab"]
    try:
        with ThreadPoolExecutor(2) as pool:
            intakes = list(pool.map(lambda store: import_events(store, tmp_path / "many.jsonl"), stores))
        assert sum(one.taken for one in intakes) == 1500
        assert sum(one.repeated for one in intakes) == 1500
        assert sum(one.refused for one in intakes) == 0
    finally:
        for store in stores:
            store.close()
