"""What errors say in Chinese."""

from __future__ import annotations

import ast
import inspect
import re
import string
from collections.abc import Container, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

import yuanhui_kg
from yuanhui_kg import errors
from yuanhui_kg.translating import templates, translated

PACKAGE = Path(yuanhui_kg.__file__).parent
ERRORS = {name for name, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.YuanhuiError)}
#: What the command line tells people: its summaries, and what it does meanwhile.
TOLD = ("tell", "progress", "counted")


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may have, with ``{}`` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.replace("{", "{{").replace("}", "}}")
    elif isinstance(node, ast.JoinedStr):
        yield "".join("{}" if isinstance(part, ast.FormattedValue) else "".join(texts(part)) for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def called(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def said(wanted: Container[str], *folders: str) -> set[str]:
    """The sentences that some calls are given, in all modules or those of some folders."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if not folders or path.parent.name in folders:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and called(node.func) in wanted:
                    found.update(text for each in node.args for text in texts(each))
    return {text for text in found if re.search("[a-z]{2}", text.replace("{}", ""))}


def test_every_sentence_of_an_error_is_in_a_catalogue() -> None:
    sentences = {text for text in said({*ERRORS, "_refuse"}) if text.endswith(".") and "{{" not in text}
    assert len(sentences) > 600
    assert sorted(sentences - set(templates())) == []


def test_every_sentence_of_the_command_line_is_in_a_catalogue() -> None:
    sentences = {text for text in said(TOLD, "cli") if text[:1].isupper() or text.endswith(".")}
    assert len(sentences) > 30
    assert sorted(sentences - set(templates())) == []


@pytest.mark.parametrize(("english", "chinese"), templates().items())
def test_a_sentence_names_in_both_languages_the_same(english: str, chinese: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(english) if name is not None]
    values = [f"<{number}>" for number in range(len(names))]
    found = translated(english.format(*values))
    assert found == chinese.format(*values)
    assert all(value in found for value in values)


def test_a_word_that_a_sentence_names_stays_whatever_it_means_alone() -> None:
    assert translated("name") == "名称"
    assert translated("Parameter name is missing.") == "缺少参数 name。"


def test_what_a_sentence_names_may_be_a_sentence() -> None:
    told = "'a b' is neither an IRI nor a known CURIE nor a local name."
    assert translated(f"Parameter iri: {told}") == "参数 iri：'a b' 不是 IRI，也不是已知的 CURIE 或短名。"
    assert translated("Nothing of it was kept. Send it again in a moment.") == "没有保存任何内容。请稍后重新发送。"


@pytest.mark.parametrize(
    "message", ["", "Nobody has translated this.", "x" * 5_000, "Nothing was kept. Nobody knows this."]
)
def test_what_is_in_no_catalogue_is_left_alone(message: str) -> None:
    assert translated(message) is None


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([" must name ", " to ", " things, not ", "Parameter ", ". ", "{", "}"])).map("".join)
)
def test_whatever_a_message_names_it_is_told(text: str) -> None:
    assert text in (translated(f"There is no parameter {text} here.") or "") or translated(text)
    translated(f"Parameter {text}")


@pytest.mark.parametrize(
    ("accept", "language", "message", "hint"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "这里没有参数 'nope'。", "可用的参数：timeout。"),
        ("en-GB,en", "en", "There is no parameter 'nope' here.", "Known parameters: timeout."),
        ("fr", "en", "There is no parameter 'nope' here.", "Known parameters: timeout."),
        (None, "en", "There is no parameter 'nope' here.", "Known parameters: timeout."),
    ],
)
def test_an_error_in_json_is_in_the_language_that_is_asked_for(
    client: FlaskClient, accept: str | None, language: str, message: str, hint: str
) -> None:
    answer = client.get("/api/v1/stats?nope=1", headers={"Accept-Language": accept} if accept else {})
    assert answer.get_json() == {"error": {"code": "bad_request", "message": message, "hint": hint}}
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_what_the_parser_says_is_told_in_chinese(client: FlaskClient) -> None:
    answer = client.get("/sparql?query=ASK", headers={"Accept-Language": "zh"})
    error = answer.get_json()["error"]
    assert error["message"].startswith("不是有效的 SPARQL（query），错在第 1 行")
    assert "此处应为 “{”" in error["message"]
    assert error["position"]["line"] == 1


def test_a_chinese_page_tells_in_chinese_what_is_wrong(client: FlaskClient) -> None:
    page = client.get("/search?limit=x&q=a", headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    assert "参数 limit 的值是 &#39;x&#39;。" in page
    assert 'lang="en">Param' not in page
