"""Many strings in one buffer, against a list of them."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yuanhui_kg.graph.strings import Strings

names = st.one_of(
    st.text(max_size=6),
    st.builds(
        "{}{}".format, st.sampled_from(["http://a/", "http://a/b/", "http://a/b#"]), st.text("xyz/#é", max_size=3)
    ),
)


@given(st.lists(names, max_size=60), st.integers(1, 3))
def test_strings_are_a_list_of_them(texts: list[str], times: int) -> None:
    texts = sorted({f"{text}{number}" for text in texts for number in range(times)})
    strings = Strings(texts)
    assert list(strings) == texts
    assert list(pickle.loads(pickle.dumps(strings))) == texts
    assert strings.take(np.arange(len(texts))[::-1]) == texts[::-1]
    assert [strings.find(text) for text in texts] == list(range(len(texts)))


@given(st.sets(names, max_size=40), names)
def test_a_text_is_found_where_it_stands_or_would(texts: set[str], wanted: str) -> None:
    ordered = sorted(texts)
    place = Strings(ordered).place(wanted)
    assert ordered[:place] == [text for text in ordered if text < wanted]
    assert (Strings(ordered).find(wanted) is None) == (wanted not in texts)


@given(st.data())
def test_splicing_removes_and_inserts(data: st.DataObject) -> None:
    texts = data.draw(st.lists(names, max_size=40))
    places = st.lists(st.integers(0, len(texts)), max_size=5)
    removed = sorted({place for place in data.draw(places) if place < len(texts)})
    inserted = sorted(data.draw(places))
    new = data.draw(st.lists(names, min_size=len(inserted), max_size=len(inserted)))
    expected = []
    for place in range(len(texts) + 1):
        expected += [text for at, text in zip(inserted, new, strict=True) if at == place]
        expected += texts[place : place + 1] if place not in removed else []
    spliced = Strings(texts).spliced(removed, inserted, [text.encode() for text in new])
    assert list(spliced) == expected


def test_what_strings_begin_with_alike_is_kept_once() -> None:
    texts = [f"https://example.org/a/long/beginning/{number}" for number in range(1000)]
    assert Strings(texts).nbytes < 10_000
