from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from yuanhui_kg.errors import UsageError
from yuanhui_kg.settings import Settings


def test_a_flag_beats_the_environment_and_that_the_default() -> None:
    environment = {"YUANHUI_KG_PORT": "9000", "YUANHUI_KG_HOST": "0.0.0.0"}
    settings = Settings.load({"port": 9001, "host": None}, environment)
    assert (settings.port, settings.host, settings.query_timeout) == (9001, "0.0.0.0", Settings().query_timeout)


def test_every_kind_of_setting_is_read_from_the_environment() -> None:
    environment = {
        "YUANHUI_KG_STORE": "/some/store",
        "YUANHUI_KG_EMPTY": "Yes",
        "YUANHUI_KG_UNION_DEFAULT_GRAPH": "0",
        "YUANHUI_KG_QUERY_TIMEOUT": "2.5",
        "YUANHUI_KG_WORKERS": "3",
    }
    settings = Settings.load(environment=environment)
    assert settings.store == Path("/some/store")
    assert (settings.empty, settings.union_default_graph) == (True, False)
    assert (settings.query_timeout, settings.workers) == (2.5, 3)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("EMPTY", "perhaps"), ("QUERY_TIMEOUT", "1s"), ("WORKERS", "2.5")]
)
def test_a_variable_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"YUANHUI_KG_{name} is '{value}'"):
        Settings.load(environment={f"YUANHUI_KG_{name}": value})


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"port": 70000}, "port must be between 0 and 65535"),
        ({"query_timeout": 0.0}, "query_timeout must be greater than 0"),
        ({"workers": -1}, "workers must be greater than 0"),
        ({"max_answer_bytes": 0}, "max_answer_bytes must be greater than 0"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(flags: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Settings.load(flags, {})


def test_every_setting_has_a_documenting_sentence() -> None:
    assert [field.name for field in dataclasses.fields(Settings) if not field.metadata.get("help")] == []


def test_settings_survive_the_way_to_another_process(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, query_timeout=2.5, empty=True)
    assert Settings.from_json(settings.to_json()) == settings


def test_the_resources_are_the_checkouts_where_none_are_packaged() -> None:
    settings = Settings()
    assert {path.suffix for path in settings.graph_files} == {".ttl"}
    assert settings.shape_files
    assert (settings.queries / "figures.rq").is_file()
    assert not set(settings.shape_files) & set(settings.graph_files)


def test_an_empty_store_starts_without_files_but_the_ontology_is_known() -> None:
    settings = Settings(empty=True)
    assert settings.graph_files == ()
    assert settings.ontology_files == Settings().ontology_files != ()


def test_an_empty_variable_is_none() -> None:
    assert Settings.load(environment={"YUANHUI_KG_STORE": "", "YUANHUI_KG_PORT": ""}) == Settings()
