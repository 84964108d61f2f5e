"""A corpus on Spark: the stages of extraction as a step of ``mapInPandas``, and no second implementation of them.

    from pyspark.sql import SparkSession
    from yuanhui_kg.extract import spark

    session = SparkSession.builder.getOrCreate()
    texts = session.read.format("binaryFile").load("reports/*.txt")  # columns path, content
    spark.drafts(texts).write.parquet("drafts")

Needs ``pip install 'yuanhui-kg[spark]'`` and Java 17, here and on every node.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Final

from .corpus import Drafted, Options, rows

if TYPE_CHECKING:
    import pandas
    from pyspark.sql import DataFrame

SCHEMA: Final = (
    "name string, sha256 string, turtle string, figures int, entities int, relations int, error string, "
    "genre string, place string, published string, period string, guessed string, passed_over int, names_its_place boolean"
)
_COLUMNS: Final = [field.name for field in fields(Drafted)]


def drafts(texts: DataFrame, options: Options | None = None) -> DataFrame:
    """Each text's draft as a row, with the columns of :class:`~yuanhui_kg.extract.corpus.Drafted`; errors are in column ``error``.

    :param texts: columns ``path`` and ``content`` (bytes), as Spark's source ``binaryFile`` has them.
    """
    stage = functools.partial(step, options=options or Options())
    return texts.select("path", "content").mapInPandas(stage, SCHEMA)


def step(batches: Iterator[pandas.DataFrame], options: Options) -> Iterator[pandas.DataFrame]:
    """What a task does with its part of the texts: batches of rows in, batches of rows out."""
    import pandas

    for batch in batches:
        texts = zip(batch["path"], batch["content"], strict=True)
        yield pandas.DataFrame([astuple(one) for one in rows(texts, options)], columns=_COLUMNS)
