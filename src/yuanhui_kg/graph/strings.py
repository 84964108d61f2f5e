"""Many strings in one buffer: a numpy array of ends beside the UTF-8 bytes, instead of a Python object each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .rows import row_ends


class Strings:
    """An immutable list of strings that costs four bytes a string beside its UTF-8 bytes (eight beyond two GiB).

    Made from texts, or from their UTF-8 bytes. Pickles as two big blocks. ``len()``, indexing and iteration work as on a list of ``str``.
    """

    __slots__ = ("_data", "_starts")

    def __init__(self, texts: Iterable[str | bytes]) -> None:
        encoded = [text if isinstance(text, bytes) else text.encode() for text in texts]
        lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
        self._starts: npt.NDArray[np.integer[Any]] = row_ends(lengths)
        self._data = b"".join(encoded)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> str:
        return self._bytes(index).decode()

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(len(self)))

    def take(self, indexes: npt.NDArray[np.integer[Any]]) -> list[str]:
        """The strings at some places; much quicker than one by one."""
        starts, ends = self._starts[indexes].tolist(), self._starts[indexes + 1].tolist()
        data = self._data
        return [data[start:end].decode() for start, end in zip(starts, ends, strict=True)]

    @property
    def nbytes(self) -> int:
        return len(self._data) + int(self._starts.nbytes)

    def find(self, text: str) -> int | None:
        """Where ``text`` stands, the strings being sorted by code point; ``None`` where it is not among them."""
        low = self.place(text)
        wanted = text.encode("utf-8", "surrogatepass")
        return low if low < len(self) and self._bytes(low) == wanted else None

    def place(self, text: str) -> int:
        """Where ``text`` stands or would stand, the strings being sorted by code point."""
        wanted = text.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:  # UTF-8 sorts as its code points do
                low = middle + 1
            else:
                high = middle
        return low

    def _bytes(self, index: int) -> bytes:
        return self._data[self._starts[index] : self._starts[index + 1]]
