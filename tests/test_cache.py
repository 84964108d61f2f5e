from __future__ import annotations

import threading

from yuanhui_kg.cache import AnswerCache, Cached


def answer(size: int) -> Cached:
    return Cached({"media_type": "text/csv"}, b"x" * size)


def test_an_answer_is_given_back_under_its_key_only() -> None:
    cache = AnswerCache(100_000)
    cache.put(("v1", "q"), answer(10))
    assert cache.get(("v1", "q")) == answer(10)
    assert cache.get(("v2", "q")) is None


def test_the_least_recently_used_answers_go_first() -> None:
    cache = AnswerCache(10_000)
    for key in "abcd":
        cache.put(key, answer(1900))
    assert cache.get("a") is not None
    cache.put("e", answer(1900))
    assert [key for key in "abcde" if cache.get(key)] == ["a", "c", "d", "e"]
    assert cache.held <= 10_000


def test_a_key_put_again_counts_once() -> None:
    cache = AnswerCache(100_000)
    for _ in range(100):
        cache.put("a", answer(5000))
    assert len(cache) == 1
    assert cache.held < 6000


def test_an_answer_larger_than_a_quarter_is_not_remembered() -> None:
    cache = AnswerCache(10_000)
    cache.put("a", answer(2400))
    assert cache.get("a") is None
    assert not cache.takes(2400)
    assert cache.held == 0


def test_a_long_key_counts() -> None:
    cache = AnswerCache(10_000)
    cache.put("a", answer(10), key_size=2400)
    assert cache.get("a") is None


def test_a_cache_without_room_remembers_nothing() -> None:
    cache = AnswerCache(0)
    cache.put("a", answer(0))
    assert cache.get("a") is None


def test_cleared_means_empty() -> None:
    cache = AnswerCache(100_000)
    cache.put("a", answer(10))
    cache.clear()
    assert (len(cache), cache.held) == (0, 0)


def test_the_bytes_held_stay_right_with_many_threads() -> None:
    cache = AnswerCache(20_000)

    def work(seed: int) -> None:
        for number in range(500):
            key = (seed * number) % 37
            cache.put(key, answer(key * 50))
            cache.get((key * 7) % 37)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = cache.held
    assert held <= 20_000
    assert held == sum(len(found.body) + 512 for key in range(37) if (found := cache.get(key)))
