"""Searching labels: what is found, in which order, and that no query text does harm."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

import graphs
from graphs import yh, yho
from yuanhui_kg import nearby, pinyin, search
from yuanhui_kg.errors import StoreDamagedError, UsageError
from yuanhui_kg.graph import NeighbourIndex
from yuanhui_kg.search import SearchIndex

MORE = """
yh:long a yho:Company ; skos:prefLabel "临东区第一中学"@zh ; skos:altLabel "一中"@zh .
yh:inner a yho:Place ; skos:prefLabel "新临东区"@zh .
yh:road-a a yho:Place ; skos:prefLabel "人民路"@zh .
yh:road-b a yho:Place ; skos:prefLabel "人民路"@zh ; yho:partOf yh:east .
yh:five-g a yho:Zone ; skos:prefLabel "5G产业园"@zh, "5G Park"@en .
yh:dotted a yho:Company ; skos:prefLabel "伟达（中国）·长河 有限公司"@zh ; rdfs:label "Weida Group (China)"@en .
yh:wide a yho:Company ; skos:prefLabel "ＡＢＣ集团"@zh ; schema:name "Müller & Söhne"@de .
yh:xian a yho:Place ; skos:prefLabel "西安路"@zh .
yh:first a yho:Place ; skos:prefLabel "先锋村"@zh .
yh:girl a yho:Company ; skos:prefLabel "女子绿道"@zh .
yh:luohe a yho:Place ; skos:prefLabel "漯河市"@zh .
yh:rare a yho:Place ; skos:prefLabel "𠀀村"@zh .
yh:untyped skos:prefLabel "无类之物"@zh .
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    path = tmp_path_factory.mktemp("search") / "a b?#索引.db"
    reader = graphs.reader(graphs.ONTOLOGY + graphs.DATA + MORE)
    with SearchIndex.build(reader, path) as built:
        yield built


def found(index: SearchIndex, q: str, limit: int = 20, types: tuple[str, ...] = ()) -> list[str]:
    return [result["id"] for result in index.search(q, limit, types)["results"]]


# --- Chinese ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("山", "zone"),
        ("产业", "zone"),
        ("东山产", "zone"),
        ("山产业园", "zone"),
        ("园", "zone"),
        ("林东区", "east"),
        ("一中", "long"),
        ("5G", "five-g"),
        ("5G产业", "five-g"),
        ("５ｇ产", "five-g"),
        ("abc集团", "wide"),
        ("c集", None),
        ("国长河有", "dotted"),
        ("中国)·长河", "dotted"),
        ("伟达 公司", "dotted"),
        ("公司 伟达", "dotted"),
        ("𠀀", "rare"),
        ("𠀀村", "rare"),
        ("东区山", None),
        ("长江", None),
    ],
)
def test_any_piece_of_a_chinese_name_is_found(index: SearchIndex, q: str, expected: str | None) -> None:
    assert (expected in found(index, q)) if expected else (found(index, q) == [])


@given(st.data())
def test_every_substring_of_every_label_is_found(index: SearchIndex, data: st.DataObject) -> None:
    name, label = data.draw(
        st.sampled_from(
            [("zone", "东山产业园"), ("bank", "重庆银行"), ("long", "临东区第一中学"), ("girl", "女子绿道")]
        )
    )
    start = data.draw(st.integers(0, len(label) - 1))
    end = data.draw(st.integers(start + 1, len(label)))
    assert name in found(index, label[start:end], limit=100)


LABEL = st.text("东山产业园 (A2b村ü", min_size=1, max_size=8)


@given(LABEL, LABEL)
def test_tokens_of_a_query_match_a_label_just_where_it_holds_the_query(label: str, q: str) -> None:
    """The property that makes pairs of characters as good as a scan, for queries that are one run of Chinese."""
    query_units, label_key = search.units(search.fold(q)), search.key_of(search.units(search.fold(label)))
    if len(query_units) != 1 or not query_units[0].unspaced:
        return
    phrase = search._name_phrase(query_units)
    tokens = search.entry_of(label).name.split()
    size = len(phrase.tokens)
    runs = [tuple(tokens[place : place + size]) for place in range(len(tokens) - size + 1)]
    matched = any(
        run[:-1] == phrase.tokens[:-1]
        and (run[-1].startswith(phrase.tokens[-1]) if phrase.prefix else run[-1] == phrase.tokens[-1])
        for run in runs
    )
    assert matched is (query_units[0].text in label_key)


