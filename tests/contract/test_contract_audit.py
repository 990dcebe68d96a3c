"""What somebody can do to the log behind the program's back, on every database, and that the audit finds it."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from sqlalchemy import create_engine, text

from alice_core import projects
from alice_core.events.chain import START, link, payload_digest
from alice_core.events.chain import head_of as head_of_row
from alice_core.events.checkpoint import new_seed, public_key, sign
from alice_core.store import Actor, open_store
from alice_core.store.audit import head_of, verify_chain

COLUMNS = (
    "id", "type", "schemaversion", "source", "subject", "time", "actor", "project", "correlation", "causation", "data",
)  # fmt: skip
COUNT = 12
MIDDLE = 6


@pytest.fixture
def log(database_url, tmp_path):
    """A store with a dozen events in it, all in the chain, and no index that would stand in a forger's way."""
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        projects.create(store, "Neon", "Regen über Zürich \N{CLOUD WITH RAIN}")
        for number in itertools.count():
            store.seal()
            if head_of(store)[0] >= COUNT:
                break
            projects.brief(store, "Neon", f"line one\nline {number}")
        forge(database_url, "DROP INDEX uq_events_position")
        assert head_of(store)[0] == COUNT
        yield store


def forge(url, *statements, **values):
    """Change the database in one transaction, as somebody who has its file or its password."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def rows(url):
    """All events in order: what the chain covers, and the hash."""
    engine = create_engine(url)
    with engine.begin() as connection:
        query = f"SELECT position, {', '.join(COLUMNS)}, erased, hash FROM events ORDER BY position"
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def hash_anew(url):
    """Chain whatever lies there anew from the first event on, as everybody can who has no key."""
    before = START
    for number, row in enumerate(rows(url), 1):
        event, kind, schema, *others, data, erased, _ = row[1:]
        payload = payload_digest(data) if erased is None else erased
        before = link(before, head_of_row(number, schema, (event, kind, *others)), payload)
        statement = "UPDATE events SET position = :number, hash = :hash WHERE id = :id"
        forge(url, statement, number=number, hash=before, id=event)


def set_middle(column, value):
    return f"UPDATE events SET {column} = {value} WHERE position = {MIDDLE}"


def insert_copy(position):
    """Puts an event in that looks like one of the log's own."""
    copied = ", ".join(column for column in COLUMNS if column != "id")
    place = "NULL" if position is None else position
    return (
        f"INSERT INTO events (id, {copied}, position, hash) SELECT 'put-in', {copied}, {place}, :digest"
        " FROM events WHERE id = (SELECT min(id) FROM events)"
    )


@contextlib.contextmanager
def forged(url, *statements, **values):
    """The database as it is after those statements; as it was before, again, afterwards."""
    forge(url, "CREATE TABLE kept_events AS SELECT * FROM events")
    every = ", ".join(("seq", *COLUMNS, "position", "hash", "erased", "xid"))
    try:
        forge(url, *statements, **values)
        yield
    finally:
        back = f"INSERT INTO events ({every}) SELECT {every} FROM kept_events"
        forge(url, "DELETE FROM events", back, "DROP TABLE kept_events")


def checkpoint(store, seed, time="2026-11-24T12:00:00.000Z"):
    return sign(*head_of(store), time, seed)


def test_a_log_that_nobody_touched_is_sound(log):
    seed = new_seed()
    verdict = verify_chain(log, [checkpoint(log, seed)], key=public_key(seed))
    assert (verdict.sound, verdict.events, verdict.unsealed, verdict.checkpoints) == (True, COUNT, 0, 1)
    assert verdict.head == head_of(log)[1].hex()


def test_a_change_of_any_column_is_found_where_it_is(log, database_url):
    for column in (one for one in COLUMNS if one != "schemaversion"):
        changed = f"'\N{LATIN SMALL LETTER O WITH STROKE}' || substr({column}, 2)"
        with forged(database_url, set_middle(column, f"COALESCE({changed}, 'x')")):
            fault = verify_chain(log).fault
            assert fault is not None, column
            assert (fault.position, fault.id) == (MIDDLE, rows(database_url)[MIDDLE - 1][1]), column
    for column, value in (
        ("schemaversion", "schemaversion + 1"),
        ("project", "NULL"),
        ("project", "''"),
        ("causation", "''"),
        ("erased", "'00'"),
        ("hash", "NULL"),
        ("position", "position + 1000"),
    ):
        with forged(database_url, set_middle(column, value)):
            fault = verify_chain(log).fault
            assert fault is not None, (column, value)
            assert fault.position == MIDDLE, (column, value)


def test_bytes_that_are_no_text_are_found_where_they_are(log, database_url):
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL holds only text in a column of text")
    for column in ("subject", "data", "erased"):
        for value in ("CAST(x'7bff7d' AS TEXT)", "x'7bff7d'"):
            with forged(database_url, set_middle(column, value)):
                fault = verify_chain(log).fault
                assert fault is not None, (column, value)
                assert fault.position == MIDDLE, (column, value)


def test_an_event_taken_out_is_found(log, database_url):
    for position in (1, MIDDLE, COUNT - 1):
        with forged(database_url, f"DELETE FROM events WHERE position = {position}"):
            fault = verify_chain(log).fault
            assert fault is not None
            assert fault.position == position
        renumber = f"UPDATE events SET position = position - 1 WHERE position > {position}"
        with forged(database_url, f"DELETE FROM events WHERE position = {position}", renumber):
            fault = verify_chain(log).fault
            assert fault is not None
            assert fault.position == position


