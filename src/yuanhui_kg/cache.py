"""Remembered answers: least recently used ones go first once they take too many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

_OVERHEAD = 512  # of an entry beside its body: key, head and the dictionary's own


@dataclass(frozen=True)
class Cached:
    """An answer's head and its complete body."""

    head: dict[str, Any]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body)

    def read(self) -> bytes:
        return self.body


class AnswerCache:
    """A thread-safe cache bounded by the bytes that it holds.

    :param capacity: bytes; 0 remembers nothing. One answer may take at most a quarter of it, so that a large one
        does not drive out all others.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[Cached, int]] = OrderedDict()
        self._held = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def held(self) -> int:
        """How many bytes are held now."""
        return self._held

    def takes(self, size: int) -> bool:
        """Whether an answer of ``size`` bytes would be remembered."""
        return size + _OVERHEAD <= self.capacity // 4

    def get(self, key: Hashable) -> Cached | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: Hashable, answer: Cached, key_size: int = 0) -> None:
        """Remember ``answer``; ``key_size`` is what the key's texts take (a long query counts too)."""
        size = len(answer.body) + key_size
        if not self.takes(size):
            return
        size += _OVERHEAD
        with self._lock:
            previous = self._entries.pop(key, None)
            self._held += size - (previous[1] if previous else 0)
            self._entries[key] = (answer, size)
            while self._held > self.capacity:
                _, (_, freed) = self._entries.popitem(last=False)
                self._held -= freed

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._held = 0
