"""yuanhui-kg: reports on a region as a knowledge graph that can be queried, cited, checked and linked."""

__version__ = "0.1.0"