# --- pinyin and English -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("dongshan", "zone"),
        ("dongshanchanyeyuan", "zone"),
        ("dong shan chan", "zone"),
        ("shanchany", "zone"),
        ("dōngshān", "zone"),
        ("DONGSHAN", "zone"),
        ("dscyy", "zone"),
        ("cyy", "zone"),
        ("d s c", "zone"),
        ("chongqing", "bank"),
        ("chóngqìng yínháng", "bank"),
        ("cqyh", "bank"),
        ("xian", "first"),
        ("xian", "xian"),
        ("xi'an", "xian"),
        ("xi’anlu", "xian"),
        ("nvzi", "girl"),
        ("nüzi", "girl"),
        ("nǚ zǐ", "girl"),
        ("lǜdào", "girl"),
        ("lvd", "girl"),
        ("luohe", "luohe"),
        ("luoheshi", "luohe"),
        ("industrial", "zone"),
        ("Indus", "zone"),
        ("park dongsh", "zone"),
        ("东山 park", "zone"),
        ("东山 yuan", "zone"),
        ("muller", "wide"),
        ("MÜLLER", "wide"),
        ("weida group china", "dotted"),
        ("ndustrial", None),
        ("dongchan", None),
    ],
)
def test_letters_mean_words_pinyin_and_initials(index: SearchIndex, q: str, expected: str | None) -> None:
    assert (expected in found(index, q)) if expected else (found(index, q) == [])


@given(st.data())
def test_pinyin_is_found_from_any_syllable_to_anywhere(index: SearchIndex, data: st.DataObject) -> None:
    name, label = data.draw(
        st.sampled_from(
            [("zone", "东山产业园"), ("bank", "重庆银行"), ("long", "临东区第一中学"), ("girl", "女子绿道")]
        )
    )
    syllables = pinyin.syllables(label)
    first = data.draw(st.integers(0, len(syllables) - 1))
    rest = "".join(syllables[first:])
    assert name in found(index, rest[: data.draw(st.integers(1, len(rest)))], limit=100)
    initials = "".join(syllable[0] for syllable in syllables[first:])
    assert name in found(index, initials[: data.draw(st.integers(1, len(initials)))], limit=100)


@pytest.mark.parametrize("text", ["重庆银行", "一丁点儿", "大夫说行不行", "东山产业园", "A绿b女", "𠀀", "", "好 ，好"])
def test_pinyin_is_read_as_pypinyin_reads_it(text: str) -> None:
    assert pinyin.syllables(text) == lazy_pinyin(text, errors="ignore")


def test_place_names_are_read_as_their_people_do() -> None:
    assert pinyin.syllables("漯河市六合乡朝阳村") == ["luo", "he", "shi", "lu", "he", "xiang", "chao", "yang", "cun"]


def test_letters_are_read_as_syllables_in_every_way() -> None:
    known = frozenset({"xi", "an", "xian", "ang"})
    assert search.segmentations("xianxi", known) == [("xian", "xi"), ("xi", "an", "xi")]
    assert search.segmentations("xiana", known) == [("xian", "a"), ("xi", "an", "a")]
    assert search.segmentations("xq", known) == []
    assert search.segmentations("", known) == []
    assert len(search.segmentations("xian" * 40, known)) == 8


# --- order ------------------------------------------------------------------------------------------------------------


def test_exact_comes_before_beginning_before_part(index: SearchIndex) -> None:
    results = index.search("临东区")["results"]
    assert [(r["id"], r["match"]) for r in results] == [("east", "exact"), ("long", "prefix"), ("inner", "part")]


def test_the_order_of_letters_is_the_same(index: SearchIndex) -> None:
    results = index.search("lindongqu")["results"]
    assert [(r["id"], r["match"]) for r in results] == [("east", "exact"), ("long", "prefix"), ("inner", "part")]
    results = index.search("ldq")["results"]
    assert [(r["id"], r["match"]) for r in results] == [("east", "prefix"), ("long", "prefix"), ("inner", "part")]


def test_of_equal_names_the_better_connected_thing_comes_first(index: SearchIndex) -> None:
    assert found(index, "人民路") == ["road-b", "road-a"]


def test_connections_can_be_told(tmp_path: Path) -> None:
    reader = graphs.reader(graphs.ONTOLOGY + MORE)
    degree = NeighbourIndex.build(reader).degree
    with SearchIndex.build(reader, tmp_path / "a", degree) as index:
        assert found(index, "人民路") == ["road-b", "road-a"]
    with SearchIndex.build(reader, tmp_path / "b", lambda iri: iri.endswith("-a")) as index:
        assert found(index, "人民路") == ["road-a", "road-b"]


def test_things_come_before_terms_concepts_and_figures(index: SearchIndex) -> None:
    assert found(index, "园") == ["zone", "five-g", "yho:Zone", "doc-figure-1"]
    assert found(index, "产值") == ["yho:output", "doc-figure-1"]


