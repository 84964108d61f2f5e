"""What a process that evaluates strangers' queries may do: compute, read what is open, answer. Linux only.

``prctl`` numbers are those of <linux/prctl.h>, the filter is classic BPF as seccomp(2) describes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import time
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_KILL_PROCESS = 0x80000000
_ALLOW = 0x7FFF0000

# Audit architecture and the numbers of the calls that open a connection or start a program:
# socket, socketpair, connect, io_uring_setup, execve, execveat, ptrace.
_FORBIDDEN = {
    "x86_64": (0xC000003E, (41, 53, 42, 425, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 199, 203, 425, 221, 281, 117)),
}
_X32_BIT = 0x40000000
_LATER = 10.0  # seconds of processor time that a limit may be higher than asked for
_WORTH_A_LOOK = 16 * 1024 * 1024  # bytes of pages that were touched for the first time


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; at once where ``parent`` has ended already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of those whose parent, one of this process's descendants, has ended; they are to be waited for."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Memory:
    """This process's memory. Keeps its files open, so that they can be read where no new file may be opened."""

    def __init__(self) -> None:
        self._statm = open("/proc/self/statm", "rb", buffering=0)
        self._rollup = _open_rollup()
        self._started = self._pages(1)
        self._faults = 0
        self._own = 0

    def own(self) -> int:
        """Bytes that no other process has: what this one took, and its copies of shared pages that it has written to.

        Reading a store in memory writes to it (it counts who holds what), so that a worker slowly makes the store its
        own. That does not show in the resident size, which a fork begins with. Walking over all pages takes
        milliseconds: it is done once as many pages as matter have been touched.
        """
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        if (faults - self._faults) * resource.getpagesize() >= _WORTH_A_LOOK:
            self._faults = faults
            self._own = self._private()
        return self._own

    def _private(self) -> int:
        if self._rollup is None:
            return self._pages(1) - self._started
        self._rollup.seek(0)
        return sum(int(line.split()[1]) * 1024 for line in self._rollup if line.startswith(b"Private_Dirty:"))

    def limit(self, extra: int) -> None:
        """Let this process take at most ``extra`` bytes of address space beyond what it has."""
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = self._pages(0) + extra
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    def _pages(self, column: int) -> int:
        self._statm.seek(0)
        return int(self._statm.read().split()[column]) * resource.getpagesize()


def _open_rollup() -> BinaryIO | None:
    with contextlib.suppress(OSError):  # not every kernel that calls itself Linux has it
        return open("/proc/self/smaps_rollup", "rb")
    return None


class Processor:
    """This process's processor time."""

    def __init__(self) -> None:
        self._soft = 0.0  # seconds in all after which the kernel ends the process

    def limit(self, seconds: float) -> None:
        """Have the kernel end this process after ``seconds`` more of processor time, or a little later.

        Asking the kernel takes longer than many a query, so that a limit that is about right is left as it is.
        """
        wanted = time.process_time() + seconds + 2
        if not wanted <= self._soft <= wanted + _LATER:
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            self._soft = int(wanted + _LATER)
            soft = self._soft if hard == resource.RLIM_INFINITY else min(self._soft, hard)
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def forbid_new_files() -> None:
    """Close the door on new descriptors; those that are open stay."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def forbid_network() -> bool:
    """Have the kernel kill this process (SIGSYS) when it asks for a socket or starts a program.

    Killing, not refusing: a refused socket would look to ``SERVICE SILENT`` like an empty answer.
    Returns whether the filter is in place; it is not on other processors than x86-64 and ARM64.
    """
    if platform.machine() not in _FORBIDDEN:
        return False
    architecture, calls = _FORBIDDEN[platform.machine()]
    program = _filter(architecture, calls)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HL", len(program) // 8, ctypes.addressof(buffer)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The BPF program: load the architecture and the call's number, compare, allow or kill."""
    load, equal, greater_or_equal, give = 0x20, 0x15, 0x35, 0x06

    def instruction(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    kill_at = 4 + len(calls) + 1
    lines = [
        instruction(load, 0, 0, 4),  # seccomp_data.arch
        instruction(equal, 0, kill_at - 2, architecture),
        instruction(load, 0, 0, 0),  # seccomp_data.nr
        instruction(greater_or_equal, kill_at - 4, 0, _X32_BIT),
    ]
    lines += [instruction(equal, kill_at - (4 + i) - 1, 0, call) for i, call in enumerate(calls)]
    lines += [instruction(give, 0, 0, _ALLOW), instruction(give, 0, 0, _KILL_PROCESS)]
    return b"".join(lines)
