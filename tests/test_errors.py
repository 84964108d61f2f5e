"""Errors cross from one process to another as what they are."""

from __future__ import annotations

import inspect

import pytest

import yuanhui_kg.service.server  # noqa: F401 -- with every module that may define one
from yuanhui_kg import errors
from yuanhui_kg.errors import QuerySyntaxError, YuanhuiError, from_dict

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, YuanhuiError)]


def every(cls: type[YuanhuiError]) -> set[type[YuanhuiError]]:
    return {cls}.union(*(every(sub) for sub in cls.__subclasses__()))


def test_every_error_is_defined_in_its_module_and_has_a_code_of_its_own() -> None:
    """One elsewhere that shared a code took the place of its base in answers of the workers, and nobody got them."""
    assert every(YuanhuiError) == set(CLASSES)
    assert len({cls.code for cls in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_is_the_same_on_the_other_side(cls: type[YuanhuiError]) -> None:
    error = from_dict(cls("What is wrong.", "What to do.").as_dict())
    assert (type(error), error.message, error.hint) == (cls, "What is wrong.", "What to do.")


def test_a_position_crosses_too() -> None:
    error = from_dict(QuerySyntaxError("Wrong.", "", (2, 5)).as_dict())
    assert isinstance(error, QuerySyntaxError)
    assert error.position == (2, 5)
