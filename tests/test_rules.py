from __future__ import annotations

from pathlib import Path

import pytest

from yuanhui_kg.errors import DataError, NotFoundError
from yuanhui_kg.rules import LANGUAGES, Rule, load, read
from yuanhui_kg.settings import Settings

SETTINGS = Settings()
RULES = load(SETTINGS.rules)
DOCS = Path(__file__).parents[1] / "docs" / "checks.md"

RULE = """#+ title:
#+   zh: 甲
#+   en: A
#+ explanation:
#+   zh: 乙
#+   en: B
#+ source: nowhere
#+ message:
#+   zh: "{a}"
#+   en: "{a} and {n}"
#+ figures: [a, b]
#+ numbers: [n]
#+ computed: a * n
#+ stated: b
#+ percent: [a]
#+ prices: known
SELECT ?a ?b ?n WHERE { ?a ?n ?b }
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some-rule.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_is_read(tmp_path: Path) -> None:
    rule = read(written(tmp_path, RULE))
    assert (rule.id, rule.title["zh"], rule.explanation["en"], rule.source) == ("some-rule", "甲", "B", "nowhere")
    assert (rule.variables, rule.figures, rule.numbers) == (("a", "b", "n"), ("a", "b"), ("n",))
    assert (rule.relation, rule.status, rule.prices, rule.scope) == ("equal", "inconsistent", "known", "any")
    assert rule.formula == "a × n = b"
    assert rule.as_dict()["formula"] == rule.formula


def test_a_formula_that_adds_up_says_so(tmp_path: Path) -> None:
    assert read(written(tmp_path, RULE.replace("a * n", "sum(a) * n"))).formula == "(a₁ + a₂ + …) × n = b"


def test_a_rule_without_formula_has_none(tmp_path: Path) -> None:
    text = RULE.replace("#+ computed: a * n\n#+ stated: b\n", "#+ status: notComparable\n")
    rule = read(written(tmp_path, text))
    assert (rule.formula, rule.status) == ("", "notComparable")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+   en: A\n", "", "title must be given in zh and en"),
        ("#+ title:\n#+   zh: 甲\n#+   en: A\n", "", "title must be given in zh and en"),
        ("#+ source: nowhere", "#+ colour: red", "unknown field 'colour'"),
        ("[a, b]", "[a, c]", r"\?c is not among the variables"),
        ("[a, b]", "[]", "figures names no variable"),
        ("[a, b]", "a", "figures must be a list in square brackets"),
        ("percent: [a]", "percent: [n]", "n is not among the figures"),
        ("{a} and {n}", "{a} and {m}", r"the message names \{m\}"),
        ("a * n", "a * m", "'m' is neither among the figures nor among the numbers"),
        ("a * n", "a *", "is no formula"),
        ("stated: b", "stated: m", "'m' is neither"),
        ("#+ stated: b\n", "", "'' is neither"),
        ("prices: known", "prices: sometimes", "prices is 'sometimes'; it can be any, same, known"),
        ("SELECT ?a ?b ?n WHERE", "ASK", "its query is no SELECT"),
        ("SELECT", "SELEKT", "error at"),
        ("#+ numbers: [n]", "#+ numbers [n]", "line 12: this is not of the form key: value"),
    ],
)
def test_a_file_that_is_no_rule_is_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in RULE
    with pytest.raises(DataError, match=rf"some-rule\.rq.*{message}"):
        read(written(tmp_path, RULE.replace(old, new, 1)))


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.rq"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"bad\.rq: cannot be read"):
        read(path)


def test_rules_are_loaded_in_order_or_by_id() -> None:
    assert [rule.id for rule in RULES] == sorted(path.stem for path in SETTINGS.rules.glob("*.rq"))
    (chosen,) = load(SETTINGS.rules, ["share-in-range"])
    assert chosen == next(rule for rule in RULES if rule.id == "share-in-range")
    with pytest.raises(NotFoundError, match=r"There is no rule 'share'\. There are: "):
        load(SETTINGS.rules, ["share"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_documentation_has_every_rule_with_its_formula_and_source(rule: Rule) -> None:
    paragraphs = DOCS.read_text(encoding="utf-8").split("\n\n")
    (paragraph,) = [p for p in paragraphs if p.startswith(f"**`{rule.id}`**")]
    assert rule.formula in paragraph
    assert rule.source in paragraph
    assert all(rule.title[language] in paragraph for language in LANGUAGES)


def test_the_documentation_has_no_rule_that_is_not_there() -> None:
    documented = {
        line.split("`")[1] for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("**`")
    }
    assert documented == {rule.id for rule in RULES}
