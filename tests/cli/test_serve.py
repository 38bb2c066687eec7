"""The port that a server was told, or chose, is its own from the start."""

import socket

import pytest

from hotwash.cli.serve import Address, PortError, listen


def test_a_port_is_held_from_the_moment_it_is_chosen_and_who_calls_early_waits():
    at = Address("127.0.0.1", listen("127.0.0.1", 0))
    with at.listening:
        with pytest.raises(PortError, match="choose another with --port"):
            listen("127.0.0.1", at.port)
        with socket.create_connection(("127.0.0.1", at.port), timeout=10) as early:
            early.sendall(b"x")
            answered, _ = at.listening.accept()
            with answered:
                assert answered.recv(1) == b"x"


def test_an_address_that_is_not_this_machines_is_named_with_what_to_change():
    with pytest.raises(PortError, match="choose another with --host"):
        listen("192.0.2.1", 0)
