"""Graph questions that SPARQL paths answer too slowly: an index of relations, and what is read to build it."""

from .index import NeighbourIndex
from .requests import CommonRequest, NeighbourRequest, PathRequest, SubgraphRequest

__all__ = ["CommonRequest", "NeighbourIndex", "NeighbourRequest", "PathRequest", "SubgraphRequest"]