def test_an_event_put_in_is_found(log, database_url):
    room = [f"UPDATE events SET position = position + 1 WHERE position >= {MIDDLE}"]
    put_in = insert_copy(MIDDLE)
    if database_url.startswith("sqlite"):  # there the number of the row is the position
        room += [f"UPDATE events SET seq = -seq WHERE seq >= {MIDDLE}", "UPDATE events SET seq = 1 - seq WHERE seq < 0"]
        put_in = put_in.replace("(id,", "(seq, id,").replace("SELECT 'put-in'", f"SELECT {MIDDLE}, 'put-in'")
    for digest in (None, bytes(32)):
        with forged(database_url, *room, put_in, digest=digest):
            fault = verify_chain(log).fault
            assert fault is not None
            assert (fault.position, fault.id) == (MIDDLE, "put-in")
    for position in (-5, 0, COUNT + 1, COUNT + 100):
        with forged(database_url, insert_copy(position), digest=bytes(32)):
            assert not verify_chain(log).sound, position
    with forged(database_url, insert_copy(MIDDLE), digest=rows(database_url)[MIDDLE - 1][-1]):
        assert not verify_chain(log).sound
    with forged(database_url, insert_copy(None), digest=None):
        verdict = verify_chain(log)
        # PostgreSQL's events are without a position until they are sealed; SQLite's never.
        assert (verdict.sound, verdict.unsealed) == (database_url.startswith("postgresql"), 1)


def test_two_events_that_changed_places_are_found(log, database_url):
    others = ", ".join(f"{column} = (SELECT {column} FROM kept_events WHERE position = {{}})" for column in COLUMNS)
    for other in (MIDDLE + 1, MIDDLE + 3):
        moves = ((MIDDLE, -1), (other, MIDDLE), (-1, other))
        by_position = [f"UPDATE events SET position = {b} WHERE position = {a}" for a, b in moves]
        renamed = f"UPDATE events SET id = 'x' || substr(id, 2) WHERE position IN ({MIDDLE}, {other})"
        pairs = ((MIDDLE, other), (other, MIDDLE))
        by_columns = [f"UPDATE events SET {others.format(*[b] * len(COLUMNS))} WHERE position = {a}" for a, b in pairs]
        for statements in (by_position, [renamed, *by_columns]):
            with forged(database_url, *statements):
                fault = verify_chain(log).fault
                assert fault is not None
                assert fault.position == MIDDLE


def test_a_tail_cut_off_is_found_by_a_checkpoint(log, database_url):
    seed = new_seed()
    points = [checkpoint(log, seed)]
    for kept in (0, 1, COUNT - 1):
        with forged(database_url, f"DELETE FROM events WHERE position > {kept}"):
            assert verify_chain(log).sound  # a chain alone cannot show it
            fault = verify_chain(log, points, key=public_key(seed)).fault
            assert fault is not None
            assert fault.position == kept + 1


def test_a_log_hashed_anew_without_the_key_is_found(log, database_url):
    seed = new_seed()
    points = [checkpoint(log, seed)]
    forge(database_url, set_middle("actor", "'user:nobody'"))
    hash_anew(database_url)
    assert verify_chain(log).sound
    fault = verify_chain(log, points, key=public_key(seed)).fault
    assert fault is not None
    assert fault.position <= COUNT


def test_it_is_not_hidden_by_a_later_checkpoint_of_the_same_place(log, database_url):
    seed = new_seed()
    points = [checkpoint(log, seed)]
    forge(database_url, set_middle("actor", "'user:nobody'"))
    hash_anew(database_url)
    points.append(checkpoint(log, seed, "2026-11-24T13:00:00.000Z"))
    assert not verify_chain(log, points, key=public_key(seed)).sound
    assert not verify_chain(log, points[::-1], key=public_key(seed)).sound


def test_a_log_hashed_anew_is_not_sound_by_a_checkpoint_of_the_forgers_own_key(log, database_url):
    seed = new_seed()
    forge(database_url, set_middle("actor", "'user:nobody'"))
    hash_anew(database_url)
    verdict = verify_chain(log, [checkpoint(log, new_seed())], key=public_key(seed))
    assert verdict.checkpoints == 0
    assert not verdict.sound
    assert "another key" in verdict.fault.what


def test_a_payload_that_was_erased_leaves_the_chain_whole(log, database_url):
    seed = new_seed()
    points = [checkpoint(log, seed)]
    payload = rows(database_url)[MIDDLE - 1][11]
    statement = f"UPDATE events SET data = '{{}}', erased = :digest WHERE position = {MIDDLE}"
    forge(database_url, statement, digest=payload_digest(payload))
    verdict = verify_chain(log, points, key=public_key(seed))
    assert (verdict.sound, verdict.erased, verdict.checkpoints) == (True, 1, 1)
    with log.reading() as reader:
        found = reader.events.following(MIDDLE - 1)[0]
    assert (found.data, found.payload, found.erased) == ({}, None, payload_digest(payload))


def test_another_payload_cannot_be_passed_off_as_erased(log, database_url):
    payload = rows(database_url)[MIDDLE - 1][11]
    statement = f"UPDATE events SET data = :forged, erased = :digest WHERE position = {MIDDLE}"
    forge(database_url, statement, forged=payload.replace("line one", "forged"), digest=payload_digest(payload))
    fault = verify_chain(log).fault
    assert fault is not None
    assert fault.position == MIDDLE
