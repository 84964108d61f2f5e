"""The tiny graph that the tests of the service serve, and the name of the graph beside it."""

from __future__ import annotations

from pathlib import Path

TINY = Path(__file__).parent / "tiny"
GRAPH = "https://example.org/graph"
