"""Answers on their way from a worker."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest

from yuanhui_kg import frames
from yuanhui_kg.errors import StoreFullError
from yuanhui_kg.frames import FRAME, Answer, Incoming
from yuanhui_kg.settings import MIB


def frame(kind: bytes, body: bytes) -> bytes:
    return FRAME.pack(kind, len(body)) + body


def test_an_answer_for_which_there_is_no_room_is_an_error_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody was told, and the client waited for his deadline."""

    class Full:
        def __init__(self, **_: Any) -> None: ...

        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(frames.tempfile, "SpooledTemporaryFile", Full)
    incoming = Incoming()
    end = frame(b"E", json.dumps({"media_type": "text/csv"}).encode())
    assert [answer for _ in range(4) for answer in incoming.take(frame(b"D", b"x" * MIB))] == []
    (failed,) = incoming.take(end)
    assert isinstance(failed, StoreFullError)
    (answer,) = incoming.take(frame(b"D", b"small") + end)
    assert isinstance(answer, Answer)
    assert answer.read() == b"small"
