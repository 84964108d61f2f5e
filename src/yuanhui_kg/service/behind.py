"""What pages show where it is there in time: worked out behind them, once for each version of the data."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Final, TypeVar

from ..errors import OverloadedError
from .core import Service

#: A page does not wait longer: it is whole without.
_PATIENCE: Final = 2.0

_T = TypeVar("_T")


def found(service: Service, name: str, work: Callable[[], _T]) -> _T | None:
    """What ``work`` comes to; ``None`` where it is not there yet, or there is no place for it just now.

    It goes on whoever waits no longer: a later page has it. Raises what ``work`` raises, and has it tried anew the next time.
    """
    under_way: Future[_T] = service.described.get(name, service.backend.data_version, lambda: _begun(name, work))
    try:
        return under_way.result(_PATIENCE)
    except FutureTimeoutError:
        return None
    except Exception as error:
        service.described.forget(name, under_way)
        if isinstance(error, OverloadedError):
            return None
        raise


def _begun(name: str, work: Callable[[], _T]) -> Future[_T]:
    under_way: Future[_T] = Future()

    def do() -> None:
        try:
            under_way.set_result(work())
        except Exception as error:
            under_way.set_exception(error)

    threading.Thread(target=do, name=name, daemon=True).start()
    return under_way
