"""Writers in line: each gets its turn in the order in which it asked, and an interruption leaves nobody waiting."""

from __future__ import annotations

import threading
import time

import pytest

from alice_core.store.turns import Turn, turn_of


def test_threads_are_served_in_the_order_in_which_they_came(tmp_path):
    turn, served, threads = Turn(tmp_path / "turn"), [], []

    def write(number):
        with turn:
            served.append(number)

    with turn:
        for number in range(6):
            threads.append(threading.Thread(target=write, args=(number,)))
            threads[-1].start()
            while len(turn._line) <= number:
                time.sleep(0.001)
    for one in threads:
        one.join(10)
    assert served == list(range(6))


def test_one_thread_may_take_it_again_inside(tmp_path):
    turn = Turn(tmp_path / "turn")
    with turn, turn:
        assert turn._depth == 2
    assert (turn._owner, turn._depth) == (None, 0)


def test_a_failure_inside_gives_it_back(tmp_path):
    turn = Turn(tmp_path / "turn")
    with pytest.raises(ValueError, match="inside"), turn:
        raise ValueError("inside")
    with turn:
        assert turn._owner == threading.get_ident()


def test_a_folder_that_takes_no_file_is_left_to_the_database(tmp_path):
    with Turn(tmp_path / "not-there" / "turn"):
        pass


def test_a_database_has_one_line_a_process(tmp_path):
    assert turn_of("sqlite:///a", tmp_path / "a") is turn_of("sqlite:///a", tmp_path / "a")
    assert turn_of("sqlite:///a", tmp_path / "a") is not turn_of("sqlite:///b", tmp_path / "b")
