"""A tagger may choose among what was found and what is known; whatever else it does is refused, and numbers stay as they are."""

from __future__ import annotations

import gc
import textwrap
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from yuanhui_kg import cli
from yuanhui_kg.errors import TaggerChoiceError, TaggerError, TaggerTimeoutError, UsageError
from yuanhui_kg.extract import Draft, extract, tagging
from yuanhui_kg.extract.certainty import certainty
from yuanhui_kg.extract.longest_name import longest_name
from yuanhui_kg.extract.tagging import Choice, tag, task_of

TEXT = (
    "松泉区2023年国民经济和社会发展统计公报\n\n全年全区生产总值90亿元，比上年增长5.6%。柏林乡地方特色税收入库3亿元。\n"
)


@cache
def draft() -> Draft:
    return extract(TEXT)


def numbers(draft: Draft) -> list[tuple[object, ...]]:
    return [(f.start, f.end, f.printed, f.value, f.step, f.unit, f.kind, f.bound, f.base) for f in draft.figures]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Writes the body of a tagger; its name."""
    monkeypatch.chdir(tmp_path)

    def write(body: str) -> str:
        code = "from yuanhui_kg.extract.tagging import Choice\ndef tagger(task):\n" + textwrap.indent(
            textwrap.dedent(body), "    "
        )
        (tmp_path / "mine.py").write_text(code, encoding="utf-8")
        return "mine:tagger"

    return write


def choose(*choices: Choice) -> Draft:
    return tagging.apply(draft(), task_of(draft()), choices, "mine")


# --- what it may do -------------------------------------------------------------------------------------------------------


def test_a_task_holds_every_number_and_what_may_be_chosen_for_it() -> None:
    task = task_of(draft())
    assert [TEXT[span.start : span.end] for span in task.spans] == [TEXT[f.start : f.end] for f in draft().figures]
    level = task.spans[0]
    assert level.printed == "90亿元"
    assert level.printed in TEXT[slice(*level.sentence)]
    offered = {option.id for option in task.choices_for(level, "indicator")}
    assert {"grossRegionalProduct", "taxRevenue"} <= offered
    assert "residentPopulation" not in offered
    assert {option.id for option in task.choices_for(level, "subject")} >= {"松泉区", "柏林乡"}


def test_what_is_chosen_is_in_the_draft_and_in_its_rules() -> None:
    made = choose(Choice(0, "indicator", "taxRevenue"), Choice(0, "subject", "柏林乡"), Choice(1, "period", "2022"))
    figure = made.figures[0]
    assert (figure.indicator.id, figure.subject) == ("taxRevenue", "柏林乡")
    assert figure.rules[-2:] == ("indicator by tagger mine", "subject by tagger mine")
    assert (
        certainty(figure).whole <= 0.5 < certainty(draft().figures[0]).whole
    )  # or it would be accepted with the sure ones
    assert numbers(made) == numbers(draft())


def test_choosing_what_the_rules_say_changes_nothing() -> None:
    assert choose(Choice(0, "indicator", "grossRegionalProduct")) == draft()


def test_the_small_tagger_names_what_the_ontology_knows_and_changes_no_number() -> None:
    made = tag(draft(), "longest-name")
    assert numbers(made) == numbers(draft())
    unknown = [n for n, figure in enumerate(draft().figures) if not figure.indicator.known]
    assert unknown
    assert (
        [choice.span for choice in longest_name(task_of(draft()))]
        == [n for n in unknown if made.figures[n].indicator.known]
        != []
    )


def test_no_tagger_runs_unless_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "_asked", lambda *_: pytest.fail("a tagger ran"))
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert cli.run(["extract", str(tmp_path / "a.txt"), "-o", str(tmp_path / "a.ttl")]) == 0


# --- what it may not do -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(99, "indicator", "taxRevenue"), "which was not found"),
        (Choice(-1, "indicator", "taxRevenue"), "which was not found"),
        (Choice(True, "indicator", "taxRevenue"), "which was not found"),
        (Choice(0, "value", "1"), "changes 'value'"),
        (Choice(0, "kind", "target"), "changes 'kind'"),
        (Choice(0, "indicator", "inventedIndicator"), "which was not offered"),
        (Choice(0, "indicator", "residentPopulation"), "which was not offered"),
        (Choice(0, "subject", "无中生有区"), "which was not offered"),
        (Choice(0, "period", "1999"), "which was not offered"),
    ],
)
def test_a_choice_that_was_not_offered_is_refused(choice: Choice, said: str) -> None:
    with pytest.raises(TaggerChoiceError, match=said):
        choose(choice)


def test_two_choices_for_one_thing_are_refused() -> None:
    with pytest.raises(TaggerChoiceError, match="chooses two of indicator"):
        choose(Choice(0, "indicator", "taxRevenue"), Choice(0, "indicator", "grossRegionalProduct"))


def test_a_draft_in_which_a_number_changed_is_never_made() -> None:
    figures = draft().figures
    with pytest.raises(TaggerChoiceError, match="changed the number"):
        tagging._same_numbers(figures, (replace(figures[0], value=figures[0].value + 1), *figures[1:]))


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        ("raise RuntimeError('no model')", TaggerError, "RuntimeError: no model"),
        ("import os; os._exit(7)", TaggerError, "it was ended"),
        ("import os; os.kill(os.getpid(), 9)", TaggerError, "it was ended"),
        ("return 5", TaggerError, "TypeError"),
        ("return [1, 2]", TaggerError, "AttributeError"),
        ("return [Choice(0, 'indicator', None)]", TaggerChoiceError, "without a property and an option"),
        ("return [Choice(0, 'indicator', 'x' * 20_000_000)]", TaggerError, "bytes of choices"),
        ("return [Choice([0], 'indicator', 'taxRevenue')]", TaggerChoiceError, "which was not found"),
        ("object.__setattr__(task.spans[0], 'printed', '1'); return [Choice(0, 'value', '1')]", TaggerChoiceError, "changes"),
        ("while True: pass", TaggerTimeoutError, "has not ended within"),
        ("import subprocess; subprocess.run(['sleep', '600'])", TaggerTimeoutError, "has not ended within"),
    ],
)  # fmt: skip
def test_a_hostile_tagger_is_refused_by_a_typed_error(written, body: str, error: type[TaggerError], said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=said) as caught:
        tag(draft(), written(body), timeout=1 if error is TaggerTimeoutError else 60)
    assert type(caught.value) is error


def test_a_tagger_that_is_ended_before_it_reads_its_task_leaves_nothing_open(written) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TaggerTimeoutError):
        tag(draft(), written("return []"), timeout=0.001)
    gc.collect()  # a pipe that was not written out would tell of it here


def test_what_a_tagger_does_to_its_own_copy_and_to_standard_output_changes_nothing(written) -> None:  # type: ignore[no-untyped-def]
    made = tag(
        draft(),
        written(
            """
            print('[[0, "indicator", "taxRevenue"]]')
            import yuanhui_kg.extract.records as records
            records.Figure.value = property(lambda self: 1)
            object.__setattr__(task, 'spans', ())
            return []
            """
        ),
    )
    assert made == draft()


@pytest.mark.parametrize(
    "name", ["no-such-tagger", "no_such_module:tagger", "os:no_such", "../evil", "a b", "-c", "x:y()"]
)
def test_a_tagger_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(TaggerError):
        tag(draft(), name)


@pytest.mark.parametrize("timeout", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_without_end_is_refused(timeout: float) -> None:
    with pytest.raises(UsageError, match="A tagger's time"):
        tag(draft(), "longest-name", timeout)


def test_a_module_in_the_working_folder_does_not_take_the_place_of_an_installed_one(written, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    assert tag(draft(), written("return []")) == draft()


def test_the_command_tells_of_a_failing_tagger_in_one_sentence_and_writes_nothing(
    written, tmp_path: Path, capsys: pytest.CaptureFixture[str]  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    given = [
        "extract",
        str(tmp_path / "a.txt"),
        "-o",
        str(tmp_path / "a.ttl"),
        "--tagger",
        written("raise ValueError(1)"),
    ]
    assert cli.run(given) == 1
    assert "failed: ValueError: 1" in capsys.readouterr().err
    assert not (tmp_path / "a.ttl").exists()
