"""A Virtuoso of one's own (Debian's ``virtuoso-opensource-7-bin``), for the benchmark and for tests: configuration, commands.

On loopback, in a folder of its own. Who starts and ends the process is the caller's affair.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

GRAPH: Final = "https://example.org/graph"
INSTALL: Final = "apt-get install virtuoso-opensource-7-bin"
_SERVER: Final = "virtuoso-t"
_CLIENT: Final = "isql-vt"
_INI: Final = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}, {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
CheckpointInterval = 0
ServerThreads = {threads}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = {threads}
MaxKeepAlives = {threads}
KeepAliveTimeout = 600
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = {seconds}
"""


def missing() -> str:
    """The program that is not installed, if any."""
    return next((name for name in (_SERVER, _CLIENT) if shutil.which(name) is None), "")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@dataclass(frozen=True)
class Virtuoso:
    """Where one is, and what to start and ask it with.

    :param sql: the port of its SQL client; ``http`` that of its SPARQL endpoint.
    """

    folder: Path
    sql: int
    http: int

    @classmethod
    def configured(cls, folder: Path, data: Path, *, buffers: int, threads: int, rows: int, seconds: int) -> Virtuoso:
        """One in an empty folder.

        :param data: the folder of the files that it may load.
        :param buffers: of 8 KiB.
        :param rows: that an answer has at most.
        :param seconds: that a query may be expected to take, 0: any.
        """
        made = cls(folder, free_port(), free_port())
        sizes = {"buffers": buffers, "dirty": buffers * 3 // 4, "threads": threads, "rows": rows, "seconds": seconds}
        made._ini.write_text(_INI.format(folder=folder, data=data, sql=made.sql, http=made.http, **sizes))
        return made

    @property
    def _ini(self) -> Path:
        return self.folder / "virtuoso.ini"

    @property
    def command(self) -> list[str]:
        return [_SERVER, "+foreground", "+configfile", str(self._ini)]

    @property
    def path(self) -> str:
        """The endpoint for queries over :data:`GRAPH`, with the beginning of a query string."""
        return f"/sparql?default-graph-uri={quote(GRAPH, safe='')}"

    def ask(self, statement: str) -> None:
        """Have it do something in SQL. Raises :class:`subprocess.CalledProcessError`."""
        client = [_CLIENT, f"127.0.0.1:{self.sql}", "dba", "dba", f"exec={statement}"]
        subprocess.run(client, check=True, capture_output=True)
