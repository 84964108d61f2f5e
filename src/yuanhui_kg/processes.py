"""Processes of this package's own, each started with exec and dying with the one that started it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from .errors import UnavailableError, from_dict
from .folders import OwnFolder

GRACE = 10.0  # seconds for a process to answer, to end or to be restarted
# One thread: what forks must not have others. Numeric libraries start theirs when they are imported.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}


class Child:
    """A process that runs ``python -m MODULE FOLDER`` with a private folder for its socket.

    It gets ``request`` as one JSON line on standard input, which stays open (when it closes, the process ends), and
    says in one JSON line that it is ready: ``ready``. Raises the error that it says instead.

    :param handles: open files that it inherits.
    :param environment: variables beside those of this process.
    :param grace: seconds that it may take to end.
    :param wait: whether to wait until it is ready; otherwise :meth:`await_ready` does.
    """

    def __init__(
        self,
        module: str,
        request: Mapping[str, Any],
        *,
        handles: tuple[int, ...] = (),
        environment: Mapping[str, str] | None = None,
        grace: float = GRACE,
        wait: bool = True,
    ) -> None:
        self._module = module
        self._request = json.dumps(request).encode() + b"\n"
        self._handles = handles
        self._environment = {**_ENVIRONMENT, **(environment or {})}
        self._grace = grace
        self._folder = OwnFolder()
        try:
            self._start()
            if wait:
                self.await_ready()
        except BaseException:
            self._folder.cleanup()
            raise

    @property
    def folder(self) -> Path:
        return Path(self._folder.name)

    def alive(self) -> bool:
        return self._process.poll() is None

    def how_it_ended(self) -> str:
        """In words: the signal's name, or the status; empty while it runs."""
        status = self._process.poll()
        if status is None:
            return ""
        if status >= 0:
            return f"status {status}"
        return signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"

    def tell(self, number: int) -> None:
        """Send the process a signal, where it runs."""
        if self.alive():
            self._process.send_signal(number)

    def restart(self) -> None:
        """Start the process anew, at the same socket; what was lost is only what was running."""
        self._end()
        self._start()
        self.await_ready()

    def close(self) -> None:
        self._end()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module, self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | self._environment,
            start_new_session=True,
            pass_fds=self._handles,
        )
        assert self._process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(self._request)
            self._process.stdin.flush()

    def await_ready(self) -> None:
        """Wait until the process says that it is ready. Raises :class:`UnavailableError`, and what it says."""
        assert self._process.stdout is not None  # noqa: S101
        try:
            line = self._process.stdout.readline()
        except BaseException:  # a signal, in most cases; the process must not outlive its folder
            self._process.kill()
            self._end()
            raise
        self.ready: dict[str, Any] = json.loads(line) if line else {}
        if not line:
            self._end()
            raise UnavailableError(f"The process {self._module} did not start.", "Its last words are above.")
        if "error" in self.ready:
            self._end()
            raise from_dict(self.ready["error"])

    def _end(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        try:
            self._process.wait(self._grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


# --- in the process ---------------------------------------------------------------------------------------------------


def asked() -> dict[str, Any]:
    """The request that this process was started with. Ends it where the one that started it has gone."""
    line = sys.stdin.readline()
    if not line:
        sys.exit(1)
    request: dict[str, Any] = json.loads(line)
    return request


def say(answer: Mapping[str, Any]) -> None:
    """Say that this process is ready, or the error that keeps it from it. Ends it where the one that started it has gone."""
    try:
        print(json.dumps(answer), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would try again at its end
        sys.exit(1)
