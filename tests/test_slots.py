"""Places for jobs: in turn, for an instant where there is no other, and never lost."""

from __future__ import annotations

import threading
import time

import pytest

from yuanhui_kg.errors import OverloadedError, QueryCancelledError
from yuanhui_kg.running import Job
from yuanhui_kg.slots import Slots

LONG = 20.0


def job() -> Job:
    return Job("1", "test", "", 1.0)


def soon() -> float:
    return time.monotonic() + 0.01


def test_an_express_place_is_given_where_no_usual_one_is_free_and_only_to_those_for_whom_it_will_do() -> None:
    slots = Slots(1, 1, 4)
    assert slots.take(job(), soon(), express=True) is False
    assert slots.take(job(), soon(), express=True) is True
    with pytest.raises(OverloadedError, match="queue_timeout"):
        slots.take(job(), soon(), express=True)
    slots.give(True)
    with pytest.raises(OverloadedError):
        slots.take(job(), soon(), express=False)
    assert slots.take(job(), soon(), express=True) is True
    slots.give(False)
    assert slots.take(job(), soon(), express=False) is False


def test_more_than_may_wait_are_refused_at_once() -> None:
    slots = Slots(0, 0, 0)
    with pytest.raises(OverloadedError, match=r"setting queue\)"):
        slots.take(job(), time.monotonic() + LONG, express=True)


def test_places_go_to_those_who_wait_in_turn() -> None:
    slots, order = Slots(1, 0, 10), []
    slots.take(job(), soon(), express=False)

    def wait(number: int) -> None:
        slots.take(job(), time.monotonic() + LONG, express=False)
        order.append(number)
        slots.give(False)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(slots._waiting) <= number:
            time.sleep(0.001)
    slots.give(False)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_an_express_place_goes_to_the_latest_for_whom_it_will_do() -> None:
    slots, order = Slots(0, 1, 10), []
    slots.take(job(), soon(), express=True)

    def wait(number: int) -> None:
        slots.take(job(), time.monotonic() + LONG, express=number != 2)
        order.append(number)
        slots.give(number != 2)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(3)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(slots._waiting) <= number:
            time.sleep(0.001)
    slots.give(True)
    threads[0].join(LONG)
    slots.give(False)
    for thread in threads:
        thread.join(LONG)
    assert order == [1, 0, 2]


def test_who_is_ended_waits_no_longer_and_takes_no_place_along() -> None:
    slots, mine, errors = Slots(1, 0, 10), job(), []
    slots.take(job(), soon(), express=False)

    def wait() -> None:
        try:
            slots.take(mine, time.monotonic() + LONG, express=False)
        except QueryCancelledError as error:
            errors.append(str(error))

    thread = threading.Thread(target=wait)
    thread.start()
    while not slots._waiting:
        time.sleep(0.001)
    mine.end("Enough.")
    thread.join(LONG)
    assert errors
    assert errors[0].startswith("Enough.")
    slots.give(False)
    assert slots.take(job(), soon(), express=False) is False


def test_no_place_is_lost_or_made_under_load() -> None:
    slots, most, at_once, lock = Slots(3, 2, 100), 0, 0, threading.Lock()

    def work(number: int) -> None:
        nonlocal most, at_once
        for turn in range(30):
            try:
                express = slots.take(job(), time.monotonic() + 0.001 * (turn % 4), express=number % 2 == 0)
            except OverloadedError:
                continue
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.0005)
            with lock:
                at_once -= 1
            slots.give(express)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 5
    assert [slots.take(job(), soon(), express=True) for _ in range(5)] == [False, False, False, True, True]
