"""A reviewed draft joins a graph: names are linked to the things that are there, figures that contradict stand side by side.

:func:`merge` tells what is to be added; nothing that a graph says is ever changed or taken out.
"""

from .merging import Outcome, merge

__all__ = ["Outcome", "merge"]
