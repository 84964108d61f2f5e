"""Graph questions that SPARQL paths answer too slowly: an index of relations, and what is read to build it."""

from .neighbours import NeighbourIndex, NeighbourRequest

__all__ = ["NeighbourIndex", "NeighbourRequest"]
