"""rdflib in memory, in a process of its own: ``python rdflib_line.py FILE``.

Says ``{"load": seconds}`` once it has read the file; then answers each line of JSON, a query, with the seconds that
evaluating it took and its rows. Whoever loses patience kills the process.
"""

from __future__ import annotations

import json
import sys
import time

from rdflib import Graph


def main() -> None:
    began = time.perf_counter()
    graph = Graph()
    graph.parse(sys.argv[1], format="nt")
    print(json.dumps({"load": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        rows = [[None if term is None else str(term) for term in row] for row in graph.query(json.loads(line))]
        print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}), flush=True)


if __name__ == "__main__":
    main()
