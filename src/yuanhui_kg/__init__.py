"""yuanhui-kg: reports on a region as a knowledge graph that can be queried, cited, checked and linked.

>>> import yuanhui_kg
>>> kg = yuanhui_kg.open()
>>> kg.graph("yuanhui-district").number_of_nodes() > 10
True
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(source: str | os.PathLike[str] | None = None, **settings: Any) -> Session:
    """Open a graph for reading.

    :param source: nothing for the graph that comes with the package; the folder of a store on disk; an RDF file, which
        is read together with the ontology; or the URL of a SPARQL 1.1 server.
    :param settings: as ``yuanhui-kg serve`` has them, such as ``query_timeout``.
    :raises YuanhuiError: where the source cannot be read.
    """
    from .session import Session

    return Session.open(source, **settings)