def test_a_thing_comes_once_with_the_label_that_matched(index: SearchIndex) -> None:
    (result,) = index.search("林东区")["results"]
    assert result == {
        "iri": yh("east"),
        "id": "east",
        "label": {"zh": "临东区", "en": "Lindong District"},
        "type": {"iri": yho("District"), "id": "yho:District", "label": {"zh": "区", "en": "district"}},
        "match": "exact",
        "matched": {"text": "林东区", "language": "zh", "property": "skos:hiddenLabel"},
    }
    assert found(index, "临东").count("east") == 1


def test_a_thing_without_a_class_is_found(index: SearchIndex) -> None:
    (result,) = index.search("无类")["results"]
    assert (result["id"], result["type"]) == ("untyped", None)


# --- filters and limits -----------------------------------------------------------------------------------------------


def test_a_class_finds_the_members_of_its_subclasses_too(index: SearchIndex) -> None:
    assert set(found(index, "园", types=(yho("Place"),))) == {"zone", "five-g"}
    assert set(found(index, "区", types=(yho("District"), yho("Company")))) == {"east", "long"}
    assert found(index, "临东区", types=(yho("Company"),)) == ["long"]
    assert found(index, "东", types=(yho("NoSuchClass"),)) == []


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("新临东区和临东区第一中学一共有多少人？", ["inner", "long"]),  # the longest names, and no name within another
        ("Who runs the 5G park here?", ["five-g"]),
        ("人民路在西安路的哪一边", ["road-b", "road-a", "xian"]),
        ("谁在管理伟达中国·长河有限公司呢", ["dotted"]),
        ("东山 company", ["yho:Company"]),
        ("5Gpark", []),  # words are not cut
        ("没有谁知道的话", []),
    ],
)
def test_of_a_question_what_it_names_is_found_in_its_order(index: SearchIndex, q: str, expected: list[str]) -> None:
    answer = index.search(q)
    assert [result["id"] for result in answer["results"]] == expected
    assert {result["match"] for result in answer["results"]} <= {"named"}


def test_of_a_question_only_things_of_the_wanted_classes_are_found(index: SearchIndex) -> None:
    assert found(index, "临东区第一中学在新临东区吗", types=(yho("Place"),)) == ["inner"]


def test_a_name_is_found_in_the_longest_question(index: SearchIndex) -> None:
    assert found(index, "是" * (search.MAX_QUERY - 3) + "人民路") == ["road-b", "road-a"]


def test_truncated_tells_whether_there_is_more(index: SearchIndex) -> None:
    for limit, truncated in ((1, True), (2, True), (3, False)):
        answer = index.search("临东区", limit)
        assert (len(answer["results"]), answer["truncated"]) == (limit, truncated)


@pytest.mark.parametrize("limit", [0, -1, 1001, "5", True, 1.5])
def test_a_limit_that_does_not_fit_is_refused(index: SearchIndex, limit: object) -> None:
    with pytest.raises(UsageError, match="Parameter limit"):
        index.search("东", limit)  # type: ignore[arg-type]


@pytest.mark.parametrize("q", ["", "   ", "\n\t", "东" * 201, " ".join("abcdefghijklm")])
def test_an_empty_or_endless_query_is_refused(index: SearchIndex, q: str) -> None:
    with pytest.raises(UsageError, match="Parameter q"):
        index.search(q)


# --- query text is untrusted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "q",
    [
        *(
            '"',
            "'",
            "*",
            "^",
            "😀",
            "NEAR",
            "AND",
            "OR NOT",
            "name : 东",
            "{name} : x",
            "-",
            "(",
            "%",
            "_",
            "¦ 东",
            "§1",
        ),
        *("›东", "\x00", "\x00东\x00", "NEAR(东 山)", 'a" OR "b', "东*", "\ud800", "\u200b", "\u202e东"),
        *("ﷺ" * 200, "\u0301" * 200, "é" * 200),
    ],
)
def test_no_query_text_reaches_the_engine_as_syntax(index: SearchIndex, q: str) -> None:
    answer = index.search(q)
    assert answer["query"] == q


def test_operators_and_marks_are_searched_for_or_passed_over(index: SearchIndex) -> None:
    assert found(index, '"东山"*') == found(index, "东山")
    assert found(index, "东 OR 重") == found(index, "NOT 东山") == found(index, "§1") == found(index, "😀") == []
    assert found(index, "\x00东山") == found(index, "›东山") == found(index, "东山")


