"""The log as an outbox, on both databases: whoever follows it misses nothing, however late it is committed."""

from __future__ import annotations

import random
import threading
import time

import pytest
from sqlalchemy import text

from alice_core.events.facts import ProjectCreated
from alice_core.projects.projects import create
from alice_core.store import Actor, UnitOfWork, open_store
from alice_core.store.audit import verify_chain
from alice_core.store.erasing import erase_payloads
from alice_core.store.operations import OPERATIONS, operation

WRITERS, EACH = 8, 40


@pytest.fixture
def held():
    """An operation that has written its event, with its number, long before it commits."""

    @operation("test.held", emits=(ProjectCreated,), permission="test.write")
    def write(work: UnitOfWork, name: str, seconds: float) -> None:
        work.emit(ProjectCreated(project=name, name=name, brief=""), subject=name)
        work._write_events()
        time.sleep(seconds)

    yield write
    del OPERATIONS["test.held"]


def test_what_is_committed_late_is_not_missed(database_url, tmp_path, held):
    failures = []
    with open_store(tmp_path / "home", url=database_url) as store:
        before = store.following(0)[-1].position

    def work(slot):
        choice = random.Random(slot)
        try:
            with open_store(tmp_path / "home", url=database_url, actor=Actor(f"user:{slot}"), migrate=False) as mine:
                for number in range(EACH):
                    held(mine, f"{slot}-{number}", choice.choice([0, 0, 0.001, 0.02, 0.1]) if slot % 2 else 0)
        except Exception as error:
            failures.append(error)
            raise

    writers = [threading.Thread(target=work, args=(slot,)) for slot in range(WRITERS)]
    seen = []
    with open_store(tmp_path / "home", url=database_url) as store:
        for one in writers:
            one.start()
        while any(one.is_alive() for one in writers) or len(seen) < WRITERS * EACH:
            found = store.following(seen[-1].position if seen else before, timeout=5)
            assert found or not failures
            seen += found
        for one in writers:
            one.join()
        assert [one.position for one in seen] == list(range(before + 1, before + 1 + WRITERS * EACH))
        assert len({one.id for one in seen}) == WRITERS * EACH
        for slot in range(WRITERS):
            own = [one.subject for one in seen if one.actor == f"user:{slot}"]
            assert own == [f"{slot}-{number}" for number in range(EACH)]
        verdict = verify_chain(store)
        assert (verdict.sound, verdict.events, verdict.unsealed) == (True, before + WRITERS * EACH, 0)


def test_an_event_of_a_transaction_before_it_holds_a_later_one_back(postgresql_url, tmp_path, held):
    """With a lower number and a later commit: a reader by number alone would lose the first."""
    with open_store(tmp_path / "home", url=postgresql_url) as store:
        last = store.following(0)[-1].position
        begun, go = threading.Event(), threading.Event()

        def slow():
            with (
                open_store(tmp_path / "home", url=postgresql_url, migrate=False) as other,
                other.transaction(OPERATIONS["test.held"]) as work,
            ):
                work.emit(ProjectCreated(project="slow", name="slow", brief=""), subject="slow")
                work._write_events()
                begun.set()
                go.wait(30)

        writer = threading.Thread(target=slow)
        writer.start()
        assert begun.wait(30)
        create(store, "fast")
        assert store.following(last, timeout=0.2) == ()
        with store.reading() as reader:
            assert reader.events.unsealed() == 1
            assert {one.subject for one in reader.events.after(0)} & {"slow"} == set()
        assert verify_chain(store).unsealed == 1
        go.set()
        writer.join()
        assert [one.data["name"] for one in store.following(last, timeout=5)] == ["slow", "fast"]


def test_two_sealers_at_once_give_one_chain(postgresql_url, tmp_path):
    with open_store(tmp_path / "home", url=postgresql_url) as store:
        for number in range(20):
            create(store, f"P{number}")
        errors = []

        def seal():
            try:
                with open_store(tmp_path / "home", url=postgresql_url, migrate=False) as other:
                    for _ in range(20):
                        other.seal()
            except Exception as error:
                errors.append(error)
                raise

        sealers = [threading.Thread(target=seal) for _ in range(4)]
        for one in sealers:
            one.start()
        for one in sealers:
            one.join()
        store.seal()
        assert errors == []
        verdict = verify_chain(store)
        assert (verdict.sound, verdict.events, verdict.unsealed) == (True, 21, 0)


def test_erasing_and_tampering(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url) as store:
        for number in range(6):
            create(store, f"P{number}", "a secret")
        third = store.following(2, limit=1)[0]
        erase_payloads(store, [third.id], "asked")
        event = store.following(2, limit=1)[0]
        assert (event.data, event.payload, event.id) == ({}, None, third.id)
        store.seal()
        verdict = verify_chain(store)
        assert (verdict.sound, verdict.erased, verdict.events) == (True, 1, 8)
        with store.connecting() as connection:
            connection.execute(text("UPDATE events SET subject = 'x' WHERE position = 5"))
            connection.commit()
        assert verify_chain(store).fault.position == 5
