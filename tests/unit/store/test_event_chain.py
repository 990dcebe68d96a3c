"""The log as a chain: whatever is done to its rows is found, and where; what was erased does not break it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3

import pytest

from alice_core.events import chain
from alice_core.events.chain import START, link, payload_digest
from alice_core.events.checkpoint import new_seed, public_key, sign
from alice_core.projects.projects import create
from alice_core.store import open_store
from alice_core.store.audit import head_of, verify_chain

COLUMNS = (
    "id", "type", "schemaversion", "source", "subject", "time", "actor", "project", "correlation", "causation", "data",
)  # fmt: skip


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """The file of a store with some events, and the head of its chain."""
    home = tmp_path_factory.mktemp("logged")
    with open_store(home) as store:
        for number in range(12):
            create(store, f"Neon {number}", "rain")
        head = head_of(store)
    with contextlib.closing(sqlite3.connect(home / "alice.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home / "alice.db", head


@pytest.fixture
def log(logged, tmp_path):
    """A copy of it to do things to."""
    file, head = logged
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(file, home / "alice.db")
    return home, head


def tampered(home, *statements):
    connection = sqlite3.connect(home / "alice.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    with open_store(home) as store:
        return verify_chain(store)


def rows(home):
    connection = sqlite3.connect(home / "alice.db")
    found = connection.execute(f"SELECT position, {', '.join(COLUMNS)}, hash FROM events ORDER BY seq").fetchall()
    connection.close()
    return found


def test_the_hash_is_what_the_page_says():
    texts = ("an-id", "alice.a.b", "/alice", 'a "wörd"', "2026-11-24T10:00:00Z", "user:x", None, "", None)
    head = chain.head_of(7, 2, texts)
    assert head == '7 2 5:an-id9:alice.a.b6:/alice9:a "wörd"20:2026-11-24T10:00:00Z6:user:x-0:-'.encode()
    digest = payload_digest("{}")
    assert digest == hashlib.sha256(b"{}").hexdigest()
    assert link(START, head, digest) == hashlib.sha256(START + head + digest.encode()).digest()


def test_an_untouched_log_is_sound(log):
    home, (position, head) = log
    with open_store(home) as store:
        verdict = verify_chain(store)
    assert (verdict.sound, verdict.events, verdict.head, verdict.unsealed) == (True, position, head.hex(), 0)
    assert [row[0] for row in rows(home)] == list(range(1, position + 1))


@pytest.mark.parametrize("column", [one for one in COLUMNS if one != "schemaversion"])
def test_a_flipped_byte_in_any_column_is_found(log, column):
    home, _ = log
    verdict = tampered(home, f"UPDATE events SET {column} = coalesce({column}, '') || 'x' WHERE seq = 5")
    assert (verdict.sound, verdict.fault.position, verdict.events) == (False, 5, 4)
    assert "not what was written" in verdict.fault.what


def test_a_changed_number_or_hash_is_found(log):
    home, _ = log
    assert tampered(home, "UPDATE events SET schemaversion = 9 WHERE seq = 3").fault.position == 3
    assert tampered(home, "UPDATE events SET schemaversion = 1, hash = zeroblob(32) WHERE seq = 3").fault.position == 3


def test_an_event_that_was_taken_out_is_named(log):
    verdict = tampered(log[0], "DELETE FROM events WHERE seq = 6")
    assert (verdict.fault.position, verdict.events) == (6, 5)
    assert "taken out" in verdict.fault.what


def test_taken_out_and_renumbered(log):
    verdict = tampered(
        log[0],
        "DELETE FROM events WHERE seq = 6",
        "UPDATE events SET seq = seq - 1, position = position - 1 WHERE seq > 6",
    )
    assert verdict.fault.position == 6


def test_an_event_that_was_put_in_is_named(log):
    home, _ = log
    verdict = tampered(
        home,
        "UPDATE events SET seq = -seq WHERE seq > 6",
        "UPDATE events SET seq = 1 - seq, position = position + 1 WHERE seq < 0",
        "INSERT INTO events SELECT 7, 'forged', type, schemaversion, source, subject, time, actor, project,"
        " correlation, causation, data, 7, hash, erased, xid FROM events WHERE seq = 6",
    )
    assert (verdict.fault.position, verdict.fault.id) == (7, "forged")


def test_two_that_were_swapped_are_found(log):
    home, _ = log
    found = rows(home)
    one, other = found[3], found[4]
    verdict = tampered(
        home,
        f"UPDATE events SET id = 'x', data = '{other[11]}', subject = '{other[5]}' WHERE seq = 4",
        f"UPDATE events SET id = '{one[1]}', data = '{one[11]}', subject = '{one[5]}' WHERE seq = 5",
        f"UPDATE events SET id = '{other[1]}' WHERE seq = 4",
    )
    assert verdict.fault.position == 4


def test_a_cut_tail_is_found_by_a_checkpoint(log):
    home, (position, head) = log
    point = sign(position, head, "2026-11-24T10:00:00Z", new_seed())
    assert tampered(home, f"DELETE FROM events WHERE seq > {position - 2}").sound
    with open_store(home) as store:
        verdict = verify_chain(store, (point,))
    assert (verdict.sound, verdict.fault.position) == (False, position - 1)
    assert "cut off" in verdict.fault.what


def test_a_chain_that_was_hashed_anew_is_found_by_a_checkpoint(log):
    home, (last, head) = log
    seed = new_seed()
    point = sign(last, head, "2026-11-24T10:00:00Z", seed)
    with open_store(home) as store:
        assert verify_chain(store, (point,), key=public_key(seed)).checkpoints == 1
    before, statements = START, []
    for row in rows(home):
        covered = list(row[:-1])
        if covered[0] == 4:
            covered[7] = "user:mallory"
        position, schema, data = covered[0], covered[3], covered[-1]
        texts = (*covered[1:3], *covered[4:-1])
        before = link(before, chain.head_of(position, schema, texts), payload_digest(data))
        actor = covered[7]
        statements.append(f"UPDATE events SET actor = '{actor}', hash = x'{before.hex()}' WHERE seq = {covered[0]}")
    assert tampered(home, *statements).sound, "a bare chain cannot know"
    with open_store(home) as store:
        verdict = verify_chain(store, (point,), key=public_key(seed))
        assert (verdict.fault.position, "written anew" in verdict.fault.what) == (last, True)
        forged = sign(last, before, "2026-11-24T10:00:00Z", new_seed())
        verdict = verify_chain(store, (forged,), key=public_key(seed))
    assert (verdict.checkpoints, verdict.sound) == (0, False)
    assert "another key" in verdict.fault.what


def test_events_go_on_where_the_chain_ends(log):
    home, (position, _) = log
    with open_store(home) as store:
        create(store, "One more")
        assert head_of(store)[0] == position + 1
        assert verify_chain(store).sound
        assert [one.position for one in store.following(position)] == [position + 1]
        assert store.following(position + 1, timeout=0.05) == ()