@given(st.text(max_size=200))
@example("ĲǆŐ")
@example("ß" * 150)
@example("a" * 200)
@example("xian" * 50)
def test_any_text_gets_an_answer_or_a_usage_error(index: SearchIndex, q: str) -> None:
    answer = None
    with contextlib.suppress(UsageError):
        answer = index.search(q)
    assert (answer is None) is (not q.strip() or sum(bool(search.units(search.fold(part))) for part in q.split()) > 12)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_an_index_is_searched_in_a_forked_process_that_can_open_no_file(index: SearchIndex) -> None:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        os._exit(0 if found(index, "东山 park") == ["zone"] and len(found(index, "区", 100)) > 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert found(index, "东山 park") == ["zone"]


def test_a_damaged_or_missing_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be one" * 100)
    (tmp_path / "empty").touch()
    for name in ("text", "empty", "missing"):
        with pytest.raises(StoreDamagedError, match=name):
            SearchIndex(tmp_path / name)


def test_building_again_replaces_the_file_and_leaves_open_indexes_alone(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    with (
        SearchIndex.build(graphs.reader(graphs.ONTOLOGY), path) as old,
        SearchIndex.build(graphs.reader(graphs.ONTOLOGY + MORE), path) as new,
    ):
        assert (found(old, "人民路"), found(new, "人民路")) == ([], ["road-b", "road-a"])
    assert [file.name for file in tmp_path.iterdir()] == ["search.db"]


def test_an_empty_graph_has_an_index_that_finds_nothing(tmp_path: Path) -> None:
    with SearchIndex.build(graphs.reader(""), tmp_path / "search.db") as index:
        assert index.search("东")["results"] == index.search("dong")["results"] == []


def test_labels_in_named_graphs_are_found(tmp_path: Path) -> None:
    reader = graphs.reader("", {"https://example.org/g": 'yh:there rdfs:label "彼处" ; a yho:Place .'})
    with SearchIndex.build(reader, tmp_path / "search.db") as index:
        assert found(index, "彼") == ["there"]


# --- codes and variants of characters ---------------------------------------------------------------------------------

CODED = """
@prefix dcterms: <http://purl.org/dc/terms/> .
yh:qing a yho:Place ; skos:prefLabel "源汇区"@zh ; skos:notation "411102" .
yh:below a yho:Place ; skos:prefLabel "大刘镇"@zh ; skos:notation "411102100" .
yh:bare skos:notation "411102" .
yh:until a yho:Place ; skos:prefLabel "截至那年"@zh ; skos:notation "../2020" .
yh:plan a yho:Place ; skos:prefLabel "那几年"@zh ; skos:notation "2016/2020" .
yh:other a yho:Company ; skos:prefLabel "乾州"@zh ; dcterms:identifier "AB-7" .
"""


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    with SearchIndex.build(graphs.reader(graphs.ONTOLOGY + CODED), tmp_path_factory.mktemp("coded") / "index") as built:
        yield built


@pytest.mark.parametrize(
    ("q", "expected"),
    [("411102", ["qing"]), ("４１１１０２", ["qing"]), ("41110", []), ("411102100", ["below"]), ("ab-7", ["other"]), ("411102 多大", ["qing"]),
     ("2020", []), ("2016/2020", ["plan"])],
)  # fmt: skip
def test_codes_are_found_as_a_whole(coded: SearchIndex, q: str, expected: list[str]) -> None:
    assert found(coded, q) == expected


def test_what_is_found_by_its_code_says_so_and_keeps_to_types(coded: SearchIndex) -> None:
    (result,) = coded.search("411102", types=(yho("Place"),))["results"]
    assert (result["match"], result["matched"]["property"], result["label"]["zh"]) == (
        "exact",
        "skos:notation",
        "源汇区",
    )
    assert found(coded, "411102", types=(yho("Company"),)) == []


@pytest.mark.parametrize(
    ("q", "expected"), [("源匯區", "qing"), ("源滙区", "qing"), ("匯", "qing"), ("大劉鎮有多少人", "below"), ("干州", "other"), ("qianzhou", "other"), ("ganzhou", None)]
)  # fmt: skip
def test_variants_of_characters_are_one_and_are_read_as_they_are_written(
    coded: SearchIndex, q: str, expected: str | None
) -> None:
    assert found(coded, q) == ([expected] if expected else [])


@pytest.mark.parametrize("q", ["源匯區", "411102"])
def test_another_server_is_searched_by_codes_and_in_usual_characters_too(q: str) -> None:
    result = nearby.search(graphs.reader(graphs.ONTOLOGY + CODED), q, 20, ())
    assert [one["id"] for one in result["results"]] == ["qing"]
