"""The guard of the unit tests really guards."""

from __future__ import annotations

import socket
import urllib.request

import pytest


def test_connecting_is_refused_even_to_this_machine():
    with socket.socket() as one, pytest.raises(AssertionError, match="may not use the network"):
        one.connect(("127.0.0.1", 9))


def test_sending_a_datagram_is_refused():
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(AssertionError, match="may not use the network"):
        one.sendto(b"x", ("127.0.0.1", 9))


@pytest.mark.parametrize("address", ["http://localhost:9/", "http://127.0.0.1:9/"])
def test_an_http_client_is_refused(address):
    with pytest.raises(AssertionError, match="may not use the network"):
        urllib.request.urlopen(address, timeout=1)


@pytest.mark.skipif(not hasattr(socket, "socketpair"), reason="no socket pairs on this system")
def test_talk_inside_the_process_still_works():
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"beat")
        assert right.recv(4) == b"beat"
