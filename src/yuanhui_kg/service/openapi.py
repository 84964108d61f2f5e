"""``/openapi.json``: what the service takes and answers, as OpenAPI 3.1; ``/openapi.html``: the same to read.

Paths and methods are the application's own routes. What a route is for, and what its parameters are, is told once, in
:data:`OPERATIONS`, under the name that Flask knows the route by; each parameter once, in :data:`PARAMETERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Any, Final

from flask import Blueprint, Response, current_app
from werkzeug.routing import Rule

from .. import __version__, cite, grouping
from ..export import tables
from ..export.choosing import Choice
from ..export.exporting import NAMES as EXPORTED
from ..export.exporting import TABLE_NAMES, Export
from ..graph.requests import DIRECTIONS, MAX_DEPTH, MAX_LENGTH, MEASURES, METRICS
from ..query import GRAPH_FORMATS, RESULTS_FORMATS
from ..views import SCHEMA as VIEW
from . import formats, html
from .core import GENERATION, JSON, Service, accepted, base_url, entity_tag, not_modified, respond_json
from .paging import MOST
from .parameters import Parameters, query_pairs

JSON_PATH: Final = "/openapi.json"
HTML_PATH: Final = "/openapi.html"
_HTML: Final = "text/html"
_VARIABLE: Final = re.compile(r"<(?:(?:any\((?P<options>[^()]*)\)|[^:<>]*):)?(?P<name>[^<>]+)>")

Text = tuple[str, str]  # Chinese, English
Schema = dict[str, Any]


def _integer(low: int, high: int, default: int | None = None) -> Schema:
    found: Schema = {"type": "integer", "minimum": low, "maximum": high}
    return found if default is None else {**found, "default": default}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}
_IRI: Final[Schema] = {"type": "string", "format": "iri"}
_IRIS: Final[Schema] = {"type": "array", "items": _IRI}

#: Name → what it takes, and what it is for.
PARAMETERS: Final[dict[str, tuple[Schema, Text]]] = {
    "query": (_TEXT, ("SPARQL 查询文本", "SPARQL text")),
    "update": (_TEXT, ("SPARQL 更新文本", "SPARQL Update text")),
    "timeout": (
        {"type": "number", "minimum": 0.001, "maximum": 1000},
        ("最长等待秒数；超过服务上限的按上限算", "seconds to wait at most; more than the service's own limit is that limit"),
    ),
    "default-graph-uri": (_IRIS, ("合为默认图的图", "graphs that together are the default graph")),
    "named-graph-uri": (_IRIS, ("可见的命名图", "named graphs that are seen")),
    "using-graph-uri": (_IRIS, ("更新的 WHERE 所见的默认图", "graphs that WHERE sees as the default graph")),
    "using-named-graph-uri": (_IRIS, ("更新的 WHERE 所见的命名图", "named graphs that WHERE sees")),
    "graph": (_IRI, ("图的 IRI", "the graph's IRI")),
    "default": ({"type": "string", "maxLength": 0}, ("指默认图", "means the default graph")),
    "iri": (_TEXTS, ("事物的 IRI", "IRI of a thing")),
    "id": (_TEXTS, ("事物的短名", "short name of a thing")),
    "from": (_TEXTS, ("起点的 IRI 或短名", "IRI or short name of where to start")),
    "to": (_TEXT, ("终点的 IRI 或短名", "IRI or short name of the end")),
    "depth": (_integer(1, MAX_DEPTH), ("几步之内", "how many steps around")),
    "direction": (_one_of(*DIRECTIONS), ("沿关系的方向", "which way relations are followed")),
    "predicate": (_TEXTS, ("只沿这些关系", "only these relations")),
    "type": (_TEXTS, ("只要这些类的事物", "only things of these classes")),
    "modality": (_TEXTS, ("只要这些情态的关系", "only relations of these modalities")),
    "limit": ({"type": "string", "pattern": "^([1-9][0-9]{0,8}|all)$"}, ("最多几个", "how many at most")),
    "offset": (_integer(0, MOST, 0), ("从第几个之后开始", "how many to pass over first")),
    "per_hop": (_integer(1, 10_000), ("每一步最多几个", "how many at each step")),
    "per_node": (_integer(1, 10_000), ("每个事物最多几个", "how many for each thing")),
    "k": (_integer(1, 1000), ("几条路径", "how many paths")),
    "max_length": (_integer(1, MAX_LENGTH), ("路径最长几步", "longest path, in steps")),
    "at_least": (_integer(1, 100), ("至少与几个起点相连", "how many of the things it must be next to")),
    "damping": ({"type": "number", "minimum": 0, "maximum": 0.999}, ("阻尼系数", "damping factor")),
    "samples": (_integer(1, 1_000_000), ("取样的起点数", "how many things are sampled")),
    "seed": (_integer(0, 2**32 - 1), ("随机种子", "seed of chance")),
    "resolution": ({"type": "number", "minimum": 0.001, "maximum": 1000}, ("社区的粒度", "how fine communities are")),
    "metric": (_one_of(*METRICS), ("相似度的算法", "which similarity")),
    "measure": (_TEXTS, ("度量", "measures")),
    "document": (_TEXT, ("文本或文章的 IRI 或短名", "IRI or short name of a text or an article")),
    "q": ({"type": "string", "minLength": 1, "maxLength": 200}, ("名称、别名或拼音", "a name, a part of one, or pinyin")),
    "rule": (_TEXTS, ("只核对这些规则", "only these rules")),
    "problems": (_one_of("true", "false"), ("只列出问题", "only what does not fit")),
    "path": (_TEXTS, ("途经的事物", "things on the way")),
    "view": (_TEXT, ("视图的名称，或 z: 加上以 DEFLATE 压缩、base64url 编码的视图 JSON", "a saved view's name, or z: and the view's JSON, deflated, in base64url")),
    "communities": (_one_of("1", "true", "0", "false"), ("是否标出社区", "whether communities are told")),
    "table": (_one_of(*TABLE_NAMES), ("哪张表", "which table")),
    "format": (_TEXT, ("格式的短名，代替 Accept", "short name of a format, in the place of Accept")),
    "style": (_one_of(*cite.STYLES), ("引文样式", "style of the citation")),
    "lang": (_one_of(*cite.LANGUAGES), ("语言", "language")),
    "accessed": ({"type": "string", "format": "date"}, ("访问日期", "day of access")),
    "subject": (_TEXTS, ("对象", "subjects")),
    "indicator": (_TEXTS, ("指标", "indicators")),
    "period": (_TEXTS, ("时期（EDTF）", "periods (EDTF)")),
    "kind": (_TEXTS, ("数据的种类", "kinds of figures")),
    "base": (_TEXTS, ("基期（EDTF）", "base periods (EDTF)")),
    "breakdown": (_TEXTS, ("分项", "breakdowns")),
    "unit": (_TEXTS, ("单位", "units")),
    "source": (_TEXTS, ("来源：数据集或命名图的 IRI", "sources: IRIs of data sets or named graphs")),
    "by": (_TEXTS, ("按什么分组", "what to group by")),
    "contradictions": ({"type": "string", "enum": ["0", "1"]}, ("只列不合之处", "contradictions only")),
    "sort": (_TEXT, ("排序", "what to sort by")),
    "bom": (_one_of("1", "true", "0", "false"), ("CSV 前是否加 BOM", "whether the CSV begins with a byte order mark")),
    "context": (_one_of("reference", "inline"), ("以项目的 JSON-LD 上下文压缩", "compacted under the project's context")),
    "saved": (_TEXT, ("保存的查询的名称", "name of a saved query")),
    "queries": (_TEXT, ("JSON 对象：名称到查询", "JSON object: queries by name")),
    "extend": (_TEXT, ("JSON 对象：ids 与 properties", "JSON object: ids and properties")),
    "prefix": (_TEXT, ("所键入的开头", "what was typed")),
    "cursor": ({"type": "integer", "minimum": 0}, ("从第几个之后开始", "how many to pass over first")),
    "run": (_TEXT, ("是否执行", "whether to run it")),
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """What a route is for.

    :param about: what it answers, in Chinese and English.
    :param parameters: names in :data:`PARAMETERS`; one with ``*`` behind it must be given.
    :param answers: media types of its answers.
    :param takes: media types of what is sent to it.
    :param secured: whether it needs the token.
    :param more: whether it takes other parameters too (those of a saved query).
    :param done: the status of what went well.
    :param writes: whether it changes what is stored, so that its answer names a generation.
    :param shape: name in :data:`_SCHEMAS` of what its JSON looks like, where that is told.
    """

    about: Text
    parameters: tuple[str, ...] = ()
    answers: tuple[str, ...] = (JSON,)
    takes: tuple[str, ...] = ()
    secured: bool = False
    more: bool = False
    done: str = "200"
    writes: bool = False
    shape: str = ""


_RDF: Final = tuple(GRAPH_FORMATS)
_SPARQL: Final = ("query", "default-graph-uri", "named-graph-uri", "timeout", "format")
_SPARQL_ANSWERS: Final = (*RESULTS_FORMATS, *GRAPH_FORMATS)
_SCOPE: Final = ("direction", "predicate", "type", "modality")
_DIMENSIONS: Final = tuple(grouping.DIMENSIONS)
_FORM: Final = "application/x-www-form-urlencoded"
_WHICH: Final = ("graph", "default")

#: Flask's name of a route (with the method where they differ) → what it is for.
OPERATIONS: Final[dict[str, Operation]] = {
    "sparql.sparql GET": Operation(("SPARQL 查询；无查询时为服务描述", "SPARQL query; without one the service description"), _SPARQL, _SPARQL_ANSWERS),
    "sparql.sparql POST": Operation(("SPARQL 查询", "SPARQL query"), _SPARQL[1:], _SPARQL_ANSWERS, ("application/sparql-query", _FORM)),
    "update.update": Operation(("SPARQL 更新", "SPARQL Update"), ("using-graph-uri", "using-named-graph-uri", "timeout"), (), ("application/sparql-update", _FORM), secured=True, done="204", writes=True),
    "graphs.get": Operation(("一个图的内容", "what a graph holds"), _WHICH, _RDF),
    "graphs.put": Operation(("以所发数据代替一个图", "put what is sent in the place of a graph"), _WHICH, (), _RDF, secured=True, done="204", writes=True),
    "graphs.post": Operation(("把所发数据加入一个图", "add what is sent to a graph"), _WHICH, (), _RDF, secured=True, done="204", writes=True),
    "graphs.delete": Operation(("删除一个图", "delete a graph"), _WHICH, (), secured=True, done="204", writes=True),
    "api.index": Operation(("接口一览", "what there is")),
    "api.entity": Operation(("一个事物", "a thing"), ("format", "timeout"), (JSON, *_RDF)),
    "api.entity_by_parameter": Operation(("一个事物", "a thing"), ("iri", "id", "format", "timeout"), (JSON, *_RDF)),
    "api.search": Operation(("按名称或拼音检索", "search by name or pinyin"), ("q*", "limit", "type", "timeout")),
    "api.stats": Operation(("图谱的规模", "how much there is of what"), ("timeout",)),
    "api.checks": Operation(("数据相互核对", "the figures against one another"), ("rule", "problems", "timeout")),
    "api.term_list": Operation(("类、属性和概念", "classes, properties and concepts that queries can name")),
    "article.documents": Operation(("所引用的文本", "the texts that are cited"), ("timeout",)),
    "article.spans": Operation(("一个文本的各处引文及其事实", "the passages of a text and what rests on them"), ("limit", "offset", "timeout")),
    "article.article": Operation(("原文页面", "the page to read a text with its facts"), ("document", "offset", "lang"), (_HTML,)),
    "api.queries": Operation(("保存的查询", "saved queries")),
    "api.saved": Operation(("一个保存的查询", "a saved query")),
    "api.run": Operation(("执行一个保存的查询", "run a saved query"), ("format", "timeout"), _SPARQL_ANSWERS, more=True),
    "graph.neighbours": Operation(("邻居", "what surrounds a thing"), ("iri", "id", "depth", *_SCOPE, "limit", "per_hop", "per_node", "timeout"), shape="Graph"),
    "graph.subgraph GET": Operation(("若干事物之间的关系", "the relations between things"), ("iri", "id", "predicate", "modality", "timeout"), shape="Graph"),
    "graph.subgraph POST": Operation(("若干事物之间的关系", "the relations between things"), ("iri", "id", "predicate", "modality", "timeout"), (JSON,), (JSON, _FORM), shape="Graph"),
    "graph.common": Operation(("共同的邻居", "what things have in common"), ("iri", "id", *_SCOPE, "at_least", "limit", "timeout"), shape="Graph"),
    "graph.paths": Operation(("两个事物之间的路径", "paths between two things"), ("from*", "to*", "k", "max_length", *_SCOPE, "timeout"), shape="Graph"),
    "graph.measures": Operation(("图的度量一览", "measures of the graph")),
    "graph.analytics": Operation(("图的一种度量", "a measure of the graph"), ("from", "depth", *_SCOPE, "limit", "format", "timeout"), (JSON, "text/csv"), more=True),
    "exports.export": Operation(("导出为文件", "the graph, a part of it or a table, as a file"), ("format*", "view", "from", "depth", *_SCOPE, "limit", "path", "query", "communities", "table", "lang", "bom", "timeout"), tuple(dict.fromkeys(Export(name, Choice()).media_type for name in EXPORTED)), more=True),
    "exports.listed": Operation(("保存的视图", "saved views")),
    "exports.view": Operation(("一个保存的视图", "a saved view")),
    "publish.citations": Operation(("引文", "a citation"), ("iri", "id", "style", "lang", "accessed", "timeout"), (JSON, *dict.fromkeys(media_type.partition(";")[0] for media_type, _ in cite.STYLES.values()))),
    "publish.figures": Operation(("全部数据", "the figures"), ("subject", "indicator", "period", "kind", "breakdown", "source", "format", "bom", "limit", "offset", "timeout"), (JSON, "text/csv", tables.XLSX_TYPE)),
    "publish.groups": Operation(("数据分组汇总", "figures, grouped"), (*_DIMENSIONS, "by", "measure", "sort", "limit", "timeout")),
    "publish.compare": Operation(("各来源的同一指标", "an indicator across sources"), ("indicator", "subject", "period", "kind", "timeout")),
    "publish.table": Operation(("数据总表", "all figures as a table"), ("bom",), ("text/csv", tables.XLSX_TYPE)),
    "publish.description": Operation(("数据总表的 CSVW 描述", "the table's CSVW description"), answers=(tables.CSVW_TYPE,)),
    "publish.statements": Operation(("陈述（RDF 1.2）", "statements as RDF 1.2"), answers=("text/turtle", "application/n-triples")),
    "publish.context": Operation(("JSON-LD 上下文", "JSON-LD context"), answers=("application/ld+json",)),
    **{f"publish.citation-{style}": Operation(("引文文件", "a citation as a file"), answers=(media_type.partition(";")[0],)) for style, (media_type, _) in cite.STYLES.items()},
    "reconcile.reconcile GET": Operation(("数据对齐服务（Reconciliation API 0.2）：说明，或 queries、extend 的答复", "Reconciliation API 0.2: the manifest, or answers to queries, extend"), ("queries", "extend")),
    "reconcile.reconcile POST": Operation(("数据对齐：成批的 queries 或 extend", "reconciliation: a batch of queries, or extend"), takes=(_FORM, JSON)),
    "reconcile.suggest": Operation(("数据对齐：事物、类、属性的提示", "reconciliation: suggested things, classes, properties"), ("prefix", "type", "cursor")),
    "reconcile.properties": Operation(("数据对齐：可补充的属性", "reconciliation: properties to extend by"), ("type", "limit")),
    "reconcile.dataset.reconcile GET": Operation(("数据对齐：对一个数据集的说明，或 queries、extend 的答复", "reconciliation with a data set: the manifest, or answers to queries, extend"), ("queries", "extend")),
    "reconcile.dataset.reconcile POST": Operation(("数据对齐：对一个数据集成批的 queries 或 extend", "reconciliation with a data set: a batch of queries, or extend"), takes=(_FORM, JSON)),
    "reconcile.dataset.suggest": Operation(("数据对齐：一个数据集中事物、类、属性的提示", "reconciliation with a data set: suggestions"), ("prefix", "type", "cursor")),
    "reconcile.dataset.properties": Operation(("数据对齐：一个数据集可补充的属性", "reconciliation with a data set: properties to extend by"), ("type", "limit")),
    "reconcile.dataset.preview": Operation(("数据对齐：数据集中一个事物的小页面", "reconciliation with a data set: a small page about a thing"), ("id",), (_HTML,)),
    "reconcile_draft.about": Operation(("数据对齐 1.0 草案：说明", "reconciliation, draft of 1.0: the manifest")),
    "reconcile_draft.match": Operation(("数据对齐 1.0 草案：成批的查询", "reconciliation, draft of 1.0: a batch of queries"), takes=(JSON,)),
    "reconcile_draft.suggest": Operation(("数据对齐 1.0 草案：提示", "reconciliation, draft of 1.0: suggestions"), ("prefix", "type", "cursor")),
    "reconcile_draft.extend": Operation(("数据对齐 1.0 草案：补充属性值", "reconciliation, draft of 1.0: values of properties"), takes=(JSON,)),
    "reconcile_draft.propose": Operation(("数据对齐 1.0 草案：可补充的属性", "reconciliation, draft of 1.0: properties to extend by"), ("type", "limit")),
    "reconcile_draft.preview": Operation(("数据对齐 1.0 草案：一个事物的小页面", "reconciliation, draft of 1.0: a small page about a thing"), ("id",), (_HTML,)),
    "reconcile.preview": Operation(("数据对齐：一个事物的小页面", "reconciliation: a small page about a thing"), ("id",), (_HTML,)),
    "resources.thing": Operation(("事物：303 转到页面或数据", "a thing: 303 to its page or its data"), answers=(), done="303"),
    "resources.data": Operation(("一个事物的数据", "the data about a thing"), ("context",), (*_RDF, JSON)),
    "resources.ontology": Operation(("本体", "the ontology"), answers=_RDF),
    "resources.ontology_data": Operation(("本体文件", "the ontology as a file"), answers=(*_RDF, JSON)),
    "resources.dump": Operation(("全部数据", "everything"), answers=(*_RDF, JSON)),
    "resources.void": Operation(("数据集描述（VoID、DCAT）", "description of the dataset (VoID, DCAT)"), answers=_RDF),
    "operation.running": Operation(("正在执行的查询与更改", "queries and changes under way"), secured=True),
    "operation.end": Operation(("终止一个查询或更改", "end a query or a change"), answers=(), secured=True, done="204"),
    "health.health": Operation(("进程是否应答", "whether the process answers")),
    "health.ready": Operation(("是否能答复查询", "whether queries are answered")),
    "metrics.exposition": Operation(("Prometheus 指标", "numbers for Prometheus"), answers=("text/plain",)),
    "pages.home": Operation(("首页", "landing page"), ("lang",), (_HTML,)),
    "pages.page": Operation(("一个事物的页面", "the page of a thing"), ("lang",), (_HTML,)),
    "pages.page_by_parameter": Operation(("一个事物的页面", "the page of a thing"), ("iri", "id", "lang"), (_HTML,)),
    "pages.search": Operation(("检索页面", "the search page"), ("q", "limit", "type", "lang"), (_HTML,)),
    "pages.query GET": Operation(("查询页面", "the page to ask with"), ("query", "saved", "run", "timeout", "lang"), (_HTML,)),
    "pages.query POST": Operation(("查询页面", "the page to ask with"), ("lang",), (_HTML,), (_FORM,)),
    "figures_page.figures": Operation(
        ("数据页面", "the page of figures"), ("indicator", "subject", "period", "kind", "source", "sort", "offset", "lang"), (_HTML,)
    ),
    "compare_page.compare": Operation(
        ("对照各来源的页面", "the page that compares sources"), ("indicator", "period", "contradictions", "lang"), (_HTML,)
    ),
    "ontology_page.ontology": Operation(("本体页面", "the page of the ontology"), ("lang",), (_HTML,)),
    "links_page.links": Operation(("与其他数据集的关联", "links to other data sets"), ("lang",), (_HTML,)),
    "about.about": Operation(("关于数据集", "about the data set"), ("lang",), (_HTML,)),
    "explore.explore": Operation(
        ("图谱页面", "the page of the graph as a graph"), ("id", "iri", "view", "depth", "limit", "lang"), (_HTML,)
    ),
    "openapi.document": Operation(("本接口描述", "this description"), answers=(JSON,)),
    "openapi.page": Operation(("接口说明页面", "this description, to read"), ("lang",), (_HTML,)),
}  # fmt: skip

_ERROR: Final[Schema] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {"code": _TEXT, "message": _TEXT, "hint": _TEXT, "position": {"type": "object"}},
        }
    },
}

_GENERATION: Final[Schema] = {"type": "string", "pattern": "^[^\\s]+$", "examples": ["generation-000012"]}
_ENTRIES: Final[Schema] = {"type": "array", "items": {"type": "object"}}

#: What answers a graph question; each question has more of its own.
_GRAPH: Final[Schema] = {
    "type": "object",
    "required": ["nodes", "edges", "counts", "truncated", "left_out"],
    "properties": {
        "nodes": _ENTRIES,
        "edges": _ENTRIES,
        "counts": {"type": "object", "properties": {name: {"type": "integer"} for name in ("nodes", "edges")}},
        "truncated": {"type": "boolean"},
        "left_out": {"type": "object"},
        "generation": {
            **_GENERATION,
            "description": "the generation of the store that the whole answer is of; not of a remote graph "
            "· 整个答复所依据的数据版本；远程图谱没有此项",
        },
    },
}

_SCHEMAS: Final[Mapping[str, Schema]] = {"Error": _ERROR, "Graph": _GRAPH, "View": dict(VIEW)}

#: Of the answer to a write.
_SEEN: Final[Schema] = {
    GENERATION: {
        "schema": _GENERATION,
        "description": "the first generation in which the change is seen; later ones have higher numbers "
        "· 能看到这次更改的第一个数据版本，其后的版本编号更大",
    }
}


@dataclass(frozen=True)
class Route:
    """One method of one path, and what is told of it."""

    path: str
    method: str
    endpoint: str
    operation: Operation
    variables: Mapping[str, tuple[str, ...]]  #: of its path, with the values that they may have; none: any


def routes(rules: Iterator[Rule]) -> Iterator[Route]:
    """The application's own routes, each path once, without those that Flask adds by itself."""
    found = {}
    for rule in rules:
        path = _VARIABLE.sub(r"{\g<name>}", rule.rule)
        variables = {
            each["name"]: tuple(each["options"].replace(" ", "").split(",")) if each["options"] else ()
            for each in _VARIABLE.finditer(rule.rule)
        }
        if path != "/" and path.endswith("/"):
            path = path.rstrip("/") if rule.endpoint != "api.index" else path
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = OPERATIONS.get(f"{rule.endpoint} {method}") or OPERATIONS.get(rule.endpoint)
            if operation is not None:
                if variables and operation.parameters == _WHICH:  # the path names the graph
                    operation = replace(operation, parameters=())
                found[path, method] = Route(path, method, rule.endpoint, operation, variables)
    return iter(found[key] for key in sorted(found))


