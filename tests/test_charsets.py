"""Texts of no told encoding are read, and one in UTF-8 is read once."""

from __future__ import annotations

import pytest

from yuanhui_kg import charsets

TEXT = "今年一季度，全区的工业增加值在全市中最大。"
TRADITIONAL = "今年一季，全區的工業在市中是最大的。"


@pytest.mark.parametrize(
    ("text", "encoding"), [(TEXT, "utf-8"), (TEXT, "gb18030"), (TRADITIONAL, "gb18030"), (TRADITIONAL, "big5hkscs")]
)
def test_the_encoding_is_found(text: str, encoding: str) -> None:
    assert charsets.decoded(text.encode(encoding)) == (text, encoding)


def test_what_is_none_is_an_error() -> None:
    with pytest.raises(UnicodeError, match="neither"):
        charsets.decoded(b"\xff\xff\xff")


def test_what_is_utf_8_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other encodings were weighed first, each by decoding all of it."""

    def fail(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr(charsets, "_common", fail)
    assert charsets.decoded(TEXT.encode()) == (TEXT, "utf-8")
