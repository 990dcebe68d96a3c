"""Events over real HTTP, good and bad: what is one is taken once, what is none is told, and the receiver goes on."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest
from cloudevents.core.bindings import http as binding
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from alice_core import projects
from alice_core.errors import ConfigError
from alice_core.events.exchange import LARGEST
from alice_core.relay.receiving import Receiver
from alice_core.relay.relay import Relay
from alice_core.relay.secrets import variable_of
from alice_core.relay.settings import settings_for
from alice_core.relay.signing import key_of, signature
from alice_core.relay.sinks import add_sink
from alice_core.store import Actor, open_store

SECRET = "whsec_" + base64.b64encode(b"a key of this test only, 32 byte").decode()
ONE = {"content-type": "application/cloudevents+json"}
TIME = "2026-11-24T09:00:00Z"
MANY = {"content-type": "application/cloudevents-batch+json"}


def there(number, **others):
    identity = f"019ab3c4-0000-7000-8000-{number:012}"
    return {
        "specversion": "1.0",
        "source": "https://example.com/x",
        "type": "com.example.made",
        "id": identity,
        **others,
    }


def raw(value):
    return json.dumps(value).encode()


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "here", actor=Actor("user:ada")) as opened:
        yield opened


@contextmanager
def receiving(store, secret=None):
    with Receiver(store, port=0, secret=secret).listen() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def port(store):
    with receiving(store) as port:
        yield port


def call(port, body, headers, method="POST"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, "/", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null") if method == "POST" else None
    finally:
        connection.close()


def foreign(store):
    with store.reading() as reader:
        return [event for event in reader.events.after(0) if event.source != "/alice"]


def test_what_one_alice_sends_another_takes(tmp_path, store, monkeypatch):
    monkeypatch.setenv(variable_of("team"), SECRET)
    with open_store(tmp_path / "there", actor=Actor("user:zoe")) as other, receiving(store, SECRET) as port:
        add_sink(other, "team", settings_for(f"http://127.0.0.1:{port}/", {"batch": 20}), pattern="*")
        projects.create(other, "Tiger")
        Relay(other).once()
        Relay(other).once()
        with other.reading() as reader:
            sent = [event.id for event in reader.events.after(0)]
    taken = foreign(store)
    assert {event.source for event in taken} == {"/alice/elsewhere"}
    assert [event.id for event in taken] == sent
    assert "Tiger" in {event.project for event in taken}


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_what_the_official_sdk_sends_is_taken(store, port, mode):
    identity = f"019ab3c4-0000-7000-8000-{7:012}"
    attributes = {"id": identity, "source": "https://example.com/ü", "type": "com.example.made", "specversion": "1.0"}
    event = CloudEvent({**attributes, "datacontenttype": "application/json"}, {"text": "Zürich 🎬"})
    write = binding.to_structured if mode == "structured" else binding.to_binary
    message = write(event, JSONFormat())
    body = message.body if isinstance(message.body, bytes) else message.body.encode()
    assert call(port, body, message.headers) == (200, {"taken": 1, "repeated": 0, "refused": 0, "items": []})
    (kept,) = foreign(store)
    assert (kept.id, kept.data, kept.source) == (identity, {"text": "Zürich 🎬"}, "https://example.com/ü")
    assert call(port, body, message.headers)[1]["repeated"] == 1


def test_a_batch_loses_only_what_is_no_event(store, port):
    lines = [
        raw(there(1)),
        b'{"specversion": "1.0", "id": "x", "id": "y"}',
        raw(there(2, data={"x": "0" * 10_000_000})),
        raw(there(1)),
        b'{"specversion": "1.0", "data": NaN}',
        raw(
            there(3, type="alice.library.rated", schemaversion=99, subject="s", actor="a", time="2026-11-24T09:00:00Z")
        ),
        b"7",
    ]
    status, told = call(port, b" [" + b" , ".join(lines) + b"] ", MANY)
    assert (status, told["taken"], told["repeated"], told["refused"]) == (400, 3, 1, 3)
    assert [one["place"] for one in told["items"]] == [2, 5, 7]
    assert all(one["code"] == "ALICE-I06" and one["reason"] for one in told["items"])
    assert [event.schema for event in foreign(store) if event.type == "alice.library.rated"] == [99]
    assert call(port, b"[]", MANY)[0] == 200


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (b"\xff{}", ONE, "UTF-8"),
        (b"[\xff]", MANY, "UTF-8"),
        (b"{", ONE, "JSON"),
        (b"[{}", MANY, "array"),
        (b"[" * 200 + b"]" * 200, MANY, "nested"),
        (b"[] []", MANY, "array"),
        (raw({**there(1), "specversion": "0.3"}), ONE, "specversion"),
        (b"{}", {"content-type": "application/json", "ce-id": "1", "ce-specversion": "1.0"}, "type is missing"),
        (b"{}", {"content-type": "text/plain", "ce-id": "1", "ce-specversion": "1.0"}, "not JSON"),
        (b'{}, "id": "2"', {"content-type": "application/json", "ce-id": "1", "ce-type": "x"}, "twice"),
    ],
)
def test_what_is_no_event_is_told_and_the_receiver_goes_on(store, port, body, headers, said):
    status, told = call(port, body, headers)
    assert status == 400
    assert said in told["items"][0]["reason"]
    assert call(port, raw(there(1)), ONE)[1]["taken"] == 1
    assert len(foreign(store)) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": str(LARGEST + 1)}, 413),
        ({"content-length": "9" * 400}, 413),
        ({"content-length": "-1"}, 411),
        ({"transfer-encoding": "chunked"}, 411),
    ],
)
def test_a_call_of_no_good_size_is_not_read(port, headers, status):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in {**ONE, **headers}.items())
        line.sendall(f"POST / HTTP/1.1\r\nhost: x\r\n{head}\r\n".encode())
        assert line.makefile("rb").readline().split()[1] == str(status).encode()


def test_a_call_that_breaks_off_takes_nothing(store, port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 99\r\n\r\n{"
        )
        line.shutdown(socket.SHUT_WR)
        assert line.makefile("rb").readline().split()[1] == b"400"
    assert call(port, raw(there(1)), ONE)[0] == 200
    assert len(foreign(store)) == 1


def test_other_calls_are_refused(port):
    assert call(port, b"x", {"content-type": "text/plain"})[0] == 415
    assert call(port, None, {}, "GET")[0] == 501


def signed(body, secret=SECRET, ago=0):
    stamp = int(time.time()) - ago
    headers = {"webhook-id": "m", "webhook-timestamp": str(stamp)}
    return {**ONE, **headers, "webhook-signature": signature(key_of(secret), "m", stamp, body)}


def test_only_who_knows_the_secret_is_heard(store):
    other = "whsec_" + base64.b64encode(b"another key of this test, 32 by").decode()
    body = raw(there(1))
    with receiving(store, SECRET) as port:
        for headers in (ONE, signed(body, other), signed(body, ago=3600), signed(b"{}")):
            assert call(port, body, headers)[0] == 401
        assert foreign(store) == []
        assert call(port, body, signed(body))[0] == 200
    assert len(foreign(store)) == 1


def test_a_store_that_does_not_work_asks_to_call_again(store, port, tmp_path):
    with closing(sqlite3.connect(tmp_path / "here" / "alice.db")) as database:
        database.execute("ALTER TABLE events RENAME TO elsewhere")
        status, told = call(port, raw(there(1)), ONE)
        assert status == 503
        assert "ALICE-F01" in told["error"]["message"]
        database.execute("ALTER TABLE elsewhere RENAME TO events")
    assert call(port, raw(there(1)), ONE)[0] == 200


def test_nobody_else_can_call_unsigned(store):
    with pytest.raises(ConfigError, match="unsigned"):
        Receiver(store, host="0.0.0.0")


def test_a_port_that_is_taken_is_told(store, port):
    with pytest.raises(ConfigError, match="cannot listen"):
        Receiver(store, port=port).listen()


def test_the_command_takes_calls_until_it_is_told_to_stop(tmp_path):
    environment = {**os.environ, "ALICE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "alice_core.cli", "events", "receive", "--port", "0", "--unsigned", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        address = json.loads(process.stdout.readline())["listening"]
        port = int(address.rstrip("/").rpartition(":")[2])
        assert call(port, raw(there(1)), ONE)[0] == 200
        process.send_signal(signal.SIGINT)
        rest = [json.loads(line) for line in process.stdout]
        assert process.wait(20) == 0
    assert [one["taken"] for one in rest] == [1]
    with open_store(tmp_path / "home", actor=Actor("user:ada")) as store:
        assert len(foreign(store)) == 1
