"""Random requests made from ``/openapi.json`` by schemathesis, to a service that is read only and to one that is not.

    python tests/fuzz/run.py [--seconds 60] [--seed N]

Fails where an answer is not what the description says, where the log tells of a mistake of ours, or where the service
does not answer afterwards. What failed once is an ordinary test in ``tests/``.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Made by ``make fuzz``.
SCHEMATHESIS = HERE.parents[1] / "build" / "fuzz" / "bin" / "schemathesis"
EXAMPLES = 15  # requests for each operation, beside those for the edges of its parameters
#: What is in the log of a service that has made a mistake.
MISTAKE = re.compile(r"Traceback|unexpected|Internal error")


@contextmanager
def service(log: Path, token: str, *flags: str) -> Iterator[str]:
    """The address of a service that runs for as long as the block lasts; what it says goes into ``log``."""
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "yuanhui_kg", "serve", "--port", "0", *flags],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=os.environ | {"YUANHUI_KG_TOKEN": token},
        )
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split(" at ")[1].split()[0]
            yield url
            with urllib.request.urlopen(f"{url}health", timeout=30) as answer:
                answer.read()
        finally:
            process.terminate()
            process.wait(60)


def fuzz(url: str, token: str, seconds: int, seed: int, *options: str) -> int:
    """The exit status of schemathesis, which takes further ``options``."""
    command = [
        str(SCHEMATHESIS), "--config-file", str(HERE / "schemathesis.toml"), "run", f"{url}openapi.json",
        "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--max-time", str(seconds),
        "--seed", str(seed), "--request-timeout", "60", "--suppress-health-check", "all", "--warnings", "off",
        "--continue-on-failure", "--no-shrink", "--generation-database", "none", "--no-color",
        "--header", f"Authorization: Bearer {token}", *options,
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:  # it leaves things where it runs
        return subprocess.run(command, check=False, cwd=folder).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each of the two services")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    given = parser.parse_args()
    token = secrets.token_hex(16)
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        store = ("--store", f"{folder}/store", "--writable")
        # One that is read only answers 403 to whoever wants to change something, with a token or without.
        closed = ("--exclude-checks", "missing_required_header")
        for name, flags, options in (("read only", (), closed), ("writable", store, ())):
            log = Path(folder) / "log"
            print(f"--- {name}, seed {given.seed}", flush=True)
            with service(log, token, *flags) as url:
                status = fuzz(url, token, given.seconds, given.seed, *options)
            mistakes = log.read_text(encoding="utf-8")
            if status or MISTAKE.search(mistakes):
                print(mistakes)
                failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)} (--seed {given.seed}).", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
