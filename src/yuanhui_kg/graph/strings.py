"""Many strings in one buffer: numpy arrays beside the UTF-8 bytes, instead of a Python object each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import add
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .rows import row_ends

_BEGINNINGS: Final = 255  # that are kept once for all strings that begin so
FEW: Final = 20  # strings, or nodes, up to which operations on arrays cost more than one by one
_WORTH: Final = 16  # strings, from which on that saves anything


class Strings:
    """An immutable list of strings that costs five bytes a string beside its UTF-8 bytes (nine beyond two GiB).

    Of strings that begin alike up to a slash or a hash, as IRIs do, the beginning is kept once: of an IRI that is mostly the
    larger part. Pickles as few big blocks. ``len()``, indexing and iteration work as on a list of ``str``.

    :param texts: or their UTF-8 bytes.
    """

    __slots__ = ("_beginning", "_beginnings", "_data", "_kinds", "_starts", "_view")

    def __init__(self, texts: Iterable[str | bytes]) -> None:
        encoded = [text if isinstance(text, bytes) else text.encode() for text in texts]
        often = Counter(text[:cut] for text, cut in zip(encoded, _cuts(encoded), strict=True) if cut)
        most = often.most_common(_BEGINNINGS)
        beginnings = [b"", *(beginning for beginning, number in most if number >= _WORTH)]
        places, rests = _split(encoded, beginnings)
        lengths = np.fromiter(map(len, rests), dtype=np.int64, count=len(rests))
        self._set(beginnings, np.array(places, dtype=np.uint8), row_ends(lengths), b"".join(rests))

    def _set(
        self,
        beginnings: list[bytes],
        beginning: npt.NDArray[np.uint8],
        starts: npt.NDArray[np.integer[Any]],
        data: bytes,
    ) -> None:
        self._beginnings = beginnings  # the first one is empty
        self._beginning = beginning  # place in beginnings
        self._starts = starts
        self._data = data
        self._view, self._kinds = (memoryview(part) for part in (starts, beginning))  # type: ignore[arg-type] # quicker items

    def __getstate__(self) -> Any:
        return self._beginnings, self._beginning, self._starts, self._data

    def __setstate__(self, state: Any) -> None:
        self._set(*state)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> str:
        return self._bytes(index).decode()

    def __iter__(self) -> Iterator[str]:
        return (self[index] for index in range(len(self)))

    def take(self, indexes: npt.NDArray[np.integer[Any]]) -> list[str]:
        """The strings at some places; much quicker than one by one."""
        return [text.decode() for text in self.bytes_at(indexes)]

    def bytes_at(self, indexes: npt.NDArray[np.integer[Any]]) -> list[bytes]:
        """The strings at some places in UTF-8."""
        if len(indexes) <= FEW:
            return list(map(self._bytes, indexes.tolist()))
        starts, ends = self._starts[indexes].tolist(), self._starts[indexes + 1].tolist()
        rests = map(self._data.__getitem__, map(slice, starts, ends))
        if len(self._beginnings) == 1:
            return list(rests)
        return list(map(add, map(self._beginnings.__getitem__, self._beginning[indexes].tolist()), rests))

    def spliced(self, removed: Sequence[int], places: Sequence[int], texts: Sequence[bytes]) -> Strings:
        """These strings without those at ``removed``, and with ``texts``, each before what stands at its place.

        :param removed: sorted.
        :param places: sorted; of the strings as they are, before any is removed.
        """
        kinds, rests = _split(texts, self._beginnings)
        cutting = [(place, 1, b"") for place in removed]
        cutting += [(place, 0, rest) for place, rest in zip(places, rests, strict=True)]
        pieces, done = [], 0
        for place, gone, rest in sorted(cutting, key=lambda cut: cut[:2]):
            pieces += [self._data[done : self._view[place]], rest]
            done = self._view[place + gone]
        lengths = np.insert(np.diff(self._starts), places, [len(rest) for rest in rests])
        kept = np.ones(len(self), dtype=bool)
        kept[list(removed)] = False
        kept = np.insert(kept, places, True)
        made = Strings.__new__(Strings)
        beginning = np.insert(self._beginning, places, kinds)[kept].astype(np.uint8)
        made._set(self._beginnings, beginning, row_ends(lengths[kept]), b"".join([*pieces, self._data[done:]]))
        return made

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which strings are not empty."""
        filled: npt.NDArray[np.bool_] = (np.diff(self._starts) > 0) | (self._beginning > 0)
        return filled

    @property
    def nbytes(self) -> int:
        beginnings = sum(map(len, self._beginnings))
        return len(self._data) + int(self._starts.nbytes) + int(self._beginning.nbytes) + beginnings

    def find(self, text: str) -> int | None:
        """Where ``text`` stands, the strings being sorted by code point; ``None`` where it is not among them."""
        low = self.place(text)
        wanted = text.encode("utf-8", "surrogatepass")
        return low if low < len(self) and self._bytes(low) == wanted else None

    def place(self, text: str) -> int:
        """Where ``text`` stands or would stand, the strings being sorted by code point."""
        wanted = text.encode("utf-8", "surrogatepass")
        starts, data, beginning, beginnings = self._view, self._data, self._kinds, self._beginnings
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            # UTF-8 sorts as its code points do.
            if beginnings[beginning[middle]] + data[starts[middle] : starts[middle + 1]] < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _bytes(self, index: int) -> bytes:
        beginning: bytes = self._beginnings[self._beginning[index]]
        return beginning + self._data[self._view[index] : self._view[index + 1]]


def _cuts(texts: Sequence[bytes]) -> list[int]:
    """Where the beginnings of some strings end that others may share."""
    return [max(text.rfind(b"/"), text.rfind(b"#")) + 1 for text in texts]


def _split(texts: Sequence[bytes], beginnings: Sequence[bytes]) -> tuple[list[int], list[bytes]]:
    """The place of each string's beginning among ``beginnings``, 0 where it is not there, and what follows it."""
    number = {beginning: place for place, beginning in enumerate(beginnings)}
    cuts = _cuts(texts)
    places = [number.get(text[:cut], 0) for text, cut in zip(texts, cuts, strict=True)]
    return places, [text[cut:] if place else text for text, cut, place in zip(texts, cuts, places, strict=True)]
