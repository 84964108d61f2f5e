"""Graph questions that SPARQL paths answer too slowly: an index of relations, and what is read to build it."""

from .analysis import analyse
from .index import NeighbourIndex
from .requests import AnalysisRequest, CommonRequest, NeighbourRequest, PathRequest, SubgraphRequest

__all__ = [
    "AnalysisRequest",
    "CommonRequest",
    "NeighbourIndex",
    "NeighbourRequest",
    "PathRequest",
    "SubgraphRequest",
    "analyse",
]