def document(rules: Iterator[Rule], base: str) -> dict[str, Any]:
    """The description as OpenAPI 3.1 has it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes(rules):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "yuanhui-kg",
            "version": __version__,
            "summary": "Regional knowledge graph · 区域知识图谱",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": dict(_SCHEMAS),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation = route.operation
    zh, en = operation.about
    found: dict[str, Any] = {
        "operationId": re.sub(r"[^A-Za-z0-9]+", "-", f"{route.method.lower()} {route.path}").strip("-"),
        "summary": f"{en} · {zh}",
        "tags": [route.endpoint.partition(".")[0]],
        "parameters": [*starmap(_variable, route.variables.items()), *map(_parameter, operation.parameters)],
        "responses": _responses(operation),
    }
    if operation.more:
        found["parameters"].append(
            {
                "name": "more",
                "in": "query",
                "style": "form",
                "explode": True,
                "schema": _MORE,
                "description": _MORE_TOLD,
            }
        )
    if operation.takes:
        found["requestBody"] = {
            "required": True,
            "content": {name: {"schema": _body_schema(name, route)} for name in operation.takes},
        }
    if operation.secured:
        found["security"] = [{"token": []}]
    return found


_MORE: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
_MORE_TOLD: Final = "parameters of its own, by their names · 自身的参数"


def _body_schema(media_type: str, route: Route) -> Schema:
    if media_type not in (_FORM, JSON):
        return _TEXT
    names = {"update.update": ("update",), "graph.subgraph": ("iri", "id")}.get(route.endpoint, ("query",))
    return {"type": "object", "properties": {name: PARAMETERS[name][0] for name in names}}


def _variable(name: str, options: tuple[str, ...]) -> dict[str, Any]:
    options = options or {"measure": MEASURES, "extension": tuple(formats.EXTENSIONS)}.get(name, ())
    schema = _one_of(*options) if options else _TEXT
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(marked: str) -> dict[str, Any]:
    name = marked.removesuffix("*")
    schema, (zh, en) = PARAMETERS[name]
    found: dict[str, Any] = {"name": name, "in": "query", "schema": schema, "description": f"{en} · {zh}"}
    if marked.endswith("*"):
        found["required"] = True
    if name == "default":
        found["allowEmptyValue"] = True
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": operation.about[1]}
    if operation.answers:
        shape = {"schema": {"$ref": f"#/components/schemas/{operation.shape}"}} if operation.shape else {}
        done["content"] = {name: shape if name == JSON else {} for name in operation.answers}
    if operation.writes:
        done["headers"] = _SEEN
    error = {"$ref": "#/components/schemas/Error"}
    content: Mapping[str, Any] = {JSON: {"schema": error}, _HTML: {}}
    told: dict[str, Any] = {operation.done: done, "default": {"description": "an error · 错误", "content": content}}
    if operation.writes and operation.takes == _RDF:
        told["201"] = {"description": "a new graph was made · 新建了图", "headers": _SEEN}
    return told


def blueprint(service: Service) -> Blueprint:
    """The routes of the description."""
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get(JSON_PATH, endpoint="document")
    def machine() -> Response:
        Parameters(query_pairs(), ())
        accepted([JSON])
        base = base_url(service.settings)
        tag = entity_tag(JSON_PATH, base)
        return not_modified(tag) or respond_json(document(current_app.url_map.iter_rules(), base), tag=tag)

    @blueprint.get(HTML_PATH, endpoint="page")
    def people() -> Response:
        return html.page(
            "openapi.html",
            tag=service.tag(HTML_PATH),
            routes=list(routes(current_app.url_map.iter_rules())),
            parameters=PARAMETERS,
        )

    return blueprint
