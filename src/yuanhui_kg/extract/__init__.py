"""From an article to a draft graph: figures, entities and relations of a Chinese text, every one with its place.

Small stages hand plain records to each other: :mod:`~yuanhui_kg.extract.loading`, ``normalising``, ``structure``,
``anchoring``, ``quantities`` (with ``tokens``, ``numerals`` and ``measures``), ``entities``, ``reading`` (with ``rows`` of numbers, their ``kinds`` and the ``claims`` made of each kind,
``naming`` and ``composing`` of indicators, ``periods`` and ``subjects``, chosen by ``weighing``, over ``times``, ``lexicon``, ``scene`` and
``wording``; their records are in
``contexts`` and ``clauses``), ``tabulated`` (of the rows of tables, which ``grids`` finds), and then
``drafting`` (Turtle), ``report`` (HTML), ``review`` (decisions) and ``evaluation`` (against a gold standard).
"""

from .loading import decode, load
from .pipeline import Draft, extract

__all__ = ["Draft", "decode", "extract", "load"]
